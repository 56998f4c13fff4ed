"""Lives at random: account, activation and codes together, watched for what must never happen."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flows.core import account as accounts
from flows.core import activation, codes
from flows.core.account import ACTIVATED, APPROVED, LOCKED, Account, State
from flows.core.activation import Activation, Outcome, Step
from flows.core.codes import POLICY, Checked, Code, Sending
from flows.core.credentials import passcode_faults, password_faults, question_faults
from flows.core.device import Binding

WHOLE_ORDER = [Step.NUMBER, Step.LEVEL, Step.DEVICE, Step.CODE, Step.PASSWORD, Step.PASSCODE, Step.QUESTIONS]
WAITS = st.sampled_from((0, 0, 0, 299, 300))
QUESTIONS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(("x", "x", ""))), max_size=3)
ROADS = st.sampled_from(
    (
        (),
        ("REGISTER_APP",),
        ("REGISTER_APP", "SUBMIT_LEVEL1", "APPROVE"),
        ("REGISTER_APP", "SUBMIT_LEVEL1", "APPROVE", "TAKE_LEVEL2"),
        ("REGISTER_APP", "TAKE_LEVEL2", "APPROVE"),
        ("TAKE_LEVEL2", "APPROVE"),
    )
)


class Lives(RuleBasedStateMachine):
    """A citizen, the simulated registry and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.forget()

    def forget(self) -> None:
        """Another citizen, of whom nothing has happened yet."""
        self.account = Account()
        self.request = Activation()
        self.codes: tuple[Code, ...] = ()
        self.sent: list[datetime] = []
        # What the test itself remembers of the past, and never the core.
        self.approved_before = False
        self.registered_before_approval = False
        self.passed: list[Step] = []
        self.right_codes = 0
        self.approved_on: date | None = None
        self.wrong: dict[datetime, int] = {}
        self.used: set[datetime] = set()

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=7)).date()

    def of_account(self, move: accounts.Move) -> accounts.Decision:
        before, copy = self.account, deepcopy(self.account)
        decision = accounts.decide(before, move, self.now)
        assert before == copy, "what is handed in is never changed"
        if decision.outcome is accounts.Outcome.MOVED:
            assert decision.account.state is not before.state
            if move is accounts.Move.REGISTER_APP:
                assert not self.approved_before
                self.registered_before_approval = True
            if move is accounts.Move.APPROVE:
                self.approved_before, self.approved_on = True, self.today
        else:
            assert decision.account is before
        assert decision.facts
        self.account = decision.account
        return decision

    def of_request(self, move: activation.Move, good: bool = True) -> activation.Decision:
        """Bring something to the request; `good` is the test's own judgement of what is brought."""
        before, copy = self.request, deepcopy(self.request)
        decision = activation.decide(before, move, self.now)
        assert before == copy, "what is handed in is never changed"
        assert decision.facts
        if decision.request.step not in (before.step, Step.PAST_SEVEN_DAYS):
            assert good, f"{before.step} was passed with something wrong"
            self.passed.append(before.step)
            assert self.passed == self.order[: len(self.passed)], "no step is passed before its turn"
        self.request = decision.request
        if decision.outcome is Outcome.DONE:
            self.finished()
        return decision

    @property
    def order(self) -> list[Step]:
        """The steps of this citizen: without the password for who had an account before approval."""
        return [s for s in WHOLE_ORDER if s is not Step.PASSWORD or not self.registered_before_approval]

    def finished(self) -> None:
        """A request has just come to its end: everything before it must have happened, in this order."""
        assert self.passed == self.order
        assert self.request.noticed is not None
        assert (self.today - self.request.noticed).days <= 7
        assert self.right_codes == 1
        assert self.approved_before
        if self.account.state in APPROVED and self.account.noticed == self.request.noticed:
            assert self.of_account(accounts.Move.ACTIVATE).outcome is accounts.Outcome.MOVED

    @rule(seconds=st.sampled_from((1, 30, 61, 200, 301, 3600, 86_400, 8 * 86_400)))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(move=st.sampled_from([move for move in accounts.Move if move is not accounts.Move.ACTIVATE]))
    def something_happens_to_the_account(self, move: accounts.Move) -> None:
        self.of_account(move)

    @rule(road=ROADS, steps=st.integers(0, 7))
    def another_citizen_comes_some_way(self, road: tuple[str, ...], steps: int) -> None:
        self.forget()
        for move in road:
            self.of_account(accounts.Move[move])
        self.the_next_thing_is_done_right(steps, Binding.FREE)

    @rule()
    def a_new_request_begins(self) -> None:
        self.request, self.passed, self.right_codes = Activation(), [], 0

    @rule(registered=st.booleans())
    def number_and_phone_are_sent(self, registered: bool) -> None:
        self.of_request(activation.Sent(registered))

    @rule()
    def the_level_is_looked_at(self) -> None:
        waits = self.request.step is Step.LEVEL
        decision = self.of_request(activation.LevelLooked(self.account))
        if waits and self.account.state in ACTIVATED | LOCKED:
            assert decision.outcome is Outcome.ALREADY_ACTIVATED
        if decision.outcome is Outcome.GOES_ON:
            assert self.account.state in APPROVED
            assert decision.request.had_account is self.registered_before_approval

    @rule(binding=st.sampled_from(Binding))
    def the_device_is_looked_at(self, binding: Binding) -> None:
        waits = self.request.step is Step.DEVICE
        decision = self.of_request(activation.DeviceLooked(binding))
        assert not waits or decision.request.step in (Step.CODE, Step.PAST_SEVEN_DAYS), "a notice never refuses"

    @rule(times=st.integers(1, 7))
    def codes_are_asked_for_as_fast_as_allowed(self, times: int) -> None:
        for _ in range(times):
            decision = codes.may_send(self.sent, self.now)
            if decision.outcome is Sending.WAIT:
                self.now = decision.next_at
            self.a_code_is_asked_for()

    def a_code_is_asked_for(self) -> None:
        if codes.may_send(self.sent, self.now).outcome is Sending.MAY_SEND:
            self.sent.append(self.now)
            self.codes = codes.issue(self.codes, self.now)

    @precondition(lambda self: self.codes)
    @rule(entered=st.lists(st.booleans(), min_size=1, max_size=7), newest=st.integers(0, 2), after=WAITS)
    def codes_are_entered(self, entered: list[bool], newest: int, after: int) -> None:
        self.now += timedelta(seconds=after)
        for right in entered:
            self.a_code_is_entered(right, newest)

    def a_code_is_entered(self, right: bool, newest: int) -> None:
        which = max(len(self.codes) - 1 - newest, 0)
        sent_at = self.codes[which].sent_at
        decision = codes.check(self.codes[which], right, self.now)
        self.codes = (*self.codes[:which], decision.code, *self.codes[which + 1 :])
        living = sent_at == self.sent[-1] and self.now - sent_at < POLICY.life
        living = living and sent_at not in self.used and self.wrong.get(sent_at, 0) < POLICY.tries
        assert (decision.outcome is Checked.RIGHT) is (living and right), (
            "right only once, in time, newest, not worn out"
        )
        if living and right:
            self.used.add(sent_at)
            self.right_codes += self.request.step is Step.CODE
        elif living:
            self.wrong[sent_at] = self.wrong.get(sent_at, 0) + 1
            assert decision.tries_left == POLICY.tries - self.wrong[sent_at]
        self.of_request(activation.CodeEntered(decision.outcome), good=living and right)

    @rule(password=st.sampled_from(("Abcdef1!", "abc")))
    def a_password_is_chosen(self, password: str) -> None:
        self.of_request(activation.PasswordSet(password_faults(password)), good=password == "Abcdef1!")

    @rule(passcode=st.sampled_from(("194073", "12345", "１２３４５６")))
    def a_passcode_is_chosen(self, passcode: str) -> None:
        self.of_request(activation.PasscodeSet(passcode_faults(passcode)), good=passcode == "194073")

    @rule(chosen=QUESTIONS)
    def questions_are_chosen(self, chosen: list[tuple[str, str]]) -> None:
        two = len({question for question, _ in chosen}) == len(chosen) == 2 and all(answer for _, answer in chosen)
        self.of_request(activation.QuestionsSet(question_faults(chosen)), good=two)

    @rule(times=st.integers(1, 7), binding=st.sampled_from(Binding))
    def the_next_thing_is_done_right(self, times: int, binding: Binding) -> None:
        for _ in range(times):
            match self.request.step:
                case Step.NUMBER:
                    self.number_and_phone_are_sent(True)
                case Step.LEVEL:
                    self.the_level_is_looked_at()
                case Step.DEVICE:
                    self.the_device_is_looked_at(binding)
                case Step.CODE:
                    self.now = codes.may_send(self.sent, self.now).next_at
                    self.a_code_is_asked_for()
                    self.a_code_is_entered(True, 0)
                case Step.PASSWORD:
                    self.a_password_is_chosen("Abcdef1!")
                case Step.PASSCODE:
                    self.a_passcode_is_chosen("194073")
                case Step.QUESTIONS:
                    self.questions_are_chosen([("a", "x"), ("b", "x")])
                case _:
                    self.a_new_request_begins()

    @invariant()
    def nobody_is_activated_who_was_not_approved_before(self) -> None:
        if self.account.state in ACTIVATED | LOCKED | APPROVED:
            assert self.approved_before
            assert self.account.noticed == self.approved_on
            assert self.account.had_account is self.registered_before_approval

    @invariant()
    def nobody_who_had_an_account_is_asked_for_a_password(self) -> None:
        assert not (self.request.step is Step.PASSWORD and self.registered_before_approval)

    @invariant()
    def at_most_one_code_lives(self) -> None:
        assert sum(codes.is_live(code, self.now) for code in self.codes) <= 1

    @invariant()
    def tries_and_codes_stay_within_the_policy(self) -> None:
        assert all(code.wrong <= POLICY.tries for code in self.codes)
        assert all(
            later - earlier >= POLICY.first_wait for earlier, later in zip(self.sent, self.sent[1:], strict=False)
        )
        assert sum(at > self.now - codes.DAY for at in self.sent) <= POLICY.a_day

    @invariant()
    def a_request_that_is_done_has_an_account_behind_it(self) -> None:
        if self.request.step is Step.DONE:
            assert self.account.state not in (State.NONE, State.APP, State.SUBMITTED1, State.TAKEN2, State.APP_TAKEN2)


Lives.TestCase.settings = settings(deadline=None, max_examples=80, stateful_step_count=40)
TestLives = Lives.TestCase
