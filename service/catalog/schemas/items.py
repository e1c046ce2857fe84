"""Service items as they are written, changed, listed and read."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from service.catalog.rules.forms import Form
from service.catalog.rules.routing import CoKind
from service.catalog.rules.words import ItemKind
from service.catalog.schemas.limits import LimitSchema
from service.kit.pages import Paging
from service.kit.types import Day, Line, Omittable, Schema, Text, Word, wrong
from service.organizations.schemas.units import UnitRef

ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$"), Field(examples=["B03"])]
Keywords = Annotated[list[Word], Field(max_length=50, examples=[["增容", "专线"]])]
Alternatives = Annotated[
    list[UUID],
    Field(max_length=20, description="Other units that may lead it, if the desk or a rule says so."),
]


class CoUnitWrite(Schema):
    """A co-handling unit: a certain one, the enterprise's home unit, or one that a person must bring in."""

    kind: CoKind = CoKind.UNIT
    unit_id: UUID | None = Field(default=None, description="Only of `unit`.")
    name: Line | None = Field(default=None, description="Only of `to_name` and `outside`.", examples=["海关"])

    @model_validator(mode="after")
    def _named_as_its_kind_is(self) -> Self:
        has_unit = self.kind is CoKind.UNIT
        has_name = self.kind in (CoKind.TO_NAME, CoKind.OUTSIDE)
        if (self.unit_id is not None) != has_unit or (self.name is not None) != has_name:
            raise wrong(
                "co_unit_named_wrongly",
                "固定单位须给出 unit_id；由派单员指定或区外单位须给出 name；属地单位两者都不给。",
                "`unit` needs unit_id, `to_name` and `outside` need a name, and `home` takes neither.",
            )
        return self


CoUnits = Annotated[list[CoUnitWrite], Field(max_length=20)]


class ServiceItemCreate(Schema):
    code: ItemCode
    kind: ItemKind = Field(examples=["production"])
    group: Line = Field(description="The heading under which it is listed.", examples=["水电气"])
    name: Line = Field(examples=["用电增容、专线"])
    lead_unit_id: UUID = Field(description="A department, the park or a town.")
    alternative_lead_unit_ids: Alternatives = Field(default_factory=list)
    co_units: CoUnits = Field(default_factory=list)
    limit: LimitSchema
    urgent_limit: LimitSchema | None = Field(default=None, description="Unless given, half the limit.")
    contact_limit: LimitSchema | None = Field(
        default=None, description="Until somebody speaks with the enterprise; unless given, the policy's."
    )
    promise_note: Line | None = Field(default=None, description="Shown with the promise.")
    is_confidential: bool = Field(
        default=False, description="Confidential unless the requester says otherwise."
    )
    is_public: bool = Field(default=True, description="Offered on the public Open311 page as well.")
    guidance: Text | None = Field(default=None, examples=["请写明户号、现有容量、申请容量和期望时间。"])
    keywords: Keywords = Field(default_factory=list)
    hotline_code: Word | None = Field(
        default=None, description="Its class of GB/T 39666, for exchange with the 12345 hotline."
    )
    form: Form = Field(default_factory=list)
    valid_from: Day | None = Field(default=None, description="Today, unless given.")
    valid_to: Day | None = Field(default=None, description="It is offered until, and not on, this day.")


class ServiceItemPatch(Schema):
    """Only what is sent is changed; `valid_to` ends the item on that day, null offers it again."""

    kind: Omittable[ItemKind] = None
    group: Omittable[Line] = None
    name: Omittable[Line] = None
    lead_unit_id: Omittable[UUID] = None
    alternative_lead_unit_ids: Omittable[Alternatives] = None
    co_units: Omittable[CoUnits] = None
    limit: Omittable[LimitSchema] = None
    urgent_limit: LimitSchema | None = None
    contact_limit: LimitSchema | None = None
    promise_note: Line | None = None
    is_confidential: Omittable[bool] = None
    is_public: Omittable[bool] = None
    guidance: Text | None = None
    keywords: Omittable[Keywords] = None
    hotline_code: Word | None = None
    form: Omittable[Form] = None
    valid_to: Day | None = None


class ServiceItemFilter(Paging):
    kind: ItemKind | None = None
    group: Word | None = None
    unit: UUID | None = Field(default=None, description="Led or helped with by this unit.")
    is_public: bool | None = None
    ended: bool = Field(default=False, description="Those that are not offered today, instead.")
    q: Word | None = Field(
        default=None, description="Part of the name, the guidance or a keyword, or the code."
    )
    sort: Literal["code", "-code"] = "code"


class ItemRef(Schema):
    """A service item, as it is named elsewhere."""

    code: str = Field(examples=["B03"])
    name: str = Field(examples=["用电增容、专线"])


class CoUnitRead(Schema):
    """A co-handling unit as the item names it."""

    kind: CoKind
    unit: UnitRef | None
    name: str | None = Field(examples=[None])


class ServiceItemRead(Schema):
    """What an enterprise can ask for: who acts, within which limit, and what the form asks."""

    id: UUID
    code: str = Field(examples=["B03"])
    kind: ItemKind = Field(examples=["production"])
    group: str = Field(examples=["水电气"])
    name: str = Field(examples=["用电增容、专线"])
    lead_unit: UnitRef
    alternative_lead_units: list[UnitRef]
    co_units: list[CoUnitRead]
    limit: LimitSchema
    urgent_limit: LimitSchema | None
    contact_limit: LimitSchema | None
    promise_note: str | None
    is_confidential: bool
    is_public: bool
    guidance: str | None
    keywords: list[str]
    hotline_code: str | None
    form: Form
    valid_from: Day
    valid_to: Day | None
    is_offered: bool = Field(description="Today.")
    needs_attention: bool = Field(description="A unit of it does not exist any more.")
    version: int
