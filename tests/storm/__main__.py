"""`make storm`: first the planted fault must be caught, then 200 conversations through 30 kills without a loss."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.storm.driver import Storm

MUTANT = ("-m", "tests.storm.mutant")


def rage(title: str, **how: object) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        begun = time.monotonic()
        storm = Storm(Path(folder), **how)  # type: ignore[arg-type]
        wrong = asyncio.run(storm.rage())
        counted = ", ".join(f"{n} {what}" for what, n in sorted(storm.counts.items()))
        print(f"{title}: {len(wrong)} wrong; {counted}; {time.monotonic() - begun:.0f} s", flush=True)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    caught = rage("acknowledges before the commit", command=MUTANT, people=40, kills=5, seed=given.seed)
    if not any("lost" in w or "another" in w for w in caught):
        print("The planted fault was not caught: the storm proves nothing.")
        return 1
    wrong = rage("the house", people=given.people, kills=given.kills, seed=given.seed)
    for sentence in wrong[:40]:
        print(f"  {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
