"""A whole service in processes of its own, started by its command as an operator would."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

TOP = Path(__file__).parents[1]


@dataclass
class Service:
    """A running service, its address, the log it writes and what it has said at the terminal."""

    process: subprocess.Popen[str]
    address: str
    log: Path
    said: str

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=10)

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, within: float = 60) -> int:
        """Its exit code."""
        return self.process.wait(within)

    def children(self, kind: str) -> list[int]:
        """The numbers of its living processes of a kind: `api`, `worker`."""
        parent = self.process.pid
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [int(pid) for pid in found if f"processes\0{kind}\0" in command_of(int(pid))]


def command_of(pid: int) -> str:
    """The command line of a process, parts ended by NUL; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def servicedesk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=TOP,
        env=_environment(environment),
        capture_output=True,
        text=True,
        timeout=120,
    )


@contextmanager
def starting(
    data: Path, *arguments: str, command: str = "serve", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """`servicedesk serve` (or `demo`) on any free port; ended with the block if it still runs."""
    with _log(data).open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", command, "--port=0", f"--data={data}", *arguments],
            cwd=TOP,
            env=_environment(environment),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


@contextmanager
def serving(data: Path, *arguments: str, command: str = "serve", **environment: str) -> Iterator[Service]:
    """A service that is ready to answer."""
    with starting(data, *arguments, command=command, **environment) as process:
        assert process.stdout is not None
        said = line = ""
        while "服务已就绪" not in line:
            line = process.stdout.readline()
            assert line, _log(data).read_text()
            said += line
        address = next(word for word in line.split() if word.startswith("http://"))
        yield Service(process, address, _log(data), said)


def _log(data: Path) -> Path:
    return data.with_name(f"{data.name}.log")


def eventually(condition: Callable[[], bool], within: float = 30) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _environment(given: dict[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SERVICEDESK_")}
    return ours | given
