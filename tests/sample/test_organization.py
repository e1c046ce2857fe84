"""The sample district has the size and the shape of the real one, and is the same each time."""

import subprocess
import sys
from collections import Counter

from service.kit.personal import normal_phone
from service.organizations.rules.industries import parse as parse_industry
from service.organizations.rules.permissions import ROLE_KINDS, Role
from service.organizations.rules.units import ScaleCategory, UnitKind
from service.organizations.rules.uscc import parse as parse_uscc
from service.sample.organization import (
    DEPARTMENTS,
    ENTERPRISES,
    INDUSTRY_EDITION,
    PARK_TOWNS,
    TOWNS,
    TRADES,
    WORK_GROUPS,
)
from service.sample.people import NAMED_LIKE_ROLES, PEOPLE
from service.sample.requests import REQUESTS


def test_there_are_six_streets_and_fifteen_towns_with_their_codes() -> None:
    assert [town.is_street for town in TOWNS] == [True] * 6 + [False] * 15
    assert (TOWNS[0].code, TOWNS[-1].code) == ("500153001", "500153021")
    assert all(town in TOWNS for town in PARK_TOWNS)
    assert len(PARK_TOWNS) == 4


def test_every_department_of_the_reference_is_there_and_the_park_is_none() -> None:
    codes = (
        "ORG SWD DRC EIC EDU STB PSB JUS FIN HRS PNR EEB HUC UMB TRC WRB ARC COM HLC EMB MSA MIB GSO TAX "
        "FOB FIR UNI FIC STA PWR WTR GAS HPF SAS"
    )
    assert [department.code for department in DEPARTMENTS] == codes.split()


def test_the_district_does_not_appraise_what_it_does_not_lead() -> None:
    not_appraised = {department.code for department in DEPARTMENTS if not department.in_appraisal}
    assert not_appraised >= {department.code for department in DEPARTMENTS if department.is_vertical}
    assert {"TAX", "FIR", "PWR", "GAS"} <= not_appraised


def test_337_enterprises_are_shared_out_evenly_among_25_groups() -> None:
    assert len(ENTERPRISES) == 337
    sizes = Counter(enterprise.work_group for enterprise in ENTERPRISES)
    assert sizes.keys() == set(WORK_GROUPS)
    assert Counter(sizes.values()) == {14: 12, 13: 13}


def test_each_group_has_four_cadres() -> None:
    cadres = Counter(person.unit_code for person in PEOPLE if person.role is Role.CADRE)
    assert cadres == {group.code: 4 for group in WORK_GROUPS}


def test_social_credit_codes_are_true_to_the_standard_and_different() -> None:
    codes = [enterprise.uscc for enterprise in ENTERPRISES]
    assert [parse_uscc(code) for code in codes] == codes
    assert len(set(codes)) == len(codes)


def test_firms_carry_the_regions_of_the_district_of_the_former_county_and_of_the_city() -> None:
    regions = Counter(enterprise.uscc[2:8] for enterprise in ENTERPRISES)
    assert regions.most_common(1)[0][0] == "500153"
    assert regions.keys() == {"500153", "500226", "500000"}


def test_no_two_enterprises_share_a_name_and_each_says_that_it_is_an_example() -> None:
    names = [enterprise.name for enterprise in ENTERPRISES]
    assert len(set(names)) == len(names)
    assert all(name.endswith("（示例）") for name in names)


def test_industries_are_classes_of_the_edition() -> None:
    assert all(parse_industry(trade.code, INDUSTRY_EDITION) == trade.code for trade in TRADES)
    assert len({trade.code for trade in TRADES}) == len(TRADES)


def test_every_category_of_above_scale_enterprises_occurs() -> None:
    assert {enterprise.trade.scale for enterprise in ENTERPRISES} == set(ScaleCategory)


def test_a_town_named_for_a_trade_exists() -> None:
    named = {name for trade in TRADES for name in trade.towns}
    assert named <= {town.name for town in TOWNS}


def test_enterprises_in_the_park_stand_in_its_towns() -> None:
    in_park = [enterprise for enterprise in ENTERPRISES if enterprise.home == (UnitKind.PARK, "HTZ")]
    assert in_park
    assert {enterprise.town for enterprise in in_park} == set(PARK_TOWNS)


def test_nobody_can_be_called() -> None:
    phones = {enterprise.contact_phone for enterprise in ENTERPRISES}
    assert len(phones) == len(ENTERPRISES)
    assert all(normal_phone(phone).startswith("+86230") for phone in phones)


def test_there_is_one_account_for_each_role_called_like_the_role() -> None:
    assert [person.username for person in NAMED_LIKE_ROLES] == [role.value for role in Role]


def test_user_names_and_names_are_different() -> None:
    assert len({person.username for person in PEOPLE}) == len(PEOPLE)
    people = {person.name for person in PEOPLE} | {enterprise.contact_name for enterprise in ENTERPRISES}
    assert len(people) == len(PEOPLE) + len(ENTERPRISES)


def test_roles_are_held_where_they_can_be_held() -> None:
    assert all(person.unit_kind in ROLE_KINDS[person.role] for person in PEOPLE)


def test_every_handling_unit_can_sign_handle_and_approve() -> None:
    handling = {code: set[Role]() for code in ("HTZ", *(unit.code for unit in (*DEPARTMENTS, *TOWNS)))}
    for person in PEOPLE:
        if person.unit_kind in (UnitKind.DEPARTMENT, UnitKind.PARK, UnitKind.TOWN):
            handling[person.unit_code].add(person.role)
    assert all(roles >= {Role.LIAISON, Role.HANDLER, Role.APPROVER} for roles in handling.values())


def test_a_second_process_makes_the_same_district() -> None:
    show = "from service.sample import organization, people; print(organization.ENTERPRISES, people.PEOPLE)"
    again = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert again.stdout == f"{ENTERPRISES} {PEOPLE}\n"


def test_every_trade_has_an_enterprise_whose_contact_can_sign_in() -> None:
    speaking = {person.unit_code for person in PEOPLE if person.role is Role.ENTERPRISE}
    assert {firm.trade for firm in ENTERPRISES if firm.uscc in speaking} == set(TRADES)
    assert {said.username for said in REQUESTS} <= {person.username for person in PEOPLE}
