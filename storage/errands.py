"""What is to be asked outside: written as an intent with the turn, asked after its commit, the result written after.

intent → asked (by one process, under a lease with a fence) → done (the answer is sealed, and to be told) → told: gone. What a
process left behind when it fell is claimed again after the lease; whoever does it knows from `attempts` that it may have been
done already.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from flows.speech import Address, Errand
from storage.conversations import CONVERSATION, new_id
from storage.tables import Errands
from storage.vault import Vault

ERRAND: Any = Errands.__table__  # type: ignore[attr-defined]
INTENT, ASKED, DONE, HANDED = "intent", "asked", "done", "handed"
NOBODY = 0  # the conversation of an errand that hangs on none (any more): what it comes to is told to nobody


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be asked for a conversation and the subject it has in hand; not before `due`, if that is said."""

    conversation_id: int
    subject_id: int | None
    errand: Errand
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An errand in this process's hands. `attempts` counts this one; `key` names the question to whoever answers it."""

    conversation_id: int
    id: int
    subject_id: int | None
    address: Address
    began: datetime
    kind: str
    place: str
    attempts: int
    fence: int
    key: str
    detail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an errand came to, as it waits to be told."""

    conversation_id: int
    id: int
    address: Address
    kind: str
    place: str
    outcome: str
    written: str = field(repr=False)


def queue(unit: Connection, intents: Sequence[Intent], now: datetime, vault: Vault | None = None) -> None:
    """Note the intents. A detail needs the vault."""
    rows = []
    for one in intents:
        id_ = new_id(now)
        detail = one.errand.detail
        sealed = _sealed(vault, id_, detail) if detail else None
        rows.append(
            {"conversation_id": one.conversation_id, "id": id_, "kind": one.errand.kind, "place": one.errand.place,
             "state": INTENT, "due": one.due or now, "attempts": 0, "lease_until": None, "fence": 0, "outcome": "",
             "subject_id": one.subject_id, "key": secrets.token_hex(16), "sealed": sealed}
        )  # fmt: skip
    if rows:
        unit.execute(insert(ERRAND), rows)


def anything_due(unit: Connection, now: datetime) -> bool:
    """Whether anything may be taken, or waits to be told: looked at on a reading connection, so that no turn waits."""
    free = or_(ERRAND.c.lease_until.is_(None), ERRAND.c.lease_until <= now)
    open_ = ERRAND.c.state.in_([INTENT, ASKED]) & (ERRAND.c.due <= now) & free
    wanted = select(ERRAND.c.id).where(or_(ERRAND.c.state == DONE, open_)).limit(1)
    return unit.execute(wanted).first() is not None


def claim(unit: Connection, vault: Vault, now: datetime, until: datetime, most: int) -> list[Claimed]:
    """Take up to `most` errands that are due and in nobody's hands, until then."""
    open_ = ERRAND.c.state.in_([INTENT, ASKED]) & (ERRAND.c.due <= now)
    free = or_(ERRAND.c.lease_until.is_(None), ERRAND.c.lease_until <= now)
    wanted = select(ERRAND.c.conversation_id, ERRAND.c.id).where(open_, free).order_by(ERRAND.c.due, ERRAND.c.id)
    wanted = wanted.limit(most)
    if unit.dialect.name != "sqlite":
        wanted = wanted.with_for_update(skip_locked=True)
    mine = [r.id for r in unit.execute(wanted)]
    if not mine:
        return []
    taken = update(ERRAND).where(ERRAND.c.id.in_(mine))
    unit.execute(taken.values(state=ASKED, attempts=ERRAND.c.attempts + 1, fence=ERRAND.c.fence + 1, lease_until=until))
    rows = unit.execute(_with_address().where(ERRAND.c.id.in_(mine)).order_by(ERRAND.c.id))
    return [
        Claimed(
            r.conversation_id, r.id, r.subject_id, _address(r), r.created or now, r.kind, r.place,
            r.attempts, r.fence, r.key, _opened(vault, r.id, r.sealed),
        )
        for r in rows
    ]  # fmt: skip


def put_off(unit: Connection, vault: Vault, one: Claimed, until: datetime, detail: str | None = None) -> None:
    """Once more, not before then; with another detail, if one is given."""
    values: dict[str, Any] = {"state": INTENT, "due": until, "lease_until": None}
    if detail is not None:
        values["sealed"] = _sealed(vault, one.id, detail)
    unit.execute(update(ERRAND).where(_mine(one)).values(**values))


def hand_on(unit: Connection, vault: Vault, conversation_id: int, kind: str, detail: str, now: datetime) -> None:
    """Leave something for the next errand of this kind in this conversation; what was left before is good no longer."""
    unit.execute(delete(ERRAND).where(_handed(conversation_id, kind)))
    id_ = new_id(now)
    unit.execute(
        insert(ERRAND),
        [{"conversation_id": conversation_id, "id": id_, "kind": kind, "place": "", "state": HANDED, "due": now,
          "attempts": 0, "lease_until": None, "fence": 0, "outcome": "", "subject_id": None, "key": "",
          "sealed": _sealed(vault, id_, detail)}],
    )  # fmt: skip


def handed(unit: Connection, vault: Vault, conversation_id: int, kind: str) -> str:
    """What was left for an errand of this kind; "" where nothing was."""
    row = unit.execute(select(ERRAND.c.id, ERRAND.c.sealed).where(_handed(conversation_id, kind))).first()
    return _opened(vault, row.id, row.sealed) if row is not None else ""


def row(unit: Connection, id_: int) -> dict[str, Any]:
    """An errand as it is kept, to be put back."""
    return dict(unit.execute(select(ERRAND).where(ERRAND.c.id == id_)).one()._mapping)


def put_back(unit: Connection, kept: dict[str, Any], conversation_id: int) -> None:
    """An errand that outlives its conversation goes on with another."""
    unit.execute(insert(ERRAND), [{**kept, "conversation_id": conversation_id, "subject_id": None}])


def still_ours(unit: Connection, one: Claimed) -> bool:
    """Whether this process still has it: another may have taken it over after the lease. Locks the row."""
    wanted = select(ERRAND.c.id).where(_mine(one))
    if unit.dialect.name != "sqlite":
        wanted = wanted.with_for_update()
    return unit.execute(wanted).first() is not None


def finish(
    unit: Connection, vault: Vault, one: Claimed, outcome: str, written: str, *, conversation_id: int | None = None
) -> None:
    """Note what it came to, to be told next. `conversation_id`: where the conversation lives on, if it is another now."""
    values: dict[str, Any] = {"state": DONE, "outcome": outcome, "sealed": _sealed(vault, one.id, written)}
    if conversation_id is not None:
        values["conversation_id"] = conversation_id
    unit.execute(update(ERRAND).where(_mine(one)).values(**values, lease_until=None))


def to_tell(unit: Connection, vault: Vault, most: int = 50) -> list[Answer]:
    """Answers that wait to be told, the oldest first."""
    rows = unit.execute(_with_address().where(ERRAND.c.state == DONE).order_by(ERRAND.c.id).limit(most))
    return [
        Answer(
            r.conversation_id, r.id, _address(r), r.kind, r.place, r.outcome,
            _opened(vault, r.id, r.sealed),
        )
        for r in rows
    ]  # fmt: skip


def told(unit: Connection, these: Iterable[int]) -> None:
    """They were told: nothing of them is kept."""
    unit.execute(delete(ERRAND).where(ERRAND.c.id.in_(list(these))))


def _with_address() -> Any:
    return select(
        ERRAND, CONVERSATION.c.channel, CONVERSATION.c.bot, CONVERSATION.c.chat, CONVERSATION.c.thread,
        CONVERSATION.c.created,
    ).outerjoin(CONVERSATION, CONVERSATION.c.id == ERRAND.c.conversation_id)  # fmt: skip


def _address(row: Any) -> Address:
    """Where an errand's conversation is; nowhere, when it has none."""
    return Address(row.channel or "", row.bot or "", row.chat or "", row.thread or "")


def _handed(conversation_id: int, kind: str) -> Any:
    here = (ERRAND.c.conversation_id == conversation_id) & (ERRAND.c.kind == kind)
    return here & (ERRAND.c.state == HANDED)


def _mine(one: Claimed) -> Any:
    return and_(ERRAND.c.id == one.id, ERRAND.c.fence == one.fence, ERRAND.c.state == ASKED)


def _sealed(vault: Vault | None, id_: int, detail: str) -> bytes:
    if vault is None:
        raise ValueError("what an asking needs is sealed; a vault is needed for it")
    return vault.seal(json.dumps(detail), "errand", id_, "detail")


def _opened(vault: Vault, id_: int, sealed: bytes | None) -> str:
    return str(json.loads(vault.open(sealed, "errand", id_, "detail"))) if sealed else ""
