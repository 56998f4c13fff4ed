"""Tells the staff's own chat that somebody waits: how many and since when, of a unit; never who, and never what was said; and
that more codes are asked for than the whole house may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.console.parts import Room
from bot.ports import OUTBOX
from flows.core.deadline import VIETNAM
from flows.core.hours import Week
from flows.speech import Talk
from storage import conversations, handover, inbox, logs, messages, resends, units
from storage.handover import Open
from storage.messages import HOUSE, Logged
from storage.units import Unit

SCARCE = (
    "Trong chốc lát có quá nhiều lời nhờ gửi lại mã, nên máy tạm không nhờ thêm. Có thể ai đó đang thử phá.\n"
    "Ai rảnh thì mở bàn trực, mục Kênh, xem giúp ạ."
)
EVERY = timedelta(seconds=60)  # a chat is told of those who came meanwhile at once, so that a rush is no flood


@dataclass(frozen=True, slots=True)
class Notice:
    """What one chat has not been told yet: the conversation that chat is, the words, and by which names they are known."""

    chat: int
    text: str
    names: tuple[str, ...]


class Notices:
    """Sends them, each once: what was told is written down where everything is that came, in the transaction of the telling."""

    def __init__(self, room: Room) -> None:
        self._parts = room.parts
        self._told: dict[int, datetime] = {}

    async def tell(self) -> int:
        """Tell every chat what it was not told yet; returns how many were told."""
        now = self._parts.clock.now()
        due = await self._parts.store.read(lambda unit: self._due(unit, now))
        told = 0
        for notice in due:
            if now - self._told.get(notice.chat, now - EVERY) < EVERY:
                continue
            if await self._parts.store.write(lambda unit, this=notice: self._send(unit, this, now)):  # type: ignore[misc]
                self._told[notice.chat] = now
                told += 1
        if told:
            self._parts.wake.wake(OUTBOX)
        return told

    def _due(self, unit: Connection, now: datetime) -> list[Notice]:
        known = units.chats(unit)
        root = units.find(unit, units.ROOT)
        if not known or root is None:
            return []
        there = logs.reachable(unit, known)  # a group that put us out tells nobody: the one above it is told then
        chats = {chat: whose for chat, whose in known.items() if chat in there}
        waiting: dict[int, list[Open]] = {}
        for one in (o for o in handover.open_ones(unit, root) if not o.owned):
            week = Week.read(units.week_of(unit, one.unit))
            if week is None or week.open_at(now):
                for chat in self._of(unit, one, chats):
                    waiting.setdefault(chat, []).append(one)
        seen = inbox.seen(unit, [(chat, _name(one)) for chat, those in waiting.items() for one in those])
        due = []
        for chat, those in waiting.items():
            whose = units.find(unit, chats[chat])
            if whose is not None and any((chat, _name(one)) not in seen for one in those):
                due.append(Notice(chat, words(whose, those), tuple(map(_name, those))))
        return due + self._scarce(unit, chats, now)

    def _scarce(self, unit: Connection, chats: dict[int, str], now: datetime) -> list[Notice]:
        """Once an hour, to the chats of the whole house, or to all where it has none of its own."""
        if not resends.spending(unit, now).scarce:
            return []
        name = f"resends-{now:%Y%m%d%H}"
        these = [chat for chat, whose in chats.items() if whose == units.ROOT] or list(chats)
        seen = inbox.seen(unit, [(chat, name) for chat in these])
        return [Notice(chat, SCARCE, (name,)) for chat in these if (chat, name) not in seen]

    def _of(self, unit: Connection, one: Open, chats: dict[int, str]) -> list[int]:
        """The chats of the nearest unit at or above whose it is; of all above it once nobody came in time."""
        mine = units.find(unit, one.unit) or units.find(unit, units.ROOT)
        found: list[int] = []
        for code in reversed([c for c in (mine.path if mine is not None else "").split("/") if c]):
            found += [chat for chat, whose in chats.items() if whose == code]
            if found and not one.escalated:
                break
        return found

    def _send(self, unit: Connection, notice: Notice, now: datetime) -> bool:
        address = logs.address(unit, notice.chat)
        if address is None:
            return False
        book = self._parts.book
        held = conversations.load(
            unit, {address: False}, Talk(book.name(book.start)), now, frozenset(self._parts.health)
        )
        mine = held[address]
        seen = inbox.seen(unit, [(mine.id, name) for name in notice.names])
        fresh = [name for name in notice.names if (mine.id, name) not in seen]
        if not fresh:
            return False
        mine.last, mine.touched = mine.last + 1, True
        said = Logged(mine.id, mine.last, now, HOUSE, book.house, notice.text, "", "")
        conversations.keep(unit, [mine], now)
        inbox.keep(unit, [inbox.Received(mine.id, name, "notice", now, "told_staff") for name in fresh])
        messages.keep(unit, [said])
        messages.queue(unit, [(said, mine.lane)])
        return True


def words(whose: Unit, waiting: Sequence[Open]) -> str:
    """What a chat is told of those who wait for somebody of this unit."""
    since = min(one.asked_at for one in waiting).astimezone(VIETNAM)
    late = any(one.escalated for one in waiting)
    return (
        f"{'Chờ lâu chưa ai nhận. ' if late else ''}{whose.name}: {len(waiting)} người đang chờ gặp người, "
        f"{'lâu nhất ' if len(waiting) > 1 else ''}từ {since:%H:%M} ngày {since.day}/{since.month}.\n"
        "Ai rảnh thì mở bàn trực nhận giúp ạ."
    )


def _name(one: Open) -> str:
    """A telling is done once; whoever has to wait again is told of again."""
    return f"notice-{one.id}-{one.escalated}"
