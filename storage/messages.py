"""The log and the outbox: every message under a gapless number of its conversation; what was sent, what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from flows.speech import Offer
from storage.tables import Message, Outbox

MESSAGE: Any = Message.__table__  # type: ignore[attr-defined]
OUTBOX: Any = Outbox.__table__  # type: ignore[attr-defined]

PERSON, HOUSE, OFFICER = "me", "house", "person"
WAITING, SENT, GIVEN_UP, UNKNOWN = "waiting", "sent", "given_up", "unknown"
LIVE, NOTICE, BULK = 0, 1, 2  # an answer to a person; a notice of their own; the same thing to many

_offer = msgspec.json.Decoder(Offer)
_write = msgspec.json.Encoder().encode
_AFTER = (
    select(MESSAGE)
    .where(MESSAGE.c.conversation_id == bindparam("this"), MESSAGE.c.number > bindparam("after"))
    .order_by(MESSAGE.c.number)
    .limit(bindparam("most"))
)
_LAST = (
    select(MESSAGE)
    .where(MESSAGE.c.conversation_id == bindparam("this"))
    .order_by(MESSAGE.c.number.desc())
    .limit(bindparam("most"))
)
_ACKNOWLEDGE = delete(OUTBOX).where(OUTBOX.c.conversation_id == bindparam("this"), OUTBOX.c.number <= bindparam("upto"))


@dataclass(frozen=True, slots=True)
class Logged:
    """One message as kept: shielded words, who said it, the place it was said at, the offer as it was shown."""

    conversation_id: int
    number: int
    at: datetime
    who: str
    place: str
    text: str
    mark: str = ""
    ref: str = ""
    offer: Offer | None = None


def keep(unit: Connection, messages: Sequence[Logged]) -> None:
    """Write messages to the log."""
    if messages:
        unit.execute(
            insert(MESSAGE),
            [
                {
                    "conversation_id": m.conversation_id, "number": m.number, "at": m.at, "who": m.who, "place": m.place,
                    "mark": m.mark, "ref": m.ref, "text": m.text, "offer": _write(m.offer).decode() if m.offer else "",
                }
                for m in messages
            ],
        )  # fmt: skip


def queue(unit: Connection, messages: Iterable[tuple[Logged, int]], priority: int = LIVE) -> None:
    """Put messages, each with its conversation's lane, into the outbox."""
    rows = [
        {"conversation_id": m.conversation_id, "number": m.number, "lane": lane, "due": m.at, "state": WAITING,
         "attempts": 0, "fence": 0, "priority": priority, "parts": 0, "unsure": 0, "reason": ""}
        for m, lane in messages
    ]  # fmt: skip
    if rows:
        unit.execute(insert(OUTBOX), rows)


def after(unit: Connection, conversation_id: int, number: int, most: int = 100) -> list[Logged]:
    """Messages of a conversation with a number greater than `number`, oldest first."""
    return [_logged(r) for r in unit.execute(_AFTER, {"this": conversation_id, "after": number, "most": most})]


def newest(unit: Connection, conversation_id: int, most: int = 30) -> list[Logged]:
    """The last messages of a conversation, oldest first."""
    return [_logged(r) for r in unit.execute(_LAST, {"this": conversation_id, "most": most})][::-1]


def acknowledge(unit: Connection, conversation_id: int, upto: int) -> int:
    """The person's page has shown all up to this number: they are delivered. Returns how many were waiting."""
    return unit.execute(_ACKNOWLEDGE, {"this": conversation_id, "upto": upto}).rowcount


def waiting(unit: Connection, conversation_id: int | None = None) -> int:
    """How many messages are still to be delivered."""
    query = select(func.count()).select_from(OUTBOX)
    if conversation_id is not None:
        query = query.where(OUTBOX.c.conversation_id == conversation_id)
    return int(unit.execute(query).scalar_one())


def _logged(row: Any) -> Logged:
    offer = _offer.decode(row.offer) if row.offer else None
    return Logged(row.conversation_id, row.number, row.at, row.who, row.place, row.text, row.mark, row.ref, offer)
