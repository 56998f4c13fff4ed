"""`python -m tests.registry.enumerating`: known and unknown numbers, walked through every page of a link and asked about as
contacts, compared in every status, header, word, button and length once what is drawn anew each time is masked.

Unknown are numbers nobody registered, and registered numbers with another phone.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from bot.gateways.linking import Begun
from bot.registry.loans import Start
from tests.registry.linking_walk import Browser, begun
from tests.registry.office import IN_TESTS, Office, office

STARTS = (Start.APP, Start.APPROVED1, Start.APPROVED2, Start.ACTIVATED2, Start.LOCKED2, Start.TAKEN2, Start.OVERDUE2)
TOGETHER = 60
DROPPED = ("set-cookie",)  # its length is compared, its value is drawn


@dataclass
class Arm:
    """One number with one phone, and what it was answered, in order."""

    number: str
    phone: str
    answers: list[tuple[str, ...]] = field(default_factory=list)
    browser: Browser | None = None

    def note(self, answer: httpx.Response, phrase: str) -> None:
        headers = [
            f"{n}: {len(v) if n in DROPPED else v}" for n, v in sorted(answer.headers.items()) if n != "content-length"
        ]
        text = answer.text.replace(phrase, "PHRASE") if phrase else answer.text
        text = re.sub(r'"subject":"[0-9a-f]{32}"', '"subject":"SUBJECT"', re.sub(r"\b\d\d:\d\d\b", "HH:MM", text))
        buttons = ",".join(re.findall(r"<button[^>]*>[^<]*", text))
        length = int(answer.headers.get("content-length", 0)) - len(answer.content) + len(text.encode())
        self.answers.append((str(answer.status_code), " | ".join(headers), str(length), buttons, text))


async def enumerated(
    house: Office, known: int, unknown: int, other_phone: int, times: int, seed: int = 1, told: bool = False
) -> tuple[list[str], int]:
    """Every difference between an unknown number and the first known one, and how many answers were compared. The
    population has to have `known + unknown + 2 * other_phone` people."""
    arms = await _arms(house, known, unknown, other_phone)
    first, chance = arms[0], random.Random(seed)
    chance.shuffle(arms)
    # Few at a time: a browser forgets its cookie after ten minutes of real time, and then everybody sees the first page.
    for begin in range(0, len(arms), TOGETHER):
        some = arms[begin : begin + TOGETHER]
        for _ in range(times):
            chance.shuffle(some)
            await _once(house, some)
        if told:
            print(f"{begin + len(some)} of {len(arms)} numbers asked", file=sys.stderr, flush=True)
    return list(_differences(first, arms)), sum(len(arm.answers) for arm in arms)


async def _arms(house: Office, known: int, unknown: int, other_phone: int) -> list[Arm]:
    """Who is tried: people of every standing with their own phone, others with somebody else's, and people nobody knows."""
    lent = [await house.ask("POST", "/loans", start=STARTS[n % len(STARTS)].value) for n in range(known + other_phone)]
    registered = [int(loan["person"]["person"]) for loan in lent]
    free = iter(n for n in range(house.registry.people.count, 0, -1) if n not in set(registered))
    pairs = [(person, person if n < known else next(free)) for n, person in enumerate(registered)]
    pairs += [(person, person) for person in (next(free) for _ in range(unknown))]
    return [Arm(house.person(person).number.reveal(), house.person(phone).phone.reveal()) for person, phone in pairs]


async def _once(house: Office, arms: Sequence[Arm]) -> None:
    """Everybody walks to the code, types wrong ones, has another sent, and goes; in between, time passes for all alike."""
    links = dict[int, Begun]()
    token = await house.client_token()
    for arm in arms:
        links[id(arm)] = await begun(house)
        arm.browser = Browser(house)
        await arm.browser.to_who(links[id(arm)])
    for fields in ("who", "wrong", "wrong", "wait"):
        for arm in arms:
            await _press(arm, fields, links[id(arm)])
    house.clock.on(seconds=61)
    for fields in ("again", "wrong", "back", "who", "wrong", "stop"):
        for arm in arms:
            await _press(arm, fields, links[id(arm)])
    for arm in arms:
        asked = {"json": {"phone": arm.phone}, "headers": {"authorization": f"Bearer {token}"}}
        arm.note(await house.client.post("/v1/contacts", **asked), "")  # type: ignore[arg-type]
    await house.registry.post.settled()
    house.clock.on(minutes=7)


async def _press(arm: Arm, what: str, link: Begun) -> None:
    assert arm.browser is not None
    fields = {
        "who": {"step": "who", "number": arm.number, "phone": arm.phone},
        "wrong": {"step": "code", "press": "try", "code": "000001"},
        "wait": {"step": "code", "press": "again"}, "again": {"step": "code", "press": "again"},
        "back": {"step": "code", "press": "back"}, "stop": {"step": "code", "press": "stop"},
    }  # fmt: skip
    arm.note(await arm.browser.client.post("/lien-ket", data=fields[what]), link.phrase)
    page = await arm.browser.client.get("/lien-ket")
    assert 'value="open"' not in page.text, "the browser still holds its link"
    arm.note(page, link.phrase)


def _differences(first: Arm, arms: Sequence[Arm]) -> Iterator[str]:
    whole = ("status", "headers", "length", "buttons", "text")
    for arm in arms:
        for n, (mine, other) in enumerate(zip(arm.answers, first.answers, strict=True)):
            yield from (f"answer {n}: {name}" for name, a, b in zip(whole, mine, other, strict=True) if a != b)


async def _alone(numbers: int, half: int, times: int) -> tuple[list[str], int]:
    """In a registry of its own."""
    with tempfile.TemporaryDirectory(prefix="enumerating-") as folder:
        url = f"sqlite:///{Path(folder) / 'registry.db'}"
        async with office(url, replace(IN_TESTS, people=numbers * 3)) as house:
            return await enumerated(house, numbers, numbers - half, half, times, told=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=1_000, help="known ones, and as many unknown ones")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    begun_at, half = time.monotonic(), given.numbers // 2
    differences, compared = asyncio.run(_alone(given.numbers, half, given.times))
    print(f"{given.numbers} known, {given.numbers} unknown numbers, {given.times} times each: {compared} answers compared, "
          f"{len(differences)} differ, {time.monotonic() - begun_at:.0f} s")  # fmt: skip
    for one in sorted(set(differences))[:20]:
        print(f"  {one}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
