"""`servicedesk serve` on its own database, as an operator starts and stops it."""

import json
import signal
from pathlib import Path

from tests.service_process import servicedesk, serving


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, "--workers=2") as service:
        assert service.get("/readyz").json() == {"status": "ok"}
        assert len(service.children("api")) == 2
        assert len(service.children("worker")) == 1

        second = servicedesk("serve", "--port=0", f"--data={data}")
        assert second.returncode == 3
        assert str(service.process.pid) in second.stderr
        assert "正被另一个服务使用" in second.stderr

        port = service.address.rpartition(":")[2]
        on_the_same_port = servicedesk("serve", f"--port={port}", f"--data={tmp_path / 'other'}")
        assert on_the_same_port.returncode == 1
        assert "--port" in on_the_same_port.stderr
        assert not (tmp_path / "other" / "postgresql").exists()

        examination = servicedesk("doctor", f"--data={data}")
        assert examination.returncode == 0, examination.stdout

        service.tell(signal.SIGTERM)
        assert service.ends() == 0

    assert not (data / "postgresql" / "data" / "postmaster.pid").exists()
    for line in service.log.read_text().splitlines():
        assert json.loads(line)["process"] in {"supervisor", "migration", "api-1", "api-2", "worker"}
