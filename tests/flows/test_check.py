"""Every class of fault a script can have is found and named; a sound book has none."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

import pytest

from bot.channels import LIMITS
from flows.check import check
from flows.notation import Ask, Book, Choose, Decide, End, Flow, Go, Judge, Reading, Step, Visit
from flows.script import BOOK as REAL
from flows.speech import Limits, Sign
from tests.kit import book as small
from tests.kit.book import BOOK, Always, Detour, Hello, Inner


def with_steps(flow: str, change: Mapping[Enum, Step | None], more: tuple[Step, ...] = ()) -> Book:
    """The small book with steps of one flow put in another's place (None: taken out)."""
    flows = []
    for f in BOOK.flows:
        if f.name == flow:
            steps = tuple(change.get(s.at, s) for s in f.steps)
            f = replace(f, steps=(*(s for s in steps if s is not None), *more))
        flows.append(f)
    return replace(BOOK, flows=tuple(flows))


def step_at(place: Enum) -> Any:
    return next(s for f in BOOK.flows for s in f.steps if s.at is place)


class Stray(Enum):
    PLACE = "place"


class Loop(Enum):
    ROUND = "round"


SOON = step_at(Hello.SOON)
FAULTY: dict[str, tuple[Book, str]] = {
    "step twice": (with_steps("hello", {}, (End(Hello.DONE),)), "hello.done"),
    "no step": (with_steps("hello", {Hello.LATE: None}), "hello.late"),
    "foreign step": (with_steps("hello", {}, (End(Stray.PLACE),)), "hello"),
    "flow twice": (replace(BOOK, flows=(*BOOK.flows, small.INNER)), "inner"),
    "unknown target": (with_steps("hello", {Hello.LATE: Choose(Hello.LATE, {"done": Stray.PLACE})}), "hello.late"),
    "needless leave": (with_steps("hello", {Hello.LATE: Choose(Hello.LATE, {"done": Go(Hello.DONE)})}), "hello.late"),
    "foreign back": (
        with_steps("hello", {Hello.LATE: Choose(Hello.LATE, {"x": Visit(Inner.ASK, back=Detour.CAUSE)})}), "hello.late",
    ),
    "outcome dropped": (
        with_steps("hello", {Hello.WHEN: Ask(Hello.WHEN, Reading.NOTICE_DAY, {"read": Hello.WINDOW, "unclear": Hello.WHEN})}),
        "hello.when",
    ),
    "foreign outcome": (
        with_steps(
            "hello", {Hello.WINDOW: replace(step_at(Hello.WINDOW), exits={**step_at(Hello.WINDOW).exits, "maybe": Hello.LATE})}
        ),
        "hello.window",
    ),
    "exit twice": (
        with_steps("hello", {Hello.WHEN: replace(step_at(Hello.WHEN), choices={"read": Hello.WINDOW})}), "hello.when",
    ),
    "dead end": (with_steps("hello", {Hello.LATE: Choose(Hello.LATE, {})}), "hello.late"),
    "moves nothing": (with_steps("hello", {Hello.SOON: replace(SOON, moves={"dnoe": SOON.moves["done"]})}), "hello.soon"),
    "unreachable": (with_steps("hello", {Hello.WINDOW: replace(
        step_at(Hello.WINDOW), exits=dict.fromkeys(step_at(Hello.WINDOW).exits, Hello.SOON))}), "hello.late"),
    "no return": (with_steps("inner", {Inner.END: Choose(Inner.END, {"x": Inner.ASK})}), "detour.cause"),
    "judges forever": (with_steps("hello", {Hello.WINDOW: Decide(Hello.WINDOW, Judge.DEADLINE, {
        "days_left": Hello.SOON, "last_day": Hello.WINDOW, "past": Hello.LATE, "unknown": Hello.LATE})}), "hello.window"),
    "too deep": (with_steps("inner", {Inner.ASK: Choose(
        Inner.ASK, {"yes": Inner.END, "again": Visit(Detour.CAUSE, back=Inner.ASK)})}), "hello.start"),
    "no way to help": (replace(BOOK, signs={k: v for k, v in BOOK.signs.items() if k is not Sign.STOP}), "always"),
    "moved but there": (replace(BOOK, moved={"hello.late": Hello.SOON}), "hello.late"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTY)
def test_each_class_of_fault_is_found_and_named(kind: str) -> None:
    book, where = FAULTY[kind]
    found = [f for f in check(book) if f.kind == kind]
    assert found, check(book)
    assert where in {f.where for f in found}
    assert all(f.sentence.endswith(".") for f in found)


def test_a_sound_book_has_no_fault() -> None:
    assert check(BOOK, LIMITS) == []


def test_the_real_book_is_sound_on_every_channel() -> None:
    assert [str(f) for f in check(REAL, LIMITS)] == []


def test_more_replies_than_a_channel_gives_are_found() -> None:
    found = check(BOOK, {"narrow": Limits(replies=3)})
    assert {f.kind for f in found} == {"too many replies"}
    assert check(BOOK, {"wide": Limits(replies=12)}) == []


def test_more_choices_than_a_channel_shows_are_found() -> None:
    assert [f.where for f in check(BOOK, {"narrow": Limits(choices=2)})] == ["hello.start", "detour.cause"]


def test_a_place_of_the_house_nobody_can_come_back_from_is_found() -> None:
    book = with_steps("always", {Always.STOPPED: Choose(Always.STOPPED, {"go_on": Go(Hello.START)})})
    assert ("no return", "always.stopped") in {(f.kind, f.where) for f in check(book)}


def test_places_and_flows_alone_make_no_book() -> None:
    class Empty(Enum):
        pass

    assert check(replace(BOOK, flows=(*BOOK.flows, Flow("empty", Empty, ())))) == []
