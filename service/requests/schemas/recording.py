"""Requests as they are recorded: by an enterprise, for one, or by nobody who can be named."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from service.catalog.rules.words import Confidentiality, RequestType, Urgency
from service.kit.personal import Phone
from service.kit.types import Json, Line, Number, Schema, Text, Word, storable, wrong
from service.organizations.schemas.fields import Uscc
from service.requests.rules.words import Origin

Latitude = Annotated[Number, Field(ge=-90, le=90, examples=[29.405])]
Longitude = Annotated[Number, Field(ge=-180, le=180, examples=[105.594])]
Attributes = Annotated[
    dict[Annotated[str, AfterValidator(storable)], Json],
    Field(max_length=50, examples=[{"wanted_kva": 1250}]),
]
Accused = Annotated[
    list[UUID],
    Field(max_length=20, description="Units it complains of; none of them ever holds, reads or judges it."),
]

TITLE = "车间用电高峰频繁跳闸，申请增容"
DESCRIPTION = "我公司新增两条注塑线，7月以来每天下午跳闸两三次，申请由630千伏安增至1250千伏安。"


class Content(Schema):
    """What a request says."""

    title: Line = Field(examples=[TITLE])
    description: Text = Field(examples=[DESCRIPTION])
    type: RequestType | None = Field(default=None, description="Left out: as the routing rules suggest.")
    item_code: Word | None = Field(default=None, examples=["B03"], description="The desk sets it otherwise.")
    urgency: Urgency | None = Field(default=None, description="Left out: as the rules suggest, or normal.")
    address: Line | None = Field(default=None, examples=["昌州街道样例路1号"])
    lat: Latitude | None = None
    long: Longitude | None = None
    accused_department_ids: Accused = Field(default=[])
    attributes: Attributes = Field(default={})

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.lat is None) != (self.long is None):
            raise wrong("half_a_place", "纬度和经度须一并填写。", "Give latitude and longitude together.")
        return self


class RequestCreate(Content):
    """A request to record. `enterprise_id` or `uscc` may be left out by somebody who files for one only."""

    confidentiality: Literal[Confidentiality.OPEN, Confidentiality.CONFIDENTIAL] | None = Field(
        default=None,
        description="Left out: as the item is by default. Anonymous: `POST /anonymous-requests`.",
    )
    origin: Literal[
        Origin.SELF, Origin.VISIT, Origin.ACTIVITY, Origin.PHONE, Origin.HOTLINE, Origin.OPEN311
    ] = Origin.SELF
    origin_id: Word | None = Field(default=None, description="What it came of: a visit, an activity, a call.")
    enterprise_id: UUID | None = None
    uscc: Uscc | None = None
    contact_name: Line | None = Field(default=None, examples=["王样例"])
    contact_phone: Phone | None = None
    draft: bool = Field(default=False, description="Keeps it with its author until `submit`.")


class RequestPatch(Schema):
    """A draft's new content; only what is sent is changed, null empties."""

    title: Line | None = None
    description: Text | None = None
    type: RequestType | None = None
    item_code: Word | None = None
    urgency: Urgency | None = None
    address: Line | None = None
    lat: Latitude | None = None
    long: Longitude | None = None
    accused_department_ids: Accused | None = None
    attributes: Attributes | None = None
    contact_name: Line | None = None
    contact_phone: Phone | None = None

    def sent(self) -> dict[str, Any]:
        """What was sent, the rest left out."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    @model_validator(mode="after")
    def _not_emptied(self) -> Self:
        for name in ("title", "description", "type", "urgency", "accused_department_ids", "attributes"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise wrong("cannot_be_empty", f"{name}不能为空。", f"{name} cannot be emptied.")
        if {"lat", "long"} & self.model_fields_set and (self.lat is None) != (self.long is None):
            raise wrong("half_a_place", "纬度和经度须一并填写。", "Give latitude and longitude together.")
        return self


class AnonymousCreate(Content):
    """A request of somebody who does not want to be named: there is no place to say who."""


class AnonymousCreated(Schema):
    """The number and the secret: shown this once, and the only way back to the request."""

    number: str = Field(examples=["RC-7K3M9QX2B0D"])
    secret: str = Field(examples=["9F2K-7QXD-M3RB-0T5C-W8HJ"])


class AnonymousSignIn(Schema):
    """What `POST /anonymous-requests` answered."""

    number: Word = Field(examples=["RC-7K3M9QX2B0D"])
    secret: Word = Field(examples=["9F2K-7QXD-M3RB-0T5C-W8HJ"])
