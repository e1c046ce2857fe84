"""The worker knows every job."""

from pathlib import Path

from service import worker

SERVICE = Path(worker.__file__).parent


def test_the_worker_starts_every_job_that_is_written() -> None:
    written = {path for path in SERVICE.rglob("*.py") if "@jobs.task(" in path.read_text()}
    queue = SERVICE / "kit" / "jobs.py"  # its own jobs come with it
    assert {Path(str(module.__file__)) for module in worker.JOBS} == written - {queue}
