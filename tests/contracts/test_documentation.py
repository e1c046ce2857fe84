"""What a reader may rely on is written down: settings, kinds of events, codes of problems."""

import ast
from pathlib import Path

import service.app  # noqa: F401  declares every kind of event
from service.events.kinds import KINDS
from service.kit.config import Settings
from service.requests.rules.page import lifecycle_page

TOP = Path(__file__).parents[2]


def _named_in(document: str) -> set[str]:
    """What stands in the first column of the tables of a page, in `code`."""
    lines = (TOP / "docs" / document).read_text().splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("| `")]
    return {cell.strip("`") for cell in cells}


def _problem_codes() -> set[str]:
    """The first literal argument of everything that is raised or returned as a problem."""
    names = {"Malformed", "Unauthorized", "NotAllowed", "NotFound", "MethodNotAllowed", "Conflict", "Gone"}
    names |= {"TooLarge", "WrongType", "KeyReused", "PreconditionRequired", "Busy", "TooMany", "Unavailable"}
    names |= {"Unexpected", "Refusal", "Hindrance", "FileRefused"}
    codes = {"invalid", "stale_version", "not_found"}  # of the classes that bring their own
    for file in (TOP / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(code)), *_]) if (
                    name in names
                ):
                    codes.add(code)
    return codes


def test_every_setting_is_documented() -> None:
    assert _named_in("settings.md") == {f"SERVICEDESK_{name.upper()}" for name in Settings.model_fields}


def test_every_kind_of_event_is_documented() -> None:
    declared = {name for name in KINDS if not name.startswith("door.")}  # the tests' own
    assert _named_in("events.md") == declared


def test_every_problem_code_is_documented() -> None:
    assert _named_in("problems.md") == _problem_codes()


def test_the_page_of_the_lifecycle_is_what_its_table_says() -> None:
    page = (TOP / "docs" / "lifecycle.md").read_text()
    assert page == lifecycle_page(), "run `servicedesk lifecycle -o docs/lifecycle.md`"
