"""The organization over HTTP."""

from service.kit.routing import Router
from service.organizations.routes import enterprises, identities, keys, structure

ROUTERS: list[Router] = [structure.router, enterprises.router, keys.router, identities.router]
