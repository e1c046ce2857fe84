"""The catalog over HTTP."""

from service.catalog.routes import calendar, items, promises, routing
from service.kit.routing import Router

ROUTERS: tuple[Router, ...] = (items.router, promises.router, routing.router, calendar.router)
