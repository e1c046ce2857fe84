"""Where the database of an installation is, whichever kind it has: its own server or somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.kit.cluster import Cluster
from service.kit.config import Settings


def embedded(settings: Settings) -> Cluster | None:
    """The installation's own server, or None if it uses another."""
    if settings.database_url is not None or settings.app_database_url is not None:
        return None
    return Cluster(settings.data, settings.secrets.directory)


def located(settings: Settings) -> Settings:
    """The settings with the addresses of the database filled in, for a process that finds it running."""
    cluster = embedded(settings)
    return settings if cluster is None else _with_addresses(settings, cluster)


@contextmanager
def available(settings: Settings) -> Iterator[Settings]:
    """The settings with the addresses of a database that runs at least as long as the block."""
    cluster = embedded(settings)
    if cluster is None:
        yield settings
        return
    with cluster.available():
        yield _with_addresses(settings, cluster)


def _with_addresses(settings: Settings, cluster: Cluster) -> Settings:
    return settings.model_copy(
        update={"database_url": cluster.owner_url, "app_database_url": cluster.app_url}
    )
