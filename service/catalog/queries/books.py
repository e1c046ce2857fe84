"""At which version a part of the catalog is."""

from sqlalchemy import select
from sqlmodel import col

from service.catalog.models import CatalogBook
from service.catalog.rules.words import Book
from service.kit.database import Source, connection_of


async def version_of(source: Source, name: Book) -> int:
    """The version of this part of the catalog."""
    statement = select(col(CatalogBook.version)).where(col(CatalogBook.name) == name)
    return (await (await connection_of(source)).execute(statement)).scalar_one()
