"""Guessing is slow: each attempt is counted in the database before its answer is known.

Three buckets count wrong guesses: *at a name* (a user name, an anonymous request's number) from wherever they
come; *from an address* at whatever name; and *from a familiar address*, one from which this name was signed
in to within the last 30 days. There, only that one bucket counts. So nobody can keep a person out of their
own office by guessing from elsewhere, and a wait is never longer than 15 minutes anywhere.
Names and addresses are kept as keyed digests only; no address is called familiar to an anonymous request.
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select

from service.accounts.models import GuessCount
from service.accounts.rules import ONE_ACCOUNT, ONE_ADDRESS, Count, Patience, attempt
from service.kit import addresses, crypto
from service.kit.database import UnitOfWork
from service.kit.errors import TooMany

FAMILIAR_FOR = timedelta(days=30)


class At(StrEnum):
    """What is guessed at."""

    ACCOUNT = "account"
    ANONYMOUS_REQUEST = "anonymous_request"
    INVITATION = "invitation"


@dataclass(frozen=True)
class Guess:
    """An attempt that was charged; `forgive` takes the charge back when it was right."""

    charged: dict[bytes, Patience]
    familiar: bytes | None


async def charge(work: UnitOfWork, at: At, name: str, address: str) -> Guess:
    """Charge one attempt at this name from this address; commit it before looking at the answer.

    Nothing is charged during a wait.

    Raises:
        TooMany: too many wrong guesses; says for how long to wait.
    """
    at_name = crypto.digest("guess.name", f"{at} {name}")
    from_address = addresses.of_the_day(address, work.now)
    familiar = crypto.digest("guess.familiar", f"{name} {address}") if at is At.ACCOUNT else None
    await _begin(work, at_name, from_address)
    counts = await _locked(work, at_name, from_address, *filter(None, [familiar]))
    charged = {at_name: ONE_ACCOUNT, from_address: ONE_ADDRESS}
    if familiar in counts:
        charged = {familiar: ONE_ACCOUNT}
    outcomes = {
        bucket: attempt(_said(counts[bucket]), patience, work.now) for bucket, patience in charged.items()
    }
    waits = [outcome for outcome in outcomes.values() if isinstance(outcome, timedelta)]
    if waits:
        raise _too_many(max(waits))
    for bucket, outcome in outcomes.items():
        assert isinstance(outcome, Count)
        count = counts[bucket]
        count.failures, count.last_at, count.open_at = outcome.failures, outcome.last_at, outcome.open_at
    return Guess(charged, familiar)


async def hold(work: UnitOfWork, guess: Guess) -> None:
    """Wait for other attempts that charge the same, until this unit of work ends."""
    await _locked(work, *guess.charged)


async def forgive(work: UnitOfWork, guess: Guess) -> None:
    """Take back the charge of an attempt that was right, and know the address from now on.

    The name's count starts anew. The address only gets its one charge back: whoever owns one account cannot
    wipe out their guesses at others.
    """
    if guess.familiar is not None:
        await _begin(work, guess.familiar)
    for bucket, count in (await _locked(work, *{*guess.charged, *filter(None, [guess.familiar])})).items():
        of_address = guess.charged.get(bucket) is ONE_ADDRESS
        count.failures = max(count.failures - 1, 0) if of_address else 0
        count.last_at = count.open_at = work.now


async def forget(work: UnitOfWork) -> None:
    """Delete the counts that nothing depends on any more."""
    await work.exec(delete(GuessCount).where(col(GuessCount.last_at) < work.now - FAMILIAR_FOR))


async def _begin(work: UnitOfWork, *buckets: bytes) -> None:
    """Have a row for each bucket; in a fixed order, so that attempts at once wait for each other in turn."""
    rows = [
        {"bucket": bucket, "failures": 0, "last_at": work.now, "open_at": work.now}
        for bucket in sorted(buckets)
    ]
    await work.exec(insert(GuessCount).values(rows).on_conflict_do_nothing())


async def _locked(work: UnitOfWork, *buckets: bytes) -> dict[bytes, GuessCount]:
    """The counts of those of the buckets that have one; locked in a fixed order."""
    statement = select(GuessCount).where(col(GuessCount.bucket).in_(buckets))
    held = await work.exec(statement.order_by(col(GuessCount.bucket)).with_for_update())
    return {count.bucket: count for count in held}


def _said(count: GuessCount) -> Count:
    return Count(count.failures, count.last_at, count.open_at)


def _too_many(wait: timedelta) -> TooMany:
    seconds = math.ceil(wait.total_seconds())
    return TooMany(
        "too_many_guesses",
        f"尝试次数过多，请在 {seconds} 秒后再试。",
        f"Too many attempts; please try again in {seconds} seconds.",
        retry_after=seconds,
    )
