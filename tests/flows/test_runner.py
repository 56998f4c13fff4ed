"""One step of a conversation, and then any number of any steps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows.core.journey import Journey, Report, Stage, stage
from flows.notation import choices_of
from flows.runner import Taken, step
from flows.speech import (
    Answered,
    Back,
    Form,
    Heard,
    Offer,
    Opened,
    Pick,
    Said,
    Sign,
    Talk,
    Unread,
    Words,
)
from tests.kit.book import BOOK

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
Any_ = Opened | Pick | Sign | Unread | Words | Answered


def offered(taken: Taken) -> Talk:
    """The talk with its offer put in, as the turn does after wording."""
    choices = tuple((e, e) for e in choices_of(BOOK.steps[taken.talk.place]))
    return replace(taken.talk, offer=Offer(taken.talk.place, choices)) if taken.said else taken.talk


def after(*heard: Any_, journey: Journey | None = None, removed: tuple[str, ...] = ()) -> Taken:
    """What the last of these comes to, from a new talk that has been opened."""
    taken = step(BOOK, Talk(BOOK.name(BOOK.start)), Heard(NOON, Opened()), journey or Journey())
    for what in heard:
        taken = step(BOOK, offered(taken), Heard(NOON, what, removed if what is heard[-1] else ()), taken.journey)
    return taken


def press(place: str, exit_: str) -> Pick:
    return Pick(place, exit_)


ON = press("hello.start", "on")
STUCK = press("hello.soon", "stuck")


def test_a_new_talk_begins_at_the_start_whatever_was_said() -> None:
    for what in (Opened(), Words("chào"), press("x.y", "z"), Unread.VOICE):
        taken = step(BOOK, Talk("hello.start"), Heard(NOON, what), Journey())
        assert taken.said == (Said("hello.start", "say"),)


def test_stop_as_the_very_first_word_is_obeyed() -> None:
    taken = step(BOOK, Talk("hello.start"), Heard(NOON, Sign.STOP), Journey())
    assert taken.talk.place == "always.stopped"


def test_a_choice_leads_where_the_script_says_and_moves_what_it_names() -> None:
    taken = after(ON)
    assert (taken.talk.place, taken.talk.form) == ("hello.when", Form.ANH_CHI)


def test_a_day_that_is_read_is_judged_at_once_and_kept() -> None:
    taken = after(ON, Words("hôm qua"))
    assert taken.talk.place == "hello.soon"
    assert taken.journey.noticed_on is not None
    assert Report.APPROVED in taken.journey.reports
    assert after(ON, Words("3 tuần trước")).talk.place == "hello.late"


def test_a_day_nobody_can_read_is_asked_again_with_a_line_of_its_own() -> None:
    assert after(ON, Words("ờ thì")).said == (Said("hello.when", "again_unclear"),)
    assert after(ON, Words("tuần sau thứ hai ngày 25/11/2026")).said == (Said("hello.when", "again_future"),)


def test_a_visit_comes_back_with_the_line_for_coming_back() -> None:
    taken = after(ON, Words("hôm qua"), STUCK, press("detour.cause", "yes"))
    assert [s.line for s in taken.said] == ["say", "back", "say"]
    assert (taken.talk.place, taken.talk.stack) == ("hello.soon", ())


def test_a_visit_inside_a_visit_comes_back_one_level_at_a_time() -> None:
    deep = after(ON, Words("hôm qua"), STUCK, press("detour.cause", "deeper"))
    assert deep.talk.stack == (Back("hello.soon"), Back("detour.deeper"))
    once = after(ON, Words("hôm qua"), STUCK, press("detour.cause", "deeper"), press("inner.ask", "yes"))
    assert (once.talk.place, once.talk.stack) == ("detour.deeper", (Back("hello.soon"),))


def test_leaving_for_good_from_a_visit_forgets_the_way_back() -> None:
    assert after(ON, Words("hôm qua"), STUCK, press("detour.cause", "leave")).talk.stack == ()


def test_an_everywhere_word_comes_back_to_the_same_place_and_never_stacks_on_itself() -> None:
    taken = after(ON, Sign.STOP, Sign.MENU, Sign.HELP, press("always.menu", "go_on"))
    assert (taken.talk.place, taken.talk.stack) == ("hello.when", ())
    assert taken.said == (Said("always.back", "say"), Said("hello.when", "say"))


def test_help_inside_a_visit_keeps_the_visit() -> None:
    taken = after(ON, Words("hôm qua"), STUCK, Sign.HELP, press("always.menu", "go_on"))
    assert (taken.talk.place, taken.talk.stack) == ("detour.cause", (Back("hello.soon"),))


def test_going_back_forgets_the_answer_and_what_it_told_the_case() -> None:
    done = after(ON, Words("hôm qua"), press("hello.soon", "done"))
    assert stage(done.journey) is Stage.LOG_IN
    back = step(BOOK, offered(done), Heard(NOON, Sign.BACK), done.journey)
    assert back.talk.place == "hello.soon"
    assert Report.ACTIVATED not in back.journey.reports
    assert Said("always.house", "gone_back") in back.said


def test_going_back_out_of_a_visit_lands_where_it_was_begun() -> None:
    taken = after(ON, Words("hôm qua"), STUCK, Sign.BACK)
    assert (taken.talk.place, taken.talk.stack) == ("hello.soon", ())


def test_going_back_from_the_menu_returns_to_where_it_was_opened_and_never_to_the_menu() -> None:
    assert after(ON, Sign.MENU, Sign.BACK).talk.place == "hello.when"
    again = after(ON, Sign.MENU, press("always.menu", "go_on"), Sign.BACK)
    assert (again.talk.place, again.talk.answers) == ("hello.start", ())


def test_there_is_nothing_before_the_beginning() -> None:
    assert after(Sign.BACK).said == (Said("always.house", "nothing_before"),)


def test_answering_a_place_anew_forgets_what_was_answered_after_it() -> None:
    taken = after(ON, Words("hôm qua"), STUCK, press("detour.cause", "leave"), ON)
    assert [a.place for a in taken.talk.answers] == ["hello.start"]


def test_a_press_from_an_old_message_is_explained_and_changes_nothing() -> None:
    before = after(ON)
    old = step(BOOK, offered(before), Heard(NOON, ON), before.journey)
    assert old.talk.place == before.talk.place
    assert old.said == (Said("always.house", "old_press"), Said("hello.when", "say"))


def test_a_press_of_what_was_never_offered_is_not_believed() -> None:
    assert after(ON, press("hello.when", "read")).talk.place == "hello.when"
    assert after(press("hello.start", "nonsense")).cause == "unknown_press"


def test_what_is_not_understood_twice_offers_a_person() -> None:
    lines = [after(*[Words("?")] * n).said[0].line for n in (1, 2)]
    assert lines == ["missed", "missed_often"]


def test_a_removed_secret_is_told_first_and_what_is_left_may_still_answer() -> None:
    taken = after(ON, Words("[mã đã xoá] hôm qua"), removed=("code",))
    assert [s.line for s in taken.said] == ["removed_code", "say"]
    assert taken.talk.place == "hello.soon"
    alone = after(ON, Words("[mã đã xoá]"), removed=("code",))
    assert alone.said == (Said("always.house", "removed_code"),)
    assert alone.talk.place == "hello.when"
    assert after(Words("[mã đã xoá]"), removed=("code",)).said == (Said("always.house", "removed_code"),)


def test_a_phone_number_is_mentioned_and_the_message_still_answers() -> None:
    taken = after(ON, Words("hôm qua"), removed=("phone",))
    assert (taken.said[0].line, taken.talk.place) == ("removed_phone", "hello.soon")


def test_slower_says_the_same_line_slowly() -> None:
    assert after(ON, Sign.SLOWER).said == (Said("hello.when", "say", slowly=True),)


def test_an_outcome_moves_the_talk_only_where_it_still_waits() -> None:
    asked = after(press("hello.start", "status"))
    assert [(e.kind, e.place) for e in asked.errands] == [("status", "outside.waiting")]
    came = step(BOOK, offered(asked), Heard(NOON, Answered("outside.waiting", "approved")), asked.journey)
    assert (came.talk.place, came.journey.reports) == ("outside.open", (Report.APPROVED,))
    late = step(BOOK, offered(came), Heard(NOON, Answered("outside.waiting", "locked")), came.journey)
    assert (late.talk.place, late.said, late.cause) == ("outside.open", (), "late_outcome")


def test_a_talk_saved_at_a_place_nobody_knows_any_more_begins_anew() -> None:
    taken = step(BOOK, Talk("gone.away", opened=True), Heard(NOON, Words("alo")), Journey())
    assert taken.talk.place == "hello.start"


PLACES = strategies.sampled_from([*sorted(BOOK.steps), "gone.away", ""])
EXITS = strategies.sampled_from([*sorted({e for _, e, _ in BOOK.ways()}), "", "x"])
ANYTHING = strategies.one_of(
    strategies.builds(Pick, PLACES, EXITS),
    strategies.builds(Answered, PLACES, EXITS),
    strategies.builds(Words, strategies.text(max_size=40)),
    strategies.sampled_from([*Sign, *Unread, Opened()]),
)


class AnyMessageAtAnyTime(RuleBasedStateMachine):
    """Whatever comes, the talk stands at a known place, something was said, and help is one word away."""

    def __init__(self) -> None:
        super().__init__()
        self.talk, self.journey, self.at = Talk("hello.start"), Journey(), NOON

    @rule(
        what=ANYTHING, hours=strategies.integers(0, 400), removed=strategies.sampled_from([(), ("code",), ("phone",)])
    )
    def hear(self, what: Any_, hours: int, removed: tuple[str, ...]) -> None:
        self.at += timedelta(hours=hours)
        taken = step(BOOK, self.talk, Heard(self.at, what, removed), self.journey)
        assert taken.said or taken.cause in ("late_outcome", "foreign_outcome")
        self.talk, self.journey = offered(taken), taken.journey

    @rule(exit_=strategies.integers(0, 9))
    def press(self, exit_: int) -> None:
        choices = self.talk.offer.choices if self.talk.offer else ()
        if choices:
            place = self.talk.offer.place if self.talk.offer else ""
            self.hear(Pick(place, choices[exit_ % len(choices)][0]), 0, ())

    @invariant()
    def stands_somewhere_with_help_in_reach(self) -> None:
        assert self.talk.place in BOOK.steps
        assert len(self.talk.stack) <= 4
        assert len(self.talk.answers) <= 60
        helped = step(BOOK, self.talk, Heard(self.at, Sign.HELP), self.journey)
        assert helped.talk.place == "always.menu"
        back = step(BOOK, offered(helped), Heard(self.at, Pick("always.menu", "go_on")), helped.journey)
        where = BOOK.resolve(self.talk.place)
        if self.talk.opened and not where.startswith("always."):
            assert back.talk.place == where


TestAnyMessageAtAnyTime = AnyMessageAtAnyTime.TestCase
TestAnyMessageAtAnyTime.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
