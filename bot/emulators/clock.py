"""The emulators' own time: it runs with the machine's, jumps when told to, and may stand still."""

import asyncio
from datetime import UTC, datetime, timedelta


class Clock:
    """Every window, expiry, retry and wait of an emulator goes by this clock, so that a week costs nothing."""

    def __init__(self, at: datetime | None = None) -> None:
        self._skipped = timedelta(0)
        self._stands_at: datetime | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self.over = asyncio.Event()  # the emulator ends: nobody waits any longer
        if at is not None:
            self.set(at)

    def now(self) -> datetime:
        """This moment, aware, UTC."""
        return self._stands_at if self._stands_at is not None else datetime.now(UTC) + self._skipped

    def ms(self) -> int:
        """This moment in milliseconds since 1970, as both Zalo products count."""
        return int(self.now().timestamp() * 1000)

    @property
    def stands(self) -> bool:
        return self._stands_at is not None

    def forward(self, seconds: float) -> None:
        """Jump ahead; whoever waits for a moment that has passed by this goes on."""
        self.set(self.now() + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> None:
        """Make it that moment (aware)."""
        if self._stands_at is not None:
            self._stands_at = moment.astimezone(UTC)
        else:
            self._skipped = moment - datetime.now(UTC)
        self._tell()

    def stand(self) -> None:
        """Stand still: from now on time passes only by `forward` and `set`."""
        self._stands_at = self.now()
        self._tell()

    def run(self) -> None:
        """Run again from where it stands."""
        if self._stands_at is not None:
            at, self._stands_at = self._stands_at, None
            self.set(at)

    async def sleep_until(self, moment: datetime) -> None:
        """Return when `moment` has come, by running or by a jump."""
        while (left := (moment - self.now()).total_seconds()) > 0 and not self.over.is_set():
            told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(told)
            try:
                await asyncio.wait_for(told, None if self.stands else left)
            except TimeoutError:
                continue
            finally:
                self._waiting.discard(told)

    def end(self) -> None:
        """Let everyone go who waits: the emulator is about to stop."""
        self.over.set()
        self._tell()

    async def sleep(self, seconds: float) -> None:
        await self.sleep_until(self.now() + timedelta(seconds=seconds))

    def _tell(self) -> None:
        for told in self._waiting:
            if not told.done():
                told.set_result(None)
