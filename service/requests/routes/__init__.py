"""Requests over HTTP."""

from fastapi import APIRouter

from service.requests.routes import anonymous, limits, parts, recording, verbs

ROUTERS: tuple[APIRouter, ...] = (
    recording.router,
    verbs.router,
    parts.router,
    anonymous.router,
    limits.router,
)
