"""A limit on the clock: what has not come to its end by then fails where it stands."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest


@contextmanager
def within(seconds: float, of: str) -> Iterator[None]:
    """Fail the block when the seconds of this are over, even while it waits."""

    def over(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"the time of {of} is over")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
