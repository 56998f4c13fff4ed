"""Codes that the registry was asked to send, counted before asking: per person, per chat and for the whole house."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from flows.core.codes import DAY, POLICY, CodePolicy, SendDecision, Sending, may_send
from storage.limits import Try, left, spend
from storage.tables import Resend

RESEND: Any = Resend.__table__  # type: ignore[attr-defined]
INTENT, SENT, REFUSED, UNSURE = "intent", "sent", "refused", "unsure"
A_CHAT = 10  # codes from one chat in a day, whoever they were for
WHOLE_HOUSE = "resends of the whole house"


@dataclass(frozen=True, slots=True)
class Budget:
    """What the whole house may ask for: so many at once, and one more each `every`."""

    burst: int = 100
    every: timedelta = timedelta(seconds=12)


BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Spending:
    """How the whole house stands: codes asked for in the last day, for how many people, and how many may still go at once."""

    today: int
    people: int
    left: int
    most: int

    @property
    def scarce(self) -> bool:
        """Whether somebody of the staff should look: hardly any is left."""
        return self.left * 10 < self.most


def spending(unit: Connection, now: datetime, budget: Budget = BUDGET) -> Spending:
    """What was asked for by everybody together."""
    lately = (RESEND.c.at > now - DAY) & (RESEND.c.state != REFUSED)
    counted = select(func.count(), func.count(func.distinct(RESEND.c.blind))).where(lately)
    today, people = unit.execute(counted).one()
    return Spending(today, people, left(unit, Try(WHOLE_HOUSE, budget.burst, budget.every, now)), budget.burst)


class Allowed(Enum):
    """Whether another code may be asked for; BUDGET: the whole house has asked for too many."""

    YES = "yes"
    WAIT = "wait"
    DAY_USED_UP = "day_used_up"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether it may be asked for, when the next may be, how many are left today after this one, and which one of today it
    is. `request`: the registry's name of the request that waits for a code, if one does."""

    allowed: Allowed
    next_at: datetime
    left: int
    nth: int
    request: str


def ask(
    unit: Connection, errand: int, conversation_id: int, blind: str, key: str, at: datetime, budget: Budget = BUDGET,
    policy: CodePolicy = POLICY,
) -> Asking:  # fmt: skip
    """Note the intent, if it may be asked for. One person's askings stand in a row, whatever process they come from."""
    if unit.dialect.name != "sqlite":
        unit.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 72))"), {"who": blind})
    counts = RESEND.c.state != REFUSED
    before = unit.execute(
        select(RESEND.c.at, RESEND.c.request).where(RESEND.c.blind == blind, RESEND.c.at > at - DAY, counts)
        .order_by(RESEND.c.at)
    ).all()  # fmt: skip
    request = next((row.request for row in reversed(before) if row.request), "")
    decision = may_send([row.at for row in before], at, policy)
    if decision.outcome is not Sending.MAY_SEND:
        allowed = Allowed.WAIT if decision.outcome is Sending.WAIT else Allowed.DAY_USED_UP
        return Asking(allowed, decision.next_at, decision.left_today, len(before), request)
    of_chat = (RESEND.c.conversation_id == conversation_id) & (RESEND.c.at > at - DAY) & counts
    if unit.execute(select(func.count()).select_from(RESEND).where(of_chat)).scalar_one() >= A_CHAT:
        return Asking(Allowed.DAY_USED_UP, at + DAY, 0, len(before), request)
    wait = spend(unit, [Try(WHOLE_HOUSE, budget.burst, budget.every, at)])[0]
    if wait is not None:
        return Asking(Allowed.BUDGET, at + wait, decision.left_today, len(before), request)
    unit.execute(
        insert(RESEND),
        [{"id": errand, "conversation_id": conversation_id, "blind": blind, "at": at, "key": key, "request": "",
          "state": INTENT}],
    )  # fmt: skip
    after: SendDecision = may_send([*(row.at for row in before), at], at, policy)
    return Asking(Allowed.YES, after.next_at, after.left_today, len(before) + 1, request)


def standing(unit: Connection, errand: int) -> tuple[str, str] | None:
    """How an asking stands, and under which key it was asked; None when it was never noted."""
    row = unit.execute(select(RESEND.c.state, RESEND.c.key).where(RESEND.c.id == errand)).first()
    return (row.state, row.key) if row is not None else None


def last_of(unit: Connection, conversation_id: int, state: str) -> tuple[int, str, str] | None:
    """The newest asking of a chat in this state: its id, whom it was for, its key."""
    wanted = select(RESEND).where(RESEND.c.conversation_id == conversation_id, RESEND.c.state == state)
    row = unit.execute(wanted.order_by(RESEND.c.at.desc()).limit(1)).first()
    return (row.id, row.blind, row.key) if row is not None else None


def forecast(unit: Connection, blind: str, at: datetime, policy: CodePolicy = POLICY) -> SendDecision:
    """When the next may be asked for, and how many are left today."""
    sent = select(RESEND.c.at).where(RESEND.c.blind == blind, RESEND.c.at > at - DAY, RESEND.c.state != REFUSED)
    return may_send(unit.execute(sent).scalars(), at, policy)


def note(unit: Connection, errand: int, state: str, request: str = "") -> None:
    """What became of it. One that was surely refused no longer counts."""
    values = {"state": state, **({"request": request} if request else {})}
    unit.execute(update(RESEND).where(RESEND.c.id == errand).values(**values))
