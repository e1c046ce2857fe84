"""What each verb needs to be told."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency
from service.kit.types import Day, Line, Schema, Text, Word, wrong
from service.requests.rules.words import ContactChannel, ResultKind
from service.requests.schemas.recording import Attributes

Note = Annotated[Text | None, Field(description="Kept with the step.", examples=["已电话核实。"])]


class WithNote(Schema):
    """A step that may be explained."""

    note: Note = None


class WithReason(Schema):
    """A step that must be explained."""

    note: Text = Field(examples=["请补充变压器现有容量和用电地址。"])


class Accept(WithNote):
    """What the desk makes of it; what is left out stays, the confidentiality at least as its item asks."""

    type: RequestType | None = None
    item_code: Word | None = Field(default=None, examples=["B03"])
    urgency: Urgency | None = None
    confidentiality: Confidentiality | None = Field(
        default=None, description="Can only be raised: lowering it is the enterprise's."
    )


class ProvideInfo(WithReason):
    """What was asked for; the form's answers are merged in."""

    note: Text = Field(examples=["现有容量630千伏安，地址为昌州街道样例路1号。"])
    attributes: Attributes = Field(default={})


class Decline(WithNote):
    """The first person proposes, with a reason and the lawful channel; a second one confirms as proposed."""

    reason: DeclineReason | None = None
    channel: Line | None = Field(
        default=None,
        description="Where the enterprise can turn instead.",
        examples=["荣昌区人民法院；法律援助可咨询区司法局。"],
    )


class Dispatch(WithNote):
    """Who leads and who helps. Left out, both are as suggested."""

    lead_department_id: UUID | None = None
    co_department_ids: Annotated[list[UUID], Field(max_length=20)] | None = None


class Sign(WithNote):
    """Signing can name the handler at once."""

    assigned_to: UUID | None = None


class Assign(WithNote):
    """Who handles it from now on."""

    assigned_to: UUID = Field(examples=["019a1b2c-3d4e-7f50-8123-456789abcdef"])


class RecordContact(WithNote):
    """The unit spoke with the enterprise; the first time is kept."""

    channel: ContactChannel = Field(examples=["phone"])


class SubmitResult(WithNote):
    """What was achieved, for the enterprise to read once it is approved."""

    kind: ResultKind
    text: Text = Field(examples=["已现场勘查，增容方案于12月5日送电，费用由供电公司承担。"])
    planned_on: Day | None = Field(default=None, description="Only, and always, of `cannot_yet`.")
    attachment_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default=[], description="Evidence.")

    @model_validator(mode="after")
    def _planned(self) -> Self:
        if (self.kind is ResultKind.CANNOT_YET) != (self.planned_on is not None):
            raise wrong(
                "planned_on_missing",
                "暂不能解决时须填写计划日期，其他结果不填。",
                "A planned date belongs to `cannot_yet`, and to nothing else.",
            )
        return self


class Rate(WithNote):
    """The enterprise's judgement, in the five grades of 好差评, and whether the matter is solved."""

    grade: Annotated[int, Field(ge=1, le=5, strict=True, examples=[5], description="5 very satisfied … 1")]
    solved: bool
