"""What the district promises for a request: by whom, and within which limit (domain reference §1.7).

A promise is made at dispatch and kept with the request, so that a later change of the item or of the policy
rewrites no history. The limit is the item's, except that
- a consultation takes at most the policy's limit for consultations;
- a suggestion or a praise is only answered, within the policy's limit for these, however urgent;
- what is urgent has the item's urgent limit, or the item's own if that is in hours, or else half the limit.
"""

from dataclasses import dataclass

from service.catalog.rules.words import RequestType, Urgency
from service.kit.calendar import Limit, LimitUnit
from service.kit.labels import Language


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of an item, and a note that is shown with its promise."""

    limit: Limit
    urgent: Limit | None = None
    contact: Limit | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PromisePolicy:
    """The limits that hold across items: the district's to edit.

    `consultation`: at most, for a consultation; `answer_only`: for a suggestion or a praise; `contact`: until
    somebody speaks with the enterprise, where the item says nothing else.
    """

    consultation: Limit
    answer_only: Limit
    contact: Limit


#: With these the district begins.
FIRST_POLICY = PromisePolicy(
    consultation=Limit(3, LimitUnit.WORKING_DAYS),
    answer_only=Limit(7, LimitUnit.WORKING_DAYS),
    contact=Limit(1, LimitUnit.WORKING_DAYS),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, with the text the enterprise is shown. Both limits count from dispatch."""

    limit: Limit
    contact: Limit
    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


ANSWER_ONLY = frozenset({RequestType.SUGGESTION, RequestType.PRAISE})


def promise(
    terms: Terms,
    type: RequestType,
    urgency: Urgency,
    unit_name: str,
    policy: PromisePolicy,
) -> Promise:
    """The promise that this unit makes for a request of this type and urgency under the item's terms."""
    limit = _limit(terms, type, urgency, policy)
    contact = shorter(terms.contact or policy.contact, limit)
    zh = f"{unit_name}承诺{limit.label('zh')}内{'答复' if type in ANSWER_ONLY else '办结'}"
    en = f"{unit_name} will {'answer' if type in ANSWER_ONLY else 'settle this'} within {limit.label('en')}"
    if contact != limit:
        zh += f"，{contact.label('zh')}内与您联系"
        en += f" and contact you within {contact.label('en')}"
    zh, en = f"{zh}。", f"{en}."
    if terms.note is not None:
        zh, en = f"{zh}{terms.note}", f"{en} {terms.note}"
    if urgency is Urgency.CRITICAL:
        zh = f"危及人身安全时请先拨打110、119或120。{zh}"
        en = f"If anybody is in danger, call 110, 119 or 120 first. {en}"
    return Promise(limit, contact, zh, en)


def _limit(terms: Terms, type: RequestType, urgency: Urgency, policy: PromisePolicy) -> Limit:
    if type in ANSWER_ONLY:
        return policy.answer_only
    consulting = type is RequestType.CONSULTATION
    usual = shorter(terms.limit, policy.consultation) if consulting else terms.limit
    if urgency is Urgency.NORMAL:
        return usual
    return shorter(terms.urgent or _hurried(terms.limit), usual)


def _hurried(limit: Limit) -> Limit:
    return limit if limit.unit in _BY_THE_HOUR else Limit((limit.amount + 1) // 2, limit.unit)


def shorter(one: Limit, other: Limit) -> Limit:
    """The limit that usually ends first, a week having five working days of seven hours; `one` if equal."""
    return min(one, other, key=lambda limit: limit.amount * _MINUTES[limit.unit])


_BY_THE_HOUR = frozenset({LimitUnit.WORKING_HOURS, LimitUnit.NATURAL_HOURS, LimitUnit.MINUTES})
_WEEK = 7 * 24 * 60
_MINUTES = {
    LimitUnit.WORKING_DAYS: _WEEK // 5,
    LimitUnit.WORKING_HOURS: _WEEK // 35,
    LimitUnit.NATURAL_DAYS: 24 * 60,
    LimitUnit.NATURAL_HOURS: 60,
    LimitUnit.MINUTES: 1,
}
