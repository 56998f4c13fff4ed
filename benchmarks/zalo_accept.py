"""How soon the Official Account's webhook answers: 200 events a second, whatever is still under way (an open loop).

    python -m benchmarks.zalo_accept [--rate 200] [--seconds 60] [--people 500] [--messages 0.25]

The house is `python -m bot run` on a SQLite file, its replies go to a Zalo OA emulator; both are processes of their own. A
quarter of the events are messages of people, as on the platform: what we answer comes back three times, as sent, received and
seen (and it takes 66 messages a second from us, no more). Each event has a moment at which it is due, and its time runs from
that moment, sent late or not: so a stall counts for all who would have come in it. Zalo waits for two seconds; the house answers
200 only for what is kept.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.oauth import Granted
from bot.emulators.zalo_oa import console
from bot.message import Event, Taken
from bot.ports import SystemClock, UnavailableError
from bot.settings import Settings
from storage import migrations
from storage.secrets import SealedSecrets
from storage.store import Store
from storage.vault import claim, open_key

WORDS = ("chào cháu", "1", "2", "3", "menu", "con bấm rồi mà nó cứ quay vòng vòng hoài", "không hiểu", "quay lại")
ECHOES = ("oa_send_text", "user_received_message", "user_seen_message")
WARM_UP = 5  # seconds that are not counted
ENOUGH = 0.999
LINES = 64  # connections Zalo keeps open, at most


class _ClosedDoor:
    async def take(self, event: Event) -> Taken:
        raise UnavailableError(event.kind)


def started(stack: ExitStack, ready: str, *command: str, **environment: str) -> str:
    """A process of ours, until the end; the address it says it is reached at."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *command], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    stack.callback(process.wait, 30)
    stack.callback(process.send_signal, signal.SIGTERM)
    assert process.stdout is not None
    for line in process.stdout:
        if ready in line:
            return line.rpartition(": ")[2].strip()
    raise SystemExit(f"`bot {' '.join(command)}` ended at once")


def consented(settings: Settings, emulator: str) -> None:
    """A pair of tokens in the house's database, before it starts."""
    answer = httpx.post(
        f"{emulator}/emulator/grant", json={}, headers={"x-requested-with": "donghanh"}, trust_env=False
    )
    pair = answer.json()
    store, vault = Store(settings.database_url), open_key(settings.key_file)
    migrations.upgrade(settings.database_url)
    store.write_now(lambda unit: claim(unit, vault))
    channel = ZaloOa(settings, _ClosedDoor(), SystemClock(), lambda _: None, {}, SealedSecrets(store, vault))
    granted = Granted(pair["access_token"], pair["refresh_token"], 90_000, 7_776_000, 0.0)
    asyncio.run(channel.tokens.store(granted, console.OA_ID))
    store.close()


async def people(emulator: str, count: int) -> list[str]:
    """Invented citizens the emulator knows, so that replies arrive."""
    async with httpx.AsyncClient(trust_env=False, headers={"x-requested-with": "donghanh"}) as desk:
        answers = [
            await desk.post(f"{emulator}/emulator/people", json={"name": f"Người thử {n}"}) for n in range(count)
        ]
        ids = [str(answer.json()["id"]) for answer in answers]
        for id_ in ids:
            await desk.post(f"{emulator}/emulator/follow", json={"from": id_, "on": True})
        return ids


def event(number: int, person: str, chance: random.Random, messages: float = 1.0) -> tuple[bytes, str]:
    """A signed event: with the chance `messages` a person's words, else an echo of ours."""
    at = str(int(time.time() * 1000))
    name = "user_send_text" if chance.random() < messages else chance.choice(ECHOES)
    told = {
        "app_id": console.APP_ID, "sender": {"id": person}, "recipient": {"id": console.OA_ID}, "event_name": name,
        "message": {"text": chance.choice(WORDS), "msg_id": f"bench{number}"}, "timestamp": at,
    }  # fmt: skip
    raw = json.dumps(told, ensure_ascii=False).encode()
    return raw, "mac=" + hashlib.sha256(
        console.APP_ID.encode() + raw + at.encode() + console.OA_SECRET.encode()
    ).hexdigest()


class Line:
    """One connection to the house, kept open. A client library would cost more than what is measured, and grow slow with what
    waits in it."""

    def __init__(self, house: str) -> None:
        parsed = urlsplit(house)
        self._host, self._port = parsed.hostname or "", parsed.port or 80
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, raw: bytes, signature: str) -> str:
        """The status; the connection is made anew where the house has closed it."""
        if self._ends is None:
            self._ends = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._ends
        head = "POST /zalo/oa/webhook HTTP/1.1\r\nHost: house\r\nContent-Type: application/json\r\n"
        head += f"X-ZEvent-Signature: {signature}\r\nContent-Length: {len(raw)}\r\n\r\n"
        try:
            writer.write(head.encode() + raw)
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(answer.partition("content-length:")[2].split("\r\n")[0]))
        except (OSError, asyncio.IncompleteReadError) as error:
            self._ends = None
            return type(error).__name__
        return answer.split()[1]

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].close()


async def measure(
    house: str, ids: list[str], rate: float, seconds: float, messages: float
) -> tuple[list[float], Counter[str]]:
    """The seconds from the moment each event was due to its answer, and what the answers were."""
    chance, took, answers, count = random.Random(1), list[float](), Counter[str](), int(rate * (seconds + WARM_UP))
    lines = [Line(house) for _ in range(LINES)]
    free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
    for line in lines:
        free.put_nowait(line)

    async def post(number: int, due: float) -> None:
        line = await free.get()
        raw, signature = event(number, ids[number % len(ids)], chance, messages)
        told = await line.post(raw, signature)
        free.put_nowait(line)
        if number >= rate * WARM_UP:
            took.append(time.perf_counter() - due)
            answers[told] += 1

    begun, tasks = time.perf_counter(), set[asyncio.Task[None]]()
    for number in range(count):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(post(number, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    for line in lines:
        line.close()
    return sorted(took), answers


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument(
        "--messages", type=float, default=0.25, help="the share of the events that are people's messages"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        emulator = started(stack, "is ready", "emulate", "zalo-oa", "--port", "0")
        ids = asyncio.run(people(emulator, given.people))
        url, key = f"sqlite:///{folder}/data/house.db", folder / "keys" / "house.key"
        settings = {
            "DATABASE_URL": url, "KEY_FILE": str(key), "PORT": "0", "ZALO_OA_APP_ID": console.APP_ID,
            "ZALO_OA_APP_SECRET": console.APP_SECRET, "ZALO_OA_SECRET_KEY": console.OA_SECRET, "ZALO_OA_API": emulator,
            "ZALO_OAUTH": emulator, "ZALO_ZBS": emulator,
        }  # fmt: skip
        mine = Settings(
            database_url=url, key_file=key, zalo_oa_app_id=console.APP_ID, zalo_oa_app_secret=console.APP_SECRET
        )
        consented(mine, emulator)
        house = started(stack, "is ready", "run", **{f"DONGHANH_{k}": v for k, v in settings.items()})
        took, answers = asyncio.run(measure(house, ids, given.rate, given.seconds, given.messages))
    late = took[int(len(took) * ENOUGH)]
    print(
        f"{given.rate:.0f} events/s for {given.seconds:.0f} s, {dict(answers)}: p50 {took[len(took) // 2] * 1e3:.1f} ms   "
        f"p99 {took[int(len(took) * 0.99)] * 1e3:.1f} ms   p99.9 {late * 1e3:.1f} ms   max {took[-1] * 1e3:.1f} ms"
    )
    return int(late >= 1.0 or set(answers) != {"200"})


if __name__ == "__main__":
    sys.exit(main())
