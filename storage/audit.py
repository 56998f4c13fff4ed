"""What staff did, for ever: appended in the transaction of the act itself, each row's hash over the one before it.

The hash is keyed, so whoever can write the database but has no key file cannot make a chain that fits. A tail that was cut off
looks whole by itself: an anchor noted elsewhere (`python -m bot audit verify` prints one) is what tells.
"""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select, text

from storage.tables import Audit, Staff
from storage.vault import Vault

AUDIT: Any = Audit.__table__  # type: ignore[attr-defined]
STAFF: Any = Staff.__table__  # type: ignore[attr-defined]

HOUSE = 0  # the staff id of what the house does by itself, or the person at its terminal
LONGEST_DETAIL = 300
_GENESIS = bytes(32)
_LOCK = 0x617564  # PostgreSQL: one appender at a time, whatever process it is in
_AT_ONCE = 2000


class Act(Enum):
    """What can be done; `done` false in the row says that it was refused."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ENROL = "enrol"
    RECOVERY = "recovery_code"
    SESSION_END = "session_end"
    SURE = "password_again"
    STAFF_ADD = "staff_add"
    STAFF_RESET = "staff_reset"
    STAFF_DISABLE = "staff_disable"
    LIST = "list"
    VIEW = "view"
    SEARCH = "search"
    STREAM = "stream"
    REVEAL = "reveal"
    EXPORT = "export"
    TAKE = "take"
    REPLY = "reply"
    GIVE_BACK = "give_back"
    NOTE = "note"
    ESCALATE = "escalate"
    CANNED = "canned"
    UNIT = "unit"
    HEALTH = "channel_health"
    SEND_AGAIN = "send_again"
    AUDIT = "audit"
    STAFF = "staff"
    CONSENT = "consent"
    ERASE = "erase"
    BACKUP = "backup"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as it is read."""

    number: int
    at: datetime
    staff_id: int
    staff: str
    act: str
    done: bool
    subject: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of the staff looked at a conversation: who, when, and the reason if secrets were uncovered."""

    at: datetime
    name: str
    unit: str
    act: str
    reason: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the chain at some moment, to be noted where the database's keeper cannot write."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def read(cls, written: str) -> "Anchor":
        """ValueError for what is no anchor."""
        number, _, hash_ = written.strip().partition(":")
        return cls(int(number), bytes.fromhex(hash_).hex())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds: its anchor, and otherwise the first row that is wrong and why."""

    anchor: Anchor
    wrong_at: int | None = None
    why: str = ""


class AuditLog:
    """Appends under a key, and verifies."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._key = vault, vault.subkey("audit chain")

    def pseudonym(self, conversation_id: int) -> str:
        """The name a conversation has here; without the key and the conversation's id nobody finds who it was."""
        return self._vault.blind("audit subject", str(conversation_id))

    def append(
        self, unit: Connection, at: datetime, staff_id: int, act: Act, /, *, done: bool = True, about: int | None = None,
        **detail: str | int,
    ) -> int:  # fmt: skip
        """Write down one act in the caller's transaction; `about` is a conversation. Returns its number."""
        if unit.dialect.name != "sqlite":
            unit.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        last = unit.execute(select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)).first()
        number, before = (last.number + 1, bytes(last.hash)) if last is not None else (1, _GENESIS)
        told = {k: str(v)[:LONGEST_DETAIL] for k, v in sorted(detail.items()) if str(v)}
        row = {
            "number": number, "at": at, "staff_id": staff_id, "act": act.value, "done": done,
            "subject": self.pseudonym(about) if about is not None else "",
            "detail": json.dumps(told, ensure_ascii=False, sort_keys=True),
        }  # fmt: skip
        unit.execute(insert(AUDIT), [{**row, "hash": self._hash(before, row)}])
        return number

    def verify(self, unit: Connection, anchor: Anchor | None = None) -> Verdict:
        """Follow the chain from its beginning. A row that was changed, removed, inserted or moved is named; a tail that was
        cut off is found by an anchor from before."""
        number, before = 0, _GENESIS
        for row in _rows(unit):
            if row["number"] != number + 1:
                return Verdict(Anchor(number, before.hex()), number + 1, "the row is missing")
            kept = bytes(row.pop("hash"))
            if not hmac.compare_digest(kept, self._hash(before, row)):
                return Verdict(Anchor(number, before.hex()), row["number"], "the row is not what was written")
            number, before = number + 1, kept
            if anchor is not None and anchor.number == number and anchor.hash != kept.hex():
                return Verdict(Anchor(number, before.hex()), number, "the row is not the anchor's")
        if anchor is not None and anchor.number > number:
            return Verdict(Anchor(number, before.hex()), number + 1, "the end was cut off")
        return Verdict(Anchor(number, before.hex()))

    def looks(self, unit: Connection, conversation_id: int, most: int = 20) -> list[Look]:
        """Who of the staff looked at this conversation, newest first: for the citizen."""
        seen = [Act.VIEW.value, Act.REVEAL.value, Act.EXPORT.value]
        subject = self.pseudonym(conversation_id)
        wanted = (AUDIT.c.subject == subject) & AUDIT.c.act.in_(seen) & AUDIT.c.done
        return [
            Look(e.at, e.staff, e.detail.get("unit", ""), e.act, e.detail.get("reason", ""))
            for e in _entries(unit, wanted, most)
        ]

    def about(self, unit: Connection, conversation_id: int, most: int = 50) -> list[Entry]:
        """Everything staff did with this conversation, newest first."""
        return _entries(unit, AUDIT.c.subject == self.pseudonym(conversation_id), most)

    def _hash(self, before: bytes, row: dict[str, Any]) -> bytes:
        at: datetime = row["at"]
        told = [row["number"], at.astimezone(UTC).isoformat(), row["staff_id"], row["act"], bool(row["done"]),
                row["subject"], row["detail"]]  # fmt: skip
        written = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return hmac.digest(self._key, before + written, sha256)


def newest(unit: Connection, before: int | None = None, most: int = 100) -> list[Entry]:
    """The last acts of everybody, newest first; `before` pages on."""
    return _entries(unit, AUDIT.c.number < before if before is not None else AUDIT.c.number > 0, most)


def _entries(unit: Connection, wanted: Any, most: int) -> list[Entry]:
    rows = unit.execute(
        select(AUDIT, STAFF.c.name)
        .select_from(AUDIT.outerjoin(STAFF, STAFF.c.id == AUDIT.c.staff_id))
        .where(wanted)
        .order_by(AUDIT.c.number.desc())
        .limit(most)
    )
    return [
        Entry(r.number, r.at, r.staff_id, r.name or "", r.act, r.done, r.subject, json.loads(r.detail)) for r in rows
    ]


def _rows(unit: Connection) -> Iterator[dict[str, Any]]:
    number = 0
    while True:
        query = select(AUDIT).where(AUDIT.c.number > number).order_by(AUDIT.c.number).limit(_AT_ONCE)
        found = unit.execute(query).all()
        if not found:
            return
        for row in found:
            yield dict(row._mapping)
        number = found[-1].number
