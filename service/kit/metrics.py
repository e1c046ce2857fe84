"""Prometheus figures of this installation; several API processes add theirs up through shared files."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY

_answers = Counter("servicedesk_answers_total", "HTTP answers.", ["method", "route", "status"])
_seconds = Histogram("servicedesk_answer_seconds", "Time to answer, in seconds.", ["method", "route"])


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer. `route` is the pattern, so that the number of series stays bounded."""
    _answers.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)


def exposition() -> bytes:
    """The figures in Prometheus' text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
