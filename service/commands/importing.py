"""`servicedesk import`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from service.commands.installation import available
from service.commands.options import Data, Log, settings

#: Exit code when some rows were rejected and all others are in.
SOME_REJECTED = 4


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV 或 XLSX 文件。A CSV or XLSX file; first row: titles.")
    ],
    kind: Annotated[
        Literal["messages"],
        typer.Option("--as", help="内容。What it holds: messages to a portal with their answers."),
    ] = "messages",
    source: Annotated[
        str,
        typer.Option(help="来源系统。The system it comes from: with a row's id it names the row for ever."),
    ] = "messages",
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=TITLE",
            help="列名对应，可多次使用。A column that is called otherwise, such as subject=诉求标题. Fields: "
            "external_id, reporter, subject, requested_at, description, reply, replied_at.",
        ),
    ] = None,
    enterprise: Annotated[
        str | None,
        typer.Option(metavar="USCC", help="所属企业。Social credit code of the enterprise all of it is of."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="试运行。Say what would be done and change nothing.")
    ] = False,
    data: Data = None,
    log: Log = None,
) -> None:
    """导入历史数据。Bring in history: each row becomes a closed request with its own times and its answer.

    What was imported before is skipped, so an import can be repeated, and run again after it was cut off.
    Imported requests have no rating, cause no notices, and stay out of lists and figures unless asked for.
    Times without an offset are Asia/Shanghai.

    Exit codes: 0 every row is in; 1 the file cannot be read or the database cannot be reached; 2 wrong usage;
    4 some rows were rejected, each with its reason, and all others are in.
    """
    from service.commands import intake

    sheet = intake.read(file, column or [])
    with available(settings(data, log)) as found:
        progress = intake.record(found, sheet, source, enterprise, dry_run=dry_run)
    intake.report(sheet, progress, dry_run=dry_run)
    if sheet.rejected:
        raise typer.Exit(SOME_REJECTED)
