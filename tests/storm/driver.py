"""Many people talking over HTTP while the house is killed again and again; every answer is written down."""

import asyncio
import contextlib
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from itertools import zip_longest
from pathlib import Path
from typing import Any

import httpx

from bot.message import Event, Message, Typed
from flows.speech import Address, Opened, Pick
from tests.kit.build import house
from tests.kit.served import Served, start

HEADERS = {"x-requested-with": "donghanh"}
WORDS = ("con bấm rồi", "menu", "quay lại", "hôm qua", "nhắc lại", "gặp người", "ờ", "2")
IN_FLIGHT = 24
WARM_UP = 30


@dataclass(slots=True)
class Person:
    """One person: what they sent in order, what they were shown, and what the house acknowledged."""

    name: str
    chance: random.Random
    cookie: str = ""
    sent: list[tuple[str, Typed | Pick]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)

    def next(self) -> tuple[str, Typed | Pick]:
        offer = next((m["offer"] for m in reversed(self.shown) if m["offer"]), None)
        id_ = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        if offer is None or not offer["choices"] or self.chance.random() < 0.3:
            return id_, Typed(self.chance.choice(WORDS))
        return id_, Pick(offer["place"], self.chance.choice(offer["choices"])[0])


@dataclass(slots=True)
class Storm:
    """The whole: people, the house they talk to, and what was counted."""

    folder: Path
    command: tuple[str, ...] = ("-m", "bot", "run")
    people: int = 200
    kills: int = 30
    seed: int = 1
    running: Served | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    counts: Counter[str] = field(default_factory=Counter)
    client: httpx.AsyncClient | None = None
    busy: set[str] = field(default_factory=set)
    calm: bool = False

    async def rage(self) -> list[str]:
        """Let it rage; every wrong thing found afterwards, as sentences. An empty list is a kept promise."""
        chance = random.Random(self.seed)
        everyone = [Person(f"p{n}", random.Random(chance.random())) for n in range(self.people)]
        await self.restart()
        waiting = iter(everyone * 1000)
        talkers = [asyncio.create_task(self.talk(waiting)) for _ in range(IN_FLIGHT)]
        for _ in range(self.kills):
            await self.heard(WARM_UP)
            await asyncio.sleep(chance.uniform(0, 0.8))
            assert self.running is not None
            self.up.clear()
            await asyncio.to_thread(self.running.end)
            self.counts["kills"] += 1
            await self.restart()
        self.calm = True
        await asyncio.gather(*talkers)
        for person in everyone:
            await self.finish(person)
        assert self.running is not None
        if self.client is not None:
            await self.client.aclose()
        await asyncio.to_thread(self.running.end)
        return await compare(self.folder, everyone, self.counts)

    async def heard(self, more: int) -> None:
        """Wait until so many messages more are acknowledged, so that each kill falls into a busy moment."""
        until = self.counts["acknowledged"] + more
        while self.counts["acknowledged"] < until:  # noqa: ASYNC110 - the talkers count, nobody signals
            await asyncio.sleep(0.01)

    async def restart(self) -> None:
        self.running = await asyncio.to_thread(start, self.folder, self.command, REGISTRY_URL="none")
        if self.client is not None:
            await self.client.aclose()
        # Many people share this client: it must not keep anybody's cookie.
        no_jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self.client = httpx.AsyncClient(base_url=self.running.url, headers=HEADERS, timeout=5, cookies=no_jar)
        self.up.set()

    async def talk(self, waiting: Iterator[Person]) -> None:
        """Take the next person and say one thing for them, until it is calm."""
        for person in waiting:
            if self.calm:
                return
            if person.name in self.busy:
                await asyncio.sleep(0)
                continue
            self.busy.add(person.name)
            try:
                await self.say(person, person.next() if person.cookie else None)
            finally:
                self.busy.discard(person.name)

    async def finish(self, person: Person) -> None:
        if not person.cookie:
            await self.say(person, None)
        await self.say(person, person.next())

    async def say(self, person: Person, said: tuple[str, Typed | Pick] | None) -> None:
        """Say it until it is acknowledged; a broken line is "unknown", and the same id is sent again."""
        if said is not None:
            person.sent.append(said)
        while True:
            await self.up.wait()
            client = self.client
            assert client is not None
            try:
                if said is None:
                    answer = await client.post("/chat/open", json={})
                else:
                    mine = {"cookie": f"donghanh={person.cookie}"}
                    answer = await client.post("/chat/say", json=self.body(person, *said), headers=mine)
            except (httpx.HTTPError, OSError, RuntimeError):  # RuntimeError: the client was closed under way
                self.counts["unknown"] += 1
                await asyncio.sleep(0.02)
                continue
            if answer.status_code != 200:
                self.counts[f"status {answer.status_code}"] += 1
                await asyncio.sleep(0.02)
                continue
            break
        self.counts["acknowledged"] += 1
        if said is None:
            person.cookie = answer.cookies["donghanh"]
        else:
            person.acknowledged.append(said[0])
        last = person.shown[-1]["n"] if person.shown else 0
        person.shown += [m for m in answer.json()["messages"] if m["n"] > last]

    def body(self, person: Person, id_: str, what: Typed | Pick) -> dict[str, Any]:
        after = person.shown[-1]["n"] if person.shown else 0
        if isinstance(what, Typed):
            return {"id": id_, "text": what.text, "after": after}
        return {"id": id_, "press": {"place": what.place, "exit": what.exit}, "after": after}


async def compare(folder: Path, everyone: list[Person], counts: Counter[str]) -> list[str]:
    """What the house kept against what an untouched house says to the same words."""
    wrong: list[str] = []
    with contextlib.ExitStack() as stack:
        kept_folder, calm_folder = folder / "keys", folder / "calm"
        calm_folder.mkdir()
        kept_key = kept_folder / "house.key"
        (calm_folder / "test.key").write_text(kept_key.read_text(encoding="ascii"), encoding="ascii")
        (folder / "test.key").write_text(kept_key.read_text(encoding="ascii"), encoding="ascii")
        kept = stack.enter_context(house(f"sqlite:///{folder}/data/house.db", folder))
        calm = stack.enter_context(house(f"sqlite:///{calm_folder}/calm.db", calm_folder))
        for person in everyone:
            address = Address("web", "main", kept.vault.blind("webchat", person.cookie))
            found: list[Message] = []
            while batch := (await kept.mailbox.after(address, len(found)))[0]:
                found += batch
            refs = [m.ref for m in found if m.who == "me"]
            wrong += [f"{person.name}: lost {i}" for i in person.acknowledged if i not in refs]
            wrong += [f"{person.name}: {i} has its effect {n} times" for i, n in Counter(refs).items() if n > 1]
            if [m.number for m in found] != list(range(1, len(found) + 1)):
                wrong.append(f"{person.name}: the numbers have a gap")
            if refs != [i for i, _ in person.sent]:
                wrong.append(f"{person.name}: the order of what was said is another")
            await calm.turn.take(Event(address, "open", Opened()))
            for id_, what in person.sent:
                await calm.turn.take(Event(address, id_, what))
            expected: list[Message] = []
            while batch := (await calm.mailbox.after(address, len(expected)))[0]:
                expected += batch
            for mine, theirs in zip_longest(found, expected):
                if (
                    mine is None
                    or theirs is None
                    or (mine.who, mine.text, mine.offer) != (theirs.who, theirs.text, theirs.offer)
                ):
                    wrong.append(f"{person.name}: the conversation went another way: {mine}, untouched: {theirs}")
                    break
            counts["messages"] += len(found)
    return wrong
