"""What is true of every request and answer: small bodies, nothing cached, nothing sniffed, simulated."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.registry.api.problems import problem
from bot.registry.refusals import Refusal

LARGEST_BODY = 16 * 1024
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-simulation": "MO PHONG",
}


class Border:
    """Puts the headers on every answer and refuses a body that is larger than any of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413)  # whoever reads the body lets this one through
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        if _announced(scope) > LARGEST_BODY:
            await problem(Refusal.TOO_LARGE)(scope, receive, with_headers)
            return
        await self.app(scope, counted, with_headers)


def _announced(scope: Scope) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() and len(said) < 12 else 0
