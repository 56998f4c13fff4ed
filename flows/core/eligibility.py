"""Who may have which level, and where: the rule the documents tell beside the rule of 2024, never mixed.

Both answers are returned, each with its source and date; the words a citizen reads are not made here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from flows.core.sources import DECREE_2024, DOCUMENTS_2022, UNSAID, Facts, Source


class Kind(Enum):
    """Who asks."""

    CITIZEN = "citizen"
    FOREIGNER = "foreigner"
    ORGANISATION = "organisation"


class Card(Enum):
    """What is in the hand; CHIP is a valid CCCD gắn chip or căn cước, NO_CHIP a CCCD without chip or a CMND."""

    CHIP = "chip"
    NO_CHIP = "no_chip"
    RESIDENCE = "residence"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


class Road(Enum):
    """How a level is come by; ASK_… says what must be known first, NEEDS_… what is missing."""

    IN_APP = "in_app"
    AT_COUNTER = "at_counter"
    WITH_THE_CARD = "with_the_card"
    AT_IMMIGRATION = "at_immigration"
    ON_REQUEST = "on_request"
    UNDER_PARENT = "under_parent"
    OPEN_WAY_UNSAID = "open_way_unsaid"
    WITHOUT_LEVELS = "without_levels"
    NEEDS_CHIP_CARD = "needs_chip_card"
    NEEDS_RESIDENCE_CARD = "needs_residence_card"
    NOT_OFFERED = "not_offered"
    ASK_AGE = "ask_age"
    ASK_CARD = "ask_card"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks; `age` in full years, None if not known. Of an organisation only the kind counts."""

    kind: Kind
    age: int | None
    card: Card = Card.UNKNOWN
    under_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says: the road to each level, what says so, from which source."""

    level1: Road
    level2: Road
    facts: Facts
    source: Source


def eligibility(applicant: Applicant) -> tuple[Verdict, Verdict]:
    """The rule of 2022 (S4-10 … S4-21, S0-07) and the rule of 2024 (Decree 69/2024), in this order."""
    level1, level2, facts = _in_2022(applicant)
    before = Verdict(level1, level2, facts, DOCUMENTS_2022)
    level1, level2, facts = _in_2024(applicant)
    return before, Verdict(level1, level2, facts, DECREE_2024)


def _in_2022(who: Applicant) -> tuple[Road, Road, Facts]:
    match who.kind:
        case Kind.ORGANISATION:
            return Road.OPEN_WAY_UNSAID, Road.OPEN_WAY_UNSAID, ("S4-14", *UNSAID)
        case Kind.CITIZEN:
            child = "S4-11"
        case Kind.FOREIGNER:
            child = "S4-13"
        case _:
            assert_never(who.kind)
    if who.under_guardian or (who.age is not None and who.age < 14):
        return Road.UNDER_PARENT, Road.UNDER_PARENT, (child,)
    if who.age is None:
        return Road.ASK_AGE, Road.ASK_AGE, ("S4-10", child) if who.kind is Kind.CITIZEN else ("S4-12", child)
    if who.kind is Kind.FOREIGNER:
        return Road.OPEN_WAY_UNSAID, Road.OPEN_WAY_UNSAID, ("S4-12", *UNSAID)
    match who.card:
        case Card.UNKNOWN:
            return Road.ASK_CARD, Road.ASK_CARD, ("S4-10", "S4-18", "S4-19", "S4-21")
        case Card.CHIP:
            return Road.IN_APP, Road.AT_COUNTER, ("S4-10", "S0-07", "S4-18", "S4-19")
        case Card.NO_CHIP | Card.NOTHING | Card.RESIDENCE:
            return Road.NEEDS_CHIP_CARD, Road.WITH_THE_CARD, ("S4-10", "S0-07", "S4-18", "S4-21")
    assert_never(who.card)


def _in_2024(who: Applicant) -> tuple[Road, Road, Facts]:
    article7 = ("69/2024 Art. 7",)
    if who.kind is Kind.ORGANISATION:
        return Road.WITHOUT_LEVELS, Road.WITHOUT_LEVELS, article7
    if who.age is None:
        return Road.ASK_AGE, Road.ASK_AGE, article7
    if who.age < 6:
        return Road.ON_REQUEST, Road.NOT_OFFERED, article7
    if who.card is Card.UNKNOWN:
        return Road.ASK_CARD, Road.ASK_CARD, article7
    if who.kind is Kind.FOREIGNER:
        if who.card is Card.RESIDENCE:
            return Road.ON_REQUEST, Road.AT_IMMIGRATION, article7
        return Road.NEEDS_RESIDENCE_CARD, Road.NEEDS_RESIDENCE_CARD, article7
    if who.age < 14:
        held = who.card is Card.CHIP
        road = Road.ON_REQUEST if held else Road.NEEDS_CHIP_CARD
        return road, road, article7
    if who.card is Card.CHIP:
        return Road.IN_APP, Road.AT_COUNTER, article7
    # The law gives the time for a level 2 without a valid card (Art. 13), so it is issued along with the card.
    return Road.NEEDS_CHIP_CARD, Road.WITH_THE_CARD, (*article7, "69/2024 Art. 13")
