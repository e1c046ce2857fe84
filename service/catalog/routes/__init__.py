"""The catalog over HTTP."""

from fastapi import APIRouter

from service.catalog.routes import calendar

ROUTERS: tuple[APIRouter, ...] = (calendar.router,)
