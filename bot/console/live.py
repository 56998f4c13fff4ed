"""What happens, as it happens: follows the log, tells the consoles that are open, and watches over who waits too long."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.console.gate import Gate, Visitor
from bot.console.looks import SAFE, encoded
from bot.console.masking import masked
from bot.console.notices import Notices
from bot.console.parts import Room
from bot.console.rights import Action
from bot.handover import HOUSE_ITSELF
from bot.message import Event, GivenBack
from bot.ports import LOG
from bot.ports import UnavailableError as DoorUnavailableError
from flows.core.hours import Week
from storage import handover, log_index, logs, staff, units
from storage.audit import HOUSE, Act
from storage.log_index import News
from storage.store import UnavailableError

POLL = 1.0  # seconds: hints are quicker, another process's turn gives none
BREATH = 0.15  # between two looks at the log, so that a busy house is followed a few times a second and not hundreds
HEARTBEAT = 3.0  # seconds: within so long a stream notices that its holder may not look any more
ESCALATE_AFTER = timedelta(minutes=10)
UNREAD_AFTER = timedelta(minutes=15)
WATCH_EVERY = timedelta(seconds=30)
CLEAN_EVERY = timedelta(hours=1)
MOST_STREAMS = 200


@dataclass(eq=False, slots=True)
class Listener:
    """One open console: what is new since it was last told."""

    pending: dict[int, News] = field(default_factory=dict)
    all_changed: bool = False
    told: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """The follower of the log, and the streams it feeds."""

    def __init__(self, room: Room, gate: Gate) -> None:
        self._room, self._parts, self._gate = room, room.parts, gate
        self._listeners: set[Listener] = set()
        self._newest: datetime | None = None
        self.notices = Notices(room)
        self.heartbeat = HEARTBEAT

    def routes(self) -> list[BaseRoute]:
        return [Route("/stream", self._gate.through(self.stream, Action.STREAM, passive=True), methods=["GET"])]

    def close(self) -> None:
        """Let every open stream go at once."""
        self._room.closing.set()
        for listener in self._listeners:
            listener.told.set()

    # ---- following ----

    async def run(self) -> None:
        """Follow until the room closes; a database that is away is tried again."""
        watched = cleaned = self._parts.clock.now() - CLEAN_EVERY
        while not self._room.closing.is_set():
            hint = asyncio.ensure_future(self._parts.wake.wait(LOG, POLL))
            try:
                now = self._parts.clock.now()
                seen, due = await self.follow(), now - watched >= WATCH_EVERY
                if due:
                    watched = now
                    await self.watch()
                if seen or due:
                    await self.notices.tell()
                if now - cleaned >= CLEAN_EVERY:
                    cleaned = now
                    await self._parts.store.write(lambda unit, at=now: staff.end_older(unit, at - timedelta(hours=24)))  # type: ignore[misc]
            except (UnavailableError, DoorUnavailableError):
                self._parts.counted("console_unavailable")
            except Exception as error:
                self._parts.counted(f"console_fault_{type(error).__name__}")
            await asyncio.sleep(BREATH)
            await hint

    async def follow(self) -> int:
        """Take everything new into the log and tell the consoles; returns how many conversations that were."""
        seen = 0
        while await self._parts.store.read(log_index.behind_at_all):
            batch = await self._parts.store.read(lambda unit: log_index.gather(unit, masked))
            news = await self._parts.store.write(lambda unit, b=batch: log_index.enter(unit, b)) if batch.found else []  # type: ignore[misc]
            if not news:  # another process has it
                break
            seen += len(news)
            self._tell(news)
        if self._listeners:
            newest = await self._parts.store.read(logs.newest_change)
            if newest != self._newest and not seen:
                for listener in self._listeners:
                    listener.all_changed = True
                    listener.told.set()
            self._newest = newest
        return seen

    def _tell(self, news: list[News]) -> None:
        for listener in self._listeners:
            listener.pending.update({n.conversation_id: n for n in news})
            listener.told.set()

    # ---- watching over those who wait ----

    async def watch(self) -> None:
        """Whoever waited too long within the hours is shown to those above; whoever has one and does not read loses it."""
        now = self._parts.clock.now()
        found = await self._parts.store.read(
            lambda unit: handover.unanswered(unit, now - ESCALATE_AFTER, now - UNREAD_AFTER)
        )
        for one in found:
            if one.owned:
                address = await self._parts.store.read(lambda unit, o=one: logs.address(unit, o.conversation_id))  # type: ignore[misc]
                if address is not None:
                    await self._parts.door.take(
                        Event(address, f"again-{uuid.uuid4()}", GivenBack(HOUSE_ITSELF, self._lost))
                    )
                continue

            def work(unit: Connection, this: handover.Open = one) -> None:
                week = Week.read(units.week_of(unit, this.unit))
                if (week is None or week.open_at(now)) and handover.escalate(unit, this):
                    self._room.audit.append(unit, now, HOUSE, Act.ESCALATE, about=this.conversation_id)

            await self._parts.store.write(work)

    def _lost(self, unit: Connection, conversation_id: int, cause: str) -> None:
        done, now = cause == "again", self._parts.clock.now()
        self._room.audit.append(unit, now, HOUSE, Act.ESCALATE, done=done, about=conversation_id, why="unread")

    # ---- streams ----

    async def stream(self, _request: Request, visitor: Visitor, _: FormData) -> Response:
        """Hints of what changed below this visitor's unit: ids, never a word."""
        if len(self._listeners) >= MOST_STREAMS:
            return Response(status_code=503, headers={**SAFE, "retry-after": "30"})
        headers = {**SAFE, "x-accel-buffering": "no"}
        return StreamingResponse(self._events(visitor), media_type="text/event-stream", headers=headers)

    async def _events(self, visitor: Visitor) -> AsyncIterator[bytes]:
        listener, looked = Listener(), time.monotonic()
        self._listeners.add(listener)
        try:
            yield b"retry: 3000\n\n"
            while not self._room.closing.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(listener.told.wait(), self.heartbeat)
                listener.told.clear()
                if self._room.closing.is_set():
                    return
                if time.monotonic() - looked >= self.heartbeat:  # not with every hint: there are seven a second
                    still, looked = await self._gate.holder(visitor.session.id), time.monotonic()
                    if still is None or still.unit != visitor.unit or still.member.role != visitor.member.role:
                        yield b"event: over\ndata: {}\n\n"
                        return
                news, listener.pending = listener.pending, {}
                whole, listener.all_changed = listener.all_changed, False
                if not news and not whole:
                    yield b": here\n\n"
                    continue
                ids = await self._parts.store.read(lambda unit: self._mine(unit, visitor, list(news.values())))  # noqa: B023
                if ids or whole:
                    yield b"event: changed\ndata: %s\n\n" % encoded({"ids": [str(i) for i in ids], "all": whole})
        except UnavailableError:
            return  # the page comes back by itself
        finally:
            self._listeners.discard(listener)

    def _mine(self, unit: Connection, visitor: Visitor, news: list[News]) -> list[int]:
        """Those below the visitor's unit, as it is at this moment."""
        if visitor.unit.whole:
            return [n.conversation_id for n in news]
        mine = {u.code for u in units.below(unit, visitor.unit)}
        return [n.conversation_id for n in news if n.unit in mine]
