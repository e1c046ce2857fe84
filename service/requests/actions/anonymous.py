"""Requests of somebody who does not want to be named: nothing that could name them is kept."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select

from service.accounts import secrets
from service.catalog.rules.words import Confidentiality
from service.kit import addresses
from service.kit.clock import LOCAL
from service.kit.database import UnitOfWork
from service.kit.errors import TooMany
from service.organizations.actor import Actor
from service.requests.actions.recording import announce, write
from service.requests.models import AnonymousFiling, FilingCount, ServiceRequest
from service.requests.rules.words import Origin
from service.requests.schemas.recording import AnonymousCreate, AnonymousCreated

FILINGS_A_DAY = 10

#: Who files anonymously: nobody who can be told.
NOBODY = Actor(account_id=None, name="", via="anonymous")


async def file_anonymously(work: UnitOfWork, said: AnonymousCreate, address: str) -> AnonymousCreated:
    """Record the request and tell the number and the secret, this once.

    Raises:
        TooMany: this address filed too often today.
        Invalid: it names something that does not exist, or does not fit its form.
    """
    await _count(work, address)
    request = await write(work, said, Origin.ANONYMOUS, Confidentiality.ANONYMOUS, None)
    await announce(work, NOBODY, request)
    secret = secrets.new_secret()
    work.add(AnonymousFiling(request_id=request.id, secret_digest=secrets.digest_of(secret)))
    await work.flush()
    return AnonymousCreated(number=request.number, secret=secret)


async def find(work: UnitOfWork, number: str) -> tuple[UUID, bytes] | None:
    """The anonymous request of this number, and what is kept of its secret."""
    filed = (
        select(AnonymousFiling.request_id, AnonymousFiling.secret_digest)
        .join(ServiceRequest, col(ServiceRequest.id) == col(AnonymousFiling.request_id))
        .where(ServiceRequest.number == number)
    )
    return (await work.exec(filed)).one_or_none()


async def _count(work: UnitOfWork, address: str) -> None:
    """Count this filing; the counts of earlier days go with it."""
    today = work.now.astimezone(LOCAL).date()
    await work.exec(delete(FilingCount).where(col(FilingCount.day) < today))
    first = insert(FilingCount).values(
        address_digest=addresses.of_the_day(address, work.now), day=today, filings=1
    )
    counted = first.on_conflict_do_update(
        index_elements=["address_digest"], set_={"filings": FilingCount.filings + 1}
    )
    filings = await work.scalar(counted.returning(col(FilingCount.filings)))
    if filings is not None and filings > FILINGS_A_DAY:
        raise TooMany(
            "too_many_filings",
            "今日匿名提交次数已达上限，请明日再试，或拨打热线。",
            "Too many anonymous requests from here today; try again tomorrow, or call the hotline.",
            retry_after=3600,
        )
