"""An installation with the cast in it, where an enterprise records requests as fast as it can.

Every request that was answered with 201 must be there afterwards with its event, whatever was killed
meanwhile; and each must be there once, although who got no answer sent it again under its key.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import httpx
import psycopg
from sqlalchemy import make_url

from service.accounts.credentials import Credentials
from service.commands.installation import located
from service.kit import crypto
from service.kit.clock import SystemClock
from service.kit.config import Settings
from service.kit.database import Database, app_address
from tests import world
from tests.service_process import Service, eventually, serving


class Office:
    """The installation in a data directory; Wang records, and the dispatcher sees everything."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.settings: Settings = located(Settings(data=data))
        self.acknowledged: list[str] = []
        self._is_moved_in = False
        crypto.use(crypto.Vault(self.settings.secrets))
        self._wang, self._dispatcher = self._signed_in("wang"), self._signed_in("sun")

    def _signed_in(self, username: str) -> httpx.Client:
        tokens = Credentials.of(self.settings).tokens
        token = tokens.for_account(world.person(username), world.session(username), SystemClock().now())
        return httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=40, trust_env=False)

    def close(self) -> None:
        self._wang.close()
        self._dispatcher.close()

    @contextmanager
    def open(self, *arguments: str) -> Iterator[Service]:
        """Serve, ready and with the cast in the database."""
        with serving(self.data, *arguments) as service:
            if not self._is_moved_in:
                anyio.run(self._move_in)
                self._is_moved_in = True
            yield service

    async def _move_in(self) -> None:
        database = Database(*app_address(self.settings))
        async with database.begin(SystemClock().now()) as work:
            await world.build(work)
        await database.close()

    def record(self, service: Service, title: str) -> int:
        """Record a request under a key that is its title; answers the status of the answer."""
        answer = self._wang.post(
            f"{service.address}/api/v1/requests",
            json={"title": title, "description": "车间每天下午跳闸两三次，申请增容。"},
            headers={"Idempotency-Key": title},
        )
        if answer.status_code == 201:
            self.acknowledged.append(answer.json()["id"])
        return answer.status_code

    def lost(self, service: Service) -> set[str]:
        """What was acknowledged and is not there, or not told by the feed."""
        there = {
            request["id"] for request in self._all(service, "requests?limit=200", "next_cursor", "cursor")
        }
        told = {
            event["subject"]["id"]
            for event in self._all(service, "events?limit=1000", "next", "after")
            if event["type"] == "request.submitted"
        }
        return set(self.acknowledged) - (there & told)

    def twice(self, service: Service) -> set[str]:
        """What was recorded more than once."""
        recorded = self._all(service, "requests?limit=200", "next_cursor", "cursor")
        return {title for title, times in Counter(one["title"] for one in recorded).items() if times > 1}

    def _all(self, service: Service, path: str, found_at: str, goes_on_at: str) -> Iterator[dict[str, Any]]:
        """Every item of a list or of the feed, as the dispatcher sees it."""
        position = ""
        while True:
            onward = {goes_on_at: position} if position else {}
            address = httpx.URL(f"{service.address}/api/v1/{path}").copy_merge_params(onward)
            answer = self._dispatcher.get(address).raise_for_status().json()
            yield from answer["items"]
            position = answer[found_at]
            if not (answer["items"] and position):
                return

    @contextmanager
    def clerks_at_work(self, service: Service) -> Iterator[None]:
        """Four clerks, who send the same again until they have an answer."""
        over = threading.Event()
        begun = len(self.acknowledged)

        def clerk(number: int) -> None:
            turn = 0
            while not over.is_set():
                with suppress(httpx.HTTPError):
                    turn += self.record(service, f"{begun}-{number}-{turn}") == 201

        clerks = [threading.Thread(target=clerk, args=(number,)) for number in range(4)]
        for each in clerks:
            each.start()
        try:
            yield
        finally:
            over.set()
            for each in clerks:
                each.join()

    def gets_on(self) -> bool:
        """Whether ten more are acknowledged in time."""
        so_far = len(self.acknowledged)
        return eventually(lambda: len(self.acknowledged) >= so_far + 10, within=60)

    def owner(self) -> psycopg.Connection:
        """A connection as the owner of the database."""
        assert self.settings.database_url is not None
        url = make_url(self.settings.database_url).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False))

    def postmaster(self) -> int:
        """The number of the database's process."""
        note = self.data / "postgresql" / "data" / "postmaster.pid"
        return int(note.read_text().split()[0])
