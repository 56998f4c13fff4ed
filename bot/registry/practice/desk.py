"""Where practising begins: somebody invented is lent, a conversation of its own is begun, and the browser gets both."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.message import Event
from bot.ports import Door, UnavailableError
from bot.registry.practice.page import PATH, Exercise, exercises
from flows.speech import Address, Changed

LARGEST = 512
HEADER = "x-requested-with"
TRIES = 3  # one in twelve has no chip card
_TAKEN = "Lúc này mọi người tập đều đang được dùng. Ít phút nữa sẽ có người trống, mời mở lại trang."
_AWAY = "Chỗ tập chưa mở được. Chờ một chút rồi bấm lại."


@dataclass(frozen=True, slots=True)
class Lent:
    """Somebody lent out: the name under which changes will be told of them, and the loan as the registry words it."""

    subject: str
    loan: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Around:
    """What the desk asks of the rest of the house. `lend` somebody whose account is so far (None: nobody is free now,
    UnavailableError: the registry does not answer); `token` of a subject: the secret of its conversation; `address` of a
    token; `remember` it in a browser; `held` which token a browser has; `forget` a conversation."""

    lend: Callable[[str], Awaitable[Lent | None]]
    token: Callable[[str], str]
    address: Callable[[str], Address]
    remember: Callable[[Response, str], None]
    held: Callable[[Request], Address | None]
    forget: Callable[[Address], Awaitable[None]]


class PracticeDesk:
    """The one address of the page that is not the registry's. It takes the name of an exercise and nothing else."""

    def __init__(self, door: Door, around: Around) -> None:
        self._door, self._around = door, around

    def routes(self) -> list[Route]:
        return [Route(f"{PATH}/begin", self.begin, methods=["POST"])]

    async def begin(self, request: Request) -> Response:
        """Lend somebody for an exercise and begin its conversation. The loan goes to the page, its subject stays here."""
        if request.headers.get(HEADER) != "donghanh":
            return JSONResponse({"error": "not sent by our page"}, 403)
        exercise = await _asked(request)
        if exercise is None:
            return JSONResponse({"error": "there is no such exercise"}, 400)
        try:
            lent = await self._lend(exercise)
            if lent is None:
                return _later(_TAKEN)
            token = self._around.token(lent.subject)
            begun = Changed(f"practice.{exercise.name}")
            await self._door.take(Event(self._around.address(token), "begun", begun))
            before = self._around.held(request)
            if before is not None:  # what was practised before in this browser is over
                await self._around.forget(before)
        except UnavailableError:
            return _later(_AWAY)
        response = JSONResponse({"loan": dict(lent.loan)}, headers={"cache-control": "no-store"})
        self._around.remember(response, token)
        return response

    async def _lend(self, exercise: Exercise) -> Lent | None:
        """Somebody who has what the exercise needs. Whoever has it not is passed over; their loan ends by itself."""
        for _ in range(TRIES):
            lent = await self._around.lend(exercise.start)
            if lent is None or not exercise.card or lent.loan.get("person", {}).get("card"):
                return lent
        return None


async def _asked(request: Request) -> Exercise | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    name = said.get("exercise") if isinstance(said, dict) else None
    return exercises().get(name) if isinstance(name, str) else None


def _later(sentence: str) -> Response:
    return JSONResponse({"error": sentence}, 503, {"retry-after": "5"})
