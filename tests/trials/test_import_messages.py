"""The import of real messages: 1,407 to a government portal with their answers, from beside the checkout.

They are not part of this project: the file is read where it lies and nothing of it is kept here.
"""

import csv
import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from service.commands.installation import located
from service.kit.config import Settings
from tests.service_process import TOP, Service, eventually, servicedesk, serving

MESSAGES = TOP.parent / "shared" / "data" / "messages.csv"
PASSWORD = "say it with flowers"
HOW_MANY = 1_407

Found = Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trial") / "data"


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[Service]:
    """The sample district, whose dispatcher looks for what was imported."""
    with serving(data, f"--password={PASSWORD}", command="demo") as running:
        yield running


@pytest.fixture(scope="module")
def desk(service: Service) -> Iterator[httpx.Client]:
    said = {"username": "dispatcher", "password": PASSWORD}
    with httpx.Client(base_url=f"{service.address}/api/v1", timeout=60, trust_env=False) as client:
        token = client.post("/auth/token", data=said).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    assert MESSAGES.exists(), f"lay the messages beside the checkout: {MESSAGES}"
    with MESSAGES.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def import_(data: Path, source: str) -> subprocess.CompletedProcess[str]:
    return servicedesk("import", str(MESSAGES), f"--source={source}", f"--data={data / 'demo'}")


@contextmanager
def database(data: Path) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    url = located(Settings(data=data / "demo")).app_database_url
    assert url is not None
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def imported(data: Path, source: str) -> int:
    with database(data) as connection:
        found = connection.execute("SELECT count(*) FROM requests WHERE source = %s", (source,)).fetchone()
    assert found is not None
    return int(str(found[0]))


def digest(data: Path, source: str) -> str:
    """SHA-256 of all that an import leaves, but for ids, running numbers and the moment of the import."""
    statement = """
        SELECT external_id, title, description, status, requests.round, type, origin, requests.created_at,
               submitted_at, answered_at, closed_at, grade, results.text, results.created_at, published_at,
               (SELECT string_agg(part || folded || words, ' ' ORDER BY part) FROM request_search
                WHERE request_id = requests.id),
               (SELECT string_agg(type || occurred_at, ' ' ORDER BY sequence) FROM events
                WHERE subject_id = requests.id)
        FROM requests JOIN request_results AS results ON request_id = requests.id
        WHERE source = %s ORDER BY external_id
    """
    with database(data) as connection:
        return hashlib.sha256(repr(connection.execute(statement, (source,)).fetchall()).encode()).hexdigest()


def test_every_row_becomes_a_closed_request_with_its_own_times_and_its_answer(
    service: Service, data: Path, desk: httpx.Client, rows: list[dict[str, str]]
) -> None:
    done = import_(data, "portal")
    assert done.returncode == 0, done.stderr
    assert f"Imported: {HOW_MANY} ·" in done.stdout
    assert "Rejected: 0" in done.stdout

    assert listed(desk, status="closed") == Counter(map(_as_listed, rows))
    assert desk.get("/requests", params={"status": "closed"}).json()["items"][0]["origin"] == "self"
    one = desk.get("/requests", params={"imported": "only", "limit": 1}).json()["items"][0]
    read = desk.get(f"/requests/{one['number']}").json()
    (row,) = [row for row in rows if _as_listed(row) == _key(one)]
    assert read["description"] == row["description"].strip()
    assert read["results"][0]["text"] == row["reply"].strip()
    assert read["closed_at"] == row["replied_at"].replace(" ", "T") + "+08:00"
    assert read["rating"] is None


def test_a_second_import_records_nothing_twice(service: Service, data: Path) -> None:
    before = digest(data, "portal")
    again = import_(data, "portal")
    assert again.returncode == 0
    assert f"Imported: 0 · 已有而跳过 Skipped, here already: {HOW_MANY} ·" in again.stdout
    assert digest(data, "portal") == before


@pytest.mark.parametrize("word", ["停车", "噪音", "工资"])
@pytest.mark.parametrize("part", ["question", "answer"])
def test_a_word_is_found_where_a_plain_scan_finds_it_and_nowhere_else(
    desk: httpx.Client, rows: list[dict[str, str]], word: str, part: str
) -> None:
    def holds(row: dict[str, str]) -> bool:
        return (
            word in row["reply"] if part == "answer" else word in row["subject"] or word in row["description"]
        )

    expected = Counter(_as_listed(row) for row in rows if holds(row))
    assert expected
    assert listed(desk, q=word, **{"in": part}) == expected


def test_an_import_that_was_killed_and_run_again_ends_in_the_same_state(service: Service, data: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "import", MESSAGES, "--source=cut", f"--data={data / 'demo'}"],
        cwd=TOP,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert eventually(lambda: imported(data, "cut") > 0)
    process.kill()
    process.wait()
    half = imported(data, "cut")
    assert 0 < half < HOW_MANY

    again = import_(data, "cut")
    assert again.returncode == 0, again.stderr
    assert f"Imported: {HOW_MANY - half} · 已有而跳过 Skipped, here already: {half} ·" in again.stdout
    assert digest(data, "cut") == digest(data, "portal")


def listed(desk: httpx.Client, **asked: str) -> Found:
    """Titles and times of the imported requests that a list shows, page after page."""
    found: Found = Counter()
    cursor: str | None = None
    while True:
        page = desk.get(
            "/requests",
            params={"imported": "only", "limit": 200, **asked, **({"cursor": cursor} if cursor else {})},
        ).json()
        found.update(map(_key, page["items"]))
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def _key(item: dict[str, str]) -> tuple[str, str]:
    return item["title"], item["created_at"]


def _as_listed(row: dict[str, str]) -> tuple[str, str]:
    return row["subject"].strip(), row["requested_at"].replace(" ", "T") + "+08:00"
