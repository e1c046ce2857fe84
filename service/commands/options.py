"""What several commands are told in the same words."""

from pathlib import Path
from typing import Annotated, Any

import typer

from service.kit import logs
from service.kit.config import Settings
from service.kit.logs import Form

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="数据目录。Where the database, attachments and secrets are; "
        "default: SERVICEDESK_DATA, else ~/.local/share/servicedesk.",
    ),
]

Log = Annotated[
    Form | None,
    typer.Option("--log", help="日志格式。Form of the log; auto: text on a terminal, JSON elsewhere."),
]


def settings(data: Path | None, log: Form | None = None, *, process: str = "servicedesk") -> Settings:
    """The settings of the environment under those of the command line; from here on the process logs."""
    given: dict[str, Any] = {"data": data, "log": log}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    logs.configure(process, settings.log)
    return settings
