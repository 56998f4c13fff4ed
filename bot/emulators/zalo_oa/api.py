"""The gate before every endpoint: how parameters come, how often, whose token, with which proof; and the journal."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.emulators.clock import Clock
from bot.emulators.faults import ON_CALLS, Faults, struck
from bot.emulators.journal import Journal
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa import answers
from bot.emulators.zalo_oa.answers import RefusedError
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.limits import Limits
from bot.emulators.zalo_oa.tokens import Tokens

Asked = dict[str, Any]


class Reads(Enum):
    """How an endpoint's parameters come."""

    JSON = "a JSON body"
    DATA = "a query parameter `data` with JSON in it"
    QUERY = "plain query parameters"
    FILE = "a multipart field `file`"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path. Those of the template product (`business`) have error codes of their own."""

    path: str
    reads: Reads
    work: Callable[[Any], Awaitable[Any]]  # takes what was asked, or the request when it reads a file
    business: bool = False

    @property
    def verb(self) -> str:
        return "GET" if self.reads in (Reads.DATA, Reads.QUERY) else "POST"


# What the OA's own state does to every call.
STATES = {"disabled": -204, "unverified": -221, "low_tier": -224}


@dataclass(frozen=True, slots=True)
class Api:
    """Takes the calls of all endpoints."""

    console: Console
    tokens: Tokens
    limits: Limits
    clock: Clock
    journal: Journal
    faults: Faults
    switches: Switches

    def route(self, endpoint: Endpoint) -> Route:
        async def called(request: Request) -> Response:
            await request.body()
            noted: dict[str, Any] = {"method": endpoint.path, "verb": request.method}

            async def proceed() -> Response:
                return await self._answered(endpoint, request, noted)

            return await self.under_faults(endpoint.path, request, proceed, noted)

        return Route(endpoint.path, called, methods=[endpoint.verb])

    async def under_faults(
        self, path: str, request: Request, proceed: Callable[[], Awaitable[Response]], noted: dict[str, Any]
    ) -> Response:
        """The answer of a call, struck by whatever knob is turned for its path."""
        fault = self.faults.strike(path, *ON_CALLS)
        noted["fault"] = fault.kind.value if fault else None
        if fault is not None:
            self.journal.note("struck", **noted)
        too_often = RefusedError(-32, answers.OA_MESSAGES[-32])
        return await struck(
            request, fault, self.clock, proceed, lambda _: JSONResponse(answers.refusal(too_often)), Response
        )  # fmt: skip

    async def _answered(self, endpoint: Endpoint, request: Request, noted: dict[str, Any]) -> Response:
        headers: dict[str, str] = {}
        asked: Any = {}
        try:
            limit, remains = self.limits.counted()
            headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(max(0, remains))}
            if remains < 0:
                raise answers.oa(-32)
            self._check_token(endpoint, request)
            if (code := STATES.get(self.switches["oa_state"])) is not None:
                raise answers.oa(code)
            asked = self._asked(endpoint, request, await request.body())
            body = answers.success(await endpoint.work(request if endpoint.reads is Reads.FILE else asked))
        except RefusedError as error:
            body = answers.refusal(error)
        self.journal.note("call", **noted, asked=asked, status=200, answer=body)
        return JSONResponse(body, headers=headers)

    def _check_token(self, endpoint: Endpoint, request: Request) -> None:
        token = request.headers.get("access_token", "")
        standing = self.tokens.standing(token)
        if standing != "live":
            if endpoint.business:
                raise answers.template(-124)
            if standing == "unknown":
                raise answers.oa(-216)
            if self.switches["expired_token"] == "-220":
                raise answers.oa(-220)
            raise RefusedError(-216, "Access token has expired")
        proof = request.headers.get("appsecret_proof")
        if proof is None and not self.switches.on("proof_required"):
            return
        right = hmac.new(self.console.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, proof or ""):
            raise answers.template(-1241) if endpoint.business else answers.oa(-242)

    def _asked(self, endpoint: Endpoint, request: Request, body: bytes) -> Asked:
        match endpoint.reads:
            case Reads.QUERY:
                return dict(request.query_params)
            case Reads.DATA:
                return self._object(request.query_params.get("data", "{}").encode(), endpoint)
            case Reads.JSON:
                return self._object(body, endpoint)
            case Reads.FILE:
                return {"bytes": len(body)}

    def _object(self, text: bytes, endpoint: Endpoint) -> Asked:
        if endpoint.business and not text:
            raise answers.template(-121)
        try:
            read = json.loads(text)
        except ValueError as error:
            raise answers.template(-122) if endpoint.business else answers.invalid("body") from error
        if not isinstance(read, dict):
            raise answers.template(-122) if endpoint.business else answers.invalid("body")
        return read
