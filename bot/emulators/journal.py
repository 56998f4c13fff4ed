"""What an emulator was asked, what it answered, delivered and showed: numbered, readable, on disk if wanted."""

import asyncio
import json
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.emulators.clock import Clock

KEPT = 20_000
HIDDEN = "…"
SECRET_NAMES = frozenset(
    "access_token refresh_token code code_verifier secret_token secret_key appsecret_proof x-bot-api-secret-token".split()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `at` is the emulator's time, ISO 8601, UTC; `what` is a word, `detail` JSON values."""

    number: int
    at: str
    what: str
    detail: dict[str, Any]

    def line(self) -> dict[str, Any]:
        return {"number": self.number, "at": self.at, "what": self.what, **self.detail}


class Journal:
    """Entries in order. With a file, each entry is on the disk before what it tells of is answered."""

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._waiting: set[asyncio.Future[None]] = set()
        self._file = file.open("ab", buffering=0) if file else None
        self.last = 0

    def note(self, what: str, **detail: Any) -> Entry:
        """Keep one entry; secrets in it are covered, whoever wrote them there."""
        self.last += 1
        entry = Entry(self.last, self._clock.now().isoformat(timespec="milliseconds"), what, covered(detail))
        self._entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(entry.line(), ensure_ascii=False, default=str).encode() + b"\n")
            os.fsync(self._file.fileno())
        self.wake()
        return entry

    def after(self, number: int) -> list[Entry]:
        return [entry for entry in self._entries if entry.number > number]

    async def beyond(self, number: int, seconds: float) -> bool:
        """True as soon as there is an entry after `number`; False when that many real seconds brought none."""
        if self.last > number:
            return True
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(told)
        try:
            await asyncio.wait_for(told, seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(told)
        return True

    def wake(self) -> None:
        """Let everyone look who waits for a new entry."""
        for told in self._waiting:
            if not told.done():
                told.set_result(None)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def covered(value: Any) -> Any:
    """The same, with the values of everything that opens a door replaced by how long they were."""
    match value:
        case dict():
            return {k: _cover(v) if str(k).lower() in SECRET_NAMES else covered(v) for k, v in value.items()}
        case list() | tuple():
            return [covered(part) for part in value]
        case _:
            return value


def _cover(value: Any) -> str:
    return f"{HIDDEN}({len(str(value))})" if value else ""
