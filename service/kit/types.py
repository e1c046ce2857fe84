"""Input types: texts and JSON that the database can hold, and schemas that refuse what they do not know."""

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from service.kit.clock import LOCAL


def wrong(code: str, zh: str, en: str) -> PydanticCustomError:
    """What a validator raises: a stable code, and the sentence in both languages."""
    return PydanticCustomError(code, en, {"zh": zh})


def storable(text: str) -> str:
    """The text, if PostgreSQL can store it: NUL and lone surrogates would only fail at the driver."""
    for character in text:
        if character == "\x00":
            raise PydanticCustomError("nul_character", "NUL characters are not allowed")
        if "\ud800" <= character <= "\udfff":
            raise PydanticCustomError("lone_surrogate", "Lone surrogates are not allowed")
    return text


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise PydanticCustomError("line_break", "Line breaks and control characters are not allowed")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "The text must not be blank")
    return text


def _trimmed(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _storable_json(value: Any, depth: int = 0) -> Any:
    if depth > 20:
        raise PydanticCustomError("too_deep", "The value is nested more than 20 levels deep")
    match value:
        case str():
            storable(value)
        case float() if not math.isfinite(value):
            raise PydanticCustomError("not_finite", "NaN and infinity are not allowed")
        case dict():
            for name, inner in value.items():
                storable(name)
                _storable_json(inner, depth + 1)
        case list():
            for inner in value:
                _storable_json(inner, depth + 1)
    return value


#: One line of text a person typed, at most 200 characters, trimmed, never blank.
Line = Annotated[
    str,
    Field(min_length=1, max_length=200),
    AfterValidator(storable),
    AfterValidator(_not_blank),
    AfterValidator(_trimmed),
    AfterValidator(_one_line),
]
#: Text of several lines, at most 20,000 characters, kept as typed, never blank.
Text = Annotated[
    str, Field(min_length=1, max_length=20_000), AfterValidator(storable), AfterValidator(_not_blank)
]
#: A code or a search word: short, storable, otherwise free.
Word = Annotated[
    str, Field(min_length=1, max_length=100), AfterValidator(storable), AfterValidator(_one_line)
]
#: Any JSON value the database can hold.
Json = Annotated[Any, AfterValidator(_storable_json)]
#: A finite number.
Number = Annotated[float, Field(allow_inf_nan=False)]


_TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def _time_of_day(value: object) -> object:
    if not isinstance(value, time) and not (isinstance(value, str) and re.fullmatch(_TIME_OF_DAY, value)):
        raise wrong("not_a_time_of_day", "应为 HH:MM 或 HH:MM:SS。", "It should be HH:MM or HH:MM:SS.")
    return value


#: A time of day on the clock on the wall, which has no offset; JSON Schema's `time` demands one.
TimeOfDay = Annotated[
    time, BeforeValidator(_time_of_day), WithJsonSchema({"type": "string", "pattern": _TIME_OF_DAY})
]


def _not_null(value: object) -> object:
    if value is None:
        raise wrong("null", "可以不提交，但不能是 null。", "It may be left out, but not null.")
    return value


T = TypeVar("T")
#: In a patch: what is left out stays as it is, and null is refused.
Omittable = Annotated[T | None, BeforeValidator(_not_null)]


def _local(moment: datetime) -> str:
    return moment.astimezone(LOCAL).isoformat()


#: Of all that has a time, kept or calculated. Far enough from the ends of `datetime` for any offset and sum.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)

#: A day without a time of day, from `EARLIEST` to `LATEST`.
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
#: A moment from `EARLIEST` to `LATEST`: any offset comes in (a naive one is refused), `+08:00` goes out.
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime.combine(EARLIEST, time.min, UTC), le=datetime.combine(LATEST, time.max, UTC)),
    PlainSerializer(_local, return_type=str, when_used="json"),
]


class Schema(BaseModel):
    """Base of everything that goes in or out: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, allow_inf_nan=False)
