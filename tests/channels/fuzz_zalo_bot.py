"""Events nobody would send, by the hundred thousand: `python -m tests.channels.fuzz_zalo_bot [COUNT] [SEED]`.

Structured: a valid event, flat or wrapped, with one to three things dropped, retyped, made huge, doubled or unknown. Bytes: a
valid body with bytes flipped, cut, repeated. Nothing may escape, nothing may answer 5xx, and the chat goes on afterwards.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from bot.emulators.clock import Clock
from bot.house import House
from bot.main import application
from tests.kit.build import house
from tests.kit.fuzz import bodies

TOKEN = "1459232241454765289:mo-phong-khong-phai-that"
SECRET = "a-secret-of-the-tests"
HOOK = "/zalo/bot/webhook"
CHATS = 25
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53, 2**63, 2**64, -(2**63), 10**40, 1.5, 1e308, "", " ", "0", "\x00", "a" * 5000, "\ud800",
    "\u202e\u200b\ufeff", "😀" * 300, "<b>&amp;</b>", "/start " + "x" * 80, "@Bot menu", [], {}, [[]], [None], {"": {}},
    ["x"] * 200, {"id": "x"}, {"id": True}, {"chat_type": "PRIVATE"},
    "GROUP", "079205000000", "mã otp 123456", "٣٤٥٦٧٨", "²", "1️⃣", "số" * 900,
)  # fmt: skip
TEXTS = (
    "chào", "menu", "/start", "1", "số 2", "cái cuối", "mã là 123456", "gặp người", "dừng", "toi ko hieu", "@Bot Đồng Hành menu",
)  # fmt: skip
NAMES = ("x", "chat", "from", "text", "result", "")


def valid(chance: random.Random, number: int) -> dict[str, Any]:
    """One event as the platform would write it, of a kind at random."""
    who = f"{chance.randrange(1, CHATS):020x}"
    chat = {"id": who, "chat_type": "PRIVATE"}
    if chance.random() < 0.2:
        chat = {"id": "f" + who[1:], "chat_type": "GROUP"}
    message: dict[str, Any] = {
        "from": {"id": who, "display_name": "Lan", "is_bot": False}, "chat": chat,
        "message_id": f"{number:020x}", "date": 1795320000000 + number,
    }  # fmt: skip
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("message.image.received", {"photo_url": "https://x/a.jpg", "caption": "", "message_type": "CHAT_PHOTO"}),
        ("message.image.received", {"photo": "https://x/a.jpg"}),
        ("message.voice.received", {"voice_url": "https://x/a.aac", "message_type": "CHAT_VOICE"}),
        ("message.sticker.received", {"sticker": "d063", "url": "https://x/a.png"}),
        ("message.unsupported.received", {}),
        ("message.new.received", {"new": {"x": 1}}),
        ("user.follow", {}),
        ("user.unfollow", {}),
    )
    name, more = "message.text.received", {"text": chance.choice(TEXTS)}
    if chance.random() < 0.4:
        name, more = chance.choice(kinds)
    event = {"event_name": name, "message": {**message, **more}}
    return {"ok": True, "result": event} if chance.random() < 0.3 else event


async def posted(app: Starlette, body: bytes) -> int:
    """The status a post to the webhook is answered with; whatever escapes the house comes out here. Without a client in
    between, which would cost more than what is tried."""
    status, given = 0, [{"type": "http.request", "body": body, "more_body": False}, {"type": "http.disconnect"}]
    headers = [(b"host", b"house"), (b"x-bot-api-secret-token", SECRET.encode())]

    async def receive() -> Any:
        return given.pop(0)

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": HOOK,
             "raw_path": HOOK.encode(), "query_string": b"", "root_path": "", "headers": headers}  # fmt: skip
    await app(scope, receive, send)
    return status


async def fuzz(home: House, count: int, seed: int, waits: list[float] | None = None) -> Counter[int]:
    """Post them all to the webhook of a house, several at a time; how often which status was answered. `waits` gets the
    seconds each answer took."""
    chance, told, app = random.Random(seed), Counter[int](), application(home)
    waiting = iter(bodies(chance, count, valid, ODD, NAMES))

    async def post() -> None:
        for body in waiting:
            begun = time.perf_counter()
            told[await posted(app, body)] += 1
            if waits is not None:
                waits.append(time.perf_counter() - begun)

    await asyncio.gather(*(post() for _ in range(16)))
    return told


async def journey(home: House) -> list[str]:
    """A person nobody has broken anything for: greeted, addressed, asked where they stand. The answers, and the place."""
    said, who, app = list[str](), "9" * 20, application(home)
    for number, text in enumerate(("chào", "số 1", "1")):
        message = {"message_id": f"{number:020x}", "date": 1, "text": text, "chat": {"id": who, "chat_type": "PRIVATE"},
                   "from": {"id": who, "is_bot": False}}  # fmt: skip
        event = {"event_name": "message.text.received", "message": message}
        said.append(str(await posted(app, json.dumps(event).encode())))
    place = f"SELECT place FROM conversation WHERE chat = '{who}'"
    said.append(str(await home.store.read(lambda unit: unit.exec_driver_sql(place).scalar())))
    return said


def settings() -> dict[str, Any]:
    # An address where nobody answers: what is fuzzed is what comes in.
    return {"zalo_bot_token": (TOKEN,), "zalo_bot_api": "http://127.0.0.1:9", "zalo_bot_secret": SECRET}


async def main(count: int, seed: int) -> int:
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with house(f"sqlite:///{folder}/fuzz.db", folder, clock=Clock(), **settings()) as home:
            told = await fuzz(home, count, seed, waits)
            after = await journey(home)
            letters = len(await home.store.read(lambda unit: unit.exec_driver_sql("SELECT 1 FROM dead_letter").all()))
    slowest = sorted(waits)[int(len(waits) * 0.999)]
    sys.stdout.write(
        f"{count} events, seed {seed}: {dict(sorted(told.items()))}, {letters} dead letters, 99.9 % answered within "
        f"{slowest * 1000:.0f} ms; afterwards {after}\n"
    )
    return 0 if not [s for s in told if s >= 500] and after[:3] == ["200"] * 3 else 1


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [100_000, 1][len(given) :]))))
