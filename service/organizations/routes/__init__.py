"""The organization over HTTP."""

from service.kit.routing import Router
from service.organizations.routes import (
    enterprises,
    identities,
    imports,
    invitations,
    keys,
    me,
    people,
    structure,
)

ROUTERS: list[Router] = [
    me.router,
    imports.router,
    structure.router,
    enterprises.router,
    people.router,
    invitations.router,
    keys.router,
    identities.router,
]
