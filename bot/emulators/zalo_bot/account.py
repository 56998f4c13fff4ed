"""The bot's account at Zalo: who it is, whom it may write to, and how much its package allows."""

from datetime import timedelta, timezone
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.phones import Chat, Phones
from bot.emulators.rules import Switches
from bot.emulators.zalo_bot.answers import RefusedError

TOKEN = "1459232241454765289:mo-phong-khong-phai-zalo-chi-de-thu-tren-may-nay"
VIETNAM = timezone(timedelta(hours=7))
BASIC_PEOPLE, BASIC_GROUPS = 50, 3


class Account:
    """The one bot of this emulator."""

    def __init__(self, token: str, name: str, clock: Clock, switches: Switches, phones: Phones) -> None:
        self.token, self.name = token, name
        self._clock, self._switches, self._phones = clock, switches, phones
        self._counted: dict[str, int] = {}

    def me(self) -> dict[str, Any]:
        return {
            "id": self.token.partition(":")[0],
            "account_name": "bot.MoPhong",
            "account_type": "BASIC",
            "can_join_groups": self._switches.on("can_join_groups"),
        }

    def count(self) -> bool:
        """Count one message of this month, either way; False when the package has none left."""
        month = self._clock.now().astimezone(VIETNAM).strftime("%Y-%m")
        if self._switches["package"] == "basic" and self._counted.get(month, 0) >= self._switches.number(
            "package_messages"
        ):
            return False
        self._counted[month] = self._counted.get(month, 0) + 1
        return True

    def room_for(self, chat: Chat) -> bool:
        """Whether the package has room for one conversation more."""
        if self._switches["package"] != "basic" or chat.reached:
            return True
        reached = sum(1 for other in self._phones.chats.values() if other.reached and other.group == chat.group)
        return reached < (BASIC_GROUPS if chat.group else BASIC_PEOPLE)

    def addressed(self, chat_id: Any) -> Chat:
        """The conversation a call names; RefusedError for one that the bot cannot know."""
        if not isinstance(chat_id, str) or not chat_id:
            raise RefusedError(400, "Bad Request: chat_id must be a string")
        chat = self._phones.chats.get(chat_id)
        if chat is None or not (chat.reached or self._switches.on("write_first")):
            raise RefusedError(int(self._switches["unknown_chat"]), "chat not found")
        return chat
