"""Answers that are ready, of a unit and of all above it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.conversations import new_id
from storage.tables import Canned
from storage.units import Unit, within

CANNED: Any = Canned.__table__  # type: ignore[attr-defined]
MOST = 200


@dataclass(frozen=True, slots=True)
class Ready:
    """One answer: whose, its title, its words."""

    id: int
    unit: str
    title: str
    words: str
    changed: datetime


def of(unit: Connection, whose: Unit) -> list[Ready]:
    """What somebody of this unit may use: its own answers and those of the units above it."""
    above = [code for code in whose.path.split("/") if code]
    query = select(CANNED).where(CANNED.c.unit.in_(above)).order_by(CANNED.c.title).limit(MOST)
    return [Ready(r.id, r.unit, r.title, r.words, r.changed) for r in unit.execute(query)]


def keep(unit: Connection, whose: Unit, id_: int, title: str, words: str, staff_id: int, at: datetime) -> bool:
    """Write a new one (`id_` 0), or change one of this unit or below it; False for anybody else's."""
    values = {"title": title[:80], "words": words, "staff_id": staff_id, "changed": at}
    if id_ == 0:
        unit.execute(insert(CANNED), [{"id": new_id(at), "unit": whose.code, **values}])
        return True
    if id_ >= 2**63:
        return False
    this = update(CANNED).where(CANNED.c.id == id_, within(CANNED.c.unit, whose))
    return bool(unit.execute(this.values(**values)).rowcount)


def remove(unit: Connection, whose: Unit, id_: int) -> bool:
    """False for one that is nobody's below this unit."""
    this = delete(CANNED).where(CANNED.c.id == id_, within(CANNED.c.unit, whose))
    return id_ < 2**63 and bool(unit.execute(this).rowcount)
