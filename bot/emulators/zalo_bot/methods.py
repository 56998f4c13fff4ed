"""The methods of the Bot API."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.emulators.addresses import is_http, is_public
from bot.emulators.clock import Clock
from bot.emulators.phones import HOUSE, Chat, Phones, hex20
from bot.emulators.pictures import Pictures
from bot.emulators.rules import Switches
from bot.emulators.zalo_bot.account import Account
from bot.emulators.zalo_bot.answers import RefusedError, bad
from bot.emulators.zalo_bot.parameters import Upload
from bot.emulators.zalo_bot.updates import Updates
from bot.emulators.zalo_bot.wording import styles, wording

Asked = dict[str, Any]
Method = Callable[[Asked, Request], Awaitable[Any]]
POLL_SECONDS = 30
TYPING_MS = 5_000


class Methods:
    """What a token may call. Each method returns its `result`, None for none, or raises RefusedError."""

    def __init__(
        self,
        account: Account,
        updates: Updates,
        phones: Phones,
        pictures: Pictures,
        clock: Clock,
        switches: Switches,
    ) -> None:
        self._account, self._updates, self._phones = account, updates, phones
        self._pictures, self._clock, self._switches = pictures, clock, switches

    def named(self, name: str) -> Method:
        """The method of exactly this name; RefusedError when there is none."""
        known: dict[str, Method] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_chat_action,
        }
        if self._switches.on("test_webhook"):
            known["testWebhook"] = self._test_webhook
        if name not in known:
            code = int(self._switches["unknown_method"])
            raise RefusedError(code, "Not Found" if code == 404 else "Bad Request: no such method")
        return known[name]

    async def _get_me(self, _: Asked, __: Request) -> Any:
        return self._account.me()

    async def _get_updates(self, asked: Asked, request: Request) -> Any:
        try:
            seconds = float(asked.get("timeout", POLL_SECONDS))
        except (TypeError, ValueError) as error:
            raise bad("timeout must be a number of seconds") from error
        if not 0 <= seconds <= 3600:
            raise bad("timeout must be a number of seconds")
        return await self._updates.next(seconds, request)

    async def _set_webhook(self, asked: Asked, _: Request) -> Any:
        return await self._updates.set_webhook(asked.get("url"), asked.get("secret_token"))

    async def _delete_webhook(self, _: Asked, __: Request) -> Any:
        return self._updates.delete_webhook()

    async def _get_webhook_info(self, _: Asked, __: Request) -> Any:
        return self._updates.standing()

    async def _test_webhook(self, _: Asked, __: Request) -> Any:
        if not self._updates.webhook.url:
            raise bad("no webhook is set")
        return await self._updates.probe()

    async def _send_message(self, asked: Asked, _: Request) -> Any:
        chat = self._account.addressed(asked.get("chat_id"))
        text = wording(asked, "text", self._switches, needed=True)
        return self._sent(chat, "text", text, asked, **styles(asked, text))

    async def _send_photo(self, asked: Asked, _: Request) -> Any:
        chat = self._account.addressed(asked.get("chat_id"))
        caption = wording(asked, "caption", self._switches, needed=False)
        photo = asked.get("photo")
        if isinstance(photo, Upload) and self._switches["photo_upload"] == "accepted":
            picture = self._pictures.keep(photo.body)
        elif isinstance(photo, str) and is_http(photo):
            if not is_public(photo) and self._switches["private_hosts"] == "refused":
                raise bad("photo must be reachable from the internet")
            picture = await self._fetched(photo)
        else:
            raise bad("photo must be an http or https address")
        return self._sent(chat, "photo", caption, asked, url=None if isinstance(photo, Upload) else photo, **picture)

    async def _fetched(self, url: str) -> dict[str, Any]:
        """What the phone shows: the server fetches first, the device once more; only what both got is seen."""
        if self._switches["photo_fetch"] == "off":
            return {}
        first, second = await self._pictures.fetch(url), await self._pictures.fetch(url)
        return {"picture": second, "black": first is None or second is None}

    async def _send_sticker(self, asked: Asked, _: Request) -> Any:
        chat = self._account.addressed(asked.get("chat_id"))
        sticker = asked.get("sticker")
        if not isinstance(sticker, str) or not sticker:
            raise bad("sticker must be the id of a sticker")
        return self._sent(chat, "sticker", "", asked, sticker=sticker)

    async def _send_voice(self, asked: Asked, _: Request) -> Any:
        chat = self._account.addressed(asked.get("chat_id"))
        url = asked.get("voice_url")
        if not isinstance(url, str) or not is_http(url) or not urlsplit(url).path.endswith(".aac"):
            raise bad("voice_url must be an http or https address ending in .aac")
        if chat.group:
            return {"message_id": hex20(), "date": self._clock.ms()}  # says ok and delivers nothing
        return self._sent(chat, "voice", "", asked, url=url)

    async def _send_chat_action(self, asked: Asked, _: Request) -> Any:
        chat = self._account.addressed(asked.get("chat_id"))
        allowed = {"typing", *(["upload_photo"] if self._switches.on("upload_photo_action") else [])}
        if asked.get("action") not in allowed:
            raise bad(f"action must be {' or '.join(sorted(allowed))}")
        chat.typing_until = self._clock.ms() + TYPING_MS
        return None

    def _sent(self, chat: Chat, kind: str, text: str, asked: Asked, **extra: Any) -> Any:
        if not self._account.count():
            raise RefusedError(429, "Quota exceeded")
        if "reply_to_message_id" in asked:
            extra["reply_to"] = str(asked["reply_to_message_id"])
        line = self._phones.show(chat, HOUSE, kind, text, hex20(), **extra)
        return {"message_id": line.message_id, "date": line.at}
