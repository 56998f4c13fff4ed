"""What a client may do with a phone that a platform proved, with a subject it no longer wants, and with its own looks."""

from sqlalchemy import Connection

from bot.registry.answers import ContactAnswer, LooksAnswer, LookShown, WithdrawnAnswer
from bot.registry.clients import Client
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from bot.registry.sitting import new_id
from storage.registry import accounts, consents, linking
from storage.registry.consents import STATUS, Given

NOTICE = "contact-2026-11"
MOST_LOOKS = 50


async def by_contact(registry: Registry, client: Client, phone: int) -> ContactAnswer:
    """A name for whoever has this registered phone, to look at the status alone. Where nobody has it, or two have and it is
    not plain whose it is, the name is of an account that is not there, which looks like one of the app alone; the same is
    written in every case. The yes was said to the platform, by sharing the contact."""
    await registry.keep_pace("link contact", f"{client.id} {phone}", registry.options.paces.contact)
    subject, now = new_id(), registry.clock.now()

    def work(unit: Connection) -> None:
        found = accounts.with_phone(unit, phone)
        person = found[0] if len(found) == 1 else phone
        consents.add(unit, Given(subject, client.id, person, NOTICE, now, None, STATUS, phone))

    await registry.store.write(work)
    return ContactAnswer(subject=subject)


async def withdraw(registry: Registry, client: Client, subject: str) -> WithdrawnAnswer:
    """Take a yes back on the client's side; the same answer for a subject that is not there."""
    now = registry.clock.now()
    await registry.store.write(lambda unit: consents.take_back(unit, client.id, subject, now))
    return WithdrawnAnswer()


async def looks_of(registry: Registry, client: Client, subject: str) -> LooksAnswer:
    """What was agreed to, and when this client looked. RefusedError NOT_THERE, as for every question about a subject."""

    def query(unit: Connection) -> LooksAnswer | None:
        given = consents.behind(unit, client.id, subject)
        if given is None:
            return None
        seen = [
            LookShown.model_validate({"kind": look.kind, "at": look.at})
            for look in linking.looks(unit, subject, MOST_LOOKS)
        ]
        return LooksAnswer(subject=subject, scope=given.scopes, since=given.given_at, looks=seen)

    found = await registry.look(query)
    if found is None:
        raise RefusedError(Refusal.NOT_THERE)
    return found
