"""Pages over HTTP: compressed once, kept by browsers under their version, every answer under the same safety headers."""

import gzip
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.look.shelf import POLICY, shelf, templates

HTML = "text/html; charset=utf-8"
COMPRESSED_ALREADY = ("font/woff2",)
FOR_EVER = "public, max-age=31536000, immutable"
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it is sent: plain, and gzipped where that helps."""

    kind: str
    plain: bytes
    zipped: bytes | None


class Pages:
    """Everything that is static or rendered once: `/assets/<name>?v=…` and pages from the templates of these folders."""

    def __init__(self, *folders: Path) -> None:
        mine = shelf(*folders)
        self._templates = templates(*folders)
        self._assets = {name: _packed(asset.kind, asset.body) for name, asset in mine.assets.items()}
        self.version = mine.version

    def page(self, path: str, template: str, **values: Any) -> Route:
        """A route that answers with a page whose values never change while the process runs."""
        text = self._templates.get_template(template).render(v=self.version, **values)
        packed = _packed(HTML, text.encode())

        async def send(request: Request) -> Response:
            return _answer(request, packed, "no-cache")

        return Route(path, send, methods=["GET"])

    def assets(self) -> Route:
        """The route of the assets."""

        async def send(request: Request) -> Response:
            packed = self._assets.get(request.path_params["name"])
            if packed is None:
                return PlainTextResponse("There is no such file.\n", status_code=404)
            return _answer(request, packed, FOR_EVER)

        return Route("/assets/{name}", send, methods=["GET"])


class Headers:
    """Puts the safety headers on every answer of an application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer: MutableMapping[str, Any] = message
                headers = MutableHeaders(scope=answer)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def _packed(kind: str, plain: bytes) -> Sent:
    return Sent(kind, plain, None if kind in COMPRESSED_ALREADY else gzip.compress(plain, 9, mtime=0))


def _answer(request: Request, packed: Sent, keep: str) -> Response:
    headers = {"cache-control": keep, "vary": "accept-encoding"}
    body = packed.plain
    if packed.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        body = packed.zipped
    return Response(body, media_type=packed.kind, headers=headers)
