"""The worker knows every job."""

from pathlib import Path

from service import worker

SERVICE = Path(worker.__file__).parent


def test_the_worker_starts_the_jobs_of_every_domain() -> None:
    written = {path.parent.name for path in SERVICE.glob("*/jobs.py")} - {"kit"}
    assert {module.__name__.split(".")[1] for module in worker.JOBS} == written
