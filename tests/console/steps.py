"""A process that takes one time step of somebody's phone many times at once: `python -m tests.console.steps URL ID STEP N`."""

import asyncio
import sys

from storage import staff
from storage.store import Store


async def main(url: str, staff_id: int, step: int, times: int) -> int:
    """How often it was accepted."""
    store = Store(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        taken = await asyncio.gather(
            *(store.write(lambda unit: staff.spend_step(unit, staff_id, step)) for _ in range(times))
        )
    finally:
        store.close()
    return sum(taken)


if __name__ == "__main__":
    url, staff_id, step, times = sys.argv[1:]
    sys.stdout.write(f"{asyncio.run(main(url, int(staff_id), int(step), int(times)))}\n")
