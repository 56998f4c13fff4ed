"""The registry as an ASGI application: alone, mounted under a path, or called in process."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from bot.registry.answers import Problem
from bot.registry.api import counter, gateway, linking, phone, practice, problems
from bot.registry.api.border import Border
from bot.registry.api.callers import House, registry_of
from bot.registry.linking.pages import LinkPages
from bot.registry.registry import Registry
from bot.registry.words import TITLE
from storage.store import UnavailableError, alive

VERSION = "1.0.0"
ABOUT = (
    "A simulated registry with invented people only: nothing here is an authority's. Every answer carries the label "
    "MÔ PHỎNG. What a citizen's screen shows, a wrong code or an account that is not identified included, is an answer "
    "with a step and an outcome; what a program did wrong is a problem (RFC 9457). What must not happen twice takes an "
    "Idempotency-Key."
)


NAMES = {"Step": "ActivationStep", "Outcome": "ActivationOutcome"}  # the core's own names, too short for a document


def application(registry: Registry, *, own_work: bool = True) -> FastAPI:
    """The application. With `own_work` its lifespan does what is due (approvals, SMS, forgetting); whoever mounts it,
    or calls it over `httpx.ASGITransport`, runs `async with registry.serving()` instead."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with registry.serving():
            yield

    app = surface(lifespan if own_work else None)
    app.state.registry = registry
    return app


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return surface().openapi()


def surface(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """Every path, with no registry behind it yet."""
    app = FastAPI(
        title=TITLE, version=VERSION, description=ABOUT, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
        lifespan=lifespan, redirect_slashes=False, generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    problems.install(app)
    for router in (practice.router, practice.lent, phone.router, counter.router, gateway.router, linking.router):
        app.include_router(router)
    app.router.routes.extend(LinkPages(registry_of).routes())
    app.add_middleware(Border)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    app.add_api_route("/readyz", _readyz, include_in_schema=False)
    made = app.openapi

    def documented() -> dict[str, Any]:
        whole = made()
        shapes = whole["components"]["schemas"]
        shapes["Problem"] = Problem.model_json_schema(mode="serialization")
        for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which no answer of ours has
            shapes.pop(name, None)
        written = json.dumps(whole)
        for name, clear in NAMES.items():
            written = written.replace(f'/schemas/{name}"', f'/schemas/{clear}"').replace(
                f'"{name}": {{', f'"{clear}": {{'
            )
        document: dict[str, Any] = json.loads(written)
        return document

    app.openapi = documented  # type: ignore[method-assign]
    return app


async def _healthz() -> Response:
    return PlainTextResponse("ok\n")


async def _readyz(registry: House) -> Response:
    try:
        await registry.look(alive)
    except UnavailableError:
        return PlainTextResponse("the database does not answer\n", 503, {"retry-after": "3"})
    return PlainTextResponse("ready\n")
