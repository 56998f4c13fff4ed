"""Handsets: made with a SIM in them, an app put on and opened (F1), messages read."""

import asyncio
import secrets

from bot.registry.answers import HandsetAnswer, InboxAnswer, NewHandset, SmsShown
from bot.registry.login import accounts_on
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.sitting import Sitting, new_id
from bot.registry.sms import Inbox
from storage.registry import accounts, handsets
from storage.registry.handsets import App, Handset

PREFIX = "hs_"
_AFTER = {App.ABSENT: App.INSTALLED, App.INSTALLED: App.OPEN}


def mark_of(registry: Registry, token: str) -> str:
    """The fingerprint of a handset's token."""
    return registry.vault.blind("registry handset", token)


async def make(registry: Registry, sim: int, nfc: bool, loan: str | None) -> NewHandset:
    """A handset with this person's SIM. The SIM of somebody who is lent out goes into the handsets of that loan alone."""
    await registry.keep_pace("opening", "", registry.options.paces.opening)
    file = await registry.look(lambda unit: accounts.find(unit, sim))
    if file is not None and file.lent is not None and file.lent != loan:
        raise RefusedError(Refusal.LENT_OUT)
    token = PREFIX + secrets.token_urlsafe(32)
    handset, now = Handset(new_id(), sim, nfc, App.ABSENT, file.lent if file else None), registry.clock.now()
    await registry.store.write(lambda unit: handsets.add(unit, handset, mark_of(registry, token), now))
    return NewHandset(handset=handset.id, token=token)


async def look_at(registry: Registry, handset: Handset) -> HandsetAnswer:
    """The handset and the accounts on it."""
    phone = registry.people.person(handset.sim).phone.reveal()
    here = await accounts_on(registry, handset)
    return HandsetAnswer(handset=handset.id, phone=phone, nfc=handset.nfc, app=handset.app, accounts=here)


async def press_app(registry: Registry, handset: Handset, wanted: App) -> HandsetAnswer:
    """“Cài đặt”, “Nhận” or “Mở” (S0-11 … S0-13); opening comes after installing, closing leaves the app there."""
    if handset.app is not wanted and _AFTER.get(handset.app) is not wanted and wanted is not App.INSTALLED:
        raise RefusedError(Refusal.OUT_OF_ORDER, step=handset.app.value)

    def act(sitting: Sitting) -> None:
        handsets.set_app(sitting.unit, handset.id, wanted)
        if handset.lent is not None and sitting.file.lent == handset.lent:
            sitting.tell("app", wanted.value)

    await registry.desk.sit(handset.sim, act)
    return await look_at(registry, Handset(handset.id, handset.sim, handset.nfc, wanted, handset.lent))


async def messages(registry: Registry, handset: Handset, after: int, seconds: float) -> InboxAnswer:
    """What came by SMS to this handset's SIM after a message; waits up to so many seconds for one."""
    if registry.inbox is None:
        return InboxAnswer(kept=False, messages=[])
    phone = registry.people.person(handset.sim).phone.reveal()
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        came = registry.inbox.after(phone, after)
        left = until - loop.time()
        if came or left <= 0 or registry.closing.is_set():
            shown = [SmsShown(number=sms.number, at=sms.at, sender=sms.sender, text=sms.text) for sms in came]
            return InboxAnswer(kept=True, messages=shown)
        await registry.news(Inbox.topic(phone), left)
