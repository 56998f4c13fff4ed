"""Every error as RFC 9457 (`application/problem+json`); never a word of what was sent."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot.registry.answers import Problem
from bot.registry.refusals import STATUS, TITLES, Refusal, RefusedError
from storage.store import UnavailableError

MEDIA_TYPE = "application/problem+json"
INVENTED = frozenset({"number", "phone", "sim", "mail"})
_BY_STATUS = {
    401: Refusal.NO_TOKEN, 403: Refusal.NOT_YOURS, 404: Refusal.NOT_THERE, 405: Refusal.NO_METHOD,
    413: Refusal.TOO_LARGE, 503: Refusal.UNAVAILABLE,
}  # fmt: skip


def problem(
    refusal: Refusal, *, status: int = 0, step: str = "", seconds: float = 0, wrong: list[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """A problem as it is sent. `status` only where it is not the refusal's own."""
    status = status or STATUS[refusal]
    body = Problem(
        type=f"urn:donghanh:registry:{refusal.value}", title=TITLES[refusal], status=status, code=refusal.value,
        step=step, wrong=wrong or [],
    )  # fmt: skip
    sent = dict(headers or {})
    if status in (429, 503):
        sent["retry-after"] = str(max(ceil(seconds), 1))
    if status == 401:
        sent["www-authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(mode="json"), status, sent, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of this application a problem."""

    @app.exception_handler(RefusedError)
    async def refused(_: Request, error: RefusedError) -> Response:
        return problem(error.refusal, step=error.step, seconds=error.seconds)

    @app.exception_handler(UnavailableError)
    async def unavailable(_: Request, error: UnavailableError) -> Response:
        del error
        return problem(Refusal.UNAVAILABLE, seconds=3)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        places = {tuple(str(part) for part in found["loc"]): found["type"] for found in error.errors()}
        foreign = any(place[-1] in INVENTED and kind == "string_pattern_mismatch" for place, kind in places.items())
        # The name of a field we do not have is a typed value too.
        named = sorted({".".join(place[: -1 if kind == "extra_forbidden" else None]) for place, kind in places.items()})
        return problem(Refusal.NOT_INVENTED if foreign else Refusal.MALFORMED, wrong=named)

    @app.exception_handler(HTTPException)
    async def refused_by_framework(_: Request, error: HTTPException) -> Response:
        refusal = _BY_STATUS.get(error.status_code, Refusal.MALFORMED)
        return problem(refusal, status=error.status_code, headers=error.headers)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These statuses as problems, for the OpenAPI document."""
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    names = {status: ", ".join(r.value for r in Refusal if STATUS[r] == status) or "malformed" for status in statuses}
    return {status: {"description": names[status], "content": {MEDIA_TYPE: shape}} for status in statuses}
