"""Areas, departments and work groups, in and out."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from service.kit.pages import Paging
from service.kit.types import Day, Line, Omittable, Schema, Word
from service.organizations.rules import UnitKind
from service.organizations.schemas.fields import Code

NameSort = Literal["name", "-name", "code", "-code"]


class UnitRef(Schema):
    """A unit, as it is named elsewhere."""

    id: UUID
    kind: UnitKind
    code: str = Field(examples=["EIC"])
    name: str = Field(examples=["经济信息委"])


class UnitRead(Schema):
    """What every unit has. It exists from `valid_from` until (not including) `valid_to`."""

    id: UUID
    code: str = Field(examples=["EIC"])
    name: str = Field(examples=["经济信息委"])
    parent_id: UUID | None
    valid_from: Day
    valid_to: Day | None
    version: int


class UnitFilter(Paging):
    """Units that exist today, unless `closed` asks for those that do not."""

    q: Word | None = Field(default=None, description="Part of the name, or the code.")
    closed: bool = Field(default=False, description="Those that no longer exist, instead.")
    sort: NameSort = "name"


class UnitCreate(Schema):
    code: Code
    name: Line
    valid_from: Day | None = Field(default=None, description="Today, unless given.")
    valid_to: Day | None = Field(default=None, description="For what is closed already, or will be.")


class UnitPatch(Schema):
    """Only what is sent is changed; `valid_to` closes it from that day on, null opens it again."""

    code: Omittable[Code] = None
    name: Omittable[Line] = None
    valid_from: Omittable[Day] = None
    valid_to: Day | None = None


# --- areas -------------------------------------------------------------------------------------------


class AreaRead(UnitRead):
    """The district, a park, or a town or street."""

    kind: UnitKind = Field(examples=["town"])
    is_street: bool
    town_ids: list[UUID] = Field(description="Of a park: the towns it lies in.")


class AreaFilter(UnitFilter):
    kind: Literal["district", "park", "town"] | None = None


class AreaCreate(UnitCreate):
    kind: Literal["park", "town"]
    is_street: bool = False
    town_ids: list[UUID] = Field(default_factory=list, max_length=100)


class AreaPatch(UnitPatch):
    is_street: Omittable[bool] = None
    town_ids: Omittable[Annotated[list[UUID], Field(max_length=100)]] = None


# --- departments -------------------------------------------------------------------------------------


class DepartmentRead(UnitRead):
    in_appraisal: bool = Field(description="Whether the district appraises it.")
    is_enforcement: bool = Field(description="Whether it inspects and fines.")
    is_vertical: bool = Field(description="Whether it is led from above the district.")


class DepartmentFilter(UnitFilter):
    in_appraisal: bool | None = None
    is_enforcement: bool | None = None


class DepartmentCreate(UnitCreate):
    parent_id: UUID | None = Field(default=None, description="The district, unless given.")
    in_appraisal: bool = True
    is_enforcement: bool = False
    is_vertical: bool = False


class DepartmentPatch(UnitPatch):
    parent_id: Omittable[UUID] = None
    in_appraisal: Omittable[bool] = None
    is_enforcement: Omittable[bool] = None
    is_vertical: Omittable[bool] = None


# --- work groups -------------------------------------------------------------------------------------


class WorkGroupRead(UnitRead):
    enterprises: int = Field(description="How many enterprises are assigned to it now.", examples=[14])
    cadres: int = Field(description="How many cadres belong to it now.", examples=[4])
