"""What understanding costs: `python -m benchmarks.hearing`. CPU of one prediction, by length, and of reading the model."""

import statistics
import subprocess
import sys
import time

from content.hearing.meaning import understood
from content.hearing.model import Model

SHORT = "toi khong nhan duoc ma otp ve dien thoai, lam sao day chau oi"
LOAD = "import time, content.hearing.model as m; t = time.process_time(); m.Model(); print((time.process_time() - t) * 1e3)"


def timed(text: str, times: int) -> tuple[float, float]:
    """Median and worst CPU of one message in milliseconds."""
    spent = []
    for _ in range(times):
        before = time.process_time()
        understood(text)
        spent.append((time.process_time() - before) * 1e3)
    return statistics.median(spent), max(spent)


def main() -> None:
    loads = [
        float(subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    sys.stdout.write(f"model read       {statistics.median(loads):6.1f} ms CPU ({len(Model().labels)} intents)\n")
    for name, text, times in (("60 letters", SHORT, 500), ("1 000 letters", (SHORT + ". ") * 17, 60)):
        median, worst = timed(text[:1000], times)
        sys.stdout.write(f"{name:16} {median:6.2f} ms CPU median, {worst:.2f} at worst\n")


if __name__ == "__main__":
    main()
