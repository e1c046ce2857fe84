"""README says what CI does."""

import re
from pathlib import Path

TOP = Path(__file__).parents[2]


def _commands() -> list[str]:
    return re.findall(r"^python3 -m venv .*$", (TOP / "README.md").read_text(), re.MULTILINE)


def test_readme_has_one_command_to_start_and_one_to_test() -> None:
    start, test = _commands()
    assert start.endswith("servicedesk demo")
    assert test.endswith("pytest")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert _commands()[1] in (TOP / ".ci" / "run").read_text().splitlines()
