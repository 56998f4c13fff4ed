"""Pictures and sounds that pass through an emulator: what the account sends is fetched, what citizens send is served."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.emulators.addresses import trusted
from bot.emulators.clock import Clock

LARGEST = 5 * 1024 * 1024
FETCH_SECONDS = 5.0
LIVES = timedelta(hours=1)  # how long Zalo's own is not known, only that it ends
SIGNATURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}

# A grey pixel and a tenth of a second of silence: enough for whoever looks whether something comes.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4z"
    "NDL/wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJx"
    "FDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZ"
    "mqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APf6/9k="
)
AAC = bytes.fromhex("fff15040013ffc") + bytes([0x01, 0x18, 0x20])


@dataclass(frozen=True, slots=True)
class Kept:
    """Some bytes under a name of ours, until then."""

    body: bytes
    kind: str
    until: datetime | None


class Pictures:
    """Everything that has bytes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}

    def keep(self, body: bytes) -> dict[str, object]:
        """Bytes that the account sent itself."""
        return {"picture": self._put(body, None), "black": False}

    def of_citizen(self, kind: str) -> str:
        """A new picture ("jpg"), sound ("aac") or sticker ("png") of a citizen's: its path, good for an hour."""
        name = f"{secrets.token_hex(12)}.{kind}"
        body, mime = (AAC, "audio/aac") if kind == "aac" else (JPEG, "image/jpeg")
        self._kept[name] = Kept(body, mime, self._clock.now() + LIVES)
        return f"/media/{name}"

    async def fetch(self, url: str) -> str | None:
        """Fetch a picture as the platform does; the name to show it under, None when no picture came."""
        patience = httpx.AsyncClient(trust_env=False, verify=trusted(), timeout=FETCH_SECONDS, follow_redirects=True)
        try:
            async with patience as client, client.stream("GET", url) as answer:
                body = b""
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        return None
                return self._put(body, None) if answer.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return None

    def route(self) -> Route:
        async def send(request: Request) -> Response:
            kept = self._kept.get(request.path_params["name"])
            if kept is None or (kept.until is not None and kept.until <= self._clock.now()):
                return PlainTextResponse("It is not here, or not any more.\n", status_code=404)
            return Response(kept.body, media_type=kept.kind, headers={"cache-control": "no-store"})

        return Route("/media/{name}", send, methods=["GET", "HEAD"])

    def _put(self, body: bytes, until: datetime | None) -> str | None:
        kind = next((kind for signature, kind in SIGNATURES.items() if body.startswith(signature)), None)
        if kind is None:
            return None
        name = secrets.token_hex(12)
        self._kept[name] = Kept(body, kind, until)
        return f"/media/{name}"
