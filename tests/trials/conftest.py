"""No trial may take longer than three minutes, nor all of them together longer than twenty."""

import time
from collections.abc import Iterator

import pytest

from tests.time_limit import within

MOST_SECONDS = 180
MOST_SECONDS_OF_ALL = 1200
BEGAN = time.monotonic()


@pytest.fixture(autouse=True)
def time_limit() -> Iterator[None]:
    left = BEGAN + MOST_SECONDS_OF_ALL - time.monotonic()
    seconds, of = min((MOST_SECONDS, "one trial"), (left, "all trials"))
    with within(seconds, of):
        yield
