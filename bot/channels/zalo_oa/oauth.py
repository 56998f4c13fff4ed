"""Zalo's OAuth host: the address of the consent page, and what is got for a code or a refresh token."""

import base64
import hashlib
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec

from bot.http import HttpLanes

LANE = -2  # connections of its own: a send that hangs does not hold a refresh up
USUAL_SECONDS = 90_000  # of an access token
REFRESH_SECONDS = 90 * 24 * 3600
# Where a refusal has no number: whether it is of the refresh token.
SPENT_WORDS = re.compile(r"refresh.?token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Granted:
    """A new pair. `seconds` of the access token, `refresh_seconds` of the refresh token, `answered` by perf_counter."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int
    refresh_seconds: int
    answered: float


class NotGrantedError(Exception):
    """Zalo refuses. `code` is its number (0: it gave none), `spent` whether it is the token that it does not know any more."""

    def __init__(self, code: int, *, spent: bool) -> None:
        super().__init__(f"not granted ({code})")
        self.code, self.spent = code, spent


class UnclearError(Exception):
    """An answer that is neither a pair nor a refusal: what was asked may have been done."""


class OAuth:
    """Of one app. Besides its own, its methods raise bot.http's NoAnswerError. `spent`: the numbers of a refusal that mean the
    refresh token is not known any more."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        base: str,
        lanes: HttpLanes,
        *,
        spent: Collection[int] = (),
        within: float = 20.0,
    ) -> None:
        self._app_id, self._app_secret, self._lanes, self._within, self._spent = (
            app_id,
            app_secret,
            lanes,
            within,
            spent,
        )
        self._consent, self._token = f"{base}/v4/oa/permission", f"{base}/v4/oa/access_token"

    def link(self, callback: str, challenge: str, state: str) -> str:
        """The page where the OA's owner says yes."""
        asked = {"app_id": self._app_id, "redirect_uri": callback, "code_challenge": challenge, "state": state}
        return f"{self._consent}?{urlencode(asked)}"

    async def exchange(self, code: str, verifier: str) -> Granted:
        """The first pair, for the code the owner came back with."""
        return await self._ask({"grant_type": "authorization_code", "code": code, "code_verifier": verifier}, None)

    async def refresh(self, token: str, may_leave: Callable[[], bool]) -> Granted:
        """The next pair. The token is used up by this; `may_leave` is asked at the last moment before it goes."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": token}, may_leave)

    async def _ask(self, form: dict[str, str], may_leave: Callable[[], bool] | None) -> Granted:
        answer = await self._lanes.ask(
            self._token, form={**form, "app_id": self._app_id}, headers={"secret_key": self._app_secret}, lane=LANE,
            within=self._within, still_ours=may_leave,
        )  # fmt: skip
        answered = time.perf_counter()
        try:
            told = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise UnclearError(f"answered {answer.status} with something else")
        access, refresh = told.get("access_token"), told.get("refresh_token")
        if isinstance(access, str) and access:
            return Granted(
                access, refresh if isinstance(refresh, str) else "", _whole(told, "expires_in", USUAL_SECONDS),
                _whole(told, "refresh_token_expires_in", REFRESH_SECONDS), answered,
            )  # fmt: skip
        if answer.status >= 500 or not ({"error", "error_name", "error_description"} & told.keys()):
            raise UnclearError(f"answered {answer.status} without a pair and without an error")
        raise _refusal(told, self._spent)


def challenge(verifier: str) -> str:
    """base64url without padding of the verifier's SHA-256; Zalo takes no other method, so none is named."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refusal(told: dict[str, Any], spent: Collection[int]) -> NotGrantedError:
    code = told.get("error")
    code = int(code) if isinstance(code, str) and re.fullmatch(r"-?\d{1,9}", code, re.ASCII) else code
    code = code if isinstance(code, int) and not isinstance(code, bool) else 0
    words = " ".join(str(told.get(name, "")) for name in ("error_name", "error_description"))
    return NotGrantedError(code, spent=code in spent or (code == 0 and SPENT_WORDS.search(words) is not None))


def _whole(told: dict[str, Any], name: str, otherwise: int) -> int:
    """A number of seconds; Zalo writes them as text."""
    found = told.get(name)
    text = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0 else otherwise
