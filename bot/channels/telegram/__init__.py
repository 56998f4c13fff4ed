"""Telegram: the richest platform. python-telegram-bot's core `Bot` speaks, our own reader listens; several bots, one process."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from starlette.routing import BaseRoute
from telegram import Bot as Api
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram import listening
from bot.channels.telegram.reading import ALLOWED, Bot, callback_of, read
from bot.channels.telegram.wire import Wire, still_ours
from bot.channels.telegram.writing import as_html, cannot_be_parsed, chosen, failure, invitation, keyboard
from bot.message import Failed, Letter, Mark, Pace, Rate, Sent, Sentence, Taken
from bot.parts import parts, spaced, utf16
from bot.ports import Clock, Door
from bot.settings import SettingError, Settings
from content.pictures import Picture
from flows.speech import Address, Pick

CAPTION_AT_MOST = 1024
TEXT_AT_MOST = 4096  # UTF-16 units, after the marks are read (Bot API, sendMessage)
DELETE_WITHIN = 4.0
SHOW_CHOSEN_AFTER = timedelta(seconds=1.5)  # an edit shares the chat's budget with messages: the answer goes first
IN_GROUPS = ("help", "menu")


class Telegram:
    """The channel over one or several bots. `words` are its own few words by language: [commands] and [buttons]."""

    pace = Pace(bot=Rate(28, 28), chat=Rate(1, 4), group=Rate(20 / 60, 10))

    def __init__(
        self, settings: Settings, door: Door, clock: Clock, counted: Callable[[str], None],
        words: Mapping[str, Mapping[str, Mapping[str, str]]],
    ) -> None:  # fmt: skip
        if settings.telegram_mode == "webhook" and not settings.telegram_secret:
            raise SettingError(
                "DONGHANH_TELEGRAM_SECRET is missing: without it anybody could post messages as citizens. Give 1 to 256 letters, "
                "digits, _ or -, or set DONGHANH_TELEGRAM_MODE=polling."
            )
        _speak_of_no_token()
        self._settings, self._door, self._clock, self._counted, self._words = settings, door, clock, counted, words
        self._wire = Wire()
        base = settings.telegram_api.rstrip("/") + "/bot"
        self._bots = {
            token.partition(":")[0]: Api(token, base_url=base, request=self._wire, get_updates_request=self._wire)
            for token in settings.telegram_token
        }
        self._names: dict[str, str] = {}
        self._pictures: dict[tuple[str, str], str] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._listening: list[asyncio.Task[None]] = []

    def routes(self) -> list[BaseRoute]:
        if self._settings.telegram_mode != "webhook":
            return []
        return [
            listening.webhook(self._path(id_), self._secret(id_), self._taker(id_), self._counted) for id_ in self._bots
        ]

    async def start(self) -> None:
        for id_, api in self._bots.items():
            self._listening.append(asyncio.create_task(self._introduce(id_, api)))
            if self._settings.telegram_mode == "polling":
                self._listening.append(
                    asyncio.create_task(listening.poll(self._wire, api, self._taker(id_), self._clock, self._counted))
                )

    async def rest(self) -> None:
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)

    async def stop(self) -> None:
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=2)
            for task in late:
                task.cancel()
        await self._wire.shutdown()

    async def send(self, letter: Letter) -> Sent | Failed:
        api = self._bots.get(letter.address.bot)
        if api is None:
            return Failed(failure(InvalidToken(), letter).failure, "no_such_bot")
        guard = still_ours.set(letter.still_ours)
        texts = parts(letter.text, TEXT_AT_MOST, utf16)
        ref, gone = "", letter.parts
        try:
            for index in range(gone, len(texts)):
                message = await self._send_part(api, letter, texts[index], last=index == len(texts) - 1)
                ref, gone = str(message.message_id), index + 1
        except TelegramError as error:
            found = failure(error, letter)
            return Failed(found.failure, found.reason, found.after, found.whole_bot, gone, found.chat)
        finally:
            still_ours.reset(guard)
        return Sent(ref)

    async def reachable(self, bot: str) -> bool:
        """getMe has no effect; a refused token is an answer too."""
        with contextlib.suppress(InvalidToken):
            try:
                await self._bots[bot].get_me()
            except TelegramError as error:
                return isinstance(error, InvalidToken)
        return True

    async def typing(self, address: Address) -> None:
        with contextlib.suppress(TelegramError, KeyError):
            thread = int(address.thread) if address.thread else None
            await self._bots[address.bot].send_chat_action(
                int(address.chat), ChatAction.TYPING, message_thread_id=thread
            )

    async def health(self) -> list[Sentence]:
        from bot.channels.telegram.health import findings

        found: list[Sentence] = []
        for id_, api in self._bots.items():
            found += await findings(api, self._settings, self._settings.public_url + self._path(id_))
        await self._wire.shutdown()
        return found

    async def _send_part(self, api: Api, letter: Letter, text: str, *, last: bool) -> Message:
        markup = keyboard(letter.offer) if last else None
        if last and letter.mark is Mark.INVITE:
            markup = invitation(self._words["vi"]["buttons"]["invite"], await self._name(letter.address.bot, api))
        asked: dict[str, Any] = {
            "chat_id": int(letter.address.chat),
            "message_thread_id": int(letter.address.thread) if letter.address.thread else None,
            "reply_markup": markup,
            "protect_content": letter.mark is Mark.PERSONAL or None,
        }
        words: tuple[tuple[str, ParseMode | None], ...] = ((as_html(text), ParseMode.HTML), (spaced(text), None))
        screen = letter.picture if last and utf16(words[1][0]) <= CAPTION_AT_MOST else None
        for told, marks in words:
            try:
                if screen is not None:
                    return await self._send_picture(api, screen, told, marks, asked)
                asked["link_preview_options"] = LinkPreviewOptions(is_disabled=True)
                return await api.send_message(text=told, parse_mode=marks, **asked)
            except TelegramError as error:
                if marks is None or not cannot_be_parsed(error):
                    raise
            self._counted("telegram_without_marks")
        raise AssertionError("without marks there is nothing to parse")

    async def _send_picture(
        self, api: Api, screen: Picture, told: str, marks: ParseMode | None, asked: dict[str, Any]
    ) -> Message:
        """The step with its screen; the file itself goes once a bot, then its name at Telegram."""
        known = (str(api.token), screen.digest)
        photo: str | bytes | None = self._pictures.get(known)
        if photo is None:
            photo = await asyncio.to_thread(screen.path.read_bytes)
        message = await api.send_photo(photo=photo, caption=told, parse_mode=marks, filename=screen.path.name, **asked)
        if message.photo:
            self._pictures[known] = message.photo[-1].file_id
        return message

    # What comes in

    def _taker(self, id_: str) -> listening.Take:
        async def take(update: object) -> None:
            await self._take(update, id_)

        return take

    async def _take(self, update: object, id_: str) -> None:
        """One update through the one door; what is to be done at once is done when it is kept."""
        api = self._bots[id_]
        arrived = read(update, Bot(id_, self._names.get(id_, "")))
        if arrived is None:
            if callback := callback_of(update):
                self._later(api.answer_callback_query(callback))
            return
        taken = await self._door.take(arrived.event)
        if arrived.callback_id:
            self._later(api.answer_callback_query(arrived.callback_id))
            self._show_chosen(api, arrived.event.address, arrived.message_id, arrived.label, taken, arrived.event.what)
        if taken.removed and arrived.message_id:
            # Before the update is confirmed: after a crash it comes again, and is deleted then.
            await self._delete(api, arrived.event.address, arrived.message_id)

    async def _delete(self, api: Api, address: Address, message_id: int) -> None:
        for _ in range(2):
            with contextlib.suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(DELETE_WITHIN):
                    await api.delete_message(int(address.chat), message_id)
                self._counted("telegram_secret_deleted")
                return
        self._counted("telegram_secret_not_deleted")

    def _show_chosen(self, api: Api, address: Address, message_id: int, label: str, taken: Taken, what: object) -> None:
        """Under the old message stays what was chosen: a pressed button leaves no other trace in the chat."""
        if not (taken.fresh and label and message_id and isinstance(what, Pick) and taken.cause == f"pick_{what.exit}"):
            return

        async def show() -> None:
            await self._clock.sleep_until(self._clock.now() + SHOW_CHOSEN_AFTER)
            await api.edit_message_reply_markup(int(address.chat), message_id, reply_markup=chosen(label))

        self._later(show())

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Beside the update's own way, and without consequence when it fails."""

        async def quietly() -> None:
            with contextlib.suppress(TelegramError):
                await work

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What a bot is

    async def _introduce(self, id_: str, api: Api) -> None:
        """Learn our name, set the webhook or take it away, show the commands; again until it is done."""
        wait = 1.0
        while True:
            try:
                await self._name(id_, api)
                if self._settings.telegram_mode == "polling":
                    await api.delete_webhook()
                elif self._settings.public_url:
                    await api.set_webhook(
                        self._settings.public_url + self._path(id_),
                        secret_token=self._secret(id_),
                        allowed_updates=ALLOWED,
                    )
                await self._show_commands(api)
                return
            except InvalidToken:
                self._counted("telegram_token_refused")
                wait = 300.0
            except TelegramError:
                self._counted("telegram_not_introduced")
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
            wait = min(wait * 2, 300.0)

    async def _show_commands(self, api: Api) -> None:
        for language, words in self._words.items():
            commands = [BotCommand(name, told) for name, told in words["commands"].items()]
            for code in (None, language) if language == "vi" else (language,):
                await api.set_my_commands(commands, BotCommandScopeAllPrivateChats(), code)
                public = [c for c in commands if c.command in IN_GROUPS]
                await api.set_my_commands(public, BotCommandScopeAllGroupChats(), code)

    async def _name(self, id_: str, api: Api) -> str:
        if id_ not in self._names:
            self._names[id_] = (await api.get_me()).username or ""
        return self._names[id_]

    def _path(self, id_: str) -> str:
        return "/telegram/webhook" if len(self._bots) == 1 else f"/telegram/webhook/{id_}"

    def _secret(self, id_: str) -> str:
        return listening.secret_of(self._settings.telegram_secret, id_, alone=len(self._bots) == 1)


def _speak_of_no_token() -> None:
    """The library tells its calls, and aiohttp its addresses, at the lowest levels; the token stands in every address."""
    for name in ("telegram", "aiohttp", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.ERROR)
