"""Forgetting: a conversation with everything that hangs on it, and a subject nobody speaks of any more."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select

from flows.speech import Address
from storage import log_index
from storage.conversations import CONVERSATION, SUBJECT
from storage.errands import ERRAND
from storage.handover import HANDOVER
from storage.inbox import DEAD_LETTER, INBOX
from storage.messages import MESSAGE, OUTBOX


def erase_conversation(unit: Connection, conversation_id: int, subject_id: int | None) -> None:
    """Remove one conversation; SQLite overwrites what is removed (secure_delete)."""
    log_index.forget(unit, conversation_id)
    for table in (OUTBOX, MESSAGE, INBOX, ERRAND, HANDOVER):
        unit.execute(delete(table).where(table.c.conversation_id == conversation_id))
    unit.execute(delete(CONVERSATION).where(CONVERSATION.c.id == conversation_id))
    if subject_id is not None:
        others = select(func.count()).select_from(CONVERSATION).where(CONVERSATION.c.subject_id == subject_id)
        if not unit.execute(others).scalar_one():
            unit.execute(delete(SUBJECT).where(SUBJECT.c.id == subject_id))


def forget(unit: Connection, address: Address) -> bool:
    """Forget the conversation at this address; False when there is none."""
    wanted = select(CONVERSATION.c.id, CONVERSATION.c.subject_id).where(CONVERSATION.c.address == address.key)
    row = unit.execute(wanted).first()
    if row is None:
        return False
    erase_conversation(unit, row.id, row.subject_id)
    return True


def anything_older(unit: Connection, before: datetime) -> bool:
    """Whether anything is kept that should have gone."""
    found = (select(table.c.at).where(table.c.at < before).limit(1) for table in (MESSAGE, INBOX, DEAD_LETTER))
    silent = select(CONVERSATION.c.id).where(CONVERSATION.c.changed < before).limit(1)
    return any(unit.execute(query).first() is not None for query in (silent, *found))


def erase_older(unit: Connection, before: datetime, most: int = 200) -> int:
    """Keep the promise told at the start: conversations silent since `before` go whole, and of the others what was said
    before it. At most `most` conversations at a time, so that no turn waits long; returns how many there were."""
    silent = unit.execute(
        select(CONVERSATION.c.id, CONVERSATION.c.subject_id).where(CONVERSATION.c.changed < before).limit(most)
    ).all()
    for row in silent:
        erase_conversation(unit, row.id, row.subject_id)
    if not silent:
        said = (MESSAGE.c.conversation_id == OUTBOX.c.conversation_id) & (MESSAGE.c.number == OUTBOX.c.number)
        unit.execute(delete(OUTBOX).where(exists().where(said, MESSAGE.c.at < before)))
        log_index.forget_older(unit, before)
        for table in (MESSAGE, INBOX, DEAD_LETTER):
            unit.execute(delete(table).where(table.c.at < before))
    return len(silent)
