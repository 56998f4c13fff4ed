"""The emulator on a port: the Bot API as bots know it, its faults on the wire, and beside it the control and the page."""

import asyncio
import contextlib
import socket
import struct

from aiohttp import web

from bot.emulators.telegram.control import Control
from bot.emulators.telegram.desk import Desk
from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.faults import CALLS, Fault, Trouble
from bot.emulators.telegram.methods import carried_out
from bot.emulators.telegram.parameters import LARGEST, read
from bot.emulators.telegram.people import BotAccount
from bot.emulators.telegram.refusal import UNAUTHORIZED, Refused, too_many

NO_FAREWELL = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
BEFORE = (Trouble.TIMEOUT_BEFORE, Trouble.RESET_BEFORE, Trouble.TOO_MANY, Trouble.SERVER, Trouble.HTML)
BROKEN_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Server:
    """Serves one emulator until it is closed."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.control = Control(emulator)
        self._runner: web.AppRunner | None = None

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Begin to serve; returns the address. OSError when the port cannot be taken."""
        app = web.Application(client_max_size=LARGEST + 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        Desk(self.control).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, reuse_address=True)
        await site.start()
        taken = self._runner.addresses[0]
        shown = f"[{taken[0]}]" if ":" in taken[0] else taken[0]
        self.emulator.address = f"http://{shown}:{taken[1]}"
        return self.emulator.address

    async def close(self) -> None:
        await self.emulator.close()
        if self._runner:
            await self._runner.cleanup()

    # ---- the Bot API ----

    async def _call(self, request: web.Request) -> web.StreamResponse:
        emulator = self.emulator
        bot = emulator.world.by_token.get(request.match_info["token"])
        if emulator.faults.outage():
            emulator.journal.note("fault", kind="outage", bot=bot.id if bot else 0, method=request.match_info["method"])
            return _cut(request)
        if bot is None:
            return _answer(UNAUTHORIZED)
        with emulator.clock.work():
            return await self._of(bot, request.match_info["method"], request)

    async def _of(self, bot: BotAccount, method: str, request: web.Request) -> web.StreamResponse:
        """Note the call, carry it out between the faults that strike it, note what became of it."""
        journal = self.emulator.journal
        try:
            parameters = await read(request)
        except Refused as refused:
            return _answer(refused)
        number = journal.note("call", bot=bot.id, method=method, parameters=parameters.told())
        fault = self.emulator.faults.strikes(CALLS, method.lower(), parameters.text("chat_id"))
        if fault:
            journal.note("fault", call=number, bot=bot.id, method=method, kind=fault.kind.value)
            if fault.kind is Trouble.SLOW:
                await self.emulator.clock.sleep(fault.seconds)
            if fault.kind in BEFORE:
                return await self._instead(fault, request)
        try:
            result = await carried_out(self.emulator, bot, method, parameters)
        except Refused as refused:
            journal.note("refused", call=number, bot=bot.id, method=method, answer=refused.answer())
            return await self._after(fault, request) or _answer(refused)
        told = len(result) if method.lower() == "getupdates" else result
        journal.note("effect", call=number, bot=bot.id, method=method, result=told)
        answer = await self._after(fault, request)
        if answer is None:
            answer = web.json_response({"ok": True, "result": result})
            journal.note("answer", call=number, bot=bot.id, method=method)
        return answer

    async def _instead(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        match fault.kind:
            case Trouble.TIMEOUT_BEFORE:
                return await self._silence(fault, request)
            case Trouble.TOO_MANY:
                return _answer(too_many(max(1, round(fault.seconds))))
            case Trouble.SERVER:
                return _answer(Refused(fault.status, "Internal Server Error" if fault.status == 500 else "Bad Gateway"))
            case Trouble.HTML:
                return web.Response(text=BROKEN_PAGE, content_type="text/html", status=fault.status)
            case _:
                return _cut(request)

    async def _after(self, fault: Fault | None, request: web.Request) -> web.StreamResponse | None:
        if fault and fault.kind is Trouble.TIMEOUT_AFTER:
            return await self._silence(fault, request)
        return _cut(request) if fault and fault.kind is Trouble.RESET_AFTER else None

    async def _silence(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """Say nothing until the fault is over or the other side has had enough."""
        until = asyncio.create_task(self.emulator.clock.sleep(fault.seconds))
        try:
            with self.emulator.clock.rest():
                while not until.done() and request.transport and not request.transport.is_closing():
                    await asyncio.wait({until}, timeout=0.02)
        finally:
            until.cancel()
        return _cut(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        bot = self.emulator.world.by_token.get(request.match_info["token"])
        if bot is None:
            return _answer(UNAUTHORIZED)
        for file in self.emulator.world.files.values():
            if file["path"] == request.match_info["path"]:
                return web.Response(body=file["body"], content_type="application/octet-stream")
        return _answer(Refused(404, "Not Found"))


def _answer(refused: Refused) -> web.Response:
    return web.json_response(refused.answer(), status=refused.code)


def _cut(request: web.Request) -> web.StreamResponse:
    """Reset the connection: the other side learns nothing."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_FAREWELL)
        transport.abort()
    return web.Response(status=502)
