"""The embedded PostgreSQL: made once, running while the service runs, reachable by nobody else.

It lives in `<data>/postgresql`: its files in `data/`, its socket in `run/`, its words in `server.log`.
"""

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL

from service.kit.config import Secrets
from service.kit.lock import Held, held
from service.kit.postgres import MAJOR, Programs
from service.kit.trouble import Trouble

logger = logging.getLogger(__name__)

OWNER_ROLE = "servicedesk_owner"
APP_ROLE = "servicedesk_app"
DATABASE = "servicedesk"

PATIENCE = 120.0  # seconds for a start: after a crash the log is replayed first
FAREWELL = 60.0  # seconds for a stop

#: Names the socket and nothing else: the server listens on no network.
PORT = 5432

#: The path of a socket may be 107 bytes long; PostgreSQL needs some of them for the names in the directory.
_LONGEST_DIRECTORY = 107 - len(f"/.s.PGSQL.{PORT}.lock")

#: Written to postgresql.conf when the cluster is made; an operator may change them there.
_TUNING = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # answers are short, and a container's /dev/shm is small
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

#: Given at every start, above any file: nobody from outside, and nobody's data in the log.
_FIXED = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_min_messages": "log",  # no ERROR: it may quote a value, and the service reports its own errors
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

#: For tests: fast, and gone after a power cut.
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # its worker belongs to the superuser, and nobody else may drop a database it is in
}

_HBA = "# Everybody proves who they are with a password, on this machine too.\nlocal all all scram-sha-256\n"

_ROLES = f"""\
CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB;

CREATE ROLE {APP_ROLE} LOGIN;

GRANT {APP_ROLE} TO {OWNER_ROLE};

CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE};

REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;

GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE};

"""


class Cluster:
    """One embedded server and its files.

    `durable=False` gives up the promise to survive a power cut, for tests; `connections` is how many the next
    start allows. Start it from the main thread: the kernel stops the server when the thread that started it
    ends.
    """

    def __init__(self, data_dir: Path, secrets_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.durable = durable
        self.connections = 100
        self._secrets = Secrets(secrets_dir)
        self._home = self.data_dir / "postgresql"
        self._files = self._home / "data"
        self._run = self._home / "run"
        self._log = self._home / "server.log"
        self._server: subprocess.Popen[bytes] | None = None

    # --- addresses -----------------------------------------------------------------------------------

    @property
    def owner_url(self) -> str:
        """SQLAlchemy URL of the role that owns and migrates the database; its password is in it."""
        return self._url(OWNER_ROLE)

    @property
    def app_url(self) -> str:
        """SQLAlchemy URL of the role that the API and the worker act as; its password is in it."""
        return self._url(APP_ROLE)

    def _url(self, role: str) -> str:
        address = {"host": str(self._run.resolve()), "port": str(PORT)}
        url = URL.create("postgresql+psycopg", role, self._password(role), database=DATABASE, query=address)
        return url.render_as_string(hide_password=False)

    def _password(self, role: str) -> str:
        return self._secrets.get(_secret(role)).hex()

    # --- life ----------------------------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Have the data directory to oneself and the server running while the block runs.

        Raises `Held` if another service has the directory, `Trouble` if the server cannot run.
        """
        with held(self.data_dir):
            self.prepare()
            self.start()
            try:
                yield self
            finally:
                self.stop()

    @contextmanager
    def available(self) -> Iterator["Cluster"]:
        """The server of the service that runs now, or else one that runs for this block alone."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self.running())
            except Held:
                self._wait()
            yield self

    def prepare(self) -> None:
        """Make the cluster if there is none, and end a server that a killed service left behind.

        Whoever calls this holds the data directory. Killed halfway, it leaves nothing half made: the files
        get their name when they are complete.
        """
        self._home.mkdir(mode=0o700, exist_ok=True)
        new_passwords = not all(
            (self._secrets.directory / _secret(r)).exists() for r in (OWNER_ROLE, APP_ROLE)
        )
        with Programs(self._home) as programs:
            programs.give(self._home)
            if self._files.exists():
                self._check_version()
                self._end_orphans()
                if new_passwords:
                    logger.warning("The database passwords were missing; new ones are set.")
                    self._tell_superuser(programs, self._files, self._passwords())
            else:
                self._create(programs)
        for abandoned in self._home.glob("new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers, at most two minutes; says so while it takes long."""
        with Programs(self._home) as programs:
            self._make_run_directory(programs)
            run = self._run.readlink() if self._run.is_symlink() else programs.place / "run"
            settings = _FIXED | ({} if self.durable else _FORGETFUL)
            settings |= {"unix_socket_directories": str(run), "cluster_name": self._mark}
            settings |= {"max_connections": str(self.connections)}
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            log = self._open_log()
            try:
                self._server = programs.start(
                    "postgres", "-D", str(programs.place / "data"), *options, output=log
                )
            finally:
                os.close(log)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self._server

    def stop(self) -> None:
        """End the server: open transactions are rolled back, what is committed is on disk."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.send_signal(signal.SIGINT)
        try:
            server.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            logger.error("The database did not stop in %.0f s and is stopped hard.", FAREWELL)
            server.send_signal(signal.SIGQUIT)
            server.wait()
        if self._run.is_symlink():
            shutil.rmtree(self._run.resolve(), ignore_errors=True)
            self._run.unlink()

    @property
    def is_alive(self) -> bool:
        """Whether the server that this object started still runs."""
        return self._server is not None and self._server.poll() is None

    # --- making --------------------------------------------------------------------------------------

    def _create(self, programs: Programs) -> None:
        logger.info("Making the database in %s.", self._files)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self._home))
        programs.give(new)
        programs.run(
            "initdb",
            *("-D", str(programs.place / new.name), "--username=postgres", "--auth=reject"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--data-checksums", *(f"--set={name}={value}" for name, value in _TUNING.items())),
            *(() if self.durable else ("--no-sync",)),
        )
        (new / "pg_hba.conf").write_text(_HBA)
        self._tell_superuser(programs, new, _ROLES + self._passwords())
        new.rename(self._files)
        _sync(self._home)

    def _passwords(self) -> str:
        return "".join(
            f"ALTER ROLE {role} PASSWORD '{self._password(role)}';\n\n" for role in (OWNER_ROLE, APP_ROLE)
        )

    def _tell_superuser(self, programs: Programs, files: Path, statements: str) -> None:
        """Run statements as the superuser while no server runs; without a password he reaches no server."""
        options = {"exit_on_error": "on", "log_min_error_statement": "panic", "log_checkpoints": "off"}
        options |= {} if self.durable else _FORGETFUL
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        place = str(programs.place / files.name)
        programs.run("postgres", "--single", "-j", "-D", place, *settings, "postgres", given=statements)

    def _check_version(self) -> None:
        version = (self._files / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise Trouble(
                f"数据目录由 PostgreSQL {version} 创建，本程序自带的是 PostgreSQL {MAJOR}。"
                "请用原来的程序备份，再用本程序恢复。",
                f"The data directory was made by PostgreSQL {version}, this program brings {MAJOR}. "
                "Back it up with the program that made it, and restore it with this one.",
            )

    def _make_run_directory(self, programs: Programs) -> None:
        """Make `run`: a directory, or if its path is too long for a socket a link to a short private one."""
        owner = programs.account.pw_uid if programs.account else os.geteuid()
        if self._run.is_symlink() and not (self._run.exists() and self._run.stat().st_uid == owner):
            self._run.unlink()  # /tmp was emptied, and the name may be anybody's now
        if not self._run.exists():
            if len(os.fsencode(self._run)) <= _LONGEST_DIRECTORY:
                self._run.mkdir()
            else:
                self._run.symlink_to(tempfile.mkdtemp(prefix="servicedesk-", dir="/tmp"))
        programs.give(self._run)
        self._run.chmod(0o700)

    def _open_log(self) -> int:
        if self._log.exists() and self._log.stat().st_size > 10_000_000:
            self._log.replace(self._log.with_suffix(".log.1"))
        return os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    # --- waiting and ending --------------------------------------------------------------------------

    def _wait(self) -> None:
        began = said = time.monotonic()
        while not self._is_ready():
            now = time.monotonic()
            if self._server is not None and self._server.poll() is not None:
                raise self._failure("启动时退出", "stopped while starting")
            if now - began > PATIENCE:
                raise self._failure(f"{PATIENCE:.0f} 秒内未就绪", f"was not ready in {PATIENCE:.0f} s")
            if now - said >= 5:
                said = now
                logger.info("The database is getting ready (%.0f s): %s", now - began, self._last_words())
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        pid, status = self._note()
        return status == "ready" and (self._server is None or pid == self._server.pid)

    def _note(self) -> tuple[int | None, str]:
        """What the server notes about itself: its process number and `starting`, `ready` or `stopping`."""
        try:
            lines = (self._files / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None, ""
        pid = int(lines[0]) if lines and lines[0].strip().isdecimal() else None
        return pid, lines[7].strip() if len(lines) > 7 else ""

    def _failure(self, zh: str, en: str) -> Trouble:
        last = self._last_words()
        return Trouble(
            f"数据库{zh}。日志 {self._log} 的最后一行：{last}",
            f"The database {en}. The last line of {self._log}: {last}",
        )

    def _last_words(self) -> str:
        with self._log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
            lines = log.read().decode(errors="replace").splitlines()
        return lines[-1] if lines else ""

    @property
    def _mark(self) -> str:
        """Stands in the command line of every process of this cluster, and of no other."""
        files = self._files.stat()
        return f"servicedesk-{files.st_dev:x}-{files.st_ino:x}"

    def _orphans(self) -> set[int]:
        signs = (f"cluster_name={self._mark}", f"postgres: {self._mark}: ")
        return {pid for pid, command in _commands().items() if any(sign in command for sign in signs)}

    def _end_orphans(self) -> None:
        """End the server of a killed service; remove its note if the number in it is another's by now."""
        postmaster, _ = self._note()
        began = time.monotonic()
        told: set[int] = set()
        while orphans := self._orphans():
            if not told:
                logger.warning("A killed service left its database running; it is stopped.")
            # The postmaster stops all others in order; without it they have nothing left to save.
            chief = {pid for pid in orphans if pid == postmaster}
            for pid in (chief or orphans) - told:
                told.add(pid)
                _send(pid, signal.SIGINT if pid == postmaster else signal.SIGQUIT)
            if time.monotonic() - began > FAREWELL:
                raise Trouble(
                    f"上次遗留的数据库进程 {sorted(orphans)} 未能停止。请结束这些进程后重试。",
                    f"The database left from last time (processes {sorted(orphans)}) does not stop. "
                    "End these processes, then try again.",
                )
            time.sleep(0.02)
        # PostgreSQL would take any living process of that number for a server, and refuse to start.
        if postmaster is not None and "postgres" not in _commands().get(postmaster, ""):
            (self._files / "postmaster.pid").unlink(missing_ok=True)


def _secret(role: str) -> str:
    return f"{role}_password"


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _commands() -> dict[int, str]:
    """The command line of every process that can be seen."""
    commands = {}
    if sys.platform == "linux":
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
            except OSError:
                continue  # it has just ended
            commands[int(process.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        return commands
    listing = subprocess.run(["/bin/ps", "-axo", "pid=,command="], capture_output=True, check=True)
    for line in listing.stdout.decode(errors="replace").splitlines():
        pid, _, command = line.strip().partition(" ")
        commands[int(pid)] = command
    return commands
