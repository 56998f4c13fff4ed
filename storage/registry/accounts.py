"""The file of each invented person: the account as the core has it, hashes, on which handset, whether lent out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, or_, select, update

from flows.core.account import ACTIVATED, Account, State
from storage.registry.upserts import insert_into
from storage.tables import RegistryAccount

ACCOUNT: Any = RegistryAccount.__table__  # type: ignore[attr-defined]
CHUNK = 1_000
NO_ACCOUNT = Account()

_NEW = {
    "state": State.NONE.value, "had_account": False, "noticed": None, "phone": None, "password": "", "passcode": "",
    "questions": "[]", "bound": None, "signed_in": None, "lent": None, "lent_until": None, "ahead": 0, "sms_delay": 0,
}  # fmt: skip
_FIND = select(ACCOUNT).where(ACCOUNT.c.person.in_(bindparam("persons", expanding=True))).order_by(ACCOUNT.c.person)
_LOCK = _FIND.with_for_update()
_KEEP = update(ACCOUNT).where(ACCOUNT.c.person == bindparam("this")).values({n: bindparam(f"now_{n}") for n in _NEW})
_ON_HANDSET = select(ACCOUNT).where(or_(ACCOUNT.c.bound == bindparam("it"), ACCOUNT.c.signed_in == bindparam("it")))
_ACTIVE_ON = select(ACCOUNT.c.person).where(
    ACCOUNT.c.bound == bindparam("it"), ACCOUNT.c.state.in_([state.value for state in ACTIVATED])
)
_WITH_PHONE = select(ACCOUNT.c.person).where(ACCOUNT.c.phone == bindparam("this")).order_by(ACCOUNT.c.person).limit(2)
_LENT_TO = select(ACCOUNT).where(ACCOUNT.c.lent == bindparam("loan")).order_by(ACCOUNT.c.lent_until, ACCOUNT.c.person)


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """What is kept of one person (a number of the population). `password`, `passcode` and the answers are hashes, empty
    where none is set; `phone` is the number of the person whose invented phone is registered; `bound` the handset the
    account is activated on; `ahead` and `sms_delay` are seconds."""

    person: int
    account: Account = NO_ACCOUNT
    phone: int | None = None
    password: str = ""
    passcode: str = ""
    questions: tuple[tuple[str, str], ...] = ()
    bound: str | None = None
    signed_in: str | None = None
    lent: str | None = None
    lent_until: datetime | None = None
    ahead: int = 0
    sms_delay: int = 0

    def __repr__(self) -> str:
        return f"File({self.person}, {self.account.state.value})"


_questions = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_write = msgspec.json.Encoder().encode


def populate(unit: Connection, people: int) -> None:
    """A row for every person from 1 to `people`, so that looking at one who never came is no other work."""
    known = unit.execute(select(func.max(ACCOUNT.c.person))).scalar() or 0
    for first in range(known + 1, people + 1, CHUNK):
        rows = [{"person": n, **_NEW} for n in range(first, min(first + CHUNK, people + 1))]
        unit.execute(insert_into(unit, ACCOUNT).on_conflict_do_nothing(), rows)


def lock(unit: Connection, persons: Iterable[int]) -> dict[int, File]:
    """The files of these persons for update, locked in the order of their numbers."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    query = _FIND if unit.dialect.name == "sqlite" else _LOCK
    return {row.person: _file(row) for row in unit.execute(query, {"persons": wanted})}


def find(unit: Connection, person: int) -> File | None:
    """The file of a person, to look at."""
    row = unit.execute(_FIND, {"persons": [person]}).first()
    return _file(row) if row else None


def with_phone(unit: Connection, phone: int) -> list[int]:
    """Whose account has this registered phone, at most two of them."""
    return [row.person for row in unit.execute(_WITH_PHONE, {"this": phone})]


def on_handset(unit: Connection, handset: str) -> list[File]:
    """Whoever is signed in or activated on a handset, in the order of their numbers."""
    return sorted((_file(row) for row in unit.execute(_ON_HANDSET, {"it": handset})), key=lambda file: file.person)


def active_on(unit: Connection, handset: str) -> set[int]:
    """Whose level 1 or 2 account is activated on this handset."""
    return {row.person for row in unit.execute(_ACTIVE_ON, {"it": handset})}


def keep(unit: Connection, file: File) -> None:
    """Write a file back."""
    unit.execute(_KEEP, {"this": file.person, **{f"now_{name}": value for name, value in _row(file).items()}})


def pick_free(unit: Connection, most: int, now: datetime) -> File | None:
    """Somebody up to number `most` who can be lent out, locked: whose loan is over, or whom nobody touched. None if all
    are lent. Those another process is just looking at are passed over, so that nobody waits."""
    free = or_(
        ACCOUNT.c.lent_until < now,
        ACCOUNT.c.lent.is_(None) & (ACCOUNT.c.state == State.NONE.value) & ACCOUNT.c.signed_in.is_(None),
    )
    query = select(ACCOUNT).where(free, ACCOUNT.c.person <= most).order_by(ACCOUNT.c.person).limit(1)
    row = unit.execute(query.with_for_update(skip_locked=True)).first()
    return _file(row) if row else None


def lent_to(unit: Connection, loan: str) -> list[File]:
    """Who is lent out under this loan (its fingerprint), the first one first."""
    return [_file(row) for row in unit.execute(_LENT_TO, {"loan": loan})]


def overdue_loans(unit: Connection, now: datetime, most: int = 50) -> Sequence[int]:
    """Persons whose loan is over and who were not given back."""
    query = select(ACCOUNT.c.person).where(ACCOUNT.c.lent.is_not(None), ACCOUNT.c.lent_until < now).limit(most)
    return [row.person for row in unit.execute(query)]


def _file(row: Any) -> File:
    noticed: date | None = row.noticed
    return File(
        row.person, Account(State(row.state), row.had_account, noticed), row.phone, row.password, row.passcode,
        _questions.decode(row.questions), row.bound, row.signed_in, row.lent, row.lent_until, row.ahead, row.sms_delay,
    )  # fmt: skip


def _row(file: File) -> dict[str, Any]:
    return {
        "state": file.account.state.value, "had_account": file.account.had_account, "noticed": file.account.noticed,
        "phone": file.phone, "password": file.password, "passcode": file.passcode,
        "questions": _write(file.questions).decode(), "bound": file.bound, "signed_in": file.signed_in,
        "lent": file.lent, "lent_until": file.lent_until, "ahead": file.ahead, "sms_delay": file.sms_delay,
    }  # fmt: skip
