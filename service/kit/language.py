"""The language of the person who is being answered."""

from contextvars import ContextVar

from service.kit.labels import Language

_language: ContextVar[Language | None] = ContextVar("language", default="zh")


def language() -> Language:
    """The language of the present answer; Simplified Chinese unless English was preferred."""
    return _language.get() or "zh"


def speak(chosen: Language) -> None:
    """Answer in this language from here on in this task."""
    _language.set(chosen)


def speak_both() -> None:
    """Say each sentence in both languages from here on in this task: for a terminal, which prefers none."""
    _language.set(None)


def preferred(accept_language: str) -> Language:
    """The better liked of our two languages by an `Accept-Language` header (RFC 9110 §12.5.4)."""
    liked = {"zh": 0.0, "en": 0.0}
    for choice in accept_language.split(","):
        tag, _, parameters = choice.strip().partition(";")
        try:
            quality = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        main = tag.lower().split("-")[0]
        for known in liked if main == "*" else (main,):
            if known in liked:
                liked[known] = max(liked[known], quality)
    return "en" if liked["en"] > liked["zh"] else "zh"


def either(zh: str, en: str) -> str:
    """The sentence in the language of the present answer."""
    match _language.get():
        case "zh":
            return zh
        case "en":
            return en
        case None:
            return zh if zh == en else f"{zh} {en}"
