"""What waits to be sent, and who may send it: a conversation is claimed by lease with a fence, and sent in order.

A claim is the right to send everything that waits in one conversation. It ends with the lease; whoever claims after that gets a
greater fence, and nothing is marked under an older one. Several senders may work on one PostgreSQL: a claim passes over rows that
are locked, so it neither waits nor reorders.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, delete, func, or_, select, tuple_, update

from flows.speech import Address, Offer
from storage.conversations import CONVERSATION, READ_LANE
from storage.messages import GIVEN_UP, MESSAGE, OUTBOX, UNKNOWN, WAITING

_offer = msgspec.json.Decoder(Offer)


@dataclass(frozen=True, slots=True)
class Claim:
    """A conversation this sender may send to until `until`, under `fence`."""

    conversation_id: int
    address: Address
    lane: int
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message that waits, with its words. `unsure` counts how often it was perhaps taken already."""

    conversation_id: int
    number: int
    at: datetime
    place: str
    mark: str
    text: str
    offer: Offer | None
    priority: int
    parts: int
    attempts: int
    unsure: int


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that will not go by itself any more: given up, or perhaps delivered (unknown). No words."""

    conversation_id: int
    number: int
    channel: str
    bot: str
    at: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one sending (of the messages `numbers`), to be written under the claim's fence; see `note`."""

    claim: Claim
    numbers: tuple[int, ...] = ()
    state: str = ""  # "" keeps it waiting; "sent" removes the row
    attempts: int = 0
    unsure: int = 0
    parts: int = 0
    reason: str = ""
    muted: str = ""
    again_at: datetime | None = None
    release: bool = False


def anything_due(unit: Connection, now: datetime, held: Collection[tuple[str, str]] = ()) -> bool:
    """Whether a claim would find something: asked on a reading connection, so that waiting costs the writer nothing."""
    return unit.execute(_candidates(now, held, None).limit(1)).first() is not None


def claim(
    unit: Connection, now: datetime, until: datetime, most: int, *, held: Collection[tuple[str, str]] = (),
    priority: int | None = None,
) -> list[Claim]:  # fmt: skip
    """Up to `most` conversations with something due, answers to people first. `held`: (channel, bot) to pass over;
    `priority`: only what is at most so unimportant."""
    found = [row.id for row in unit.execute(_candidates(now, held, priority).limit(most))]
    if not found:
        return []
    if unit.dialect.name != "sqlite":
        free = select(CONVERSATION.c.id).where(CONVERSATION.c.id.in_(sorted(found)), _free(now))
        locked = free.order_by(CONVERSATION.c.id).with_for_update(skip_locked=True)
        found = [row.id for row in unit.execute(locked)]
        if not found:
            return []
    taken = (
        update(CONVERSATION)
        .where(CONVERSATION.c.id.in_(found), _free(now))
        .values(lease_until=until, fence=CONVERSATION.c.fence + 1)
        .returning(
            CONVERSATION.c.id, CONVERSATION.c.channel, CONVERSATION.c.bot, CONVERSATION.c.chat, CONVERSATION.c.thread,
            CONVERSATION.c.lane, CONVERSATION.c.fence,
        )
    )  # fmt: skip
    return [
        Claim(r.id, Address(r.channel, r.bot, r.chat, r.thread), r.lane, r.fence, until) for r in unit.execute(taken)
    ]


def renew(unit: Connection, mine: Claim, until: datetime) -> bool:
    """Hold a claim for longer; False when it is no longer ours."""
    kept = update(CONVERSATION).where(_ours(mine)).values(lease_until=until)
    return bool(unit.execute(kept).rowcount)


def release_all(unit: Connection) -> None:
    """At the start of the only sender there is (a served SQLite file): what a killed one had claimed is free at once."""
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.lease_until.is_not(None)).values(lease_until=None))


def letters(unit: Connection, conversation_id: int, most: int = 30) -> list[Waiting]:
    """What waits in one conversation, in order."""
    said = and_(MESSAGE.c.conversation_id == OUTBOX.c.conversation_id, MESSAGE.c.number == OUTBOX.c.number)
    rows = unit.execute(
        select(OUTBOX, MESSAGE.c.at, MESSAGE.c.place, MESSAGE.c.mark, MESSAGE.c.text, MESSAGE.c.offer)
        .join(MESSAGE, said)
        .where(OUTBOX.c.conversation_id == conversation_id, OUTBOX.c.state == WAITING)
        .order_by(OUTBOX.c.number)
        .limit(most)
    )
    return [
        Waiting(
            r.conversation_id, r.number, r.at, r.place, r.mark, r.text, _offer.decode(r.offer) if r.offer else None,
            r.priority, r.parts, r.attempts, r.unsure,
        )
        for r in rows
    ]  # fmt: skip


def note(unit: Connection, notes: Sequence[Note]) -> list[bool]:
    """Write down what became of sendings; False for each whose claim another sender holds by now (nothing of it is written)."""
    return [_note(unit, n) for n in notes]


def _note(unit: Connection, told: Note) -> bool:
    mine = told.claim
    values: dict[str, Any] = {"send_after": told.again_at}
    if told.release:
        values["lease_until"] = None
    if told.muted:
        values["muted"] = told.muted
    if not unit.execute(update(CONVERSATION).where(_ours(mine)).values(**values)).rowcount:
        return False
    if told.muted:
        _give_up(unit, mine.conversation_id, told.muted)
    elif told.numbers:
        this = and_(OUTBOX.c.conversation_id == mine.conversation_id, OUTBOX.c.number.in_(told.numbers))
        if told.state == "sent":
            unit.execute(delete(OUTBOX).where(this))
        else:
            unit.execute(
                update(OUTBOX).where(this).values(
                    state=told.state or WAITING, attempts=told.attempts, unsure=told.unsure, parts=told.parts,
                    reason=told.reason[:60], fence=mine.fence,
                )
            )  # fmt: skip
    return True


def _give_up(unit: Connection, conversation_id: int, reason: str) -> None:
    these = and_(OUTBOX.c.conversation_id == conversation_id, OUTBOX.c.state == WAITING)
    unit.execute(update(OUTBOX).where(these).values(state=GIVEN_UP, reason=reason))


def mute(unit: Connection, conversation_id: int, reason: str) -> None:
    """Nothing more is sent here until the person writes; what waited is given up."""
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(muted=reason))
    _give_up(unit, conversation_id, reason)


def undelivered(unit: Connection, most: int = 200) -> list[Undelivered]:
    """Messages that were given up or are unknown, newest first."""
    said = and_(MESSAGE.c.conversation_id == OUTBOX.c.conversation_id, MESSAGE.c.number == OUTBOX.c.number)
    rows = unit.execute(
        select(OUTBOX, CONVERSATION.c.channel, CONVERSATION.c.bot, MESSAGE.c.at)
        .join(CONVERSATION, CONVERSATION.c.id == OUTBOX.c.conversation_id)
        .join(MESSAGE, said)
        .where(OUTBOX.c.state.in_([GIVEN_UP, UNKNOWN]))
        .order_by(MESSAGE.c.at.desc())
        .limit(most)
    )
    return [Undelivered(r.conversation_id, r.number, r.channel, r.bot, r.at, r.state, r.reason) for r in rows]


def send_again(unit: Connection, conversation_id: int, number: int, now: datetime) -> bool:
    """A person decided that a given-up message goes out after all; False when it is not among them."""
    this = and_(
        OUTBOX.c.conversation_id == conversation_id, OUTBOX.c.number == number, OUTBOX.c.state.in_([GIVEN_UP, UNKNOWN])
    )
    fresh = {"state": WAITING, "attempts": 0, "unsure": 0, "reason": "", "due": now}
    found = bool(unit.execute(update(OUTBOX).where(this).values(**fresh)).rowcount)
    if found:
        unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(muted="", send_after=None))
    return found


def depth(unit: Connection) -> tuple[int, datetime | None]:
    """How many messages wait for the sender, and since when the oldest was due."""
    row = unit.execute(
        select(func.count(), func.min(OUTBOX.c.due)).where(OUTBOX.c.state == WAITING, OUTBOX.c.lane > READ_LANE)
    ).one()
    return int(row[0]), row[1]


def _candidates(now: datetime, held: Collection[tuple[str, str]], priority: int | None) -> Any:
    """Conversation ids with something due, the most important and oldest first."""
    query = (
        select(OUTBOX.c.conversation_id.label("id"))
        .join(CONVERSATION, CONVERSATION.c.id == OUTBOX.c.conversation_id)
        .where(OUTBOX.c.state == WAITING, OUTBOX.c.lane > READ_LANE, OUTBOX.c.due <= now, _free(now))
        .group_by(OUTBOX.c.conversation_id)
        .order_by(func.min(OUTBOX.c.priority), func.min(OUTBOX.c.due), OUTBOX.c.conversation_id)
    )
    if held:
        query = query.where(tuple_(CONVERSATION.c.channel, CONVERSATION.c.bot).not_in(sorted(held)))
    if priority is not None:
        query = query.where(OUTBOX.c.priority <= priority)
    return query


def _free(now: datetime) -> Any:
    return and_(
        or_(CONVERSATION.c.lease_until.is_(None), CONVERSATION.c.lease_until < now),
        or_(CONVERSATION.c.send_after.is_(None), CONVERSATION.c.send_after <= now),
    )


def _ours(mine: Claim) -> Any:
    return and_(CONVERSATION.c.id == mine.conversation_id, CONVERSATION.c.fence == mine.fence)
