"""Codes and token pairs of the OA's OAuth v4, and what a call's access token is worth."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.emulators.clock import Clock
from bot.emulators.rules import Switches

CODE_LIVES = timedelta(minutes=10)
ACCESS_SECONDS = 90_000
ACCESS_LIVES = timedelta(seconds=ACCESS_SECONDS)
REFRESH_LIVES = timedelta(days=90)

# What the OAuth host calls its refusals. Only the first three numbers are seen in more than a forum's title.
ERRORS = {
    -14002: "Invalid appId",
    -14003: "Invalid redirect uri",
    -14004: "Invalid secret key",
    -14012: "Invalid code",
    -14014: "Invalid code verifier",
    -14020: "Invalid refresh token",
    -14024: "Invalid grant type",
}


class NotGrantedError(Exception):
    """The OAuth host refuses; `code` is its number, the text its description."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(slots=True)
class Code:
    challenge: str
    until: datetime
    used: bool = False


@dataclass(slots=True)
class Pair:
    """An access token and the refresh token that came with it."""

    access: str
    refresh: str
    access_until: datetime
    refresh_until: datetime
    refreshed: bool = False
    removed: bool = False

    def answer(self) -> dict[str, str]:
        """As the host sends it: every value is text, the seconds too."""
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": str(ACCESS_SECONDS)}


class Tokens:
    """Every code and pair that was ever given; nothing is forgotten, so that the old can be told from the wrong."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock, self._switches = clock, switches
        self._codes: dict[str, Code] = {}
        self._by_access: dict[str, Pair] = {}
        self._by_refresh: dict[str, Pair] = {}

    def code(self, challenge: str) -> str:
        """A new code for this challenge, good once, for ten minutes."""
        code = secrets.token_urlsafe(48)
        self._codes[code] = Code(challenge, self._clock.now() + CODE_LIVES)
        return code

    def exchange(self, code: str, verifier: str) -> Pair:
        kept = self._codes.get(code)
        if kept is None or kept.used or kept.until <= self._clock.now():
            raise NotGrantedError(-14012, "The code is unknown, was used or has expired")
        if not 43 <= len(verifier) <= 128 or challenge_of(verifier) != kept.challenge:
            raise NotGrantedError(-14014, "The code verifier does not belong to the code challenge")
        kept.used = True
        return self.grant()

    def refresh(self, token: str) -> Pair:
        """A new pair; this refresh token is used up, and its access token dies with it."""
        pair = self._by_refresh.get(token)
        if pair is None or pair.refreshed or pair.refresh_until <= self._clock.now():
            raise NotGrantedError(-14020, "The refresh token is unknown, was used or has expired")
        pair.refreshed = True
        if self._switches["old_access_token"] == "dies":
            pair.removed = True
        return self.grant()

    def grant(self) -> Pair:
        now = self._clock.now()
        pair = Pair(
            secrets.token_urlsafe(90), secrets.token_urlsafe(90), now + ACCESS_LIVES, now + REFRESH_LIVES
        )  # fmt: skip
        self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
        return pair

    def remove_all(self) -> None:
        """The OA takes its permission back: every token is dead."""
        for pair in self._by_access.values():
            pair.removed = pair.refreshed = True

    def standing(self, access: str) -> str:
        """What an access token is: live, over (it was good once) or unknown."""
        pair = self._by_access.get(access)
        if pair is None:
            return "unknown"
        return "over" if pair.removed or pair.access_until <= self._clock.now() else "live"


def challenge_of(verifier: str) -> str:
    """base64url without padding of the verifier's SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
