"""How a question to a registry ends: sent, refused (surely nothing was done), or unknown; and what is learnt from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from flows.core.account import Level
from flows.core.judges import Status


class Because(Enum):
    """Why a question was refused. The first six are the registry's word, the rest follow from how it was asked."""

    NOT_IDENTIFIED = "not_identified"
    ALREADY_ACTIVATED = "already_activated"
    PAST_SEVEN_DAYS = "past_seven_days"
    WAIT = "wait"
    DAY_USED_UP = "day_used_up"
    OVER = "over"
    NOT_THERE = "not_there"  # no such subject (any more): unknown, another gateway's, or the consent was taken back
    NOT_ALLOWED = "not_allowed"  # our client is not known, or may not do this
    BUSY = "busy"  # nothing was done; `next_at` says when to ask again
    UNREACHABLE = "unreachable"  # nothing left this machine
    RESTING = "resting"  # it did not answer several times, so it is left alone until `next_at`
    OURS = "ours"  # the question is not as the registry's document has it


@dataclass(frozen=True, slots=True)
class Sent:
    """A code went to the registered phone. `request` names the request, `step` what it waits for."""

    request: str
    step: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely nothing was done. `next_at`: from when the same may be asked again, where that is known."""

    because: Because
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may have been done. `settle` asks again under the same key; `reason` is a word of ours."""

    reason: str
    path: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the account of a subject stands; `days_left` of the seven, while they run; whether it is activated on some phone; the
    last of the seven days, and whether they are over."""

    status: Status
    level: Level | None
    days_left: int | None
    device_bound: bool = False
    last_day: date | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One change: of whom (as we know them), which move, when. Never a typed value."""

    subject: str
    move: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """Changes in their order, and the cursor to ask with next."""

    changes: tuple[Told, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class Lent:
    """Somebody invented to practise with: the name we follow them by, and the registry's own words for the phone."""

    subject: str
    loan: Mapping[str, Any] = field(repr=False)


REGISTRYS_WORD = frozenset(
    {
        Because.NOT_IDENTIFIED,
        Because.ALREADY_ACTIVATED,
        Because.PAST_SEVEN_DAYS,
        Because.WAIT,
        Because.DAY_USED_UP,
        Because.OVER,
    }
)
