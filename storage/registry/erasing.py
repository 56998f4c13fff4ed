"""Forgetting: all that hangs on an invented person when they are given back, and what has grown old."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete

from storage.registry.accounts import File, keep, lock
from storage.registry.answers import ANSWER
from storage.registry.applications import APPLICATION
from storage.registry.changes import CHANGE
from storage.registry.codes import CODE
from storage.registry.consents import CONSENT
from storage.registry.handsets import HANDSET
from storage.registry.limits import LIMIT, MICROSECOND, SINCE
from storage.registry.linking import LINK
from storage.registry.linking import forget_old as forget_old_links
from storage.registry.requests import REQUEST
from storage.registry.sms import SMS

ANSWERS_KEPT = timedelta(hours=24)
REST_KEPT = timedelta(days=30)
LOOKS_KEPT = timedelta(days=90)


def forget_person(unit: Connection, person: int) -> File:
    """An invented person begins anew: nothing of what was played with them stays. Returns the empty file."""
    for table in (REQUEST, CODE, SMS, APPLICATION, CONSENT, CHANGE, LINK):
        unit.execute(delete(table).where(table.c.person == person))
    empty = File(person)
    keep(unit, empty)
    return empty


def take_back(unit: Connection, person: int, now: datetime) -> bool:
    """Take back a person whose loan is over, with the handsets of that loan; False when it is not (any more)."""
    file = lock(unit, [person])[person]
    if file.lent is None or file.lent_until is None or file.lent_until >= now:
        return False
    forget_handsets(unit, file.lent)
    forget_person(unit, person)
    return True


def forget_handsets(unit: Connection, loan: str) -> None:
    """The handsets of a loan that is over."""
    unit.execute(delete(HANDSET).where(HANDSET.c.lent == loan))


def forget_old(unit: Connection, now: datetime) -> None:
    """Whatever nobody needs any more; a code older than a month weighs on no limit, and an answer is kept for a day."""
    unit.execute(delete(ANSWER).where(ANSWER.c.at < now - ANSWERS_KEPT))
    forget_old_links(unit, now, now - LOOKS_KEPT)
    unit.execute(delete(LIMIT).where(LIMIT.c.until < (now - ANSWERS_KEPT - SINCE) // MICROSECOND))
    old: tuple[tuple[Any, Any], ...] = (
        (REQUEST, REQUEST.c.made), (CODE, CODE.c.sent_at), (SMS, SMS.c.due), (CHANGE, CHANGE.c.at),
        (HANDSET, HANDSET.c.made),
    )  # fmt: skip
    for table, moment in old:
        unit.execute(delete(table).where(moment < now - REST_KEPT))
