"""What an identity gateway asks (scope `gateway`), and the token it asks with (RFC 6749, client credentials)."""

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Form, Header, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from bot.registry import loans, subjects
from bot.registry.answers import ChangesAnswer, GatewayActivation, LoanAnswer, StatusAnswer
from bot.registry.api import forms
from bot.registry.api.callers import Gateway, House
from bot.registry.api.forms import Cursor, Id, IdempotencyKey, Seconds
from bot.registry.api.problems import documented
from bot.registry.clients import LIFE, Client
from bot.registry.registry import Registry

if TYPE_CHECKING:
    from bot.registry.linking.protocol import Spoken

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
router = APIRouter(prefix="/v1", tags=["gateway"])
ASKED = documented(400, 401, 403, 404, 413, 422, 503)


class TokenAnswer(BaseModel):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    scope: str
    subject: str | None = Field(default=None, description="Whom a link let this client ask about.")


class TokenRefused(BaseModel):
    """Why none was given (RFC 6749, section 5.2; RFC 8628, section 3.5). `interval`: how many seconds to leave between two
    looks from now on."""

    error: Literal[
        "invalid_client", "unsupported_grant_type", "invalid_scope", "invalid_request", "invalid_grant", "unauthorized_client",
        "authorization_pending", "slow_down", "expired_token", "access_denied",
    ]  # fmt: skip
    interval: int | None = None


OAUTH: dict[int | str, dict[str, Any]] = {
    400: {"model": TokenRefused, "description": "Why no token was given."},
    401: {"model": TokenRefused, "description": "The client is not known, or its secret is another."},
    **documented(413, 422),
}
Text = Annotated[str | None, Form(max_length=200)]
LinkKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="Of a device code: whoever collects again under the same key is given the same answer again.",
    ),
]


@router.post("/token", responses={**OAUTH, **documented(503)}, response_model=TokenAnswer)
async def token(
    registry: House,
    request: Request,
    grant_type: Annotated[str, Form(max_length=100, examples=["client_credentials"])],
    client_id: Text = None,
    client_secret: Text = None,
    scope: Text = None,
    device_code: Text = None,
    key: LinkKey = "",
) -> Response:
    """A bearer token for an hour, by client id and secret (HTTP Basic or in the form); or, with a device code, what became of
    a link: `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, or the subject, once."""
    client = client_of(registry, request, client_id, client_secret)
    if grant_type == DEVICE_CODE:
        del device_code  # read from the whole form, in which nothing may stand twice
        from bot.registry.linking import protocol

        return spoken(await protocol.collected(registry, client, await whole_form(request), key))
    if grant_type != "client_credentials":
        return _refused("unsupported_grant_type")
    if client is None:
        return _refused("invalid_client", 401)
    allowed = {one.value: one for one in client.scopes}
    wanted = (scope or "").split() or sorted(allowed)
    if not set(wanted) <= set(allowed):
        return _refused("invalid_scope")
    client = type(client)(client.id, frozenset(allowed[one] for one in wanted))
    given = TokenAnswer(
        access_token=registry.clients.token(client, registry.clock.now()), expires_in=int(LIFE.total_seconds()),
        scope=" ".join(wanted),
    )  # fmt: skip
    return JSONResponse(given.model_dump(exclude_none=True))


@router.post("/followed-loans", status_code=201, responses={**ASKED, **documented(429)})
async def lend_followed(registry: House, client: Gateway, asked: forms.LoanWanted) -> LoanAnswer:
    """Lend somebody out and be told of them: `subject` is the name this gateway then knows them by."""
    return await loans.lend(registry, asked.start, client)


@router.get("/subjects/{subject}", responses=ASKED)
async def look_at_subject(registry: House, client: Gateway, subject: Id) -> StatusAnswer:
    """How the account of a consented subject stands. One who is unknown, another gateway's, or withdrew: all the same."""
    return await subjects.status(registry, client, subject)


@router.post("/subjects/{subject}/activations", status_code=201, responses=ASKED)
async def ask_activation(registry: House, client: Gateway, subject: Id, key: IdempotencyKey) -> GatewayActivation:
    """Ask for an activation: a code goes to the registered phone (`sent`), or it is `refused`. The app goes on with it."""
    once = registry.key(client.id, f"subjects/{subject}/activations", key)
    return await subjects.ask_activation(registry, client, subject, once)


@router.get("/subjects/{subject}/activations/{request_id}", responses=ASKED)
async def look_at_request(registry: House, client: Gateway, subject: Id, request_id: Id) -> GatewayActivation:
    """A request as it stands: what to ask when an answer was lost."""
    return await subjects.look_at(registry, client, subject, request_id)


@router.post("/subjects/{subject}/activations/{request_id}/codes", responses=ASKED)
async def send_code_again(
    registry: House, client: Gateway, subject: Id, request_id: Id, key: IdempotencyKey
) -> GatewayActivation:
    """Another code for a request that waits for one."""
    once = registry.key(client.id, f"subjects/{subject}/activations/{request_id}/codes", key)
    return await subjects.send_again(registry, client, subject, request_id, once)


@router.get("/changes", responses=ASKED)
async def changes(registry: House, client: Gateway, after: Cursor = "0", wait: Seconds = 0) -> ChangesAnswer:
    """The changes feed: what happened to consented subjects after a cursor. Waits up to `wait` seconds for something."""
    return await subjects.changes_after(registry, client, int(after), wait)


def client_of(registry: Registry, request: Request, client_id: str | None, client_secret: str | None) -> Client | None:
    """The client that proves itself by HTTP Basic or in the form; None for any other."""
    id_, secret = _basic(request.headers.get("authorization", "")) or (client_id or "", client_secret or "")
    return registry.clients.proved(id_, secret)


async def whole_form(request: Request) -> list[tuple[str, str]]:
    """Every field that was sent, in order, also one that stands twice."""
    return [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]


def spoken(said: "Spoken") -> Response:
    """What the protocol says, over HTTP."""
    if said.status < 400:
        return JSONResponse(dict(said.body), said.status)
    headers = {"www-authenticate": 'Basic realm="registry"'} if said.status == 401 else None
    return JSONResponse(dict(said.body), said.status, headers)


def _refused(error: str, status: int = 400) -> Response:
    headers = {"www-authenticate": 'Basic realm="registry"'} if status == 401 else None
    return JSONResponse({"error": error}, status, headers)


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, given = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        id_, _, secret = base64.b64decode(given.strip().encode("ascii"), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return "", ""
    return id_, secret
