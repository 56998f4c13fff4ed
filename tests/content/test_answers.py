"""What is asked in passing: every intent is answered, every answer says what it rests on, every real problem is resolved."""

import random
import re
import tomllib
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path

import pytest

from bot.channels import LIMITS
from bot.commands import check as check_command
from bot.commands import content as content_command
from content import completeness
from content.answers import check, read_head
from content.catalogue import ROOT, Catalogue
from content.completeness import ASK, sample
from content.reviews import HEAD, due
from flows.core.journey import Journey
from flows.notation import Choose, End, Flow, Go, choices_of, target_of
from flows.runner import step
from flows.script import BOOK
from flows.script.places import Answers
from flows.speech import Form, Heard, Offer, Pick, Talk, Words
from tests.kit.book import BOOK as SMALL
from tests.kit.build import NOON, plain_words

SIGNS = {"dialog_control", "human_agent"}  # understood as everywhere-words, not answered
TODAY = date(2026, 11, 22)
CATALOGUE = Catalogue()
LANGUAGES = CATALOGUE.languages()
PROBLEMS = {
    int(number): told
    for number, told in tomllib.loads(Path(__file__).with_name("problems.toml").read_text(encoding="utf-8")).items()
}
STEPS = sorted(
    name
    for name, s in BOOK.steps.items()
    if isinstance(s, Choose) and name.partition(".")[0] not in ("everywhere", "answers")
)


def said(place: str, line: str = "say", language: str = "vi") -> str:
    return CATALOGUE.text(language, place, line, sample(Form.BAC))


def test_every_intent_but_the_signs_has_an_answer_of_its_name() -> None:
    intents = {file.stem for file in (ROOT / "hearing" / "phrases").glob("*.txt")}
    assert set(BOOK.answers) == intents - SIGNS
    assert all(BOOK.name(place) == f"answers.{intent}" for intent, place in BOOK.answers.items())


def test_an_answer_offers_few_ways_and_the_last_is_back_to_the_step() -> None:
    for place in Answers:
        found = BOOK.steps[BOOK.name(place)]
        if isinstance(found, Choose):
            assert len(found.exits) <= 5, place
            assert list(found.exits)[-1] == "go_on", place
            assert found.exits["go_on"] is Answers.BACK, place
        else:
            assert isinstance(found, End), place


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_of_did_you_mean_are_short_and_each_another(language: str) -> None:
    asked = [said(BOOK.name(place), ASK, language) for place in BOOK.answers.values()]
    assert [a for a in asked if len(a) > 32] == []
    assert len(set(asked)) == len(asked)


# What one meets who asks in the middle of a step.


def hear(talk: Talk, what: Words | Pick) -> Talk:
    taken = step(BOOK, talk, Heard(NOON, what), Journey())
    offered = tuple((e, e) for e in choices_of(BOOK.steps[taken.talk.place]))
    return replace(taken.talk, offer=Offer(taken.talk.place, offered))


def asked_at(place: str, intent: str) -> Talk:
    return hear(Talk(place, opened=True), Words("a question in passing", (intent,), sure=True))


def within_the_visit(talk: Talk) -> Iterator[Talk]:
    """Every way the talk can go on without leaving for another chapter."""
    for exit_, way in choices_of(BOOK.steps[talk.place]).items():
        if not isinstance(way, Go):
            yield hear(talk, Pick(talk.place, exit_))


def walk(start: Talk, to: str, stack: object = None) -> Talk | None:
    """The talk standing at a place (with this stack), reached by presses alone; None where no presses lead there."""
    seen, waiting = set(), deque([start])
    while waiting:
        talk = waiting.popleft()
        if talk.place == to and (stack is None or talk.stack == stack):
            return talk
        if (talk.place, talk.stack) in seen or not talk.stack:
            continue
        seen.add((talk.place, talk.stack))
        waiting.extend(within_the_visit(talk))
    return None


@pytest.mark.parametrize("intent", BOOK.answers)
def test_an_answer_comes_back_to_the_step_it_was_asked_at(intent: str) -> None:
    there = asked_at("activate.code", intent)
    if isinstance(BOOK.steps[f"answers.{intent}"], End):
        assert (there.place, there.stack) == ("activate.code", ())
        return
    assert there.place == f"answers.{intent}"
    back = hear(there, Pick(there.place, "go_on"))
    assert (back.place, back.stack) == ("activate.code", ())


@pytest.mark.parametrize("intent", BOOK.answers)
def test_every_way_of_an_answer_comes_back_or_leaves_for_a_chapter(intent: str) -> None:
    there = asked_at("activate.code", intent)
    if isinstance(BOOK.steps[f"answers.{intent}"], End):
        return
    for exit_, way in choices_of(BOOK.steps[there.place]).items():
        after = hear(there, Pick(there.place, exit_))
        if isinstance(way, Go):
            assert (after.place, after.stack) == (BOOK.name(target_of(way)), ())
        else:
            assert walk(after, "activate.code", ()), exit_


def test_the_table_holds_all_problems() -> None:
    assert sorted(PROBLEMS) == list(range(1, 69))
    assert all(set(told) == {"intent", "places", "words"} and told["words"] for told in PROBLEMS.values())


@pytest.mark.parametrize("number", PROBLEMS)
def test_a_problem_met_at_some_step_is_resolved_and_the_talk_returns_to_the_step(number: int) -> None:
    told = PROBLEMS[number]
    origin = random.Random(number).choice(STEPS)
    intent: str = told["intent"]
    answer = asked_at(origin, intent)
    for place in told["places"]:
        there = walk(answer, place)
        assert there is not None, f"answers.{intent} does not lead to {place}"
        assert walk(there, origin, ()) is not None, f"{place} does not come back to {origin}"
    if not told["places"]:
        assert answer.place == origin or walk(answer, origin, ()) is not None


@pytest.mark.parametrize("number", PROBLEMS)
def test_the_resolution_of_a_problem_stands_in_the_answer_or_where_it_leads(number: int) -> None:
    told = PROBLEMS[number]
    texts = [said(place) for place in (f"answers.{told['intent']}", *told["places"])]
    whole = " ".join(" ".join(texts).split()).casefold()
    assert [word for word in told["words"] if word.casefold() not in whole] == []


# Heads.


class Asked(Enum):
    FEE = "fee"


ANSWERING = replace(SMALL, flows=(*SMALL.flows, Flow("answers", Asked, (End(Asked.FEE),))), answers={"fee": Asked.FEE})
GOOD = "{# nguồn: S2-22 P-otp-cham C23 · hiệu lực: 2025-12 · xem lại: 2027-02 #}"
BODY = "{% block say %}{# S2-22 · 2027-05 #}Mã về số đã đăng ký.{% endblock %}{% block ask %}Có mất tiền không{% endblock %}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    words = plain_words(tmp_path, ANSWERING)
    write(words, f"{GOOD}\n{BODY}")
    return words


def write(root: Path, text: str, name: str = "fee") -> None:
    (root / "vi" / "answers" / f"{name}.jinja").write_text(text, encoding="utf-8")


def faults(root: Path, today: date = TODAY) -> set[tuple[str, str]]:
    return {(f.kind, f.where) for f in check(ANSWERING, Catalogue(root), "vi", today)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heads_of_the_real_answers_are_whole(language: str) -> None:
    assert [str(f) for f in check(BOOK, CATALOGUE, language, TODAY)] == []


def test_a_head_is_read() -> None:
    head = read_head(f"{GOOD}\n{BODY}")
    assert head is not None
    assert (head.sources, head.since, head.review) == (("S2-22", "P-otp-cham", "C23"), "2025-12", "2027-02")


def test_a_whole_head_has_no_fault(root: Path) -> None:
    assert faults(root) == set()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("no head", BODY),
        ("no head", f"\n{GOOD}\n{BODY}"),
        ("no source", GOOD.replace("S2-22 P-otp-cham C23 ", "") + "\n" + BODY),
        ("unknown source", GOOD.replace("C23", "S9-99") + "\n" + BODY),
        ("source not in head", GOOD.replace("S2-22 ", "") + "\n" + BODY),
        ("wrong month", GOOD.replace("2025-12", "2022-10") + "\n" + BODY),
        ("wrong month", GOOD.replace("2025-12", "") + "\n" + BODY),
        ("no review date", GOOD.replace("2027-02", "soon") + "\n" + BODY),
        ("late review", GOOD.replace("2027-02", "2027-06") + "\n" + BODY),
    ],
)
def test_each_fault_of_a_head_is_found_and_named(root: Path, kind: str, text: str) -> None:
    write(root, text)
    assert (kind, "vi/answers.fee") in faults(root)


def test_an_answer_is_out_of_date_when_its_month_is_over(root: Path) -> None:
    assert faults(root, date(2027, 2, 28)) == set()
    assert faults(root, date(2027, 3, 1)) == {("past review", "vi/answers.fee")}


def test_a_text_that_answers_nothing_is_found(root: Path) -> None:
    write(root, f"{GOOD}\n{BODY}", "fees")
    assert ("unused text", "vi/answers.fees") in faults(root)


def test_the_command_fails_when_an_answer_is_out_of_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_command.main(["--today", "2099-01-01"]) == 1
    assert "vi/answers.fee_cost: it was to be read again" in capsys.readouterr().out


# The button of "did you mean …".


def words_of(root: Path, language: str = "vi") -> set[tuple[str, str]]:
    return {(f.kind, f.where) for f in completeness.check(ANSWERING, Catalogue(root), language, LIMITS)}


def test_an_answer_needs_a_short_button_of_its_own_that_cites_nothing(root: Path) -> None:
    assert words_of(root) == set()
    write(root, f"{GOOD}\n{BODY.partition('{% block ask')[0]}")
    assert ("line missing", "vi/answers.fee") in words_of(root)
    write(root, f"{GOOD}\n{BODY.replace('Có mất tiền không', 'dài ' * 40)}")
    assert ("too long", "vi/answers.fee ask") in words_of(root)


def test_answers_are_told_in_every_language_of_the_house(root: Path) -> None:
    (root / "en").mkdir()
    (root / "en" / "signs.toml").write_text((root / "vi" / "signs.toml").read_text(encoding="utf-8"), encoding="utf-8")
    missing = words_of(root, "en")
    assert ("no text", "en/answers.fee") in missing
    assert ("no text", "en/hello.start") not in missing


# What comes up.


def test_what_comes_up_is_listed_oldest_first_heads_and_blocks(root: Path) -> None:
    write(root, f"{GOOD.replace('2027-02', '2026-10')}\n{BODY.replace('2027-05', '2026-12')}")
    listed = due(ANSWERING, Catalogue(root), TODAY, within=10)
    assert [(r.month, r.place, r.line) for r in listed] == [
        ("2026-10", "answers.fee", HEAD),
        ("2026-12", "answers.fee", "say"),
    ]
    everything = due(ANSWERING, Catalogue(root), TODAY, within=365)
    assert [r.month for r in everything] == sorted(r.month for r in everything)
    assert {"hello.start", "always.house"} <= {r.place for r in everything}


def test_the_command_lists_a_place_to_a_line_and_says_what_is_past(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, f"{GOOD.replace('2027-02', '2026-10')}\n{BODY}")
    assert content_command.tell(ANSWERING, root, TODAY, 10) == 0
    assert capsys.readouterr().out == "2026-10  vi/answers.fee  head  past\n"
    assert content_command.tell(ANSWERING, root, date(2026, 9, 1), 10) == 0
    assert re.fullmatch(r"Nothing must be read again within 10 days\.\n", capsys.readouterr().out)
