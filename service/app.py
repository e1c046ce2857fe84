"""create_app(): the only file that mounts every router."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import Field
from sqlalchemy import text

from service import __version__
from service.accounts import routes as accounts
from service.accounts.credentials import Credentials
from service.catalog import routes as catalog
from service.integration import routes as integration
from service.kit import crypto, docs, metrics, refusals
from service.kit.bodies import BodyLimit
from service.kit.clock import Clock, SystemClock
from service.kit.config import MAX_BODY_BYTES, Settings
from service.kit.conversation import Conversation
from service.kit.database import Database, Reading, app_address
from service.kit.errors import Unavailable
from service.kit.labels import Labelled
from service.kit.migrations import newest_revision
from service.kit.routing import Router
from service.kit.storage import storage_of
from service.kit.types import Schema
from service.organizations import routes as organizations
from service.requests import routes as requests

OPENAPI = files("service") / "openapi.json"

operations = Router(tags=["operations"])


def create_app(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """The HTTP service over the database that the settings name."""
    app = assemble(settings.max_body_bytes)
    equip(app, settings, clock or SystemClock())
    return app


def assemble(max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """The routes and what holds for all of them; `equip` gives them an installation to work with."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.storage.close()
        await app.state.database.close()

    app = FastAPI(
        title="Servicedesk",
        version=__version__,
        summary="The service-request system with which a Chinese district helps its enterprises.",
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(BodyLimit, most_bytes=max_body_bytes)
    app.add_middleware(Conversation)
    refusals.install(app)
    app.include_router(operations)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    docs.install(app)
    app.openapi = _rendered  # type: ignore[method-assign]
    return app


def equip(app: FastAPI, settings: Settings, clock: Clock) -> None:
    """Give the app what its routes work with: all that differs between two installations."""
    app.state.settings = settings
    app.state.clock = clock
    app.state.database = Database(*app_address(settings), pool_size=settings.pool_size)
    app.state.storage = storage_of(settings, clock)
    crypto.use(crypto.Vault(settings.secrets))
    app.state.credentials = Credentials.of(settings)


#: Every domain's routers, in the order of the OpenAPI document.
ROUTERS: list[APIRouter] = [
    accounts.router,
    *organizations.ROUTERS,
    *catalog.ROUTERS,
    *requests.ROUTERS,
    *integration.ROUTERS,
]


# --- OpenAPI -----------------------------------------------------------------------------------------


def _rendered() -> dict[str, Any]:
    """The document as rendered beforehand: rendering it would block the event loop for seconds."""
    document: dict[str, Any] = json.loads(OPENAPI.read_text())
    return document


# --- health and enumerations -------------------------------------------------------------------------


class Health(Schema):
    """The process is alive."""

    status: str = Field(default="ok", examples=["ok"])


@operations.get("/healthz", operation_id="healthz", summary="存活检查 Alive")
async def healthz() -> Health:
    return Health()


@operations.get(
    "/readyz",
    operation_id="readyz",
    summary="就绪检查 Database reachable and migrated",
)
async def readyz(reading: Reading) -> Health:
    present = await reading.scalar(text("SELECT version_num FROM alembic_version"))
    if present != newest_revision():
        raise Unavailable(
            "not_migrated",
            "数据库结构尚未升级，请运行 servicedesk migrate。",
            "The database is not migrated yet; run `servicedesk migrate`.",
            retry_after=5,
        )
    return Health()


@operations.get(
    "/metrics", operation_id="metrics", summary="运行指标 Prometheus text", response_class=PlainTextResponse
)
async def prometheus() -> Response:
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


class LabelRead(Schema):
    """A word and its names."""

    value: str = Field(examples=["submitted"])
    zh: str = Field(examples=["待受理"])
    en: str = Field(examples=["Submitted"])


class Meta(Schema):
    """Every enumeration of the API with its labels in both languages."""

    version: str
    enumerations: dict[str, list[LabelRead]]


@operations.get("/api/v1/meta", operation_id="get_meta", summary="枚举与名称 Enumerations and their labels")
async def get_meta(request: Request) -> Meta:
    return Meta(
        version=__version__,
        enumerations={
            _snake(kind.__name__): [
                LabelRead(value=member.value, zh=member.zh, en=member.en) for member in kind
            ]
            for kind in sorted(Labelled.__subclasses__(), key=lambda kind: kind.__name__)
        },
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
