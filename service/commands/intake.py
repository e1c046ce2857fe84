"""The work of `servicedesk import`: a file read, its rows recorded, and all of it told at the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import anyio
import typer
from sqlalchemy import select
from sqlmodel import col

from service.commands.examination import structure
from service.integration.exchange import messages
from service.integration.exchange.messages import Message, Origin, Progress, Sheet
from service.kit import crypto
from service.kit.clock import SystemClock
from service.kit.config import Settings
from service.kit.database import Database, app_address
from service.kit.errors import Invalid, Unavailable, WrongType
from service.kit.language import speak_both
from service.kit.trouble import Trouble
from service.organizations.models import Unit
from service.organizations.rules import UnitKind, uscc
from service.organizations.rules.refusals import Refused


def read(file: Path, columns: Sequence[str]) -> Sheet:
    """The messages in the file; `columns` are pairs of a field and the title of its column, as typed.

    Raises:
        BadParameter: a pair names no field.
        Trouble: the file cannot be read.
    """
    speak_both()
    titles = _titles(columns)
    try:
        return messages.read(file.read_bytes(), titles, SystemClock().now())
    except OSError as error:
        raise Trouble(
            f"无法读取 {file}：{error.strerror}。", f"Cannot read {file}: {error.strerror}."
        ) from error
    except Invalid as refused:
        reasons = " ".join(error["msg"] for error in refused.extra["errors"])
        raise Trouble(f"无法导入 {file}。", f"Cannot import {file}: {reasons}") from refused
    except WrongType as refused:
        raise Trouble(refused.zh, refused.en) from refused


def record(
    settings: Settings, sheet: Sheet, source: str, enterprise: str | None, *, dry_run: bool
) -> Progress:
    """Record the messages, or with `dry_run` count what would be recorded.

    Raises:
        Trouble: the database cannot be reached or is not migrated, or there is no such enterprise.
    """
    crypto.use(crypto.Vault(settings.secrets))
    try:
        return anyio.run(_record, settings, sheet, source, enterprise, dry_run)
    except Unavailable as away:
        raise Trouble(away.zh, away.en) from away


def _titles(columns: Sequence[str]) -> Mapping[str, str]:
    titles = {}
    for column in columns:
        name, equals, title = column.partition("=")
        if not equals or name not in Message.model_fields:
            raise typer.BadParameter(f"{column!r} ≠ FIELD=TITLE", param_hint="--column")
        titles[name] = title
    return titles


async def _record(
    settings: Settings, sheet: Sheet, source: str, enterprise: str | None, dry_run: bool
) -> Progress:
    await structure(settings)
    database = Database(*app_address(settings), pool_size=1)
    try:
        origin = Origin(source, None if enterprise is None else await _enterprise_id(database, enterprise))
        with typer.progressbar(length=len(sheet.messages), label="导入 Importing") as bar:
            return await messages.bring_in(
                database, SystemClock().now, sheet.messages, origin, dry_run=dry_run, advance=bar.update
            )
    finally:
        await database.close()


async def _enterprise_id(database: Database, written: str) -> UUID:
    try:
        code = uscc.parse(written)
    except Refused as refused:
        raise Trouble(refused.zh, refused.en) from refused
    of_code = select(col(Unit.id)).where(col(Unit.kind) == UnitKind.ENTERPRISE, col(Unit.code) == code)
    async with database.reading() as reading:
        id: UUID | None = await reading.scalar(of_code)
    if id is None:
        raise Trouble(f"没有企业 {code}，请先登记。", f"There is no enterprise {code}; register it first.")
    return id


def report(sheet: Sheet, progress: Progress, *, dry_run: bool) -> None:
    """Say what was done and what was not, each rejected row with its reasons."""
    for rejection in sheet.rejected:
        typer.echo(f"第 {rejection.row} 行 Row {rejection.row}: {'; '.join(rejection.reasons)}", err=True)
    if sheet.ignored_columns:
        typer.echo(f"未使用的列 Columns not used: {', '.join(sheet.ignored_columns)}", err=True)
    typer.echo(
        f"{'将导入 Would import' if dry_run else '已导入 Imported'}: {progress.imported} · "
        f"已有而跳过 Skipped, here already: {progress.skipped} · 拒绝 Rejected: {len(sheet.rejected)}"
    )
