"""Where practising begins: somebody invented is lent, a conversation of its own is begun, and the browser gets both."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.message import Event
from bot.ports import Door, Mailbox, PageChat, UnavailableError
from bot.registry.practice.page import PATH, Exercise, exercises
from flows.speech import Address, Changed

LARGEST = 512
HEADER = "x-requested-with"
TRIES = 3  # one in twelve has no chip card
_TAKEN = "Lúc này mọi người tập đều đang được dùng. Ít phút nữa sẽ có người trống, mời mở lại trang."
_AWAY = "Chỗ tập chưa mở được. Chờ một chút rồi bấm lại."

# Who is lent: the name under which changes will be told of them, and the loan as the registry words it.
Lent = tuple[str, Mapping[str, Any]]


class PracticeDesk:
    """The one address of the page that is not the registry's. It takes the name of an exercise and nothing else.

    `lend` somebody whose account is so far (None: nobody is free now; UnavailableError: the registry does not answer);
    `token` of a subject: the secret by which a browser holds its conversation."""

    def __init__(
        self, door: Door, mailbox: Mailbox, chat: PageChat, lend: Callable[[str], Awaitable[Lent | None]],
        token: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._door, self._mailbox, self._chat, self._ask, self._token = door, mailbox, chat, lend, token

    async def talk_of(self, subject: str) -> Address | None:
        """The conversation of whoever practises with this subject; None when nobody does."""
        address = self._chat.address(self._token(subject))
        return address if (await self._mailbox.newest(address, 1))[0] else None

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
            subject, loan = lent
            token = self._token(subject)
            begun = Changed(f"practice.{exercise.name}")
            await self._door.take(Event(self._chat.address(token), "begun", begun))
            before = self._chat.held(request)
            if before is not None:  # what was practised before in this browser is over
                await self._mailbox.forget(before)
        except UnavailableError:
            return _later(_AWAY)
        response = JSONResponse({"loan": dict(loan)}, headers={"cache-control": "no-store"})
        self._chat.remember(response, token)
        return response

    async def _lend(self, exercise: Exercise) -> Lent | None:
        """Somebody who has what the exercise needs. Whoever has it not is passed over; their loan ends by itself."""
        for _ in range(TRIES):
            lent = await self._ask(exercise.start)
            if lent is None or not exercise.card or lent[1].get("person", {}).get("card"):
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
