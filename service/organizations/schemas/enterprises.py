"""Enterprises, in and out."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from service.kit.pages import Paging
from service.kit.personal import Phone
from service.kit.types import Day, Line, Moment, Omittable, Schema, Word, wrong
from service.organizations.rules import industries
from service.organizations.rules.refusals import Refused
from service.organizations.rules.units import ScaleCategory
from service.organizations.schemas.fields import Uscc, Year
from service.organizations.schemas.units import UnitRef


class ScaleStatusWrite(Schema):
    """What the statistics bureau says of one year."""

    category: ScaleCategory
    source: Line = Field(examples=["区统计局 2026 年名录"])


class ScaleStatusRead(ScaleStatusWrite):
    year: int = Field(examples=[2026])


class Industry(Schema):
    """A class of GB/T 4754: the same digits mean different things in different editions."""

    edition: int = Field(default=industries.PRESENT_EDITION, examples=[2017])
    code: Annotated[str, Field(max_length=10, examples=["1329"])]

    @field_validator("code")
    @classmethod
    def _of_its_edition(cls, code: str, said: ValidationInfo) -> str:
        try:
            return industries.parse(code, said.data.get("edition", industries.PRESENT_EDITION))
        except Refused as refused:
            raise wrong(refused.code, refused.zh, refused.en) from None


class EnterpriseListed(Schema):
    """An enterprise as lists show it: nothing about people."""

    id: UUID
    uscc: str = Field(examples=["91500153MA0000015N"])
    name: str = Field(examples=["重庆样例饲料有限公司"])
    home_unit: UnitRef
    area: UnitRef | None
    work_group: UnitRef | None
    industry: Industry | None
    scale: list[ScaleStatusRead] = Field(description="Years above scale, newest first.")
    valid_from: Day
    valid_to: Day | None
    version: int


class ContactRead(Schema):
    """Whom to call."""

    name: str | None = Field(examples=["王样例"])
    phone: str | None = Field(examples=["+8613800000000"])


class EnterpriseRead(EnterpriseListed):
    """One enterprise; `address` and `contact` are null to those who may not see its people."""

    address: str | None = Field(examples=["昌州街道样例路1号"])
    contact: ContactRead | None


class EnterpriseFilter(Paging):
    """Enterprises that exist today, unless `closed` asks for those that do not."""

    uscc: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="In any way of writing it; finds exactly one or none."
    )
    q: Word | None = Field(default=None, description="Part of the name, or the beginning of the code.")
    area: UUID | None = Field(default=None, description="The town or street it stands in.")
    home_unit: UUID | None = None
    work_group: UUID | None = None
    industry: Annotated[str, Field(pattern=r"^[0-9]{1,4}$")] | None = Field(
        default=None, description="The beginning of the industry code: `27` is the whole division."
    )
    scale_year: Year | None = Field(default=None, description="Above scale in this year.")
    scale_category: ScaleCategory | None = Field(default=None, description="Together with `scale_year`.")
    closed: bool = Field(default=False, description="Those that no longer exist, instead.")
    sort: Literal["name", "-name", "code", "-code"] = "name"


class EnterpriseCreate(Schema):
    uscc: Uscc
    name: Line
    home_unit_id: UUID = Field(description="The park, or the town or street that looks after it.")
    area_id: UUID | None = Field(default=None, description="The town or street it stands in.")
    work_group_id: UUID | None = None
    industry: Industry | None = None
    address: Line | None = None
    contact_name: Line | None = None
    contact_phone: Phone | None = None
    valid_from: Day | None = Field(default=None, description="Today, unless given.")


class EnterprisePatch(Schema):
    """Only what is sent is changed; null empties. Another home unit or work group is a move, and recorded."""

    uscc: Omittable[Uscc] = None
    name: Omittable[Line] = None
    home_unit_id: Omittable[UUID] = None
    area_id: UUID | None = None
    work_group_id: UUID | None = None
    industry: Industry | None = None
    address: Line | None = None
    contact_name: Line | None = None
    contact_phone: Phone | None = None
    valid_from: Omittable[Day] = None
    valid_to: Day | None = Field(default=None, description="Closes it from this day; null opens it again.")


class MoveRead(Schema):
    """One move of an enterprise: what looked after it before and since."""

    occurred_at: Moment
    from_home_unit_id: UUID | None
    to_home_unit_id: UUID | None
    from_work_group_id: UUID | None
    to_work_group_id: UUID | None
