"""Who may have which level: the rule of 2022 and the rule of 2024, each transcribed from its source, side by side."""

from datetime import date
from itertools import product

import pytest

from flows.core.eligibility import Applicant, Card, Kind, Road, eligibility

# kind | ages (? = not known) | cards | level 1 and level 2 in 2022 | level 1 and level 2 in 2024
FROM_THE_SOURCES = """
citizen | 14 30 90 | chip | in_app at_counter | in_app at_counter
citizen | 14 30 90 | no_chip nothing residence | needs_chip_card with_the_card | needs_chip_card with_the_card
citizen | 14 30 90 | unknown | ask_card ask_card | ask_card ask_card
citizen | 6 13 | chip | under_parent under_parent | on_request on_request
citizen | 6 13 | no_chip nothing residence | under_parent under_parent | needs_chip_card needs_chip_card
citizen | 6 13 | unknown | under_parent under_parent | ask_card ask_card
citizen | 0 5 | chip no_chip nothing residence unknown | under_parent under_parent | on_request not_offered
citizen | ? | chip no_chip nothing residence unknown | ask_age ask_age | ask_age ask_age
foreigner | 14 30 90 | residence | open_way_unsaid open_way_unsaid | on_request at_immigration
foreigner | 14 30 90 | chip no_chip nothing | open_way_unsaid open_way_unsaid | needs_residence_card needs_residence_card
foreigner | 14 30 90 | unknown | open_way_unsaid open_way_unsaid | ask_card ask_card
foreigner | 6 13 | residence | under_parent under_parent | on_request at_immigration
foreigner | 6 13 | chip no_chip nothing | under_parent under_parent | needs_residence_card needs_residence_card
foreigner | 6 13 | unknown | under_parent under_parent | ask_card ask_card
foreigner | 0 5 | chip no_chip nothing residence unknown | under_parent under_parent | on_request not_offered
foreigner | ? | chip no_chip nothing residence unknown | ask_age ask_age | ask_age ask_age
organisation | 0 5 6 13 14 30 90 ? | chip no_chip nothing residence unknown | open_way_unsaid open_way_unsaid | without_levels without_levels
"""  # noqa: E501

AGES: tuple[int | None, ...] = (0, 5, 6, 13, 14, 30, 90, None)


def test_both_rules_say_of_everybody_what_their_sources_say() -> None:
    transcribed = {}
    for line in filter(None, FROM_THE_SOURCES.splitlines()):
        kind, ages, cards, before, since = (part.strip() for part in line.split("|"))
        for age, card in product(ages.split(), cards.split()):
            assert (kind, age, card) not in transcribed, f"written twice: {kind} {age} {card}"
            transcribed[kind, age, card] = (before, since)
    observed = {}
    for kind_, age_, card_ in product(Kind, AGES, Card):
        verdicts = eligibility(Applicant(kind_, age_, card_))
        before, since = (f"{v.level1.value} {v.level2.value}" for v in verdicts)
        observed[kind_.value, "?" if age_ is None else str(age_), card_.value] = (before, since)
    assert observed == transcribed


@pytest.mark.parametrize("age", [20, None])
def test_a_ward_of_any_age_registered_under_the_guardian_in_2022(age: int | None) -> None:
    for kind, fact in ((Kind.CITIZEN, "S4-11"), (Kind.FOREIGNER, "S4-13")):
        before, _ = eligibility(Applicant(kind, age, Card.CHIP, under_guardian=True))
        assert (before.level1, before.level2, before.facts) == (Road.UNDER_PARENT, Road.UNDER_PARENT, (fact,))


def test_each_rule_carries_its_source_and_date() -> None:
    before, since = eligibility(Applicant(Kind.CITIZEN, 30, Card.CHIP))
    assert (before.source.dated, since.source.dated) == (date(2022, 12, 24), date(2024, 7, 1))
    assert before.facts == ("S4-10", "S0-07", "S4-18", "S4-19")
    assert since.facts == ("69/2024 Art. 7",)


def test_every_road_is_somebodys() -> None:
    seen = {road for kind, age, card in product(Kind, AGES, Card) for v in eligibility(Applicant(kind, age, card))
            for road in (v.level1, v.level2)}  # fmt: skip
    assert seen == set(Road)
