"""Loading the sample district: whole wherever it was cut off, with the same ids in every installation."""

import pytest
from sqlalchemy import text

from service.kit.clock import GivenClock
from service.kit.cluster import Cluster
from service.kit.database import Database
from service.sample import loading
from tests.conftest import SAMPLE_PASSWORD, at

TABLES = ("units", "accounts", "memberships", "service_items", "routing_rules", "events")


@pytest.fixture(scope="module")
def template(migrated: str) -> str:
    """It begins with nothing."""
    return migrated


async def ids(database: Database) -> dict[str, set[str]]:
    async with database.reading() as reading:
        return {
            table: set((await reading.execute(text(f"SELECT id FROM {table}"))).scalars()) for table in TABLES
        }


class CutOff(Exception):
    """Somebody pulled the plug."""


async def test_a_loading_that_was_cut_off_goes_on_and_ends_with_what_every_installation_has(
    database: Database, clock: GivenClock, cluster: Cluster, sample_template: str
) -> None:
    steps = iter(range(6))

    def cut_off_in_the_middle(_: int) -> None:
        if next(steps) == 5:
            raise CutOff

    with pytest.raises(CutOff):
        await loading.load(database, clock.now(), SAMPLE_PASSWORD, cut_off_in_the_middle)
    half = await ids(database)
    await loading.load(database, clock.now(), SAMPLE_PASSWORD)
    whole = await ids(database)

    elsewhere = Database(at(cluster.app_url, sample_template))
    assert whole == await ids(elsewhere)
    await elsewhere.close()
    assert 0 < len(half["accounts"]) < len(whole["accounts"])
    assert half["units"] == whole["units"]
