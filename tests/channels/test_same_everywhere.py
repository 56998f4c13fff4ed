"""The same journey on all five channels ends at the same place with the same case. `JOURNEYS=all` walks all of them."""

import asyncio
import itertools
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from bot.channels import terminal
from bot.commands.talk import read_script
from bot.emulators.clock import Clock
from bot.house import House
from bot.main import application
from bot.message import Event, Taken
from bot.turn import case_word
from flows.core.journey import Journey
from flows.speech import Address, Answered, Changed, Shared, Talk
from storage import outbox
from storage.conversations import _journey, _talk
from tests.channels import zalo_oa_house
from tests.channels.fuzz_zalo_bot import SECRET
from tests.kit.build import NOON, house
from tests.kit.connected import WORDS, connected, listening
from tests.kit.talk import journeys
from tests.kit.telegram import TOKEN, Citizen, telegram_here
from tests.kit.walk import answered, changed, shared
from tests.kit.zalo import BotCitizen, OaCitizen, Phone, zalo_bot, zalo_oa

FACTOR = 60
EVERY = 1 if os.environ.get("JOURNEYS") == "all" else 60
CHOSEN = journeys()[::EVERY]
DAY = 86400
AS_FAST_AS_THEY_COME = tuple(f"{product}_{pace}=off" for product in ("bot", "oa") for pace in ("pace", "chat_pace"))


class Person(Protocol):
    """Somebody on a channel."""

    async def opens(self) -> None: ...

    async def says(self, text: str) -> None: ...

    async def presses(self, label: str) -> None: ...

    async def looks(self, came: Taken) -> None:
        """Something came that they did not ask for."""


class InTheTerminal:
    def __init__(self, home: House, chat: str) -> None:
        self.home, self.chat, self.count, self.shown = home, chat, 0, terminal.InView()

    async def opens(self) -> None:
        await self._do(terminal.opened(self.count, self.chat))

    async def says(self, text: str) -> None:
        await self._do(terminal.event(text, self.count, self.shown, self.chat))

    async def presses(self, label: str) -> None:
        await self.says(f"[{label}]")

    async def looks(self, came: Taken) -> None:
        self.shown = terminal.in_view(came.messages, self.shown)

    async def _do(self, event: Event) -> None:
        self.count += 1
        await self.looks(await self.home.turn.take(event))


class OnTelegram:
    def __init__(self, citizen: Citizen) -> None:
        self.citizen = citizen

    async def opens(self) -> None:
        self.citizen.starts()

    async def says(self, text: str) -> None:
        self.citizen.writes(text)

    async def presses(self, label: str) -> None:
        self.citizen.presses(label)

    async def looks(self, came: Taken) -> None:
        """Their phone shows it."""


class OnZalo:
    """Either product: there are no buttons, so the number is typed that stands before the line; or, of a list further up, its
    words."""

    def __init__(self, citizen: BotCitizen | OaCitizen) -> None:
        self.citizen = citizen

    async def opens(self) -> None:
        await asyncio.to_thread(self.citizen.follows)

    async def says(self, text: str) -> None:
        await asyncio.to_thread(self.citizen.says, text)

    async def presses(self, label: str) -> None:
        await self.says(await asyncio.to_thread(answer, self.citizen.phone, label))

    async def looks(self, came: Taken) -> None:
        """Their phone shows it."""


def answer(phone: Phone, label: str) -> str:
    """What a person types for a line: the number it has in the newest list."""
    for shown in reversed(phone.texts):
        if lines := re.findall(r"^(\d+)\. (.+)$", shown, re.MULTILINE):
            return next((number for number, words in lines if words == label), label)
    return label


class OnTheWeb:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.count, self.last, self.shown = client, 0, 0, dict[str, tuple[str, str]]()

    async def opens(self) -> None:
        self._shown((await self.client.post("/chat/open")).json())

    async def says(self, text: str) -> None:
        await self._say({"text": text})

    async def presses(self, label: str) -> None:
        place, exit_ = self.shown[label]
        await self._say({"press": {"place": place, "exit": exit_}})

    async def looks(self, came: Taken) -> None:
        self._shown((await self.client.get("/chat/messages", params={"after": self.last})).json())

    async def _say(self, body: dict[str, object]) -> None:
        self.count += 1
        id_ = f"00000000-0000-4000-8000-{self.count:012d}"
        answer = await self.client.post("/chat/say", json={"id": id_, "after": self.last, **body})
        assert answer.status_code == 200
        self._shown(answer.json())

    def _shown(self, answer: dict[str, object]) -> None:
        messages, last = answer["messages"], answer["last"]
        assert isinstance(messages, list)
        assert isinstance(last, int)
        self.last = last
        for message in messages:
            if offer := message["offer"]:
                above = self.shown if offer["place"].endswith(".house") else {}
                self.shown = {**above, **{label: (offer["place"], exit_) for exit_, label in offer["choices"]}}


async def walk(home: House, person: Person, path: Path, clock: Clock) -> str:
    """Play a transcript's lines; its last line as this conversation has it: the place and the case."""
    before = await turns(home)
    await person.opens()
    await settled(home, before + 1)
    for number, line in enumerate(read_script(path), 2):
        if line.startswith("(+"):
            clock.forward(DAY * int(line.removeprefix("(+").partition(" ")[0]))
            await person.opens()
        elif (outside := await told_from_outside(home, line)) is not None:
            await person.looks(await home.turn.take(Event(outside[0], f"outside-{number}", outside[1])))
        elif line.startswith("[") and line.endswith("]"):
            await person.presses(line[1:-1])
        else:
            await person.says(line)
        await settled(home, before + number)
    *_, told, kept = await newest(home)
    talk: Talk = _talk.decode(told)
    journey: Journey = _journey.decode(kept)
    return f"@ {talk.place} {case_word(journey)}"


async def told_from_outside(home: House, line: str) -> tuple[Address, Answered | Changed | Shared] | None:
    """What a line has others than the person say: the registry, whoever was asked for something, the platform; and to whom."""
    *where, said, _ = await newest(home)
    what = changed(line) or answered(line, _talk.decode(said).place) or shared(line)
    return (Address(*where), what) if what is not None else None


async def end_of(home: House, person: Person, path: Path, clock: Clock) -> str:
    """`walk`, and where it could not be walked, why: one journey that fails does not hide the others."""
    try:
        return await walk(home, person, path, clock)
    except (AssertionError, KeyError, TimeoutError, terminal.NotOfferedError) as error:
        return f"{type(error).__name__}: {error}"


async def newest(home: House) -> tuple[str, ...]:
    """The conversation that was begun last: its address, its talk and its case."""
    asked = (
        'SELECT c.channel, c.bot, c.chat, c.thread, c.talk, s."case" FROM conversation c '
        "LEFT JOIN subject s ON s.id = c.subject_id ORDER BY c.created DESC LIMIT 1"
    )
    return tuple(await home.store.read(lambda unit: unit.exec_driver_sql(asked).one()))


async def turns(home: House) -> int:
    found: int = await home.store.read(lambda unit: unit.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one())
    return found


async def settled(home: House, taken: int) -> None:
    """Until so many turns are taken and everything said is delivered."""
    async with asyncio.timeout(30):
        while True:
            if await turns(home) == taken and (await home.store.read(outbox.depth))[0] == 0:
                return
            await asyncio.sleep(0.01)


# A house with one channel, whom one meets there, and the house's clock.
Standing = tuple[House, Callable[[], Person], Clock]


@asynccontextmanager
async def in_the_terminal(database: str, folder: Path) -> AsyncIterator[Standing]:
    clock, number = Clock(NOON.timestamp()), itertools.count()
    with house(database, folder, clock=clock, catalogue=WORDS) as home:
        yield home, lambda: InTheTerminal(home, f"here-{next(number)}"), clock


@asynccontextmanager
async def on_the_web(database: str, folder: Path) -> AsyncIterator[Standing]:
    clock = Clock(NOON.timestamp())
    with house(database, folder, clock=clock, catalogue=WORDS) as home:
        app = application(home)
        async with AsyncExitStack() as opened:

            def meet() -> Person:
                client = httpx.AsyncClient(
                    transport=httpx.ASGITransport(app),
                    base_url="http://house",
                    headers={"x-requested-with": "donghanh"},
                )
                opened.push_async_callback(client.aclose)
                return OnTheWeb(client)

            yield home, meet, clock


@asynccontextmanager
async def on_telegram(database: str, folder: Path) -> AsyncIterator[Standing]:
    async with telegram_here(factor=FACTOR) as telegram:
        telegram.settings(on=False)
        settings = {"telegram_token": (TOKEN,), "telegram_api": telegram.url, "telegram_mode": "polling"}
        telegram.clock.forward(NOON.timestamp() - telegram.clock.time())
        async with connected(database, folder, clock=telegram.clock, **settings) as home:
            yield home, lambda: OnTelegram(telegram.citizen("Lan")), telegram.clock


@asynccontextmanager
async def on_zalo_bot(database: str, folder: Path) -> AsyncIterator[Standing]:
    clock = Clock(NOON.timestamp(), factor=FACTOR)
    with zalo_bot(follow_events="on") as zalo:
        settings = {"zalo_bot_token": (zalo.token,), "zalo_bot_api": zalo.url, "zalo_bot_secret": SECRET}
        async with listening(database, folder, clock=clock, zalo_switches=AS_FAST_AS_THEY_COME, **settings) as home:
            await asyncio.to_thread(zalo.happens, "probe")
            yield home, lambda: OnZalo(zalo.citizen("Lan")), clock


@asynccontextmanager
async def on_zalo_oa(database: str, folder: Path) -> AsyncIterator[Standing]:
    clock = Clock(NOON.timestamp(), factor=FACTOR)
    with zalo_oa() as zalo:
        joined = zalo_oa_house.connected(database, folder, zalo, clock=clock, zalo_switches=AS_FAST_AS_THEY_COME)
        async with joined as (home, _):
            yield home, lambda: OnZalo(zalo.citizen("Lan")), clock


CHANNELS = {
    "web": on_the_web, "terminal": in_the_terminal, "telegram": on_telegram, "zalo_bot": on_zalo_bot, "zalo_oa": on_zalo_oa,
}  # fmt: skip


def in_one_house(paths: list[Path]) -> list[list[Path]]:
    """Days that pass would pass for everybody: who lets them has a house alone."""
    alone = [path for path in paths if "\n> (+" in path.read_text(encoding="utf-8")]
    return [[path for path in paths if path not in alone], *([path] for path in alone)]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_journeys_end_where_their_transcripts_end(channel: str, migrated_sqlite: Path, tmp_path: Path) -> None:
    ended = dict[str, str]()
    for number, paths in enumerate(in_one_house(CHOSEN)):
        folder = tmp_path / str(number)
        await asyncio.to_thread(folder.mkdir)
        database = await asyncio.to_thread(shutil.copy, migrated_sqlite, folder / "house.db")
        standing: AbstractAsyncContextManager[Standing] = CHANNELS[channel](f"sqlite:///{database}", folder)
        async with standing as (home, meet, clock):
            home.errands.stop()  # what comes of an errand is in the transcript
            ended |= {path.stem: await end_of(home, meet(), path, clock) for path in paths}
    assert ended == {path.stem: path.read_text(encoding="utf-8").splitlines()[-1] for path in CHOSEN}
