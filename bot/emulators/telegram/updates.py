"""What a bot has not heard yet: its queue of updates, their numbers, how long they are kept."""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from bot.emulators.clock import Clock

Json = dict[str, Any]

DAY = 86_400
CALLBACK_LIFE = 150  # seconds; read in the server's source
IDLE_WEEK = 7 * DAY
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member", "chat_member",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "poll", "poll_answer",
    "chat_join_request", "shipping_query", "pre_checkout_query",
)  # fmt: skip


@dataclass(slots=True)
class Update:
    """One update. `lane`: updates of one lane are delivered one after the other."""

    id: int
    kind: str
    body: Json
    lane: str
    expires: float

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """The updates of one bot, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next = random.randint(100_000_000, 900_000_000)  # noqa: S311
        self._newest = clock.time()
        self.allowed: list[str] | None = None  # None: everything that is delivered by default
        self.waiting: list[Update] = []
        self.changed = asyncio.Event()

    def add(self, kind: str, body: Json, lane: str, life: float = DAY) -> Update | None:
        """Put it into the queue; None when the bot does not want its kind."""
        if not self.wants(kind):
            return None
        now = self._clock.time()
        if now - self._newest >= IDLE_WEEK:
            self._next = random.randint(100_000_000, 900_000_000)  # noqa: S311
        self._newest = now
        update = Update(self._next, kind, body, lane, now + life)
        self._next += 1
        self.waiting.append(update)
        self.tell()
        return update

    def wants(self, kind: str) -> bool:
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    def allow(self, kinds: list[str] | None) -> None:
        """What `allowed_updates` says: nothing said leaves it as it was, an empty list is the default."""
        if kinds is not None:
            known = [kind for kind in kinds if kind in KINDS]
            self.allowed = known or None

    def pending(self) -> list[Update]:
        """Those that are still alive; the others are forgotten now."""
        now = self._clock.time()
        self.waiting = [update for update in self.waiting if update.expires > now]
        return self.waiting

    def drop(self, update: Update) -> None:
        if update in self.waiting:
            self.waiting.remove(update)
        self.tell()

    def clear(self) -> None:
        self.waiting.clear()

    def tell(self) -> None:
        """Wake whoever waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()

    def read(self, offset: int, limit: int) -> list[Update]:
        """As getUpdates: what is before a positive offset is confirmed and gone; a negative one keeps the last ones."""
        pending = self.pending()
        if offset < 0:
            self.waiting = pending[offset:]
        elif offset > 0:
            self.waiting = [update for update in pending if update.id >= offset]
        return self.waiting[:limit]
