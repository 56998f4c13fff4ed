"""The citizen's journey: seven stages of our own counting, and what a word from the person or from the registry moves.

The documents number their steps differently (C24), so a stage is never called a "bước". A citizen's word may be
taken back (going back in the talk); what the registry tells may not, it only becomes newer.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import assert_never

from flows.core.account import Level


class Stage(Enum):
    """A stretch of the way from an empty phone to a used account (F1-F15 of the merged flow)."""

    INSTALL = "install"
    ACCOUNT = "account"
    IDENTIFY = "identify"
    WAIT = "wait"
    ACTIVATE = "activate"
    LOG_IN = "log_in"
    USE = "use"


class Report(Enum):
    """What a person says has happened, or the registry tells; each ends a stage or takes one back."""

    INSTALLED = "installed"
    REGISTERED = "registered"
    SENT_LEVEL1 = "sent_level1"
    TAKEN_LEVEL2 = "taken_level2"
    APPROVED = "approved"
    ACTIVATED = "activated"
    LOGGED_IN = "logged_in"
    FINISHED = "finished"
    NOT_IDENTIFIED = "not_identified"
    START_OVER = "start_over"


class Handset(Enum):
    """What the person presses on."""

    ANDROID = "android"
    IPHONE = "iphone"
    COMPUTER = "computer"
    NO_SMARTPHONE = "no_smartphone"


class Card(Enum):
    """The card in the person's hand."""

    CHIP_2021 = "chip_2021"
    CHIP_2024 = "chip_2024"
    NO_CHIP = "no_chip"
    RESIDENCE = "residence"


Word = Report | Handset | Card | Level | date

ENDS: dict[Report, Stage] = {
    Report.INSTALLED: Stage.INSTALL,
    Report.REGISTERED: Stage.ACCOUNT,
    Report.SENT_LEVEL1: Stage.IDENTIFY,
    Report.TAKEN_LEVEL2: Stage.IDENTIFY,
    Report.APPROVED: Stage.WAIT,
    Report.ACTIVATED: Stage.ACTIVATE,
    Report.LOGGED_IN: Stage.LOG_IN,
    Report.FINISHED: Stage.USE,
}

IN_THE_APP = (Stage.INSTALL, Stage.ACCOUNT, Stage.IDENTIFY, Stage.WAIT, Stage.ACTIVATE, Stage.LOG_IN, Stage.USE)
AT_THE_COUNTER = (Stage.IDENTIFY, Stage.WAIT, Stage.INSTALL, Stage.ACTIVATE, Stage.LOG_IN, Stage.USE)


@dataclass(frozen=True, slots=True)
class Journey:
    """How far one person is. `reports` is the person's own word in the order heard, `truth` the registry's."""

    reports: tuple[Report, ...] = ()
    truth: tuple[Report, ...] = ()
    level: Level | None = None
    handset: Handset | None = None
    card: Card | None = None
    noticed_on: date | None = None


def hear(journey: Journey, word: Word) -> Journey:
    """The journey after the person said `word`."""
    match word:
        case Report.START_OVER:
            return Journey(truth=journey.truth, handset=journey.handset, card=journey.card)
        case Report.NOT_IDENTIFIED:
            later = {Report.APPROVED, Report.ACTIVATED, Report.LOGGED_IN, Report.FINISHED}
            return replace(journey, reports=tuple(r for r in journey.reports if r not in later))
        case Report():
            level = {Report.SENT_LEVEL1: Level.LEVEL1, Report.TAKEN_LEVEL2: Level.LEVEL2}.get(word, journey.level)
            kept = tuple(r for r in journey.reports if r is not word)
            return replace(journey, reports=(*kept, word), level=level)
        case Handset():
            return replace(journey, handset=word)
        case Card():
            return replace(journey, card=word)
        case Level():
            return replace(journey, level=word)
        case date():
            return replace(journey, noticed_on=word)
        case _:
            assert_never(word)


def retract(journey: Journey, word: Word) -> Journey:
    """The journey as if the person had not said the report; other words are simply said anew."""
    if isinstance(word, Report):
        return replace(journey, reports=tuple(r for r in journey.reports if r is not word))
    return journey


def told(journey: Journey, report: Report) -> Journey:
    """The journey after the registry told `report`; the registry is believed over the person."""
    return replace(journey, truth=(*(r for r in journey.truth if r is not report), report))


def path(journey: Journey) -> tuple[Stage, ...]:
    """This person's own stages in order: at the counter the account is taken before any app (S0-42, C21)."""
    counter = Report.TAKEN_LEVEL2 in journey.reports + journey.truth and Report.REGISTERED not in journey.reports
    return AT_THE_COUNTER if counter else IN_THE_APP


def done(journey: Journey) -> frozenset[Stage]:
    """Stages that are over: those ended by a report, and all that must lie before them on this person's path."""
    way, over = path(journey), set[Stage]()
    for report in journey.reports + journey.truth:
        ended = ENDS.get(report)
        if ended is None or ended not in way:
            continue
        over.add(ended)
        if ended is not Stage.INSTALL:
            before = way[: way.index(ended)]
            # A notice can come before the app is there (level 2 at the counter); an activation cannot.
            reaches_app = ended in (Stage.ACTIVATE, Stage.LOG_IN, Stage.USE)
            over.update(s for s in before if s is not Stage.INSTALL or reaches_app or way is IN_THE_APP)
    return frozenset(over)


def stage(journey: Journey) -> Stage:
    """Where the person stands: the first stage of their path that is not over (the last one when all are)."""
    over = done(journey)
    return next((s for s in path(journey) if s not in over), Stage.USE)
