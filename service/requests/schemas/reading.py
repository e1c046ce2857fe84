"""Requests as they are answered: in lists, alone, and their comments, files and timeline."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency
from service.kit.calendar import LimitUnit
from service.kit.pages import Paging
from service.kit.types import Day, Moment, Schema, Text, Word
from service.organizations.schemas.units import UnitRef
from service.requests.models import RequestAttachment
from service.requests.rules.statuses import Stage, Status, Verb
from service.requests.rules.words import Light, NoteAudience, Origin, ResultKind


class ItemRef(Schema):
    """A service item, as it is named elsewhere."""

    code: str = Field(examples=["B03"])
    name: str = Field(examples=["用电增容、专线"])


class EnterpriseRef(Schema):
    """An enterprise, as it is named elsewhere."""

    id: UUID
    uscc: str = Field(examples=["91500153MA0000015N"])
    name: str = Field(examples=["重庆样例饲料有限公司"])


class PersonRef(Schema):
    """A person, as they are named elsewhere."""

    id: UUID
    name: str = Field(examples=["王样例"])


class RequestListed(Schema):
    """A request as lists show it."""

    id: UUID
    number: str = Field(examples=["RC-20261124-000123-7"])
    version: int
    status: Status
    stage: Stage | None
    round: int = Field(description="1, and one more for each redo.")
    type: RequestType
    item: ItemRef | None
    urgency: Urgency
    confidentiality: Confidentiality
    title: str = Field(examples=["车间用电高峰频繁跳闸，申请增容"])
    enterprise: EnterpriseRef | None
    origin: Origin
    lead_department: UnitRef | None
    co_departments: list[UnitRef]
    assigned_to: PersonRef | None
    light: Light
    step_due_at: Moment | None = Field(description="What is due now; set in every open status.")
    sign_due_at: Moment | None
    due_at: Moment | None
    original_due_at: Moment | None
    review_at: Moment | None
    created_at: Moment
    updated_at: Moment
    submitted_at: Moment | None
    first_dispatched_at: Moment | None
    dispatched_at: Moment | None
    closed_at: Moment | None


class PromiseRead(Schema):
    """What was promised at dispatch; later changes of the catalog do not touch it."""

    amount: int = Field(examples=[10])
    unit: LimitUnit
    text: str = Field(examples=["供电公司承诺10个工作日内办结，1个工作日内与您联系。"])


class DeclineRead(Schema):
    """Why it is not accepted, and where to turn instead."""

    reason: DeclineReason
    channel: str | None


class ResultRead(Schema):
    """An answer; one without `published_at` is still under review, and seen by staff only."""

    id: UUID
    round: int
    kind: ResultKind
    text: str
    planned_on: Day | None
    created_at: Moment
    published_at: Moment | None


class RatingRead(Schema):
    """What the enterprise thought of the present round."""

    grade: int
    solved: bool
    rated_at: Moment


class ContactRead(Schema):
    """Whom to call; masked for those who need not call."""

    name: str | None = Field(examples=["王样例"])
    phone: str | None = Field(examples=["138****1234"])


class SuggestedUnit(Schema):
    """A unit that was suggested, by the name it had then."""

    id: UUID
    code: str = Field(examples=["PWR"])
    name: str = Field(examples=["供电公司"])


class Saying(Schema):
    """A sentence in both languages."""

    zh: str = Field(examples=["规则“用电增容”：标题含“增容”。"])
    en: str = Field(examples=["Rule “用电增容”: the title has “增容”."])


class SuggestionRead(Schema):
    """What the routing rules suggested when it was recorded, for the desk to confirm."""

    item: ItemRef | None
    lead_department: SuggestedUnit | None
    co_departments: list[SuggestedUnit]
    type: RequestType | None
    urgency: Urgency | None
    confidentiality: Confidentiality | None
    decline: DeclineReason | None
    channel: str | None
    rule_id: UUID | None
    reasons: dict[str, Saying] = Field(description="For each aspect that was decided, why.")


class RequestRead(RequestListed):
    """One request, as far as the caller may see it."""

    description: str
    attributes: dict[str, Any]
    address: str | None
    lat: float | None
    long: float | None
    origin_id: str | None
    contact: ContactRead | None
    accused_departments: list[UnitRef]
    is_unconfirmed: bool = Field(description="Filed for the enterprise, which has not confirmed it yet.")
    accepted_at: Moment | None
    signed_at: Moment | None
    contacted_at: Moment | None = Field(description="When the unit first spoke with the enterprise.")
    answered_at: Moment | None
    promise: PromiseRead | None
    decline: DeclineRead | None
    results: list[ResultRead]
    rating: RatingRead | None = Field(description="Only for the enterprise and the desk.")
    suggestion: SuggestionRead | None = Field(description="Only for the desk.")
    verbs: list[Verb] = Field(description="What this caller may do now.")


# --- lists -------------------------------------------------------------------------------------------

#: A unit by its id or its code.
UnitName = Annotated[UUID | Word, Field(union_mode="left_to_right")]
#: A day (all of it, Asia/Shanghai) or a moment.
DayOrMoment = Moment | Day

Sort = Literal[
    "created_at",
    "-created_at",
    "due_at",
    "-due_at",
    "step_due_at",
    "-step_due_at",
    "updated_at",
    "-updated_at",
]


class RequestFilter(Paging):
    """All that is given must hold; a parameter given several times holds with any of its values."""

    status: list[Status] = Field(default=[])
    department: UnitName | None = Field(default=None, description="Leads or helps.")
    enterprise: UnitName | None = Field(default=None, description="Its id or social credit code.")
    area: UnitName | None = Field(
        default=None,
        description="The district, a park or a town: of the place or of the enterprise's home unit.",
    )
    work_group: UnitName | None = None
    item: list[Word] = Field(default=[], description="Codes.")
    type: list[RequestType] = Field(default=[])
    urgency: list[Urgency] = Field(default=[])
    origin: list[Origin] = Field(default=[])
    light: Light | None = None
    assigned_to: UUID | Literal["me"] | None = None
    created_from: DayOrMoment | None = None
    created_to: DayOrMoment | None = Field(default=None, description="A day counts as a whole.")
    due_from: DayOrMoment | None = None
    due_to: DayOrMoment | None = Field(default=None, description="A day counts as a whole.")
    updated_after: Moment | None = None
    q: Word | None = Field(
        default=None,
        description="Words that must all occur: Chinese anywhere, others from their beginning.",
        examples=["用电 增容"],
    )
    within: Literal["question", "answer"] = Field(
        default="question",
        alias="in",
        description="Where `q` is looked for: subject and description, or answers.",
    )
    imported: Literal["false", "true", "only"] = Field(
        default="false", description="Whether imported history is listed too, or nothing else."
    )
    sort: Sort = Field(
        default="-created_at", description="By a due time: only what has one. `-` for the latest first."
    )


# --- comments, files, timeline -----------------------------------------------------------------------


class CommentCreate(Schema):
    text: Text = Field(examples=["已联系供电公司，明日上午现场勘查。"])
    audience: NoteAudience = NoteAudience.PUBLIC


class CommentRead(Schema):
    """Something said about a request; `internal` is read by staff only."""

    id: UUID
    text: str
    audience: NoteAudience
    author: PersonRef | None = Field(description="None: whoever filed anonymously.")
    created_at: Moment


class AttachmentRead(Schema):
    """A file of a request; its bytes are at `…/attachments/{id}/content`."""

    id: UUID
    name: str = Field(examples=["现场照片.jpg"])
    media_type: str = Field(examples=["image/jpeg"])
    size: int = Field(description="Bytes, as kept.", examples=[183_402])
    sha256: str = Field(
        description="Of the bytes as kept; a picture is encoded anew.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    result_id: UUID | None = Field(description="The result that it proves.")
    created_at: Moment

    @classmethod
    def of(cls, file: RequestAttachment) -> Self:
        """The file as it is answered."""
        return cls(
            id=file.id,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.digest.hex(),
            result_id=file.result_id,
            created_at=file.created_at,
        )


class TimelineEntry(Schema):
    """One thing that happened to a request."""

    id: UUID
    type: str = Field(examples=["request.dispatched"])
    label: str = Field(examples=["派单"], description="The type, in the language of the answer.")
    version: int
    occurred_at: Moment
    recorded_at: Moment
    unit: UnitRef | None = Field(description="The unit that acted.")
    actor: PersonRef | None = Field(description="For staff: who acted.")
    note: str | None = Field(description="What was said with it.")
    answer: str | None = Field(description="The result it tells of.")
    data: dict[str, Any] = Field(description="Codes and ids that belong to it.")
