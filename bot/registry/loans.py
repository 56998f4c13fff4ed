"""People to practise with: lent out for a while at any point of an account's life, then taken back and forgotten."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import Connection

from bot.registry import approvals, shown
from bot.registry.answers import LoanAnswer
from bot.registry.clients import Client
from bot.registry.counter import Officer
from bot.registry.hashes import Secret
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.sitting import Sitting, new_id
from bot.registry.subjects import NOTICE
from flows.core.account import Account, Move, Outcome, decide
from storage.registry import accounts, applications, consents, erasing, sms
from storage.registry.accounts import File
from storage.registry.applications import Application
from storage.registry.consents import Given
from storage.registry.handsets import Handset

PASSWORD, PASSCODE = (
    "Tap-Duot-2026",
    "246810",
)  # of invented people whose account had to have them already; shown to all
PREFIX = "ln_"
LONG_AGO = timedelta(days=9)


class Start(Enum):
    """How far a lent person's account is."""

    NOTHING = "nothing"
    APP = "app"
    SUBMITTED1 = "submitted1"
    APPROVED1 = "approved1"
    ACTIVATED1 = "activated1"
    TAKEN2 = "taken2"
    APPROVED2 = "approved2"
    APPROVED2_WITH_APP = "approved2_with_app"
    OVERDUE2 = "overdue2"
    ACTIVATED2 = "activated2"
    LOCKED2 = "locked2"


_APP1 = (Move.REGISTER_APP, Move.SUBMIT_LEVEL1)
_APP2 = (Move.REGISTER_APP, Move.TAKE_LEVEL2, Move.APPROVE)
WAYS: dict[Start, tuple[Move, ...]] = {
    Start.NOTHING: (),
    Start.APP: (Move.REGISTER_APP,),
    Start.SUBMITTED1: _APP1,
    Start.APPROVED1: (*_APP1, Move.APPROVE),
    Start.ACTIVATED1: (*_APP1, Move.APPROVE, Move.ACTIVATE),
    Start.TAKEN2: (Move.TAKE_LEVEL2,),
    Start.APPROVED2: (Move.TAKE_LEVEL2, Move.APPROVE),
    Start.APPROVED2_WITH_APP: _APP2,
    Start.OVERDUE2: (Move.TAKE_LEVEL2, Move.APPROVE),
    Start.ACTIVATED2: (*_APP2, Move.ACTIVATE),
    Start.LOCKED2: (*_APP2, Move.ACTIVATE, Move.LOCK),
}


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as its token proves it: the fingerprint under which its people are lent."""

    mark: str


def mark_of(registry: Registry, token: str) -> str:
    """The fingerprint of a loan's token."""
    return registry.vault.blind("registry loan", token)


def officer_of(loan: Loan) -> Officer:
    """Whoever holds a loan may stand behind the counter for its people."""
    return Officer(f"loan {loan.mark}", loan.mark)


async def lend(registry: Registry, start: Start, client: Client | None) -> LoanAnswer:
    """Lend somebody out; a gateway that asks is told of them from the start (they are invented: nobody else could say
    yes)."""
    await registry.keep_pace("opening", "", registry.options.paces.opening)
    token = PREFIX + secrets.token_urlsafe(32)
    mark, until = mark_of(registry, token), registry.clock.now() + registry.options.loan_life
    file = await _pick(registry, start, mark, until)
    subject = None
    if client is not None:
        subject = new_id()
        given = Given(subject, client.id, file.person, NOTICE, registry.clock.now())
        await registry.store.write(lambda unit: consents.add(unit, given))
    known = {"password": PASSWORD if file.password else None, "passcode": PASSCODE if file.passcode else None}
    return await _shown(registry, mark, token=token, subject=subject, **known)


async def neighbour(registry: Registry, loan: Loan, handset: Handset) -> LoanAnswer:
    """Lend another person to the same loan, whose level 2 account is activated on this handset: a bound device (S0-40)."""
    main = (await _people(registry, loan))[0]
    if handset.lent != loan.mark or main.lent_until is None:
        raise RefusedError(Refusal.NOT_YOURS)
    # A moment later than the loan itself, so that the person it is about stays the first.
    await _pick(registry, Start.ACTIVATED2, loan.mark, main.lent_until + timedelta(seconds=1), handset.id)
    return await _shown(registry, loan.mark)


async def look_at(registry: Registry, loan: Loan) -> LoanAnswer:
    """The loan as it stands."""
    return await _shown(registry, loan.mark)


async def move_time(registry: Registry, loan: Loan, by: timedelta) -> LoanAnswer:
    """Move these people's own time ahead, so that a code grows old and seven days pass while one waits."""

    def act(sitting: Sitting) -> None:
        sitting.file = replace(sitting.file, ahead=sitting.file.ahead + int(by.total_seconds()))
        applications.bring_forward(sitting.unit, sitting.file.person, by)
        sms.bring_forward(sitting.unit, sitting.file.person, by)

    for file in await _people(registry, loan):
        await registry.desk.sit(file.person, act)
    await registry.tick()
    return await _shown(registry, loan.mark)


async def delay_sms(registry: Registry, loan: Loan, by: timedelta) -> LoanAnswer:
    """Let SMS about these people come late."""

    def act(sitting: Sitting) -> None:
        sitting.file = replace(sitting.file, sms_delay=int(by.total_seconds()))

    for file in await _people(registry, loan):
        await registry.desk.sit(file.person, act)
    return await _shown(registry, loan.mark)


async def give_back(registry: Registry, loan: Loan) -> None:
    """Give everybody back at once: their accounts, requests and messages are forgotten."""

    def work(unit: Connection) -> None:
        lent = [file.person for file in accounts.lent_to(unit, loan.mark)]
        for file in accounts.lock(unit, lent).values():
            if file.lent == loan.mark:
                erasing.forget_person(unit, file.person)
        erasing.forget_handsets(unit, loan.mark)

    people = await _people(registry, loan)
    await registry.store.write(work)
    if registry.inbox is not None:
        for file in people:
            registry.inbox.empty(registry.people.person(file.person).phone.reveal())


async def _pick(registry: Registry, start: Start, mark: str, until: datetime, bound: str | None = None) -> File:
    """Take somebody who is free and bring their account where it is wanted, by the core's own moves."""
    now = registry.clock.now()

    def take(unit: Connection) -> File | None:
        free = accounts.pick_free(unit, registry.people.count, now)
        if free is None:
            return None
        if free.lent is not None:
            erasing.forget_handsets(unit, free.lent)
        file = replace(erasing.forget_person(unit, free.person), lent=mark, lent_until=until)
        accounts.keep(unit, file)
        return file

    picked = await registry.store.write(take)
    if picked is None:
        raise RefusedError(Refusal.ALL_LENT, seconds=60)
    person, moves = picked.person, WAYS[start]
    password = passcode = ""
    if Move.REGISTER_APP in moves:
        password = await registry.hashes.make(person, Secret.PASSWORD, PASSWORD)
    if Move.ACTIVATE in moves:
        passcode = await registry.hashes.make(person, Secret.PASSCODE, PASSCODE)

    def begin(sitting: Sitting) -> File:
        at = sitting.at - LONG_AGO if start is Start.OVERDUE2 else sitting.at
        account = Account()
        for move in moves:
            decision = decide(account, move, at)
            if decision.outcome is not Outcome.MOVED:
                raise ValueError(f"no way leads to {start.value}")
            account = decision.account
        phone = person if moves else None
        on = bound if Move.ACTIVATE in moves else None
        sitting.file = replace(
            sitting.file, account=account, phone=phone, password=password, passcode=passcode, bound=on
        )
        if moves and moves[-1] in (Move.SUBMIT_LEVEL1, Move.TAKE_LEVEL2):
            approvals.apply(sitting, 1 if moves[-1] is Move.SUBMIT_LEVEL1 else 2)
        if Move.APPROVE in moves:
            approvals.notify_by_sms(sitting)
        return sitting.file

    return await registry.desk.sit(person, begin)


async def _people(registry: Registry, loan: Loan) -> list[File]:
    """Who is lent under this loan, the one it is about first; RefusedError NO_TOKEN when it is over."""
    people = await registry.look(lambda unit: accounts.lent_to(unit, loan.mark))
    now = registry.clock.now()
    if not people or people[0].lent_until is None or people[0].lent_until < now:
        raise RefusedError(Refusal.NO_TOKEN)
    return people


async def _shown(
    registry: Registry, mark: str, *, token: str | None = None, subject: str | None = None,
    password: str | None = None, passcode: str | None = None,
) -> LoanAnswer:  # fmt: skip
    people = await _people(registry, Loan(mark))
    main = people[0]

    def query(unit: Connection) -> list[Application]:
        return applications.waiting(unit, main.person)

    pile = await registry.look(query)
    return LoanAnswer(
        token=token, until=main.lent_until or registry.clock.now(),
        person=shown.person(registry.people.person(main.person)),
        neighbours=[shown.person(registry.people.person(file.person)) for file in people[1:]],
        status=shown.status(main.account),
        applications=[approvals.shown(application, registry.people) for application in pile],
        ahead_seconds=main.ahead, sms_delay_seconds=main.sms_delay, password=password, passcode=passcode, subject=subject,
    )  # fmt: skip
