"""How fast messages may leave: one bucket per bot, per chat, per group; answers to people go before what goes to many."""

from collections import Counter
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.message import Pace, Rate
from bot.ports import Clock
from flows.speech import Address
from storage.messages import BULK

MOST_BUCKETS = 4096
RESERVE = 0.5  # the share of a bot's burst that what goes to many leaves to answers


class Bucket:
    """`burst` at once, then `per_second` (the generic cell rate algorithm): keeps one moment, whatever the traffic."""

    def __init__(self, rate: Rate) -> None:
        self._step = timedelta(seconds=1 / rate.per_second)
        self._depth = self._step * rate.burst
        self._full_at: datetime | None = None  # when the bucket will be full again

    def free_at(self, now: datetime, reserve: float = 0.0) -> datetime:
        """When the next message may go, leaving `reserve` of the burst untouched."""
        full_at = max(self._full_at or now, now)
        return max(now, full_at + self._step - self._depth * (1 - reserve))

    def take(self, now: datetime) -> None:
        self._full_at = max(self._full_at or now, now) + self._step

    def idle(self, now: datetime) -> bool:
        return self._full_at is None or self._full_at <= now


class Pacer:
    """Waits for a message's turn. One per process: a platform's 429 corrects what several processes do together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[Hashable, Bucket] = {}
        self._live: Counter[tuple[str, str]] = Counter()  # answers that wait, by bot

    def next_at(self, pace: Pace, address: Address, *, group: bool, priority: int) -> datetime:
        """When a message there could go, as things stand now."""
        now, bulk = self._clock.now(), priority >= BULK
        free = [
            b.free_at(now, RESERVE if bulk and shared else 0.0) for b, shared in self._of(pace, address, group=group)
        ]
        return max([now, *free])

    async def turn(self, pace: Pace, address: Address, *, group: bool, priority: int) -> None:
        """Return when the message may go, having taken its place."""
        bot, bulk = (address.channel, address.bot), priority >= BULK
        if not bulk:
            self._live[bot] += 1
        try:
            while True:
                at = self.next_at(pace, address, group=group, priority=priority)
                now = self._clock.now()
                if at <= now and not (bulk and self._live[bot]):
                    break
                await self._clock.sleep_until(max(at, now + timedelta(milliseconds=20)))
        finally:
            if not bulk:
                self._live[bot] -= 1
        for bucket, _ in self._of(pace, address, group=group):
            bucket.take(self._clock.now())

    def _of(self, pace: Pace, address: Address, *, group: bool) -> list[tuple[Bucket, bool]]:
        """The buckets of an address; true for the one it shares with all of its bot."""
        found = []
        chat = (address.channel, address.bot, address.chat)
        for key, rate, shared in (
            (chat[:2], pace.bot, True), (chat, pace.group if group else pace.chat, False),
        ):  # fmt: skip
            if rate is not None:
                if key not in self._buckets:
                    self._forget_idle()
                    self._buckets[key] = Bucket(rate)
                found.append((self._buckets[key], shared))
        return found

    def _forget_idle(self) -> None:
        if len(self._buckets) >= MOST_BUCKETS:
            now = self._clock.now()
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.idle(now)}
