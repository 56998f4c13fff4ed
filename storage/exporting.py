"""Everything that is kept about one conversation, as plain JSON: for the person whose it is."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.audit import AuditLog
from storage.conversations import CONVERSATION, SUBJECT
from storage.erasing import CONSENT, LINK, MEMBER, REMINDER, RESEND
from storage.errands import ERRAND
from storage.handover import HANDOVER, STAFF
from storage.inbox import INBOX
from storage.messages import MESSAGE, OUTBOX
from storage.vault import Vault

MOST_LOOKS = 1000


def export_of(unit: Connection, vault: Vault, conversation_id: int) -> dict[str, Any]:
    """Places, messages (shielded, as they are kept), cases, people, links, consents, reminders, who looked; moments in ISO
    8601, UTC. Left out: opaque names and fingerprints, which say nothing to anybody. An empty dict for no such conversation."""
    row = unit.execute(select(CONVERSATION).where(CONVERSATION.c.id == conversation_id)).first()
    if row is None:
        return {}
    people = _people(unit, conversation_id, row.subject_id)
    names = {id_: index for index, id_ in enumerate(people, start=1)}
    return {
        "conversation": {
            "number": conversation_id, "channel": row.channel, "chat": row.chat, "thread": row.thread, "unit": row.unit,
            "begun": _iso(row.created), "changed": _iso(row.changed), "place": row.place, "came_by_link": row.link,
            "muted": row.muted, "talk": json.loads(row.talk),
        },
        "messages": _messages(unit, conversation_id),
        "people": [_person(unit, id_, names[id_], conversation_id, in_hand=id_ == row.subject_id) for id_ in people],
        "links": [
            {"person": names.get(r.subject_id), "since": _iso(r.since), "scopes": r.scopes.split()}
            for r in unit.execute(select(LINK).where(LINK.c.subject_id.in_(people)).order_by(LINK.c.since))
        ],
        "consents": [
            {"person": names.get(r.subject_id), "to": r.kind, "given": _iso(r.given_at), "withdrawn": _iso(r.withdrawn_at)}
            for r in _of(unit, CONSENT, conversation_id, CONSENT.c.given_at)
        ],
        "reminders": [
            {"person": names.get(r.subject_id), "of": r.kind, "due": _iso(r.due), "told": r.sent, "last": _iso(r.last)}
            for r in _of(unit, REMINDER, conversation_id, REMINDER.c.due)
        ],
        "codes_sent_again": [
            {"at": _iso(r.at), "state": r.state} for r in _of(unit, RESEND, conversation_id, RESEND.c.at)
        ],
        "asked_outside": [
            {"what": r.kind, "place": r.place, "at": _iso(r.due), "state": r.state, "outcome": r.outcome}
            for r in _of(unit, ERRAND, conversation_id, ERRAND.c.due)
        ],
        "persons_who_answered": _handovers(unit, conversation_id),
        "looked": [
            {"at": _iso(look.at), "who": look.name, "unit": look.unit, "act": look.act, "reason": look.reason}
            for look in AuditLog(vault).looks(unit, conversation_id, MOST_LOOKS)
        ],
        "also_kept": {
            "ids_of_what_came": _count(unit, INBOX, conversation_id),
            "messages_still_to_be_sent": _count(unit, OUTBOX, conversation_id),
        },
    }  # fmt: skip


def _people(unit: Connection, conversation_id: int, in_hand: int | None) -> list[int]:
    """The subjects of a conversation, the one in hand first."""
    members = select(MEMBER.c.subject_id).where(MEMBER.c.conversation_id == conversation_id).order_by(MEMBER.c.added)
    found = [in_hand, *unit.execute(members).scalars()]
    return list(dict.fromkeys(id_ for id_ in found if id_ is not None))


def _person(unit: Connection, subject_id: int, name: int, conversation_id: int, *, in_hand: bool) -> dict[str, Any]:
    case = unit.execute(select(SUBJECT.c.case, SUBJECT.c.created).where(SUBJECT.c.id == subject_id)).first()
    member = unit.execute(
        select(MEMBER).where(MEMBER.c.conversation_id == conversation_id, MEMBER.c.subject_id == subject_id)
    ).first()
    told: dict[str, Any] = {"person": name, "in_hand": in_hand}
    if case is not None:
        told |= {"since": _iso(case.created), "case": json.loads(case.case)}
    if member is not None:
        told |= {"kin": member.kin, "added": _iso(member.added), "on_phone_of": member.phone}
    return told


def _messages(unit: Connection, conversation_id: int) -> list[dict[str, Any]]:
    return [
        {
            "number": r.number, "at": _iso(r.at), "who": r.who, "place": r.place, "text": r.text, "mark": r.mark,
            "choices": [label for _, label in json.loads(r.offer)["choices"]] if r.offer else [],
        }
        for r in _of(unit, MESSAGE, conversation_id, MESSAGE.c.number)
    ]  # fmt: skip


def _handovers(unit: Connection, conversation_id: int) -> list[dict[str, Any]]:
    rows = unit.execute(
        select(HANDOVER, STAFF.c.name.label("staff"))
        .select_from(HANDOVER.outerjoin(STAFF, STAFF.c.id == HANDOVER.c.staff_id))
        .where(HANDOVER.c.conversation_id == conversation_id)
        .order_by(HANDOVER.c.asked_at)
    )
    return [
        {
            "asked": _iso(r.asked_at), "asked_by": r.asked_by, "who": r.staff or "", "came": _iso(r.taken_at),
            "over": _iso(r.back_at), "two_words": r.words, "rating": r.rating, "note": r.note,
        }
        for r in rows
    ]  # fmt: skip


def _of(unit: Connection, table: Any, conversation_id: int, order: Any) -> list[Any]:
    return list(unit.execute(select(table).where(table.c.conversation_id == conversation_id).order_by(order)))


def _count(unit: Connection, table: Any, conversation_id: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.conversation_id == conversation_id)
    return int(unit.execute(query).scalar_one())


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
