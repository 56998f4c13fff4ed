"""What a phone shows of a chat."""

from typing import Any

from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.methods.commands import shown
from bot.emulators.telegram.people import BotAccount, Chat, Message, Person

Json = dict[str, Any]

CONTENT = ("text", "photo", "contact", "voice", "video", "document", "sticker", "location")


def screen(emulator: Emulator, chat: Chat, who: Person) -> Json:
    """Messages from top to bottom (deleted ones are gone), the keyboard under the field, who is typing, and toasts."""
    messages = [m for m in chat.messages.values() if not m.deleted]
    now = emulator.clock.time()
    bots = [bot for bot in emulator.world.bots.values() if chat.has(bot.id)]
    return {
        "chat": chat.key,
        "title": chat.title or (chat.bot.name if chat.bot else ""),
        "kind": chat.kind.value,
        "forum": chat.forum,
        "topics": {str(thread): name for thread, name in chat.topics.items()},
        "messages": [message_shown(message, who) for message in messages],
        "keyboard": keyboard(chat),
        "doing": next((what for what, until in chat.doing.values() if until > now and what != "cancel"), ""),
        "presses": [
            {
                "message": p.message.id, "data": p.data, "toast": p.toast, "alert": p.alert,
                "waiting": not p.answered and now - p.at < emulator.answer_within,
            }
            for p in emulator.pressed.values() if p.person is who and p.message.chat is chat
        ],
        "commands": [c for bot in bots for c in shown(emulator.commands.get(bot.id, {}), chat, who)],
        "blocked": chat.blocked,
        "started": chat.started,
        "moved_to": chat.upgraded_to,
    }  # fmt: skip


def message_shown(message: Message, who: Person) -> Json:
    """One message as it is drawn."""
    content, extra = message.content, message.extra
    kind = next((name for name in CONTENT if name in content), next(iter(content), ""))
    rows = (message.markup or {}).get("inline_keyboard", [])
    origin = extra.get("forward_origin")
    return {
        "id": message.id,
        "who": message.sender.name,
        "bot": isinstance(message.sender, BotAccount),
        "mine": message.sender is who,
        "kind": "service" if message.service else kind,
        "about": kind,
        "content": content[kind] if kind not in ("text", "photo") and not message.service else None,
        "service": content if message.service else None,
        "text": message.text,
        "entities": message.entities,
        "photo": content["photo"][-1]["file_id"] if "photo" in content else "",
        "spoiler": bool(extra.get("has_media_spoiler")),
        "buttons": rows,
        "labels": [button["text"] for row in rows for button in row],
        "edited": bool(message.edited),
        "protected": bool(extra.get("has_protected_content")),
        "preview": _previewed(message),
        "forwarded": (origin.get("sender_user_name") or origin["sender_user"]["first_name"]) if origin else "",
        "reply_to": message.reply_to.id if message.reply_to else 0,
        "thread": message.thread,
        "date": message.date,
    }


def keyboard(chat: Chat) -> list[list[Json]]:
    """The keyboard under the field: the newest one that was sent and not taken away since."""
    for message in reversed(chat.messages.values()):
        markup = message.markup or {}
        if "remove_keyboard" in markup:
            return []
        if "keyboard" in markup and not message.deleted:
            rows: list[list[Json]] = markup["keyboard"]
            return rows
    return []


def _previewed(message: Message) -> str:
    """The address whose preview is drawn under the text; "" for none."""
    options = message.extra.get("link_preview_options", {})
    if options.get("is_disabled") or "text" not in message.content:
        return ""
    if options.get("url"):
        return str(options["url"])
    for entity in message.entities:
        if entity["type"] == "text_link":
            return str(entity["url"])
        if entity["type"] == "url":
            raw = message.text.encode("utf-16-le")
            return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
    return ""
