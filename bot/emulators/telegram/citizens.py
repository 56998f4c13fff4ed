"""What invented citizens do on their phones: write, press, share, forward, correct, leave."""

from typing import Any

from bot.emulators.telegram.emulator import Emulator, Pressed
from bot.emulators.telegram.formatting import found
from bot.emulators.telegram.hypertext import units
from bot.emulators.telegram.members import changed
from bot.emulators.telegram.people import BotAccount, Chat, Message, Person
from bot.emulators.telegram.samples import SAMPLES

Json = dict[str, Any]

LONGEST_TEXT = 4096
START_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


class CannotError(Exception):
    """A phone would not let a person do that; the text says why."""


class Citizens:
    """Every act changes the world at once and tells the bots it reaches."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.world = emulator.world

    # ---- writing ----

    def writes(self, who: Person, chat: Chat, text: str, *, thread: int = 0, reply_to: int = 0) -> list[Message]:
        """A text; too long a one goes out in several messages, as the app sends it."""
        if not text.strip():
            raise CannotError("Nothing was written.")
        return [
            self._send(who, chat, {"text": part, **_marked(part)}, thread=thread, reply_to=reply_to)
            for part in _in_parts(text.strip())
        ]

    def starts(self, who: Person, bot: BotAccount, payload: str = "") -> Message:
        """Opens the bot by its name or by a link t.me/<bot>?start=<payload> and presses START."""
        if len(payload) > 64 or not START_LETTERS.issuperset(payload):
            raise CannotError(
                "A start parameter has at most 64 letters A-Z a-z 0-9 _ and -; Telegram would not open this link."
            )
        chat = self.world.private_chat(bot, who)
        if chat.blocked:
            self.unblocks(who, bot)
        return self.writes(who, chat, f"/start {payload}".strip())[0]

    def shares_contact(
        self, who: Person, chat: Chat, of: Person | None = None, *, phone: str = "", name: str = ""
    ) -> Message:
        """A contact card: one's own, another citizen's, or that of someone without Telegram (`phone` and `name`)."""
        person = of if of or phone else who
        card: Json = {"phone_number": phone or (person.phone if person else ""), "first_name": name or "Không tên"}
        if person:
            card = {
                "phone_number": phone or person.phone,
                "first_name": name or person.first_name,
                "user_id": person.id,
            }
            if person.last_name:
                card["last_name"] = person.last_name
        return self._send(who, chat, {"contact": card})

    def sends(
        self, who: Person, chat: Chat, kind: str, *, caption: str = "", thread: int = 0, **values: Any
    ) -> Message:
        """A photo, voice, video, document, sticker or location."""
        sample = SAMPLES.get(kind)
        if sample is None:
            raise CannotError(f"There is no “{kind}”. There are: {', '.join(SAMPLES)}.")
        content = sample(self.world, values)
        if caption:
            marks = _marked(caption)
            content = {**content, "caption": caption, **({"caption_entities": marks["entities"]} if marks else {})}
        return self._send(who, chat, content, thread=thread)

    def forwards(
        self,
        who: Person,
        chat: Chat,
        text: str = "",
        *,
        origin: Person | None = None,
        hidden: str = "",
        message: Message | None = None,
    ) -> Message:
        """A message of somebody: its text and author (`hidden`: one who hides the account), or a message seen here."""
        if message:
            if message.extra.get("has_protected_content"):
                raise CannotError("This message is protected: the app does not forward it.")
            content, author = message.content, message.sender
        else:
            content, author = {"text": text, **_marked(text)}, origin or who
        at = {"date": int(self.emulator.clock.time()) - 60}
        told: Json = {"type": "user", **at, "sender_user": author.user()}
        if hidden:
            told = {"type": "hidden_user", **at, "sender_user_name": hidden}
        return self._send(who, chat, dict(content), extra={"forward_origin": told})

    def corrects(self, who: Person, message: Message, text: str) -> Message:
        """Edits a message of one's own."""
        if message.sender is not who or message.deleted or "text" not in message.content:
            raise CannotError("Only one's own text can be corrected.")
        if self.emulator.clock.time() - message.date > 48 * 3600:
            raise CannotError("It is older than 48 hours; the app does not offer to edit it.")
        if message.text != text:
            message.content = {"text": text, **_marked(text)}
            message.edited = int(self.emulator.clock.time())
            self.emulator.spread(message, "edited_message")
        return message

    def takes_back(self, who: Person, message: Message) -> None:
        """Deletes a message for both sides; bots are not told of that."""
        if not message.chat.private and message.sender is not who:
            raise CannotError("Only one's own messages can be deleted.")
        message.deleted, message.deleted_by = True, "person"

    # ---- buttons ----

    def presses(self, who: Person, message: Message, label: str = "", data: str = "") -> Pressed:
        """A button under a message, by its label or its data."""
        if message.deleted:
            raise CannotError("The message is gone, and its buttons with it.")
        bot, rows = message.sender, (message.markup or {}).get("inline_keyboard", [])
        for button in (button for row in rows for button in row):
            if button["text"] == label or (data and button.get("callback_data") == data):
                if "callback_data" not in button or not isinstance(bot, BotAccount):
                    raise CannotError(f"“{button['text']}” opens something; it asks the bot nothing.")
                return self.emulator.press(bot, who, message, button["callback_data"])
        labels = ", ".join(button["text"] for row in rows for button in row) or "none"
        raise CannotError(f"There is no button “{label or data}” under this message. There are: {labels}.")

    # ---- blocking ----

    def blocks(self, who: Person, bot: BotAccount) -> None:
        self._stopped(who, bot, True)

    def unblocks(self, who: Person, bot: BotAccount) -> None:
        self._stopped(who, bot, False)

    def _stopped(self, who: Person, bot: BotAccount, stop: bool) -> None:
        chat = self.world.private_chat(bot, who)
        if chat.blocked is stop:
            return
        chat.blocked = stop
        before, after = ("member", "kicked") if stop else ("kicked", "member")
        body = changed(chat, who, bot, before, after, int(self.emulator.clock.time()))
        self.emulator.tell(bot, "my_chat_member", body, f"member{chat.key}")

    def _send(
        self, who: Person, chat: Chat, content: Json, *, thread: int = 0, reply_to: int = 0, extra: Json | None = None
    ) -> Message:
        if chat.upgraded_to:
            raise CannotError("This group has become a supergroup; people write there.")
        if chat.private and chat.blocked:
            raise CannotError("The bot is blocked; the app offers only to restart it.")
        if not chat.has(who.id):
            raise CannotError(f"{who.name} is not a member.")
        if thread and thread not in chat.topics:
            raise CannotError("There is no such topic.")
        reply = chat.messages.get(reply_to) if reply_to else None
        chat.started = True
        message = self.world.add_message(
            chat, who, content, thread=thread, in_topic=bool(thread), reply_to=reply, extra=extra or {}
        )
        self.emulator.journal.note("phone", who=who.id, chat=chat.key, message=message.id, content=content)
        self.emulator.spread(message)
        return message


def _marked(text: str) -> Json:
    return {"entities": marks} if (marks := found(text)) else {}


def _in_parts(text: str) -> list[str]:
    parts, part, length = [], "", 0
    for letter in text:
        if length + units(letter) > LONGEST_TEXT:
            parts.append(part)
            part, length = "", 0
        part, length = part + letter, length + units(letter)
    return [*parts, part]
