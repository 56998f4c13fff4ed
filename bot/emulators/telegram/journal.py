"""Everything that arrived at the emulator and everything that left it, in order; optionally in a file that survives it."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from bot.emulators.clock import Clock

KEPT = 20_000  # entries in memory; the file has all

Entry = dict[str, Any]


class Journal:
    """Entries as JSON objects.

    `n` (1, 2, 3 …), `mono` (the machine's monotonic seconds, the same for all processes of a machine), `at` (emulated
    unix time), `what`: "call", "effect", "answer", "update", "delivery", "phone", "fault"; then what belongs to it.
    """

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._number = 0
        self.entries: list[Entry] = []
        self.changed = asyncio.Event()
        self._file = file.open("ab", buffering=0) if file else None

    def note(self, what: str, **values: Any) -> int:
        """Add an entry; with a file, return after it is on the disk. Returns its number."""
        self._number += 1
        mono, at = round(time.monotonic(), 6), round(self._clock.time(), 3)
        entry = {"n": self._number, "mono": mono, "at": at, "what": what, **values}
        self.entries.append(entry)
        if len(self.entries) > KEPT:
            del self.entries[: KEPT // 10]
        if self._file:
            self._file.write(json.dumps(_without_secret(entry), ensure_ascii=False).encode(errors="replace") + b"\n")
            os.fsync(self._file.fileno())
        self.changed.set()
        self.changed = asyncio.Event()
        return self._number

    @property
    def last(self) -> int:
        return self._number

    def after(self, number: int) -> list[Entry]:
        """The entries behind `number`."""
        first = self.entries[0]["n"] if self.entries else 1
        return self.entries[max(0, number + 1 - first) :]

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def _without_secret(entry: Entry) -> Entry:
    """The secret of a webhook is its bot's own: it is not written down."""
    given = entry.get("parameters")
    return {**entry, "parameters": {**given, "secret_token": "…"}} if given and "secret_token" in given else entry
