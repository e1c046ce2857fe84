"""The database's structure: its history, its newest revision, and bringing a database there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import service

_packaged = Path(service.__file__).parent / "_migrations"
_checkout = Path(service.__file__).parent.parent / "migrations"


def configuration(url: str | None = None) -> Config:
    """Alembic's configuration; `url` is the owner's."""
    config = Config()
    config.set_main_option("script_location", str(_packaged if _packaged.is_dir() else _checkout))
    config.attributes["url"] = url
    return config


@cache
def newest_revision() -> str:
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    assert revision is not None
    return revision


def migrate(url: str) -> None:
    """Bring the database at the owner's URL to the newest revision; several machines may call it at once."""
    command.upgrade(configuration(url), "head")
