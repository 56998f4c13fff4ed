"""A raw event → what it means to the house, read from the JSON itself: any shape is survived, an unknown kind is nothing."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.message import Blocked, Event, Typed
from flows.speech import Address, Opened, Unread

CHANNEL = "zalo_bot"
MOST_EVENTS = 50  # of one body; the documents say one
LONGEST_ID = 100
KINDS: Mapping[str, Unread] = {
    "message.image.received": Unread.PICTURE,
    "message.sticker.received": Unread.STICKER,
    "message.voice.received": Unread.VOICE,
    # Links, files, films, and whatever children write: nothing of it is passed on to a bot.
    "message.unsupported.received": Unread.UNKNOWN,
}
TEXT, FOLLOW, UNFOLLOW = "message.text.received", "user.follow", "user.unfollow"
# By their fields, where the name of the event is missing or new. Live pictures have photo_url, the documents' photo.
FIELDS: Mapping[str, Unread] = {
    "photo_url": Unread.PICTURE, "photo": Unread.PICTURE, "voice_url": Unread.VOICE, "sticker": Unread.STICKER,
}  # fmt: skip


def events(body: object, envelope: str = "any") -> Iterator[dict[str, Any]]:
    """The events of a body: flat, wrapped in `result`, or a list of either; `envelope` says which to believe."""
    for told in body[:MOST_EVENTS] if isinstance(body, list) else [body]:
        if not isinstance(told, dict):
            continue
        wrapped = told.get("result")
        if isinstance(wrapped, dict) and envelope != "flat":
            yield wrapped
        elif "result" not in told and envelope != "wrapped":
            yield told


def read(told: Mapping[str, Any], bot: str, commands: Collection[str] = (), *, follows: bool = True) -> Event | None:
    """What an event is to us; None for what we do not listen to. `commands`: words that mean a command when they are all
    that follows our name in a group."""
    message, name = told.get("message"), told.get("event_name")
    name = name if isinstance(name, str) else ""
    if not isinstance(message, dict):
        return None
    place = _place(message, bot)
    external = _id(message.get("message_id")) or _id(message.get("date"))
    if place is None or not external:
        return None
    address, private = place
    if name in (FOLLOW, UNFOLLOW):
        if not (follows and private):
            return None
        return Event(address, f"f{external}", Opened() if name == FOLLOW else Blocked())
    what = _what(message, name)
    if isinstance(what, Typed) and not private:
        what = Typed(command_after_mention(what.text, commands))
    return Event(address, f"m{external}", what, private) if what is not None else None


def command_after_mention(text: str, commands: Collection[str]) -> str:
    """ "@Bot Đồng Hành menu" is "/menu": Zalo has no commands, and says nowhere where the mention ends in the text. Everything
    else stays as it is."""
    asked = re.fullmatch(r"@\S[^\n]{0,60}?\s+/?(\w+)[.!?]?", text.strip())
    return f"/{asked[1].casefold()}" if asked and asked[1].casefold() in commands else text


def _what(message: Mapping[str, Any], name: str) -> Typed | Unread | None:
    if name in KINDS:
        return KINDS[name]
    text = message.get("text")
    if isinstance(text, str):
        return Typed(text)
    for field, unread in FIELDS.items():
        if field in message:
            return unread
    return Unread.UNKNOWN if name.startswith("message.") else None


def _place(message: Mapping[str, Any], bot: str) -> tuple[Address, bool] | None:
    """The conversation's address and whether it is private. A bot's words, our own among them, are nobody's."""
    chat, sender = message.get("chat"), message.get("from")
    if not isinstance(chat, dict):
        return None
    sender = sender if isinstance(sender, dict) else {}
    id_, who = _id(chat.get("id")), _id(sender.get("id"))
    if not id_ or who == bot or sender.get("is_bot") is True:
        return None
    kind = chat.get("chat_type")
    kind = kind.upper() if isinstance(kind, str) else "PRIVATE" if id_ == who else "GROUP"
    return (Address(CHANNEL, bot, id_), kind == "PRIVATE") if kind in ("PRIVATE", "GROUP") else None


def _id(found: object) -> str:
    """An id as text: 20 hex digits so far, but nobody promised."""
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if abs(found) < 2**64 else ""
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST_ID:
        return ""
    return found if found.isprintable() and found.isascii() else ""
