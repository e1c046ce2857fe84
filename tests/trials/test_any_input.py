"""Whatever is sent is answered, never by a server error, and as the OpenAPI document says."""

import subprocess
import sys
from pathlib import Path

import pytest

from service.accounts.credentials import Credentials
from service.kit.clock import SystemClock
from tests import world
from tests.trials.office import Office

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)


@pytest.mark.parametrize("who", ["sun", "wang", "you"])
def test_generated_calls_are_answered_as_documented(who: str, tmp_path: Path) -> None:
    office = Office(tmp_path / "data")
    with office.open("--workers=1") as service:
        tokens = Credentials.of(office.settings).tokens
        token = tokens.for_account(world.person(who), world.session(who), SystemClock().now())
        run = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run"),
                f"{service.address}/openapi.json",
                *("--header", f"Authorization: Bearer {token}"),
                *("--checks", ",".join(CHECKS)),
                *("--phases", "coverage,fuzzing"),
                *("--max-examples", "10", "--seed", "500153", "--workers", "2"),
                *("--max-time", "90", "--no-color"),
                *("--suppress-health-check", "all"),
                *("--exclude-path-regex", "/auth/"),  # a guesser is slowed, and here he would be all of them
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=170,
        )
    office.close()
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
