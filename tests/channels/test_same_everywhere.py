"""The same journey on every channel ends at the same place with the same case. `JOURNEYS=all` walks all of them."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from bot.commands.talk import read_script
from bot.emulators.telegram.clock import Clock
from bot.main import House, application
from bot.turn import case_word
from flows.core.journey import Journey
from flows.speech import Talk
from storage import outbox
from storage.conversations import _journey, _talk
from tests.kit.build import NOON, house
from tests.kit.connected import WORDS, connected
from tests.kit.talk import journeys
from tests.kit.telegram import TOKEN, Citizen, telegram_here

FACTOR = 60
EVERY = 1 if os.environ.get("JOURNEYS") == "all" else 15
# A day that passes is the business of tests/journeys; what a channel carries is words and presses.
CHOSEN = [path for path in journeys() if "(+" not in path.read_text(encoding="utf-8")][::EVERY]


class Person(Protocol):
    """Somebody on a channel."""

    async def opens(self) -> None: ...

    async def says(self, text: str) -> None: ...

    async def presses(self, label: str) -> None: ...


class OnTelegram:
    def __init__(self, citizen: Citizen) -> None:
        self.citizen = citizen

    async def opens(self) -> None:
        self.citizen.starts()

    async def says(self, text: str) -> None:
        self.citizen.writes(text)

    async def presses(self, label: str) -> None:
        self.citizen.presses(label)


class OnTheWeb:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.count, self.shown = client, 0, dict[str, tuple[str, str]]()

    async def opens(self) -> None:
        self._shown((await self.client.post("/chat/open")).json())

    async def says(self, text: str) -> None:
        await self._say({"text": text})

    async def presses(self, label: str) -> None:
        place, exit_ = self.shown[label]
        await self._say({"press": {"place": place, "exit": exit_}})

    async def _say(self, body: dict[str, object]) -> None:
        self.count += 1
        id_ = f"00000000-0000-4000-8000-{self.count:012d}"
        answer = await self.client.post("/chat/say", json={"id": id_, **body})
        assert answer.status_code == 200
        self._shown(answer.json())

    def _shown(self, answer: dict[str, object]) -> None:
        messages = answer["messages"]
        assert isinstance(messages, list)
        for message in messages:
            if offer := message["offer"]:
                above = self.shown if offer["place"].endswith(".house") else {}
                self.shown = {**above, **{label: (offer["place"], exit_) for exit_, label in offer["choices"]}}


async def walk(home: House, person: Person, path: Path) -> tuple[str, str]:
    """Play a transcript's lines; the place and the case it ends with."""
    await person.opens()
    await settled(home, 1)
    for number, line in enumerate(read_script(path), 2):
        if line.startswith("[") and line.endswith("]"):
            await person.presses(line[1:-1])
        else:
            await person.says(line)
        await settled(home, number)
    row = await home.store.read(
        lambda unit: unit.exec_driver_sql(
            'SELECT c.talk, s."case" FROM conversation c LEFT JOIN subject s ON s.id = c.subject_id'
        ).one()
    )
    talk: Talk = _talk.decode(row[0])
    journey: Journey = _journey.decode(row[1])
    return talk.place, case_word(journey)


async def settled(home: House, turns: int) -> None:
    """Until so many turns are taken and everything said is delivered."""
    async with asyncio.timeout(20):
        while True:
            taken = await home.store.read(lambda unit: unit.exec_driver_sql("SELECT count(*) FROM inbox").scalar())
            waiting, _ = await home.store.read(outbox.depth)
            if taken == turns and waiting == 0:
                return
            await asyncio.sleep(0.002)


@asynccontextmanager
async def on_telegram(database: str, folder: Path) -> AsyncIterator[tuple[House, Person]]:
    async with telegram_here(factor=FACTOR) as telegram:
        telegram.settings(on=False)
        settings = {"telegram_token": (TOKEN,), "telegram_api": telegram.url, "telegram_mode": "polling"}
        telegram.clock.jump(NOON.timestamp() - telegram.clock.time())
        async with connected(database, folder, clock=telegram.clock, **settings) as home:
            yield home, OnTelegram(telegram.citizen("Lan"))


@asynccontextmanager
async def on_the_web(database: str, folder: Path) -> AsyncIterator[tuple[House, Person]]:
    with house(database, folder, clock=Clock(NOON.timestamp()), catalogue=WORDS) as home:
        transport = httpx.ASGITransport(application(home))
        headers = {"x-requested-with": "donghanh"}
        async with httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers) as client:
            yield home, OnTheWeb(client)


CHANNELS = {"web": on_the_web, "telegram": on_telegram}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("path", CHOSEN, ids=lambda p: p.stem)
async def test_a_journey_ends_where_its_transcript_ends(
    path: Path, channel: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    transcript = await asyncio.to_thread(path.read_text, encoding="utf-8")
    database = await asyncio.to_thread(shutil.copy, migrated_sqlite, tmp_path / "house.db")
    async with CHANNELS[channel](f"sqlite:///{database}", tmp_path) as (home, person):
        place, case = await walk(home, person, path)
    assert f"@ {place} {case}" == transcript.splitlines()[-1]
