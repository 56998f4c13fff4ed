"""The OpenAPI's methods over our own HTTP: what is asked, with which token, and what the answer means; no token in any word."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.http import Answer, HttpLanes

ASIDE = -1  # the lane of calls that are no delivery
WITHIN, WITHIN_UPLOAD = 20.0, 8.0  # seconds; together less than what Delivery has for one send
LONGEST_WAIT = 3600.0
MOST_OF_A_MESSAGE = 200
RECEIVER = re.compile(r"\W?(recipient\.)?(user|group)_id\b")


class RefusedError(Exception):
    """Zalo says no. `code` is its `error`, `message` its own words; `template` where the template product's table holds."""

    def __init__(self, code: int, message: str, *, template: bool = False) -> None:
        super().__init__(f"error {code}")
        self.code, self.message, self.template = code, message, template

    @property
    def concerns_receiver(self) -> bool:
        """Whether a wrong field (-201) is the person's or the group's own id: "user_id is invalid!"."""
        return not self.template and RECEIVER.match(self.message) is not None


class TroubleError(Exception):
    """An answer that is not of the OpenAPI, with a status that is no success: a gateway's page."""

    def __init__(self, status: int, after: float | None) -> None:
        super().__init__(f"answered {status}")
        self.status, self.after = status, after


class UnreadableError(Exception):
    """An answer under a status of success that cannot be read: what was asked may have been done."""


@dataclass(frozen=True, slots=True)
class Ours:
    """On whose behalf a call is made: the delivery lane, and whether the conversation is still ours."""

    lane: int = ASIDE
    still_ours: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that Zalo took: its id, and what it is charged to (`reply` is free; empty where it is not told)."""

    id: str
    quota: str = ""


class Client:
    """The calls of one app. Every method takes the access token first, and raises RefusedError, TroubleError, UnreadableError
    or one of bot.http's NoAnswerError. `proof`: the app's key, where calls must prove that we have it."""

    def __init__(self, api: str, zbs: str, lanes: HttpLanes, *, proof: str = "") -> None:
        self._api, self._zbs, self._lanes, self._proof = api, zbs, lanes, proof

    async def send(self, token: str, user: str, message: Mapping[str, Any], ours: Ours) -> Taken:
        """A consultation message to a citizen; `message` as bot.channels.zalo_oa.writing makes it."""
        asked = {"recipient": {"user_id": user}, "message": message}
        return _taken(await self._post(token, "/v3.0/oa/message/cs", asked, ours), "message_id")

    async def send_to_group(self, token: str, group: str, message: Mapping[str, Any], ours: Ours) -> Taken:
        """A message to a group of the OA's: text, picture, file; never buttons."""
        asked = {"recipient": {"group_id": group}, "message": message}
        return _taken(await self._post(token, "/v3.0/oa/group/message", asked, ours), "message_id")

    async def send_template(self, token: str, user: str, template: str, values: Mapping[str, str], ours: Ours) -> Taken:
        """A registered template to a citizen by their id. It is charged."""
        asked = {"user_id": user, "template_id": template, "template_data": values}
        return _taken(await self._post(token, "/v3.0/oa/message/template", asked, ours), "message_id")

    async def send_template_by_phone(
        self, token: str, phone: str, template: str, values: Mapping[str, str], tracking: str, ours: Ours
    ) -> Taken:
        """A registered template to a phone number (84…). It is charged. `tracking`: our name for it, 1 to 48 letters."""
        asked = {"phone": phone, "template_id": template, "template_data": values, "tracking_id": tracking}
        answer = await self._lanes.ask(
            f"{self._zbs}/message/template", json=asked, headers=self._headers(token), lane=ours.lane, within=WITHIN,
            still_ours=ours.still_ours,
        )  # fmt: skip
        return _taken(_read(answer, template=True), "msg_id")

    async def upload_picture(self, token: str, content: bytes) -> str:
        """An attachment_id for a jpg or png of at most 1 MB; good for seven days."""
        name, kind = ("picture.png", "image/png") if content.startswith(b"\x89PNG") else ("picture.jpg", "image/jpeg")
        answer = await self._lanes.ask(
            f"{self._api}/v2.0/oa/upload/image", files={"file": (name, content, kind)}, headers=self._headers(token),
            lane=ASIDE, within=WITHIN_UPLOAD,
        )  # fmt: skip
        found = _read(answer).get("attachment_id")
        if not isinstance(found, str) or not found:
            raise UnreadableError("no attachment_id")
        return found

    async def account(self, token: str) -> dict[str, Any]:
        """The OA's own entry: oaid, name, package_valid_through_date … Asking has no effect."""
        answer = await self._lanes.ask(
            f"{self._api}/v2.0/oa/getoa", verb="GET", headers=self._headers(token), lane=ASIDE, within=10.0
        )
        return _read(answer)

    async def quota(self, token: str) -> dict[str, Any]:
        """What remains today of the messages by phone: {dailyQuota, remainingQuota}."""
        answer = await self._lanes.ask(
            f"{self._zbs}/message/quota", verb="GET", headers=self._headers(token), lane=ASIDE, within=10.0
        )
        return _read(answer, template=True)

    async def _post(self, token: str, path: str, asked: Mapping[str, Any], ours: Ours) -> dict[str, Any]:
        answer = await self._lanes.ask(
            self._api + path,
            json=asked,
            headers=self._headers(token),
            lane=ours.lane,
            within=WITHIN,
            still_ours=ours.still_ours,
        )
        return _read(answer)

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"access_token": token}
        if self._proof:
            headers["appsecret_proof"] = hmac.new(self._proof.encode(), token.encode(), hashlib.sha256).hexdigest()
        return headers


def _read(answer: Answer, *, template: bool = False) -> dict[str, Any]:
    """The `data` of an answer; `error` decides, whatever the status: refusals come under HTTP 200."""
    try:
        told = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        told = None
    code = _code(told.get("error")) if isinstance(told, dict) else None
    if not isinstance(told, dict) or code is None:
        if 200 <= answer.status < 300:
            raise UnreadableError(f"answered {answer.status} with something else")
        raise TroubleError(answer.status, _seconds(answer.headers.get("retry-after", "")))
    if code != 0:
        message = told.get("message")
        raise RefusedError(code, message[:MOST_OF_A_MESSAGE] if isinstance(message, str) else "", template=template)
    found = told.get("data")
    return found if isinstance(found, dict) else {}


def _code(found: object) -> int | None:
    if isinstance(found, str) and found.removeprefix("-").isascii() and found.removeprefix("-").isdecimal():
        return int(found[:12])
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _taken(told: Mapping[str, Any], name: str) -> Taken:
    """It was taken even where the answer does not name it."""
    id_, quota = told.get(name), told.get("quota")
    kind = quota.get("quota_type") if isinstance(quota, dict) else ""
    return Taken(str(id_) if isinstance(id_, str | int) else "", kind if isinstance(kind, str) else "")


def _seconds(header: str) -> float | None:
    """Retry-After as seconds; it is documented nowhere, so a date in it is not read."""
    return min(float(header), LONGEST_WAIT) if header.isascii() and header.isdecimal() and len(header) < 9 else None
