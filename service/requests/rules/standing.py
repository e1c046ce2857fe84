"""What the lifecycle needs to know of a request and of who asks, and why a step may be refused for it."""

from collections.abc import Callable
from dataclasses import dataclass

from service.requests.rules.statuses import Stage, Status


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of one request and of who asks."""

    status: Status
    stage: Stage | None = None
    round: int = 1
    unconfirmed: bool = False
    """Filed on behalf of an enterprise that has not confirmed it."""
    dissatisfied: bool = False
    """The present round was rated low, or as not solved."""
    overdue: bool = False
    """The time for handling it is over."""
    proposed_by_asker: bool = False
    """The asker is the one who proposed what a second person must confirm."""


@dataclass(frozen=True)
class Hindrance:
    """Why a step is refused although the table has it."""

    code: str
    zh: str
    en: str


Guard = Callable[[Standing], Hindrance | None]


def a_second_person(standing: Standing) -> Hindrance | None:
    """Nobody confirms their own proposal."""
    if not standing.proposed_by_asker:
        return None
    return Hindrance(
        "second_person_needed",
        "不予受理须由另一名受理人员确认。",
        "Another dispatcher must confirm the refusal that you proposed.",
    )


def not_confirmed_yet(standing: Standing) -> Hindrance | None:
    """Only what was filed for an enterprise is confirmed by it, and once."""
    if standing.unconfirmed:
        return None
    return Hindrance(
        "nothing_to_confirm", "该诉求无需企业确认。", "There is nothing for the enterprise to confirm."
    )


MOST_REDOS = 2


def redos_left(standing: Standing) -> Hindrance | None:
    """A request is redone twice at most."""
    if standing.round <= MOST_REDOS:
        return None
    return Hindrance(
        "too_many_redos",
        f"重办已达{MOST_REDOS}次上限，请转入督办。",
        f"It was redone {MOST_REDOS} times already; hand it to supervision.",
    )


def redo_of_closed(standing: Standing) -> Hindrance | None:
    """A closed request is redone only when its enterprise was dissatisfied, or it was not solved."""
    if standing.dissatisfied:
        return redos_left(standing)
    return Hindrance(
        "satisfied",
        "该诉求未被评为不满意或未解决，不能重办。",
        "It was not rated low or unsolved, so it cannot be redone.",
    )
