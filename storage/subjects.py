"""Who is spoken about on a chat: the people of a family, one of them in hand, and whose account the registry tells us of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from flows.core.journey import Journey
from flows.speech import Address, Talk
from storage.conversations import CONVERSATION, SUBJECT, Held, new_id
from storage.tables import Consent, Link, Member
from storage.vault import Vault

LINK: Any = Link.__table__  # type: ignore[attr-defined]
MEMBER: Any = Member.__table__  # type: ignore[attr-defined]
CONSENT: Any = Consent.__table__  # type: ignore[attr-defined]

SELF = "self"
A_DAY = timedelta(hours=24)
MOST_A_DAY = 5  # people added to one chat in a day
MOST_SHOWN = 5  # people a message of choices has room for

_talk = msgspec.json.Decoder(Talk)
_journey = msgspec.json.Decoder(Journey)
_write = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people of a chat. `phone`: on whose phone the account was activated, if that was noted."""

    subject_id: int
    kin: str
    journey: Journey
    phone: str
    in_hand: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """A proven link: `name` is the registry's opaque one."""

    subject_id: int
    conversation_id: int
    name: str = field(repr=False)
    blind: str
    scopes: frozenset[str]
    since: datetime


# ---- links ----


def fingerprint(vault: Vault, name: str) -> str:
    """What a registry's name for somebody is found by."""
    return vault.blind("registry subject", name)


def link(
    unit: Connection,
    vault: Vault,
    subject_id: int,
    conversation_id: int,
    name: str,
    scopes: frozenset[str],
    at: datetime,
) -> None:
    """Keep a link; it takes the place of one the subject had."""
    unit.execute(delete(LINK).where(LINK.c.subject_id == subject_id))
    unit.execute(
        insert(LINK),
        [{"subject_id": subject_id, "conversation_id": conversation_id, "since": at, "scopes": " ".join(sorted(scopes)),
          "name": vault.seal(name, "link", subject_id, "name"), "blind": fingerprint(vault, name)}],
    )  # fmt: skip
    consent(unit, conversation_id, subject_id, "link", at)


def linked(unit: Connection, vault: Vault, subject_id: int | None) -> Linked | None:
    """The link of a subject."""
    row = unit.execute(select(LINK).where(LINK.c.subject_id == subject_id)).first()
    if row is None:
        return None
    name = vault.open(row.name, "link", row.subject_id, "name")
    return Linked(
        row.subject_id, row.conversation_id, name, row.blind, frozenset(row.scopes.split()), row.since
    )  # fmt: skip


def unlink(unit: Connection, subject_id: int | None, at: datetime) -> None:
    """Forget a link, and note that the yes to it was taken back."""
    for row in unit.execute(select(LINK.c.conversation_id).where(LINK.c.subject_id == subject_id)).all():
        withdraw(unit, row.conversation_id, subject_id, "link", at)
    unit.execute(delete(LINK).where(LINK.c.subject_id == subject_id))


def listening(unit: Connection, vault: Vault, name: str) -> list[tuple[Address, int, frozenset[str]]]:
    """The conversations that speak, now or at other times, about the person a registry knows by this name; our number of
    that person, and what was consented to."""
    rows = unit.execute(
        select(
            CONVERSATION.c.channel,
            CONVERSATION.c.bot,
            CONVERSATION.c.chat,
            CONVERSATION.c.thread,
            LINK.c.subject_id,
            LINK.c.scopes,
        )
        .join(LINK, LINK.c.conversation_id == CONVERSATION.c.id)
        .where(LINK.c.blind == fingerprint(vault, name))
    )
    return [
        (Address(r.channel, r.bot, r.chat, r.thread), r.subject_id, frozenset(r.scopes.split())) for r in rows
    ]  # fmt: skip


# ---- consents ----


def consent(unit: Connection, conversation_id: int, subject_id: int, kind: str, at: datetime) -> None:
    """Note a yes; said again, it is the newest."""
    unit.execute(delete(CONSENT).where(_consent(conversation_id, subject_id, kind)))
    unit.execute(
        insert(CONSENT),
        [{"conversation_id": conversation_id, "subject_id": subject_id, "kind": kind, "given_at": at,
          "withdrawn_at": None}],
    )  # fmt: skip


def withdraw(unit: Connection, conversation_id: int, subject_id: int | None, kind: str, at: datetime) -> None:
    """Note that a yes was taken back."""
    this = _consent(conversation_id, subject_id, kind) & CONSENT.c.withdrawn_at.is_(None)
    unit.execute(update(CONSENT).where(this).values(withdrawn_at=at))


def withdraw_here(unit: Connection, conversation_id: int, kind: str, at: datetime) -> None:
    """Note that this yes was taken back for everybody who is spoken about on this chat."""
    this = (CONSENT.c.conversation_id == conversation_id) & (CONSENT.c.kind == kind) & CONSENT.c.withdrawn_at.is_(None)
    unit.execute(update(CONSENT).where(this).values(withdrawn_at=at))


def _consent(conversation_id: int, subject_id: int | None, kind: str) -> Any:
    whose = (CONSENT.c.conversation_id == conversation_id) & (CONSENT.c.subject_id == subject_id)
    return whose & (CONSENT.c.kind == kind)


# ---- people ----


def people(unit: Connection, conversation_id: int) -> list[Person]:
    """Everybody spoken about on this chat, in the order they came; one alone has no row of their own yet."""
    rows = unit.execute(
        select(
            MEMBER.c.subject_id, MEMBER.c.kin, MEMBER.c.phone, SUBJECT.c.case, LINK.c.blind,
            (CONVERSATION.c.subject_id == MEMBER.c.subject_id).label("in_hand"),
        )
        .select_from(
            MEMBER.join(SUBJECT, SUBJECT.c.id == MEMBER.c.subject_id)
            .join(CONVERSATION, CONVERSATION.c.id == MEMBER.c.conversation_id)
            .outerjoin(LINK, LINK.c.subject_id == MEMBER.c.subject_id)
        )
        .where(MEMBER.c.conversation_id == conversation_id)
        .order_by(MEMBER.c.added, MEMBER.c.subject_id)
    ).all()  # fmt: skip
    return [
        Person(r.subject_id, r.kin, _journey.decode(r.case), r.phone, bool(r.in_hand), r.blind is not None)
        for r in rows
    ]


def add(unit: Connection, conversation_id: int, kin: str, resting: Talk, talk: Talk, at: datetime) -> int | None:
    """One more person, with a case of their own, and in hand from now on with `talk`; whoever was in hand rests at
    `resting`. None when as many came today as a day allows."""
    now_in_hand = join_in(unit, conversation_id, at)
    since = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.added > at - A_DAY) & (MEMBER.c.kin != SELF)
    if unit.execute(select(func.count()).select_from(MEMBER).where(since)).scalar_one() >= MOST_A_DAY:
        return None
    subject = new_id(at)
    unit.execute(insert(SUBJECT), [{"id": subject, "created": at, "changed": at, "case": _write(Journey()).decode()}])
    _insert(unit, conversation_id, subject, kin, at)
    consent(unit, conversation_id, subject, "person", at)
    _rest(unit, conversation_id, now_in_hand, resting)
    _take_in_hand(unit, conversation_id, subject, talk)
    return subject


def join_in(unit: Connection, conversation_id: int, at: datetime) -> int:
    """Give whoever is in hand a row of their own, if they have none; returns who that is."""
    mine = select(CONVERSATION.c.subject_id).where(CONVERSATION.c.id == conversation_id)
    subject = int(unit.execute(mine).scalar_one())
    here = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.subject_id == subject)
    if unit.execute(select(MEMBER.c.kin).where(here)).first() is None:
        _insert(unit, conversation_id, subject, SELF, at)
    return subject


def switch(unit: Connection, mine: Held, to: int, resting: Talk) -> Talk | None:
    """Somebody else of this chat in hand; the one before rests at `resting`. Returns where the talk about the other stood
    (None: nobody of that name here, nothing changed); `mine` then holds their case."""
    here = (MEMBER.c.conversation_id == mine.id) & (MEMBER.c.subject_id == to)
    row = unit.execute(
        select(MEMBER.c.talk, SUBJECT.c.case).join(SUBJECT, SUBJECT.c.id == MEMBER.c.subject_id).where(here)
    ).first()
    if row is None or mine.subject_id is None:
        return None
    _rest(unit, mine.id, mine.subject_id, resting)
    talk = _talk.decode(row.talk) if row.talk else resting
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == mine.id).values(subject_id=to))
    mine.subject_id, mine.journey, mine.case_changed = to, _journey.decode(row.case), False
    return talk


def resting(unit: Connection, conversation_id: int, subject_id: int) -> tuple[str, Talk | None, Journey] | None:
    """Somebody of this chat who is not in hand: what they are to whoever writes, where the talk about them stands (None: it
    never began), their case; locked until the transaction ends. None: nobody of that number here."""
    here = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.subject_id == subject_id)
    wanted = select(MEMBER.c.kin, MEMBER.c.talk, SUBJECT.c.case).join(SUBJECT, SUBJECT.c.id == MEMBER.c.subject_id)
    if unit.dialect.name != "sqlite":
        wanted = wanted.with_for_update()
    row = unit.execute(wanted.where(here)).first()
    if row is None:
        return None
    return row.kin, _talk.decode(row.talk) if row.talk else None, _journey.decode(row.case)


def rest(unit: Connection, conversation_id: int, subject_id: int, talk: Talk, journey: Journey, at: datetime) -> None:
    """Let the talk about somebody who is not in hand stand there, with this case."""
    _rest(unit, conversation_id, subject_id, talk)
    kept = {"case": _write(journey).decode(), "changed": at}
    unit.execute(update(SUBJECT).where(SUBJECT.c.id == subject_id).values(**kept))


def note_phone(unit: Connection, conversation_id: int, phone: str, at: datetime) -> None:
    """Note on whose phone the account of whoever is in hand was activated; "" forgets it."""
    subject = join_in(unit, conversation_id, at)
    here = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.subject_id == subject)
    unit.execute(update(MEMBER).where(here).values(phone=phone))


def kin_of(unit: Connection, conversation_id: int, subject_id: int | None) -> str:
    """What somebody is to whoever writes; "" for one alone."""
    here = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.subject_id == subject_id)
    return unit.execute(select(MEMBER.c.kin).where(here)).scalar() or ""


def talk_of(unit: Connection, conversation_id: int) -> Talk:
    """Where a conversation stands, locked until the transaction ends."""
    wanted = select(CONVERSATION.c.talk).where(CONVERSATION.c.id == conversation_id)
    if unit.dialect.name != "sqlite":
        wanted = wanted.with_for_update()
    return _talk.decode(unit.execute(wanted).scalar_one())


def keep_talk(unit: Connection, conversation_id: int, talk: Talk, **more: Any) -> None:
    """Put a conversation where `talk` stands."""
    values: Mapping[str, Any] = {"talk": _write(talk).decode(), "place": talk.place, **more}
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(**values))


def _take_in_hand(unit: Connection, conversation_id: int, subject: int, talk: Talk) -> None:
    keep_talk(unit, conversation_id, talk, subject_id=subject)


def _rest(unit: Connection, conversation_id: int, subject: int, talk: Talk) -> None:
    here = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.subject_id == subject)
    unit.execute(update(MEMBER).where(here).values(talk=_write(talk).decode()))


def _insert(unit: Connection, conversation_id: int, subject: int, kin: str, at: datetime) -> None:
    unit.execute(
        insert(MEMBER),
        [{"conversation_id": conversation_id, "subject_id": subject, "kin": kin, "added": at, "talk": "", "phone": ""}],
    )
