"""Logging in (F3): one account on one handset at a time, several accounts on one handset."""

from dataclasses import replace

from bot.registry import shown
from bot.registry.answers import AccountAnswer, LogInAnswer
from bot.registry.hashes import Secret
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.requests import may_speak_for
from bot.registry.sitting import Sitting
from bot.registry.steps import LogIn
from bot.registry.words import LOGIN
from flows.core.account import ACTIVATED, LOCKED
from storage.registry import accounts
from storage.registry.accounts import File
from storage.registry.handsets import Handset


def name_on(registry: Registry, handset: Handset, person: int) -> str:
    """The name under which one handset speaks of an account; it says nothing, and means nothing on another handset."""
    return registry.vault.blind("registry account on a handset", f"{handset.id} {person}")


async def log_in(registry: Registry, handset: Handset, person: int, password: str) -> LogInAnswer:
    """Number and password (S0-23). A number without account costs the same work and gets the same words as a wrong
    password; signing in here ends the account's session on any other handset."""
    await registry.keep_pace("log-in", str(person), registry.options.paces.log_in)
    seen = await registry.look(lambda unit: accounts.find(unit, person)) or File(person)
    kept = seen.password if may_speak_for(handset, seen) else ""
    fits = await registry.hashes.fits(kept, person, Secret.PASSWORD, password)

    def act(sitting: Sitting) -> LogInAnswer:
        file = sitting.file
        if not fits or file.password != kept or not may_speak_for(handset, file):
            if may_speak_for(handset, file):
                sitting.tell("login", LogIn.NOT_RIGHT.value)
            return _answer(LogIn.NOT_RIGHT)
        if file.account.state in LOCKED:
            sitting.tell("login", LogIn.LOCKED.value)
            return _answer(LogIn.LOCKED)
        bound = handset.id if file.account.state in ACTIVATED else file.bound
        sitting.file = replace(file, signed_in=handset.id, bound=bound)
        sitting.tell("login", LogIn.IN.value)
        return _answer(LogIn.IN, name_on(registry, handset, person))

    answer = await registry.desk.sit(person, act)
    if answer.outcome is LogIn.IN:
        await registry.forget_pace("log-in", str(person))
    return answer


async def signed_in(registry: Registry, handset: Handset, account: str) -> File:
    """The file behind an account's name on this handset, while it is signed in there; else RefusedError NOT_THERE."""
    here = await registry.look(lambda unit: accounts.on_handset(unit, handset.id))
    for file in here:
        if file.signed_in == handset.id and name_on(registry, handset, file.person) == account:
            return file
    raise RefusedError(Refusal.NOT_THERE)


async def accounts_on(registry: Registry, handset: Handset) -> list[AccountAnswer]:
    """Every account that is signed in or activated on this handset."""
    here = await registry.look(lambda unit: accounts.on_handset(unit, handset.id))
    now = registry.clock.now()
    return [
        shown.account(file, name_on(registry, handset, file.person), handset.id, registry.people, now) for file in here
    ]


async def log_out(registry: Registry, handset: Handset, account: str) -> None:
    """End the session of an account on this handset."""
    file = await signed_in(registry, handset, account)

    def act(sitting: Sitting) -> LogInAnswer:
        if sitting.file.signed_in == handset.id:
            sitting.file = replace(sitting.file, signed_in=None)
            sitting.tell("login", "out")
        return _answer(LogIn.NOT_RIGHT)

    await registry.desk.sit(file.person, act)


def _answer(outcome: LogIn, account: str | None = None) -> LogInAnswer:
    return LogInAnswer(outcome=outcome, says=LOGIN[outcome.value], account=account)
