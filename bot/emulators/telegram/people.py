"""Who there is: invented citizens, bots, groups and what was written in them."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Json = dict[str, Any]

FORMER = ("left", "kicked")


class Kind(Enum):
    """The chats a bot of ours can be in. The words are the Bot API's."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


@dataclass(slots=True, eq=False)
class Person:
    """An invented citizen with a Telegram account. `phone` without a plus, as Telegram sends it."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = "vi"
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def user(self) -> Json:
        """As `User`."""
        known = {"last_name": self.last_name, "username": self.username, "language_code": self.language}
        mine = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return {**mine, **{name: value for name, value in known.items() if value}}


@dataclass(slots=True, eq=False)
class BotAccount:
    """A bot. `reads_all`: privacy mode is off. `hears_mentions`: see the rule "privacy-mention"."""

    id: int
    token: str
    username: str
    name: str
    reads_all: bool = False
    hears_mentions: bool = False

    def user(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def me(self) -> Json:
        """As getMe answers."""
        powers = {
            "can_join_groups": True, "can_read_all_group_messages": self.reads_all, "supports_inline_queries": False,
            "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False,
        }  # fmt: skip
        return {**self.user(), **powers}


Account = Person | BotAccount


@dataclass(slots=True, eq=False)
class Chat:
    """A place where messages are. A private chat belongs to one bot and one person."""

    id: int
    kind: Kind
    title: str = ""
    person: Person | None = None
    bot: BotAccount | None = None
    forum: bool = False
    upgraded_to: int = 0
    members: dict[int, str] = field(
        default_factory=dict
    )  # id of an account → creator, administrator, member, left, kicked
    topics: dict[int, str] = field(default_factory=dict)  # message_thread_id → its name
    closed_topics: set[int] = field(default_factory=set)
    messages: "dict[int, Message]" = field(default_factory=dict)
    last_speaking_bot: int = 0
    doing: dict[int, tuple[str, float]] = field(default_factory=dict)  # bot → what it does, until (emulated time)
    blocked: bool = False  # the person stopped the bot
    started: bool = False  # the person wrote first, so that the bot may write

    @property
    def private(self) -> bool:
        return self.kind is Kind.PRIVATE

    @property
    def key(self) -> str:
        """A name of it for the control API: private chats of two bots with one person have the same id."""
        return f"{self.id}:{self.bot.id}" if self.bot else str(self.id)

    def has(self, account: int) -> bool:
        return self.members.get(account, "left") not in FORMER

    def json(self) -> Json:
        """As `Chat`."""
        if self.person:
            known = {"last_name": self.person.last_name, "username": self.person.username}
            mine = {"id": self.id, "type": "private", "first_name": self.person.first_name}
            return {**mine, **{name: value for name, value in known.items() if value}}
        mine = {"id": self.id, "type": self.kind.value, "title": self.title}
        if self.kind is Kind.GROUP:
            mine["all_members_are_administrators"] = False
        if self.forum:
            mine["is_forum"] = True
        return mine


@dataclass(slots=True, eq=False)
class Message:
    """A message. `content` holds what the Bot API calls it by: text and entities, photo, contact, or a service event."""

    id: int
    chat: Chat
    sender: Account
    date: int
    content: Json
    thread: int = 0
    in_topic: bool = False
    reply_to: "Message | None" = None
    markup: Json | None = None
    extra: Json = field(default_factory=dict)  # has_protected_content, link_preview_options, forward_origin …
    service: bool = False
    edited: int = 0
    deleted: bool = False
    deleted_by: str = ""

    @property
    def text(self) -> str:
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.content.get("entities") or self.content.get("caption_entities") or []
        return found

    def json(self, *, deep: bool = True) -> Json:
        """As `Message`. A reply inside a reply is left out, as there."""
        body: Json = {
            "message_id": self.id,
            "from": self.sender.user(),
            "chat": self.chat.json(),
            "date": self.date,
            **self.extra,
            **self.content,
        }
        if self.edited:
            body["edit_date"] = self.edited
        if self.thread:
            body["message_thread_id"] = self.thread
        if self.in_topic:
            body["is_topic_message"] = True
        if deep and self.reply_to and not self.reply_to.deleted:
            body["reply_to_message"] = self.reply_to.json(deep=False)
        if self.markup and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body
