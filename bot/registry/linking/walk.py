"""The way of a link, from the code in the chat to a yes on the page; every press is one transaction.

A national id with a phone that is not the registered one walks it exactly like one with it: the same rows are written, an SMS is
queued that goes nowhere, and the code never fits. It has the shadow of the person and of the phone, their numbers below 0.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import Connection

from bot.registry.clients import Client
from bot.registry.codes import note_sent
from bot.registry.codes import try_code as try_sent_code
from bot.registry.linking.letters import new_phrase, read_code
from bot.registry.options import Pace
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.sitting import Sitting, new_id
from flows.core.account import State as AccountState
from flows.core.codes import Checked
from storage.registry import consents, limits, linking, sms
from storage.registry.consents import Given
from storage.registry.limits import Try
from storage.registry.linking import Link, State

NOTICE = "link-2026-11"  # the version of the words on the page where somebody says yes
AGAIN_AFTER = timedelta(seconds=60)
PURPOSE = "link"


class From(Enum):
    """What kind of chat asks."""

    TELEGRAM = "telegram"
    ZALO_BOT = "zalo_bot"
    ZALO_OA = "zalo_oa"
    WEB = "web"


class Said(Enum):
    """What the page has to say about the last press."""

    NOTHING = ""
    NOT_INVENTED = "not_invented"
    TOO_OFTEN = "too_often"
    WAIT = "wait"
    AGAIN = "again"
    NOT_RIGHT = "not_right"
    NOTHING_CHOSEN = "nothing_chosen"
    SENT_TO_ME = "sent_to_me"
    OTHER_WORDS = "other_words"
    STOPPED = "stopped"


def device_mark(registry: Registry, code: str) -> str:
    """The fingerprint under which a device code is kept."""
    return registry.vault.blind("registry device code", code)


async def begin(
    registry: Registry,
    client: Client,
    device_code: str,
    user_code: str,
    scopes: str,
    asked_from: From,
    since: datetime | None,
) -> str:
    """Keep a link that was begun, by fingerprints; the phrase that is shown in both places."""
    await registry.keep_pace("link begun", client.id, registry.options.paces.link_begun)
    now, phrase = registry.clock.now(), new_phrase()
    link = Link(
        device=device_mark(registry, device_code), typed=_typed(registry, read_code(user_code)), client=client.id, scopes=scopes,
        asked_from=asked_from.value, asked_since=min(since, now) if since else None, phrase=phrase, state=State.OPEN,
        browser=None, person=0, phone=0, request=new_id(), said="", sent_at=None, granted="", subject="", taken="", made=now,
        until=now + registry.options.link_life, polled=None, pause=registry.options.link_seconds,
    )  # fmt: skip
    await registry.store.write(lambda unit: linking.begin(unit, link))
    return phrase


async def held_by(registry: Registry, cookie: str) -> Link | None:
    """The link that a browser holds, while its time runs."""
    if not cookie:
        return None
    mark, now = _browser(registry, cookie), registry.clock.now()
    return await registry.look(lambda unit: linking.of_browser(unit, mark, now))


async def claim(registry: Registry, typed: str, address: str, cookie: str) -> str | None:
    """Bind the link of a code to a browser: the new cookie ("" where it held this one already), or None where no link waits
    for that code. Only codes that fit nothing weigh on the limits. RefusedError TOO_OFTEN."""
    mark, now, fresh = _typed(registry, read_code(typed)), registry.clock.now(), secrets.token_urlsafe(32)
    held = await held_by(registry, cookie)
    if held is not None and held.typed == mark:
        return ""
    whose, paces = _browser(registry, fresh), registry.options.paces
    here = _try(registry, "link guess", address, paces.link_guess, now)
    anywhere = _try(registry, "link guess", "anywhere", paces.link_guess_in_all, now)

    def work(unit: Connection) -> timedelta | bool:
        for one in (here, anywhere):  # an address that has spent its own weighs no more on all others
            wait = limits.spend(unit, [one])[0]
            if wait is not None:
                return wait
        if not linking.claim(unit, mark, whose, now):
            return False
        for one in (here, anywhere):
            limits.give_back(unit, one)
        return True

    went = await registry.store.write(work)
    if isinstance(went, timedelta):
        raise RefusedError(Refusal.TOO_OFTEN, seconds=went.total_seconds())
    return fresh if went else None


async def stop(registry: Registry, link: Link, said: Said) -> None:
    """End a link without a yes."""
    changed = {"state": State.DENIED, "said": said.value}
    await registry.store.write(lambda unit: linking.move(unit, link.device, link.state, **changed))


async def go_on(registry: Registry, link: Link) -> None:
    """Nobody sent the link, and the words are the same: the person may say who they are."""
    changed = {"state": State.WHO, "said": ""}
    await registry.store.write(lambda unit: linking.move(unit, link.device, State.ASKED, **changed))


async def go_back(registry: Registry, link: Link) -> None:
    """The number or the phone was mistyped."""
    changed = {"state": State.WHO, "said": ""}
    await registry.store.write(lambda unit: linking.move(unit, link.device, State.CODE, **changed))


async def prove(registry: Registry, link: Link, number: str, phone: str, address: str) -> None:
    """A national id and a phone were typed: a code goes out, or seems to. What is not of the invented population is not read."""
    person, line = registry.people.of_number(number), registry.people.of_phone(phone)
    if person is None or line is None:
        await _say(registry, link, Said.NOT_INVENTED)
        return
    if not await _may_send(registry, link, person, line, address):
        return

    def act(sitting: Sitting) -> None:
        held = linking.of_device(sitting.unit, link.device)
        if held is not None and held.state is State.WHO:
            file = sitting.file
            known = file.phone == line and file.account.state is not AccountState.NONE
            whose = (person, line) if known else (-person, -line)
            _send(sitting, held, whose)
            changed = {"state": State.CODE, "person": whose[0], "phone": whose[1], "sent_at": sitting.now, "said": ""}
            linking.move(sitting.unit, held.device, State.WHO, **changed)

    await registry.desk.sit(person, act)


async def send_again(registry: Registry, link: Link, address: str) -> None:
    """Another code, not sooner than a minute after the last."""
    if link.sent_at is not None and registry.clock.now() < link.sent_at + AGAIN_AFTER:
        await _say(registry, link, Said.WAIT)
        return
    if not await _may_send(registry, link, abs(link.person), abs(link.phone), address):
        return

    def act(sitting: Sitting) -> None:
        held = linking.of_device(sitting.unit, link.device)
        if held is not None and held.state is State.CODE and held.sent_at == link.sent_at:
            _send(sitting, held, (held.person, held.phone))
            linking.move(sitting.unit, held.device, State.CODE, sent_at=sitting.now, said=Said.AGAIN.value)

    await registry.desk.sit(abs(link.person), act)


async def try_code(registry: Registry, link: Link, typed: str) -> None:
    """The code from the SMS. Whatever is wrong with one that is not right is told in one sentence; all wrong ones together,
    whoever typed them, have a limit."""
    anywhere = _try(registry, "link code", "anywhere", registry.options.paces.link_wrong_in_all, registry.clock.now())
    digits = "".join(sign for sign in typed[:40] if sign.isascii() and sign.isdecimal())

    def act(sitting: Sitting) -> None:
        held = linking.of_device(sitting.unit, link.device)
        if held is None or held.state is not State.CODE:
            return
        if limits.spend(sitting.unit, [anywhere])[0] is not None:
            linking.move(sitting.unit, held.device, State.CODE, said=Said.TOO_OFTEN.value)
            return
        policy = sitting.options.codes
        checked, _ = try_sent_code(
            sitting.unit, sitting.vault, PURPOSE, held.person, held.request, digits, sitting.at, policy
        )
        if checked is Checked.RIGHT and held.person > 0:
            limits.give_back(sitting.unit, anywhere)
            linking.move(sitting.unit, held.device, State.CODE, state=State.CONSENT, said="")
        else:
            linking.move(sitting.unit, held.device, State.CODE, said=Said.NOT_RIGHT.value)

    await registry.desk.sit(abs(link.person), act)


async def agree(registry: Registry, link: Link, chosen: Collection[str]) -> None:
    """A yes to what was ticked, for this link alone: a new name at every yes, kept as proof with the words that were read."""
    granted = " ".join(scope for scope in link.scopes.split() if scope in chosen)
    if not granted:
        await _say(registry, link, Said.NOTHING_CHOSEN)
        return

    def act(sitting: Sitting) -> None:
        subject = new_id()
        changed = {"state": State.GRANTED, "granted": granted, "subject": subject, "said": ""}
        if linking.move(sitting.unit, link.device, State.CONSENT, **changed):
            given = Given(subject, link.client, link.person, NOTICE, sitting.now, None, granted)
            consents.add(sitting.unit, given)

    await registry.desk.sit(link.person, act)


def _send(sitting: Sitting, link: Link, whose: tuple[int, int]) -> None:
    """Let a code go out for this link, if the policy of codes lets one: to a shadow it goes nowhere."""
    person, phone = whose
    _, counter = note_sent(sitting.unit, link.request, PURPOSE, person, phone, sitting.at, sitting.options.codes)
    if counter:
        due = sitting.now + timedelta(seconds=sitting.file.sms_delay)
        message = sms.Due(new_id(), person, phone, sms.Kind.LINK, due, link.request, counter)
        sms.queue(sitting.unit, message)
        sitting.queued.append(message.id)


async def _may_send(registry: Registry, link: Link, person: int, phone: int, address: str) -> bool:
    """Count a number typed at this address and a code for this number with this phone, whether they belong together or not."""
    paces = registry.options.paces
    try:
        await registry.keep_pace("link number", address, paces.link_number)
        await registry.keep_pace("link send", f"{person} {phone}", paces.link_send)
    except RefusedError:
        await _say(registry, link, Said.TOO_OFTEN)
        return False
    return True


async def _say(registry: Registry, link: Link, said: Said) -> None:
    await registry.store.write(lambda unit: linking.move(unit, link.device, link.state, said=said.value))


def _typed(registry: Registry, code: str) -> str:
    return registry.vault.blind("registry user code", code)


def _browser(registry: Registry, cookie: str) -> str:
    return registry.vault.blind("registry link browser", cookie)


def _try(registry: Registry, what: str, who: str, pace: Pace, now: datetime) -> Try:
    return Try(registry.vault.blind(f"registry limit {what}", who), pace.burst, pace.every, now)
