"""The way of a request, for tests of what others see of it."""

from tests.requests.conftest import catalog, way

__all__ = ["catalog", "way"]
