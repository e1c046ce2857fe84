"""Who may give which role: what it needs of the giver, and which roles one person cannot combine."""

from collections.abc import Iterable
from datetime import datetime

from service.kit.labels import Labelled
from service.organizations.rules.permissions import ADMINISTRATORS, Permission, Role

_HANDLING = frozenset({Role.LIAISON, Role.HANDLER, Role.APPROVER})

GIVEN_BY: dict[Role, Permission] = {
    role: Permission.PEOPLE_MANAGE for role in Role if role not in {Role.ENTERPRISE, *ADMINISTRATORS}
} | {
    Role.ENTERPRISE: Permission.PEOPLE_INVITE_CONTACTS,
    Role.SYSTEM_ADMIN: Permission.SECURITY_MANAGE,
    Role.SECURITY_ADMIN: Permission.SECURITY_MANAGE,
    Role.AUDITOR: Permission.SECURITY_MANAGE,
}
"""The permission that a giver needs at the unit. Administrators are named by the security administrator."""


def clash(held: Iterable[Role], role: Role) -> Role | None:
    """The first role among those held that one person cannot combine with `role`, or None.

    An administrator has no other role; who speaks for an enterprise does not also judge or handle its
    requests, and who calls back does not belong to a unit that handles.
    """
    return next((other for other in held if other is not role and _apart(other, role)), None)


def _apart(one: Role, other: Role) -> bool:
    pair = {one, other}
    if pair & ADMINISTRATORS or Role.ENTERPRISE in pair:
        return True
    return Role.CALLBACK in pair and bool(pair & _HANDLING)


ENDED_BY: dict[Role, Permission] = {
    role: Permission.SECURITY_MANAGE if role in ADMINISTRATORS else Permission.PEOPLE_MANAGE for role in Role
}
"""The permission needed at the unit to end another person's role; one's own may always be left."""


class InvitationStatus(Labelled):
    """What has become of an invitation."""

    OPEN = "open", "待接受", "Open"
    ACCEPTED = "accepted", "已接受", "Accepted"
    REVOKED = "revoked", "已撤回", "Revoked"
    EXPIRED = "expired", "已过期", "Expired"


def invitation_status(
    now: datetime, expires_at: datetime, accepted_at: datetime | None, revoked_at: datetime | None
) -> InvitationStatus:
    """What has become of an invitation by now."""
    if accepted_at is not None:
        return InvitationStatus.ACCEPTED
    if revoked_at is not None:
        return InvitationStatus.REVOKED
    return InvitationStatus.OPEN if now < expires_at else InvitationStatus.EXPIRED
