"""The migrations build what the models describe."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, text
from sqlmodel import SQLModel

from service.kit.config import Settings
from service.kit.database import Database
from service.kit.migrations import configuration

SERVICE = Path(__file__).parents[2] / "service"


def test_migrations_and_models_agree(settings: Settings) -> None:
    command.check(configuration(settings.database_url))


async def test_every_check_of_the_models_is_in_the_database_by_its_name(database: Database) -> None:
    """Alembic compares no check constraints, and a name written out in a migration is prefixed twice."""
    named = (
        "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
        " AND conrelid::regclass::text NOT LIKE 'procrastinate_%'"
    )
    async with database.reading() as reading:
        present = set((await reading.execute(text(named))).scalars())
    meant = {
        f"{table.name}.{constraint.name}"
        for table in SQLModel.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert present == meant


@pytest.mark.parametrize("models", sorted(path.parent.name for path in SERVICE.glob("*/models.py")))
def test_the_tables_of_a_domain_can_be_used_without_the_domains_above_it(models: str) -> None:
    use = f"import service.{models}.models, sqlmodel; sqlmodel.SQLModel.metadata.sorted_tables"
    subprocess.run([sys.executable, "-c", use], check=True, cwd=SERVICE.parent)


def test_the_queue_has_no_newer_structure_than_migration_0001_knows() -> None:
    scripts = (files("procrastinate") / "sql" / "migrations").iterdir()
    newest = max(script.name for script in scripts if script.name.endswith(".sql"))
    assert newest == "03.04.00_50_post_add_retry_failed_job_procedure.sql", "write a revision for what is new"
