"""The seven days: until when an approved account is activated in the app, and what holds afterwards.

The documents know the seven days (S4-33) and are silent about the eighth; the law that came later (69/2024 Art. 14)
says the account is not lost: the management agency activates it, reached through its hotline.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum

from flows.core.sources import DECREE_2024, DOCUMENTS_2022, Facts, Source

DAYS = 7
VIETNAM = timezone(timedelta(hours=7), "ICT")


class Outcome(Enum):
    """How the seven days stand."""

    DAYS_LEFT = "days_left"
    LAST_DAY = "last_day"
    PAST = "past"
    UNKNOWN = "unknown"


class Way(Enum):
    """Who activates: the citizen in the app or on the web page, or the agency reached by hotline."""

    SELF = "self"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the seven days stand; `days_left` after today is 0 on the last day, None when past or unknown."""

    outcome: Outcome
    last_day: date | None
    days_left: int | None
    way: Way
    facts: Facts
    sources: tuple[Source, ...]


def deadline(received: date) -> date:
    """The last day on which the citizen may activate alone (S4-33).

    "Within 7 days from the day the notice was received": the day of the notice is not counted, so a notice of the 1st
    runs to the end of the 8th. The documents do not say which way to count; this is the reading that forbids least.
    """
    return received + timedelta(days=DAYS)


def standing(received: date | None, today: date) -> Standing:
    """How the seven days stand today. A day nobody knows, or one ahead of today, is UNKNOWN: the citizen may try."""
    if received is None or received > today:
        return Standing(Outcome.UNKNOWN, None, None, Way.SELF, ("S4-33",), (DOCUMENTS_2022,))
    last = deadline(received)
    left = (last - today).days
    if left < 0:
        return Standing(
            Outcome.PAST, last, None, Way.HOTLINE, ("S4-33", "69/2024 Art. 14"), (DOCUMENTS_2022, DECREE_2024)
        )
    outcome = Outcome.DAYS_LEFT if left else Outcome.LAST_DAY
    return Standing(outcome, last, left, Way.SELF, ("S4-33",), (DOCUMENTS_2022,))


def day_in_vietnam(moment: datetime) -> date:
    """The calendar day in Vietnam (UTC+7, no summer time) at this moment.

    Raises ValueError for a moment without a time zone: reading it would ask the machine's own clock settings.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(VIETNAM).date()
