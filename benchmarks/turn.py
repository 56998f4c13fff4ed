"""A turn, from the message in to the reply committed: turns/s, p50, p99, CPU per turn.

    python -m benchmarks.turn [--database URL] [--people 200] [--turns 20000] [--in-flight 1 32]

In one process, through the one door, on a real file: no HTTP. Each person walks the book by pressing the first
choice that leads on, with a free text in between; the number in flight is the number of people talking at a time.
"""

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from pathlib import Path

from bot.house import House
from bot.main import build
from bot.message import Event, Taken, Typed
from bot.settings import Settings
from flows.speech import Address, Opened, Pick


async def person(home: House, name: str, turns: int, took: list[float]) -> None:
    """One person's turns, one after another."""
    address = Address("web", "main", name)
    taken: Taken | None = None
    for number in range(turns):
        offer = next((m.offer for m in reversed(taken.messages) if m.offer), None) if taken else None
        if taken is None:
            what: Opened | Typed | Pick = Opened()
        elif number % 5 == 4 or offer is None or not offer.choices:
            what = Typed("con bấm rồi mà nó cứ quay vòng vòng hoài")
        else:
            what = Pick(offer.place, offer.choices[number % len(offer.choices)][0])
        begun = time.perf_counter()
        taken = await home.turn.take(Event(address, str(number), what))
        took.append(time.perf_counter() - begun)


async def measure(home: House, in_flight: int, people: int, turns: int) -> None:
    each = max(turns // people, 1)
    waiting, took = iter(range(people)), list[float]()

    async def slot() -> None:
        for n in waiting:
            await person(home, f"{in_flight}-{n}", each, took)

    before, begun = cpu(), time.perf_counter()
    await asyncio.gather(*(slot() for _ in range(in_flight)))
    wall, used = time.perf_counter() - begun, cpu() - before
    took.sort()
    print(
        f"in flight {in_flight:3}: {len(took) / wall:8.0f} turns/s   p50 {statistics.median(took) * 1e3:6.2f} ms   "
        f"p99 {took[int(len(took) * 0.99)] * 1e3:6.2f} ms   max {took[-1] * 1e3:6.1f} ms   "
        f"{used / len(took) * 1e6:5.0f} µs CPU/turn   ({len(took)} turns)"
    )


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="sqlite:///… or postgresql://…; a fresh SQLite file if not given")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[1, 32])
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd() if Path("data").is_dir() else None) as folder:
        url = given.database or f"sqlite:///{folder}/data/turn.db"
        with build(Settings(database_url=url, key_file=Path(folder) / "bench.key")) as home:
            home.catalogue.preload("vi")
            for in_flight in given.in_flight:
                asyncio.run(measure(home, in_flight, given.people, given.turns if in_flight > 1 else given.turns // 4))


if __name__ == "__main__":
    main()
