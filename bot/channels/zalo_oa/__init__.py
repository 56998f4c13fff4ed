"""The Zalo Official Account: events come by a signed webhook, messages go by the OpenAPI with a token that renews itself."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.zalo_oa import consent as consents
from bot.channels.zalo_oa import writing
from bot.channels.zalo_oa.calling import Caller
from bot.channels.zalo_oa.client import Client, RefusedError, TroubleError, UnreadableError
from bot.channels.zalo_oa.consent import CameBack, Consent, NoConsentError
from bot.channels.zalo_oa.listening import Webhook
from bot.channels.zalo_oa.notices import Notices
from bot.channels.zalo_oa.oauth import OAuth
from bot.channels.zalo_oa.pair import KeptAwayError
from bot.channels.zalo_oa.reading import GROUP, Account, id_of, read, revoked_at
from bot.channels.zalo_oa.refusals import TOKEN_REFUSED, failure, in_group
from bot.channels.zalo_oa.sending import Sending
from bot.channels.zalo_oa.signature import Seal
from bot.channels.zalo_oa.switches import Switches
from bot.channels.zalo_oa.tokens import NoTokenError, Tokens
from bot.http import HttpLanes, NoAnswerError
from bot.message import Failed, Failure, Letter, Mark, Pace, Sent, Sentence
from bot.ports import Clock, Door, Secrets, UnavailableError
from bot.settings import SettingError, Settings
from bot.switches import LINK
from flows.core.consent import Consents
from flows.core.person import PhoneNumber
from flows.speech import Address


class ZaloOa:
    """The channel over one Official Account. `words` are its own few words by language: [commands] and [buttons]."""

    def __init__(
        self, settings: Settings, door: Door, clock: Clock, counted: Callable[[str], None], words: writing.Words,
        secrets: Secrets,
    ) -> None:  # fmt: skip
        app_id, app_secret = settings.zalo_oa_app_id, settings.zalo_oa_app_secret
        if not (app_id.isascii() and app_id.isalnum() and len(app_id) <= 40):
            raise SettingError(
                "DONGHANH_ZALO_OA_APP_ID is no app id: copy the digits from the app's page at developers.zalo.me."
            )
        if not app_secret or not app_secret.isascii():
            raise SettingError(
                "DONGHANH_ZALO_OA_APP_SECRET is missing, or no key: without it no token can be had. Copy the app's secret key "
                "from its page at developers.zalo.me."
            )
        self._settings, self._door, self._clock, self._counted, self._words = settings, door, clock, counted, words
        self.switches = Switches(settings.zalo_switches)
        self._lanes = HttpLanes()
        proof = app_secret if self.switches["oa_proof"] == "on" else ""
        self.client = Client(settings.zalo_oa_api, settings.zalo_zbs, self._lanes, proof=proof)
        oauth = OAuth(app_id, app_secret, settings.zalo_oauth, self._lanes, spent=self.switches.numbers("oa_spent"))
        old_dies = self.switches["oa_old_token"] == "dies"
        self.tokens = Tokens(secrets, app_id, oauth, self.works, clock, counted, old_dies=old_dies)
        in_console = self.switches["oa_verifier"] == "console"
        self.consent = Consent(secrets, self.tokens, oauth, app_id, clock, in_console=in_console)
        self._caller = Caller(self.tokens)
        self._sending = Sending(self.client, self._caller, self.switches, clock, counted)
        self._notices = Notices(self.client, self._caller, clock, self.switches)
        self._seal = Seal.of(app_id, settings.zalo_oa_secret_key, app_secret, self.switches)
        self._webhook = Webhook(
            self._genuine, self._take, clock, counted, can_tell=bool(self._seal.key), forged=self.switches["oa_forged"]
        )
        commands = frozenset(words.get("vi", {}).get("commands", {}))
        self.account = Account(app_id, hears=self.switches["oa_group"], commands=commands)
        self._staying: asyncio.Task[None] | None = None
        rate = self.switches.rate
        self.pace = Pace(
            bot=rate("oa_pace"), chat=rate("oa_chat_pace"), group=rate("oa_group_pace"),
            joins=self.switches.number("oa_joins"),
        )  # fmt: skip

    # As a channel

    def routes(self) -> list[BaseRoute]:
        found: list[BaseRoute] = [*self._webhook.routes(), Route(consents.PATH, self._authorized, methods=["GET"])]
        if site := self.switches["oa_site"]:
            found.append(Route(f"/zalo_verifier{site}.html", self._site, methods=["GET"]))
        return found

    async def start(self) -> None:
        self._staying = asyncio.create_task(self._stay_connected())

    async def rest(self) -> None:
        if self._staying is not None:
            self._staying.cancel()
            await asyncio.gather(self._staying, return_exceptions=True)
        await self._webhook.rest()

    async def stop(self) -> None:
        await self.tokens.stop()
        await self._lanes.close()

    async def send(self, letter: Letter) -> Sent | Failed:
        if letter.address.bot != self.account.app:
            return Failed(Failure.OURS, "no_such_bot")
        texts = writing.pieces(letter, self._words, self.switches, self._invitation(letter))
        if not texts:
            return Failed(Failure.REFUSED, "empty")
        ref, gone = "", letter.parts
        try:
            for index in range(gone, len(texts)):
                taken = await self._sending.part(letter, texts[index], last=index == len(texts) - 1)
                ref, gone = taken.id, index + 1
        except Exception as error:
            found = failure(error, self.switches, self._clock.now(), gone)
            return in_group(found) if letter.address.chat.startswith(GROUP) else found
        return Sent(ref)

    async def reachable(self, bot: str) -> bool:
        """getoa has no effect; a refusal is an answer too."""
        del bot
        try:
            await self._caller.ask(self.client.account)
        except (NoAnswerError, TroubleError, UnreadableError):
            return False
        except NoTokenError as error:
            return error.after is None
        except RefusedError:
            return True
        return True

    async def typing(self, address: Address) -> None:
        """Zalo has no sign for that."""

    async def health(self) -> list[Sentence]:
        from bot.channels.zalo_oa.health import findings

        found = await findings(self, self._settings, self._seal, self._clock.now())
        if self._staying is None:  # only looked at: nothing else uses the connections
            await self._lanes.close()
        return found

    # Notices outside a conversation, for whoever said yes to them

    async def notice_by_phone(
        self, consents: Consents, phone: PhoneNumber, template: str, values: Mapping[str, str], tracking: str
    ) -> Sent | Failed:
        """A registered template to a number. Without a standing consent to be reminded nothing leaves."""
        return await self._notices.by_phone(consents, phone, template, values, tracking)

    async def notice_by_uid(
        self, consents: Consents, user: str, template: str, values: Mapping[str, str]
    ) -> Sent | Failed:
        """A registered template to a person who has written to the OA."""
        return await self._notices.by_uid(consents, user, template, values)

    # What goes out

    def _invitation(self, letter: Letter) -> str:
        """The way from a group to the private conversation."""
        if letter.mark is not Mark.INVITE:
            return ""
        link = self.switches["oa_link"] or (f"{LINK}{self.account.id}" if self.account.id else "")
        words = self._words.get("vi", {}).get("buttons", {}).get("invite", "")
        return f"{words}: {link}" if link and words else link

    # What comes in

    async def _genuine(self, raw: bytes, told: dict[str, Any], given: str) -> bool:
        return self._seal.genuine(raw, told, given, self.account.id)

    async def _take(self, told: dict[str, Any]) -> None:
        """One event through the one door. UnavailableError when nothing could be kept."""
        at, of = revoked_at(told), id_of(told.get("oa_id"))
        if at is not None and (not of or not self.account.id or of == self.account.id):
            try:
                await self.tokens.revoked(at)
            except KeptAwayError as error:
                raise UnavailableError("the secrets cannot be written") from error
        event = read(told, self.account)
        if event is not None:
            await self._door.take(event)

    async def _authorized(self, request: Request) -> Response:
        """The owner comes back from the consent page."""
        asked = request.query_params
        came = CameBack(asked.get("code", ""), asked.get("state", ""), asked.get("oa_id", "")[:40])
        try:
            await self.consent.given(came, by_address=True)
        except NoConsentError as error:
            self._counted("zalo_oa_consent_refused")
            return _told(f"Chưa nối được Zalo OA.\n\n{error}", 400)
        except KeptAwayError:
            return _told("Chưa nối được Zalo OA: máy chủ chưa ghi được. Mở lại đường dẫn sau ít phút.", 503)
        self._counted("zalo_oa_consent_given")
        return _told("Đã nối Zalo OA với Đồng Hành. Đóng trang này được rồi.", 200)

    async def _site(self, _: Request) -> Response:
        """What Zalo looks for to know that the domain is ours."""
        meta = f'<meta name="zalo-platform-site-verification" content="{self.switches["oa_site"]}" />'
        return HTMLResponse(f"<!doctype html><html><head>{meta}</head><body></body></html>")

    # What is done by itself

    async def _stay_connected(self) -> None:
        """Keep the tokens fresh, and learn what the OA is called: by that it is named in groups."""
        while True:
            wait = 60.0
            try:
                wait = await self.tokens.tended()
                if not self.account.name:
                    await self._introduce()
            except Exception:
                # A fault of ours must not let the consent run out in silence: it is counted, and tried again.
                self._counted("zalo_oa_fault")
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))

    async def _introduce(self) -> None:
        with contextlib.suppress(NoTokenError, RefusedError, TroubleError, UnreadableError, NoAnswerError):
            told = await self._caller.ask(self.client.account)
            name, id_ = told.get("name"), id_of(told.get("oaid")) or id_of(told.get("oa_id"))
            self.account = replace(self.account, id=id_, name=name[:100] if isinstance(name, str) else "")
            if id_:
                await self.tokens.named(id_)

    async def works(self, access: str) -> bool | None:
        """Whether Zalo takes this access token; None when that cannot be learnt now. Asking has no effect."""
        try:
            await self.client.account(access)
        except RefusedError as error:
            return False if error.code in TOKEN_REFUSED else None
        except (NoAnswerError, TroubleError, UnreadableError):
            return None
        return True


def _told(text: str, status: int) -> Response:
    """For the person at the browser; the address has the code in it, so nothing is kept and nobody is told it."""
    return PlainTextResponse(
        f"{text}\n", status_code=status, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"}
    )
