"""What an identity gateway may do for a person who consented: look how the account stands, ask for a code, hear changes."""

import asyncio
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.registry import shown
from bot.registry.activation import level_check
from bot.registry.answers import ChangesAnswer, ChangeShown, ConsentAnswer, GatewayActivation, StatusAnswer
from bot.registry.clients import Client
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.sitting import FEED, Sitting, new_id
from bot.registry.steps import Asked, RefusedBecause
from flows.core import consent
from flows.core.account import ACTIVATED, Account, State
from flows.core.activation import Outcome, Step
from flows.core.codes import SendDecision, Sending
from flows.core.consent import Consent, Consents, Expressed, Purpose
from storage.registry import accounts, changes, consents, linking, requests
from storage.registry.accounts import File
from storage.registry.answers import Key
from storage.registry.consents import EVERYTHING, RESEND, STATUS, Given
from storage.registry.requests import Kind, Request

NOTICE = "registry-2026-11"  # the version of the words a person reads before they say yes
POLLING = 0.5  # seconds between two looks for what another process may have written

_SOMEBODYS = Account(State.APPROVED2, had_account=True, noticed=date(2026, 11, 22))

_BECAUSE = {
    Outcome.NOT_IDENTIFIED: RefusedBecause.NOT_IDENTIFIED,
    Outcome.ALREADY_ACTIVATED: RefusedBecause.ALREADY_ACTIVATED,
    Outcome.PAST_SEVEN_DAYS: RefusedBecause.PAST_SEVEN_DAYS,
}
_NOT_NOW = {Sending.WAIT: RefusedBecause.WAIT, Sending.DAY_USED_UP: RefusedBecause.DAY_USED_UP}


async def consented(registry: Registry, person: int, client: str, yes: bool) -> ConsentAnswer:
    """A person's yes to a gateway, or its withdrawal; decided by the core, kept as proof, a new name at every new yes."""

    def act(sitting: Sitting) -> ConsentAnswer:
        kept = consents.of(sitting.unit, client, person)
        if yes:  # one for a part of it, given elsewhere, stands beside this one
            kept = [given for given in kept if given.scopes == EVERYTHING and given.phone is None]
        held = Consents(str(person), tuple(_core(given) for given in kept))
        if yes:
            decision = consent.answer(held, Purpose.ASK_REGISTRY, Expressed.YES, NOTICE, sitting.now)
            if decision.outcome is consent.Outcome.GIVEN:
                consents.add(sitting.unit, Given(new_id(), client, person, NOTICE, sitting.now))
        else:
            decision = consent.withdraw(held, Purpose.ASK_REGISTRY, sitting.now)
            for given in kept:
                if decision.outcome is consent.Outcome.WITHDRAWN and given.withdrawn_at is None:
                    consents.withdraw(sitting.unit, given.subject, sitting.now)
        standing = [
            given
            for given in consents.of(sitting.unit, client, person)
            if given.withdrawn_at is None and given.scopes == EVERYTHING and given.phone is None
        ]
        return ConsentAnswer(client=client, given=bool(standing), subject=standing[-1].subject if standing else None)

    return await registry.desk.sit(person, act)


async def status(registry: Registry, client: Client, subject: str) -> StatusAnswer:
    """How the account of a consented subject stands. Where only a phone was proved, an account with another phone is none."""
    given = await _behind(registry, client, subject, STATUS)
    now = registry.clock.now()

    def look(unit: Connection) -> File | None:
        linking.note_look(unit, new_id(), subject, STATUS, now)
        return accounts.find(unit, given.person)

    file = await registry.store.write(look)
    if file is None:
        raise RefusedError(Refusal.NOT_THERE)

    def answer(account: Account) -> StatusAnswer:
        return StatusAnswer(
            subject=subject, status=shown.status(account), level=account.level,
            deadline=shown.deadline(account, now + timedelta(seconds=file.ahead)),
            device_bound=account.state in ACTIVATED and file.bound is not None,
        )  # fmt: skip

    known = file.account.state is not State.NONE and (given.phone is None or file.phone == given.phone)
    # Both are worked out, whichever is told: it takes as long to say that there is nothing.
    something, nothing = answer(file.account if known else _SOMEBODYS), answer(Account())
    return something if known else nothing


async def ask_activation(registry: Registry, client: Client, subject: str, key: Key) -> GatewayActivation:
    """“Gửi yêu cầu” on a person's behalf: a code goes to the registered phone, and the app takes the request over. The
    device is looked at then, so until then no code is taken."""
    given = await _behind(registry, client, subject, RESEND)

    def act(sitting: Sitting) -> GatewayActivation:
        file = sitting.file
        linking.note_look(sitting.unit, new_id(), subject, RESEND, sitting.now)
        decision = level_check(file.account, file.phone is not None, sitting.at)
        if decision.request.step is not Step.DEVICE or file.phone is None:
            return _refused(_BECAUSE[decision.outcome])
        held = decision.request
        request = Request(
            new_id(), Kind.ACTIVATION, file.person, None, file.phone, held.step.value, sitting.now, held.had_account,
            held.noticed,
        )  # fmt: skip
        return _sent(sitting, request, new=True)

    return await registry.desk.sit(given.person, act, key, GatewayActivation)


async def send_again(registry: Registry, client: Client, subject: str, id_: str, key: Key) -> GatewayActivation:
    """Another code for a request that waits for one."""
    given = await _behind(registry, client, subject, RESEND)

    def act(sitting: Sitting) -> GatewayActivation:
        linking.note_look(sitting.unit, new_id(), subject, RESEND, sitting.now)
        request = _of(requests.find(sitting.unit, id_), given)
        if request.step not in (Step.DEVICE.value, Step.CODE.value):
            return _refused(RefusedBecause.OVER, request)
        return _sent(sitting, request, new=False)

    return await registry.desk.sit(given.person, act, key, GatewayActivation)


async def look_at(registry: Registry, client: Client, subject: str, id_: str) -> GatewayActivation:
    """A request as it stands: what a gateway asks when no answer came."""
    given = await _behind(registry, client, subject, RESEND)
    request = _of(await registry.look(lambda unit: requests.find(unit, id_)), given)
    return GatewayActivation(outcome=Asked.SENT, because=None, id=id_, step=Step(request.step), next_at=None)


async def changes_after(registry: Registry, client: Client, after: int, seconds: float) -> ChangesAnswer:
    """What happened to consented subjects after this cursor; waits up to so many seconds for something to happen."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    pause = seconds if registry.store.on_sqlite else POLLING
    cursor = after
    while True:
        heard, cursor = await registry.look(partial(changes.after, client=client.id, number=cursor))
        left = until - loop.time()
        if heard or left <= 0 or registry.closing.is_set():
            told = [ChangeShown(subject=c.subject, move=c.move, at=c.at) for c in heard]
            return ChangesAnswer(changes=told, cursor=str(cursor))
        await registry.news(FEED, min(left, pause))


async def _behind(registry: Registry, client: Client, subject: str, scope: str) -> Given:
    """Who consented; RefusedError NOT_THERE for a subject that is unknown, another client's, or withdrawn: all alike.
    NOT_YOURS where they said yes to something else only."""
    given = await registry.look(lambda unit: consents.behind(unit, client.id, subject))
    if given is None:
        raise RefusedError(Refusal.NOT_THERE)
    if not given.allows(scope):
        raise RefusedError(Refusal.NOT_YOURS)
    return given


def _of(request: Request | None, given: Given) -> Request:
    if request is None or request.kind is not Kind.ACTIVATION or request.person != given.person:
        raise RefusedError(Refusal.NOT_THERE)
    return request


def _sent(sitting: Sitting, request: Request, *, new: bool) -> GatewayActivation:
    decision, went = sitting.send_code(request)
    if not went:
        return _refused(_NOT_NOW[decision.outcome], None if new else request, _in_machine_time(sitting, decision))
    if new:
        requests.add(sitting.unit, request)
    sitting.tell("activation", "asked_by_gateway")
    return GatewayActivation(outcome=Asked.SENT, because=None, id=request.id, step=Step(request.step), next_at=None)


def _in_machine_time(sitting: Sitting, decision: SendDecision) -> SendDecision:
    return SendDecision(decision.outcome, decision.next_at - timedelta(seconds=sitting.file.ahead), decision.left_today)


def _refused(
    because: RefusedBecause, request: Request | None = None, decision: SendDecision | None = None
) -> GatewayActivation:
    return GatewayActivation(
        outcome=Asked.REFUSED, because=because, id=request.id if request else None,
        step=Step(request.step) if request else None, next_at=decision.next_at if decision else None,
    )  # fmt: skip


def _core(given: Given) -> Consent:
    return Consent(Purpose.ASK_REGISTRY, given.given_at, given.notice, given.withdrawn_at)
