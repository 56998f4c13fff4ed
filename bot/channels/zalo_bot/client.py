"""The Bot API's methods over our own HTTP: every call with its deadline, `ok` read before the status, no address in any word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.http import Answer, HttpLanes

# Seconds from the first byte to the last of the answer. getUpdates is held open for longer by what is asked for; sendPhoto
# waits until Zalo has fetched the picture.
WITHIN = {
    "getMe": 10.0, "getUpdates": 10.0, "setWebhook": 30.0, "deleteWebhook": 10.0, "getWebhookInfo": 10.0,
    "sendMessage": 25.0, "sendPhoto": 150.0, "sendSticker": 25.0, "sendChatAction": 5.0,
}  # fmt: skip
NOTHING_NEW = (408, 504)  # the time of a long poll is over; some gateways end it themselves
LONGEST_WAIT = 3600.0
MOST_OF_A_DESCRIPTION = 200


class RefusedError(Exception):
    """Zalo says no. `code` is its error_code (or the HTTP status), `description` its own words, `after` the seconds it asks
    to wait."""

    def __init__(self, code: int, description: str, after: float | None) -> None:
        super().__init__(f"error {code}")
        self.code, self.description, self.after = code, description, after


class TroubleError(Exception):
    """An answer that is not of the Bot API, with a status that is no success: a gateway's page."""

    def __init__(self, status: int, after: float | None) -> None:
        super().__init__(f"answered {status}")
        self.status, self.after = status, after


class UnreadableError(Exception):
    """An answer under a status of success that cannot be read: what was asked may have been done."""


@dataclass(frozen=True, slots=True)
class Ours:
    """On whose behalf a call is made: the delivery lane, and whether the conversation is still ours."""

    lane: int
    still_ours: Callable[[], bool] | None = None


ASIDE, LISTENING = Ours(-1), Ours(-2)  # what is no delivery has lanes of its own


class Client:
    """One bot. Every method raises RefusedError, TroubleError, UnreadableError, or one of bot.http's NoAnswerError."""

    def __init__(self, token: str, base: str, lanes: HttpLanes, *, by_status: bool = False) -> None:
        self._at, self._lanes, self._by_status = f"{base.rstrip('/')}/bot{token}/", lanes, by_status
        self.id = token.partition(":")[0]

    def __repr__(self) -> str:
        return f"Client({self.id})"

    async def get_me(self) -> dict[str, Any]:
        """{id, account_name, account_type, can_join_groups}."""
        return _object(await self._call("getMe"))

    async def get_updates(self, seconds: int) -> list[object]:
        """What is new: one update, as a list, or none within `seconds`. What was fetched is gone at Zalo."""
        try:
            result = await self._call("getUpdates", {"timeout": seconds}, LISTENING, more=seconds)
        except RefusedError as error:
            if error.code not in NOTHING_NEW:
                raise
            return []
        except TroubleError as error:
            if error.status not in NOTHING_NEW:
                raise
            return []
        if isinstance(result, list):
            return list(result)
        return [result] if result else []

    async def set_webhook(self, url: str, secret: str) -> dict[str, Any]:
        """{url, updated_at}, and perhaps `verification` {ok, hint}: the address is kept even when that failed."""
        return _object(await self._call("setWebhook", {"url": url, "secret_token": secret}))

    async def delete_webhook(self) -> None:
        await self._call("deleteWebhook")

    async def get_webhook_info(self) -> dict[str, Any]:
        """{url, updated_at}; an empty url is none."""
        return _object(await self._call("getWebhookInfo"))

    async def send_message(self, chat: str, text: str, ours: Ours, *, within: float | None = None) -> str:
        """Its message_id. `text` has 1 to 2000 letters."""
        return _name(await self._call("sendMessage", {"chat_id": chat, "text": text}, ours, within=within))

    async def send_photo(
        self, chat: str, address: str, caption: str, ours: Ours, *, within: float | None = None
    ) -> str:
        """Its message_id. Zalo's server and the phone both fetch `address`, so it must stay good for a while."""
        asked = {"chat_id": chat, "photo": address} | ({"caption": caption} if caption else {})
        return _name(await self._call("sendPhoto", asked, ours, within=within))

    async def send_sticker(self, chat: str, sticker: str, ours: Ours) -> str:
        """Its message_id."""
        return _name(await self._call("sendSticker", {"chat_id": chat, "sticker": sticker}, ours))

    async def send_chat_action(self, chat: str, action: str = "typing") -> None:
        await self._call("sendChatAction", {"chat_id": chat, "action": action})

    async def _call(
        self, method: str, asked: Mapping[str, Any] | None = None, ours: Ours = ASIDE, *, more: float = 0,
        within: float | None = None,
    ) -> Any:  # fmt: skip
        """The result of a method; None where it has none. `more` seconds than its own are waited for, or just `within`."""
        answer = await self._lanes.ask(
            self._at + method, json=asked or {}, lane=ours.lane, within=within or WITHIN[method] + more,
            still_ours=ours.still_ours,
        )  # fmt: skip
        return _result(answer, by_status=self._by_status)


def _result(answer: Answer, *, by_status: bool) -> Any:
    """`ok` decides, whatever the status: a refused token was seen under HTTP 200."""
    after = _seconds(answer.headers.get("retry-after", ""))
    try:
        told = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("ok"), bool):
        if 200 <= answer.status < 300:
            raise UnreadableError(f"answered {answer.status} with something else")
        raise TroubleError(answer.status, after)
    if told["ok"] and not (by_status and answer.status >= 400):
        return told.get("result")
    code, description = told.get("error_code"), told.get("description")
    if isinstance(code, str) and code.isascii() and code.isdecimal() and len(code) < 9:
        code = int(code)
    if not isinstance(code, int) or isinstance(code, bool) or (by_status and answer.status >= 400):
        code = answer.status
    raise RefusedError(code, description[:MOST_OF_A_DESCRIPTION] if isinstance(description, str) else "", after)


def _object(result: Any) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise UnreadableError("the result is no object")
    return result


def _name(result: Any) -> str:
    """The platform's name for a message; it was taken even where the answer does not name it."""
    name = result.get("message_id") if isinstance(result, dict) else None
    return str(name) if isinstance(name, str | int) else ""


def _seconds(header: str) -> float | None:
    """Retry-After as seconds; it is documented nowhere, so a date in it is not read."""
    return min(float(header), LONGEST_WAIT) if header.isascii() and header.isdecimal() and len(header) < 9 else None
