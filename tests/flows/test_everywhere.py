"""Menu, help, a person, stopping: from every place of the book, and back to it."""

from dataclasses import replace

import pytest

from flows.core.journey import Journey
from flows.notation import Choose, End, Go, choices_of, exits_of, target_of
from flows.runner import step
from flows.script import BOOK
from flows.speech import Heard, Offer, Pick, Sign, Talk, Words
from tests.kit.build import NOON

HOUSE = "everywhere."
PLACES = sorted(
    p
    for p, s in BOOK.steps.items()
    if isinstance(s, Choose | End) and not p.startswith(HOUSE) and p not in BOOK.answering
)


def at(place: str) -> Talk:
    return Talk(place, opened=True, offer=Offer(place, tuple((e, e) for e in choices_of(BOOK.steps[place]))))


def hear(talk: Talk, what: Sign | Pick) -> Talk:
    taken = step(BOOK, talk, Heard(NOON, what), Journey())
    offered = tuple((e, e) for e in choices_of(BOOK.steps[taken.talk.place]))
    return replace(taken.talk, offer=Offer(taken.talk.place, offered))


@pytest.mark.parametrize("place", PLACES)
def test_from_every_place_each_everywhere_exit_is_walked_and_comes_back_or_goes_where_it_says(place: str) -> None:
    for sign, first in BOOK.signs.items():
        there = hear(at(place), sign)
        assert there.place == BOOK.name(first)
        assert there.stack[-1].place == place
        seen, waiting = set(), [there]
        while waiting:
            talk = waiting.pop()
            for exit_ in choices_of(BOOK.steps[talk.place]):
                if (talk.place, exit_) in seen:
                    continue
                seen.add((talk.place, exit_))
                after = hear(talk, Pick(talk.place, exit_))
                if after.place.startswith(HOUSE):
                    waiting.append(after)
                else:
                    assert after.place == place or after.place.startswith(("welcome.", "safety.", "own."))


@pytest.mark.parametrize("place", PLACES)
def test_a_person_and_stop_are_one_word_away_and_lose_nothing(place: str) -> None:
    for sign in (Sign.PERSON, Sign.STOP, Sign.HELP):
        there = hear(at(place), sign)
        back = hear(there, Pick(there.place, "go_on"))
        assert (back.place, back.stack) == (place, ())


ANSWERED = sorted(
    (BOOK.name(p), exit_) for p in BOOK.answers.values() for exit_ in choices_of(BOOK.steps[BOOK.name(p)])
)


@pytest.mark.parametrize(("place", "exit_"), ANSWERED)
def test_every_way_out_of_an_answer_leads_on_or_back_to_the_step(place: str, exit_: str) -> None:
    start = Talk("activate.code", opened=True)
    intent = next(i for i, p in BOOK.answers.items() if BOOK.name(p) == place)
    asked = step(BOOK, start, Heard(NOON, Words("?", (intent,), sure=True)), Journey())
    assert asked.talk.place == place
    labels = tuple((e, e) for e in choices_of(BOOK.steps[place]))
    picked = step(BOOK, replace(asked.talk, offer=Offer(place, labels)), Heard(NOON, Pick(place, exit_)), asked.journey)
    way = exits_of(BOOK.steps[place])[exit_]
    target = BOOK.steps[BOOK.name(target_of(way))]
    if isinstance(target, End) and not isinstance(way, Go):
        assert picked.talk.place == "activate.code"
    else:
        assert picked.said
        assert picked.cause == f"pick_{exit_}"
        assert isinstance(way, Go) or any(b.place == "activate.code" for b in picked.talk.stack)
