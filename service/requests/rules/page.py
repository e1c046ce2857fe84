"""The lifecycle as a page, `docs/lifecycle.md`: every status and verb, and what each role gets."""

from collections.abc import Iterator

from service.organizations.rules import Role
from service.organizations.rules.permissions import ADMINISTRATORS
from service.requests.rules.lifecycle import STEPS, Step
from service.requests.rules.seats import Outcome, Seat, chairs, outcome
from service.requests.rules.statuses import STAGES, Stage, Status, Verb

_HEAD = """\
# 生命周期 Lifecycle

What each role may do with an open request in each status: every status × verb × role. `servicedesk lifecycle`
prints this page from the one table (`service/requests/rules/lifecycle.py`), and
`tests/requests/test_everything_by_everybody.py` walks all of it over HTTP.

| mark | what the caller gets |
| --- | --- |
| ● | the step is taken, unless a condition named beside it refuses (409) |
| 403 | the caller sees the request, but may not do this; the answer names the missing permission |
| 404 | the caller does not see the request, and learns nothing of it |

A verb that stands in no row of a status is answered 409 `not_possible_now` there, with the verbs that are
possible, for everybody who sees the request, and 404 for everybody else. A step of the clock (⏱) is taken by
time alone. The author of a draft is its only reader.
"""

_SHOWN = [(seat, role) for seat, role in chairs() if seat is not Seat.OTHER and role not in ADMINISTRATORS]


def lifecycle_page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *(line for status in Status for line in _section(status))])


def _section(status: Status) -> Iterator[str]:
    yield f"## `{status}` {status.zh} {status.en}\n"
    for stage in STAGES[status]:
        if stage is not None:
            yield f"### `{stage}` {stage.zh} {stage.en}\n"
        rows = [(verb, step) for verb in Verb if (step := STEPS.get((status, verb, stage)))]
        if rows:
            yield from _table(status, stage, rows)
        else:
            yield "No verb is possible.\n"


def _table(status: Status, stage: Stage | None, rows: list[tuple[Verb, Step]]) -> Iterator[str]:
    yield "| verb | leads to | " + " | ".join(_title(seat, role) for seat, role in _SHOWN) + " | unless |"
    yield "| --- | --- | " + " | ".join(":-:" for _ in _SHOWN) + " | --- |"
    for verb, step in rows:
        cells = [_mark(outcome(seat, role, status, stage, verb)) for seat, role in _SHOWN]
        clock = "" if step.needs else "⏱ "
        yield f"| {clock}`{verb}` {verb.zh} | {_goal(status, step)} | {' | '.join(cells)} | {_unless(step)} |"
    yield ""


def _title(seat: Seat, role: Role) -> str:
    return role.zh if seat in (Seat.OWN, Seat.GROUP, Seat.DISTRICT) else f"{seat.zh}{role.zh}"


def _goal(status: Status, step: Step) -> str:
    stage = f" · {step.to_stage}" if step.to_stage else ""
    otherwise = f" or {step.or_to}" if step.or_to else ""
    return f"{step.to or status}{stage}{otherwise}"


def _mark(what: Step | Outcome) -> str:
    match what:
        case Outcome.UNSEEN:
            return "404"
        case Outcome.NOT_ALLOWED:
            return "403"
        case _:
            return "●"


def _unless(step: Step) -> str:
    return (step.guard.__doc__ or "").splitlines()[0] if step.guard else ""
