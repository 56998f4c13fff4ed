"""The pair of tokens as it is kept: what is known of it, written down before and after every step that could lose it."""

import contextlib
import secrets as chance
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar

import msgspec

from bot.channels.zalo_oa.oauth import Granted
from bot.ports import Secrets

T = TypeVar("T")


class Trouble(Enum):
    """Why a pair cannot be refreshed any more. SPENT: Zalo does not know its refresh token. LOST: it was refreshed and the
    answer never came to us. UNSURE: perhaps so, and nothing can prove it. REVOKED: the owner took the consent back.
    REFUSED: Zalo does not take the app's id or key; the only one that another try can end."""

    NONE = ""
    SPENT = "spent"
    LOST = "lost"
    UNSURE = "unsure"
    REVOKED = "revoked"
    REFUSED = "refused"

    @property
    def final(self) -> bool:
        """Whether only a new consent helps."""
        return self not in (Trouble.NONE, Trouble.REFUSED)


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that came with it; `account` is the OA's id, empty until it is told."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    made: datetime
    access_until: datetime
    refresh_until: datetime
    account: str = ""

    @classmethod
    def of(cls, granted: Granted, now: datetime, account: str) -> "Pair":
        return cls(
            granted.access, granted.refresh, now, now + timedelta(seconds=granted.seconds),
            now + timedelta(seconds=granted.refresh_seconds), account,
        )  # fmt: skip

    @property
    def due(self) -> datetime:
        """When it is refreshed: at half of its life, so that the other half is left to prove by it what became of a refresh
        whose answer was lost."""
        return self.made + (self.access_until - self.made) / 2


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in the house's secrets. `began`: when `holder` wrote down that it is about to refresh the pair; it stands
    until the outcome is known, whoever dies in between. `code`: Zalo's number of a refusal at `since`."""

    pair: Pair | None = None
    began: datetime | None = None
    holder: str = ""
    trouble: Trouble = Trouble.NONE
    since: datetime | None = None
    code: int = 0


class KeptPair:
    """The pair of one app. Every method raises KeptAwayError when the secrets cannot be read or written."""

    def __init__(self, secrets: Secrets, app_id: str) -> None:
        self._secrets, self._name = secrets, f"zalo_oa.{app_id}"
        self.me = chance.token_hex(8)

    async def read(self) -> tuple[Kept, int]:
        value, version = await _kept(self._secrets.read(self._name))
        return (msgspec.json.decode(value, type=Kept) if value else Kept()), version

    async def swap(self, version: int, kept: Kept) -> bool:
        return await _kept(self._secrets.swap(self._name, version, msgspec.json.encode(kept).decode()))

    async def lease(self, now: datetime, until: datetime) -> bool:
        return await _kept(self._secrets.lease(self._name, self.me, now, until))

    async def let_go(self, now: datetime) -> None:
        """The lease is not needed any more; if this fails it runs out."""
        with contextlib.suppress(KeptAwayError):
            await self.lease(now, now)


class KeptAwayError(Exception):
    """The house's secrets could not be read or written; whether they were written is not known."""


async def _kept(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except Exception as error:
        # Whatever is wrong with the database or the key: its words could hold a value, so only the kind is passed on.
        raise KeptAwayError(type(error).__name__) from None
