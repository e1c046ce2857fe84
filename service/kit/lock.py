"""One service to a data directory: a lock that the kernel lets go when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.kit.trouble import Trouble


class Held(Trouble):
    """Another process has the data directory; `pid` is its number, or None if it has not written it yet."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        self.pid = pid
        super().__init__(
            f"数据目录 {directory} 正被另一个服务使用（进程号 {pid or '未知'}）。"
            "请先停止该服务，或用 --data 指定另一个目录。",
            f"The data directory {directory} is in use by another service (process {pid or 'unknown'}). "
            "Stop that service first, or name another directory with --data.",
        )


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Have the data directory to oneself while the block runs; it is made if there is none.

    The lock belongs to this process alone: children do not inherit it, and `kill -9` lets it go.
    Raises `Held` at once if somebody else has it, `Trouble` if it cannot be written.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Trouble(
            f"数据目录 {directory} 不可用：{error.strerror}。请用 --data 指定另一个目录。",
            f"The data directory {directory} cannot be used: {error.strerror}. Name another one with --data.",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            raise Held(directory, int(pid) if pid.isdecimal() else None) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
