"""The command line: its help, its exit codes, and what the doctor sees."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import psycopg
import pytest
import typer
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from service import __version__
from service.app import create_app
from service.commands.line import app
from service.kit.cluster import Cluster
from service.kit.config import Settings
from service.kit.errors import Problem

COMMANDS = list(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def run(*arguments: str, settings: Settings | None = None, typed: str = "") -> Result:
    """A command in the installation of the settings."""
    given = {"SERVICEDESK_DATABASE_URL": settings.database_url} if settings else {}
    given |= {"SERVICEDESK_APP_DATABASE_URL": settings.app_database_url} if settings else {}
    where = [f"--data={settings.data}"] if settings else []
    return CliRunner().invoke(app, [*arguments, *where], env=given, input=typed)


def test_it_tells_its_version() -> None:
    assert run("--version").stdout == f"servicedesk {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_its_exit_codes(command: str) -> None:
    explained = run(command, "--help")
    assert explained.exit_code == 0
    assert "Exit codes: 0 " in explained.stdout


def test_wrong_usage_is_exit_code_2() -> None:
    assert run("serve", "--port=not-a-port").exit_code == 2


def test_the_openapi_document_can_be_printed_and_written(tmp_path: Path) -> None:
    printed = json.loads(run("openapi").stdout)
    assert printed["openapi"].startswith("3.1")
    assert run("openapi", f"--output={tmp_path / 'api.json'}").exit_code == 0
    assert json.loads((tmp_path / "api.json").read_text()) == printed


def test_the_lifecycle_can_be_printed_and_written(tmp_path: Path) -> None:
    printed = run("lifecycle").stdout
    assert "| `accept` 受理 | to_dispatch |" in printed
    assert run("lifecycle", f"--output={tmp_path / 'page.md'}").exit_code == 0
    assert (tmp_path / "page.md").read_text() == printed


@pytest.fixture
def empty(cluster: Cluster, settings: Settings) -> Iterator[Settings]:
    """An installation whose database nobody has migrated yet."""
    name = "empty_of_commands"
    owner = make_url(cluster.owner_url)
    admin = psycopg.connect(
        owner.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False),
        autocommit=True,
    )
    admin.execute(f"CREATE DATABASE {name}")
    yield settings.model_copy(
        update={
            "database_url": owner.set(database=name).render_as_string(hide_password=False),
            "app_database_url": make_url(cluster.app_url)
            .set(database=name)
            .render_as_string(hide_password=False),
        }
    )
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


def test_migrate_makes_the_structure_and_then_has_nothing_to_do(empty: Settings) -> None:
    before = run("doctor", settings=empty)
    assert before.exit_code == 1
    assert "servicedesk migrate" in before.stdout
    for _ in range(2):
        assert run("migrate", settings=empty).exit_code == 0
    assert run("doctor", settings=empty).exit_code == 0


def test_the_doctor_finds_a_role_that_could_rewrite_the_log(settings: Settings) -> None:
    assert run("doctor", settings=settings).exit_code == 0
    mighty = settings.model_copy(update={"app_database_url": settings.database_url})
    examined = run("doctor", settings=mighty)
    assert examined.exit_code == 1
    assert "rewrite the log" in examined.stdout


def test_the_owner_without_an_app_url_acts_as_the_app_role(settings: Settings) -> None:
    examined = run("doctor", settings=settings.model_copy(update={"app_database_url": None}))
    assert examined.exit_code == 0
    assert "servicedesk_app" in examined.stdout


def test_the_doctor_finds_a_secret_that_others_can_read(settings: Settings, tmp_path: Path) -> None:
    here = settings.model_copy(update={"data": tmp_path})
    shutil.copytree(settings.secrets.directory, here.secrets.directory)
    here.secrets.get("key")
    assert run("doctor", settings=here).exit_code == 0
    (tmp_path / "secrets" / "key").chmod(0o644)
    examined = run("doctor", settings=here)
    assert examined.exit_code == 1
    assert f"chmod go= {tmp_path / 'secrets' / 'key'}" in examined.stdout


def test_the_doctor_says_when_nothing_is_installed(tmp_path: Path) -> None:
    examined = run("doctor", f"--data={tmp_path / 'nowhere'}")
    assert examined.exit_code == 1
    assert "servicedesk serve" in examined.stdout
    assert not (tmp_path / "nowhere").exists()


# --- administrators ----------------------------------------------------------------------------------


def test_an_administrator_can_be_made_in_an_empty_installation_and_sign_in(empty: Settings) -> None:
    made = run("create-admin", "xu.anquan", "--role=security_admin", "--generate", settings=empty)
    assert made.exit_code == 0
    password = made.stdout.strip().rpartition(" ")[2]
    roles = anyio.run(roles_of, empty, "xu.anquan", password)
    assert roles == [("security_admin", "500153")]


def test_the_password_is_read_where_there_is_no_terminal(empty: Settings) -> None:
    typed = "correct horse battery staple\n"
    assert run("create-admin", "you", "--role=system_admin", settings=empty, typed=typed).exit_code == 0
    assert run("create-admin", "he", "--role=auditor", settings=empty, typed=typed).exit_code == 0
    assert anyio.run(roles_of, empty, "he", typed.strip()) == [("auditor", "500153")]


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("wang", "--role=auditor"), "correct horse battery staple\n", "username_taken"),
        (("he.shenji", "--role=auditor"), "short\n", "invalid"),
    ],
    ids=["a taken user name", "a short password"],
)
def test_an_administrator_is_not_made_with(
    settings: Settings, arguments: tuple[str, ...], typed: str, said: str
) -> None:
    refused = run("create-admin", *arguments, settings=settings, typed=typed)
    assert isinstance(refused.exception, Problem)
    assert refused.exception.code == said


async def roles_of(settings: Settings, username: str, password: str) -> list[tuple[str, str]]:
    """What somebody who signs in is told of their roles and where they hold them."""
    service = create_app(settings)
    transport = httpx.ASGITransport(app=service)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
        form = {"username": username, "password": password}
        token = (await client.post("/auth/token", data=form)).json()["access_token"]
        me = (await client.get("/me", headers={"Authorization": f"Bearer {token}"})).json()
    await service.state.database.close()
    return [(held["role"], held["unit"]["code"]) for held in me["memberships"]]
