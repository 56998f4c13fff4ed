"""Conversations that a person answers: asked for, taken, given back. One at most of each is open; the database says so.

Nothing in here decides what a citizen is told; `bot/handover` does, inside the turn that holds the conversation.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select, update

from storage import units
from storage.conversations import new_id
from storage.tables import Handover, Staff
from storage.units import UNIT, Unit

HANDOVER: Any = Handover.__table__  # type: ignore[attr-defined]
STAFF: Any = Staff.__table__  # type: ignore[attr-defined]

WAITING, OWNED, BACK = "waiting", "owned", "back"
CITIZEN, STAFF_MEMBER = "citizen", "staff"
RATINGS = ("good", "some", "none")

_OPEN = (
    select(HANDOVER, STAFF.c.name.label("staff"))
    .select_from(HANDOVER.outerjoin(STAFF, STAFF.c.id == HANDOVER.c.staff_id))
    .where(HANDOVER.c.conversation_id.in_(bindparam("these", expanding=True)), HANDOVER.c.state != BACK)
)


@dataclass(frozen=True, slots=True)
class Open:
    """A handover that is going on. `words` are what the citizen and the officer know each other by; `unread_since`: since
    when something of the citizen's has not been read, `unread_told`: they were told so."""

    id: int
    conversation_id: int
    state: str
    asked_by: str
    unit: str
    asked_at: datetime
    staff_id: int | None
    staff: str
    taken_at: datetime | None
    words: str
    read_upto: int
    read_at: datetime | None
    unread_since: datetime | None
    unread_told: bool
    escalated: int
    note: str

    @property
    def owned(self) -> bool:
        return self.state == OWNED


def standing(unit: Connection, conversations: Collection[int]) -> Mapping[int, Open]:
    """The open handovers of these conversations, by conversation."""
    rows = unit.execute(_OPEN, {"these": list(conversations)})
    return {row.conversation_id: _open(row) for row in rows}


def of(unit: Connection, conversation_id: int) -> Open | None:
    return standing(unit, [conversation_id]).get(conversation_id)


def answered(unit: Connection, unit_code: str) -> bool:
    """Whether anybody could answer for this unit: an officer of it or of a unit above it. A promise needs somebody."""
    mine = units.find(unit, unit_code)
    path = mine.path if mine is not None else units.ROOT_PATH
    able = and_(~STAFF.c.disabled, STAFF.c.role.in_(["officer", "administrator"]), UNIT.c.code == STAFF.c.unit)
    above = [code for code in path.split("/") if code]
    return unit.execute(select(STAFF.c.id).join(UNIT, able).where(UNIT.c.code.in_(above)).limit(1)).first() is not None


def ask(unit: Connection, conversation_id: int, at: datetime) -> Open:
    """The citizen asks for a person; asked again, it is the same asking."""
    known = of(unit, conversation_id)
    if known is not None:
        return known
    _begin(unit, conversation_id, at, {"state": WAITING, "asked_by": CITIZEN})
    return _now(unit, conversation_id)


def take(unit: Connection, conversation_id: int, staff_id: int, words: str, upto: int, at: datetime) -> Open | None:
    """This officer answers from now on, and has read everything up to `upto`; None while another one does. Their own again
    is theirs still."""
    known = of(unit, conversation_id)
    if known is not None and known.owned:
        return known if known.staff_id == staff_id else None
    mine = {
        "staff_id": staff_id,
        "taken_at": at,
        "words": words,
        "read_upto": upto,
        "read_at": at,
        "unread_since": None,
    }
    if known is None:
        _begin(unit, conversation_id, at, {"state": OWNED, "asked_by": STAFF_MEMBER, **mine})
    else:
        free = update(HANDOVER).where(HANDOVER.c.id == known.id, HANDOVER.c.state == WAITING)
        if not unit.execute(free.values(state=OWNED, unread_told=False, **mine)).rowcount:
            return None
    return _now(unit, conversation_id)


def let_go(unit: Connection, known: Open, at: datetime) -> None:
    """It is over: the bot answers again."""
    this = update(HANDOVER).where(HANDOVER.c.id == known.id)
    unit.execute(this.values(state=BACK, back_at=at, unread_since=None))


def wait_again(unit: Connection, known: Open) -> None:
    """Whoever had taken it does not answer: it waits for anybody again, with its place in the queue."""
    this = update(HANDOVER).where(HANDOVER.c.id == known.id)
    again = {
        "state": WAITING,
        "staff_id": None,
        "taken_at": None,
        "words": "",
        "unread_since": None,
        "unread_told": False,
    }
    unit.execute(this.values(**again, escalated=HANDOVER.c.escalated + 1))


def came(unit: Connection, known: Open, at: datetime) -> None:
    """The citizen wrote: it is unread from now, unless something before it is."""
    if known.unread_since is None:
        this = update(HANDOVER).where(HANDOVER.c.id == known.id)
        unit.execute(this.values(unread_since=at, unread_told=False))


def told_unread(unit: Connection, known: Open) -> None:
    unit.execute(update(HANDOVER).where(HANDOVER.c.id == known.id).values(unread_told=True))


def read(unit: Connection, conversation_id: int, staff_id: int, upto: int, at: datetime) -> bool:
    """Its owner has the conversation before them, up to this number; False when it is not theirs."""
    this = and_(
        HANDOVER.c.conversation_id == conversation_id, HANDOVER.c.state == OWNED, HANDOVER.c.staff_id == staff_id
    )
    values = {"read_upto": upto, "read_at": at, "unread_since": None, "unread_told": False}
    return bool(unit.execute(update(HANDOVER).where(this).values(**values)).rowcount)


def keep_note(unit: Connection, known: Open, note: str) -> None:
    """What officers tell each other about it; the citizen never sees it."""
    unit.execute(update(HANDOVER).where(HANDOVER.c.id == known.id).values(note=note[:2000]))


def belongs(unit: Connection, conversation_id: int, code: str) -> None:
    """The conversation is another unit's from now on, and so is who waits in it."""
    this = and_(HANDOVER.c.conversation_id == conversation_id, HANDOVER.c.state != BACK)
    unit.execute(update(HANDOVER).where(this).values(unit=code))


def rate(unit: Connection, conversation_id: int, rating: str) -> bool:
    """What the citizen says of the last one that is over; False when there is none, or it was said already."""
    last = (
        select(HANDOVER.c.id)
        .where(HANDOVER.c.conversation_id == conversation_id, HANDOVER.c.state == BACK)
        .order_by(HANDOVER.c.back_at.desc())
        .limit(1)
    )
    this = and_(HANDOVER.c.id == last.scalar_subquery(), HANDOVER.c.rating == "")
    return bool(unit.execute(update(HANDOVER).where(this).values(rating=rating)).rowcount)


def ahead(unit: Connection, known: Open) -> int:
    """How many wait for the same unit since before this one."""
    before = and_(HANDOVER.c.state == WAITING, HANDOVER.c.unit == known.unit, HANDOVER.c.asked_at < known.asked_at)
    return int(unit.execute(select(func.count()).where(before)).scalar_one())


def open_ones(unit: Connection, top: Unit, most: int = 100) -> list[Open]:
    """All that go on below a unit: those that wait first, the longest first."""
    rows = unit.execute(
        select(HANDOVER, STAFF.c.name.label("staff"))
        .select_from(HANDOVER.outerjoin(STAFF, STAFF.c.id == HANDOVER.c.staff_id))
        .where(HANDOVER.c.state != BACK, units.within(HANDOVER.c.unit, top))
        .order_by(HANDOVER.c.state.desc(), HANDOVER.c.asked_at)
        .limit(most)
    )
    return [_open(row) for row in rows]


def unanswered(unit: Connection, asked_before: datetime, unread_before: datetime) -> list[Open]:
    """Nobody came since `asked_before`, or whoever has it left something unread since `unread_before`."""
    nobody = and_(HANDOVER.c.state == WAITING, HANDOVER.c.asked_at < asked_before, HANDOVER.c.escalated == 0)
    silent = and_(HANDOVER.c.state == OWNED, HANDOVER.c.unread_since < unread_before)
    rows = unit.execute(
        select(HANDOVER, STAFF.c.name.label("staff"))
        .select_from(HANDOVER.outerjoin(STAFF, STAFF.c.id == HANDOVER.c.staff_id))
        .where(nobody | silent)
        .order_by(HANDOVER.c.asked_at)
        .limit(100)
    )
    return [_open(row) for row in rows]


def escalate(unit: Connection, known: Open) -> bool:
    """Nobody answered in time: it is marked for those above, once. False when somebody came meanwhile."""
    this = and_(HANDOVER.c.id == known.id, HANDOVER.c.state == WAITING, HANDOVER.c.escalated == 0)
    return bool(unit.execute(update(HANDOVER).where(this).values(escalated=1)).rowcount)


def _begin(unit: Connection, conversation_id: int, at: datetime, how: dict[str, Any]) -> None:
    row = {
        "id": new_id(at), "conversation_id": conversation_id, "unit": units.of_conversation(unit, conversation_id),
        "asked_at": at, "staff_id": None, "taken_at": None, "back_at": None, "words": "", "read_upto": 0, "read_at": None,
        "unread_since": None, "unread_told": False, "escalated": 0, "rating": "", "note": "",
    }  # fmt: skip
    unit.execute(insert(HANDOVER), [{**row, **how}])


def _now(unit: Connection, conversation_id: int) -> Open:
    return standing(unit, [conversation_id])[conversation_id]


def _open(row: Row[Any]) -> Open:
    return Open(
        row.id, row.conversation_id, row.state, row.asked_by, row.unit, row.asked_at, row.staff_id, row.staff or "",
        row.taken_at, row.words, row.read_upto, row.read_at, row.unread_since, row.unread_told, row.escalated, row.note,
    )  # fmt: skip


# Two plain words that cannot be taken for a code: said on the phone, known to these two alone.
_FIRST = "sen lúa tre dừa cau na ổi mận đào mai cúc huệ lan sim quế trầu gạo ngô sắn chè".split()
_THEN = "hồng vàng xanh trắng tím nâu nhỏ lớn thơm ngọt mát sớm chiều xuân thu đồng suối núi biển làng".split()


def two_words() -> str:
    """What a citizen and the officer who answers know each other by: "sen vàng"."""
    return f"{secrets.choice(_FIRST)} {secrets.choice(_THEN)}"
