"""An ordinary user, who may do nothing but run Python, has the whole service in a home of their own."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service_process import TOP


class User:
    """Somebody who is not root, with a home and a Python that has what the service needs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(home, self.account.pw_uid, self.account.pw_gid)
        self._python = Path(sys.executable)
        self._environment = {"HOME": str(home), "PATH": os.defpath, "PYTHONPATH": str(TOP), "LANG": "C.UTF-8"}
        if not self._can_import():
            self._bring_python()
            assert self._can_import()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start Python as this user."""
        is_root = os.geteuid() == 0
        return subprocess.Popen(
            [self._python, *arguments],
            cwd=self.home,
            env=self._environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=self.account.pw_uid if is_root else None,
            group=self.account.pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run Python as this user to its end; answers its exit code and what it printed."""
        process = self.start(*arguments)
        printed, _ = process.communicate(timeout=120)
        return process.returncode, printed

    def _can_import(self) -> bool:
        try:
            return self.run("-c", "import service.app")[0] == 0
        except PermissionError:
            return False

    def _bring_python(self) -> None:
        """Bring along this interpreter, what is installed, and the service: they lie where only root goes."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        base, python, checkout = Path(sys.base_prefix), self.home / "python", self.home / "checkout"
        library = python / "lib" / version
        _bring(base / "lib" / version, library, "site-packages", "dist-packages")
        for shared in (base / "lib").glob("libpython*.so*"):
            _link_or_copy(shared, python / "lib" / shared.name)
        (python / "bin").mkdir()
        self._python = python / "bin" / version
        _link_or_copy(base / "bin" / version, self._python)
        installed = next(path for path in sys.path if path.endswith("site-packages"))
        _bring(Path(installed), library / "site-packages")
        for part in ("service", "migrations"):
            _bring(TOP / part, checkout / part)
        self._environment |= {
            "PYTHONHOME": str(python),
            "PYTHONPATH": str(checkout),
            "LD_LIBRARY_PATH": str(python / "lib"),
        }


def _bring(source: Path, target: Path, *but: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "test", "idlelib", "tkinter", "ensurepip", *but)
    shutil.copytree(source, target, ignore=ignored, copy_function=_link_or_copy)


def _link_or_copy(source: str | Path, target: str | Path) -> None:
    try:
        os.link(Path(source).resolve(), target)
    except OSError:  # another file system
        shutil.copy2(source, target)


@pytest.fixture
def user() -> Iterator[User]:
    with tempfile.TemporaryDirectory(prefix="home-of-an-ordinary-user-") as home:
        yield User(Path(home))


def test_the_service_runs_below_the_home_of_an_ordinary_user(user: User) -> None:
    service = user.start("-m", "service", "serve", "--port=0", "--log=json")
    assert service.stdout is not None
    try:
        said = next(line for line in service.stdout if "http://" in line)
        address = next(word for word in said.split() if word.startswith("http://"))
        assert httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
        code, examination = user.run("-m", "service", "doctor")
        assert code == 0, examination
    finally:
        service.terminate()
        service.communicate(timeout=60)
    assert service.returncode == 0
    data = user.home / ".local" / "share" / "servicedesk"
    for path in (data, data / "secrets", data / "postgresql", *(data / "secrets").iterdir()):
        assert path.stat().st_uid == user.account.pw_uid
        assert path.stat().st_mode & 0o077 == 0
