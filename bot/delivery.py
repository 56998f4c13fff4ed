"""How messages leave the house: claimed by conversation, sent in order, at the platform's pace, marked within milliseconds.

A conversation is claimed as a whole (`storage/outbox.py`), so its messages can never overtake each other. What surely was not
taken is tried again, the wait growing; what perhaps was taken (the answer was lost) is tried once more at most, after the
platform has answered a harmless question, and counted; what can never arrive is given up and listed.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.bundles import Bundle, bundles
from bot.message import Failed, Failure, Letter, Mark, Sent
from bot.pacing import Pacer
from bot.ports import OUTBOX, Clock, Sender, UnavailableError, Wake
from storage import conversations, outbox
from storage.messages import BULK, GIVEN_UP, NOTICE, UNKNOWN
from storage.outbox import Claim, Note
from storage.store import Store
from storage.store import UnavailableError as StoreUnavailableError

MOST_AT_ONCE = 64
MOST_BULK = 16
LEASE = timedelta(seconds=60)
# Half of it must be left before a send: longer than any channel's deadline for one.
POLL = timedelta(seconds=1)
LONGEST_HINT = 3600.0
TOO_OLD = timedelta(hours=24)
LONGEST_WAIT = 60.0
PROBE_AT_MOST = 30.0
PATIENCE = 0.05  # seconds: nearer than this, a person is not kept waiting noticeably


class Delivery:
    """The sender that all written-to channels share. `counted(word)` counts what happened, by words of ours."""

    def __init__(
        self, store: Store, clock: Clock, wake: Wake, senders: Mapping[str, Sender], counted: Callable[[str], None], *,
        lease: timedelta = LEASE,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._wake = store, clock, wake
        self._senders, self._counted, self._lease = senders, counted, lease
        self._pacer = Pacer(clock)
        self._chains: dict[asyncio.Task[None], bool] = {}  # true for what goes to many
        self._held: dict[tuple[str, str], datetime] = {}
        self._probes: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._refusals: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
        self._closing = asyncio.Event()

    async def run(self) -> None:
        """Deliver until `stop`."""
        if self._store.on_sqlite:
            await self._ready_to_begin()
        while not self._closing.is_set():
            # The hint is asked for before the truth is read, so that nothing falls between the two.
            hint = asyncio.ensure_future(self._wake.wait(OUTBOX, LONGEST_HINT))
            claims: list[tuple[Claim, bool]] = []
            try:
                claims = await self._claim()
            except StoreUnavailableError:
                self._counted("delivery_database_away")
            for claim, bulk in claims:
                task = asyncio.create_task(self._chain(claim))
                self._chains[task] = bulk
                task.add_done_callback(self._over)
            if claims:
                hint.cancel()
            else:
                await self._wait(POLL, hint)

    async def stop(self, seconds: float = 6.0) -> None:
        """Let what is being sent arrive and be marked; what waits stays in the outbox."""
        self._closing.set()
        self._wake.wake(OUTBOX)
        for probe in self._probes.values():
            probe.cancel()
        if self._chains:
            _, late = await asyncio.wait(self._chains, timeout=seconds)
            for task in late:
                task.cancel()

    def held(self) -> Mapping[tuple[str, str], datetime]:
        """Bots that do not send at the moment, and until when; for the health page."""
        return self._held

    async def _ready_to_begin(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(StoreUnavailableError):
                await self._store.write(outbox.release_all)
                return
            await self._wait(POLL)

    async def _claim(self) -> list[tuple[Claim, bool]]:
        free = MOST_AT_ONCE - len(self._chains)
        if free <= 0 or not self._senders:
            return []
        now = self._clock.now()
        self._held = {bot: until for bot, until in self._held.items() if until > now}
        held = tuple(self._held)
        if not await self._store.read(lambda unit: outbox.anything_due(unit, now, held)):
            return []
        bulk_free = max(0, min(free, MOST_BULK - sum(self._chains.values())))

        def work(unit: Connection) -> list[tuple[Claim, bool]]:
            live = outbox.claim(unit, now, now + self._lease, free, held=held, priority=NOTICE)
            left = min(bulk_free, free - len(live))
            many = outbox.claim(unit, now, now + self._lease, left, held=held) if left else []
            return [(c, False) for c in live] + [(c, True) for c in many]

        return await self._store.write(work)

    async def _wait(self, longest: timedelta, hint: asyncio.Future[bool] | None = None) -> None:
        """For a hint, or for the poll: the poll is the truth, since another process's turn gives this one no hint."""
        hint = hint or asyncio.ensure_future(self._wake.wait(OUTBOX, LONGEST_HINT))
        time = asyncio.ensure_future(self._clock.sleep_until(self._clock.now() + longest))
        waiting: set[asyncio.Future[Any]] = {hint, time}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hint.cancel()
            time.cancel()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._chains.pop(task, None)
        self._wake.wake(OUTBOX)
        if not task.cancelled() and task.exception() is not None:
            # A fault of ours: the lease runs out, and the message is tried again then.
            self._counted("delivery_fault")

    # One conversation

    async def _chain(self, claim: Claim) -> None:
        """Send what waits in one conversation, in order, then let it go."""
        try:
            conversation = claim.conversation_id
            waiting = await self._store.read(lambda unit: outbox.letters(unit, conversation))
            sender = self._senders.get(claim.address.channel)
            bundled = bundles(waiting, sender.pace.joins if sender else 0)
            for one in bundled:
                kept = await self._send(claim, one, last=one is bundled[-1])
                if kept is None:
                    return
                claim = kept
            if not bundled:
                await self._note(Note(claim, release=True))
        except (StoreUnavailableError, UnavailableError):
            self._counted("delivery_database_away")  # the lease runs out; nothing was marked that did not happen

    async def _send(self, claim: Claim, one: Bundle, *, last: bool) -> Claim | None:
        """Send one message and write down what became of it; the claim ends with the `last`. None when this conversation
        must wait, or is no longer ours."""
        sender = self._senders.get(claim.address.channel)
        if sender is None or self._clock.now() - one.at > TOO_OLD:
            reason = "too_old" if sender else "no_such_channel"
            told = Note(claim, one.numbers, GIVEN_UP, one.attempts, reason=reason, release=last)
            return claim if await self._note(told) else None
        await self._pace(sender, claim, one)
        renewed = await self._renewed(claim)
        bot = (claim.address.channel, claim.address.bot)
        if renewed is None or self._closing.is_set() or bot in self._held:
            if renewed is not None:
                await self._note(Note(renewed, release=True))
            return None
        claim = renewed
        letter = Letter(
            claim.address, one.numbers[-1], one.text, one.offer, _mark(one.mark), one.place, one.parts, claim.lane,
            still_ours=lambda: self._clock.now() < claim.until,
        )  # fmt: skip
        try:
            outcome = await sender.send(letter)
        except Exception as fault:
            # Ours, whatever it is; it may have struck after the bytes had left.
            self._counted("delivery_fault")
            outcome = Failed(Failure.UNSURE, f"fault_{type(fault).__name__}", parts=one.parts)
        match outcome:
            case Sent():
                self._counted("sent")
                self._refusals.pop(bot, None)
                return claim if await self._note(Note(claim, one.numbers, "sent", release=last)) else None
            case Failed():
                return await self._failed(claim, one, outcome, last=last)

    async def _pace(self, sender: Sender, claim: Claim, one: Bundle) -> None:
        group = one.mark == Mark.INVITE.value
        at = self._pacer.next_at(sender.pace, claim.address, group=group, priority=one.priority)
        if not group and one.priority < BULK and (at - self._clock.now()).total_seconds() > PATIENCE:
            await sender.typing(claim.address)
        await self._pacer.turn(sender.pace, claim.address, group=group, priority=one.priority)

    async def _renewed(self, claim: Claim) -> Claim | None:
        """The claim with enough of its lease left for one send; None when another sender has it."""
        now = self._clock.now()
        if claim.until - now > self._lease / 2:
            return claim
        until = now + self._lease
        if await self._store.write(lambda unit: outbox.renew(unit, claim, until)):
            return replace(claim, until=until)
        self._counted("delivery_lost_claim")
        return None

    async def _failed(self, claim: Claim, one: Bundle, failed: Failed, *, last: bool) -> Claim | None:
        self._counted(f"delivery_{failed.failure.value}")
        now, attempts = self._clock.now(), one.attempts + 1
        again = Note(
            claim, one.numbers, attempts=attempts, unsure=one.unsure, parts=failed.parts or one.parts,
            reason=failed.reason, release=True,
        )  # fmt: skip
        match failed.failure:
            case Failure.STALE:
                self._counted("delivery_lost_claim")
            case Failure.LATER:
                wait = failed.after if failed.after is not None else min(LONGEST_WAIT, 2.0 ** min(one.attempts, 6))
                self._refused(claim, failed, now + timedelta(seconds=wait))
                await self._note(replace(again, again_at=now + timedelta(seconds=wait)))
            case Failure.UNSURE:
                self._probe(claim)
                if one.unsure:
                    # Twice perhaps is told honestly: nobody knows whether it arrived, and a third time could be a third copy.
                    self._counted("delivery_unknown")
                    told = replace(again, state=UNKNOWN, unsure=one.unsure + 1)
                    await self._note(told)
                else:
                    await self._note(replace(again, unsure=1))
            case Failure.GONE:
                await self._note(replace(again, muted=failed.reason[:24]))
            case Failure.REFUSED:
                # This one message only: the conversation goes on with the next.
                given_up = replace(again, state=GIVEN_UP, release=last)
                return claim if await self._note(given_up) else None
            case Failure.OURS:
                self._hold(claim, now + timedelta(seconds=LONGEST_WAIT))
                await self._note(replace(again, attempts=one.attempts, again_at=now + timedelta(seconds=LONGEST_WAIT)))
            case Failure.MOVED:
                new = replace(claim.address, chat=failed.chat)
                await self._store.write(lambda unit: conversations.move(unit, claim.address, new))
                await self._note(again)
        return None

    async def _note(self, told: Note) -> bool:
        """Marked in the next transaction, together with whatever else waits for it."""
        kept = await self._store.write_together(outbox.note, told)
        if not kept:
            self._counted("delivery_lost_claim")
        return kept

    # A bot in trouble

    def _hold(self, claim: Claim, until: datetime) -> None:
        bot = (claim.address.channel, claim.address.bot)
        self._held[bot] = max(until, self._held.get(bot, until))

    def _refused(self, claim: Claim, failed: Failed, until: datetime) -> None:
        """Whether a refusal concerns more than one chat: said so, or several chats of one bot at the same time."""
        bot, now = (claim.address.channel, claim.address.bot), self._clock.now()
        if failed.after is None:
            self._probe(claim)
            return
        refusals = {chat: at for chat, at in self._refusals[bot].items() if now - at < timedelta(seconds=10)}
        refusals[claim.address.chat] = now
        self._refusals[bot] = refusals
        if failed.whole_bot or len(refusals) >= 3:
            self._hold(claim, until)

    def _probe(self, claim: Claim) -> None:
        """Hold a bot until its platform answers a question without effect: an outage costs each message one try, not many."""
        bot = (claim.address.channel, claim.address.bot)
        if bot not in self._probes:
            self._hold(claim, self._clock.now() + timedelta(days=1))
            task = asyncio.create_task(self._until_reachable(bot))
            self._probes[bot] = task
            task.add_done_callback(lambda _: self._reachable_again(bot))

    async def _until_reachable(self, bot: tuple[str, str]) -> None:
        wait, sender = 1.0, self._senders[bot[0]]
        while not await sender.reachable(bot[1]):
            self._counted("delivery_unreachable")
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
            wait = min(wait * 2, PROBE_AT_MOST)

    def _reachable_again(self, bot: tuple[str, str]) -> None:
        self._probes.pop(bot, None)
        self._held.pop(bot, None)
        self._wake.wake(OUTBOX)


def _mark(name: str) -> Mark:
    return Mark(name) if name in (m.value for m in Mark) else Mark.NONE
