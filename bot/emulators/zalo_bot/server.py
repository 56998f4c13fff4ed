"""The emulator put together: the Bot API under /bot<token>/<method>, and the desk beside it."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.emulators import page_routes
from bot.emulators.clock import Clock
from bot.emulators.desk import Desk
from bot.emulators.faults import ON_CALLS, Faults, struck
from bot.emulators.journal import Journal
from bot.emulators.phones import Phones
from bot.emulators.pictures import Pictures
from bot.emulators.postman import Postman
from bot.emulators.rules import Switches
from bot.emulators.zalo_bot.account import TOKEN, Account
from bot.emulators.zalo_bot.answers import RefusedError, bad, idle, refusal, success, unauthorized
from bot.emulators.zalo_bot.citizens import Citizens
from bot.emulators.zalo_bot.methods import Methods
from bot.emulators.zalo_bot.parameters import UnreadableError, parameters, shown
from bot.emulators.zalo_bot.rules import RULES, SWITCHES
from bot.emulators.zalo_bot.updates import Updates
from bot.look.pages import Headers


@dataclass(frozen=True, slots=True)
class Api:
    """Takes calls, lets faults strike them, journals what was asked and answered."""

    account: Account
    methods: Methods
    clock: Clock
    journal: Journal
    faults: Faults
    switches: Switches

    async def called(self, request: Request) -> Response:
        token, _, name = request.path_params["rest"].rpartition("/")
        try:
            asked, sent_as = await parameters(request)
            unreadable = ""
        except UnreadableError as error:
            asked, sent_as, unreadable = {}, "unreadable", str(error)
        fault = self.faults.strike(name, *ON_CALLS)
        noted: dict[str, Any] = {
            "method": name,
            "verb": request.method,
            "sent_as": sent_as,
            "asked": shown(asked),
            "fault": fault.kind.value if fault else None,
        }

        async def proceed() -> Response:
            try:
                if token != self.account.token:
                    raise unauthorized()
                method = self.methods.named(name)
                if unreadable:
                    raise bad(unreadable)
                response: Response = success(await method(asked, request))
            except RefusedError as error:
                response = self._refusal(error, name)
            self.journal.note("call", **noted, status=response.status_code, answer=bytes(response.body).decode())
            return response

        if fault is not None:
            self.journal.note("struck", **noted)
        return await struck(
            request,
            fault,
            self.clock,
            proceed,
            lambda met: refusal(RefusedError(429, "Quota exceeded"), self.switches, met.seconds),
            lambda: self._refusal(idle(), "getUpdates"),
        )

    def _refusal(self, error: RefusedError, name: str) -> Response:
        """Nothing new is told in three ways."""
        if error.code == 408 and name == "getUpdates" and self.switches["idle_poll"] != "408":
            if self.switches["idle_poll"] == "empty":
                return JSONResponse({"ok": True, "result": {}})
            return JSONResponse({"ok": False, "error_code": 504, "description": "Gateway timeout"}, status_code=504)
        return refusal(error, self.switches)


def application(
    *,
    token: str = TOKEN,
    name: str = "Bot Đồng Hành",
    journal: Path | None = None,
    clock: Clock | None = None,
    switches: Mapping[str, str] = MappingProxyType({}),
) -> Starlette:
    """A new emulator with nobody in it.

    `journal`: a file to which every entry is appended and flushed. WrongSwitchError for a switch that is not known.
    """
    clock = clock or Clock()
    standing = Switches(SWITCHES)
    standing.set(switches)
    notes = Journal(clock, journal)
    faults, phones, pictures = Faults(clock), Phones(clock, notes), Pictures(clock)
    postman = Postman(clock, notes, faults)
    updates = Updates(clock, notes, faults, standing, postman)
    account = Account(token, name, clock, standing, phones)
    citizens = Citizens(account, updates, phones, pictures, clock, notes, standing)
    api = Api(account, Methods(account, updates, phones, pictures, clock, standing), clock, notes, faults, standing)

    def state() -> dict[str, Any]:
        console = {"token": token, "webhook": updates.webhook.url, "waiting": updates.waiting}
        return {"product": "zalo-bot", "account": name, "console": console}

    desk = citizens.desk = Desk(clock, notes, faults, standing, phones, RULES, state, lambda: not postman.busy)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        notes.close()

    async def ending() -> None:
        await postman.close()
        desk.end()

    works = {
        "people": citizens.meet,
        "groups": citizens.gather,
        "say": citizens.say,
        "follow": citizens.follow,
        "leave": citizens.leave,
    }
    routes = [
        *page_routes.routes("zalo-bot", "Zalo Bot mô phỏng"),
        *desk.routes(**works),
        pictures.route(),
        Route("/bot{rest:path}", api.called, methods=["GET", "POST"]),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Headers)])
    app.state.ending = ending
    return app
