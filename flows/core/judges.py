"""What the house can judge or read by itself, each with every outcome it can have; `flows/notation.py` names them."""

from datetime import datetime
from enum import Enum

from flows.core import journey as journeys
from flows.core.approval import Approval, recognise
from flows.core.days import read_day as day_in
from flows.core.deadline import Outcome, day_in_vietnam, standing
from flows.core.journey import Journey, Stage, Word


class Notice(Enum):
    """What a pasted message turned out to be (S2-13, S2-14, C30)."""

    GENUINE = "genuine"
    FOREIGN_LINK = "foreign_link"
    ASKS_SECRET = "asks_secret"
    ALTERED = "altered"
    OTHER = "other"


class Day(Enum):
    """Whether a day could be read."""

    READ = "read"
    FUTURE = "future"
    UNCLEAR = "unclear"


class Status(Enum):
    """What the registry can answer about a linked person's account, or that it did not answer."""

    APP_ONLY = "app_only"
    PENDING = "pending"
    APPROVED = "approved"
    ACTIVATED = "activated"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


_NOTICES = {
    Approval.GENUINE_TEXT: Notice.GENUINE,
    Approval.FOREIGN_LINK: Notice.FOREIGN_LINK,
    Approval.ASKS_FOR_SECRET_OR_MONEY: Notice.ASKS_SECRET,
    Approval.ALTERED: Notice.ALTERED,
    Approval.OTHER: Notice.OTHER,
}


def stage_of(journey: Journey, now: datetime) -> Stage:
    """The stage a person stands at; `now` is not looked at."""
    del now
    return journeys.stage(journey)


def deadline_of(journey: Journey, now: datetime) -> Outcome:
    """How the seven days after this person's notice stand at `now` (S4-33)."""
    return standing(journey.noticed_on, day_in_vietnam(now)).outcome


def read_notice(text: str, now: datetime) -> tuple[Notice, Word | None]:
    """Whether a pasted message has the words of the approval notice; the sender must be looked at by the person."""
    del now
    return _NOTICES[recognise(text)], None


def read_day(text: str, now: datetime) -> tuple[Day, Word | None]:
    """The day a notice came, told to the case; a day ahead of today is asked about, not kept."""
    today = day_in_vietnam(now)
    day = day_in(text, today)
    if day is None:
        return Day.UNCLEAR, None
    return (Day.FUTURE, None) if day > today else (Day.READ, day)
