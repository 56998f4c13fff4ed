"""The house as people meet it: a process of its own, started by the command, told to stop by a signal."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = "Đồng Hành is ready: "


@dataclass(slots=True)
class Served:
    """A running house."""

    process: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        """kill -9, the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def end(self) -> None:
        """kill -9, and let go of its output."""
        self.kill()
        if self.process.stdout:
            self.process.stdout.close()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a house whose every file lies in `folder`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DONGHANH_")}
    mine = {
        "DATABASE_URL": f"sqlite:///{folder}/data/house.db",
        "KEY_FILE": f"{folder}/keys/house.key",
        "PORT": "0",
        **settings,
    }
    return {**clean, **{f"DONGHANH_{k}": v for k, v in mine.items()}}


def start(folder: Path, command: tuple[str, ...] = ("-m", "bot", "run"), **settings: str) -> Served:
    """Start it and wait for its ready line; RuntimeError with its own words when it ends instead."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment(folder, **settings), text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(READY):
            reached = line.removeprefix(READY).strip()
            return Served(process, reached.partition("listening on ")[2].rstrip(")") or reached)
        lines.append(line)
    process.stdout.close()
    raise RuntimeError(f"it ended with {process.wait(timeout=30)}: {''.join(lines)}")


@contextlib.contextmanager
def served(folder: Path, command: tuple[str, ...] = ("-m", "bot", "run"), **settings: str) -> Iterator[Served]:
    running = start(folder, command, **settings)
    try:
        yield running
    finally:
        running.end()
