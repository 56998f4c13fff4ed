"""The registry put together over its own database, and what it does by itself: approvals that are due, SMS, forgetting."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot.ports import Clock, LocalWake, SystemClock
from bot.registry import approvals
from bot.registry.clients import Clients
from bot.registry.hashes import Hashes
from bot.registry.options import Options, Pace
from bot.registry.population import Population
from bot.registry.post import Post
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.sitting import Desk, question
from bot.registry.sms import HttpLine, Inbox, Line
from storage import migrations
from storage.registry import accounts, applications, changes, erasing, limits, sms
from storage.registry.answers import Key
from storage.store import Store, UnavailableError
from storage.vault import Vault, claim

T = TypeVar("T")
LOG = logging.getLogger(__name__)
ROUND = timedelta(seconds=1)
SWEEP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Registry:
    """Every part of the registry. `inbox` is None when SMS go to a provider."""

    options: Options
    store: Store
    vault: Vault
    clock: Clock
    wake: LocalWake
    people: Population
    hashes: Hashes
    clients: Clients
    desk: Desk
    post: Post
    inbox: Inbox | None
    provider: HttpLine | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self, query: Callable[[Connection], T]) -> T:
        """Read something in one consistent view."""
        return await self.store.read(query)

    async def news(self, topic: str, seconds: float) -> None:
        """Wait until something is told under a topic, so many seconds at most; a registry that closes keeps nobody waiting."""
        waiting = {asyncio.ensure_future(self.wake.wait(topic, seconds)), asyncio.ensure_future(self.closing.wait())}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def keep_pace(self, what: str, who: str, pace: Pace) -> None:
        """Count one more of these; RefusedError TOO_OFTEN when it is more than its pace allows."""
        now = self.clock.now()
        one = limits.Try(self.vault.blind(f"registry limit {what}", who), pace.burst, pace.every, now)
        wait = await self.store.write_together(limits.spend, one)
        if wait is not None:
            raise RefusedError(Refusal.TOO_OFTEN, seconds=wait.total_seconds())

    async def forget_pace(self, what: str, who: str) -> None:
        """Start counting anew."""
        key = self.vault.blind(f"registry limit {what}", who)
        await self.store.write(lambda unit: limits.forget(unit, key))

    def key(self, caller: str, path: str, key: str, *asked: object) -> Key:
        """The idempotency key of a question."""
        return question(self.vault, caller, path, key, asked)

    async def tick(self) -> None:
        """Do what is due now: approvals by clock or queue, and SMS that are still to be sent."""
        now = self.clock.now()
        for application in await self.look(lambda unit: applications.due(unit, now)):
            await self.desk.sit(application.person, approvals.approving(application.id))
        if await self.look(lambda unit: sms.anything_due(unit, now)):
            await self.post.deliver()

    async def sweep(self) -> None:
        """Forget what is old, and take back people whose loan is over."""
        now = self.clock.now()
        await self.store.write(lambda unit: erasing.forget_old(unit, now))
        for person in await self.look(lambda unit: accounts.overdue_loans(unit, now)):
            await self.store.write(lambda unit, person=person: erasing.take_back(unit, person, now))  # type: ignore[misc]

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The registry doing by itself what is due, for as long as the block runs."""
        at_work = asyncio.create_task(self._work())
        try:
            yield
        finally:
            self.closing.set()
            await at_work
            await self.post.settled()
            if self.provider is not None:
                await self.provider.close()

    async def _work(self) -> None:
        swept: datetime | None = None
        while not self.closing.is_set():
            try:
                await self.tick()
                now = self.clock.now()
                if swept is None or now >= swept + SWEEP:
                    await self.sweep()
                    swept = now
            except UnavailableError:
                pass  # the database comes back, or the requests say that it does not
            except Exception as error:
                # Approvals and SMS must go on; the type alone is told, since a text could hold what somebody typed.
                LOG.error("the registry's own work was interrupted: %s", type(error).__name__)  # noqa: TRY400
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), ROUND.total_seconds())


@contextlib.contextmanager
def build(
    url: str,
    vault: Vault,
    options: Options | None = None,
    *,
    clock: Clock | None = None,
    line: Line | None = None,
    serve: bool = False,
) -> Iterator[Registry]:
    """A registry over the database at `url` (of its own: never the assistant's), brought to the newest tables; closed at
    the end of the block. `serve` claims a SQLite file for this process. KeyMissingError, AlreadyServedError: see `Store`."""
    options, clock, wake = options or Options(), clock or SystemClock(), LocalWake()
    people = Population(options.people)
    store = Store(url)
    hashes = Hashes(vault, options.hashing)
    provider = HttpLine(options.sms_url, options.sms_token) if options.sms_url else None
    inbox = None if provider or line else Inbox(wake, clock.now)
    outside = line or (provider or inbox or Inbox(wake, clock.now)).take
    try:
        if serve:
            store.serve()
        migrations.upgrade(url)
        store.write_now(lambda unit: claim(unit, vault))
        store.write_now(changes.prepare)
        store.write_now(lambda unit: accounts.populate(unit, options.people))
        post = Post(store, vault, clock, people, options, outside)
        desk = Desk(store, vault, clock, wake, people, options, post)
        clients = Clients(vault, options)
        yield Registry(options, store, vault, clock, wake, people, hashes, clients, desk, post, inbox, provider)
    finally:
        hashes.close()
        store.close()
