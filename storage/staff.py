"""Who may sign in to the console, with what, how often they may try, and the sign-ins that last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, case, delete, insert, literal, select, update

from storage.conversations import new_id
from storage.registry.upserts import insert_into
from storage.tables import Staff, StaffLock, StaffSession
from storage.vault import Vault

STAFF: Any = Staff.__table__  # type: ignore[attr-defined]
SESSION: Any = StaffSession.__table__  # type: ignore[attr-defined]
LOCK: Any = StaffLock.__table__  # type: ignore[attr-defined]

FREE_TRIES = 4
WAITS = tuple(timedelta(seconds=s) for s in (30, 60, 120, 240, 480, 900))  # after the 5th failure, the 6th, …
FORGOTTEN_AFTER = timedelta(hours=24)


class Role(Enum):
    """What somebody is here for; `bot/console/rights.py` says what each may do."""

    VIEWER = "viewer"
    OFFICER = "officer"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class LoginError(Exception):
    """There is no such login, or there is one already; the text says which."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff. `own_password`: chosen by themselves, not the one they were handed."""

    id: int
    login: str
    name: str
    role: Role
    unit: str
    own_password: bool
    enrolled: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in. `step`: "enrol" or "code" while half done, then "in"."""

    id: str
    staff_id: int
    step: str
    device: str
    created: datetime
    seen: datetime
    sure_until: datetime | None


# ---- who there is ----


def add(unit: Connection, login: str, name: str, role: Role, unit_code: str, password: str, at: datetime) -> Member:
    """Somebody new, with the hash of a password they were handed; they enrol at their first sign-in. LoginError."""
    if by_login(unit, login) is not None:
        raise LoginError(f"There is a “{login}” already; `staff reset {login}` gives them a new password.")
    row = {
        "id": new_id(at), "login": login, "name": name[:80], "role": role.value, "unit": unit_code, "password": password,
        "own_password": False, "totp_seed": b"", "totp_step": 0, "codes": "[]", "enrolled": False, "disabled": False,
        "created": at,
    }  # fmt: skip
    unit.execute(insert(STAFF), [row])
    return _known(unit, login)


def reset(unit: Connection, login: str, password: str) -> Member:
    """A new handed password; their second factor and every sign-in of theirs end. LoginError."""
    who = _known(unit, login)
    fresh = {"password": password, "own_password": False, "totp_seed": b"", "codes": "[]", "enrolled": False}
    unit.execute(update(STAFF).where(STAFF.c.id == who.id).values(**fresh, disabled=False))
    end_all(unit, who.id)
    return who


def disable(unit: Connection, login: str) -> Member:
    """They may not sign in any more, and are out at once. LoginError."""
    who = _known(unit, login)
    unit.execute(update(STAFF).where(STAFF.c.id == who.id).values(disabled=True))
    end_all(unit, who.id)
    return who


def everyone(unit: Connection) -> list[Member]:
    return [_member(r) for r in unit.execute(select(STAFF).order_by(STAFF.c.login))]


def anyone(unit: Connection) -> bool:
    """Whether anybody may sign in at all: without staff there is no console."""
    return unit.execute(select(STAFF.c.id).where(~STAFF.c.disabled).limit(1)).first() is not None


def by_login(unit: Connection, login: str) -> Member | None:
    row = unit.execute(select(STAFF).where(STAFF.c.login == login)).first()
    return _member(row) if row is not None else None


def by_id(unit: Connection, staff_id: int) -> Member | None:
    row = unit.execute(select(STAFF).where(STAFF.c.id == staff_id)).first()
    return _member(row) if row is not None else None


def password_of(unit: Connection, staff_id: int) -> str:
    """The kept hash; "" for nobody."""
    return unit.execute(select(STAFF.c.password).where(STAFF.c.id == staff_id)).scalar() or ""


def _known(unit: Connection, login: str) -> Member:
    who = by_login(unit, login)
    if who is None:
        raise LoginError(f"There is nobody with the login “{login}”; `staff list` shows who there is.")
    return who


# ---- the second factor ----


def enrol(
    unit: Connection, vault: Vault, staff_id: int, seed: str, step: int, password: str, codes: Sequence[str]
) -> bool:
    """Their own password, the seed of their authenticator with the step it was proved by, and recovery codes
    (fingerprints). False for somebody who is enrolled already."""
    this = update(STAFF).where(STAFF.c.id == staff_id, ~STAFF.c.enrolled)
    sealed = vault.seal(seed, "staff", staff_id, "totp_seed")
    mine = {"totp_seed": sealed, "totp_step": step, "codes": json.dumps(sorted(codes)), "password": password}
    return bool(unit.execute(this.values(**mine, enrolled=True, own_password=True)).rowcount)


def seed(unit: Connection, vault: Vault, staff_id: int) -> str:
    """The seed of somebody's authenticator, base32; "" where there is none."""
    sealed = unit.execute(select(STAFF.c.totp_seed).where(STAFF.c.id == staff_id)).scalar()
    return vault.open(bytes(sealed), "staff", staff_id, "totp_seed") if sealed else ""


def spend_step(unit: Connection, staff_id: int, step: int) -> bool:
    """Accept a time step once, and none before it again: one statement, so that of any number at once one wins."""
    this = update(STAFF).where(STAFF.c.id == staff_id, STAFF.c.totp_step < step)
    return bool(unit.execute(this.values(totp_step=step)).rowcount)


def spend_code(unit: Connection, staff_id: int, fingerprint: str) -> bool:
    """Use up a recovery code; False when it is none of theirs (any more)."""
    kept = unit.execute(select(STAFF.c.codes).where(STAFF.c.id == staff_id)).scalar() or "[]"
    codes = json.loads(kept)
    if fingerprint not in codes:
        return False
    left = json.dumps([c for c in codes if c != fingerprint])
    this = update(STAFF).where(STAFF.c.id == staff_id, STAFF.c.codes == kept)
    return bool(unit.execute(this.values(codes=left)).rowcount)


def codes_left(unit: Connection, staff_id: int) -> int:
    return len(json.loads(unit.execute(select(STAFF.c.codes).where(STAFF.c.id == staff_id)).scalar() or "[]"))


# ---- how often somebody may try ----


def attempt(unit: Connection, key: str, at: datetime) -> datetime | None:
    """Count one attempt under a key before it is looked at: None, or until when to wait. `forgive` takes it back."""
    fresh = LOCK.c.until < at - FORGOTTEN_AFTER
    count = case((fresh, 1), else_=LOCK.c.failures + 1)
    now = literal(at, LOCK.c.until.type)
    waits = [literal(at + wait, LOCK.c.until.type) for wait in WAITS]
    whens = [(count <= FREE_TRIES, now), *((count == FREE_TRIES + n, wait) for n, wait in enumerate(waits, start=1))]
    upsert = insert_into(unit, LOCK).values(key=key, failures=1, until=at)
    upsert = upsert.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": count, "until": case(*whens, else_=waits[-1])},
        where=LOCK.c.until <= at,
    )
    if unit.execute(upsert.returning(LOCK.c.failures)).scalar() is not None:
        return None
    until: datetime = unit.execute(select(LOCK.c.until).where(LOCK.c.key == key)).scalar_one()
    return until


def forgive(unit: Connection, key: str) -> None:
    """It was them: nothing counts against them any more."""
    unit.execute(delete(LOCK).where(LOCK.c.key == key))


# ---- sign-ins that last ----


def begin(unit: Connection, id_: str, staff_id: int, step: str, device: str, at: datetime) -> None:
    row = {
        "id": id_,
        "staff_id": staff_id,
        "step": step,
        "device": device[:40],
        "created": at,
        "seen": at,
        "sure_until": None,
    }
    unit.execute(insert(SESSION), [row])


def session(unit: Connection, id_: str) -> tuple[Session, Member] | None:
    """A sign-in and whose it is; None when it ended or they may not any more."""
    row = unit.execute(select(SESSION).where(SESSION.c.id == id_)).first()
    if row is None:
        return None
    who = by_id(unit, row.staff_id)
    return (Session(**row._mapping), who) if who is not None and not who.disabled else None


def touch(unit: Connection, id_: str, at: datetime) -> None:
    unit.execute(update(SESSION).where(SESSION.c.id == id_).values(seen=at))


def be_sure(unit: Connection, id_: str, until: datetime) -> None:
    """The password was given again: until then it counts as just given."""
    unit.execute(update(SESSION).where(SESSION.c.id == id_).values(sure_until=until))


def end(unit: Connection, id_: str, staff_id: int) -> bool:
    """End one sign-in of somebody's."""
    return bool(unit.execute(delete(SESSION).where(SESSION.c.id == id_, SESSION.c.staff_id == staff_id)).rowcount)


def end_all(unit: Connection, staff_id: int) -> None:
    unit.execute(delete(SESSION).where(SESSION.c.staff_id == staff_id))


def end_older(unit: Connection, before: datetime) -> None:
    """Sign-ins nobody uses any more, and locks that have long been forgiven."""
    unit.execute(delete(SESSION).where(SESSION.c.seen < before))
    unit.execute(delete(LOCK).where(LOCK.c.until < before - FORGOTTEN_AFTER))


def sessions_of(unit: Connection, staff_id: int) -> list[Session]:
    rows = unit.execute(select(SESSION).where(SESSION.c.staff_id == staff_id).order_by(SESSION.c.seen.desc()))
    return [Session(**r._mapping) for r in rows]


def _member(row: Any) -> Member:
    return Member(row.id, row.login, row.name, Role(row.role), row.unit, row.own_password, row.enrolled, row.disabled)
