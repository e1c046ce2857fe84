"""Full text on core PostgreSQL, Chinese first: how texts are indexed, and how a question is asked of them.

Chinese, Japanese and Korean runs are indexed as overlapping pairs of characters, and the last character of a
run by itself, so that any stretch of characters is found wherever it stands. Other words and numbers are
found from their beginning. What the index yields is a candidate: each term of the question must also stand in
the folded text as it was typed (`strpos`), so an answer holds no chance hits.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

#: Scripts written without spaces: Han with all its extensions (planes 2 and 3), kana, bopomofo, hangul.
_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<digits>\d+)|(?P<letters>[^\W\d_{_UNSPACED}]+)")
#: PostgreSQL refuses a lexeme of 2 KB; nobody types a word of this length.
_LONGEST = 60


class NothingToFind(ValueError):
    """The question holds no letter, digit or character that is indexed."""


def fold(text: str) -> str:
    """The text as it is compared: full width and half width alike, case ignored, each gap one space."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def lexemes(folded: str) -> list[str]:
    """What a folded text is indexed under, each once; for PostgreSQL's `array_to_tsvector`."""
    found: set[str] = set()
    for run in _RUN.finditer(folded):
        word = run.group()
        if run.lastgroup == "unspaced":
            found.update(first + second for first, second in pairwise(word))
            found.add(word[-1])
        else:
            found.add(word[:_LONGEST])
    return sorted(found)


@dataclass(frozen=True)
class Question:
    """What to ask: `tsquery` of the index, and every one of `terms` of the folded text that it yields."""

    terms: tuple[str, ...]
    tsquery: str


def question(typed: str) -> Question:
    """The question that a person typed; terms between spaces must all be found.

    Raises:
        NothingToFind: no term holds anything that is indexed.
    """
    terms = tuple(dict.fromkeys(fold(typed).split()))
    wanted = dict.fromkeys(lexeme for term in terms for lexeme in _wanted(term))
    if not wanted:
        raise NothingToFind(typed)
    return Question(terms, " & ".join(wanted))


def _wanted(term: str) -> list[str]:
    """The lexemes that a text with this term must have, as operands of a `tsquery`."""
    wanted = []
    for run in _RUN.finditer(term):
        word = run.group()
        if run.lastgroup == "unspaced" and len(word) > 1:
            wanted += [f"'{first}{second}'" for first, second in pairwise(word)]
        elif run.lastgroup == "unspaced" or run.end() == len(term) or len(word) > _LONGEST:
            wanted.append(f"'{word[:_LONGEST]}':*")
        else:
            wanted.append(f"'{word}'")
    return wanted
