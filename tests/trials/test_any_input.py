"""Whatever is sent is answered, never by a server error, and as the OpenAPI document says."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from service.accounts.credentials import Credentials
from service.kit.clock import SystemClock
from tests import world
from tests.service_process import Service
from tests.trials.office import Office

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)


def _signed_in(office: Office, who: str) -> str:
    tokens = Credentials.of(office.settings).tokens
    return f"Bearer {tokens.for_account(world.person(who), world.session(who), SystemClock().now())}"


def _recorded(service: Service, credential: str) -> list[str]:
    """Requests to guess at."""
    said = {"title": "急需20名焊工", "description": "订单排到年底，缺焊工20名。"}
    answers = [
        httpx.post(
            f"{service.address}/api/v1/requests",
            json=said,
            headers={"Authorization": credential},
            trust_env=False,
        )
        for _ in range(20)
    ]
    return [answer.json()["number"] for answer in answers]


def _with_known(resources: dict[str, list[str]]) -> str:
    """Settings of the guesser: half of the ids it sends are of something that is there."""
    return "".join(
        f"""
[dictionaries.{noun}]
values = {json.dumps(ids)}

[[operations]]
include-path-regex = "/{noun}/[{{]id[}}]"
parameters = {{ "path.id" = {{ dictionary = "{noun}", probability = 0.5 }} }}
"""
        for noun, ids in resources.items()
    )


@pytest.mark.parametrize("who", ["sun", "wang", "you"])
def test_generated_calls_are_answered_as_documented(who: str, tmp_path: Path) -> None:
    office = Office(tmp_path / "data")
    with office.open("--workers=1") as service:
        resources = {
            "areas": [str(world.unit("HTZ"))],
            "departments": [str(world.unit("EIC"))],
            "work-groups": [str(world.unit("G01"))],
            "enterprises": [str(world.unit(world.FEED))],
            "accounts": [str(world.person("chen"))],
            "requests": _recorded(service, _signed_in(office, "wang")),
        }
        (tmp_path / "schemathesis.toml").write_text(_with_known(resources))
        run = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run"),
                f"{service.address}/openapi.json",
                *("--header", f"Authorization: {_signed_in(office, who)}"),
                *("--checks", ",".join(CHECKS)),
                *("--phases", "coverage,fuzzing"),
                *("--max-examples", "10", "--seed", "500153"),
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
