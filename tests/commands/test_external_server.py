"""On somebody else's PostgreSQL: what the owner's role must be able to do, and what is said if it cannot."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from service.commands.line import app
from service.kit.postgres import Programs
from tests.service_process import eventually, serving


@pytest.fixture
def superuser(tmp_path: Path) -> Iterator[psycopg.Connection]:
    """The superuser of a server that knows nothing of us and trusts everybody on its socket."""
    home = tmp_path / "server"
    home.mkdir()
    with Programs(home) as programs:
        programs.give(home)
        place = str(programs.place / "data")
        programs.run(
            "initdb", "-D", place, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"
        )
        log = os.open(home / "log", os.O_WRONLY | os.O_CREAT)
        server = programs.start(
            "postgres", "-D", place, "-c", "listen_addresses=", "-k", str(programs.place), "-F", output=log
        )
        os.close(log)
    note = home / "data" / "postmaster.pid"
    assert eventually(lambda: note.exists() and "ready" in note.read_text(), within=60)
    with psycopg.connect(host=str(home), user="postgres", dbname="postgres", autocommit=True) as connection:
        yield connection
    server.send_signal(signal.SIGINT)
    server.wait()


class Installation:
    """A database of that server, with a role that owns it."""

    def __init__(self, superuser: psycopg.Connection, data: Path, owner: str, attributes: str) -> None:
        self._data = data
        self.url = f"postgresql://{owner}@/{owner}?host={superuser.info.host}"
        superuser.execute(f"CREATE ROLE {owner} LOGIN {attributes}")  # type: ignore[arg-type]
        superuser.execute(f"CREATE DATABASE {owner} OWNER {owner}")  # type: ignore[arg-type]

    def run(self, command: str) -> Result:
        environment = {"SERVICEDESK_DATABASE_URL": self.url, "SERVICEDESK_APP_DATABASE_URL": None}
        return CliRunner().invoke(app, [command, f"--data={self._data}"], env=environment)


def test_an_owner_without_the_right_is_told_the_sql_to_run(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    installation = Installation(superuser, tmp_path, "modest", "NOCREATEROLE")
    refused = installation.run("migrate")
    assert refused.exit_code == 1
    advice = "CREATE ROLE servicedesk_app; GRANT servicedesk_app TO modest;"
    assert advice in str(refused.exception)
    superuser.execute(advice)
    assert installation.run("migrate").exit_code == 0
    assert installation.run("doctor").exit_code == 0


def test_an_owner_who_may_not_act_as_the_role_of_another_is_told_the_sql_to_run(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    assert Installation(superuser, tmp_path, "first", "CREATEROLE").run("migrate").exit_code == 0
    second = Installation(superuser, tmp_path, "second", "CREATEROLE")
    refused = second.run("migrate")
    assert refused.exit_code == 1
    advice = 'GRANT servicedesk_app TO "second";'
    assert advice in str(refused.exception)
    superuser.execute(advice)
    assert second.run("migrate").exit_code == 0
    assert second.run("doctor").exit_code == 0


def test_an_owner_who_may_create_roles_needs_nobody(superuser: psycopg.Connection, tmp_path: Path) -> None:
    installation = Installation(superuser, tmp_path, "able", "CREATEROLE")
    assert installation.run("migrate").exit_code == 0
    assert installation.run("doctor").exit_code == 0


def test_a_database_newer_than_the_program_is_left_alone(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    installation = Installation(superuser, tmp_path, "ahead", "CREATEROLE")
    with psycopg.connect(host=superuser.info.host, user="ahead", dbname="ahead") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    refused = installation.run("migrate")
    assert refused.exit_code == 1
    assert "newer than this program" in str(refused.exception)


def test_a_server_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    environment = {"SERVICEDESK_DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}
    refused = CliRunner().invoke(app, ["migrate", f"--data={tmp_path}"], env=environment)
    assert refused.exit_code == 1
    assert "cannot be reached" in str(refused.exception)


def test_without_the_owners_url_nothing_can_be_migrated(tmp_path: Path) -> None:
    environment = {"SERVICEDESK_APP_DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}
    refused = CliRunner().invoke(app, ["migrate", f"--data={tmp_path}"], env=environment)
    assert refused.exit_code == 1
    assert "SERVICEDESK_DATABASE_URL" in str(refused.exception)


def test_the_whole_service_runs_on_it(superuser: psycopg.Connection, tmp_path: Path) -> None:
    installation = Installation(superuser, tmp_path, "served", "CREATEROLE")
    with serving(tmp_path / "data", SERVICEDESK_DATABASE_URL=installation.url) as service:
        assert service.get("/readyz").status_code == 200
        assert len(service.children("worker")) == 1
    assert service.ends() == 0
    assert not (tmp_path / "data" / "postgresql").exists()
