"""Identifiers, made here and not in the database, so that an older PostgreSQL serves as well."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from itertools import count
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

_given: ContextVar[Iterator[UUID] | None] = ContextVar("given", default=None)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by the moment it was made."""
    given = _given.get()
    return uuid7() if given is None else next(given)


def random_id() -> UUID:
    """A UUIDv4, for what must not tell when it was made."""
    return uuid4()


@contextmanager
def repeatable(name: str, at: datetime) -> Iterator[None]:
    """Inside the block `new_id` gives the same ids whenever the name is the same: for sample data.

    They are UUIDv7 of the moment `at`, and follow from the name; `random_id` stays random.
    """
    before = _given.set(_following_from(name, at))
    try:
        yield
    finally:
        _given.reset(before)


def _following_from(name: str, at: datetime) -> Iterator[UUID]:
    moment = int(at.timestamp() * 1000)
    for number in count():
        chance = int.from_bytes(hashlib.sha256(f"{name} {number}".encode()).digest()[:10])
        twelve, sixty_two = chance >> 62 & 0xFFF, chance & (1 << 62) - 1
        yield UUID(int=moment << 80 | 7 << 76 | twelve << 64 | 2 << 62 | sixty_two)
