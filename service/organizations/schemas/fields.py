"""Input types of the organization: codes that are checked and put into their standard form."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from service.kit.types import wrong
from service.organizations.rules import uscc
from service.organizations.rules.refusals import Refused


def _uscc(written: str) -> str:
    try:
        return uscc.parse(written)
    except Refused as refused:
        raise wrong(refused.code, refused.zh, refused.en) from None


#: A unified social credit code, written in any way; the value is its standard form.
Uscc = Annotated[str, Field(max_length=40, examples=["91500153MA0000015N"]), AfterValidator(_uscc)]
#: A code that people write: letters, digits, hyphens.
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,39}$"), Field(examples=["EIC"])]
Year = Annotated[int, Field(ge=2000, le=2100, examples=[2026])]
