"""The units that share a house (province, commune, school, class), who stands above whom, and whose a conversation is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true, update

from storage.conversations import CONVERSATION
from storage.registry.upserts import insert_into
from storage.tables import OrganisationalUnit, UnitDoor

UNIT: Any = OrganisationalUnit.__table__  # type: ignore[attr-defined]
DOOR: Any = UnitDoor.__table__  # type: ignore[attr-defined]

ROOT = "root"
ROOT_PATH = f"/{ROOT}/"
KINDS = ("province", "commune", "school", "class")
HOME_DOOR = "home"
CHAT_DOOR = "chat "  # with the id of a conversation
LONGEST_PATH = 200

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")


class UnitError(Exception):
    """A unit cannot be put there; the text says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands. `path` holds the codes of all above it and its own: "/tinh/mau/thcs-mau/"."""

    code: str
    name: str
    kind: str
    parent: str | None
    path: str
    week: str = ""

    @property
    def whole(self) -> bool:
        """Whether everything is below it, conversations of nobody's too."""
        return self.path == ROOT_PATH

    def over(self, other: "Unit") -> bool:
        """Whether the other unit is this one or below it."""
        return other.path.startswith(self.path)


def found(unit: Connection, name: str, week: str = "") -> Unit:
    """The root stands: made at the first start, with the name of whoever runs the house."""
    kept = find(unit, ROOT)
    if kept is not None:
        return kept
    row = {"code": ROOT, "name": name[:120], "kind": "province", "parent": None, "path": ROOT_PATH, "week": week}
    unit.execute(insert_into(unit, UNIT).values(row).on_conflict_do_nothing())
    return Unit(**row)  # type: ignore[arg-type]


def keep_hours(unit: Connection, code: str, week: str) -> None:
    """When somebody of this unit is there, from now on; "" asks the unit above it."""
    unit.execute(update(UNIT).where(UNIT.c.code == code, UNIT.c.week != week).values(week=week))


def plant(unit: Connection, code: str, name: str, kind: str, parent: str = ROOT, week: str = "") -> Unit:
    """Put a unit under another one, or change the one of this code; whatever is below it moves with it. UnitError."""
    if not _CODE.fullmatch(code) or code == ROOT:
        raise UnitError(f"“{code}” is no code for a unit: small letters, digits and dashes, at most 24, not “{ROOT}”.")
    if kind not in KINDS:
        raise UnitError(f"“{kind}” is no kind of unit; there are {', '.join(KINDS)}.")
    above = find(unit, parent)
    if above is None:
        raise UnitError(f"There is no unit “{parent}” to put “{code}” under; make that one first.")
    path = f"{above.path}{code}/"
    if f"/{code}/" in above.path:
        raise UnitError(f"“{parent}” is below “{code}” itself.")
    if len(path) > LONGEST_PATH:
        raise UnitError(f"“{code}” would stand too deep.")
    kept = find(unit, code)
    values = {"name": name.strip()[:120], "kind": kind, "parent": parent, "week": week, "path": path}
    if kept is None:
        unit.execute(insert(UNIT), [{"code": code, **values}])
    else:
        unit.execute(update(UNIT).where(UNIT.c.code == code).values(**values))
        if kept.path != path:
            moved = path + func.substr(UNIT.c.path, len(kept.path) + 1)
            unit.execute(update(UNIT).where(UNIT.c.path.startswith(kept.path)).values(path=moved))
    return Unit(code=code, **values)


def find(unit: Connection, code: str) -> Unit | None:
    row = unit.execute(select(UNIT).where(UNIT.c.code == code)).first()
    return Unit(**row._mapping) if row is not None else None


def below(unit: Connection, top: Unit) -> list[Unit]:
    """The unit itself and all below it, in the order of the tree."""
    rows = unit.execute(select(UNIT).where(UNIT.c.path.startswith(top.path, autoescape=True)).order_by(UNIT.c.path))
    return [Unit(**row._mapping) for row in rows]


def within(column: Any, top: Unit) -> ColumnElement[bool]:
    """The condition that a column's unit is below `top`; for the root nothing is left out, not even nobody's."""
    if top.whole:
        return true()
    codes = select(UNIT.c.code).where(UNIT.c.path.startswith(top.path, autoescape=True))
    return column.in_(codes)  # type: ignore[no-any-return]


def open_door(unit: Connection, door: str, code: str) -> None:
    """Those who come by this door ("bot telegram:123456", "link abc", "home") belong to that unit from now on."""
    row = {"door": door[:120], "unit": code}
    upsert = insert_into(unit, DOOR).values(row).on_conflict_do_update(index_elements=["door"], set_={"unit": code})
    unit.execute(upsert)


def close_door(unit: Connection, door: str) -> None:
    unit.execute(delete(DOOR).where(DOOR.c.door == door))


def chats(unit: Connection) -> dict[int, str]:
    """The conversations that are a staff's own chat, and of which unit: there it is told when somebody waits."""
    doors = unit.execute(select(DOOR.c.door, DOOR.c.unit).where(DOOR.c.door.startswith(CHAT_DOOR)))
    return {int(r.door.removeprefix(CHAT_DOOR)): r.unit for r in doors}


def owner(unit: Connection, channel: str, bot: str, link: str) -> str:
    """Whose a conversation is: its bot's, else its start link's, else the home unit's, else the root's."""
    doors = [f"bot {channel}:{bot}"[:120], *([f"link {link}"[:120]] if link else []), HOME_DOOR]
    known = {r.door: r.unit for r in unit.execute(select(DOOR.c.door, DOOR.c.unit).where(DOOR.c.door.in_(doors)))}
    return next((known[door] for door in doors if door in known), ROOT)


def of_conversation(unit: Connection, conversation_id: int) -> str:
    """Whose this conversation is; said for good at the first asking."""
    columns = (CONVERSATION.c.unit, CONVERSATION.c.channel, CONVERSATION.c.bot, CONVERSATION.c.link)
    row = unit.execute(select(*columns).where(CONVERSATION.c.id == conversation_id)).first()
    if row is None:
        return ROOT
    if row.unit:
        return str(row.unit)
    mine = owner(unit, row.channel, row.bot, row.link)
    assign(unit, [conversation_id], mine)
    return mine


def kept_of(unit: Connection, conversation_id: int) -> str:
    """Whose a conversation is by what was said so far; the root's where nothing was. Changes nothing."""
    kept = unit.execute(select(CONVERSATION.c.unit).where(CONVERSATION.c.id == conversation_id)).scalar()
    return str(kept or ROOT)


def week_of(unit: Connection, code: str) -> str:
    """The hours of a unit, or of the nearest above it that says any; "" where none does."""
    mine = find(unit, code) or find(unit, ROOT)
    above = [c for c in mine.path.split("/") if c] if mine is not None else []
    known = {r.code: r.week for r in unit.execute(select(UNIT.c.code, UNIT.c.week).where(UNIT.c.code.in_(above)))}
    return next((known[c] for c in reversed(above) if known.get(c)), "")


def assign(unit: Connection, conversations: Sequence[int], code: str) -> None:
    """These conversations belong to that unit from now on."""
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.id.in_(conversations)).values(unit=code))
