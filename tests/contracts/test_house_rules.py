"""Rules of the house that a reader cannot see broken at a glance."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import text

from service.kit.database import Database

SERVICE = Path(__file__).parents[2] / "service"
FILES = sorted(SERVICE.rglob("*.py"))
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SERVICE)))


def _calls(file: Path) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


@each_file
def test_only_the_unit_of_work_commits(file: Path) -> None:
    assert "commit" not in _calls(file) or file == SERVICE / "kit" / "database.py"


@each_file
def test_only_the_clock_reads_the_time(file: Path) -> None:
    assert not _calls(file) & {"utcnow", "today"}
    assert "datetime.now(" not in file.read_text() or file == SERVICE / "kit" / "clock.py"


@each_file
def test_a_module_begins_with_what_it_promises(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text()))


async def test_no_table_of_ours_has_a_trigger(database: Database) -> None:
    async with database.reading() as reading:
        triggers = await reading.execute(
            text(
                "SELECT tgrelid::regclass::text FROM pg_trigger "
                "WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'procrastinate_%'"
            )
        )
    assert triggers.all() == []


async def test_no_column_of_ours_is_a_time_without_a_zone(database: Database) -> None:
    async with database.reading() as reading:
        naive = await reading.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE data_type = 'timestamp without time zone' AND table_schema = current_schema()"
            )
        )
    assert naive.all() == []
