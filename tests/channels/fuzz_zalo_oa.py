"""Events of every shape through the whole house: no 5xx, and a normal conversation afterwards.

    python -m tests.channels.fuzz_zalo_oa [--events 100000] [--bytes 20000] [--seed 1]

An event begins as a real one; then values are changed, taken away, doubled, nested, or made huge. It is signed as Zalo signs, so
what is tried is what lies behind the signature. Bytes are changed at random, half of them signed afterwards.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.channels.zalo_oa import ZaloOa
from bot.house import House, signs
from flows.speech import Address
from storage import conversations, messages
from storage.secrets import SealedSecrets
from tests.channels.zalo_oa_house import APP, OA, WORDS, body, settings_of, signed, text_event
from tests.kit.build import house
from tests.kit.fuzz import broken, mangled, written

PATH = "/zalo/oa/webhook"
AT_ONCE = 32
KINDS = "text image gif sticker audio video file location link business_card group_text group_image hologram".split()
NAMES = [
    *(f"user_send_{kind}" for kind in KINDS),
    *"""follow unfollow user_click_chatnow user_submit_info create_group delete_group
user_seen_message oa_send_text anonymous_send_text permission_revoked x""".split(),
]
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53 + 1, 2**64, 10**40, 1.5, 1e308, "", " ", "0", "\x00", "\ud800", "\u202e" * 50, "a" * 5000,
    "1" * 150, "Nguyễn", "mã otp là 123456", [], {}, [[]], [None], {"id": 1}, {"id": {"id": "1"}}, "g1", "|", "%7C", "/menu",
    "9" * 30,
)  # fmt: skip
ODD_NAMES = ("x", "message", "sender", "info", "1" * 19, "")


def whole(chance: random.Random) -> dict[str, Any]:
    """A real event of a random kind, of one of a few people."""
    person, number = str(9007199254740993000 + chance.randrange(40)), chance.randrange(10**9)
    event = text_event(chance.choice(["chào cháu", "1", "2", "menu", "không hiểu", ""]), person)
    event |= {"event_name": chance.choice(NAMES), "timestamp": str(1795000000000 + number), "oa_id": OA}
    event["message"] |= {
        "msg_id": f"{number:x}",
        "attachments": [{"type": "link", "payload": {"url": "https://a.example/"}}],
    }
    event |= {
        "follower": {"id": person},
        "user_id": person,
        "group_id": "77",
        "info": {"name": "Thử", "phone": 84900000001},
    }
    return event


def header(raw: bytes) -> str:
    """As Zalo would sign it, whatever it is."""
    try:
        told = json.loads(raw)
        return signed(raw, str(told["timestamp"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return signed(raw, "1795000000000")


async def fuzz(home: House, events: int, bytes_: int, seed: int) -> Counter[str]:
    """What was answered, by kind of attack and status. AssertionError for a 5xx or a conversation that is broken afterwards."""
    chance, answered = random.Random(seed), Counter[str]()
    channel = ZaloOa(
        home.settings, home.turn, home.clock, lambda word: home.counts.update([word]), signs("commands", "buttons"),
        SealedSecrets(home.store, home.vault),
    )  # fmt: skip
    channel._webhook._within = 60  # what is too slow is tried elsewhere; here only what is wrong may be a 5xx
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as zalo:

        async def post(kind: str, raw: bytes, signature: str) -> None:
            answer = await zalo.post(PATH, content=raw, headers=[(b"x-zevent-signature", signature.encode())])
            answered[f"{kind} {answer.status_code}"] += 1
            assert answer.status_code < 500, f"{answer.status_code} for {raw[:500]!r}"

        def one(kind: str) -> Any:
            raw = written(
                chance, broken(chance, whole(chance), ODD, ODD_NAMES) if chance.random() < 0.8 else whole(chance)
            )
            if kind == "event":
                return post(kind, raw, header(raw))
            bad = mangled(chance, raw)
            return post(kind, bad, header(bad) if chance.random() < 0.5 else header(raw))

        for kind, count in (("event", events), ("bytes", bytes_)):
            for begun in range(0, count, AT_ONCE):
                await asyncio.gather(*(one(kind) for _ in range(min(AT_ONCE, count - begun))))
        person = "1234567890123456789"
        for number, said in enumerate(("chào", "1", "1", "menu")):
            raw = body(
                text_event(said, person, timestamp=str(1796000000000 + number))
                | {"message": {"text": said, "msg_id": f"z{number}"}}
            )
            await post("afterwards", raw, signed(raw))
    await channel.stop()
    found = await home.store.read(lambda unit: conversations.find(unit, Address("zalo_oa", APP, person)))
    assert found is not None
    log = await home.store.read(lambda unit: messages.newest(unit, found.id, 50))
    assert sum(m.who == "me" for m in log) == 4
    assert sum(m.who == "house" for m in log) >= 4
    return answered


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder, begun = Path(name), time.monotonic()
        with house(f"sqlite:///{folder}/fuzz.db", folder, catalogue=WORDS, **settings_of(None)) as home:
            answered = asyncio.run(fuzz(home, given.events, given.bytes, given.seed))
            counted = dict(sorted(home.counts.items()))
    for told, times in sorted(answered.items()):
        print(f"{times:7}  {told}")
    print(f"counted: {counted}\nno 5xx, and a normal conversation afterwards; {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
