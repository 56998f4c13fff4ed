"""Notices by registered template, for whoever said yes to being reminded: by phone number, or by their id at the OA."""

from collections.abc import Awaitable, Callable, Mapping

from bot.channels.zalo_oa.calling import Caller
from bot.channels.zalo_oa.client import Client, Ours, Taken
from bot.channels.zalo_oa.refusals import failure
from bot.channels.zalo_oa.switches import Switches
from bot.message import Failed, Failure, Sent
from bot.ports import Clock
from flows.core.consent import Consents, Purpose, allows
from flows.core.person import PhoneNumber

LONGEST_TRACKING = 48


class Notices:
    """Each method sends once and tells what became of it; a second try after UNSURE could be a second notice, and is the
    caller's to decide. The proof of consent is the person's own `Consents`; nobody's yes is a flag."""

    def __init__(self, client: Client, caller: Caller, clock: Clock, switches: Switches) -> None:
        self._client, self._caller, self._clock, self._switches = client, caller, clock, switches

    async def by_phone(
        self, consents: Consents, phone: PhoneNumber, template: str, values: Mapping[str, str], tracking: str
    ) -> Sent | Failed:
        """`tracking` is our own name for the notice, 1 to 48 letters, nothing personal in it: Zalo tells it back."""
        if not 1 <= len(tracking) <= LONGEST_TRACKING:
            raise ValueError(f"a tracking id has 1 to {LONGEST_TRACKING} letters")
        number = f"84{phone.reveal()[1:]}"
        return await self._sent(
            consents,
            lambda token: self._client.send_template_by_phone(token, number, template, values, tracking, Ours()),
        )

    async def by_uid(self, consents: Consents, user: str, template: str, values: Mapping[str, str]) -> Sent | Failed:
        """`user`: the chat of a private conversation of this channel."""
        return await self._sent(
            consents, lambda token: self._client.send_template(token, user, template, values, Ours())
        )

    async def _sent(self, consents: Consents, call: Callable[[str], Awaitable[Taken]]) -> Sent | Failed:
        if not allows(consents, Purpose.REMIND, self._clock.now()):
            return Failed(Failure.REFUSED, "no_consent")
        try:
            return Sent((await self._caller.ask(call)).id)
        except Exception as error:
            return failure(error, self._switches, self._clock.now())
