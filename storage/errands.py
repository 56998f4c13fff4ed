"""What is to be asked outside: written as an intent with the turn, asked after its commit, the result written after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from flows.speech import Errand
from storage.conversations import new_id
from storage.tables import Errands

ERRAND: Any = Errands.__table__  # type: ignore[attr-defined]


def queue(unit: Connection, errands: Sequence[tuple[int, Errand]], now: datetime) -> None:
    """Note the intents of (conversation id, errand)."""
    if errands:
        unit.execute(
            insert(ERRAND),
            [
                {"conversation_id": conversation, "id": new_id(now), "kind": e.kind, "place": e.place, "state": "intent",
                 "due": now, "attempts": 0, "lease_until": None, "fence": 0, "outcome": ""}
                for conversation, e in errands
            ],
        )  # fmt: skip
