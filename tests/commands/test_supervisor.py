"""What dies is started again, ever more slowly."""

import subprocess
from collections.abc import Callable
from itertools import pairwise

import pytest

from service.commands import supervisor
from service.commands.supervisor import Child
from service.kit.trouble import Trouble


class Dead:
    """A process that ends as soon as it is started."""

    returncode = 1

    def poll(self) -> int:
        return self.returncode


class Timeline:
    """Seconds that pass when we say so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Timeline:
    timeline = Timeline()
    monkeypatch.setattr(supervisor, "time", timeline)
    return timeline


def waits(time: Timeline, start: Callable[[], subprocess.Popen[bytes]]) -> list[float]:
    """The seconds between the first starts of a child that is tended five times a second."""
    moments: list[float] = []

    def begin() -> subprocess.Popen[bytes]:
        moments.append(time.now)
        return start()

    child = Child("child", begin)
    while len(moments) < 10:
        child.tend()
        time.now += 0.2
    return [after - before for before, after in pairwise(moments)]


DOUBLING = pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30], abs=0.5)


def test_the_wait_doubles_up_to_half_a_minute(time: Timeline) -> None:
    assert waits(time, lambda: Dead()) == DOUBLING  # type: ignore[arg-type, return-value]


def test_what_cannot_even_be_started_is_tried_again_likewise(time: Timeline) -> None:
    def refuse() -> subprocess.Popen[bytes]:
        raise Trouble("磁盘已满", "The disk is full")

    assert waits(time, refuse) == DOUBLING


def test_a_child_that_lived_well_is_started_again_at_once(time: Timeline) -> None:
    lives = iter([70, 70, 70])

    def live() -> Dead:
        time.now += next(lives, 0)
        return Dead()

    assert waits(time, live)[:3] == pytest.approx([70.5, 70.5, 70.5], abs=0.5)  # type: ignore[arg-type]
