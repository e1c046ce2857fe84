"""The migrations build what the models describe."""

from importlib.resources import files

from alembic import command

from service.kit.config import Settings
from service.kit.migrations import configuration


def test_migrations_and_models_agree(settings: Settings) -> None:
    command.check(configuration(settings.database_url))


def test_the_queue_has_no_newer_structure_than_migration_0001_knows() -> None:
    scripts = (files("procrastinate") / "sql" / "migrations").iterdir()
    newest = max(script.name for script in scripts if script.name.endswith(".sql"))
    assert newest == "03.04.00_50_post_add_retry_failed_job_procedure.sql", "write a revision for what is new"
