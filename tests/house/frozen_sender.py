"""A sender in a process of its own, to be frozen and woken: `python -m tests.house.frozen_sender URL FILE NAME LEASE PACE`.

What it sends is a line in FILE: whoever sends something twice, or out of order, is seen there.
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from bot.delivery import Delivery
from bot.message import Failed, Failure, Letter, Pace, Rate, Sent, Sentence
from bot.ports import LocalWake, SystemClock
from flows.speech import Address
from storage.store import Store


class Line:
    """A platform that takes a line; nothing of it can be taken back."""

    def __init__(self, file: Path, name: str, per_second: float) -> None:
        self.pace = Pace(chat=Rate(per_second, 1))
        self.file, self.name = os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY), name

    async def send(self, letter: Letter) -> Sent | Failed:
        if not letter.still_ours():
            return Failed(Failure.STALE, "stale")
        os.write(self.file, f"{self.name} {letter.address.chat} {letter.number}\n".encode())
        return Sent()

    async def reachable(self, bot: str) -> bool:
        return True

    async def typing(self, address: Address) -> None:
        pass

    async def health(self) -> list[Sentence]:
        return []


async def main(url: str, file: str, name: str, lease: str, per_second: str) -> None:
    line = Line(Path(file), name, float(per_second))
    store = Store(url)
    delivery = Delivery(
        store, SystemClock(), LocalWake(), {"telegram": line}, lambda word: None, lease=timedelta(seconds=float(lease))
    )
    sys.stdout.write("sending\n")
    sys.stdout.flush()
    await delivery.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
