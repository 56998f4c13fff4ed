"""What nobody would send: a valid event with things in it dropped, retyped, doubled or unknown, and a body broken as bytes."""

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]
# What no reader of JSON should fall over, whatever it reads.
NO_EVENTS = (
    b"", b"[" * 100_000, b"{" * 50_000, b'{"x":' + b"9" * 5000 + b"}", b"\xff\xfe", b"null", b"[1,2]", b'"x"',
)  # fmt: skip


def broken(chance: random.Random, event: Json, odd: Sequence[Any], names: Sequence[str]) -> Json:
    """One to three things of a copy of it changed: gone, `odd` ones in their place, or under one of these names."""
    event = copy.deepcopy(event)
    for _ in range(chance.randrange(1, 4)):
        where: Any = event
        while isinstance(where, dict | list) and where:
            key: Any = chance.choice(list(where)) if isinstance(where, dict) else chance.randrange(len(where))
            if isinstance(where[key], dict | list) and where[key] and chance.random() < 0.75:
                where = where[key]
                continue
            match chance.randrange(5):
                case 0:
                    del where[key]
                case 1 if isinstance(where, dict):
                    where[chance.choice(names)] = copy.deepcopy(chance.choice(odd))
                case 2:
                    where[key] = [where[key]] if chance.random() < 0.5 else {"id": where[key]}
                case _:
                    where[key] = copy.deepcopy(chance.choice(odd))
            break
    return event


def mangled(chance: random.Random, body: bytes) -> bytes:
    """Bytes of it flipped, cut, doubled or put in."""
    raw = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 3, 7))):
        spot = chance.randrange(len(raw) + 1)
        end = spot + chance.randrange(20 if chance.random() < 0.3 else 3)
        raw[spot:end] = raw[spot:end] * 2 if chance.random() < 0.2 else chance.randbytes(chance.randrange(6))
    return bytes(raw)


def written(chance: random.Random, event: Json) -> bytes:
    """An event as one or another writer of JSON has it."""
    text = json.dumps(event, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, None, None, 1)))
    return text.encode("utf-8", "surrogatepass")


def bodies(
    chance: random.Random, count: int, valid: Callable[[random.Random, int], Json], odd: Sequence[Any], names: Sequence[str]
) -> Iterator[bytes]:  # fmt: skip
    """Bodies of requests: mostly of broken events, some broken as bytes; `NO_EVENTS` at the end."""
    for number in range(1, count + 1):
        event = valid(chance, number)
        body = written(chance, broken(chance, event, odd, names) if chance.random() < 0.85 else event)
        yield mangled(chance, body) if chance.random() < 0.15 else body
    yield from NO_EVENTS
