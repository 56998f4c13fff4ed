"""Zalo Bot: the platform most citizens are on. No buttons, no menus: plain text, numbered choices, one event at a time."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from starlette.routing import BaseRoute

from bot.channels.zalo_bot import listening, reading
from bot.channels.zalo_bot.client import Client, Ours, RefusedError, TroubleError, UnreadableError
from bot.channels.zalo_bot.listening import Poll
from bot.channels.zalo_bot.sending import Sending
from bot.channels.zalo_bot.switches import Switches
from bot.channels.zalo_bot.writing import Words, failure, pieces
from bot.http import HttpLanes, NoAnswerError
from bot.message import Failed, Failure, Letter, Mark, Pace, Sent, Sentence
from bot.ports import Clock, Door
from bot.settings import SettingError, Settings
from flows.speech import Address

PATH = "/zalo/bot/webhook"
NO_RESULT = (RefusedError, TroubleError, UnreadableError, NoAnswerError)
LONGEST_WAIT = 300.0
MOST_UNVERIFIED = 8  # an address that Zalo could not try is kept by it all the same
MOST_REMEMBERED = 1000  # messages whose refusals are counted


class ZaloBot:
    """The channel over one or several bots. `words` are its own few words by language: [commands] and [buttons]."""

    def __init__(
        self, settings: Settings, door: Door, clock: Clock, counted: Callable[[str], None], words: Words
    ) -> None:
        if settings.zalo_bot_mode == "webhook" and not _is_secret(settings.zalo_bot_secret):
            raise SettingError(
                "DONGHANH_ZALO_BOT_SECRET must have 8 to 256 letters, digits or signs without accents and blanks: without it "
                "anybody could post messages as citizens. Or set DONGHANH_ZALO_BOT_MODE=polling."
            )
        self._settings, self._door, self._clock, self._counted, self._words = settings, door, clock, counted, words
        self._switches = switches = Switches(settings.zalo_switches)
        self.pace = Pace(
            bot=switches.rate("bot_pace"), chat=switches.rate("bot_chat_pace"), group=switches.rate("bot_group_pace"),
            joins=switches.number("bot_joins"),
        )  # fmt: skip
        self._lanes = HttpLanes()
        clients = [
            Client(token, settings.zalo_bot_api, self._lanes, by_status=switches["bot_refusal"] == "status")
            for token in settings.zalo_bot_token
        ]
        self._bots: Mapping[str, Client] = {client.id: client for client in clients}
        self._sending = Sending(settings.public_url, switches, clock, counted)
        self._commands = frozenset(words.get("vi", {}).get("commands", {}))
        self._names: dict[str, str] = {}
        self._tries: OrderedDict[tuple[Address, int], int] = OrderedDict()
        self._introducing: list[asyncio.Task[None]] = []
        self._polls: list[tuple[Poll, asyncio.Task[None]]] = []

    def routes(self) -> list[BaseRoute]:
        if self._settings.zalo_bot_mode != "webhook":
            return []
        return [
            listening.webhook(self._path(id_), self._secret(id_), self._taker(id_), self._clock, self._counted)
            for id_ in self._bots
        ]

    async def start(self) -> None:
        for id_, client in self._bots.items():
            self._introducing.append(asyncio.create_task(self._introduce(id_, client)))
            if self._settings.zalo_bot_mode == "polling":
                poll = Poll(
                    client, self._taker(id_), self._clock, self._counted,
                    seconds=self._switches.number("bot_poll_seconds"),
                    takes_webhook_away=self._switches["bot_poll_refused"] == "delete",
                )  # fmt: skip
                self._polls.append((poll, asyncio.create_task(poll.run())))

    async def rest(self) -> None:
        for task in self._introducing:
            task.cancel()
        await asyncio.gather(
            *self._introducing, *(poll.rest(running) for poll, running in self._polls), return_exceptions=True
        )

    async def stop(self) -> None:
        await self._lanes.close()

    async def send(self, letter: Letter) -> Sent | Failed:
        client = self._bots.get(letter.address.bot)
        if client is None:
            return Failed(Failure.OURS, "no_such_bot")
        texts = pieces(letter, self._words, self._switches, self._invitation(letter))
        if not texts:
            return Failed(Failure.REFUSED, "empty")
        ours, ref, gone = Ours(letter.lane, letter.still_ours), "", letter.parts
        try:
            for index in range(gone, len(texts)):
                ref = await self._sending.part(client, letter, texts[index], ours, last=index == len(texts) - 1)
                gone = index + 1
        except NO_RESULT as error:
            found = failure(error, letter, self._switches, lambda: self._tried(letter))
            return Failed(found.failure, found.reason, found.after, found.whole_bot, gone, found.chat)
        self._tries.pop((letter.address, letter.number), None)
        return Sent(ref)

    async def reachable(self, bot: str) -> bool:
        """getMe has no effect; a refused token is an answer too, a page of the gateway is none."""
        try:
            await self._bots[bot].get_me()
        except RefusedError as error:
            return error.code not in (408, 429) and error.code < 500
        except NO_RESULT:
            return False
        return True

    async def typing(self, address: Address) -> None:
        with contextlib.suppress(*NO_RESULT, KeyError):
            await self._bots[address.bot].send_chat_action(address.chat)

    async def health(self) -> list[Sentence]:
        from bot.channels.zalo_bot.health import findings

        found: list[Sentence] = []
        for id_, client in self._bots.items():
            found += await findings(client, self._settings, self._settings.public_url + self._path(id_))
        await self._lanes.close()
        return [*found, Sentence(True, self._switches.sentence())]

    def _invitation(self, letter: Letter) -> str:
        """The way from a group to the private conversation: words, and whom to look for."""
        if letter.mark is not Mark.INVITE:
            return ""
        words = self._words.get("vi", {}).get("buttons", {}).get("invite", "")
        whom = self._switches["bot_link"] or self._names.get(letter.address.bot, "")
        return ": ".join(filter(None, (words, whom)))

    def _tried(self, letter: Letter) -> int:
        """How often this message was answered so that it may mean "never", before this time."""
        key = (letter.address, letter.number)
        before = self._tries.pop(key, 0)
        self._tries[key] = before + 1
        while len(self._tries) > MOST_REMEMBERED:
            self._tries.popitem(last=False)
        return before

    # What comes in

    def _taker(self, id_: str) -> listening.Take:
        """Everything of one body through the one door. A body with several events is repeated whole when one was not kept;
        the ones that were are known then."""
        envelope = self._switches["bot_envelope"] if self._settings.zalo_bot_mode == "webhook" else "any"

        async def take(body: object) -> None:
            for told in reading.events(body, envelope):
                event = reading.read(told, id_, self._commands, follows=self._switches["bot_follow"] == "on")
                if event is None:
                    self._counted("zalo_bot_passed_over")
                else:
                    await self._door.take(event)

        return take

    # What a bot is

    async def _introduce(self, id_: str, client: Client) -> None:
        """Learn our name, and tell where events are to be posted; again until it is done. A poll takes a webhook away itself."""
        wait, unverified = 1.0, 0
        while True:
            try:
                self._names[id_] = _name(await client.get_me())
                if await self._webhook_stands(id_, client) or unverified == MOST_UNVERIFIED:
                    return
                unverified += 1
                self._counted("zalo_bot_webhook_not_verified")
            except RefusedError as error:
                self._counted("zalo_bot_token_refused" if error.code == 401 else "zalo_bot_not_introduced")
                wait = LONGEST_WAIT if error.code == 401 else wait
            except (TroubleError, UnreadableError, NoAnswerError):
                self._counted("zalo_bot_not_introduced")
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
            wait = min(wait * 2, LONGEST_WAIT)

    async def _webhook_stands(self, id_: str, client: Client) -> bool:
        """Set it, if it is ours to set; False when Zalo tried the address and was not answered (at a start it may be early)."""
        if self._settings.zalo_bot_mode != "webhook" or not self._settings.public_url:
            return True
        told = await client.set_webhook(self._settings.public_url + self._path(id_), self._secret(id_))
        verification = told.get("verification")
        return not (isinstance(verification, dict) and verification.get("ok") is False)

    def _path(self, id_: str) -> str:
        return PATH if len(self._bots) == 1 else f"{PATH}/{id_}"

    def _secret(self, id_: str) -> str:
        return listening.secret_of(self._settings.zalo_bot_secret, id_, alone=len(self._bots) == 1)


def _is_secret(secret: str) -> bool:
    return 8 <= len(secret) <= 256 and secret.isascii() and all(c.isprintable() and c != " " for c in secret)


def _name(me: Mapping[str, Any]) -> str:
    """What the bot is called where people see it; the documents name only the account."""
    names = (me.get("display_name"), me.get("account_name"))
    return next((name for name in names if isinstance(name, str) and 0 < len(name) <= 60), "")
