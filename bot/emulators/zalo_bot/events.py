"""The events of the Bot platform, as bodies: {event_name, message}."""

from typing import Any

from bot.emulators.phones import Chat, Person
from bot.emulators.rules import Switches

TEXT = "message.text.received"
IMAGE = "message.image.received"
STICKER = "message.sticker.received"
VOICE = "message.voice.received"
UNSUPPORTED = "message.unsupported.received"
FOLLOW, UNFOLLOW = "user.follow", "user.unfollow"

Event = dict[str, Any]


def message(chat: Chat, person: Person, message_id: str, date: int, **content: Any) -> dict[str, Any]:
    """The message object. `date` is in milliseconds; in a private conversation chat.id is from.id."""
    return {
        "from": {"id": person.id, "display_name": person.name, "is_bot": False},
        "chat": {"id": chat.id, "chat_type": "GROUP" if chat.group else "PRIVATE"},
        **content,
        "message_id": message_id,
        "date": date,
    }


def photo(url: str, caption: str, switches: Switches) -> dict[str, Any]:
    """A picture's fields: live says photo_url, the documents say photo."""
    names = {"photo_url": ["photo_url"], "photo": ["photo"], "both": ["photo", "photo_url"]}[switches["photo_field"]]
    return {"message_type": "CHAT_PHOTO", **dict.fromkeys(names, url), "caption": caption}


def voice(url: str) -> dict[str, Any]:
    return {"message_type": "CHAT_VOICE", "voice_url": url}


def sticker(sticker_id: str, url: str) -> dict[str, Any]:
    return {"message_type": "CHAT_STICKER", "sticker": sticker_id, "url": url}


def enveloped(event: Event, switches: Switches) -> dict[str, Any]:
    """An event as a webhook carries it: flat in production, wrapped in the documents."""
    return event if switches["envelope"] == "flat" else {"ok": True, "result": event}
