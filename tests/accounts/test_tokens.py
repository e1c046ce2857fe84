"""Access tokens: signed by us, for a quarter of an hour, and nothing else stands for one."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest

from service.accounts.rules import Identity, Via
from service.accounts.tokens import Tokens
from service.kit.clock import LOCAL
from service.kit.config import Secrets
from service.kit.crypto import KeyRing
from service.kit.errors import Unauthorized
from service.kit.ids import new_id, random_id

NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)
ACCOUNT, SESSION = new_id(), new_id()


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing(Secrets(tmp_path), "token")


@pytest.fixture
def tokens(keys: KeyRing) -> Tokens:
    return Tokens(keys)


def forged(
    keys: KeyRing, *, head: dict[str, str] | None = None, algorithm: str = "HS256", **said: Any
) -> str:
    """A token signed with our own key that differs from ours in one thing."""
    claims = {"iss": "servicedesk", "sub": str(ACCOUNT), "sid": str(SESSION), "via": "token"}
    times = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 900}
    head = {"kid": "1", "typ": "at+jwt"} | (head or {})
    key = "" if algorithm == "none" else keys.current[1]
    return jwt.encode({**claims, **times, **said}, key, algorithm, headers=head)


def test_a_token_says_who_calls_and_through_which_session(tokens: Tokens) -> None:
    token = tokens.for_account(ACCOUNT, SESSION, NOW)
    assert tokens.read(token, NOW) == Identity(Via.TOKEN, account_id=ACCOUNT, token_id=SESSION)


def test_the_token_of_an_anonymous_request_is_for_that_request_alone(tokens: Tokens) -> None:
    request_id = random_id()
    identity = tokens.read(tokens.for_anonymous_request(request_id, NOW), NOW)
    assert identity == Identity(Via.ANONYMOUS, anonymous_request_id=request_id)
    assert identity.account_id is None


@pytest.mark.parametrize("kind", ["account", "anonymous"])
def test_a_token_runs_out_after_a_quarter_of_an_hour(tokens: Tokens, kind: str) -> None:
    token = (
        tokens.for_account(ACCOUNT, SESSION, NOW)
        if kind == "account"
        else tokens.for_anonymous_request(ACCOUNT, NOW)
    )
    tokens.read(token, NOW + timedelta(minutes=15) - timedelta(seconds=1))
    with pytest.raises(Unauthorized) as refusal:
        tokens.read(token, NOW + timedelta(minutes=15))
    assert refusal.value.code == "token_expired"


def test_a_token_like_ours_is_read(tokens: Tokens, keys: KeyRing) -> None:
    tokens.read(forged(keys), NOW)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "differs",
    [
        {"algorithm": "none"},
        {"algorithm": "HS384"},
        {"iss": "somebody else"},
        {"via": "key"},
        {"via": "system"},
        {"sub": "zhang.wei"},
        {"sid": None},
        {"exp": None},
        {"head": {"typ": "JWT"}},
        {"head": {"kid": "2"}},
        {"head": {"kid": "../digest"}},
        {"head": {"kid": "９"}},
        {"head": {"kid": "1" * 400}},
    ],
    ids=str,
)
def test_a_token_that_differs_in_one_thing_is_refused(
    tokens: Tokens, keys: KeyRing, differs: dict[str, Any]
) -> None:
    with pytest.raises(Unauthorized) as refusal:
        tokens.read(forged(keys, **differs), NOW)
    assert refusal.value.code == "unknown_credential"


@pytest.mark.parametrize("nonsense", ["", "x", "a.b.c", "ey.ey.ey", "é.é.é", "sk_short"])
def test_what_is_no_token_at_all_is_refused(tokens: Tokens, nonsense: str) -> None:
    with pytest.raises(Unauthorized):
        tokens.read(nonsense, NOW)


def test_a_token_changed_in_one_character_is_refused(tokens: Tokens) -> None:
    head, claims, signature = tokens.for_account(ACCOUNT, SESSION, NOW).split(".")
    other = tokens.for_account(UUID(int=1), SESSION, NOW).split(".")[1]
    with pytest.raises(Unauthorized):
        tokens.read(f"{head}.{other}.{signature}", NOW)
    tokens.read(f"{head}.{claims}.{signature}", NOW)


def test_keys_rotate_without_signing_anybody_out(tokens: Tokens, keys: KeyRing) -> None:
    before = tokens.for_account(ACCOUNT, SESSION, NOW)
    keys.rotate()
    after = tokens.for_account(ACCOUNT, SESSION, NOW)
    assert [jwt.get_unverified_header(token)["kid"] for token in (before, after)] == ["1", "2"]
    assert tokens.read(before, NOW) == tokens.read(after, NOW)


def test_a_process_that_runs_since_before_the_rotation_reads_the_newer_tokens(
    keys: KeyRing, tmp_path: Path
) -> None:
    running = Tokens(KeyRing(Secrets(tmp_path), "token"))
    running.for_account(ACCOUNT, SESSION, NOW)
    keys.rotate()
    running.read(Tokens(keys).for_account(ACCOUNT, SESSION, NOW), NOW)


def test_a_token_of_another_installation_is_refused(tokens: Tokens, tmp_path: Path) -> None:
    elsewhere = Tokens(KeyRing(Secrets(tmp_path / "elsewhere"), "token"))
    tokens.for_account(ACCOUNT, SESSION, NOW)
    with pytest.raises(Unauthorized):
        tokens.read(elsewhere.for_account(ACCOUNT, SESSION, NOW), NOW)
