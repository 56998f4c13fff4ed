"""The emulator as one thing: the world in it, what bots are told, and what is done with their calls."""

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.telegram.faults import Faults
from bot.emulators.telegram.hook import Hook
from bot.emulators.telegram.journal import Journal
from bot.emulators.telegram.pace import Pace
from bot.emulators.telegram.people import BotAccount, Chat, Message, Person
from bot.emulators.telegram.privacy import reaches
from bot.emulators.telegram.updates import CALLBACK_LIFE, DAY, Updates
from bot.emulators.telegram.world import World

Json = dict[str, Any]

ANSWER_WITHIN = 15.0  # seconds


@dataclass(slots=True)
class Pressed:
    """A button that was pressed: its query, and the toast that answered it."""

    id: str
    bot: BotAccount
    person: Person
    message: Message
    data: str
    at: float
    answered: bool = False
    toast: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True)
class Ear:
    """How one bot hears: its queue, its webhook if it has one, its long poll if one is open."""

    updates: Updates
    hook: Hook | None = None
    poll: asyncio.Event | None = None  # set: the poll is over
    poll_ended_by: str = ""


@dataclass(slots=True)
class Emulator:
    """Everything of one local Bot API. To be used within one event loop."""

    clock: Clock = field(default_factory=Clock)
    journal_file: Path | None = None
    world: World = field(init=False)
    journal: Journal = field(init=False)
    faults: Faults = field(init=False)
    pace: Pace = field(default_factory=Pace)
    ears: dict[int, Ear] = field(default_factory=dict)
    pressed: dict[str, Pressed] = field(default_factory=dict)
    commands: dict[int, dict[tuple[str, str], list[Json]]] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)
    answer_within: float = ANSWER_WITHIN
    address: str = ""  # where it is served

    def __post_init__(self) -> None:
        self.world = World(self.clock)
        self.journal = Journal(self.clock, self.journal_file)
        self.faults = Faults(self.clock)

    def register(self, token: str, name: str = "", username: str = "") -> BotAccount:
        """A bot more. ValueError when the token has not the right form."""
        bot = self.world.add_bot(token, name, username)
        self.ears[bot.id] = Ear(Updates(self.clock))
        return bot

    # ---- telling bots ----

    def tell(self, bot: BotAccount, kind: str, body: Json, lane: str, life: float = DAY) -> None:
        """Put an update into a bot's queue."""
        update = self.ears[bot.id].updates.add(kind, body, lane, life)
        if update:
            self.journal.note("update", bot=bot.id, update=update.json())

    def spread(self, message: Message, kind: str = "message") -> None:
        """Tell a citizen's (or a service) message to the bots it reaches."""
        for bot in self.world.bots.values():
            if message.chat.has(bot.id) and message.chat.bot in (None, bot) and reaches(bot, message):
                self.tell(bot, kind, message.json(), message.chat.key)

    def press(self, bot: BotAccount, person: Person, message: Message, data: str) -> Pressed:
        """Tell a bot that a button was pressed. Its queries have a lane of their own, beside the messages."""
        number = str(secrets.randbelow(9 * 10**17) + 10**17)
        pressed = Pressed(number, bot, person, message, data, self.clock.time())
        self.pressed[number] = pressed
        body = {
            "id": number,
            "from": person.user(),
            "message": message.json(),
            "chat_instance": self.instance(message.chat),
            "data": data,
        }
        self.tell(bot, "callback_query", body, f"callback{person.id}", CALLBACK_LIFE)
        return pressed

    def instance(self, chat: Chat) -> str:
        return self.instances.setdefault(chat.key, str(secrets.randbelow(8 * 10**18) + 10**18))

    # ---- hearing ----

    def end_poll(self, bot: BotAccount, why: str) -> None:
        """Let an open getUpdates go, with a conflict."""
        ear = self.ears[bot.id]
        if ear.poll:
            ear.poll_ended_by = why
            ear.poll.set()
            ear.poll = None

    async def close(self) -> None:
        for ear in self.ears.values():
            if ear.hook:
                await ear.hook.close()
            if ear.poll:
                ear.poll.set()
        self.journal.close()
