"""A raw update → what it means to the house, read from the JSON itself: any shape is survived, an unknown kind is nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.message import Blocked, Event, Moved, Typed
from flows.speech import Address, Opened, Pick, Shared, Unread

LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a start link may carry (Bot API, "Deep linking")
KINDS: Mapping[str, Unread] = {
    "photo": Unread.PICTURE, "document": Unread.FILE, "animation": Unread.FILE, "video": Unread.FILE, "audio": Unread.VOICE,
    "voice": Unread.VOICE, "video_note": Unread.VOICE, "sticker": Unread.STICKER, "dice": Unread.STICKER,
    "location": Unread.LOCATION, "venue": Unread.LOCATION, "story": Unread.FORWARDED, "poll": Unread.UNKNOWN,
    "paid_media": Unread.PICTURE, "game": Unread.UNKNOWN, "checklist": Unread.UNKNOWN, "invoice": Unread.UNKNOWN,
}  # fmt: skip
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class Bot:
    """Which of our bots an update came to. `username` is empty until Telegram has told it."""

    id: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event, and what the channel needs to act on its message: delete it, stop the button's clock, show what was
    pressed. `label` is what stood on the pressed button."""

    event: Event
    message_id: int = 0
    callback_id: str = ""
    label: str = ""


def read(update: object, bot: Bot) -> Arrived | None:
    """What an update is to us; None for what we do not listen to."""
    if not isinstance(update, dict):
        return None
    if (callback := _dict(update, "callback_query")) is not None:
        return _pressed(callback, bot)
    if (member := _dict(update, "my_chat_member")) is not None:
        return _membership(member, update, bot)
    for kind in ("message", "edited_message"):
        if (message := _dict(update, kind)) is not None:
            return _said(message, bot, edited=kind == "edited_message")
    return None


def callback_of(update: object) -> str:
    """The id of a pressed button that is to be answered whatever else it means; empty when there is none."""
    callback = _dict(update, "callback_query") if isinstance(update, dict) else None
    return _text(callback, "id") if callback else ""


def _said(message: dict[str, Any], bot: Bot, *, edited: bool) -> Arrived | None:
    place = _place(message, bot)
    message_id = _whole(message, "message_id")
    if place is None or message_id is None:
        return None
    address, private = place
    if (new := _whole(message, "migrate_to_chat_id")) is not None:
        return Arrived(Event(address, f"g{message_id}", Moved(str(new)), private=False))
    sender = _dict(message, "from")
    if private and (sender is None or str(_whole(sender, "id")) != address.chat or sender.get("is_bot") is True):
        return None
    if not private and not _meant_for_us(message, bot):
        return None
    what = _what(message, bot, edited=edited)
    if what is None:
        return None
    external = f"e{message_id}.{_whole(message, 'edit_date') or 0}" if edited else f"m{message_id}"
    return Arrived(Event(address, external, what, private), message_id)


def _what(message: dict[str, Any], bot: Bot, *, edited: bool) -> Opened | Typed | Shared | Unread | None:
    passed_on = "forward_origin" in message or "forward_date" in message
    text = message.get("text")
    if isinstance(text, str):
        text = _without_our_name(text, bot)
        if not passed_on and not edited and (text == "/start" or text.startswith("/start ")):
            link = text.removeprefix("/start").strip()
            return Opened(link if LINK.fullmatch(link) else "")
        return Typed(text, edited=edited, passed_on=passed_on)
    contact = _dict(message, "contact")
    if contact is not None:
        phone = contact.get("phone_number")
        if own_contact(message) and isinstance(phone, str) and len(phone) < 20:
            return Shared(phone)
        return Unread.CONTACT if own_contact(message) else Unread.CONTACT_OTHER
    for kind, unread in KINDS.items():
        if kind in message:
            return Unread.FORWARDED if passed_on else unread
    # A caption without its picture, or a kind that is newer than this page; a service notice has neither sender's words.
    return Unread.UNKNOWN if "caption" in message else None


def own_contact(message: Mapping[str, Any]) -> bool:
    """Whether the contact in a message is the sender's own: only then Telegram vouches for the number. A forwarded card, a
    card without an id, somebody else's card: no."""
    contact, sender = message.get("contact"), message.get("from")
    if (
        not isinstance(contact, dict)
        or not isinstance(sender, dict)
        or "forward_origin" in message
        or "forward_date" in message
    ):
        return False
    user = _whole(contact, "user_id")
    return user is not None and user == _whole(sender, "id")


def _pressed(callback: dict[str, Any], bot: Bot) -> Arrived | None:
    message, sender, id_ = _dict(callback, "message"), _dict(callback, "from"), _text(callback, "id")
    if message is None or sender is None or not id_:
        return None
    place = _place(message, bot)
    if place is None:
        return None
    address, private = place
    if private and str(_whole(sender, "id")) != address.chat:
        return None
    carried = _text(callback, "data")[:64]
    event = Event(address, f"c{id_}", Pick.of_key(carried), private)
    return Arrived(event, _whole(message, "message_id") or 0, id_, _label(message, carried))


def _membership(member: dict[str, Any], update: dict[str, Any], bot: Bot) -> Arrived | None:
    """We were added to a group (it is greeted once), or a person blocked us, or somebody took us out."""
    place = _place(member, bot)
    before, now = _dict(member, "old_chat_member") or {}, _dict(member, "new_chat_member") or {}
    if place is None:
        return None
    address, private = place
    id_ = f"b{_whole(update, 'update_id') or 0}"
    if now.get("status") in ("kicked", "left"):
        return Arrived(Event(address, id_, Blocked(), private))
    if not private and before.get("status") in ("left", "kicked") and now.get("status") in ("member", "administrator"):
        return Arrived(Event(address, id_, Opened(), private=False))
    return None


def _place(message: Mapping[str, Any], bot: Bot) -> tuple[Address, bool] | None:
    """The conversation's address and whether it is private. A topic is a conversation of its own."""
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") not in ("private", "group", "supergroup"):
        return None
    id_ = _whole(chat, "id")
    if id_ is None:
        return None
    topic = _whole(message, "message_thread_id") if message.get("is_topic_message") is True else None
    return Address("telegram", bot.id, str(id_), str(topic) if topic else ""), chat["type"] == "private"


def _meant_for_us(message: Mapping[str, Any], bot: Bot) -> bool:
    """In a group: a command (to us or to nobody in particular), our name, or an answer to one of our messages."""
    text = message.get("text")
    if isinstance(text, str):
        first = text.split(maxsplit=1)[0] if text.strip() else ""
        if first.startswith("/"):
            named = first.partition("@")[2]
            return not named or named.casefold() == bot.username.casefold()
        if bot.username and f"@{bot.username}".casefold() in text.casefold():
            return True
    answered = message.get("reply_to_message")
    author = answered.get("from") if isinstance(answered, dict) else None
    return isinstance(author, dict) and str(_whole(author, "id")) == bot.id


def _without_our_name(text: str, bot: Bot) -> str:
    """ "/help@our_bot" is "/help"."""
    if not bot.username:
        return text
    return re.sub(rf"@{re.escape(bot.username)}\b", "", text, flags=re.IGNORECASE).strip()


def _label(message: Mapping[str, Any], carried: str) -> str:
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("callback_data") == carried:
                return str(button.get("text", ""))[:64]
    return ""


def _dict(of: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    found = of.get(key)
    return found if isinstance(found, dict) else None


def _text(of: Mapping[str, Any], key: str) -> str:
    found = of.get(key)
    return found if isinstance(found, str) else ""


def _whole(of: Mapping[str, Any], key: str) -> int | None:
    """A whole number as Telegram writes ids: at most 52 bits, never true or false."""
    found = of.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 2**53 else None
