"""Identifiers: new ones differ, those of sample data come again."""

from datetime import UTC, datetime

from service.kit.ids import new_id, random_id, repeatable

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def _three(name: str) -> list[str]:
    with repeatable(name, MOMENT):
        return [str(new_id()) for _ in range(3)]


def test_new_ids_differ_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert len(set(ids)) == 100
    assert ids == sorted(ids)


def test_ids_of_the_same_name_come_again_and_others_do_not() -> None:
    assert _three("a town") == _three("a town")
    assert not set(_three("a town")) & set(_three("a department"))
    assert len(set(_three("a town"))) == 3


def test_repeatable_ids_are_version_7_of_their_moment() -> None:
    with repeatable("a town", MOMENT):
        made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == MOMENT.timestamp() * 1000


def test_random_ids_stay_random_and_new_ids_are_new_again_afterwards() -> None:
    with repeatable("a town", MOMENT):
        first = random_id()
    with repeatable("a town", MOMENT):
        assert random_id() != first
        repeated = new_id()
    assert new_id() != repeated
