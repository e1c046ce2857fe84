"""Accounts: one name each, personal data sealed, closed without being deleted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from service.accounts import actions, queries
from service.accounts.models import Account
from service.accounts.rules import normal_username
from service.accounts.schemas import AccountCreate, AccountPatch, AccountRead
from service.kit import crypto
from service.kit.clock import GivenClock
from service.kit.config import Secrets, Settings
from service.kit.database import Database
from service.kit.errors import Conflict, NotFound
from service.kit.ids import new_id
from tests.accounts.conftest import PHONE

PERSONAL = {"phone": PHONE, "email": "zhang@example.cn", "identity_number": "11010519491231002X"}


async def row(database: Database, account: Account) -> dict[str, Any]:
    """The account as it lies in the database."""
    async with database.reading() as reading:
        found = await reading.execute(text("SELECT * FROM accounts WHERE id = :id"), {"id": account.id})
        return dict(found.mappings().one())


async def test_what_is_personal_is_not_in_the_database_to_be_read(zhang: Account, database: Database) -> None:
    stored = await row(database, zhang)
    for field, plain in PERSONAL.items():
        for column in (field, f"{field}_digest"):
            assert isinstance(stored[column], bytes)
            for part in (plain, plain[3:], plain[-6:]):
                assert part.encode() not in stored[column]


async def test_what_was_sealed_is_read_again(zhang: Account, database: Database, clock: GivenClock) -> None:
    async with database.begin(clock.now()) as work:
        account = await queries.get(work, zhang.id)
        assert {field: getattr(account, field) for field in PERSONAL} == PERSONAL


async def test_two_with_one_phone_have_equal_digests_and_different_ciphertexts(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        li = await actions.create(
            work, AccountCreate(username="li.na", name="李娜", phone="+86-138-1234-1234"), by=zhang.id
        )
    first, second = await row(database, zhang), await row(database, li)
    assert first["phone_digest"] == second["phone_digest"]
    assert first["phone"] != second["phone"]
    async with database.begin(clock.now()) as work:
        with_phone = select(Account).where(col(Account.phone_digest) == crypto.digest("phone", PHONE))
        same = await work.exec(with_phone.order_by(col(Account.username)))
        assert [account.username for account in same] == ["li.na", "zhang.wei"]


async def test_after_rotation_the_old_key_reads_and_the_new_one_writes(
    zhang: Account, database: Database, clock: GivenClock, settings: Settings
) -> None:
    crypto.KeyRing(settings.secrets, "sealing").rotate()
    crypto.use(crypto.Vault(Secrets(settings.secrets.directory)))
    async with database.begin(clock.now()) as work:
        account = await queries.get(work, zhang.id, lock=True)
        assert account.phone == PHONE
        await actions.change(work, account, AccountPatch(email="new@example.cn"), by=zhang.id)
    stored = await row(database, zhang)
    assert stored["phone"][1:3] < stored["email"][1:3], "each value names the key that sealed it"
    async with database.begin(clock.now()) as work:
        assert (await queries.get(work, zhang.id)).email == "new@example.cn"


def test_comparing_a_sealed_column_is_refused_since_it_would_never_find_anything() -> None:
    with pytest.raises(TypeError, match="compare its digest"):
        select(Account).where(col(Account.phone) == PHONE)
    assert "IS NULL" in str(select(Account).where(col(Account.phone).is_(None)))


@pytest.mark.parametrize(
    "change",
    [
        "phone = NULL",
        "phone_digest = NULL",
        "external_issuer = 'https://id.example.cn'",
        "username = 'x'",
        "version = 0",
    ],
)
async def test_the_database_itself_refuses_half_of_a_pair(
    zhang: Account, database: Database, clock: GivenClock, change: str
) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin(clock.now()) as work:
            await (await work.connection()).execute(text(f"UPDATE accounts SET {change}"))


async def test_a_user_name_is_taken_however_it_is_written(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        with pytest.raises(Conflict) as refusal:
            await actions.create(work, AccountCreate(username="Zhang.Wei", name="张薇"), by=None)
        assert refusal.value.code == "username_taken"
        await actions.create(work, AccountCreate(username="zhang.wei2", name="张薇"), by=None)


async def test_an_outside_identity_belongs_to_one_account(database: Database, clock: GivenClock) -> None:
    subject = ("https://id.example.cn", "248289761001")
    async with database.begin(clock.now()) as work:
        first = await actions.create(
            work, AccountCreate(username="first", name="甲"), by=None, external=subject
        )
        with pytest.raises(Conflict) as refusal:
            await actions.create(work, AccountCreate(username="second", name="乙"), by=None, external=subject)
        assert refusal.value.code == "external_subject_taken"
        assert await queries.by_external_subject(work, *subject) is first
        assert await queries.by_external_subject(work, "https://other.example.cn", subject[1]) is None


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("x", "username_length"),
        ("x" * 65, "username_length"),
        ("zhang wei", "username_characters"),
        ("zhang/wei", "username_characters"),
        ("zhang\u200bwei", "username_characters"),
    ],
)
def test_a_user_name_of_the_wrong_form_is_refused(username: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        AccountCreate(username=username, name="张伟")
    assert [error["type"] for error in refusal.value.errors()] == [code]


@given(written=st.text())
def test_the_normal_form_of_a_user_name_is_its_own_normal_form(written: str) -> None:
    assert normal_username(normal_username(written)) == normal_username(written)


@pytest.mark.parametrize(
    ("written", "normal"), [("张伟", "张伟"), ("ZHANG_wei-2@Gov", "zhang_wei-2@gov"), ("Straße", "strasse")]
)
def test_a_user_name_has_one_form(written: str, normal: str) -> None:
    assert AccountCreate(username=written, name="张伟").username == normal


async def test_a_change_names_its_fields_and_clears_what_is_null(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        account = await queries.get(work, zhang.id, lock=True)
        await actions.change(work, account, AccountPatch(name="张卫", phone=None), by=zhang.id)
    async with database.begin(clock.now()) as work:
        account = await queries.get(work, zhang.id)
    assert (account.name, account.phone, account.phone_digest) == ("张卫", None, None)
    assert (account.email, account.version) == ("zhang@example.cn", 2)
    async with database.reading() as reading:
        told = await reading.execute(
            text("SELECT type, version, data FROM events ORDER BY sequence DESC LIMIT 1")
        )
    assert tuple(told.one()) == ("account.changed", 2, {"fields": ["name", "phone"]})


def test_a_name_cannot_be_cleared() -> None:
    with pytest.raises(ValidationError):
        AccountPatch(name=None)


async def test_closing_and_opening_are_told_once_however_often_they_are_asked_for(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    for act in (actions.deactivate, actions.deactivate, actions.reactivate, actions.reactivate):
        async with database.begin(clock.now()) as work:
            await act(work, await queries.get(work, zhang.id, lock=True), by=None)
    async with database.reading() as reading:
        told = await reading.execute(text("SELECT type, version FROM events ORDER BY sequence OFFSET 1"))
    assert [tuple(event) for event in told] == [("account.deactivated", 2), ("account.reactivated", 3)]


async def test_an_account_is_shown_with_its_personal_data_masked(zhang: Account) -> None:
    shown = AccountRead.of(zhang)
    assert (shown.phone, shown.email, shown.identity_number) == (
        "138****1234",
        "z***@example.cn",
        "110*************2X",
    )
    assert [plain for plain in PERSONAL.values() if plain in shown.model_dump_json()] == []


async def test_an_account_that_is_not_there_is_not_found(database: Database, clock: GivenClock) -> None:
    async with database.begin(clock.now()) as work:
        with pytest.raises(NotFound):
            await queries.get(work, new_id())
