"""The organization over HTTP."""

from service.kit.routing import Router
from service.organizations.routes import keys

ROUTERS: list[Router] = [keys.router]
