"""What came, once: (conversation, external id) is taken a single time, for ever, in the transaction of its effect."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from storage.tables import DeadLetter, Inbox

INBOX: Any = Inbox.__table__  # type: ignore[attr-defined]
DEAD_LETTER: Any = DeadLetter.__table__  # type: ignore[attr-defined]

_SEEN = select(INBOX.c.conversation_id, INBOX.c.external_id).where(
    INBOX.c.conversation_id.in_(bindparam("conversations", expanding=True)),
    INBOX.c.external_id.in_(bindparam("externals", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Received:
    """One event that was taken. `cause` is what it came to, in a word of ours."""

    conversation_id: int
    external_id: str
    kind: str
    at: datetime
    cause: str


def seen(unit: Connection, events: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these (conversation id, external id) were taken before."""
    if not events:
        return set()
    conversations, externals = zip(*events, strict=True)
    rows = unit.execute(_SEEN, {"conversations": sorted(set(conversations)), "externals": sorted(set(externals))})
    return {(r.conversation_id, r.external_id) for r in rows}


def keep(unit: Connection, received: Sequence[Received]) -> None:
    """Write down what was taken."""
    if received:
        unit.execute(
            insert(INBOX),
            [
                {"conversation_id": r.conversation_id, "external_id": r.external_id, "kind": r.kind, "at": r.at,
                 "cause": r.cause}
                for r in received
            ],
        )  # fmt: skip


def bury(unit: Connection, channel: str, external_id: str, kind: str, size: int, reason: str, at: datetime) -> None:
    """A dead letter: ids, kind, size and the exception's type; never a word of what was said."""
    known = select(DEAD_LETTER.c.channel).where(
        DEAD_LETTER.c.channel == channel, DEAD_LETTER.c.external_id == external_id
    )
    if unit.execute(known).first() is None:
        row = {
            "channel": channel,
            "external_id": external_id,
            "at": at,
            "kind": kind,
            "size": size,
            "reason": reason[:120],
        }
        unit.execute(insert(DEAD_LETTER), [row])


def buried(unit: Connection) -> list[DeadLetter]:
    """All dead letters, oldest first."""
    rows = unit.execute(select(DEAD_LETTER).order_by(DEAD_LETTER.c.at))
    return [DeadLetter(**r._mapping) for r in rows]
