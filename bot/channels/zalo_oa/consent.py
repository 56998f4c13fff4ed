"""The consent of the OA's owner, from the link to the first pair: PKCE, the verifier sealed until it is used, once."""

import contextlib
import hmac
import secrets as chance
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import msgspec

from bot.channels.zalo_oa.oauth import NotGrantedError, OAuth, UnclearError, challenge
from bot.channels.zalo_oa.pair import KeptAwayError
from bot.channels.zalo_oa.tokens import Tokens
from bot.http import NoAnswerError, NotSentError
from bot.ports import Clock, Secrets

PATH = "/zalo/oa/authorized"
GOOD_FOR = timedelta(hours=1)
LONGEST_CODE = 4000


class NoConsentError(Exception):
    """It came to nothing; the text is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A consent that was asked for."""

    verifier: str = field(repr=False)
    state: str = field(repr=False)
    made: datetime


@dataclass(frozen=True, slots=True)
class CameBack:
    """What the owner came back with: the code, and if they came by the address itself, the state and the OA's id."""

    code: str = field(repr=False)
    state: str | None = field(repr=False, default=None)
    account: str = ""

    @classmethod
    def read(cls, pasted: str) -> "CameBack":
        """From the whole address that the consent led to, or from the code alone. NoConsentError."""
        pasted = pasted.strip()
        found = parse_qs(urlsplit(pasted).query) if "?" in pasted else {}
        code = found.get("code", [""])[0] if found else pasted
        if not code or len(code) > LONGEST_CODE or any(c.isspace() or not c.isprintable() for c in code):
            raise NoConsentError(
                "There is no code in that. Paste the whole address the page led to, or what stands after code=."
            )
        return cls(code, found.get("state", [None])[0], found.get("oa_id", [""])[0])


class Consent:
    """Asks for the consent of one app's OA and takes the answer. Its methods raise NoConsentError, and KeptAwayError when the
    house's secrets cannot be read or written."""

    def __init__(
        self, secrets: Secrets, tokens: Tokens, oauth: OAuth, app_id: str, clock: Clock, *, in_console: bool
    ) -> None:
        self._secrets, self._tokens, self._oauth, self._clock = secrets, tokens, oauth, clock
        self._name, self._fixed, self._in_console = (
            f"zalo_oa.{app_id}.consent",
            f"zalo_oa.{app_id}.verifier",
            in_console,
        )

    async def asked(self, callback: str) -> str:
        """A link for the owner, good for an hour; a link of before is good no more. `callback` as the console has it."""
        made = self._clock.now()
        verifier = await self._verifier_for_good() if self._in_console else chance.token_urlsafe(32)
        wanted = _Open(verifier, chance.token_urlsafe(24), made)
        while True:
            _, version = await self._read(self._name)
            if await self._swap(self._name, version, msgspec.json.encode(wanted).decode()):
                return self._oauth.link(callback, challenge(verifier), wanted.state)

    async def console_challenge(self) -> str:
        """What is pasted into the console where the challenge belongs there."""
        return challenge(await self._verifier_for_good())

    async def given(self, came: CameBack, *, by_address: bool) -> None:
        """Exchange the code and keep the pair. `by_address`: it came to our address, where anybody can come, so the state of
        the link must be with it."""
        value, version = await self._read(self._name)
        wanted = msgspec.json.decode(value, type=_Open) if value else None
        if wanted is None or self._clock.now() > wanted.made + GOOD_FOR:
            raise NoConsentError(
                "No consent is waited for. Run `python -m bot zalo authorize` and open the link it prints."
            )
        if (by_address or came.state is not None) and not hmac.compare_digest(
            (came.state or "").encode(), wanted.state.encode()
        ):
            raise NoConsentError(
                "This answer belongs to another link. Run `python -m bot zalo authorize` and open the new link."
            )
        # Used up before it is used: of two who come with one code a single one exchanges it.
        if not await self._swap(self._name, version, ""):
            raise NoConsentError(
                "This link was answered already; `python -m bot channel check` says whether it worked."
            )
        try:
            granted = await self._oauth.exchange(came.code, wanted.verifier)
        except NotGrantedError as error:
            raise NoConsentError(
                f"Zalo refuses (error {error.code or 'without a number'}): a code is good once, for ten minutes, and app id and "
                "app secret must be right. Run `python -m bot zalo authorize` once more."
            ) from None
        except NotSentError:
            with contextlib.suppress(KeptAwayError):
                await self._swap(self._name, version + 1, value)
            raise NoConsentError(
                "Zalo's OAuth address cannot be reached. Is the network open? Then give the code again."
            ) from None
        except (NoAnswerError, UnclearError):
            raise NoConsentError(
                "Zalo's answer was lost, and the code with it. Run `python -m bot zalo authorize` once more."
            ) from None
        await self._tokens.store(granted, came.account)

    async def _verifier_for_good(self) -> str:
        """The one verifier whose challenge stands in the console; made when it is first asked for."""
        while True:
            value, version = await self._read(self._fixed)
            if value:
                return value
            made = chance.token_urlsafe(32)
            if await self._swap(self._fixed, version, made):
                return made

    async def _read(self, name: str) -> tuple[str, int]:
        try:
            return await self._secrets.read(name)
        except Exception as error:
            raise KeptAwayError(type(error).__name__) from None

    async def _swap(self, name: str, version: int, value: str) -> bool:
        try:
            return await self._secrets.swap(name, version, value)
        except Exception as error:
            raise KeptAwayError(type(error).__name__) from None
