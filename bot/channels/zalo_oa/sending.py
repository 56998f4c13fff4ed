"""How one part of a message goes out: with the step's screen, with buttons, or as its plain words, whichever Zalo takes."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.zalo_oa import writing
from bot.channels.zalo_oa.calling import Caller
from bot.channels.zalo_oa.client import Client, Ours, RefusedError, Taken, TroubleError, UnreadableError
from bot.channels.zalo_oa.reading import GROUP
from bot.channels.zalo_oa.refusals import TOKEN_REFUSED, means
from bot.channels.zalo_oa.switches import Switches
from bot.http import NoAnswerError
from bot.message import Failure, Letter
from bot.ports import Clock
from content.pictures import Picture

UPLOAD_SERVES = timedelta(days=6)  # Zalo keeps one for seven
FREE = ("", "reply")  # what a message is charged to that costs nothing
# By what a refusal may concern the picture or the buttons and not the words; a token or a receiver never does.
MAY_BE_OF_THE_REST = (Failure.REFUSED, Failure.OURS)


class Sending:
    """Of one account. Raises what the client raises, and NoTokenError."""

    def __init__(
        self, client: Client, caller: Caller, switches: Switches, clock: Clock, counted: Callable[[str], None]
    ) -> None:
        self._client, self._caller, self._clock, self._counted = client, caller, clock, counted
        self._buttons, self._pictures = switches["oa_buttons"], switches["oa_pictures"] == "on"
        self._uploaded: dict[str, tuple[str, datetime]] = {}
        self._uploading = asyncio.Lock()

    async def part(self, letter: Letter, text: str, *, last: bool) -> Taken:
        """Send one part; what belongs to the whole message goes with the last one."""
        ours, chat = Ours(letter.lane, letter.still_ours), letter.address.chat
        if chat.startswith(GROUP):
            group = chat.removeprefix(GROUP)
            return await self._caller.ask(
                lambda token: self._client.send_to_group(token, group, writing.in_group(text), ours)
            )
        screen = letter.picture if last and self._pictures else None
        richer = await self._with_screen(text, screen) if screen is not None else None
        if richer is None and last:
            richer = writing.with_buttons(text, letter.offer, self._buttons)
        if richer is not None:
            try:
                return await self._charged(chat, richer, ours)
            except RefusedError as error:
                if error.code in TOKEN_REFUSED or means(error).failure not in MAY_BE_OF_THE_REST:
                    raise
            taken = await self._charged(chat, writing.plain(text), ours)
            self._words_alone(screen)
            return taken
        return await self._charged(chat, writing.plain(text), ours)

    def _words_alone(self, screen: Picture | None) -> None:
        """A picture may have gone at Zalo, and comes anew; buttons, which no page describes, are not tried again."""
        if screen is not None:
            self._counted("zalo_oa_without_picture")
            self._uploaded.pop(screen.digest, None)
        else:
            self._counted("zalo_oa_without_buttons")
            self._buttons = "off"

    async def _with_screen(self, text: str, screen: Picture) -> dict[str, Any] | None:
        """The step with its screen; None when the picture cannot be brought to Zalo now: the words matter more."""
        async with self._uploading:
            kept = self._uploaded.get(screen.digest)
            if kept is None or kept[1] <= self._clock.now():
                content = await asyncio.to_thread(screen.path.read_bytes)
                try:
                    id_ = await self._caller.ask(lambda token: self._client.upload_picture(token, content))
                except (RefusedError, TroubleError, UnreadableError, NoAnswerError):
                    self._counted("zalo_oa_picture_not_uploaded")
                    return None
                kept = self._uploaded[screen.digest] = (id_, self._clock.now() + UPLOAD_SERVES)
        return writing.picture(text, attachment=kept[0])

    async def _charged(self, chat: str, message: Mapping[str, Any], ours: Ours) -> Taken:
        taken = await self._caller.ask(lambda token: self._client.send(token, chat, message, ours))
        if taken.quota not in FREE:
            self._counted("zalo_oa_charged")
        return taken
