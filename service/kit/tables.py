"""Every table of the service, for what concerns them all, whichever domain they belong to."""

import importlib
import pkgutil

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import service


def every_table() -> MetaData:
    """The tables of all domains, also of those whose models nobody has imported yet."""
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name.rpartition(".")[2] in ("models", "idempotency"):
            importlib.import_module(module.name)
    return SQLModel.metadata
