"""The app account (F2): number and phone → card or typing → the check against the population → code → password."""

from dataclasses import replace

from bot.registry import shown
from bot.registry.answers import CardShown, CodeStanding, Fault, RegistrationAnswer
from bot.registry.hashes import Secret
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.requests import may_speak_for, of_handset, require, waiting_for
from bot.registry.sitting import Sitting, new_id
from bot.registry.steps import Registration as Step
from bot.registry.steps import RegistrationOutcome as Outcome
from bot.registry.words import CODE, CODE_SENT, REGISTRATION, SENDING
from flows.core import account
from flows.core.account import Move
from flows.core.card import CardQr
from flows.core.codes import Checked, Sending
from flows.core.credentials import password_faults
from storage.registry import requests
from storage.registry.answers import Key
from storage.registry.handsets import Handset
from storage.registry.requests import Kind, Request

ENDS = (Step.DONE, Step.HAS_ACCOUNT, Step.ACTIVATE_INSTEAD)
_REFUSED = {
    account.Outcome.HAS_ACCOUNT: Step.HAS_ACCOUNT,
    account.Outcome.IS_LOCKED: Step.HAS_ACCOUNT,
    account.Outcome.ACTIVATE_INSTEAD: Step.ACTIVATE_INSTEAD,
}


async def begin(registry: Registry, handset: Handset, person: int, phone: int, key: Key) -> RegistrationAnswer:
    """Number and phone were typed (S0-14); nothing is looked at yet."""

    def act(sitting: Sitting) -> RegistrationAnswer:
        request = Request(new_id(), Kind.REGISTRATION, person, handset.id, phone, Step.CARD.value, sitting.now)
        requests.add(sitting.unit, request)
        return _went(sitting, handset, request, Outcome.GOES_ON)

    return await registry.desk.sit(person, act, key, RegistrationAnswer)


async def look_at(registry: Registry, handset: Handset, id_: str) -> RegistrationAnswer:
    """The registration as it stands."""
    return _answer(await of_handset(registry, handset, Kind.REGISTRATION, id_), None)


async def read_card(registry: Registry, handset: Handset, id_: str, qr: str | None) -> RegistrationAnswer:
    """The QR of the card fills the form (S0-16); without one the citizen types (S0-17). A card of anybody who is not of
    the population is refused before anything of it is kept."""
    held = await of_handset(registry, handset, Kind.REGISTRATION, id_)
    require(held, (Step.CARD, Step.FORM), ENDS)
    read = CardQr.read(qr) if qr is not None else None
    if isinstance(read, CardQr) and registry.people.of_number(read.number.reveal()) is None:
        raise RefusedError(Refusal.NOT_INVENTED)

    def act(sitting: Sitting) -> RegistrationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.REGISTRATION, id_, (Step.CARD, Step.FORM), ENDS)
        if qr is not None and not isinstance(read, CardQr):
            return _went(sitting, handset, request, Outcome.QR_UNREADABLE)
        filled = shown.card(read) if isinstance(read, CardQr) else None
        return _went(sitting, handset, replace(request, step=Step.FORM.value), Outcome.GOES_ON, form=filled)

    return await registry.desk.sit(held.person, act)


async def check_form(
    registry: Registry, handset: Handset, id_: str, name: str, born: str, key: Key
) -> RegistrationAnswer:
    """“Đăng ký”: the check against the population (S0-18); passed, a code goes to the phone (S0-19). The phone must be
    the one the registry has for this person, so that nobody registers another one's number on their own phone."""
    held = await of_handset(registry, handset, Kind.REGISTRATION, id_)
    await registry.keep_pace("population check", str(held.person), registry.options.paces.population_check)
    passes = registry.people.passes(held.person, name, born)

    def act(sitting: Sitting) -> RegistrationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.REGISTRATION, id_, (Step.FORM,), ENDS)
        known = sitting.file.phone if sitting.file.phone is not None else sitting.file.person
        if not passes or request.phone != known or not may_speak_for(handset, sitting.file):
            return _went(sitting, handset, request, Outcome.NOT_PASSED)
        decision, went = sitting.send_code(request)
        code = shown.sending(decision, went, sitting.file.ahead)
        return _went(sitting, handset, replace(request, step=Step.CODE.value), Outcome.GOES_ON, code=code)

    return await registry.desk.sit(held.person, act, key, RegistrationAnswer)


async def send_again(registry: Registry, handset: Handset, id_: str, key: Key) -> RegistrationAnswer:
    """Another code, if one may go out."""
    held = await of_handset(registry, handset, Kind.REGISTRATION, id_)

    def act(sitting: Sitting) -> RegistrationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.REGISTRATION, id_, (Step.CODE,), ENDS)
        decision, went = sitting.send_code(request)
        outcome = Outcome.CODE_SENT if went else Outcome.CODE_NOT_SENT
        code = shown.sending(decision, went, sitting.file.ahead)
        return _went(sitting, handset, request, outcome, code=code)

    return await registry.desk.sit(held.person, act, key, RegistrationAnswer)


async def enter_code(registry: Registry, handset: Handset, id_: str, typed: str) -> RegistrationAnswer:
    """The code from the SMS (S0-21). Only whoever has it learns that there is an account already."""
    held = await of_handset(registry, handset, Kind.REGISTRATION, id_)

    def act(sitting: Sitting) -> RegistrationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.REGISTRATION, id_, (Step.CODE,), ENDS)
        checked, left = sitting.try_code(request, typed)
        code = shown.tried(checked, left)
        if checked is not Checked.RIGHT:
            return _went(sitting, handset, request, Outcome.CODE_NOT_RIGHT, code=code)
        step = _REFUSED.get(account.decide(sitting.file.account, Move.REGISTER_APP, sitting.at).outcome, Step.PASSWORD)
        outcome = Outcome.GOES_ON if step is Step.PASSWORD else Outcome(step.value)
        return _went(sitting, handset, replace(request, step=step.value), outcome, code=code)

    return await registry.desk.sit(held.person, act)


async def choose_password(registry: Registry, handset: Handset, id_: str, password: str) -> RegistrationAnswer:
    """The password that completes the app account (S0-22)."""
    held = await of_handset(registry, handset, Kind.REGISTRATION, id_)
    require(held, (Step.PASSWORD,), ENDS)
    found = shown.faults(password_faults(password))
    hashed = "" if found else await registry.hashes.make(held.person, Secret.PASSWORD, password)

    def act(sitting: Sitting) -> RegistrationAnswer:
        request = waiting_for(sitting.unit, handset, Kind.REGISTRATION, id_, (Step.PASSWORD,), ENDS)
        if found:
            return _went(sitting, handset, request, Outcome.FAULTY, faults=found)
        decision = sitting.moved(Move.REGISTER_APP)
        step = _REFUSED.get(decision.outcome, Step.DONE)
        if step is Step.DONE:
            phone = sitting.file.phone if sitting.file.phone is not None else request.phone
            sitting.file = replace(sitting.file, password=hashed, phone=phone)
        return _went(sitting, handset, replace(request, step=step.value), Outcome(step.value))

    return await registry.desk.sit(held.person, act)


def _went(
    sitting: Sitting, handset: Handset, request: Request, outcome: Outcome, *, form: CardShown | None = None,
    faults: list[Fault] | None = None, code: CodeStanding | None = None,
) -> RegistrationAnswer:  # fmt: skip
    """Keep the request as it now stands, tell it, and answer."""
    requests.keep(sitting.unit, request)
    if may_speak_for(handset, sitting.file):
        sitting.tell("registration", request.step if outcome is Outcome.GOES_ON else outcome.value)
    return _answer(request, outcome, form, faults, code)


def _answer(
    request: Request, outcome: Outcome | None, form: CardShown | None = None, faults: list[Fault] | None = None,
    code: CodeStanding | None = None,
) -> RegistrationAnswer:  # fmt: skip
    return RegistrationAnswer(
        id=request.id, step=Step(request.step), outcome=outcome, says=_words(request, outcome, faults, code), form=form,
        faults=faults or [], code=code,
    )  # fmt: skip


def _words(request: Request, outcome: Outcome | None, faults: list[Fault] | None, code: CodeStanding | None) -> str:
    match outcome:
        case Outcome.QR_UNREADABLE | Outcome.NOT_PASSED:
            return REGISTRATION[outcome.value]
        case Outcome.CODE_NOT_RIGHT if code is not None and code.checked is not None:
            return CODE[code.checked]
        case Outcome.CODE_SENT:
            return CODE_SENT
        case Outcome.FAULTY:
            return " ".join(fault.says for fault in faults or ())
        case _:
            words = REGISTRATION[request.step]
            if code is not None and code.sending in (Sending.WAIT, Sending.DAY_USED_UP):
                words = f"{words} {SENDING[code.sending]}"
            return words
