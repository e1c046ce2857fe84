"""`servicedesk import`, as somebody at a terminal runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.commands.line import app
from service.integration.exchange.messages import Message
from service.kit.config import Settings
from service.kit.language import speak
from service.kit.trouble import Trouble
from tests import world
from tests.integration.test_messages import TITLES, as_csv, row


@pytest.fixture(autouse=True)
def language_as_before() -> Iterator[None]:
    yield
    speak("zh")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "messages.csv"


def import_(settings: Settings, *arguments: object) -> Result:
    given = {
        "SERVICEDESK_DATABASE_URL": settings.database_url,
        "SERVICEDESK_APP_DATABASE_URL": settings.app_database_url,
    }
    return CliRunner().invoke(app, ["import", *map(str, arguments), f"--data={settings.data}"], env=given)


def test_it_tells_what_was_imported_and_the_second_time_what_was_skipped(
    settings: Settings, file: Path
) -> None:
    file.write_bytes(as_csv([row(1), row(2)]))
    would = import_(settings, file, "--dry-run")
    assert "将导入 Would import: 2 ·" in would.stdout
    first = import_(settings, file)
    assert first.exit_code == 0, first.output
    assert "已导入 Imported: 2 · 已有而跳过 Skipped, here already: 0 · 拒绝 Rejected: 0" in first.stdout
    second = import_(settings, file)
    assert second.exit_code == 0
    assert "Imported: 0 · 已有而跳过 Skipped, here already: 2" in second.stdout


def test_each_rejected_row_is_told_in_both_languages_and_the_others_are_in(
    settings: Settings, file: Path
) -> None:
    file.write_bytes(as_csv([row(1), row(2, subject=""), row(3)]))
    told = import_(settings, file)
    assert told.exit_code == 4
    assert "第 3 行 Row 3: 标题 Subject：必填。 Field required" in told.stderr
    assert "Imported: 2 ·" in told.stdout
    assert "Rejected: 1" in told.stdout


def test_columns_can_be_called_otherwise(settings: Settings, file: Path) -> None:
    file.write_bytes(as_csv([row(1)], ["单号", *TITLES[1:-1], "回复日期"]))
    told = import_(settings, file, "--column=external_id=单号", "--column=replied_at=回复日期")
    assert told.exit_code == 0, told.output
    assert import_(settings, file, "--column=number=单号").exit_code == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7", "CSV"),
        ("编号,标题\n1,路灯".encode(), "没有“反映时间 Requested at”列"),
        (as_csv([row(1)]) + b'"never closed', "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    settings: Settings, file: Path, content: bytes, reason: str
) -> None:
    file.write_bytes(content)
    refused = import_(settings, file)
    assert isinstance(refused.exception, Trouble)
    assert reason in str(refused.exception)


def test_a_file_that_is_not_there_is_named(settings: Settings, file: Path) -> None:
    refused = import_(settings, file)
    assert isinstance(refused.exception, Trouble)
    assert str(file) in str(refused.exception)


def test_all_of_it_can_be_of_an_enterprise_that_exists(settings: Settings, file: Path) -> None:
    file.write_bytes(as_csv([row(1)]))
    unknown = import_(settings, file, "--enterprise=91500153MA00001110")
    assert isinstance(unknown.exception, Trouble)
    assert "register it first" in str(unknown.exception)
    mistyped = import_(settings, file, f"--enterprise={world.FEED[:-1]}M")
    assert "check digits" in str(mistyped.exception)
    assert import_(settings, file, f"--enterprise={world.FEED.lower()}").exit_code == 0


def test_the_help_names_every_field() -> None:
    explained = " ".join(CliRunner().invoke(app, ["import", "--help"]).stdout.split())
    assert all(name in explained for name in Message.model_fields)
