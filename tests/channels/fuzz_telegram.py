"""Updates nobody would send, by the hundred thousand: `python -m tests.channels.fuzz_telegram [COUNT] [SEED]`.

Structured: a valid update with one to three things dropped, retyped, made huge, doubled or unknown. Bytes: a valid body
with bytes flipped, cut, repeated. Nothing may escape, nothing may answer 5xx, and the chat goes on normally afterwards.
"""

import asyncio
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from bot.emulators.clock import Clock
from bot.house import House
from bot.main import application
from tests.kit.build import house
from tests.kit.fuzz import bodies

TOKEN = "9000000001:AAmoPhong_khong_phai_that_0123456789"
SECRET = "a-secret-of-the-tests_0"
CHATS = 25
HUGE = 10**40
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53, 2**63, -(2**63), HUGE, 1.5, float("1e308"), "", " ", "0", "\x00", "a" * 5000, "\ud800",
    "\u202e\u200b\ufeff", "😀" * 300, "<b>&amp;</b>", "/start " + "x" * 80, "/help@ai_do", [], {},
    [[]], [None], {"": {}}, ["x"] * 200,
    {"id": "x"}, {"id": True}, {"type": "private"}, "079205000000", "mã otp 123456", "٣٤٥٦٧٨", "²",
)  # fmt: skip
NAMES = ("x", "chat", "from", "text", "date", "")


def valid(chance: random.Random, number: int) -> dict[str, Any]:
    """One update as Telegram would write it, of a kind at random."""
    user = chance.randrange(1, CHATS)
    sender = {"id": user, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    chat: dict[str, Any] = {"id": user, "type": "private"}
    if chance.random() < 0.2:
        chat = {"id": -user, "type": chance.choice(["group", "supergroup", "channel"]), "title": "Nhóm"}
    message: dict[str, Any] = {"message_id": number, "date": 1795320000 + number, "chat": chat, "from": sender}
    texts = (
        "chào",
        "menu",
        "/start",
        "/start abc",
        "/help",
        "1",
        "số 2",
        "mã là 123456",
        "gặp người",
        "dừng",
        "toi ko hieu",
    )
    kind = chance.randrange(12)
    match kind:
        case 0:
            return {"update_id": number, "callback_query": {
                "id": str(number), "from": sender, "message": message, "chat_instance": "1",
                "data": chance.choice(["welcome.start|bac", "x|y", "·", "everywhere.menu|stop", "|"]),
            }}  # fmt: skip
        case 1:
            status = chance.choice(["kicked", "left", "member", "administrator"])
            member = {
                "old_chat_member": {"status": "left"},
                "new_chat_member": {"status": status},
                "chat": chat,
                "from": sender,
            }
            return {"update_id": number, "my_chat_member": {**member, "date": 1}}
        case 2:
            return {"update_id": number, "edited_message": {**message, "edit_date": 5, "text": chance.choice(texts)}}
        case 3:
            odd = chance.choice(
                ["photo", "voice", "sticker", "contact", "location", "document", "poll", "story", "new_kind"]
            )
            return {"update_id": number, "message": {**message, odd: {"user_id": user, "file_id": "x"}}}
        case 4:
            return {"update_id": number, "message": {**message, "migrate_to_chat_id": -100000 - user}}
        case 5:
            return {"update_id": number, "message": {**message, "text": "x", "forward_origin": {"type": "user"}}}
        case 6:
            return {
                "update_id": number,
                chance.choice(["poll", "inline_query", "channel_post", "business_message"]): message,
            }
        case _:
            topic = {"is_topic_message": True, "message_thread_id": 7} if chance.random() < 0.2 else {}
            return {"update_id": number, "message": {**message, **topic, "text": chance.choice(texts)}}


async def fuzz(home: House, count: int, seed: int) -> Counter[int]:
    """Post them all to the webhook of a house, several at a time; how often which status was answered."""
    chance, told = random.Random(seed), Counter[int]()
    waiting = iter(bodies(chance, count, valid, ODD, NAMES))
    transport = httpx.ASGITransport(application(home), raise_app_exceptions=True)
    headers = {"x-telegram-bot-api-secret-token": SECRET}
    async with httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers) as client:

        async def post() -> None:
            for body in waiting:
                told[(await client.post("/telegram/webhook", content=body)).status_code] += 1

        await asyncio.gather(*(post() for _ in range(16)))
    return told


async def journey(home: House) -> list[str]:
    """A person nobody has broken anything for: greeted, addressed, asked where they stand."""
    said = []
    transport = httpx.ASGITransport(application(home))
    headers = {"x-telegram-bot-api-secret-token": SECRET}
    async with httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers) as client:
        for number, text in enumerate(("/start", "Bác", "Chưa làm gì cả")):
            message = {"message_id": 900 + number, "date": 1, "text": text, "chat": {"id": 990, "type": "private"},
                       "from": {"id": 990, "is_bot": False}}  # fmt: skip
            answer = await client.post("/telegram/webhook", json={"update_id": 10**7 + number, "message": message})
            said.append(str(answer.status_code))
    place = "SELECT place FROM conversation WHERE chat = '990'"
    said.append(str(await home.store.read(lambda unit: unit.exec_driver_sql(place).scalar())))
    return said


def settings(folder: Path) -> dict[str, Any]:
    # An address where nobody answers: what is fuzzed is what comes in.
    return {"telegram_token": (TOKEN,), "telegram_api": "http://127.0.0.1:9", "telegram_secret": SECRET}


async def main(count: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with house(f"sqlite:///{folder}/fuzz.db", folder, clock=Clock(), **settings(folder)) as home:
            told = await fuzz(home, count, seed)
            after = await journey(home)
            for channel in home.channels.values():
                await channel.stop()
            letters = len(await home.store.read(lambda unit: unit.exec_driver_sql("SELECT 1 FROM dead_letter").all()))
    sys.stdout.write(
        f"{count} updates, seed {seed}: {dict(sorted(told.items()))}, {letters} dead letters; afterwards {after}\n"
    )
    return 0 if not [s for s in told if s >= 500] and after[:3] == ["200"] * 3 else 1


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [100_000, 1][len(given) :]))))
