"""Linking a chat to an account without a number in the chat: the client of a registry's device authorization (RFC 8628).

The registry's own page asks for what proves a person; this house hears that it was done, under an opaque name, and nothing
else. A code is shown to the one who asked and kept nowhere; no `repr` of anything here holds one, or a phone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, TypeVar

import msgspec

from bot.gateways.ends import Because, Refused, Unknown
from bot.gateways.identity import Identity
from bot.http import Answer

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL = 5  # seconds between two looks where the registry names none (RFC 8628, 3.2)
SLOWER = 5  # seconds more after each "slow_down" (3.5)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Begun:
    """A link that waits for its person: what to show in the chat (`uri_complete` to press, or `uri` and `user_code` to type;
    `phrase` to compare), what to ask with (`device_code`, a secret of this house), for how many seconds it is good, and how
    many to wait between two looks."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    uri: str
    uri_complete: str = field(repr=False)
    phrase: str = field(repr=False)
    expires_in: int
    interval: int


@dataclass(frozen=True, slots=True)
class Linked:
    """Done: the name the registry gave this house for the person, and what they let it see ("status", "resend", "notices")."""

    subject: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pending:
    """The person is not done yet: look again in so many seconds, not sooner."""

    interval: int


@dataclass(frozen=True, slots=True)
class Over:
    """The person said no, or the time is up: begin another when they ask for it."""

    reason: Literal["denied", "expired"]


class _BegunSaid(msgspec.Struct):
    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str = ""
    phrase: str = ""
    expires_in: int = 600
    interval: int = INTERVAL


class _LinkedSaid(msgspec.Struct):
    subject: str
    scope: str = ""


class _ErrorSaid(msgspec.Struct):
    error: str
    interval: int | None = None


class _UnlinkedSaid(msgspec.Struct):
    withdrawn: bool


class Linking:
    """Begins links, looks what became of them, and takes them back, over the same wire and manners as `Identity`."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    async def begin(self, asked_from: str, since: datetime, scopes: Iterable[str]) -> Begun | Refused | Unknown:
        """Ask for a link. `asked_from`: telegram, zalo_bot, zalo_oa or web; `since`: when the chat began (aware); both are
        shown to the person on the registry's page. One whose answer was lost dies by itself: just begin another."""
        asked = {"scope": " ".join(scopes), "asked_from": asked_from, "asked_at": _moment(since)}
        answer = await self._identity.ask_as_client("/device_authorization", asked)
        if not isinstance(answer, Answer):
            return answer
        said = _read(answer, _BegunSaid)
        if isinstance(said, _BegunSaid):
            return Begun(
                said.device_code, said.user_code, said.verification_uri, said.verification_uri_complete, said.phrase,
                said.expires_in, max(said.interval, 1),
            )  # fmt: skip
        return _refusal(said) if isinstance(said, _ErrorSaid) else said

    async def poll(self, device_code: str) -> Linked | Pending | Over | Refused | Unknown:
        """What became of a link. After a lost answer (`Unknown`) ask again: the registry gives the same one once more to
        whoever asks under the same key, and the key follows from the code."""
        key = sha256(f"linked {device_code}".encode()).hexdigest()[:40]
        asked = {"grant_type": GRANT, "device_code": device_code}
        answer = await self._identity.ask_as_client("/token", asked, key=key)
        if not isinstance(answer, Answer):
            return answer
        said = _read(answer, _LinkedSaid)
        if isinstance(said, _LinkedSaid):
            return Linked(said.subject, frozenset(said.scope.split()))
        if not isinstance(said, _ErrorSaid):
            return said
        match said.error:
            case "authorization_pending":
                return Pending(max(said.interval or INTERVAL, 1))
            case "slow_down":
                return Pending(max(said.interval or INTERVAL + SLOWER, 1))
            case "access_denied":
                return Over("denied")
            case "expired_token" | "invalid_grant":
                return Over("expired")
            case _:
                return _refusal(said)

    async def unlink(self, subject: str) -> bool | Refused | Unknown:
        """Take a link back at the registry. True however often it is asked, and for a subject it does not know."""
        said = await self._identity.question("DELETE", f"/subjects/{subject}", _UnlinkedSaid)
        return said.withdrawn if isinstance(said, _UnlinkedSaid) else said

    async def by_contact(self, phone: str) -> Linked | Refused | Unknown:
        """A link for looking at the status alone, for a phone that a platform has proved to be the asker's (ten digits, or
        as the platform writes it). A number nobody registered gets one too, which looks like an account of the app alone."""
        said = await self._identity.question("POST", "/contacts", _LinkedSaid, json={"phone": _ten_digits(phone)})
        return Linked(said.subject, frozenset(said.scope.split())) if isinstance(said, _LinkedSaid) else said


def _read(answer: Answer, shape: type[T]) -> T | _ErrorSaid | Refused | Unknown:
    """What OAuth's endpoints say: the answer, or an error of theirs (RFC 6749, 5.2)."""
    try:
        if answer.status == 200:
            return msgspec.json.decode(answer.body, type=shape)
        if answer.status in (400, 401):
            return msgspec.json.decode(answer.body, type=_ErrorSaid)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Unknown("unreadable")
    return Unknown(f"http_{answer.status}")


def _refusal(said: _ErrorSaid) -> Refused:
    unknown_client = said.error in ("invalid_client", "unauthorized_client")
    return Refused(Because.NOT_ALLOWED if unknown_client else Because.OURS)


def _moment(since: datetime) -> str:
    return since.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _ten_digits(phone: str) -> str:
    """As the registry reads it. A platform writes +84…, 84… or 0…."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdecimal())
    return "0" + digits[2:] if digits.startswith("84") and len(digits) > 10 else digits
