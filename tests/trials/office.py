"""An installation with the cast in it, whose clerks set up departments as fast as they can.

Every department that was answered with 201 must be there afterwards, whatever was killed meanwhile.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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
    """The installation in a data directory; its clerks are signed in as the system administrator."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.settings: Settings = located(Settings(data=data))
        self.acknowledged: list[str] = []
        self._is_moved_in = False
        crypto.use(crypto.Vault(self.settings.secrets))
        tokens = Credentials.of(self.settings).tokens
        token = tokens.for_account(world.person("you"), world.session("you"), SystemClock().now())
        self._client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=40, trust_env=False)

    def close(self) -> None:
        self._client.close()

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

    def set_up(self, service: Service, code: str) -> int:
        """Have the service set up a department; answers the status of the answer."""
        answer = self._client.post(
            f"{service.address}/api/v1/departments", json={"code": code, "name": f"部门 {code}"}
        )
        if answer.status_code == 201:
            self.acknowledged.append(code)
        return answer.status_code

    def lost(self, service: Service) -> set[str]:
        """What was acknowledged and is not there."""
        present: set[str] = set()
        cursor: str | None = ""
        while cursor is not None:
            wanted = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = self._client.get(f"{service.address}/api/v1/departments", params=wanted).json()
            present |= {department["code"] for department in page["items"]}
            cursor = page["next_cursor"]
        return set(self.acknowledged) - present

    @contextmanager
    def clerks_at_work(self, service: Service) -> Iterator[None]:
        """Four clerks, who try the next one when something fails."""
        over = threading.Event()
        begun = len(self.acknowledged)

        def clerk(number: int) -> None:
            turn = 0
            while not over.is_set():
                turn += 1
                with suppress(httpx.HTTPError):
                    self.set_up(service, f"X{number}A{begun}N{turn}")

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
