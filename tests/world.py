"""The cast: one small standing district, so that tests read as sentences about people we know.

Ids are derived from names: a test may say `world.unit("EIC")` and `world.person("wang")` without a database.
"""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from sqlmodel import SQLModel, col, update

from service.accounts.models import Account, Session
from service.kit import crypto
from service.kit.database import Database, UnitOfWork
from service.organizations.models import Department, Enterprise, Membership, ParkTown, ScaleStatus, Unit
from service.organizations.rules import Role, UnitKind
from service.organizations.rules.names import search_name, sort_key
from service.organizations.rules.units import ScaleCategory

_NAMES = UUID("5aa5c0de-0000-4000-8000-000000500153")
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)

FEED = "91500153MA0000015N"
POTTERY = "91500153MA0000023H"

#: code: kind, name, code of the parent
UNITS = {
    "500153": (UnitKind.DISTRICT, "荣昌区", None),
    "HTZ": (UnitKind.PARK, "高新区", "500153"),
    "500153002": (UnitKind.TOWN, "昌州街道", "500153"),
    "500153011": (UnitKind.TOWN, "直升镇", "500153"),
    "EIC": (UnitKind.DEPARTMENT, "经济信息委", "500153"),
    "HRS": (UnitKind.DEPARTMENT, "人力社保局", "500153"),
    "MSA": (UnitKind.DEPARTMENT, "市场监管局", "500153"),
    "PWR": (UnitKind.DEPARTMENT, "供电公司", "500153"),
    "G01": (UnitKind.WORK_GROUP, "第一工作组", "500153"),
    "G02": (UnitKind.WORK_GROUP, "第二工作组", "500153"),
    FEED: (UnitKind.ENTERPRISE, "重庆样例饲料有限公司", "HTZ"),
    POTTERY: (UnitKind.ENTERPRISE, "荣昌样例陶瓷厂", "500153011"),
}

#: user name: name, what they are where
PEOPLE = {
    "wang": ("王小麦", [(Role.ENTERPRISE, FEED)]),
    "chen": ("陈大豆", [(Role.ENTERPRISE, FEED)]),
    "liu": ("刘陶然", [(Role.ENTERPRISE, POTTERY)]),
    "zhao": ("赵进企", [(Role.CADRE, "G01")]),
    "qian": ("钱下乡", [(Role.CADRE, "G02")]),
    "sun": ("孙派单", [(Role.DISPATCHER, "500153")]),
    "li": ("李联络", [(Role.LIAISON, "EIC")]),
    "zhou": ("周承办", [(Role.HANDLER, "EIC")]),
    "zheng": ("郑帮办", [(Role.HANDLER, "EIC")]),
    "wu": ("吴审核", [(Role.APPROVER, "EIC")]),
    "han": ("韩人社", [(Role.LIAISON, "HRS"), (Role.HANDLER, "HRS"), (Role.APPROVER, "HRS")]),
    "dian": ("电小工", [(Role.LIAISON, "PWR"), (Role.HANDLER, "PWR"), (Role.APPROVER, "PWR")]),
    "feng": ("冯园区", [(Role.LIAISON, "HTZ"), (Role.HANDLER, "HTZ")]),
    "zhi": ("直镇办", [(Role.LIAISON, "500153011"), (Role.HANDLER, "500153011")]),
    "yang": ("杨回访", [(Role.CALLBACK, "500153")]),
    "zhu": ("朱督查", [(Role.SUPERVISOR, "500153")]),
    "qin": ("秦区长", [(Role.LEADER, "500153")]),
    "you": ("尤系统", [(Role.SYSTEM_ADMIN, "500153")]),
    "xu": ("许安全", [(Role.SECURITY_ADMIN, "500153")]),
    "he": ("何审计", [(Role.AUDITOR, "500153")]),
    "jin": ("金派单", [(Role.DISPATCHER, "500153")]),
}


def unit(code: str) -> UUID:
    """The id of the unit with this code."""
    return uuid5(_NAMES, f"unit {code}")


def person(username: str) -> UUID:
    """The id of this person's account."""
    return uuid5(_NAMES, f"person {username}")


def session(username: str) -> UUID:
    """The id of this person's standing sign-in."""
    return uuid5(_NAMES, f"session {username}")


def phone(username: str) -> str:
    """This person's telephone number: invented, and nobody is ever called."""
    return f"+861380000{1000 + list(PEOPLE).index(username)}"


async def build(work: UnitOfWork) -> None:
    """Bring the cast into an empty migrated database."""
    for rows in (_units(), _details(), _scale(), _accounts(), _standings()):
        work.add_all(rows)
        await work.flush()


def _units() -> list[Unit]:
    return [
        Unit(
            id=unit(code),
            kind=kind,
            code=code,
            name=name,
            sort_key=sort_key(name),
            search_name=search_name(name),
            parent_id=parent and unit(parent),
            is_street=name.endswith("街道"),
            valid_from=date(2020, 1, 1),
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for code, (kind, name, parent) in UNITS.items()
    ]


def _details() -> list[SQLModel]:
    departments = [code for code, (kind, _, _) in UNITS.items() if kind is UnitKind.DEPARTMENT]
    contact = "+8613900001111"
    return [
        *(
            Department(
                id=unit(code),
                in_appraisal=code != "PWR",
                is_enforcement=code == "MSA",
                is_vertical=code == "PWR",
            )
            for code in departments
        ),
        ParkTown(park_id=unit("HTZ"), town_id=unit("500153002")),
        Enterprise(
            id=unit(FEED),
            industry_code="1329",
            industry_edition=2017,
            area_id=unit("500153002"),
            work_group_id=unit("G01"),
            address="昌州街道样例路1号",
            contact_name="王小麦",
            contact_phone=contact,
            contact_phone_digest=crypto.digest("phone", contact),
        ),
        Enterprise(
            id=unit(POTTERY),
            industry_code="3074",
            industry_edition=2017,
            area_id=unit("500153011"),
            work_group_id=unit("G02"),
        ),
    ]


def _scale() -> list[ScaleStatus]:
    return [
        ScaleStatus(enterprise_id=unit(FEED), year=year, category=ScaleCategory.INDUSTRY, source="区统计局")
        for year in (2025, 2026)
    ]


def _accounts() -> list[Account]:
    return [
        Account(
            id=person(username),
            username=username,
            name=name,
            phone=phone(username),
            phone_digest=crypto.digest("phone", phone(username)),
            phone_verified_at=LONG_AGO,
            created_at=LONG_AGO,
        )
        for username, (name, _) in PEOPLE.items()
    ]


def _standings() -> list[SQLModel]:
    memberships = [
        Membership(
            id=uuid5(_NAMES, f"{username} {role} {code}"),
            account_id=person(username),
            unit_id=unit(code),
            role=role,
            valid_from=LONG_AGO,
        )
        for username, (_, roles) in PEOPLE.items()
        for role, code in roles
    ]
    sessions = [
        Session(
            id=session(username),
            account_id=person(username),
            started_at=LONG_AGO,
            expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        )
        for username in PEOPLE
    ]
    return [*memberships, *sessions]


async def take_roles(database: Database, username: str) -> None:
    """From now on this person holds no role any more."""
    async with database.begin(LONG_AGO) as work:
        ended = update(Membership).values(valid_to=LONG_AGO)
        await work.exec(ended.where(col(Membership.account_id) == person(username)))


async def give_role(database: Database, username: str, role: Role, code: str) -> None:
    """From now on this person holds this role at the unit, too."""
    async with database.begin(LONG_AGO) as work:
        work.add(
            Membership(
                id=uuid5(_NAMES, f"{username} {role} {code} given"),
                account_id=person(username),
                unit_id=unit(code),
                role=role,
                valid_from=LONG_AGO,
            )
        )


async def put_below(database: Database, code: str, name: str, parent: str) -> UUID:
    """A department that is part of another one, from long ago."""
    async with database.begin(LONG_AGO) as work:
        work.add(
            Unit(
                id=unit(code),
                kind=UnitKind.DEPARTMENT,
                code=code,
                name=name,
                sort_key=sort_key(name),
                search_name=search_name(name),
                parent_id=unit(parent),
                valid_from=date(2020, 1, 1),
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
            )
        )
        await work.flush()
        work.add(Department(id=unit(code), in_appraisal=False, is_enforcement=False, is_vertical=False))
    return unit(code)
