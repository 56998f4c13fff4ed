"""A conversation of which every table holds something, all of it findable again by its own invented words."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, make_url

from flows.core.journey import Journey
from flows.speech import Address, Talk
from storage import conversations, inbox, log_index, messages
from storage.erasing import CONSENT, LINK, MEMBER, MOVE_CODE, REMINDER, RESEND
from storage.errands import ERRAND
from storage.handover import HANDOVER
from storage.inbox import Received
from storage.messages import PERSON, Logged
from storage.vault import Vault

PLACE = "welcome.start"
TABLES = frozenset(
    "conversation subject message outbox inbox errand link member consent resend reminder move_code handover log_entry "
    "dead_letter".split()
)


def words(chat: str) -> list[str]:
    """What a search for this conversation looks for: nothing of it occurs anywhere else."""
    return [f"{chat}{part}" for part in ("chat", "hoatim", "refer", "exter", "thulai", "ghichu", "buried")]


def begin(unit: Connection, chat: str, now: datetime, channel: str = "telegram") -> int:
    """An empty conversation at this chat, with a subject."""
    address = Address(channel, "1", f"{chat}chat")
    return conversations.load(unit, {address: True}, Talk(PLACE), now, {channel})[address].id


def fill(unit: Connection, vault: Vault, chat: str, now: datetime) -> int:
    """Begin a conversation and put a row of everything into it; returns its number."""
    address = Address("telegram", "1", f"{chat}chat")
    held = conversations.load(unit, {address: True}, Talk(PLACE), now, {"telegram"})[address]
    mine, subject, beside = held.id, held.subject_id or 0, conversations.new_id(now)
    held.last = 1
    held.become(Talk(PLACE, opened=True), Journey())
    conversations.keep(unit, [held], now)
    said = Logged(mine, 1, now, PERSON, PLACE, f"cháu trồng {chat}hoatim ngoài vườn", ref=f"{chat}refer")
    messages.keep(unit, [said])
    messages.queue(unit, [(said, 1)])
    inbox.keep(unit, [
        Received(mine, f"{chat}exter", "typed", now, "typed"), Received(mine, f"{chat}buried", "typed", now, "dead_letter"),
    ])  # fmt: skip
    inbox.bury(unit, "telegram", f"{chat}buried", "typed", 9, "ValueError", now)
    log_index.prepare(unit)
    log_index.follow(unit, str)
    unit.execute(insert(conversations.SUBJECT), [{"id": beside, "created": now, "changed": now, "case": "{}"}])
    unit.execute(insert(MEMBER), [
        {"conversation_id": mine, "subject_id": s, "kin": kin, "added": now, "talk": f'"{chat}thulai"', "phone": "own"}
        for s, kin in ((subject, "self"), (beside, "grandmother"))
    ])  # fmt: skip
    blind = vault.blind("link", chat)
    unit.execute(insert(LINK), [
        {"subject_id": beside, "conversation_id": mine, "blind": blind, "scopes": "status resend", "since": now,
         "name": vault.seal(f"{chat}opaque", "link", beside, "name")},
    ])  # fmt: skip
    unit.execute(insert(CONSENT), [
        {"conversation_id": mine, "subject_id": s, "kind": kind, "given_at": now, "withdrawn_at": gone}
        for s, kind, gone in ((subject, "remind", None), (beside, "link", now + timedelta(days=1)))
    ])  # fmt: skip
    unit.execute(insert(REMINDER), [
        {"conversation_id": mine, "subject_id": subject, "kind": "visit", "due": now, "sent": 1, "last": None},
    ])  # fmt: skip
    unit.execute(insert(RESEND), [
        {"id": conversations.new_id(now), "conversation_id": mine, "blind": blind, "at": now, "key": "k", "request": "r",
         "state": "sent"},
    ])  # fmt: skip
    unit.execute(insert(MOVE_CODE), [
        {"blind": vault.blind("move", chat), "conversation_id": mine, "until": now, "used": False},
    ])  # fmt: skip
    unit.execute(insert(ERRAND), [
        {"conversation_id": mine, "id": conversations.new_id(now), "kind": "status", "place": PLACE, "state": "intent",
         "due": now, "attempts": 0, "lease_until": None, "fence": 0, "outcome": "", "subject_id": beside, "key": "",
         "sealed": None},
    ])  # fmt: skip
    unit.execute(insert(HANDOVER), [
        {"id": conversations.new_id(now), "conversation_id": mine, "state": "back", "asked_by": "citizen", "unit": "",
         "asked_at": now, "staff_id": None, "taken_at": None, "back_at": now, "words": "", "read_upto": 0, "read_at": None,
         "unread_since": None, "unread_told": False, "escalated": 0, "rating": "", "note": f"{chat}ghichu"},
    ])  # fmt: skip
    return mine


def bytes_beside(url: str) -> bytes:
    """Every byte of every file in the folder of a SQLite database."""
    folder = Path(str(make_url(url).database)).parent
    return b"\n".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def clear_words(url: str, wanted: Iterable[str]) -> list[str]:
    """Which of these words stand in any file beside a SQLite database."""
    kept = bytes_beside(url)
    return [w for w in wanted if w.encode() in kept or w.encode("utf-16-le") in kept]


def rows_of(url: str) -> dict[str, int]:
    """How many rows each table of a SQLite file has."""
    with closing(sqlite3.connect(str(make_url(url).database))) as raw:
        return {t: raw.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in sorted(TABLES)}
