"""What `.ci/run` promises of the time that trials take."""

import time

import pytest

from tests.time_limit import within
from tests.trials import conftest as trials


def test_what_takes_too_long_fails_where_it_waits() -> None:
    began = time.monotonic()
    with pytest.raises(pytest.fail.Exception, match="time of one trial is over"), within(0.05, "one trial"):
        time.sleep(30)
    assert time.monotonic() - began < 10


def test_what_ends_in_time_is_left_alone_and_so_is_what_follows() -> None:
    with within(0.05, "one trial"):
        pass
    time.sleep(0.1)


def test_a_trial_has_three_minutes_and_all_together_have_twenty() -> None:
    assert (trials.MOST_SECONDS, trials.MOST_SECONDS_OF_ALL) == (180, 1200)
