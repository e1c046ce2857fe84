"""What nothing depends on any more is forgotten, and nothing else."""

from datetime import timedelta

from sqlalchemy import text

from service.accounts.jobs import forget
from service.accounts.models import Account
from service.kit.clock import GivenClock
from service.kit.database import Database
from tests.accounts.conftest import OFFICE, From, SignIn


async def test_counts_and_sessions_are_forgotten_a_month_after_their_end(
    zhang: Account, sign_in: SignIn, from_: From, database: Database, clock: GivenClock
) -> None:
    async def kept() -> list[int]:
        async with database.begin(clock.now()) as work:
            await forget(work)
        async with database.reading() as reading:
            return [
                (await reading.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
                for table in ("guess_counts", "refresh_tokens")
            ]

    token = (await sign_in()).json()["refresh_token"]
    await from_(OFFICE).post("/auth/refresh", json={"refresh_token": token})
    assert await kept() == [3, 2], "the name, the address, and both together; two tokens of one session"
    clock.advance(timedelta(days=30, seconds=1))
    assert await kept() == [0, 2]
    clock.advance(timedelta(days=7))
    assert await kept() == [0, 0]
