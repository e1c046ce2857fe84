"""Where a person sits towards a request, and what each verb then comes to: the lifecycle seen by everybody.

Only what the table says can be told here. Whether a step's own condition holds (`Step.guard`) depends on the
request; that nobody reads a confidential request by their seat alone is told by `queries.visibility`.
"""

from collections.abc import Iterator
from enum import Enum, auto

from service.kit.labels import Labelled
from service.organizations.rules import ROLE_PERMISSIONS, Permission, Role
from service.organizations.rules.permissions import ADMINISTRATORS
from service.requests.rules.lifecycle import HELD_AT, STEPS, Side, Step
from service.requests.rules.statuses import Stage, Status, Verb


class Seat(Labelled):
    """What the unit at which a role is held is to an open request."""

    OWN = "own", "本企业", "The enterprise"
    GROUP = "group", "驻企工作组", "Its work group"
    HOME = "home", "属地园镇街", "Its home unit"
    LEAD = "lead", "主办单位", "The lead unit"
    CO = "co", "协办单位", "A co-handling unit"
    DISTRICT = "district", "区级", "The district"
    OTHER = "other", "无关单位", "Any other unit"


_STAFF = (Role.LIAISON, Role.HANDLER, Role.APPROVER)

ROLES_AT: dict[Seat, tuple[Role, ...]] = {
    Seat.OWN: (Role.ENTERPRISE,),
    Seat.GROUP: (Role.CADRE,),
    Seat.HOME: _STAFF,
    Seat.LEAD: _STAFF,
    Seat.CO: _STAFF,
    Seat.DISTRICT: (Role.DISPATCHER, Role.CALLBACK, Role.SUPERVISOR, Role.LEADER, *sorted(ADMINISTRATORS)),
    Seat.OTHER: (Role.ENTERPRISE, Role.CADRE, *_STAFF),
}
"""The roles that can be held at each seat."""

_SEATS_OF: dict[Side, frozenset[Seat]] = {
    Side.ENTERPRISE: frozenset({Seat.OWN, Seat.GROUP, Seat.HOME, Seat.DISTRICT}),
    Side.LEAD: frozenset({Seat.LEAD, Seat.DISTRICT}),
    Side.DESK: frozenset({Seat.DISTRICT}),
}
"""Where a permission reaches the side: a role reaches what lies below its unit, the district everything."""

NOT_DISPATCHED_YET = frozenset({Status.DRAFT, Status.SUBMITTED, Status.NEED_INFO, Status.NOT_ACCEPTED})
"""Here no unit holds the request; one that is withdrawn, merged or to be dispatched may have had one."""


class Outcome(Enum):
    """What comes of a call when it is no step."""

    UNSEEN = auto()
    NOT_POSSIBLE = auto()
    NOT_ALLOWED = auto()


def sees(seat: Seat, role: Role, status: Status) -> bool:
    """Whether this role sees an open request from this seat; a draft is its author's alone."""
    if status is Status.DRAFT:
        return seat is Seat.OWN
    reads = Permission.REQUESTS_READ in ROLE_PERMISSIONS[role]
    return reads and seat is not Seat.OTHER and not (status in NOT_DISPATCHED_YET and seat in _HOLDERS)


_HOLDERS = (Seat.LEAD, Seat.CO)


def allowed(seat: Seat, role: Role, step: Step) -> bool:
    """Whether this role, held at this seat, has a permission that the step needs."""
    return any(
        permission in ROLE_PERMISSIONS[role] and seat in _SEATS_OF[HELD_AT[permission]]
        for permission in step.needs
    )


def outcome(seat: Seat, role: Role, status: Status, stage: Stage | None, verb: Verb) -> Step | Outcome:
    """What a verb comes to for this role at this seat, in the order in which a call is checked."""
    if not sees(seat, role, status):
        return Outcome.UNSEEN
    step = STEPS.get((status, verb, stage))
    if step is None:
        return Outcome.NOT_POSSIBLE
    return step if allowed(seat, role, step) else Outcome.NOT_ALLOWED


def chairs() -> Iterator[tuple[Seat, Role]]:
    """Every seat with every role that can be held there."""
    for seat, roles in ROLES_AT.items():
        for role in roles:
            yield seat, role
