"""`python -m tests.registry.storm`: many people going the whole way while the registry dies again and again, right before
or right after a commit. Every request is repeated until it is answered, under its key; in the end each thing must have
happened exactly once."""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from bot.registry.clients import Clients
from bot.registry.population import Person, Population
from storage.migrations import upgrade
from storage.vault import Vault
from tests.registry.office import GOOD_PASSCODE, GOOD_PASSWORD, KEY
from tests.registry.provider import Provider, provider
from tests.registry.running import Running, start_serving
from tests.registry.serve import PATIENT

IN_FLIGHT = 12
EACH_ONCE = ("account.take_level2", "account.approve", "account.activate")


class _Stuck(Exception):
    """This person cannot go on; why was written down."""


@dataclass
class Storm:
    """People, the processes they meet, and what was counted."""

    folder: Path
    url: str
    line: Provider
    people: int = 60
    kills: int = 10
    processes: int = 1
    seed: int = 1
    mutant: str = ""
    restarts: bool = True  # without: whoever is left goes on alone
    running: list[Running] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    token: str = ""
    finished: int = 0
    deaths: int = 0

    async def rage(self) -> list[str]:
        """Let it rage; what was wrong, as sentences."""
        await asyncio.to_thread(upgrade, self.url)
        secret = Clients(Vault(KEY), PATIENT).secret("storm")
        self.chance = random.Random(self.seed)
        self.running = await asyncio.gather(*(self.started() for _ in range(self.processes)))
        everybody = Population(PATIENT.people)
        waiting = [everybody.person(n) for n in range(self.people, 0, -1)]
        async with httpx.AsyncClient(timeout=10) as self.client:
            form = {"grant_type": "client_credentials", "client_id": "storm", "client_secret": secret}
            self.token = (await self.client.post(f"{self.running[0].url}/token", data=form)).json()["access_token"]
            talkers = [asyncio.create_task(self.go(waiting)) for _ in range(IN_FLIGHT)]
            await self.bring_back()
            await asyncio.gather(*talkers)
        for one in self.running:
            await asyncio.to_thread(one.stop)
        return self.wrong + await asyncio.to_thread(self.judged)

    async def started(self) -> Running:
        """A process with its death in it, as long as some are to die."""
        death = "never"
        if self.deaths < self.kills:
            self.deaths += 1
            death = f"{('before', 'after')[self.deaths % 2]}:{self.chance.randint(2, self.people)}"
        return await asyncio.to_thread(start_serving, self.folder, self.url, self.line.url, death, self.mutant)

    async def bring_back(self) -> None:
        """Whoever dies comes back, or the others go on alone."""
        while self.finished < self.people:
            for one in list(self.running):
                if one.process.poll() is None:
                    continue
                self.counts["deaths"] += 1
                one.kill()
                if self.restarts:
                    self.running[self.running.index(one)] = await self.started()
                else:
                    self.running.remove(one)
            await asyncio.sleep(0.01)

    async def go(self, waiting: list[Person]) -> None:
        while waiting:
            with contextlib.suppress(_Stuck):
                await self.live(waiting.pop())
            self.finished += 1

    async def live(self, who: Person) -> None:
        """Level 2 at the counter, approval, activation, log-in; every step until it is answered."""
        numbers: dict[str, Any] = {"number": who.number.reveal(), "phone": who.phone.reveal()}
        taken = await self.ask(
            who, "POST", "/counter/level2", self.token, **numbers, card=who.card, card_is_issued=who.card is None,
            portrait_taken=True, fingerprints_taken=True, consents=True,
        )  # fmt: skip
        self.expect(who, taken, "outcome", "moved")
        decided = await self.ask(
            who, "POST", f"/applications/{taken['application']}/decision", self.token, verdict="approve"
        )
        self.expect(who, decided, "outcome", "moved")
        phone = (await self.ask(who, "POST", "/handsets", sim=numbers["phone"]))["token"]
        for app in ("installed", "open"):
            await self.ask(who, "PUT", "/handset/app", phone, app=app)
        begun = await self.ask(who, "POST", "/activations", phone, **numbers)
        path, step, sent = f"/activations/{begun['id']}", begun["step"], len(self.line.codes_to(numbers["phone"]))
        while step != "done":
            before = step
            match step:
                case "code":
                    codes = await self.arrived(numbers["phone"], sent)
                    if not codes:
                        sent = len(self.line.codes_to(numbers["phone"]))
                        await self.ask(who, "POST", f"{path}/codes", phone)
                        continue
                    await self.ask(who, "POST", f"{path}/code", phone, code=codes[-1], may_be_over=True)
                    sent = max(sent, len(codes) - 1)
                case "password":
                    await self.ask(who, "POST", f"{path}/password", phone, password=GOOD_PASSWORD, may_be_over=True)
                case "passcode":
                    await self.ask(who, "POST", f"{path}/passcode", phone, passcode=GOOD_PASSCODE, may_be_over=True)
                case "questions":
                    chosen = [{"question": "q1", "answer": "a"}, {"question": "q2", "answer": "b"}]
                    await self.ask(who, "POST", f"{path}/questions", phone, chosen=chosen, may_be_over=True)
                case _:
                    self.wrong.append(f"{who.n}: stands at {step}")
                    return
            step = (await self.ask(who, "GET", path, phone))["step"]
            self.counts["repeated steps"] += step == before
        logged = await self.ask(who, "POST", "/logins", phone, number=numbers["number"], password=GOOD_PASSWORD)
        self.expect(who, logged, "outcome", "in")

    async def arrived(self, phone: str, before: int) -> list[str]:
        """The codes that came to a phone, if one is there or comes soon."""
        for _ in range(60):
            codes = self.line.codes_to(phone)
            if len(codes) > before or (codes and before == 0):
                return codes
            await asyncio.sleep(0.02)
        self.counts["codes that did not come"] += 1
        return []

    async def ask(
        self, who: Person, verb: str, path: str, token: str = "none", *, may_be_over: bool = False, **body: Any
    ) -> dict[str, Any]:
        """One request under one key, until it is answered by whichever process lives."""
        headers = {"authorization": f"Bearer {token}", "idempotency-key": f"storm-{random.getrandbits(80):020x}"}
        turn = who.n
        while True:
            turn += 1
            home = self.running[turn % len(self.running)].url if self.running else "http://127.0.0.1:9/v1"
            try:
                answer = await self.client.request(verb, home + path, headers=headers, json=body or None)
            except httpx.HTTPError:
                self.counts["lost answers"] += 1
                await asyncio.sleep(0.02)
                continue
            if answer.status_code == 503:
                await asyncio.sleep(0.02)
                continue
            self.counts["answers"] += 1
            said: dict[str, Any] = answer.json()
            if answer.is_error and not (may_be_over and answer.status_code == 409):
                self.wrong.append(f"{who.n}: {verb} {path}: {answer.status_code} {said['code']}")
                raise _Stuck
            return said

    def expect(self, who: Person, said: dict[str, Any], name: str, wanted: str) -> None:
        if said[name] != wanted:
            self.wrong.append(f"{who.n}: {name} is {said[name]}, not {wanted}")

    def judged(self) -> list[str]:
        """What the database holds against what must have happened."""
        wrong = [
            f"message {i} went out {n} times" for i, n in Counter(s["id"] for s in self.line.arrived).items() if n > 1
        ]
        engine = create_engine(self.url)
        with engine.connect() as unit:

            def rows(query: str) -> list[Any]:
                return list(unit.execute(text(query)))

            states = dict(
                tuple(r) for r in rows(f"SELECT person, state FROM registry_account WHERE person <= {self.people}")
            )
            wrong += [f"{n}: ended as {state}" for n, state in states.items() if state != "activated2"]
            moves = Counter(tuple(r) for r in rows("SELECT person, move FROM registry_change"))
            for n in range(1, self.people + 1):
                wrong += [f"{n}: {m} {moves[n, m]} times" for m in EACH_ONCE if moves[n, m] != 1]
            piles = Counter(r[0] for r in rows("SELECT person FROM registry_application"))
            wrong += [f"{n}: {count} applications" for n, count in piles.items() if count != 1]
            numbers = [r[0] for r in rows("SELECT number FROM registry_change ORDER BY number")]
            if numbers != list(range(1, len(numbers) + 1)):
                wrong.append("the feed has a gap")
            queued = Counter(tuple(r) for r in rows("SELECT request, counter FROM registry_sms WHERE counter > 0"))
            wrong += [f"code {which} was queued {n} times" for which, n in queued.items() if n != 1]
            used = Counter(r[0] for r in rows("SELECT person FROM registry_code WHERE used"))
            wrong += [f"{n}: {used[n]} codes were used" for n in range(1, self.people + 1) if used[n] != 1]
        engine.dispose()
        self.counts["messages"] = len(self.line.arrived)
        return wrong


def rage(title: str, url: str = "", **how: Any) -> list[str]:
    """One storm in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="registry-storm-") as folder, provider() as line:
        begun = time.monotonic()
        storm = Storm(Path(folder), url or f"sqlite:///{folder}/registry.db", line, **how)
        wrong = asyncio.run(storm.rage())
        counted = ", ".join(f"{n} {what}" for what, n in sorted(storm.counts.items()))
        print(f"{title}: {len(wrong)} wrong; {counted}; {time.monotonic() - begun:.0f} s", flush=True)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if not rage("a registry that forgets its keys", people=40, kills=6, seed=given.seed, mutant="forgets"):
        print("The planted fault was not caught: the storm proves nothing.")
        return 1
    wrong = rage("one process on SQLite", people=given.people, kills=given.kills, seed=given.seed)
    from tests.kit.postgres import databases

    with databases() as those:
        url = those.create()
        two = {"people": given.people, "kills": given.kills, "seed": given.seed, "processes": 2}
        wrong += rage("two processes on one PostgreSQL", url, **two)
    for sentence in wrong[:40]:
        print(f"  {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
