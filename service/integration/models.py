"""The tables of integration."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class FeedEpoch(SQLModel, table=True):
    """Which life of the database the cursors of the feed belong to; one row.

    Whoever restores a dump into another server writes a new epoch, because transaction numbers start lower
    there: cursors of an earlier life are refused instead of losing events.
    """

    __tablename__ = "feed_epoch"
    __table_args__ = (CheckConstraint("place = 1", name="one_row"),)

    place: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    epoch: UUID
