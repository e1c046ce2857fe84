"""Messages to a government portal with their answers, brought in from a sheet as closed requests.

A message is named for ever by its source and its number there: however often a sheet is brought in, and
wherever that was cut off before, each message becomes one request.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, model_validator
from sqlalchemy import func, select

from service.kit import sheets
from service.kit.clock import LOCAL
from service.kit.database import Database, UnitOfWork
from service.kit.sheets import CellProblem, Column
from service.kit.types import Line, Moment, Schema, Text, Word, wrong
from service.requests.actions.importing import Historical, import_closed, known

#: Messages recorded in one transaction: the feed waits for open ones.
BATCH = 200

_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：]?(\d{1,2})秒?)?)?"
)


def _local(written: object) -> object:
    """A moment in one of the usual ways of writing it; without an offset it is the district's time."""
    found = _MOMENT.fullmatch(str(written).strip())
    if found is None:
        return written
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=LOCAL)
    except ValueError:
        return written


LocalMoment = Annotated[Moment, BeforeValidator(_local)]


class Message(Schema):
    """A row: what somebody asked, when, and what was answered."""

    external_id: Annotated[Word, Column("编号", "External id", "2026-000123", also=("外部编号",))]
    reporter: Annotated[Line | None, Column("反映人", "Reporter", "王样例")] = None
    subject: Annotated[Line, Column("标题", "Subject", "路灯不亮", also=("主题",))]
    requested_at: Annotated[LocalMoment, Column("反映时间", "Requested at", "2026-03-02 09:15:00")]
    description: Annotated[Text, Column("内容", "Description", "样例路的路灯三天没亮了。", also=("描述",))]
    reply: Annotated[Text, Column("答复", "Reply", "已更换灯泡。", also=("答复内容",))]
    replied_at: Annotated[LocalMoment, Column("答复时间", "Replied at", "2026-03-03 16:00:00")]

    @model_validator(mode="after")
    def _answered_afterwards(self) -> Self:
        if self.replied_at < self.requested_at:
            raise wrong("answered_before", "答复时间早于反映时间。", "It was answered before it was asked.")
        return self


# --- reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rejection:
    """A row that is not brought in, as the spreadsheet counts it, and why: one reason for each bad cell."""

    row: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What was read: the good messages, the bad rows, and the titles of columns that mean nothing here."""

    messages: tuple[Message, ...]
    rejected: tuple[Rejection, ...]
    ignored_columns: tuple[str, ...]


def read(content: bytes, titles: Mapping[str, str], now: datetime) -> Sheet:
    """The messages of a CSV or XLSX file; `titles` names the columns of fields that are called otherwise.

    Raises:
        WrongType: it is neither.
        Invalid: it cannot be read as a whole: damaged, too large, or a needed column is missing.
    """
    sheet = sheets.read(content, Message, titles)
    good, doubtful = [], []
    first: dict[str, int] = {}
    for row, message in sheet.rows:
        earlier = first.setdefault(message.external_id, row)
        if earlier != row:
            doubtful.append(_twice(row, earlier))
        elif message.requested_at > now:
            doubtful.append(_not_yet(row, "requested_at"))
        elif message.replied_at > now:
            doubtful.append(_not_yet(row, "replied_at"))
        else:
            good.append(message)
    return Sheet(tuple(good), tuple(_by_row([*sheet.problems, *doubtful])), tuple(sheet.ignored_columns))


def _twice(row: int, earlier: int) -> CellProblem:
    return sheets.problem(
        row,
        Message,
        "external_id",
        "external_id_twice",
        f"与第{earlier}行的编号相同。",
        f"Row {earlier} has the same id.",
    )


def _not_yet(row: int, name: str) -> CellProblem:
    return sheets.problem(row, Message, name, "in_the_future", "晚于现在。", "It is in the future.")


def _by_row(problems: Sequence[CellProblem]) -> Iterator[Rejection]:
    reasons: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        reasons[problem.row].append(f"{problem.column}：{problem.msg}" if problem.column else problem.msg)
    for row in sorted(reasons):
        yield Rejection(row, tuple(reasons[row]))


# --- recording ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """Where messages come from, and the enterprise they are all of, if they are of one."""

    source: str
    enterprise_id: UUID | None = None


@dataclass
class Progress:
    """How many of the messages were recorded now, and how many were here already."""

    imported: int = 0
    skipped: int = 0


async def bring_in(
    database: Database,
    now: Callable[[], datetime],
    messages: Sequence[Message],
    origin: Origin,
    *,
    dry_run: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Progress:
    """Record the messages that are not here yet, batch by batch; what is committed stays if it is cut off.

    `dry_run` counts what would be recorded and changes nothing. `advance` is told how many are done with.
    """
    progress = Progress()
    for start in range(0, len(messages), BATCH):
        batch = messages[start : start + BATCH]
        async with database.begin(now()) as work:
            await _one_at_a_time(work, origin.source)
            if dry_run:
                here = await known(work, origin.source, [message.external_id for message in batch])
                imported = len(batch) - len(here)
            else:
                imported = len(await import_closed(work, [_historical(message, origin) for message in batch]))
        progress.imported += imported
        progress.skipped += len(batch) - imported
        advance(len(batch))
    return progress


async def _one_at_a_time(work: UnitOfWork, source: str) -> None:
    """Let another import of this source finish its batch first, so that this one finds what it recorded."""
    await work.scalar(select(func.pg_advisory_xact_lock(func.hashtext(f"import {source}"))))


def _historical(message: Message, origin: Origin) -> Historical:
    return Historical(
        source=origin.source,
        external_id=message.external_id,
        title=message.subject,
        description=message.description,
        asked_at=message.requested_at,
        answer=message.reply,
        answered_at=message.replied_at,
        contact_name=message.reporter,
        enterprise_id=origin.enterprise_id,
    )
