"""Identifiers, made here and not in the database, so that an older PostgreSQL serves as well."""

from uuid import UUID, uuid4

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by the moment it was made."""
    return uuid7()


def random_id() -> UUID:
    """A UUIDv4, for what must not tell when it was made."""
    return uuid4()
