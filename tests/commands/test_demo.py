"""`servicedesk demo`, as somebody starts it who wants to see what this is."""

import re
from pathlib import Path

import httpx

from service.organizations.rules import Role
from tests.service_process import Service, servicedesk, serving


def sign_in(service: Service, username: str, password: str) -> httpx.Response:
    said = {"username": username, "password": password}
    return httpx.post(f"{service.address}/api/v1/auth/token", data=said)


def password_in(said: str) -> str:
    found = re.search(r"Password of all: (.+)", said)
    assert found, said
    return found[1]


def test_it_prints_accounts_that_work_and_finds_the_district_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    elsewhere = {"SERVICEDESK_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/a_real_installation"}
    with serving(data, command="demo", **elsewhere) as service:
        assert all(f" {role} " in service.said for role in Role)
        made_up = password_in(service.said)
        for username in ("enterprise", "dispatcher", "enterprise-049", "cadre-25-4", "approver-htz"):
            assert sign_in(service, username, made_up).status_code == 200
        again = servicedesk("demo", "--port=0", f"--data={data}")
        assert again.returncode == 3
    assert [path.name for path in data.iterdir()] == ["demo"]

    with serving(data, command="demo") as service:
        assert password_in(service.said) == made_up
        token = sign_in(service, "system_admin", made_up).json()["access_token"]
        enterprises = httpx.get(
            f"{service.address}/api/v1/work-groups?q=G01", headers={"Authorization": f"Bearer {token}"}
        )
        assert [group["enterprises"] for group in enterprises.json()["items"]] == [14]


def test_a_password_that_would_not_do_is_refused(tmp_path: Path) -> None:
    refused = servicedesk("demo", "--password=short", f"--data={tmp_path / 'data'}")
    assert refused.returncode == 2
    assert "10" in refused.stderr
