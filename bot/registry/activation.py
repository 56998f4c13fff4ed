"""Activation (F7-F14): every step is decided by `flows.core.activation`; here are found the things it asks about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.registry import shown
from bot.registry.answers import ActivationAnswer, CodeStanding, Fault
from bot.registry.hashes import Secret
from bot.registry.registry import Registry
from bot.registry.requests import may_speak_for, of_handset, require, waiting_for
from bot.registry.sitting import Sitting, new_id
from bot.registry.words import ACTIVATION, CODE, CODE_SENT, QUESTIONS, SENDING
from flows.core import account
from flows.core.account import Account
from flows.core.account import Move as AccountMove
from flows.core.activation import (
    ENDS,
    Activation,
    CodeEntered,
    Decision,
    DeviceLooked,
    LevelLooked,
    Move,
    Outcome,
    PasscodeSet,
    PasswordSet,
    QuestionsSet,
    Step,
    decide,
)
from flows.core.activation import Sent as PhoneSent
from flows.core.codes import Code, CodePolicy, Sending, is_live
from flows.core.credentials import passcode_faults, password_faults, question_faults
from flows.core.device import Binding
from storage.registry import accounts, codes, requests
from storage.registry.answers import Key
from storage.registry.handsets import Handset
from storage.registry.requests import Kind, Request

_AFTER_ALL = {
    account.Outcome.ALREADY_ACTIVATED: (Step.ALREADY_ACTIVATED, Outcome.ALREADY_ACTIVATED),
    account.Outcome.PAST_SEVEN_DAYS: (Step.PAST_SEVEN_DAYS, Outcome.PAST_SEVEN_DAYS),
    account.Outcome.IS_LOCKED: (Step.ALREADY_ACTIVATED, Outcome.ALREADY_ACTIVATED),
}


def level_check(account_held: Account, knows_the_phone: bool, at: datetime) -> Decision:
    """The level check (F8). Whoever does not know the registered phone looks at an account that is not there, and so
    reads the words of an app-only account: they learn nothing about the number (the core's own two steps, S0-35, S0-36)."""
    pressed = decide(Activation(), PhoneSent(phone_is_registered=True), at)
    return decide(pressed.request, LevelLooked(account_held if knows_the_phone else Account()), at)


async def begin(registry: Registry, handset: Handset, person: int, phone: int, key: Key) -> ActivationAnswer:
    """“Gửi yêu cầu” (S0-35): level check, device check, and a code to the registered phone."""
    await registry.keep_pace("activation", handset.id, registry.options.paces.activation)

    def act(sitting: Sitting) -> ActivationAnswer:
        file, at = sitting.file, sitting.at
        known = file.phone == phone and may_speak_for(handset, file)
        decision = level_check(file.account, known, at)
        # Looked at in any case, so that a number nobody has costs what any other costs.
        active = accounts.active_on(sitting.unit, handset.id)
        asked = requests.asked_by_gateway(sitting.unit, person, Step.DEVICE.value)
        if decision.request.step is not Step.DEVICE:
            request = _request(Request(new_id(), Kind.ACTIVATION, person, handset.id, phone, "", sitting.now), decision)
            requests.add(sitting.unit, request)
            return _went(sitting, handset, request, decision.outcome)
        adopted = asked is not None and asked.phone == phone and _lives(sitting.unit, asked, at, registry.options.codes)
        decision = decide(decision.request, DeviceLooked(_binding(active, person)), at)
        if adopted and asked is not None:
            request = _request(replace(asked, handset=handset.id), decision)
            requests.keep(sitting.unit, request)
            return _went(sitting, handset, request, decision.outcome, code=CodeStanding(sent=True))
        request = _request(Request(new_id(), Kind.ACTIVATION, person, handset.id, phone, "", sitting.now), decision)
        requests.add(sitting.unit, request)
        sending, went = sitting.send_code(request)
        code = shown.sending(sending, went, file.ahead)
        return _went(sitting, handset, request, decision.outcome, code=code)

    return await registry.desk.sit(person, act, key, ActivationAnswer)


async def look_at(registry: Registry, handset: Handset, id_: str) -> ActivationAnswer:
    """The activation as it stands."""
    return _answer(await of_handset(registry, handset, Kind.ACTIVATION, id_), None)


async def send_again(registry: Registry, handset: Handset, id_: str, key: Key) -> ActivationAnswer:
    """Another code, if one may go out."""
    held = await of_handset(registry, handset, Kind.ACTIVATION, id_)

    def act(sitting: Sitting) -> ActivationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.ACTIVATION, id_, (Step.CODE,), ENDS)
        sending, went = sitting.send_code(request)
        code = shown.sending(sending, went, sitting.file.ahead)
        return _went(sitting, handset, request, Outcome.GOES_ON, code=code)

    return await registry.desk.sit(held.person, act, key, ActivationAnswer)


async def enter_code(registry: Registry, handset: Handset, id_: str, typed: str) -> ActivationAnswer:
    """The activation code from the SMS (S0-41)."""
    held = await of_handset(registry, handset, Kind.ACTIVATION, id_)

    def act(sitting: Sitting) -> ActivationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.ACTIVATION, id_, (Step.CODE,), ENDS)
        checked, left = sitting.try_code(request, typed)
        decision = decide(_core(request), CodeEntered(checked), sitting.at)
        return _went(sitting, handset, _request(request, decision), decision.outcome, code=shown.tried(checked, left))

    return await registry.desk.sit(held.person, act)


async def choose_password(registry: Registry, handset: Handset, id_: str, password: str) -> ActivationAnswer:
    """The password, only of a person who had no account before approval (S0-42)."""
    held = await of_handset(registry, handset, Kind.ACTIVATION, id_)
    require(held, (Step.PASSWORD,), ENDS)
    found = password_faults(password)
    hashed = "" if found else await registry.hashes.make(held.person, Secret.PASSWORD, password)

    def act(sitting: Sitting) -> ActivationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.ACTIVATION, id_, (Step.PASSWORD,), ENDS)
        request, decision = _decided(replace(request, password=hashed), PasswordSet(found), sitting.at)
        return _went(sitting, handset, request, decision.outcome, faults=shown.faults(found))

    return await registry.desk.sit(held.person, act)


async def choose_passcode(registry: Registry, handset: Handset, id_: str, passcode: str) -> ActivationAnswer:
    """The passcode of six digits (S0-43)."""
    held = await of_handset(registry, handset, Kind.ACTIVATION, id_)
    require(held, (Step.PASSCODE,), ENDS)
    found = passcode_faults(passcode)
    hashed = "" if found else await registry.hashes.make(held.person, Secret.PASSCODE, passcode)

    def act(sitting: Sitting) -> ActivationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.ACTIVATION, id_, (Step.PASSCODE,), ENDS)
        request, decision = _decided(replace(request, passcode=hashed), PasscodeSet(found), sitting.at)
        return _went(sitting, handset, request, decision.outcome, faults=shown.faults(found))

    return await registry.desk.sit(held.person, act)


async def answer_questions(
    registry: Registry, handset: Handset, id_: str, chosen: Sequence[tuple[str, str]]
) -> ActivationAnswer:
    """Two security questions (S0-44), by their names on the list, and their answers: then the account is activated, on
    this handset and no other."""
    held = await of_handset(registry, handset, Kind.ACTIVATION, id_)
    require(held, (Step.QUESTIONS,), ENDS)
    found = question_faults(chosen, QUESTIONS.keys())
    hashed: tuple[tuple[str, str], ...] = ()
    if not found:
        hashed = tuple([(q, await registry.hashes.make(held.person, Secret.ANSWER, a)) for q, a in chosen])

    def act(sitting: Sitting) -> ActivationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.ACTIVATION, id_, (Step.QUESTIONS,), ENDS)
        request, decision = _decided(request, QuestionsSet(found), sitting.at)
        if decision.request.step is not Step.DONE:
            return _went(sitting, handset, request, decision.outcome, faults=shown.faults(found))
        activated = sitting.moved(AccountMove.ACTIVATE)
        if activated.outcome is not account.Outcome.MOVED:
            # The account changed while this request was under way.
            not_identified = (Step.NOT_IDENTIFIED, Outcome.NOT_IDENTIFIED)
            step, outcome = _AFTER_ALL.get(activated.outcome, not_identified)
            return _went(sitting, handset, replace(request, step=step.value), outcome)
        sitting.file = replace(
            sitting.file, password=request.password or sitting.file.password, passcode=request.passcode,
            questions=hashed, bound=handset.id, signed_in=None,
        )  # fmt: skip
        return _went(sitting, handset, replace(request, password="", passcode=""), decision.outcome)

    return await registry.desk.sit(held.person, act)


def _decided(request: Request, move: Move, at: datetime) -> tuple[Request, Decision]:
    """The core's decision on a request that was checked to wait for this move, and the request as it then stands."""
    decision = decide(_core(request), move, at)
    if decision.outcome is Outcome.FAULTY:
        return request, decision
    return _request(request, decision), decision


def _core(request: Request) -> Activation:
    return Activation(Step(request.step), request.had_account, request.noticed)


def _request(request: Request, decision: Decision) -> Request:
    held = decision.request
    return replace(request, step=held.step.value, had_account=held.had_account, noticed=held.noticed)


def _binding(active: set[int], person: int) -> Binding:
    if person in active:
        return Binding.OWN_ACCOUNT
    return Binding.OTHER_ACCOUNT if active else Binding.FREE


def _lives(unit: Connection, request: Request, at: datetime, policy: CodePolicy) -> bool:
    """Whether the newest code of a request would still be taken."""
    sent = codes.newest(unit, request.id)
    return sent is not None and is_live(Code(sent.sent_at, sent.tries, sent.used, sent.superseded), at, policy)


def _went(
    sitting: Sitting, handset: Handset, request: Request, outcome: Outcome, *, faults: list[Fault] | None = None,
    code: CodeStanding | None = None,
) -> ActivationAnswer:  # fmt: skip
    """Keep the request as it now stands, tell it, and answer."""
    requests.keep(sitting.unit, request)
    if may_speak_for(handset, sitting.file):
        if outcome in (Outcome.NOTICE_OTHER_DEVICE, Outcome.CODE_NOT_RIGHT, Outcome.FAULTY):
            sitting.tell("activation", outcome.value)
        if outcome not in (Outcome.CODE_NOT_RIGHT, Outcome.FAULTY):
            sitting.tell("activation", request.step)
    return _answer(request, outcome, faults, code)


def _answer(
    request: Request, outcome: Outcome | None, faults: list[Fault] | None = None, code: CodeStanding | None = None
) -> ActivationAnswer:
    return ActivationAnswer(
        id=request.id, step=Step(request.step), outcome=outcome, says=_words(request, outcome, faults, code),
        faults=faults or [], code=code,
    )  # fmt: skip


def _words(request: Request, outcome: Outcome | None, faults: list[Fault] | None, code: CodeStanding | None) -> str:
    if outcome is Outcome.CODE_NOT_RIGHT and code is not None and code.checked is not None:
        return CODE[code.checked]
    if outcome is Outcome.FAULTY:
        return " ".join(fault.says for fault in faults or ())
    if outcome is Outcome.GOES_ON and code is not None and code.sent:
        return CODE_SENT
    words = ACTIVATION.get(outcome.value if outcome else "", ACTIVATION[request.step])
    if code is not None and code.sending in (Sending.WAIT, Sending.DAY_USED_UP):
        words = f"{words} {SENDING[code.sending]}"
    return words
