"""Where a request should go, and why: ordered rules, the first that matches wins, each aspect by itself.

A rule speaks of one aspect of a request. A rule of destination names an item, a lead unit, or both; others
suggest the type, the urgency, the confidentiality, or to decline. Each aspect has its own first match, so
that "do not name us" asks for confidentiality whatever else a request is about.

Everything here is a suggestion with its reason, for a person to confirm. If no rule of destination matches,
the dispatch desk decides. Texts are compared without regard to width, case and spaces; a word of Latin
letters or digits counts only where it stands by itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar
from uuid import UUID

from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency
from service.kit.labels import Labelled, Language


class Aspect(Labelled):
    """What a routing rule speaks of."""

    DESTINATION = "destination", "事项与单位", "Item and units"
    TYPE = "type", "诉求类型", "Type"
    URGENCY = "urgency", "紧急程度", "Urgency"
    CONFIDENTIALITY = "confidentiality", "保密级别", "Confidentiality"
    ADMISSION = "admission", "是否受理", "Whether to accept"


class Condition(Labelled):
    """What a routing rule can ask of a request."""

    ITEM = "item", "事项", "item"
    TYPE = "type", "类型", "type"
    AREA = "area", "区域", "area"
    INDUSTRY = "industry", "行业", "industry"
    SCALE = "scale", "规模", "scale"
    TITLE = "title", "标题", "title"
    DESCRIPTION = "description", "描述", "description"


class CoKind(Labelled):
    """How an item names a co-handling unit."""

    UNIT = "unit", "固定单位", "A certain unit"
    HOME = "home", "企业属地园区或镇街", "The enterprise's home unit"
    TO_NAME = "to_name", "由派单员指定", "Named by the dispatcher"
    OUTSIDE = "outside", "区外单位", "A body outside the district"


# --- what routing is given ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, the park or a town."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CoUnit:
    """A co-handling unit as an item names it: by itself, or by a description of it."""

    kind: CoKind
    unit: Unit | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A service item: who leads, who helps, and whether it is confidential by default.

    Without a `lead`, since its unit does not exist any more, the desk chooses one.
    """

    id: UUID
    code: str
    name: str
    lead: Unit | None
    co: tuple[CoUnit, ...] = ()
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a request when it comes in.

    `home`, `areas`, `industries` and `is_above_scale` are of its enterprise: its home unit, all units it lies
    in, and its industry's code with every code above it, letter included. Of the `accused`, whom the request
    complains of, and the departments above and below them, none is ever suggested.
    """

    title: str
    description: str = ""
    item: Item | None = None
    type: RequestType | None = None
    home: Unit | None = None
    areas: tuple[Unit, ...] = ()
    industries: tuple[str, ...] = ()
    is_above_scale: bool | None = None
    accused: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are given must hold. Of `items`, `types`, `areas` and `industries` any one will do.

    `words` is a list of groups: of each group at least one word must occur, with `in_title` in the title.
    None of `without` may occur anywhere.
    """

    items: tuple[str, ...] = ()
    types: tuple[RequestType, ...] = ()
    areas: tuple[UUID, ...] = ()
    industries: tuple[str, ...] = ()
    above_scale: bool | None = None
    words: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """Send it there. What is left out is the item's own; `also` names further items of the same matter."""

    item: Item | None = None
    lead: Unit | None = None
    co: tuple[Unit, ...] | None = None
    also: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Decline:
    """Do not accept it, and tell the requester whom the law has them turn to."""

    reason: DeclineReason
    channel: str


Outcome = Send | RequestType | Urgency | Confidentiality | Decline

_ASPECTS: dict[type[Outcome], Aspect] = {
    Send: Aspect.DESTINATION,
    RequestType: Aspect.TYPE,
    Urgency: Aspect.URGENCY,
    Confidentiality: Aspect.CONFIDENTIALITY,
    Decline: Aspect.ADMISSION,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Under these conditions, this."""

    id: UUID
    name: str
    conditions: Conditions
    outcome: Outcome

    @property
    def aspect(self) -> Aspect:
        return _ASPECTS[type(self.outcome)]


# --- what routing answers ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A condition that held, and by what: a word found in the title, the name of an area …"""

    condition: Condition
    value: str

    def text(self, language: Language) -> str:
        in_text = self.condition in (Condition.TITLE, Condition.DESCRIPTION)
        if language == "zh":
            return f"{self.condition.zh}{'含' if in_text else '为'}“{self.value}”"
        return f"the {self.condition.en} {'has' if in_text else 'is'} “{self.value}”"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is suggested: a rule and what of it held, or a sentence of its own."""

    zh: str
    en: str
    rule: Rule | None = None
    matches: tuple[Match, ...] = ()

    @classmethod
    def of(cls, rule: Rule, matches: Iterable[Match]) -> "Reason":
        held = tuple(matches)
        zh = "，".join(match.text("zh") for match in held)
        en = ", ".join(match.text("en") for match in held)
        return cls(f"规则“{rule.name}”：{zh}。", f"Rule “{rule.name}”: {en}.", rule, held)

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


NO_RULE = Reason("没有规则符合，由派单员确定。", "No rule matches; the dispatch desk decides.")
CHOSEN_ITEM = Reason("填报人选定了该事项。", "The requester chose the item.")
CONFIDENTIAL_ITEM = Reason("该事项默认保密。", "The item is confidential by default.")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Hint(Generic[Value]):
    """A suggestion, and why."""

    value: Value
    reason: Reason


@dataclass(frozen=True, slots=True)
class Routing:
    """What is suggested for a request: where it should go and why, and what else the rules say of it.

    Without a `lead` the desk chooses one. `to_arrange` names co-handlers that only a person can bring in, and
    `avoided` the units that were left out because the request complains of them or their kin.
    """

    reason: Reason = NO_RULE
    item: Item | None = None
    lead: Unit | None = None
    co: tuple[Unit, ...] = ()
    also: tuple[Item, ...] = ()
    to_arrange: tuple[str, ...] = ()
    avoided: tuple[Unit, ...] = ()
    type: Hint[RequestType] | None = None
    urgency: Hint[Urgency] | None = None
    confidentiality: Hint[Confidentiality] | None = None
    decline: Hint[Decline] | None = None

    @property
    def rule(self) -> Rule | None:
        """The rule that chose where it should go; None if none did."""
        return self.reason.rule


# --- routing -----------------------------------------------------------------------------------------


def route(facts: Facts, rules: Sequence[Rule]) -> Routing:
    """What the rules, in their order, suggest for a request.

    Once the requester has chosen an item, only those rules of destination count that are about this item or
    name it among their conditions: what a person chose is not put aside for a word.
    """
    text = _Text(normalised(facts.title), normalised(facts.description))
    sent = _first(Send, rules, facts, text)
    send = sent.value if sent else Send()
    item = send.item or facts.item
    lead = send.lead or (item.lead if item else None)
    co, to_arrange = _co_units(send, item, facts.home)
    involved = dict.fromkeys(unit for unit in (lead, *co) if unit is not None)
    return Routing(
        reason=sent.reason if sent else CHOSEN_ITEM if item else NO_RULE,
        item=item,
        lead=None if lead is None or lead.id in facts.accused else lead,
        co=tuple(unit for unit in involved if unit != lead and unit.id not in facts.accused),
        also=send.also,
        to_arrange=to_arrange,
        avoided=tuple(unit for unit in involved if unit.id in facts.accused),
        type=_first(RequestType, rules, facts, text),
        urgency=_first(Urgency, rules, facts, text),
        confidentiality=_stricter(_first(Confidentiality, rules, facts, text), item),
        decline=_first(Decline, rules, facts, text),
    )


def _first(kind: type[Value], rules: Sequence[Rule], facts: Facts, text: "_Text") -> Hint[Value] | None:
    for rule in rules:
        if isinstance(rule.outcome, kind) and _respects_choice(rule, facts.item):
            matches = _matches(rule.conditions, facts, text)
            if matches is not None:
                return Hint(rule.outcome, Reason.of(rule, matches))
    return None


def _respects_choice(rule: Rule, chosen: Item | None) -> bool:
    if chosen is None or not isinstance(rule.outcome, Send) or rule.outcome.item is None:
        return True
    return rule.outcome.item.code == chosen.code or chosen.code in rule.conditions.items


def _co_units(send: Send, item: Item | None, home: Unit | None) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
    """The co-handling units that are known, and the names of those that a person must bring in."""
    if send.co is not None:
        return send.co, ()
    units: list[Unit] = []
    to_arrange: list[str] = []
    for co in item.co if item else ():
        unit = home if co.kind is CoKind.HOME else co.unit
        if unit is not None:
            units.append(unit)
        else:
            to_arrange.append(co.name or co.kind.zh)
    return tuple(units), tuple(to_arrange)


def _stricter(hint: Hint[Confidentiality] | None, item: Item | None) -> Hint[Confidentiality] | None:
    """The hint, unless the item is more confidential by default than the hint says."""
    if item is not None and item.is_confidential and (hint is None or hint.value is Confidentiality.OPEN):
        return Hint(Confidentiality.CONFIDENTIAL, CONFIDENTIAL_ITEM)
    return hint


# --- matching ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    description: str

    def find(self, word: str) -> Match | None:
        if (match := self.find_in_title(word)) is not None:
            return match
        return Match(Condition.DESCRIPTION, word) if _occurs(word, self.description) else None

    def find_in_title(self, word: str) -> Match | None:
        return Match(Condition.TITLE, word) if _occurs(word, self.title) else None


def _matches(conditions: Conditions, facts: Facts, text: _Text) -> list[Match] | None:
    """By what each of the conditions holds; None if one does not."""
    if any(text.find(word) for word in conditions.without):
        return None
    matches = []
    for match in _checked(conditions, facts, text):
        if match is None:
            return None
        matches.append(match)
    return matches


def _checked(conditions: Conditions, facts: Facts, text: _Text) -> Iterator[Match | None]:
    if conditions.items:
        item = facts.item
        yield Match(Condition.ITEM, item.name) if item and item.code in conditions.items else None
    if conditions.types:
        yield Match(Condition.TYPE, facts.type.zh) if facts.type and facts.type in conditions.types else None
    if conditions.areas:
        inside = (area for area in facts.areas if area.id in conditions.areas)
        yield next((Match(Condition.AREA, area.name) for area in inside), None)
    if conditions.industries:
        belongs = (code for code in conditions.industries if code in facts.industries)
        yield next((Match(Condition.INDUSTRY, code) for code in belongs), None)
    if conditions.above_scale is not None:
        scale = "规上企业" if conditions.above_scale else "规下企业"
        yield Match(Condition.SCALE, scale) if facts.is_above_scale is conditions.above_scale else None
    place = text.find_in_title if conditions.in_title else text.find
    for group in conditions.words:
        yield next(filter(None, map(place, group)), None)


_INVISIBLE = re.compile("[\N{ZERO WIDTH SPACE}-\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NO-BREAK SPACE}]")
_SPACES = re.compile(r"\s+")
_BESIDE_OTHERS = re.compile("(?<![0-9a-z]) | (?![0-9a-z])")


def normalised(text: str) -> str:
    """The text as words are looked for in it: one width, one case, spaces only between Latin words."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _BESIDE_OTHERS.sub("", _SPACES.sub(" ", plain))


_normalised_word = lru_cache(maxsize=8192)(normalised)


def _occurs(word: str, text: str) -> bool:
    wanted = _normalised_word(word)
    start = text.find(wanted)
    while start >= 0:
        if not _cuts(text, start) and not _cuts(text, start + len(wanted)):
            return True
        start = text.find(wanted, start + 1)
    return False


def _cuts(text: str, at: int) -> bool:
    """Whether this place is inside a Latin word or a number."""
    return 0 < at < len(text) and all(side.isascii() and side.isalnum() for side in text[at - 1 : at + 1])
