"""What a registry answers, as far as the gateway reads it; anything else in an answer is passed over."""

from datetime import date, datetime

import msgspec

from flows.core.account import Level
from flows.core.judges import Status


class TokenSaid(msgspec.Struct):
    """An access token (RFC 6749) and for how many seconds it is good."""

    access_token: str
    expires_in: int


class DeadlineSaid(msgspec.Struct):
    """The seven days."""

    days_left: int | None = None
    last_day: date | None = None
    outcome: str = ""


class StatusSaid(msgspec.Struct):
    """How an account stands."""

    status: Status
    level: Level | None = None
    deadline: DeadlineSaid | None = None
    device_bound: bool = False


class ActivationSaid(msgspec.Struct):
    """What came of asking for a code."""

    outcome: str
    because: str | None = None
    id: str | None = None
    step: str | None = None
    next_at: datetime | None = None


class ChangeSaid(msgspec.Struct):
    """One change."""

    subject: str
    move: str
    at: datetime


class ChangesSaid(msgspec.Struct):
    """Some changes, and the cursor after them."""

    changes: list[ChangeSaid]
    cursor: str


class ProblemSaid(msgspec.Struct):
    """A problem (RFC 9457); `code` is stable."""

    code: str = ""
    title: str = ""
