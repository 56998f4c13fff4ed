"""What the officers' log shows: lists of conversations, and messages found by their words, of one's own units alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, select, text

from flows.speech import Address, Offer
from storage import units
from storage.conversations import CONVERSATION, READ_LANE
from storage.handover import BACK, HANDOVER
from storage.inbox import INBOX
from storage.log_index import ENTRY, PEOPLE, unit_word, words_of
from storage.messages import MESSAGE, OUTBOX, WAITING


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations: below a unit of the officer's choice; "" and None leave a thing open. `place` is a place or a
    flow; `silent_since`: nothing came after that moment, and they do not stand in a flow of `over` (their way is done)."""

    unit: units.Unit
    channel: str = ""
    place: str = ""
    link: str = ""
    silent_since: datetime | None = None
    waiting: bool = False
    over: tuple[str, ...] = ()
    oldest_first: bool = False
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation in a list: no address, no words but the last ones."""

    id: int
    unit: str
    channel: str
    link: str
    place: str
    changed: datetime
    muted: str
    last: int
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was searched for."""

    entry: int
    conversation_id: int
    number: int
    unit: str
    channel: str
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be sent by one bot, since when the oldest was due, and how many conversations nothing reaches any more."""

    channel: str
    bot: str
    waiting: int
    oldest: datetime | None
    cut_off: dict[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation as the officers see it: `cause` is what a citizen's came to, `state` how the sending of
    ours stands ("" when it was seen or sent)."""

    number: int
    at: datetime
    who: str
    place: str
    mark: str
    text: str
    offer: Offer | None
    cause: str
    state: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that came in: when, its kind, and what it came to."""

    at: datetime
    kind: str
    cause: str


NEWEST = 5000  # messages looked through before the whole log is asked: 5 ms

_offer = msgspec.json.Decoder(Offer)
_SHOWN = (
    CONVERSATION.c.id, CONVERSATION.c.unit, CONVERSATION.c.channel, CONVERSATION.c.link, CONVERSATION.c.place,
    CONVERSATION.c.changed, CONVERSATION.c.muted, CONVERSATION.c.last,
)  # fmt: skip


def conversations(unit: Connection, wanted: Wanted, most: int = 50) -> list[Shown]:
    """The conversations that fit, newest first (or the longest silent first); `wanted.after` pages on."""
    changed, id_ = CONVERSATION.c.changed, CONVERSATION.c.id
    conditions = [units.within(CONVERSATION.c.unit, wanted.unit)]
    if wanted.channel:
        conditions.append(CONVERSATION.c.channel == wanted.channel)
    if wanted.place:
        whole = CONVERSATION.c.place == wanted.place
        conditions.append(
            whole if "." in wanted.place else CONVERSATION.c.place.startswith(f"{wanted.place}.", autoescape=True)
        )
    if wanted.link:
        conditions.append(CONVERSATION.c.link == wanted.link)
    if wanted.silent_since is not None:
        conditions.append(changed < wanted.silent_since)
        conditions += [~CONVERSATION.c.place.startswith(f"{flow}.", autoescape=True) for flow in wanted.over]
    if wanted.waiting:
        conditions.append(id_.in_(select(HANDOVER.c.conversation_id).where(HANDOVER.c.state != BACK)))
    if wanted.after is not None:
        at, this = wanted.after
        if wanted.oldest_first:
            conditions.append((changed > at) | ((changed == at) & (id_ > this)))
        else:
            conditions.append((changed < at) | ((changed == at) & (id_ < this)))
    order = (changed, id_) if wanted.oldest_first else (changed.desc(), id_.desc())
    page = select(*_SHOWN).where(*conditions).order_by(*order).limit(most).subquery()
    said = and_(MESSAGE.c.conversation_id == page.c.id, MESSAGE.c.number == page.c.last)
    again = (page.c.changed, page.c.id) if wanted.oldest_first else (page.c.changed.desc(), page.c.id.desc())
    rows = unit.execute(
        select(page, MESSAGE.c.who, MESSAGE.c.text).select_from(page.outerjoin(MESSAGE, said)).order_by(*again)
    )
    return [
        Shown(r.id, r.unit, r.channel, r.link, r.place, r.changed, r.muted, r.last, r.who or "", r.text or "")
        for r in rows
    ]


def find(unit: Connection, conversation_id: int, top: units.Unit) -> Shown | None:
    """One conversation below a unit; None where it is gone, or somebody else's."""
    this = (CONVERSATION.c.id == conversation_id) & units.within(CONVERSATION.c.unit, top)
    row = unit.execute(select(*_SHOWN).where(this)).first()
    return Shown(*row, "", "") if row is not None else None


def search(
    unit: Connection,
    looked_for: str,
    top: units.Unit,
    *,
    people: bool = True,
    before: int | None = None,
    most: int = 50,
) -> list[Hit]:
    """Messages with all these words, newest first, below a unit. Where nothing has the last one whole, it may be unfinished:
    a beginning of two letters stands for half the log, and is looked for only then."""
    words = words_of(looked_for)
    if not words:
        return []
    fixed = [*words[:-1], *([] if top.whole else [unit_word(top.code)]), *([PEOPLE] if people else [])]
    find = _on_sqlite if unit.dialect.name == "sqlite" else _on_postgres
    ids = find(unit, fixed, words[-1], before, most)
    if not ids and (before is None or not find(unit, fixed, words[-1], None, 1)):
        ids = find(unit, fixed, words[-1], before, most, begun=True)
    said = and_(MESSAGE.c.conversation_id == ENTRY.c.conversation_id, MESSAGE.c.number == ENTRY.c.number)
    rows = unit.execute(
        select(ENTRY.c.id, MESSAGE, CONVERSATION.c.unit, CONVERSATION.c.channel)
        .join(MESSAGE, said)
        .join(CONVERSATION, CONVERSATION.c.id == ENTRY.c.conversation_id)
        # The words say it already; a conversation that has just moved to another unit is said here.
        .where(ENTRY.c.id.in_(ids), units.within(CONVERSATION.c.unit, top))
        .order_by(ENTRY.c.id.desc())
    )
    return [Hit(r.id, r.conversation_id, r.number, r.unit, r.channel, r.at, r.who, r.text) for r in rows]


def _on_sqlite(
    unit: Connection, fixed: Sequence[str], last: str, before: int | None, most: int, *, begun: bool = False
) -> list[int]:
    query = " AND ".join([*(f'"{w}"' for w in fixed), f'"{last}"{" *" if begun else ""}'])
    upto = " AND rowid < :before" if before is not None else ""
    found = text(f"SELECT rowid FROM log_words WHERE log_words MATCH :query{upto} ORDER BY rowid DESC LIMIT :most")  # noqa: S608
    given: dict[str, Any] = {"query": query, "most": most, **({"before": before} if before is not None else {})}
    return [int(r[0]) for r in unit.execute(found, given)]


def _on_postgres(
    unit: Connection, fixed: Sequence[str], last: str, before: int | None, most: int, *, begun: bool = False
) -> list[int]:
    query = " & ".join([*(f"'{w}'" for w in fixed), f"'{last}'{':*' if begun else ''}"])
    given: dict[str, Any] = {"query": query, "most": most, "newest": NEWEST}
    if before is None:
        before = (unit.execute(select(func.max(ENTRY.c.id))).scalar() or 0) + 1
    # What many said is found among the newest, in their order; for a page of it nobody should gather and sort half a million.
    recent = text(
        "WITH recent AS MATERIALIZED (SELECT id, words FROM log_entry WHERE id < :before AND id >= :before - :newest "
        "ORDER BY id DESC) SELECT id FROM recent WHERE words @@ CAST(:query AS tsquery) ORDER BY id DESC LIMIT :most"
    )
    found = [int(r[0]) for r in unit.execute(recent, {**given, "before": before})]
    if len(found) == most:
        return found
    # Materialized: else the planner walks the newest messages one by one, hoping for a hit, and reads a million for a rare word.
    every = text(
        "WITH hits AS MATERIALIZED (SELECT id FROM log_entry WHERE words @@ CAST(:query AS tsquery)) "
        "SELECT id FROM hits WHERE id < :before ORDER BY id DESC LIMIT :most"
    )
    return [int(r[0]) for r in unit.execute(every, {**given, "before": before})]


def address(unit: Connection, conversation_id: int) -> Address | None:
    """Where a conversation lives; None where it is gone."""
    columns = (CONVERSATION.c.channel, CONVERSATION.c.bot, CONVERSATION.c.chat, CONVERSATION.c.thread)
    row = unit.execute(select(*columns).where(CONVERSATION.c.id == conversation_id)).first()
    return Address(*row) if row is not None else None


def queues(unit: Connection, top: units.Unit) -> list[Queue]:
    """How the sending stands, by bot, of the conversations below a unit."""
    bot = (CONVERSATION.c.channel, CONVERSATION.c.bot)
    mine = units.within(CONVERSATION.c.unit, top)
    due = unit.execute(
        select(*bot, func.count().label("waiting"), func.min(OUTBOX.c.due).label("oldest"))
        .join(OUTBOX, OUTBOX.c.conversation_id == CONVERSATION.c.id)
        .where(OUTBOX.c.state == WAITING, OUTBOX.c.lane > READ_LANE, mine)
        .group_by(*bot)
    )
    found = {(r.channel, r.bot): Queue(r.channel, r.bot, r.waiting, r.oldest, {}) for r in due}
    cut = select(*bot, CONVERSATION.c.muted, func.count().label("those")).where(CONVERSATION.c.muted != "", mine)
    for r in unit.execute(cut.group_by(*bot, CONVERSATION.c.muted)):
        found.setdefault((r.channel, r.bot), Queue(r.channel, r.bot, 0, None, {})).cut_off[r.muted] = r.those
    return [found[key] for key in sorted(found)]


def reachable(unit: Connection, conversations: Collection[int]) -> set[int]:
    """Those of these conversations that are still there and can be written to."""
    there = select(CONVERSATION.c.id).where(CONVERSATION.c.id.in_(list(conversations)), CONVERSATION.c.muted == "")
    return {r.id for r in unit.execute(there)}


def newest_change(unit: Connection) -> datetime | None:
    """When anything changed last: how a console hears of what another process did."""
    return unit.execute(select(func.max(CONVERSATION.c.changed))).scalar()


def talk(unit: Connection, conversation_id: int, after: int = 0, most: int = 200) -> list[Line]:
    """The newest messages of a conversation with a greater number than `after`, oldest first, each with what it came to."""
    columns = (
        MESSAGE.c.number,
        MESSAGE.c.at,
        MESSAGE.c.who,
        MESSAGE.c.place,
        MESSAGE.c.mark,
        MESSAGE.c.text,
        MESSAGE.c.offer,
    )
    mine = INBOX.c.conversation_id == MESSAGE.c.conversation_id
    came = and_(mine, INBOX.c.external_id == MESSAGE.c.ref, MESSAGE.c.ref != "")
    goes = and_(OUTBOX.c.conversation_id == MESSAGE.c.conversation_id, OUTBOX.c.number == MESSAGE.c.number)
    rows = unit.execute(
        select(*columns, INBOX.c.cause, OUTBOX.c.state)
        .select_from(MESSAGE.outerjoin(INBOX, came).outerjoin(OUTBOX, goes))
        .where(MESSAGE.c.conversation_id == conversation_id, MESSAGE.c.number > after)
        .order_by(MESSAGE.c.number.desc())
        .limit(most)
    ).all()
    return [_line(r) for r in reversed(rows)]


def _line(row: Any) -> Line:
    offer = _offer.decode(row.offer) if row.offer else None
    return Line(row.number, row.at, row.who, row.place, row.mark, row.text, offer, row.cause or "", row.state or "")


def causes(unit: Connection, conversation_id: int, most: int = 60) -> list[Event]:
    """What came here and what it came to, newest first: also what left no message (a block, a move, an outcome)."""
    rows = unit.execute(
        select(INBOX.c.at, INBOX.c.kind, INBOX.c.cause)
        .where(INBOX.c.conversation_id == conversation_id)
        .order_by(INBOX.c.at.desc())
        .limit(most)
    )
    return [Event(r.at, r.kind, r.cause) for r in rows]
