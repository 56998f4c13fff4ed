"""Delivery to a bot's webhook: lanes in order, again after failures, until a day is over."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.emulators.clock import Clock
from bot.emulators.telegram.faults import Faults, Trouble
from bot.emulators.telegram.journal import Journal
from bot.emulators.telegram.updates import Update, Updates

Json = dict[str, Any]

SECRET = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_WITHIN = 60.0  # seconds
NEVER_BEFORE = 2.0  # real seconds: a compressed clock does not make the network faster
LONGEST_WAIT = 60  # seconds; doubled by chance
LONGEST_RETRY_AFTER = 3600
GONE_FOR = 23 * 3600  # seconds of nothing but 410, after which the webhook is taken away


@dataclass(slots=True)
class Lane:
    """One chat's updates: how often the first one failed, and when it is tried again."""

    failed: int = 0
    delay: int = 1
    due: float = 0.0
    under_way: bool = False


@dataclass(slots=True)
class Hook:
    """The webhook of one bot while it is set."""

    bot: int
    url: str
    secret: str
    most: int  # connections at once
    updates: Updates
    clock: Clock
    journal: Journal
    faults: Faults
    carry_out: Callable[[Json], Awaitable[None]]  # a method given as the answer
    gone: Callable[[], None]  # 410 for too long
    last_error: str = ""
    last_error_at: int = 0
    lanes: dict[str, Lane] = field(default_factory=dict)
    closed: bool = False
    _first_gone: float = 0.0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _loop: asyncio.Task[None] | None = None
    _session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        self._loop = asyncio.create_task(self._run())

    async def close(self) -> None:
        for task in (*self._tasks, *([self._loop] if self._loop else [])):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._session:
            await self._session.close()

    def busy(self) -> int:
        """How many deliveries are on the wire."""
        return len(self._tasks)

    async def _run(self) -> None:
        with self.clock.work():
            while not self.closed or self._tasks:
                changed = self.updates.changed
                wake = self._send_what_is_due()
                await self.clock.wait(changed, wake)
        if self._session:
            await self._session.close()

    def _send_what_is_due(self) -> float | None:
        """Start every delivery that may start; returns when the next one is due."""
        now, wake = self.clock.time(), None
        pending = [] if self.closed else self.updates.pending()
        alive = {update.lane for update in pending}
        self.lanes = {name: lane for name, lane in self.lanes.items() if name in alive or lane.under_way}
        if outage := self.faults.outage():
            return outage.until
        seen: set[str] = set()
        for update in pending:
            if update.lane in seen:
                continue
            seen.add(update.lane)
            lane = self.lanes.setdefault(update.lane, Lane())
            if lane.under_way:
                continue
            if lane.due > now:
                wake = lane.due if wake is None else min(wake, lane.due)
            elif len(self._tasks) < self.most:
                lane.under_way = True
                task = asyncio.create_task(self._deliver(update, lane))
                self._tasks.add(task)
                task.add_done_callback(self._over)
        return wake

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.updates.tell()

    async def _deliver(self, update: Update, lane: Lane) -> None:
        with self.clock.work():
            number = self.journal.note(
                "delivery", bot=self.bot, update=update.id, kind=update.kind, attempt=lane.failed + 1
            )
            try:
                status, reason, retry_after, body = await self._post(update)
            finally:
                lane.under_way = False
            self.journal.note(
                "delivered", delivery=number, bot=self.bot, update=update.id, status=status, reason=reason
            )
            if 200 <= status < 300:
                self._first_gone = 0.0
                if self.faults.strikes((Trouble.DUPLICATE,)):
                    self.journal.note("fault", kind="duplicate", update=update.id)
                    lane.due = 0.0
                    return
                lane.failed, lane.delay, lane.due = 0, 1, 0.0
                self.updates.drop(update)
                await self._obey(body)
                return
            self._failed(update, lane, status, reason, retry_after)

    def _failed(self, update: Update, lane: Lane, status: int, reason: str, retry_after: int) -> None:
        now = self.clock.time()
        self.last_error, self.last_error_at = reason, int(now)
        if status == 410:
            self._first_gone = self._first_gone or now
            if now > self._first_gone + GONE_FOR:
                self.closed = True
                self.gone()
        else:
            self._first_gone = 0.0
        wait = min(max(0, retry_after), LONGEST_RETRY_AFTER)
        if not wait and lane.failed:
            lane.delay = min(random.randint(LONGEST_WAIT, 2 * LONGEST_WAIT), lane.delay * 2)  # noqa: S311
            wait = lane.delay
        lane.failed += 1
        lane.due = now + wait
        if lane.due > update.expires:
            self.journal.note("dropped", bot=self.bot, update=update.id, why=reason)
            lane.failed, lane.delay, lane.due = 0, 1, 0.0
            self.updates.drop(update)

    async def _post(self, update: Update) -> tuple[int, str, int, bytes]:
        """(status or 0, what went wrong, Retry-After, body)."""
        headers = {"Content-Type": "application/json", **({SECRET: self.secret} if self.secret else {})}
        body = json.dumps(update.json(), ensure_ascii=False).encode()
        sending = asyncio.create_task(self._exchange(body, headers))
        patience = asyncio.create_task(self._patience())
        try:
            await asyncio.wait({sending, patience}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                return 0, "Read timeout expired", 0, b""
            return sending.result()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refused = isinstance(error, aiohttp.ClientConnectorError)
            return 0, "Connection refused" if refused else "Connection closed", 0, b""
        finally:
            for task in (sending, patience):
                task.cancel()

    async def _patience(self) -> None:
        started = time.monotonic()
        await self.clock.sleep(ANSWER_WITHIN)
        if self.clock.factor > 1:
            await asyncio.sleep(NEVER_BEFORE + started - time.monotonic())

    async def _exchange(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, int, bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None), trust_env=False)
        async with self._session.post(self.url, data=body, headers=headers, allow_redirects=False) as answer:
            answered = await answer.read()
            given = answer.headers.get("Retry-After", "")
            wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}" if answer.status > 299 else ""
            return answer.status, wrong, int(given) if given.isdecimal() else 0, answered

    async def _obey(self, body: bytes) -> None:
        """A bot may answer an update with a call; what asks for something or touches the webhook is not carried out."""
        try:
            call = json.loads(body)
        except ValueError:
            return
        method = str(call.get("method", "")).lower() if isinstance(call, dict) else ""
        if method and not method.startswith("get") and method not in ("setwebhook", "deletewebhook", "close", "logout"):
            await self.carry_out(call)
