"""What a rule finds wrong with something, at which place, for programs and for people."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.kit.errors import Invalid
from service.kit.language import either


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, `loc` being the path to it below the place that was checked."""

    loc: tuple[str | int, ...]
    code: str
    zh: str
    en: str


def refuse(faults: Iterable[Fault], *below: str | int) -> None:
    """Raise `Invalid` naming each fault, its path beginning with `below`; do nothing if there are none."""
    errors = [
        {"loc": [*below, *fault.loc], "msg": either(fault.zh, fault.en), "code": fault.code}
        for fault in faults
    ]
    if errors:
        raise Invalid(errors)
