"""What helped: of each way that a trouble tree offers, how often it was tried and how often it was the end of the trouble.

Counts alone: nothing says who, when or where.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Helped

HELPED: Any = Helped.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a way of a tree: tried so often, helped so often."""

    tried: int = 0
    helped: int = 0


def count(unit: Connection, ways: Iterable[tuple[str, str, bool]]) -> None:
    """One more of each (place, exit, helped): False is a try, True that it helped."""
    make = sqlite.insert if unit.dialect.name == "sqlite" else postgresql.insert
    for place, exit_, helped in sorted(ways):  # in one order, so that two processes never wait for each other
        row = {"place": place, "exit": exit_, "tried": int(not helped), "helped": int(helped)}
        more = {"tried": HELPED.c.tried + row["tried"], "helped": HELPED.c.helped + row["helped"]}
        unit.execute(make(HELPED).values(row).on_conflict_do_update(index_elements=["place", "exit"], set_=more))


def standing(unit: Connection) -> Mapping[tuple[str, str], Tally]:
    """Everything counted so far."""
    return {(row.place, row.exit): Tally(row.tried, row.helped) for row in unit.execute(select(HELPED))}
