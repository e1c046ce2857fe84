"""What every import of the organization does: read, check all rows, then change all or nothing."""

from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Generic, Literal, TypeVar

from anyio.to_thread import run_sync
from pydantic import BaseModel
from sqlmodel import col, select

from service.kit import sheets
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid
from service.kit.sheets import CellProblem, ImportResult
from service.organizations.models import Unit
from service.organizations.queries.units import exists_on, local_day
from service.organizations.rules import UnitKind
from service.organizations.rules.names import search_name

Row = TypeVar("Row", bound=BaseModel)
Outcome = Literal["created", "updated", "unchanged"]


class Import(Generic[Row]):
    """One import: the rows that were read, what is wrong with them, and what became of them."""

    def __init__(self, model: type[Row], sheet: sheets.Sheet[Row], *, dry_run: bool) -> None:
        self.model = model
        self.rows = sheet.rows
        self.problems = list(sheet.problems)
        self.dry_run = dry_run
        self.outcomes: Counter[Outcome] = Counter()
        self._ignored_columns = sheet.ignored_columns
        self._read = len(sheet.rows) + len({problem.row for problem in sheet.problems})
        self._seen: dict[Hashable, int] = {}

    @classmethod
    async def begin(cls, content: bytes, model: type[Row], *, dry_run: bool) -> "Import[Row]":
        """Read the file, in a thread; raises `Invalid` or `WrongType` when it is no such sheet."""
        return cls(model, await run_sync(sheets.read, content, model), dry_run=dry_run)

    def fault(self, row: int, field: str | None, code: str, zh: str, en: str) -> None:
        """Something is wrong with a row."""
        self.problems.append(sheets.problem(row, self.model, field, code, zh, en))

    def check_once(self, row: int, key: Hashable, field: str) -> None:
        """The same thing may stand in one row only."""
        earlier = self._seen.setdefault(key, row)
        if earlier != row:
            self.fault(row, field, "row_twice", f"与第{earlier}行重复。", f"It repeats row {earlier}.")

    def check_given(self, row: int, said: Row, fields: Iterable[str]) -> None:
        """What a row needs that tells of something new."""
        for field in fields:
            if getattr(said, field) is None:
                self.fault(row, field, "missing", "新增时必填。", "It is needed for what is new.")

    async def each(self, bring_in: Callable[[int, Row], Awaitable[Outcome]]) -> None:
        """Bring in every row, if none is wrong; a refusal then is a problem of its row, and ends it."""
        for number, row in () if self.problems else self.rows:
            try:
                self.outcomes[await bring_in(number, row)] += 1
            except Invalid as refused:
                error = refused.extra["errors"][0]
                self.problems.append(
                    CellProblem(row=number, column=None, code=error["code"], msg=error["msg"])
                )
                return
            except Conflict as refused:
                self.fault(number, None, refused.code, refused.zh, refused.en)
                return

    async def finish(self, work: UnitOfWork) -> ImportResult:
        """Tell what was done; after a dry run nothing is.

        Raises:
            Invalid: there are problems, and it was to be done in earnest.
        """
        self.problems.sort(key=lambda problem: problem.row)
        if self.problems and not self.dry_run:
            raise Invalid([_as_error(problem) for problem in self.problems])
        if self.dry_run:
            await work.rollback()
        return ImportResult(
            dry_run=self.dry_run,
            rows=self._read,
            created=self.outcomes["created"],
            updated=self.outcomes["updated"],
            unchanged=self.outcomes["unchanged"],
            ignored_columns=self._ignored_columns,
            problems=self.problems,
        )


def _as_error(problem: CellProblem) -> dict[str, object]:
    loc = ["row", problem.row, *([] if problem.column is None else [problem.column])]
    return {"loc": loc, "msg": problem.msg, "code": problem.code}


class Directory:
    """The units that exist today, found as people write them: by code or by name."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._found: dict[str, list[Unit]] = {}
        for unit in units:
            for written in {unit.code.casefold(), unit.search_name}:
                self._found.setdefault(written, []).append(unit)

    @classmethod
    async def of(cls, work: UnitOfWork, kinds: Iterable[UnitKind]) -> "Directory":
        present = select(Unit).where(col(Unit.kind).in_(list(kinds)), exists_on(local_day(work.now)))
        return cls(await work.exec(present))

    def find(self, written: str, kinds: Iterable[UnitKind]) -> Unit | None:
        """The one unit of these kinds with this code or name; None when there is none, or several."""
        allowed = set(kinds)
        found = {
            unit.id: unit
            for key in (written.casefold(), search_name(written))
            for unit in self._found.get(key, [])
            if unit.kind in allowed
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def resolve(
        self, job: Import[Row], row: int, said: Row, field: str, kinds: Iterable[UnitKind]
    ) -> Unit | None:
        """The unit that a cell names; a problem of the row when it names none."""
        written: str | None = getattr(said, field)
        if written is None:
            return None
        unit = self.find(written, kinds)
        if unit is None:
            labels = [kind for kind in UnitKind if kind in set(kinds)]
            job.fault(
                row,
                field,
                "no_such_unit",
                f"没有叫“{written}”的{'或'.join(kind.zh for kind in labels)}，请填写代码或全称。",
                f"No {' or '.join(kind.en.lower() for kind in labels)} is called '{written}'; give its code.",
            )
        return unit


async def held_by_code(work: UnitOfWork, kind: UnitKind, codes: Iterable[str]) -> dict[str, Unit]:
    """The units of a kind with these codes, locked in a fixed order."""
    wanted = select(Unit).where(Unit.kind == kind, col(Unit.code).in_(list(codes)))
    return {unit.code: unit for unit in await work.exec(wanted.order_by(col(Unit.id)).with_for_update())}
