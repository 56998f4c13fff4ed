"""The officer's counter: level 2 taken in person (F5), applications answered, accounts locked and opened again."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.registry import approvals
from bot.registry.answers import ApplicationsAnswer, CounterAnswer
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.sitting import Sitting
from bot.registry.steps import CounterOutcome as Outcome
from bot.registry.steps import OfficersMove, Verdict
from flows.core import account
from flows.core.account import Move
from flows.core.card import CardQr
from flows.core.deadline import day_in_vietnam
from flows.core.eligibility import Road, eligibility
from storage.registry import accounts, applications
from storage.registry.accounts import File
from storage.registry.answers import Key

_MOVES = {
    OfficersMove.LOCK: Move.LOCK,
    OfficersMove.UNLOCK: Move.UNLOCK,
    OfficersMove.ACTIVATE_BY_HOTLINE: Move.ACTIVATE_BY_HOTLINE,
}


@dataclass(frozen=True, slots=True)
class Officer:
    """Whoever stands behind the counter: an officer, or a trainee who may touch the people of one loan alone."""

    name: str
    loan: str | None = None

    def may_touch(self, file: File) -> bool:
        return self.loan is None or file.lent == self.loan


@dataclass(frozen=True, slots=True)
class Form:
    """What the officer fills in (S4-30, S4-31). `card` is the text of the card's QR, None where the card is issued along
    with the account (S4-21); no picture and no fingerprint is ever part of it, only that they were taken."""

    person: int
    phone: int
    card: str | None
    card_is_issued: bool
    portrait_taken: bool
    fingerprints_taken: bool
    consents: bool


async def take_level2(registry: Registry, officer: Officer, form: Form, key: Key) -> CounterAnswer:
    """Level 2 taken at the counter; the phone given here becomes the registered one (C5)."""
    read = CardQr.read(form.card) if form.card is not None else None
    if isinstance(read, CardQr) and registry.people.of_number(read.number.reveal()) is None:
        raise RefusedError(Refusal.NOT_INVENTED)
    who = registry.people.person(form.person)

    def act(sitting: Sitting) -> CounterAnswer:
        _require(officer, sitting.file)
        if not form.consents:
            return approvals.said(Outcome.NO_CONSENT)
        if not (form.portrait_taken and form.fingerprints_taken):
            return approvals.said(Outcome.NOT_TAKEN)
        if form.card is not None and not (isinstance(read, CardQr) and read.number == who.number):
            return approvals.said(Outcome.OTHER_CARD)
        road = eligibility(who.applicant(day_in_vietnam(sitting.at)))[1].level2
        if form.card is None and not (road is Road.WITH_THE_CARD and form.card_is_issued):
            return approvals.said(Outcome.NEEDS_CHIP_CARD)
        decision = sitting.moved(Move.TAKE_LEVEL2)
        if decision.outcome is not account.Outcome.MOVED:
            return approvals.came_of(decision)
        sitting.file = replace(sitting.file, phone=form.phone)
        return approvals.came_of(decision, approvals.apply(sitting, 2))

    return await registry.desk.sit(form.person, act, key, CounterAnswer)


async def waiting(registry: Registry, officer: Officer, after: str, most: int) -> ApplicationsAnswer:
    """Applications that wait, the oldest first; a trainee sees those of the loan."""

    def query(unit: Connection) -> list[applications.Application]:
        if officer.loan is None:
            return applications.waiting(unit, after=after, most=most)
        lent = accounts.lent_to(unit, officer.loan)
        return [application for file in lent for application in applications.waiting(unit, file.person)]

    found = await registry.look(query)
    return ApplicationsAnswer(applications=[approvals.shown(application, registry.people) for application in found])


async def answer(registry: Registry, officer: Officer, application: str, verdict: Verdict, key: Key) -> CounterAnswer:
    """Approve or decline by hand (S4-29, S4-32)."""
    found = await registry.look(lambda unit: applications.find(unit, application))
    if found is None:
        raise RefusedError(Refusal.NOT_THERE)

    def act(sitting: Sitting) -> CounterAnswer:
        _require(officer, sitting.file)
        return approvals.answer(sitting, application, verdict)

    return await registry.desk.sit(found.person, act, key, CounterAnswer)


async def move(registry: Registry, officer: Officer, person: int, what: OfficersMove, key: Key) -> CounterAnswer:
    """Lock, unlock, or activate after the seven days (69/2024); a locked account is signed in nowhere."""

    def act(sitting: Sitting) -> CounterAnswer:
        _require(officer, sitting.file)
        decision = sitting.moved(_MOVES[what])
        if decision.outcome is account.Outcome.MOVED and what is OfficersMove.LOCK:
            sitting.file = replace(sitting.file, signed_in=None)
        return approvals.came_of(decision)

    return await registry.desk.sit(person, act, key, CounterAnswer)


def _require(officer: Officer, file: File) -> None:
    if not officer.may_touch(file):
        raise RefusedError(Refusal.NOT_YOURS)
