"""Forgetting: a conversation with everything that hangs on it, and a subject nobody speaks of any more."""

from sqlalchemy import Connection, delete, func, select

from flows.speech import Address
from storage.conversations import CONVERSATION, SUBJECT
from storage.errands import ERRAND
from storage.inbox import INBOX
from storage.messages import MESSAGE, OUTBOX


def erase_conversation(unit: Connection, conversation_id: int, subject_id: int | None) -> None:
    """Remove one conversation; SQLite overwrites what is removed (secure_delete)."""
    for table in (OUTBOX, MESSAGE, INBOX, ERRAND):
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
