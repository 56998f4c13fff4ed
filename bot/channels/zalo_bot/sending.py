"""How one part of a message goes out: as the words under the step's screen, or alone, where Zalo does not take the picture."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.zalo_bot.client import Client, Ours, RefusedError, TroubleError, UnreadableError
from bot.channels.zalo_bot.switches import Switches
from bot.http import NoAnswerError, NotSentError, StaleError
from bot.message import Letter
from bot.ports import Clock

# Seconds for a picture, and for the words that go instead; together less than what Delivery has for one send. A client in
# the wild waits 150 for a picture, which no lease of ours outlives: what is slower counts as perhaps sent, once.
PICTURE_WITHIN, WORDS_WITHIN = 12.0, 15.0
WITHOUT_FOR = timedelta(minutes=10)  # words alone, after a picture that Zalo did not take or was too slow with
NOT_OF_THE_PICTURE = (
    401,
    408,
    429,
    504,
)  # the token, an answer that may be lost, too much: the words would fare no better


class Sending:
    """Of all bots of a house. Its pictures lie at the house's own public address, since a bot can upload none; without that
    address, or switched off, there are only words."""

    def __init__(self, public_url: str, switches: Switches, clock: Clock, counted: Callable[[str], None]) -> None:
        self._at = public_url if switches["bot_pictures"] == "on" else ""
        self._clock, self._counted = clock, counted
        self._without_until: datetime | None = None

    async def part(self, client: Client, letter: Letter, text: str, ours: Ours, *, last: bool) -> str:
        """Send one part; the screen goes with the last one, where the question is. Raises what the client raises."""
        chat = letter.address.chat
        screen = letter.picture if last and self._at and self._may_try() else None
        if screen is None:
            return await client.send_message(chat, text, ours)
        try:
            address = f"{self._at}/pictures/{screen.id}.png"
            return await client.send_photo(chat, address, text, ours, within=PICTURE_WITHIN)
        except RefusedError as error:
            if error.code in NOT_OF_THE_PICTURE:
                raise
            self._words_alone()
        except (NotSentError, StaleError):
            raise
        except (NoAnswerError, TroubleError, UnreadableError):
            # Perhaps it arrived. Delivery sends it once more at most, and then without what made it slow.
            self._words_alone()
            raise
        return await client.send_message(chat, text, ours, within=WORDS_WITHIN)

    def _may_try(self) -> bool:
        return self._without_until is None or self._without_until <= self._clock.now()

    def _words_alone(self) -> None:
        self._counted("zalo_bot_without_picture")
        self._without_until = self._clock.now() + WITHOUT_FOR
