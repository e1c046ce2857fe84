"""The cast: one small standing district, so that tests read as sentences about people we know."""

from service.kit.database import UnitOfWork


async def build(work: UnitOfWork) -> None:
    """Bring the cast into an empty migrated database."""
