"""One line of log a happening, on standard error: JSON for machines or text for people, nobody's data in it.

What is ours logs ids, codes and figures. Whatever else writes (the server, the queue, the event loop) may
quote what it works on: of theirs only the first line of the message is kept. Of an exception, whoever logs
it, the kinds and the places are kept, not the messages: those quote rows.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

Form = Literal["auto", "json", "text"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure(process: str, form: Form = "auto") -> None:
    """Log this process, called `process` in each line. `auto` is text on a terminal and JSON elsewhere."""
    handler = logging.StreamHandler(sys.stderr)
    as_text = sys.stderr.isatty() if form == "auto" else form == "text"
    handler.setFormatter(_Text(process) if as_text else _Json(process))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("uvicorn", "procrastinate", "alembic", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.captureWarnings(True)


class _Discreet(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record if _is_ours(record) else _first_line(record))

    def formatException(self, info: _Info) -> str:  # noqa: N802
        return "; ".join(_kinds_and_places(info[1])) if info[1] else ""


class _Json(_Discreet, JsonFormatter):
    def __init__(self, process: str) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            static_fields={"process": process},
            json_ensure_ascii=False,
        )


class _Text(_Discreet):
    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)s %(levelname)-7s {process}: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        more = (f"{name}={value}" for name, value in vars(record).items() if name not in _STANDARD)
        return " ".join((super().formatMessage(record), *more))


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in ("service", "servicedesk")


def _first_line(record: logging.LogRecord) -> logging.LogRecord:
    kept = {name: value for name, value in vars(record).items() if name in _STANDARD}
    return logging.makeLogRecord(kept | {"msg": record.getMessage().partition("\n")[0], "args": ()})


def _kinds_and_places(error: BaseException) -> Iterator[str]:
    """The exception and what it came from: each one's kind, and where each was raised."""
    seen: BaseException | None = error
    while seen is not None:
        place = traceback.extract_tb(seen.__traceback__)
        frames = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(place))
        yield f"{type(seen).__module__}.{type(seen).__qualname__} at {frames}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
