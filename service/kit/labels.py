"""Enumerations whose members carry their name in both languages."""

from enum import StrEnum
from typing import Literal, Self

Language = Literal["zh", "en"]


class Labelled(StrEnum):
    """An enumeration of lower-case English words; each member is `value, Chinese label, English label`."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        assert zh, f"{value} has no Chinese label"
        assert en, f"{value} has no English label"
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def label(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en
