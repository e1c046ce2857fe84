"""README's tour, pasted into a shell as it stands, against a running sample district."""

import re
import subprocess
from pathlib import Path

import httpx

from tests.service_process import TOP, serving

PASSWORD = "say it with flowers"


def tour() -> tuple[str, str]:
    """What the reader is to fill in, and what follows, of the chapter on a request's way."""
    chapter = (TOP / "README.md").read_text().split("## A request on its way", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    return blocks[0], "\n".join(blocks[1:])


def test_a_request_travels_to_its_rating_by_the_commands_of_the_readme(tmp_path: Path) -> None:
    to_fill_in, rest = tour()
    with serving(tmp_path / "data", f"--password={PASSWORD}", command="demo") as service:
        filled_in = to_fill_in.replace("http://127.0.0.1:8000", service.address)
        filled_in = filled_in.replace("the password that demo printed", PASSWORD)
        assert filled_in != to_fill_in
        shell = subprocess.run(
            ["sh", "-eu"], input=f"{filled_in}\n{rest}", capture_output=True, text=True, timeout=60
        )
        assert shell.returncode == 0, shell.stderr
        assert re.findall(r'"status" ?: ?([45]\d\d)', shell.stdout) == ["409"], shell.stdout
        assert "not_possible_now" in shell.stdout.splitlines()[-1]
        numbers = re.findall(r"^RC-\d{8}-\d{6}-\d$", shell.stdout, re.MULTILINE)
        assert len(numbers) == 1

        said = {"username": "enterprise", "password": PASSWORD}
        token = httpx.post(f"{service.address}/api/v1/auth/token", data=said).json()["access_token"]
        closed = httpx.get(
            f"{service.address}/api/v1/requests/{numbers[0]}", headers={"Authorization": f"Bearer {token}"}
        ).json()
        assert closed["status"] == "closed"
        assert closed["item"]["code"] == "N01"
        assert closed["rating"]["grade"] == 5
        assert "request.rated" in shell.stdout
