"""The people of the sample district: an account for each role, called like the role, and for each unit.

User names can be guessed: `handler-eic` and `handler-500153005` handle for a department and a town,
`cadre-07-2` is the second cadre of group 7, `enterprise-042` speaks for enterprise 42. One enterprise of each
trade has somebody who speaks for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service.organizations.rules.permissions import ROLE_KINDS, Role
from service.organizations.rules.units import UnitKind
from service.sample import names
from service.sample.organization import (
    CADRES_OF_A_GROUP,
    DEPARTMENTS,
    DISTRICT_CODE,
    ENTERPRISES,
    PARK_CODE,
    TOWNS,
    TRADES,
    WORK_GROUPS,
)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in, and the role held at a unit."""

    number: int
    username: str
    role: Role
    unit_kind: UnitKind
    unit_code: str

    @property
    def name(self) -> str:
        return names.person(self.number)


Post = tuple[str, Role, UnitKind, str]

#: The department whose people carry the bare names of the roles.
OFFICE = "HRS"


def _posts() -> Iterator[Post]:
    yield from _named_like_roles()
    yield "dispatcher-2", Role.DISPATCHER, UnitKind.DISTRICT, DISTRICT_CODE
    handling = (
        *((UnitKind.DEPARTMENT, department.code) for department in DEPARTMENTS),
        (UnitKind.PARK, PARK_CODE),
        *((UnitKind.TOWN, town.code) for town in TOWNS),
    )
    for kind, code in handling:
        for role in (Role.LIAISON, Role.HANDLER, Role.APPROVER):
            yield f"{role}-{code.lower()}", role, kind, code
    for group in WORK_GROUPS:
        for number in range(1, CADRES_OF_A_GROUP + 1):
            if (group.number, number) != (1, 1):  # that one is called `cadre`
                yield f"cadre-{group.number:02d}-{number}", Role.CADRE, UnitKind.WORK_GROUP, group.code
    for enterprise in ENTERPRISES[: len(TRADES)]:
        yield f"enterprise-{enterprise.number:03d}", Role.ENTERPRISE, UnitKind.ENTERPRISE, enterprise.uscc


def _named_like_roles() -> Iterator[Post]:
    for role in Role:
        kinds = ROLE_KINDS[role]
        if UnitKind.DISTRICT in kinds:
            yield role.value, role, UnitKind.DISTRICT, DISTRICT_CODE
        elif UnitKind.DEPARTMENT in kinds:
            yield role.value, role, UnitKind.DEPARTMENT, OFFICE
        elif UnitKind.WORK_GROUP in kinds:
            yield role.value, role, UnitKind.WORK_GROUP, WORK_GROUPS[0].code
        else:
            yield role.value, role, UnitKind.ENTERPRISE, ENTERPRISES[0].uscc


PEOPLE = tuple(Person(number, *post) for number, post in enumerate(_posts(), start=1))
NAMED_LIKE_ROLES = tuple(person for person in PEOPLE if person.username == person.role)
