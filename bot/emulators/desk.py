"""The desk at which a person or a test runs an emulator: clock, switches, faults, rules and journal over HTTP."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.emulators.clock import Clock
from bot.emulators.faults import WORDS, Faults, Kind
from bot.emulators.journal import Journal
from bot.emulators.phones import NobodyError, Phones
from bot.emulators.rules import Rule, Switches, WrongSwitchError

HEADER = "x-requested-with"
LONGEST_WAIT = 30.0


class WrongRequestError(Exception):
    """The desk cannot do what was asked; the text says why."""


Work = Callable[[dict[str, Any]], Awaitable[Any]]


class Desk:
    """What every emulator's control has. `state` gives what the page draws besides the people."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        faults: Faults,
        switches: Switches,
        phones: Phones,
        rules: tuple[Rule, ...],
        state: Callable[[], dict[str, Any]],
        settled: Callable[[], bool],
    ) -> None:
        self.clock, self.journal, self.faults, self.switches = clock, journal, faults, switches
        self.phones, self._rules, self._state, self._settled = phones, rules, state, settled
        self.reached_at = ""  # under which address the desk was reached last; media live there too

    def routes(self, **works: Work) -> list[BaseRoute]:
        """Our own routes, and a POST route under each of these names."""
        mine: dict[str, Work] = {"switches": self._set, "faults": self._turn, "clock": self._tell_time, **works}
        return [
            Route("/emulator/state", self._asked_state, methods=["GET"]),
            Route("/emulator/journal", self._asked_journal, methods=["GET"]),
            Route("/emulator/lines", self._asked_lines, methods=["GET"]),
            Route("/emulator/rules", self._asked_rules, methods=["GET"]),
            Route("/emulator/settled", self._asked_settled, methods=["GET"]),
            *(Route(f"/emulator/{name}", self._guarded(work), methods=["POST"]) for name, work in mine.items()),
        ]

    def _guarded(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        """A POST from our own page or a test: a JSON object, under a header that a stranger's page cannot send."""

        async def answered(request: Request) -> Response:
            if request.headers.get(HEADER) != "donghanh":
                return _refused(f"Send the header {HEADER}: donghanh.", 403)
            try:
                body = json.loads(await request.body() or b"{}")
            except ValueError:
                return _refused("The body must be JSON.", 400)
            if not isinstance(body, dict):
                return _refused("The body must be a JSON object.", 400)
            self.reached_at = str(request.base_url).rstrip("/")
            try:
                return JSONResponse(await work(body))
            except (WrongRequestError, NobodyError) as error:
                return _refused(str(error), 400)
            except (KeyError, TypeError, ValueError) as error:
                return _refused(f"Something is missing or of the wrong kind: {error!r}.", 400)

        return answered

    async def _asked_state(self, request: Request) -> Response:
        await self._waited(request)
        return JSONResponse(
            {
                "version": self.journal.last,
                "clock": {"now": self.clock.now().isoformat(), "stands": self.clock.stands},
                "people": [{"id": p.id, "name": p.name, **p.traits} for p in self.phones.people.values()],
                "chats": self.phones.lines(now=self.clock.ms()),
                "switches": self.switches.lines(),
                "faults": [fault.line() for fault in self.faults.turned],
                "fault_kinds": [[kind.value, WORDS[kind]] for kind in Kind],
                "journal": [entry.line() for entry in self.journal.after(self.journal.last - 60)],
                **self._state(),
            }
        )

    async def _asked_journal(self, request: Request) -> Response:
        after = await self._waited(request)
        return JSONResponse([entry.line() for entry in self.journal.after(after)])

    async def _asked_lines(self, request: Request) -> Response:
        """The lines of one conversation after a number; waits, if wanted, until there is one."""
        asked = request.query_params
        try:
            chat = self.phones.chat(asked.get("chat", ""))
        except NobodyError as error:
            return _refused(str(error), 404)
        after, patience = _number(asked.get("after")), _seconds(asked.get("wait"))
        end = datetime.now().timestamp() + patience  # noqa: DTZ005 - patience is the asker's own, in real seconds
        while not (new := [line.line() for line in chat.lines if line.number > after]) and not self.clock.over.is_set():
            left = end - datetime.now().timestamp()  # noqa: DTZ005
            if left <= 0 or not await self.journal.beyond(self.journal.last, left):
                break
        return JSONResponse({"lines": new, "typing": chat.typing_until > self.clock.ms()})

    async def _asked_rules(self, _: Request) -> Response:
        return JSONResponse(
            [
                {"name": r.name, "says": r.says, "source": r.source, "certainty": r.certainty.value, "switch": r.switch}
                for r in self._rules
            ]
        )

    async def _asked_settled(self, request: Request) -> Response:
        """Wait until nothing is being delivered; `settled` says whether it came to that."""
        end = datetime.now().timestamp() + _seconds(request.query_params.get("wait"))  # noqa: DTZ005
        while not self._settled() and not self.clock.over.is_set():
            left = end - datetime.now().timestamp()  # noqa: DTZ005
            if left <= 0:
                break
            await self.journal.beyond(self.journal.last, min(left, 0.02))
        return JSONResponse({"settled": self._settled(), "version": self.journal.last})

    def end(self) -> None:
        """Let go of everyone who waits for something: the emulator is about to stop."""
        self.clock.end()
        self.journal.wake()

    async def _waited(self, request: Request) -> int:
        after = _number(request.query_params.get("after"))
        if patience := _seconds(request.query_params.get("wait")):
            await self.journal.beyond(after, patience)
        return after

    async def _set(self, body: dict[str, Any]) -> Any:
        try:
            self.switches.set(body)
        except WrongSwitchError as error:
            raise WrongRequestError(str(error)) from error
        self.journal.note("switches", **{f"set_{name}": value for name, value in body.items()})
        return self.switches.values()

    async def _turn(self, body: dict[str, Any]) -> Any:
        if "clear" in body:
            self.faults.clear(None if body["clear"] == "all" else int(body["clear"]))
            self.journal.note("faults", cleared=body["clear"])
            return [fault.line() for fault in self.faults.turned]
        try:
            kind = Kind(body.pop("kind", ""))
        except ValueError as error:
            known = ", ".join(kind.value for kind in Kind)
            raise WrongRequestError(f"There is no such fault. There are: {known}.") from error
        try:
            fault = self.faults.turn(kind, **body)
        except TypeError as error:
            raise WrongRequestError(f"A fault has where, times, skip, seconds and status: {error}.") from error
        self.journal.note("fault", turned=fault.line())
        return fault.line()

    async def _tell_time(self, body: dict[str, Any]) -> Any:
        """{"stand": true|false}, {"set": ISO 8601} and {"forward": seconds}, in this order."""
        try:
            if "stand" in body:
                (self.clock.stand if body["stand"] else self.clock.run)()
            if "set" in body:
                moment = datetime.fromisoformat(str(body["set"]))
                if moment.tzinfo is None:
                    raise WrongRequestError("A moment needs its zone: 2026-11-22T08:00:00+07:00.")
                self.clock.set(moment)
            if "forward" in body:
                self.clock.forward(float(body["forward"]))
        except ValueError as error:
            raise WrongRequestError(f"That is no time: {error}.") from error
        self.journal.note("clock", now=self.clock.now().isoformat())
        return {"now": self.clock.now().isoformat(), "stands": self.clock.stands}


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _seconds(text: str | None) -> float:
    try:
        return min(float(text or 0), LONGEST_WAIT)
    except ValueError:
        return 0
