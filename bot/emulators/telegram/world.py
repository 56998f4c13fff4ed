"""The accounts, chats and messages of one emulator, and how their numbers are given out."""

import random
import secrets
from collections.abc import Iterator
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.telegram.people import Account, BotAccount, Chat, Kind, Message, Person
from bot.emulators.telegram.refusal import Refused, bad, forbidden

Json = dict[str, Any]

# Beyond 32 bits, as real ones are today: who keeps them in an int of a database finds out here.
FIRST_PERSON = 7_000_000_001
FIRST_GROUP = 4_000_000_001
FIRST_SUPERGROUP = 1_002_000_000_001


class UnknownError(LookupError):
    """There is no such person, bot, chat or message in this emulator; the text says which."""


def invented_token() -> str:
    """A token of the right form that no real bot has."""
    return f"{random.randint(9_000_000_000, 9_999_999_999)}:AA{secrets.token_urlsafe(24)}moPhong"  # noqa: S311


class World:
    """Everything that exists. Numbers of messages: per bot in its private chats, per supergroup in that."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.bots: dict[int, BotAccount] = {}
        self.by_token: dict[str, BotAccount] = {}
        self.groups: dict[int, Chat] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.files: dict[str, Json] = {}
        self._counters: dict[str, int] = {}

    # ---- accounts ----

    def add_bot(self, token: str, name: str = "", username: str = "") -> BotAccount:
        """Register a bot. ValueError when the token has not the form digits:letters."""
        number, colon, secret = token.partition(":")
        if not (colon and number.isdecimal() and len(secret) >= 24):
            raise ValueError("A token has the form 123456789:AA…, with 24 letters or more after the colon.")
        bot = BotAccount(int(number), token, username or f"thu_{number}_bot", name or "Đồng Hành")
        self.bots[bot.id] = self.by_token[token] = bot
        return bot

    def add_person(
        self, first_name: str, last_name: str = "", *, username: str = "", language: str = "vi", phone: str = ""
    ) -> Person:
        number = self._next("person", FIRST_PERSON)
        person = Person(number, first_name, last_name, username, language, phone or f"8490{number % 10_000_000:07}")
        self.people[number] = person
        return person

    def add_group(self, title: str, *, supergroup: bool = False, forum: bool = False) -> Chat:
        """A group without members; a forum is a supergroup."""
        wide = supergroup or forum
        number = -self._next("supergroup", FIRST_SUPERGROUP) if wide else -self._next("group", FIRST_GROUP)
        chat = Chat(number, Kind.SUPERGROUP if wide else Kind.GROUP, title, forum=forum)
        self.groups[number] = chat
        return chat

    def person(self, number: int) -> Person:
        if (person := self.people.get(number)) is None:
            raise UnknownError(f"There is no citizen {number}.")
        return person

    def bot(self, number: int) -> BotAccount:
        if (bot := self.bots.get(number)) is None:
            raise UnknownError(f"There is no bot {number}.")
        return bot

    # ---- chats ----

    def private_chat(self, bot: BotAccount, person: Person) -> Chat:
        """The chat of these two; it exists on the phone before anything is written."""
        key = (bot.id, person.id)
        if key not in self.private:
            chat = Chat(person.id, Kind.PRIVATE, person=person, bot=bot)
            chat.members = {person.id: "member", bot.id: "member"}
            self.private[key] = chat
        return self.private[key]

    def chats(self) -> Iterator[Chat]:
        yield from self.private.values()
        yield from self.groups.values()

    def chat_by_key(self, key: str) -> Chat:
        """By `Chat.key`. UnknownError when there is none."""
        for chat in self.chats():
            if chat.key == key:
                return chat
        raise UnknownError(f"There is no chat {key}.")

    def seen_by(self, bot: BotAccount, given: str) -> Chat:
        """The chat a bot means by `chat_id`; Refused as Telegram refuses when it cannot see it."""
        if not given:
            raise bad("chat_id is empty")
        number = int(given) if given.lstrip("-").isdecimal() else 0
        if chat := self.private.get((bot.id, number)):
            if chat.started:
                return chat
            if any(group.has(bot.id) and group.has(number) for group in self.groups.values()):
                raise forbidden("bot can't initiate conversation with a user")
            raise bad("chat not found")
        if number in self.people and any(g.has(bot.id) and g.has(number) for g in self.groups.values()):
            raise forbidden("bot can't initiate conversation with a user")
        if number in self.bots and number != bot.id:
            raise forbidden("bot can't send messages to bots")
        group = self.groups.get(number)
        if group is None or bot.id not in group.members:
            raise bad("chat not found")
        return group

    def writable_by(self, bot: BotAccount, given: str) -> Chat:
        """The same, and the bot may write there."""
        chat = self.seen_by(bot, given)
        if chat.upgraded_to:
            raise Refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.upgraded_to
            )
        if chat.private and chat.blocked:
            raise forbidden("bot was blocked by the user")
        match chat.members.get(bot.id):
            case "kicked":
                raise forbidden(f"bot was kicked from the {chat.kind.value} chat")
            case "left":
                raise forbidden(f"bot is not a member of the {chat.kind.value} chat")
            case _:
                return chat

    # ---- messages ----

    def add_message(self, chat: Chat, sender: Account, content: Json, **more: Any) -> Message:
        """Write it down under the next number of its chat."""
        message = Message(self.next_message(chat), chat, sender, int(self.clock.time()), content, **more)
        chat.messages[message.id] = message
        return message

    def next_message(self, chat: Chat) -> int:
        match chat.kind:
            case Kind.PRIVATE:
                return self._next(f"box{chat.bot.id if chat.bot else 0}", 101)
            case Kind.GROUP:
                return self._next("groups", 5001)
            case Kind.SUPERGROUP:
                return self._next(f"supergroup{chat.id}", 1)

    def keep_file(self, kind: str, body: bytes, name: str = "", mime: str = "") -> Json:
        """Remember the bytes; returns file_id, file_unique_id, file_size."""
        code = f"MoPhong{kind[:2].upper()}{secrets.token_urlsafe(18)}"
        self.files[code] = {"body": body, "path": f"{kind}s/{name or 'file_' + str(len(self.files))}", "mime": mime}
        return {"file_id": code, "file_unique_id": code[-12:], "file_size": len(body)}

    def _next(self, counter: str, first: int) -> int:
        self._counters[counter] = self._counters.get(counter, first - 1) + 1
        return self._counters[counter]
