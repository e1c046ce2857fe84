"""A part of the catalog that changes as one whole is changed by one at a time."""

from sqlmodel import col, select

from service import events
from service.catalog.models import CatalogBook
from service.catalog.rules.words import Book
from service.events.actions import Fact
from service.kit.database import UnitOfWork
from service.kit.errors import Stale
from service.kit.ids import random_id
from service.organizations.actor import Actor


async def open_book(work: UnitOfWork, name: Book, expected: int | None) -> CatalogBook:
    """The book, locked until the unit of work ends.

    Raises:
        Stale: it is no longer at the version that the caller last saw.
    """
    statement = select(CatalogBook).where(col(CatalogBook.name) == name)
    book = (await work.exec(statement.with_for_update().execution_options(populate_existing=True))).one()
    if expected is not None and expected != book.version:
        raise Stale(book.version)
    return book


async def close_book(work: UnitOfWork, book: CatalogBook) -> None:
    """Give the changed book its new version.

    The new revision is written after the change itself, so that nothing read before is kept under it.
    """
    await work.flush()
    book.version += 1
    book.revision = random_id()
    book.changed_at = work.now
    await work.flush()


async def record(work: UnitOfWork, kind: events.Kind, book: CatalogBook, actor: Actor, **data: Fact) -> None:
    """Record what happened to a book that was changed."""
    await events.record(
        work,
        kind,
        subject_kind=book.name,
        subject_id=book.id,
        version=book.version,
        by=actor.account_id,
        data=data,
    )
