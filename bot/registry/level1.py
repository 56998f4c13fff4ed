"""Level 1 in the app (F4): guide → card by NFC or QR → portrait → confirmed, and then it waits to be approved."""

from dataclasses import replace

from bot.registry import approvals, shown
from bot.registry.answers import CardShown, Level1Answer
from bot.registry.login import signed_in
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.requests import of_handset, require, waiting_for
from bot.registry.sitting import Sitting, new_id
from bot.registry.steps import PRESSES, Press, Reading
from bot.registry.steps import Level1 as Step
from bot.registry.steps import Level1Outcome as Outcome
from bot.registry.words import LEVEL1
from flows.core import account
from flows.core.account import Move
from flows.core.card import CardQr
from flows.core.deadline import day_in_vietnam
from flows.core.device import CardReading, card_reading
from flows.core.eligibility import Road, eligibility
from storage.registry import requests
from storage.registry.answers import Key
from storage.registry.handsets import Handset
from storage.registry.requests import Kind, Request

ENDS = (Step.SUBMITTED, Step.REFUSED)


async def begin(registry: Registry, handset: Handset, name: str, key: Key) -> Level1Answer:
    """“Đăng ký tài khoản mức 1” (S0-24), or the reason why none can be begun."""
    person = (await signed_in(registry, handset, name)).person

    def act(sitting: Sitting) -> Level1Answer:
        _still_here(sitting, handset)
        decision = account.decide(sitting.file.account, Move.SUBMIT_LEVEL1, sitting.at)
        step, outcome = Step.GUIDE, Outcome.GOES_ON
        if decision.outcome is not account.Outcome.MOVED:
            step, outcome = Step.REFUSED, Outcome(decision.outcome.value)
        elif _road(registry, sitting) is not Road.IN_APP:
            step, outcome = Step.REFUSED, Outcome.NEEDS_CHIP_CARD
        phone = sitting.file.phone if sitting.file.phone is not None else person
        request = Request(new_id(), Kind.LEVEL1, person, handset.id, phone, step.value, sitting.now)
        requests.add(sitting.unit, request)
        return _went(sitting, request, outcome)

    return await registry.desk.sit(person, act, key, Level1Answer)


async def look_at(registry: Registry, handset: Handset, id_: str) -> Level1Answer:
    """The request as it stands."""
    return _answer(await of_handset(registry, handset, Kind.LEVEL1, id_), None)


async def press(registry: Registry, handset: Handset, id_: str, button: Press) -> Level1Answer:
    """A button that only leads on (S0-25, S0-29, S0-30)."""
    held = await of_handset(registry, handset, Kind.LEVEL1, id_)

    def act(sitting: Sitting) -> Level1Answer:
        _still_here(sitting, handset)
        wanted = [step for step, pressed in PRESSES if pressed is button]
        request = waiting_for(sitting.unit, handset, Kind.LEVEL1, id_, wanted, ENDS)
        return _went(sitting, replace(request, step=PRESSES[Step(request.step), button].value), Outcome.GOES_ON)

    return await registry.desk.sit(held.person, act)


async def read_card(registry: Registry, handset: Handset, id_: str, by: Reading, card: str) -> Level1Answer:
    """The chip by NFC, or the QR where the phone has none (S0-26, S0-27); it must be the card of whoever is signed in."""
    held = await of_handset(registry, handset, Kind.LEVEL1, id_)
    require(held, (Step.CARD,), ENDS)
    read = CardQr.read(card)
    if isinstance(read, CardQr) and registry.people.of_number(read.number.reveal()) is None:
        raise RefusedError(Refusal.NOT_INVENTED)

    def act(sitting: Sitting) -> Level1Answer:
        _still_here(sitting, handset)
        request = waiting_for(sitting.unit, handset, Kind.LEVEL1, id_, (Step.CARD,), ENDS)
        if by is Reading.NFC and card_reading(handset.nfc)[0] is not CardReading.NFC:
            return _went(sitting, request, Outcome.NO_NFC)
        if not isinstance(read, CardQr):
            return _went(sitting, request, Outcome.UNREADABLE)
        if read.number != registry.people.person(request.person).number:
            return _went(sitting, request, Outcome.OTHER_CARD)
        return _went(sitting, replace(request, step=Step.SHOWN.value), Outcome.GOES_ON, shown.card(read))

    return await registry.desk.sit(held.person, act)


async def confirm(registry: Registry, handset: Handset, id_: str, mail: str | None, key: Key) -> Level1Answer:
    """“Xác nhận thông tin đăng ký” (S0-32). The e-mail address is optional (S0-31), must be an invented one, and nothing
    is ever sent to it, so it is not kept."""
    held = await of_handset(registry, handset, Kind.LEVEL1, id_)
    if mail and registry.people.of_mail(mail) is None:
        raise RefusedError(Refusal.NOBODY)

    def act(sitting: Sitting) -> Level1Answer:
        _still_here(sitting, handset)
        request = waiting_for(sitting.unit, handset, Kind.LEVEL1, id_, (Step.CONFIRM,), ENDS)
        decision = sitting.moved(Move.SUBMIT_LEVEL1)
        if decision.outcome is not account.Outcome.MOVED:
            return _went(sitting, replace(request, step=Step.REFUSED.value), Outcome(decision.outcome.value))
        approvals.apply(sitting, 1)
        return _went(sitting, replace(request, step=Step.SUBMITTED.value), Outcome.SUBMITTED)

    return await registry.desk.sit(held.person, act, key, Level1Answer)


def _road(registry: Registry, sitting: Sitting) -> Road:
    """How this person comes by level 1, by the rule in force."""
    applicant = registry.people.person(sitting.file.person).applicant(day_in_vietnam(sitting.at))
    return eligibility(applicant)[1].level1


def _still_here(sitting: Sitting, handset: Handset) -> None:
    if sitting.file.signed_in != handset.id:
        raise RefusedError(Refusal.NOT_THERE)


def _went(sitting: Sitting, request: Request, outcome: Outcome, card: CardShown | None = None) -> Level1Answer:
    requests.keep(sitting.unit, request)
    sitting.tell("level1", request.step if outcome is Outcome.GOES_ON else outcome.value)
    return _answer(request, outcome, card)


def _answer(request: Request, outcome: Outcome | None, card: CardShown | None = None) -> Level1Answer:
    says = LEVEL1[request.step if outcome in (None, Outcome.GOES_ON) else outcome.value]
    return Level1Answer(id=request.id, step=Step(request.step), outcome=outcome, says=says, shown=card)
