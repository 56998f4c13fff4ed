"""One of several processes that do errands on one PostgreSQL: `python -m tests.house.resend_worker`, until it is killed."""

import asyncio
import os
from datetime import timedelta

from bot import main
from bot.errands.errands import Errands
from bot.settings import read

LEASE = timedelta(seconds=3)  # shorter than an asking may take, so that errands are taken over while they are asked


async def work() -> None:
    with main.build(read(os.environ)) as home:
        doers = home.errands._doers
        await Errands(
            home.store, home.vault, home.turn, home.clock, home.wake, doers, lambda _: None, lease=LEASE
        ).run()  # fmt: skip


if __name__ == "__main__":
    asyncio.run(work())
