"""Who may do what where: roles, what they give, where they are held, and what one person may not combine."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from service.organizations.rules import ROLE_PERMISSIONS, Permission, Role, UnitKind
from service.organizations.rules.people import GIVEN_BY, InvitationStatus, clash, invitation_status
from service.organizations.rules.permissions import ADMINISTRATORS, ROLE_KINDS
from service.organizations.rules.units import PARENT_KINDS

BUSINESS = {permission for permission in Permission if permission.startswith("requests.")}


@pytest.mark.parametrize("role", Role)
def test_each_role_is_decided_in_every_table(role: Role) -> None:
    assert ROLE_PERMISSIONS[role]
    assert ROLE_KINDS[role]
    assert GIVEN_BY[role] in {held for permissions in ROLE_PERMISSIONS.values() for held in permissions}


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_is_held_by_somebody(permission: Permission) -> None:
    assert any(permission in held for held in ROLE_PERMISSIONS.values())


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrators_see_no_business(role: Role) -> None:
    assert not ROLE_PERMISSIONS[role] & (BUSINESS | {Permission.EVENTS_READ})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISPATCHER}))
def test_only_the_dispatcher_reads_what_is_confidential(role: Role) -> None:
    assert Permission.REQUESTS_READ_CONFIDENTIAL not in ROLE_PERMISSIONS[role]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ENTERPRISE}))
def test_only_the_enterprise_judges_and_withdraws(role: Role) -> None:
    assert not ROLE_PERMISSIONS[role] & {Permission.REQUESTS_RATE, Permission.REQUESTS_WITHDRAW}


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.CADRE])
def test_no_rival_can_look_up_an_enterprise_in_the_directory(role: Role) -> None:
    assert Permission.ENTERPRISES_DIRECTORY not in ROLE_PERMISSIONS[role]


@pytest.mark.parametrize("role", sorted(set(Role) - ADMINISTRATORS))
def test_who_manages_people_cannot_make_administrators(role: Role) -> None:
    for administrator in ADMINISTRATORS:
        assert GIVEN_BY[administrator] not in ROLE_PERMISSIONS[role]


@pytest.mark.parametrize(
    ("held", "role"),
    [
        (Role.SYSTEM_ADMIN, Role.DISPATCHER),
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
        (Role.AUDITOR, Role.SYSTEM_ADMIN),
        (Role.HANDLER, Role.ENTERPRISE),
        (Role.CADRE, Role.ENTERPRISE),
        (Role.HANDLER, Role.CALLBACK),
        (Role.CALLBACK, Role.APPROVER),
    ],
)
def test_what_one_person_cannot_be_at_once(held: Role, role: Role) -> None:
    assert clash([held], role) is held
    assert clash([role], held) is role


@pytest.mark.parametrize(
    ("held", "role"),
    [
        (Role.LIAISON, Role.HANDLER),
        (Role.HANDLER, Role.APPROVER),
        (Role.DISPATCHER, Role.CALLBACK),
        (Role.CADRE, Role.HANDLER),
        (Role.ENTERPRISE, Role.ENTERPRISE),
    ],
)
def test_what_one_person_can_be_at_once(held: Role, role: Role) -> None:
    assert clash([held], role) is None


def test_whether_two_roles_clash_does_not_depend_on_which_came_first() -> None:
    for one, other in product(Role, Role):
        assert (clash([one], other) is None) == (clash([other], one) is None)


def test_the_tree_has_one_root_and_no_circle_of_kinds_but_departments() -> None:
    assert [kind for kind in UnitKind if not PARENT_KINDS[kind]] == [UnitKind.DISTRICT]
    assert [kind for kind in UnitKind if kind in PARENT_KINDS[kind]] == [UnitKind.DEPARTMENT]


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expires", "accepted", "revoked", "status"),
    [
        (NOON + timedelta(seconds=1), None, None, InvitationStatus.OPEN),
        (NOON, None, None, InvitationStatus.EXPIRED),
        (NOON - timedelta(days=1), NOON - timedelta(days=2), None, InvitationStatus.ACCEPTED),
        (NOON - timedelta(days=1), None, NOON - timedelta(days=2), InvitationStatus.REVOKED),
    ],
    ids=["open", "expired", "accepted", "revoked"],
)
def test_what_has_become_of_an_invitation(
    expires: datetime, accepted: datetime | None, revoked: datetime | None, status: InvitationStatus
) -> None:
    assert invitation_status(NOON, expires, accepted, revoked) is status
