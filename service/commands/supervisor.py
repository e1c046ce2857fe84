"""`serve`: the database, the migration, API processes and a worker, kept alive and ended in order.

One thread, one loop. The children end with the supervisor even when it is killed; a database that is left all
the same is found and ended by the next start (kit/cluster.py).
"""

import http.client
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import service
from service.commands.installation import embedded, located
from service.kit.children import ends_with_parent
from service.kit.config import Settings
from service.kit.lock import held
from service.kit.trouble import Trouble

logger = logging.getLogger(__name__)

#: Seconds from SIGTERM until a child is killed; each gives what it is doing 30 s (processes.py, worker.py).
FAREWELL = 35.0
#: Seconds until a child that died is started again, doubled with each death up to the longest.
BACK_OFF, LONGEST_BACK_OFF = 0.5, 30.0
#: A child that lived this many seconds had started well: its next death counts as the first again.
SETTLED = 60.0
#: Seconds for the service to answer that it is ready.
PATIENCE = 120.0


@dataclass(frozen=True)
class Plan:
    """What `serve` is to run. Port 0 is any that is free."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    with_worker: bool = True
    migrate: bool = True


class Child:
    """Something that is to run all the time and is started again, ever more slowly, when it dies."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.name = name
        self.start = start
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._deaths = 0
        self._due = 0.0

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def begin(self) -> None:
        """Start it; raises what stops it from starting."""
        self._started = time.monotonic()
        self.process = self.start()

    def tend(self) -> None:
        """Start it again if it died and its time has come."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._died(f"exit code {self.process.returncode}")
        if self.process is None and now >= self._due:
            try:
                self.begin()
            except Trouble as trouble:
                self._died(trouble.en)
            except OSError as error:
                self._died(str(error))

    def _died(self, reason: str) -> None:
        now = time.monotonic()
        self._deaths = 1 if now - self._started > SETTLED else self._deaths + 1
        wait = min(BACK_OFF * 2 ** (self._deaths - 1), LONGEST_BACK_OFF)
        self._due = now + wait
        self.process = None
        logger.error("%s ended (%s) and is started again in %.1f s.", self.name, reason, wait)


class Supervisor:
    """Runs one installation until it is told to stop.

    `ready` is told the address once callers are answered. `furnish` is done to the migrated database before,
    at each start, and given the settings by which it is found.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        ready: Callable[[str], None],
        furnish: Callable[[Settings], None] | None = None,
    ) -> None:
        self._settings = settings
        self._plan = plan
        self._ready = ready
        self._furnish = furnish
        self._cluster = embedded(settings)
        self._database = Child("database", self._start_database)
        self._children: list[Child] = []
        self._stop = threading.Event()
        self._hurry = False
        self._may_interrupt = False

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or SIGHUP; a second signal ends running work at once.

        Raises `Held` if another service has the data directory, `Trouble` if the service cannot start.
        """
        with self._signals(), held(self._settings.data), _listening(self._plan) as listener:
            try:
                with self._interruptible():
                    self._start(listener)
                self._ready(_address(listener))
                while not self._stop.wait(0.2):
                    self._tend()
            except KeyboardInterrupt:
                pass  # told to stop while something was starting
            finally:
                logger.info("The service stops.")
                listener.close()  # before the children close theirs, so that new callers are refused at once
                self._end_children()
                if self._cluster is not None:
                    self._cluster.stop()

    # --- starting ------------------------------------------------------------------------------------

    def _start(self, listener: socket.socket) -> None:
        if self._cluster is not None:
            self._database.begin()
        shutil.rmtree(self._settings.data / "metrics", ignore_errors=True)
        (self._settings.data / "metrics").mkdir(mode=0o700)
        if self._plan.migrate:
            self._migrate()
        if self._furnish is not None:
            self._furnish(located(self._settings))
        for number in range(1, self._plan.workers + 1):
            self._add("api", f"api-{number}", listener.fileno())
        if self._plan.with_worker:
            self._add("worker", "worker")
        for child in self._children:
            child.begin()
        self._wait_until_ready(listener)

    def _start_database(self) -> subprocess.Popen[bytes]:
        assert self._cluster is not None
        self._cluster.connections = (self._plan.workers + 1) * self._settings.pool_size + 20
        self._cluster.prepare()
        return self._cluster.start()

    def _add(self, kind: str, name: str, *descriptors: int) -> None:
        self._children.append(Child(name, lambda: self._popen(kind, name, *descriptors)))

    def _popen(self, kind: str, name: str, *descriptors: int) -> subprocess.Popen[bytes]:
        package = str(Path(service.__file__).parent.parent)
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "service.commands.processes", kind, name, *map(str, descriptors)],
            env=os.environ
            | {
                "SERVICEDESK_DATA": str(self._settings.data.absolute()),
                "SERVICEDESK_LOG": self._settings.log,
                "PROMETHEUS_MULTIPROC_DIR": str(self._settings.data.absolute() / "metrics"),
                "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))),
            },
            stdin=subprocess.PIPE,  # closed when we die: the child's other sign to end
            pass_fds=descriptors,
            start_new_session=True,  # Ctrl-C in the terminal is ours to handle
            preexec_fn=ends_with_parent(signal.SIGKILL),
        )

    def _migrate(self) -> None:
        migration = self._popen("migrate", "migration")
        try:
            if migration.wait() != 0:
                raise Trouble(
                    "数据库升级失败，原因见上面的日志；数据库保持原样。",
                    "The migration failed; the log above says why. The database is as it was.",
                )
        finally:
            migration.kill()
            migration.communicate()

    def _wait_until_ready(self, listener: socket.socket) -> None:
        deadline = time.monotonic() + PATIENCE
        while (reason := _not_ready(listener)) is not None:
            dead = [child.name for child in self._children if not child.is_alive]
            if dead:
                raise Trouble(
                    f"进程 {dead[0]} 启动失败，原因见上面的日志。",
                    f"The process {dead[0]} failed to start; the log above says why.",
                )
            if time.monotonic() > deadline:
                raise Trouble(f"服务未能就绪：{reason}", f"The service does not get ready: {reason}")
            time.sleep(0.05)

    # --- serving and ending --------------------------------------------------------------------------

    def _tend(self) -> None:
        if self._cluster is not None:
            with self._interruptible():
                self._database.tend()
        for child in self._children:
            child.tend()

    def _end_children(self) -> None:
        """Ask all to finish; kill those that take too long, or all if we are told to stop once more."""
        processes = [child.process for child in self._children if child.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + FAREWELL
        while any(process.poll() is None for process in processes):
            if self._hurry or time.monotonic() > deadline:
                logger.error("Running work did not finish in time and is cut off.")
                for process in processes:
                    process.kill()
            time.sleep(0.02)
        for process in processes:
            process.communicate()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def told(_: int, __: FrameType | None) -> None:
            self._hurry = self._stop.is_set()
            self._stop.set()
            if self._may_interrupt:
                self._may_interrupt = False
                raise KeyboardInterrupt

        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, told) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Being told to stop cuts the block short, by KeyboardInterrupt."""
        self._may_interrupt = True
        try:
            if self._stop.is_set():
                raise KeyboardInterrupt
            yield
        finally:
            self._may_interrupt = False


@contextmanager
def _listening(plan: Plan) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    try:
        listener = socket.create_server((plan.host, plan.port), family=family, backlog=2048)
    except OSError as error:
        raise Trouble(
            f"无法在 {plan.host}:{plan.port} 上监听：{error.strerror}。可用 --port 指定另一个端口。",
            f"Cannot listen on {plan.host}:{plan.port}: {error.strerror}. Name another port with --port.",
        ) from error
    with listener:
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _not_ready(listener: socket.socket) -> str | None:
    """What the service says of itself, or None if it is ready."""
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(here, port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Accept-Language": "en"})
        answer = connection.getresponse()
        return None if answer.status == 200 else str(json.load(answer).get("detail"))
    except OSError as error:
        return str(error)
    finally:
        connection.close()
