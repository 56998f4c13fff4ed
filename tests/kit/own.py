"""A person who asks about their own account, in a house with the simulated registry: what they say, press and prove."""

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.family import SUBJECT
from bot.gateways.linking import Begun
from bot.house import House
from bot.message import Event, Message, Typed
from bot.ports import Clock
from bot.registry.loans import Start
from bot.registry.options import Options
from flows.speech import Address, Changed, Opened, Pick, Reminded, Shared
from storage import conversations
from storage.conversations import Held
from tests.kit.practice import Practising, a_house, inside
from tests.registry.linking_walk import ALL, Browser, person_at
from tests.registry.office import IN_TESTS, Office, visited

USER_CODE = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")
HERE = Address("web", "main", "an")


@dataclass
class Chat:
    """One conversation of a house."""

    home: House
    address: Address = HERE
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    told: list[Message] = field(default_factory=list)

    async def take(self, what: Opened | Pick | Typed | Shared | Changed | Reminded) -> list[str]:
        """Something happens; the words of the house until nothing more is to come (a link is polled once)."""
        before = self.told[-1].number if self.told else 0
        await self.home.turn.take(Event(self.address, f"x{next(self._ids)}", what))
        return await self.settled(before)

    async def settled(self, before: int | None = None) -> list[str]:
        """What the house said since, with all that was asked meanwhile answered."""
        since = before if before is not None else (self.told[-1].number if self.told else 0)
        await self.home.errands.settled()
        self.told = (await self.home.mailbox.newest(self.address, 40))[0]
        return [m.text for m in self.told if m.number > since and m.who != "me"]

    async def start(self) -> None:
        """Begin, and say how one wants to be addressed."""
        await self.take(Opened())
        await self.press("bac")

    async def press(self, *exits: str) -> list[str]:
        """Press buttons of what is shown now, one after another."""
        words: list[str] = []
        for exit_ in exits:
            offer = next(m.offer for m in reversed(self.told) if m.offer is not None)
            assert exit_ in dict(offer.choices), (offer.place, [e for e, _ in offer.choices])
            words = await self.take(Pick(offer.place, exit_))
        return words

    async def own(self, *exits: str) -> list[str]:
        """To one's own things, by the menu, and on."""
        await self.take(Typed("menu"))
        return await self.press("own", *exits)

    async def say(self, text: str) -> list[str]:
        return await self.take(Typed(text))

    async def held(self) -> Held:
        """The conversation as it is kept."""
        found = await self.home.store.read(lambda unit: conversations.find(unit, self.address))
        assert found is not None
        return found

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """The choices that are shown now, and their words."""
        return next(m.offer.choices for m in reversed(self.told) if m.offer is not None)

    @property
    def turning(self) -> list[str]:
        """The choices that turn to somebody else of this chat."""
        return [exit_ for exit_, _ in self.offered if exit_.startswith(SUBJECT)]

    @property
    def place(self) -> str:
        """Where the talk stands, by what is offered."""
        return next(m.offer.place for m in reversed(self.told) if m.offer is not None)


@dataclass
class Town:
    """A house, its registry, and a chat."""

    inside: Practising
    office: Office
    chat: Chat

    @property
    def home(self) -> House:
        return self.inside.house

    async def prove(self, person: int, chat: Chat | None = None, scopes: tuple[str, ...] = ALL) -> list[str]:
        """The person whose chat shows a link proves who they are on the registry's page; what the chat says then."""
        chat = chat or self.chat
        shown = "\n".join(m.text for m in chat.told[-3:])
        code = USER_CODE.findall(shown)[-1]
        await Browser(self.office).to_the_end(Begun("", code, "", "", "", 600, 1), person, scopes)
        self.office.clock.on(seconds=6)  # the house looks every few seconds
        return await chat.settled()

    async def linked(self, start: Start, chat: Chat | None = None) -> int:
        """Somebody whose account is so far, linked on this chat."""
        chat = chat or self.chat
        person = await person_at(self.office, start)
        await chat.own("status")
        await chat.press("link")
        await self.prove(person, chat)
        return person


@contextlib.asynccontextmanager
async def town(folder: Path, clock: Clock, options: Options = IN_TESTS) -> AsyncIterator[Town]:
    """Everything over `folder`/house.db."""
    with a_house(folder, clock, options) as home:
        within = await inside(home)
        async with visited(within.registry) as office:
            chat = Chat(home)
            await chat.start()
            yield Town(within, office, chat)
            await asyncio.sleep(0)
