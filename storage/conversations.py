"""Conversations and the subject each has in hand, loaded for a group of turns in one query and kept in bulk."""

import secrets
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from flows.core.journey import Journey
from flows.speech import Address, Talk
from storage.tables import Conversation, Subject

CONVERSATION: Any = Conversation.__table__  # type: ignore[attr-defined]
SUBJECT: Any = Subject.__table__  # type: ignore[attr-defined]
LANES = 16
READ_LANE = -1  # a conversation whose page comes and reads: nothing is ever sent to it

_talk = msgspec.json.Decoder(Talk)
_journey = msgspec.json.Decoder(Journey)
_write = msgspec.json.Encoder().encode

_LOAD = (
    select(
        CONVERSATION.c.id, CONVERSATION.c.address, CONVERSATION.c.subject_id, CONVERSATION.c.talk, CONVERSATION.c.last,
        CONVERSATION.c.lane, CONVERSATION.c.changed, CONVERSATION.c.muted, SUBJECT.c.case,
    )
    .select_from(CONVERSATION.outerjoin(SUBJECT, SUBJECT.c.id == CONVERSATION.c.subject_id))
    .order_by(CONVERSATION.c.id)
)  # fmt: skip
_BY_ADDRESS = _LOAD.where(CONVERSATION.c.address.in_(bindparam("addresses", expanding=True)))
_FOR_UPDATE = _BY_ADDRESS.with_for_update(of=CONVERSATION)
_KEEP = (
    update(CONVERSATION)
    .where(CONVERSATION.c.id == bindparam("this"))
    .values(
        talk=bindparam("now_talk"), place=bindparam("now_place"), last=bindparam("now_last"), changed=bindparam("at")
    )
)
_KEEP_CASE = (
    update(SUBJECT).where(SUBJECT.c.id == bindparam("this")).values(case=bindparam("now_case"), changed=bindparam("at"))
)


@dataclass(slots=True)
class Held:
    """A conversation in hand during a turn. `last` is the number of its newest message."""

    id: int
    subject_id: int | None
    talk: Talk
    journey: Journey
    last: int
    lane: int
    seen_at: datetime | None
    muted: str = ""
    touched: bool = False
    case_changed: bool = False

    def become(self, talk: Talk, journey: Journey) -> None:
        self.case_changed = self.case_changed or journey != self.journey
        self.talk, self.journey, self.touched = talk, journey, True


def new_id(now: datetime) -> int:
    """A positive 63-bit number, growing with time and not guessable from its neighbours."""
    return (int(now.timestamp() * 1000) << 22 | secrets.randbits(22)) & (2**63 - 1)


def load(
    unit: Connection, addresses: Mapping[Address, bool], start: Talk, now: datetime, written: Container[str] = ()
) -> dict[Address, Held]:
    """The conversations of these addresses for update, in id order; a new one begins at `start`. The value says whether
    the conversation is private: a private one gets a subject of its own, a group has none. `written` names the channels
    that are written to: their conversations get a sender's lane."""
    by_key = {a.key: a for a in addresses}
    held = _found(unit, by_key)
    missing = [a for a in addresses if a not in held]
    if missing:
        _begin(unit, missing, addresses, start, now, written)
        found_again = _found(unit, {a.key: a for a in missing})
        for address in missing:
            held[address] = found_again[address]
            held[address].seen_at = None
    return held


def _found(unit: Connection, by_key: Mapping[str, Address]) -> dict[Address, Held]:
    query = _BY_ADDRESS if unit.dialect.name == "sqlite" else _FOR_UPDATE
    rows = unit.execute(query, {"addresses": list(by_key)})
    return {by_key[r.address]: _held(r) for r in rows}


def _held(row: Any) -> Held:
    journey = _journey.decode(row.case) if row.case is not None else Journey()
    return Held(row.id, row.subject_id, _talk.decode(row.talk), journey, row.last, row.lane, row.changed, row.muted)


def _begin(
    unit: Connection, missing: Iterable[Address], private: Mapping[Address, bool], start: Talk, now: datetime,
    written: Container[str],
) -> None:  # fmt: skip
    conversations, subjects = [], []
    for address in missing:
        subject = new_id(now) if private[address] else None
        if subject is not None:
            subjects.append({"id": subject, "created": now, "changed": now, "case": _write(Journey()).decode()})
        this = new_id(now)
        conversations.append({
            "id": this, "address": address.key, "channel": address.channel, "bot": address.bot, "chat": address.chat,
            "thread": address.thread, "subject_id": subject, "created": now, "changed": now, "place": start.place,
            "talk": _write(start).decode(), "last": 0, "lease_until": None, "fence": 0,
            "lane": this % LANES if address.channel in written else READ_LANE, "send_after": None, "muted": "", "link": "",
        })  # fmt: skip
    if subjects:
        unit.execute(insert(SUBJECT), subjects)
    unit.execute(insert(CONVERSATION), conversations)


def keep(unit: Connection, held: Iterable[Held], now: datetime) -> None:
    """Write back what the turns changed."""
    touched = [h for h in held if h.touched]
    if touched:
        unit.execute(
            _KEEP,
            [
                {
                    "this": h.id,
                    "now_talk": _write(h.talk).decode(),
                    "now_place": h.talk.place,
                    "now_last": h.last,
                    "at": now,
                }
                for h in touched
            ],
        )
    cases = {h.subject_id: h for h in touched if h.case_changed and h.subject_id is not None}
    if cases:
        unit.execute(
            _KEEP_CASE,
            [{"this": id_, "now_case": _write(h.journey).decode(), "at": now} for id_, h in sorted(cases.items())],
        )


def rows_to_keep(unit: Connection, conversation_id: int) -> dict[str, Any]:
    """What is not about anybody's talk: where a conversation lives, how it is sent to, and the number of its newest message
    (a page that waits for the next one asks by it)."""
    return dict(unit.execute(select(CONVERSATION).where(CONVERSATION.c.id == conversation_id)).one()._mapping)


def begin_anew(unit: Connection, kept: Mapping[str, Any], talk: Talk, now: datetime) -> int:
    """A conversation that knows nothing, where an erased one lived; returns its id."""
    subject, this = new_id(now), new_id(now)
    unit.execute(insert(SUBJECT), [{"id": subject, "created": now, "changed": now, "case": _write(Journey()).decode()}])
    row = {
        **kept, "id": this, "subject_id": subject, "created": now, "changed": now, "place": talk.place,
        "talk": _write(talk).decode(), "lease_until": None, "send_after": None, "followed": kept["last"], "link": "",
        "muted": "", "lane": this % LANES if kept["lane"] != READ_LANE else READ_LANE,
    }  # fmt: skip
    unit.execute(insert(CONVERSATION), [row])
    return this


def unmute(unit: Connection, held: Held) -> None:
    """They wrote again, so they can be reached again."""
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == held.id).values(muted="", send_after=None))
    held.muted = ""


def came_by(unit: Connection, held: Held, link: str) -> None:
    """Keep the code of the start link a conversation came by: the first one stays."""
    this = (CONVERSATION.c.id == held.id) & (CONVERSATION.c.link == "")
    unit.execute(update(CONVERSATION).where(this).values(link=link[:64]))


def move(unit: Connection, old: Address, new: Address) -> bool:
    """The platform renamed a chat: all its conversations (topics too) live at the new address from now on. False when there
    was none, or when one has begun there already (then the old one rests)."""
    moved = False
    here = (CONVERSATION.c.channel == old.channel) & (CONVERSATION.c.bot == old.bot) & (CONVERSATION.c.chat == old.chat)
    for row in unit.execute(select(CONVERSATION.c.id, CONVERSATION.c.thread).where(here)).all():
        address = Address(new.channel, new.bot, new.chat, row.thread)
        if unit.execute(select(CONVERSATION.c.id).where(CONVERSATION.c.address == address.key)).first() is None:
            values = {"address": address.key, "chat": address.chat}
            unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == row.id).values(**values))
            moved = True
    return moved


def find(unit: Connection, address: Address) -> Held | None:
    """One conversation to look at, or None; changes nothing."""
    row = unit.execute(_BY_ADDRESS, {"addresses": [address.key]}).first()
    return _held(row) if row is not None else None
