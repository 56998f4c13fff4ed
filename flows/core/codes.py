"""One-time codes: when one may be sent, how long it lives, how often it may be tried.

No document states any of these numbers (how long a code lives and how many tries it has are among the things no seed
says): they are the policy of OUR simulated registry and our own limits, and no text may tell them to a citizen as
VNeID's. No code is held here: whoever keeps it compares it, in constant time, and hands in the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from flows.core.sources import UNSAID, Facts

FACTS: Facts = UNSAID
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """Our own limits: digits, life, tries per code, the first wait and how it grows, codes in any 24 hours."""

    digits: int = 6
    life: timedelta = timedelta(minutes=5)
    tries: int = 5
    first_wait: timedelta = timedelta(seconds=60)
    growth: int = 2
    a_day: int = 5

    def __post_init__(self) -> None:
        """Raise ValueError for a policy under which nothing could ever be sent or entered."""
        if min(self.digits, self.tries, self.growth, self.a_day) < 1 or self.life <= timedelta(0):
            raise ValueError("a code policy needs at least one of each")


POLICY = CodePolicy()


class Sending(Enum):
    """Whether a code may be sent now."""

    MAY_SEND = "may_send"
    WAIT = "wait"
    DAY_USED_UP = "day_used_up"


@dataclass(frozen=True, slots=True)
class SendDecision:
    """Whether a code may be sent, a moment at which it may (now, if it may), how many are left before this one."""

    outcome: Sending
    next_at: datetime
    left_today: int


class Checked(Enum):
    """What came of one try; the last wrong one already answers NO_TRIES_LEFT."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    SUPERSEDED = "superseded"
    NO_TRIES_LEFT = "no_tries_left"


@dataclass(frozen=True, slots=True)
class Code:
    """What is known about a code that was sent, except the code."""

    sent_at: datetime
    wrong: int = 0
    used: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class CheckDecision:
    """The code after a try, what came of it, and how many tries are left."""

    code: Code
    outcome: Checked
    tries_left: int


def may_send(history: Iterable[datetime], now: datetime, policy: CodePolicy = POLICY) -> SendDecision:
    """Whether the next code may go out, given the moments at which the former ones did (any order).

    A day is the 24 hours before now, so that midnight doubles nothing. The wait grows with each code of that day.
    Moments ahead of now (a clock set back) count.
    """
    recent = sorted(at for at in history if at > now - DAY)
    left = max(policy.a_day - len(recent), 0)
    if left == 0:
        # When the oldest that fills the day falls out of it, the wait after the newest may still run.
        next_at = max(recent[-policy.a_day] + DAY, recent[-1] + _wait(policy.a_day - 1, policy))
        return SendDecision(Sending.DAY_USED_UP, next_at, 0)
    if recent:
        next_at = recent[-1] + _wait(len(recent), policy)
        if now < next_at:
            return SendDecision(Sending.WAIT, next_at, left)
    return SendDecision(Sending.MAY_SEND, now, left)


def issue(codes: Iterable[Code], now: datetime) -> tuple[Code, ...]:
    """The codes of one request after a new one was sent: the new kills the old, so at most the last one lives."""
    return (*(replace(code, superseded=True) for code in codes), Code(now))


def check(code: Code, is_right: bool, now: datetime, policy: CodePolicy = POLICY) -> CheckDecision:
    """What comes of one try on a code; only a try on a living code counts."""
    left = max(policy.tries - code.wrong, 0)
    if code.used:
        return CheckDecision(code, Checked.USED, 0)
    if code.superseded:
        return CheckDecision(code, Checked.SUPERSEDED, 0)
    if now >= code.sent_at + policy.life:
        return CheckDecision(code, Checked.EXPIRED, 0)
    if left == 0:
        return CheckDecision(code, Checked.NO_TRIES_LEFT, 0)
    if is_right:
        return CheckDecision(replace(code, used=True), Checked.RIGHT, 0)
    outcome = Checked.WRONG if left > 1 else Checked.NO_TRIES_LEFT
    return CheckDecision(replace(code, wrong=code.wrong + 1), outcome, left - 1)


def is_live(code: Code, now: datetime, policy: CodePolicy = POLICY) -> bool:
    """Whether a right answer would still be taken."""
    return check(code, True, now, policy).outcome is Checked.RIGHT


def _wait(sent: int, policy: CodePolicy) -> timedelta:
    """How long after the newest of so many codes of a day the next one may go out."""
    return timedelta(0) if sent < 1 else policy.first_wait * int(policy.growth ** (sent - 1))
