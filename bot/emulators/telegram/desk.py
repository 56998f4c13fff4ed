"""The control over HTTP: acts, journal, clock, and the page on which a person plays citizens by hand."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.emulators.telegram.citizens import CannotError
from bot.emulators.telegram.control import Control
from bot.emulators.telegram.world import UnknownError
from bot.look.pages import FOR_EVER, HEADERS
from bot.look.shelf import shelf, templates

HEADER = "X-Requested-With"
LONGEST_WAIT = 25.0  # real seconds
PAGE = Path(__file__).parent / "page"


class Desk:
    """`POST /control/act`, `/control/clock`; `GET /control/journal`, `/control/media/…`.

    A POST needs the header X-Requested-With: donghanh, which no page of somebody else's can send.
    """

    def __init__(self, control: Control) -> None:
        self._control, self._emulator = control, control.emulator
        self._shelf = shelf(PAGE)

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/", self._page)
        app.router.add_get("/assets/{name}", self._asset)
        app.router.add_post("/control/act", self._act)
        app.router.add_post("/control/clock", self._clock)
        app.router.add_get("/control/journal", self._journal)
        app.router.add_get("/control/media/{file}", self._media)

    async def _page(self, _: web.Request) -> web.Response:
        page = templates(PAGE).get_template("telegram.html.jinja")
        text = page.render(v=self._shelf.version, address=self._emulator.address)
        return web.Response(text=text, content_type="text/html", headers={**HEADERS, "cache-control": "no-cache"})

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self._shelf.assets.get(request.match_info["name"])
        if asset is None:
            return web.Response(status=404)
        kept = {"content-type": asset.kind, "cache-control": FOR_EVER}
        return web.Response(body=asset.body, headers={**HEADERS, **kept})

    async def _act(self, request: web.Request) -> web.Response:
        values = await _read(request)
        try:
            result = self._control.act(str(values.pop("do", "")), **values)
        except (CannotError, UnknownError) as error:
            return web.json_response({"error": str(error)}, status=409)
        except (TypeError, ValueError) as error:
            return web.json_response({"error": f"This act needs other values: {error}."}, status=400)
        return web.json_response({"result": result})

    async def _clock(self, request: web.Request) -> web.Response:
        """{"factor": f}, {"jump": seconds} or {"advance": seconds}; answers with the time."""
        values = await _read(request)
        clock = self._emulator.clock
        for name in ("factor", "jump", "advance"):
            if name in values and (not isinstance(values[name], int | float) or values[name] < 0):
                return web.json_response({"error": f"“{name}” must be a number, 0 or more."}, status=400)
        if "factor" in values:
            clock.run_at(float(values["factor"]))
        if "jump" in values:
            clock.forward(float(values["jump"]))
        if "advance" in values:
            await clock.advance(float(values["advance"]))
        self._emulator.journal.note("clock", **values)
        return web.json_response({"time": clock.time(), "factor": clock.factor})

    async def _journal(self, request: web.Request) -> web.Response:
        """Entries behind `after`; waits up to `wait` real seconds for the first one."""
        after = int(request.query.get("after", "0"))
        latest = time.monotonic() + min(float(request.query.get("wait", "0")), LONGEST_WAIT)
        journal = self._emulator.journal
        while not (entries := journal.after(after)) and (left := latest - time.monotonic()) > 0:
            await asyncio.wait([asyncio.ensure_future(journal.changed.wait())], timeout=left)
        return web.json_response({"entries": entries, "last": journal.last})

    async def _media(self, request: web.Request) -> web.Response:
        file = self._emulator.world.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404)
        if url := file.get("url"):
            return web.json_response({"url": url})
        kind = "image/jpeg" if file["body"].startswith(b"\xff\xd8") else "image/png"
        return web.Response(body=file["body"], content_type=kind, headers={"x-content-type-options": "nosniff"})


async def _read(request: web.Request) -> dict[str, Any]:
    if request.headers.get(HEADER) != "donghanh":
        raise web.HTTPForbidden(text=json.dumps({"error": f"Send the header {HEADER}: donghanh."}))
    try:
        values = json.loads(await request.read())
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise web.HTTPBadRequest(text=json.dumps({"error": "Send a JSON object."}))
    return values
