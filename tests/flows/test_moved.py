"""A place that was released never vanishes: whoever stood there goes on."""

from pathlib import Path

import pytest

from flows.core.journey import Journey
from flows.runner import step
from flows.script import BOOK
from flows.speech import Heard, Opened, Pick, Sign, Talk, Words
from tests.kit.build import NOON

RELEASED = Path(__file__).with_name("released_places.txt").read_text(encoding="utf-8").split()


def test_every_released_place_is_there_or_has_moved() -> None:
    assert set(RELEASED) <= set(BOOK.steps) | set(BOOK.moved), "add the renamed place to flows/script/moved.py"


def test_every_place_of_today_is_noted_as_released() -> None:
    assert set(BOOK.steps) <= set(RELEASED), "add the new places to tests/flows/released_places.txt"


@pytest.mark.parametrize("place", RELEASED)
def test_a_conversation_saved_at_any_released_place_goes_on(place: str) -> None:
    for what in (Words("alo"), Opened(), Pick(place, "done"), Sign.HELP, Sign.BACK, Sign.AGAIN):
        taken = step(BOOK, Talk(place, opened=True), Heard(NOON, what), Journey())
        assert taken.talk.place in BOOK.steps
        assert taken.said
