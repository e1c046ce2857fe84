"""Request numbers: made, read back however they are typed, and refused when mistyped."""

from datetime import date
from uuid import UUID

import pytest

from service.requests.rules import numbers
from service.requests.rules.numbers import NotANumber


def test_a_dated_number_has_day_sequence_and_check_digit():
    number = numbers.dated(date(2026, 11, 24), 123)
    assert number[:-1] == "RC-20261124-000123-"
    assert numbers.parse(number) == number


def test_the_sequence_grows_beyond_six_digits():
    number = numbers.dated(date(2031, 1, 2), 12_345_678)
    assert number.startswith("RC-20310102-12345678-")
    assert numbers.parse(number) == number


def test_a_secret_number_tells_nothing_and_differs_each_time():
    made = {numbers.secret() for _ in range(100)}
    assert len(made) == 100
    assert all(numbers.parse(number) == number and len(number) == 14 for number in made)


DATED = numbers.dated(date(2026, 11, 24), 100_101)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(DATED.lower(), id="lower-case"),
        pytest.param(DATED.replace("-", ""), id="no-dashes"),
        pytest.param(DATED.replace("-", " "), id="spaces"),
        pytest.param(DATED.replace("-", "—"), id="long-dashes"),
        pytest.param(f"  {DATED}\t", id="blanks-around"),
        pytest.param(DATED.replace("0", "O"), id="letter-o"),
        pytest.param(DATED.replace("1", "l"), id="letter-l"),
        pytest.param(DATED.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}), id="full-width"),
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed):
    assert numbers.parse(typed) == DATED


def test_a_secret_number_is_understood_in_lower_case_and_with_lookalikes():
    number = next(n for n in iter(numbers.secret, None) if "0" in n and "1" in n)
    assert numbers.parse(number.lower().replace("0", "o").replace("1", "i")) == number


def test_every_single_slip_in_a_dated_number_is_caught():
    for place in range(len(DATED)):
        for digit in "0123456789":
            slipped = DATED[:place] + digit + DATED[place + 1 :]
            if DATED[place].isdigit() and slipped != DATED:
                with pytest.raises(NotANumber):
                    numbers.parse(slipped)


def test_every_single_slip_in_a_secret_number_is_caught():
    number = numbers.secret()
    for place in range(3, len(number)):
        for character in numbers.ALPHABET:
            slipped = number[:place] + character + number[place + 1 :]
            if slipped != number:
                with pytest.raises(NotANumber):
                    numbers.parse(slipped)


def test_an_id_is_understood_as_an_id():
    given = "019A1B2C-3D4E-7F50-8123-456789ABCDEF"
    assert numbers.parse(given) == UUID(given)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "RC",
        "RC-",
        "hello",
        "XX" + DATED[2:],
        DATED[3:],
        DATED + "0",
        "RC-٢٠٢٦١١٢٤-٠٠٠١٢٣-٧",
        "RC-😀",
        "../../etc",
    ],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(NotANumber):
        numbers.parse(typed)
