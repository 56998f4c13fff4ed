"""Measures what the shield costs a message.

    python benchmarks/shield.py

Prints microseconds per message (p50, p99) over the samples of the tests, and for one harmless message of sixty letters.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from content.shield import shield  # noqa: E402

HARMLESS = "Cháu ơi, bác bấm gửi yêu cầu rồi mà máy không thấy gì hết cả"


def microseconds(texts: list[str], rounds: int = 5) -> list[float]:
    """The best of `rounds` for each text, sorted."""
    best = [float("inf")] * len(texts)
    for _ in range(rounds):
        for i, text in enumerate(texts):
            start = time.perf_counter_ns()
            shield(text)
            best[i] = min(best[i], (time.perf_counter_ns() - start) / 1_000)
    return sorted(best)


def main() -> None:
    rows = (ROOT / "tests/content/shield_samples.tsv").read_text("utf-8").splitlines()[1:]
    cells = [row.split("\t") for row in rows]
    groups = {
        "60 letters, nothing to find": [HARMLESS] * 500,
        "samples, harmless": [c[2] for c in cells if not c[1]],
        "samples, with secrets": [c[2] for c in cells if c[1]],
        "4 000 letters": [" ".join(c[2] for c in cells[i : i + 80])[:4_000] for i in range(0, 2_000, 80)],
    }
    for name, texts in groups.items():
        times = microseconds(texts)
        print(f"{name:30} p50 {times[len(times) // 2]:8.1f} µs   p99 {times[int(len(times) * 0.99)]:8.1f} µs")


if __name__ == "__main__":
    main()
