"""Carrying a conversation from one chat to another, with everybody it is about: a code, good once, for a few minutes."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from flows.core.journey import Journey
from flows.speech import Back, Talk
from storage.conversations import CONVERSATION, SUBJECT, new_id
from storage.resends import RESEND
from storage.subjects import CONSENT, LINK, MEMBER, keep_talk, talk_of
from storage.tables import MoveCode, Reminder
from storage.vault import Vault

MOVE_CODE: Any = MoveCode.__table__  # type: ignore[attr-defined]
REMINDER: Any = Reminder.__table__  # type: ignore[attr-defined]
LIFE = timedelta(minutes=10)
LETTERS = "BCDGHKLMNPQRTVXY"  # none that is read for another, none that makes a word
_PURPOSE = "moving"
_write = msgspec.json.Encoder().encode


def make(unit: Connection, vault: Vault, conversation_id: int, at: datetime) -> str:
    """A new code for a conversation; the one before is good no longer. "DI-KTRM-WPXQ"."""
    unit.execute(delete(MOVE_CODE).where(MOVE_CODE.c.conversation_id == conversation_id))
    halves = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(2))
    code = "DI-" + "-".join(halves)
    unit.execute(
        insert(MOVE_CODE),
        [{"blind": vault.blind(_PURPOSE, code), "conversation_id": conversation_id, "until": at + LIFE, "used": False}],
    )
    return code


def carry(unit: Connection, vault: Vault, code: str, to: int, home: str, start: str, at: datetime) -> int | None:
    """Bring the conversation behind a code to the conversation `to`, everybody with their cases, links, consents and
    reminders; the talk comes back to where it stood there. `home`: the place that asked; `start`: where the one that was
    left begins anew. Returns the conversation it came from, None when the code is good for nothing here."""
    mark = vault.blind(_PURPOSE, code.upper())
    wanted = select(MOVE_CODE).where(MOVE_CODE.c.blind == mark)
    if unit.dialect.name != "sqlite":
        wanted = wanted.with_for_update()
    row = unit.execute(wanted).first()
    if row is None or row.used or row.until <= at or row.conversation_id == to:
        return None
    source = int(row.conversation_id)
    unit.execute(update(MOVE_CODE).where(MOVE_CODE.c.blind == mark).values(used=True))
    here, there = (talk_of(unit, id_) for id_ in sorted((to, source)))
    if to > source:
        here, there = there, here
    _make_room(unit, to, at)
    carried = unit.execute(select(CONVERSATION.c.subject_id).where(CONVERSATION.c.id == source)).scalar_one()
    for table in (MEMBER, LINK, CONSENT, REMINDER, RESEND):
        unit.execute(update(table).where(table.c.conversation_id == source).values(conversation_id=to))
    back = there.stack[0].place if there.stack else there.place
    talk = replace(there, place=home, stack=(Back(back, own=False),), offer=here.offer, guess=None, facts=(), late=None)
    keep_talk(unit, to, talk, subject_id=carried)
    fresh = new_id(at)
    unit.execute(insert(SUBJECT), [{"id": fresh, "created": at, "changed": at, "case": _write(Journey()).decode()}])
    left = Talk(start, opened=True, form=there.form, language=there.language)
    keep_talk(unit, source, left, subject_id=fresh)
    return source


def _make_room(unit: Connection, conversation_id: int, at: datetime) -> None:
    """Whoever was spoken about here before stays, if anything was said of them; an empty case goes."""
    mine = unit.execute(
        select(CONVERSATION.c.subject_id, SUBJECT.c.case)
        .join(SUBJECT, SUBJECT.c.id == CONVERSATION.c.subject_id)
        .where(CONVERSATION.c.id == conversation_id)
    ).one()
    known = (MEMBER.c.conversation_id == conversation_id) & (MEMBER.c.subject_id == mine.subject_id)
    if unit.execute(select(MEMBER.c.kin).where(known)).first() is not None:
        return
    linked = unit.execute(select(LINK.c.blind).where(LINK.c.subject_id == mine.subject_id)).first()
    if linked is None and mine.case == _write(Journey()).decode():
        unit.execute(delete(SUBJECT).where(SUBJECT.c.id == mine.subject_id))
        return
    unit.execute(
        insert(MEMBER),
        [{"conversation_id": conversation_id, "subject_id": mine.subject_id, "kin": "other", "added": at, "talk": "",
          "phone": ""}],
    )  # fmt: skip
