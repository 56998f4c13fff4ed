"""What invented citizens do on their phones, and which of it the bot hears."""

from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.desk import Desk, WrongRequestError
from bot.emulators.journal import Journal
from bot.emulators.phones import HOUSE, Chat, Person, Phones, hex20
from bot.emulators.pictures import Pictures
from bot.emulators.rules import Switches
from bot.emulators.zalo_bot import events
from bot.emulators.zalo_bot.account import Account
from bot.emulators.zalo_bot.updates import Fate, Updates

KINDS = ("text", "photo", "sticker", "voice", "link", "file", "video")
CARRIED = ("text", "photo", "sticker", "voice")  # what the API has fields for


class Citizens:
    """Acts of the people, as the desk's routes take them. `desk` is set when the emulator is put together."""

    desk: Desk

    def __init__(
        self,
        account: Account,
        updates: Updates,
        phones: Phones,
        pictures: Pictures,
        clock: Clock,
        journal: Journal,
        switches: Switches,
    ) -> None:
        self._account, self._updates, self._phones, self._pictures = account, updates, phones, pictures
        self._clock, self._journal, self._switches = clock, journal, switches

    async def meet(self, asked: dict[str, Any]) -> Any:
        """{"name", "protected"?} → {"id", "name"}. A protected sender (a child, say) reaches the bot without content."""
        person = Person(hex20(), str(asked["name"]), {"protected": bool(asked.get("protected"))})
        self._phones.meet(person)
        return {"id": person.id, "name": person.name}

    async def gather(self, asked: dict[str, Any]) -> Any:
        """{"name", "members": [ids]} → {"id", "name"}: a group the bot is in."""
        chat = self._phones.gather(hex20(), str(asked["name"]), [str(member) for member in asked["members"]])
        if not self._account.room_for(chat):
            del self._phones.chats[chat.id]
            raise WrongRequestError("The package has room for three groups.")
        chat.reached = True
        return {"id": chat.id, "name": chat.name}

    async def say(self, asked: dict[str, Any]) -> Any:
        """{"from", "chat"?, "kind"?, "text"?, "mention"?, "reply_to"?, "sticker"?} → what became of it.

        The answer has `message_id`, `way` (webhook, polling, lost, or "unheard" when the platform keeps it to itself),
        the `event`, and the `request` that carries or would carry it: its headers and its body as text.
        """
        person = self._phones.person(str(asked["from"]))
        chat = self._phones.chat(str(asked.get("chat") or person.id))
        if person.id not in chat.members:
            raise WrongRequestError(f"{person.name} is not in {chat.name}.")
        kind, text = str(asked.get("kind", "text")), str(asked.get("text", ""))
        if kind not in KINDS:
            raise WrongRequestError(f"A citizen can send {', '.join(KINDS)}, not “{kind}”.")
        if kind in ("text", "link") and not text:
            raise WrongRequestError("A text message needs its text.")
        content, extra = self._content(kind, text, asked)
        if asked.get("mention"):
            extra["mention"] = True
        if asked.get("reply_to"):
            extra["reply_to"] = str(asked["reply_to"])
        line = self._phones.show(chat, person.id, kind, text, hex20(), **extra)
        return {
            "message_id": line.message_id,
            **self._told(person, chat, kind, content, line.message_id, asked, line.at),
        }

    async def follow(self, asked: dict[str, Any]) -> Any:
        return self._following(asked, events.FOLLOW)

    async def leave(self, asked: dict[str, Any]) -> Any:
        """The citizen closes the conversation to the bot: it can be written to no longer."""
        return self._following(asked, events.UNFOLLOW)

    def _following(self, asked: dict[str, Any], name: str) -> Any:
        person = self._phones.person(str(asked["from"]))
        self._phones.chat(person.id).reached = name == events.FOLLOW
        if not self._switches.on("follow_events"):
            return self._unheard("the platform tells bots nothing of this")
        message = events.message(self._phones.chat(person.id), person, hex20(), self._clock.ms())
        return self._passed_on({"event_name": name, "message": message}, person.id)

    def _content(self, kind: str, text: str, asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The event's own fields, and what the phone shows besides the text."""
        at = self.desk.reached_at
        match kind:
            case "photo":
                url = self._pictures.of_citizen("jpg")
                return events.photo(at + url, text, self._switches), {"picture": url}
            case "voice":
                url = self._pictures.of_citizen("aac")
                return events.voice(at + url), {"url": url}
            case "sticker":
                chosen = str(asked.get("sticker") or "d063f44dc80821567819")
                return events.sticker(chosen, at + self._pictures.of_citizen("png")), {"sticker": chosen}
            case _:
                return {"text": text}, {}

    def _told(
        self,
        person: Person,
        chat: Chat,
        kind: str,
        content: dict[str, Any],
        message_id: str,
        asked: dict[str, Any],
        at: int,
    ) -> dict[str, Any]:
        if chat.group and not self._is_for_the_bot(chat, kind, asked):
            return self._unheard("in a group the bot gets only what mentions it or replies to it")
        if not self._account.room_for(chat):
            return self._unheard("the package has room for fifty people")
        if not self._account.count():
            return self._unheard("the package has no messages left this month")
        chat.reached = True
        name = {"text": events.TEXT, "photo": events.IMAGE, "sticker": events.STICKER, "voice": events.VOICE}.get(kind)
        if name is None and self._switches["unsupported_kinds"] == "nothing":
            return self._unheard("the platform does not pass this kind on")
        if name is None or person.traits.get("protected"):
            name, content = events.UNSUPPORTED, {}
        if "text" in content and chat.group and asked.get("mention") and self._switches["mention_in_text"] == "kept":
            content = {"text": f"@{self._account.name} {content['text']}"}
        message = events.message(chat, person, message_id, at, **content)
        return self._passed_on({"event_name": name, "message": message}, chat.id)

    def _is_for_the_bot(self, chat: Chat, kind: str, asked: dict[str, Any]) -> bool:
        if asked.get("mention"):
            return kind in ("text", "photo")  # where else would the mention stand
        answered = chat.by_id(str(asked.get("reply_to", "")))
        return answered is not None and answered.who == HOUSE and kind != "photo"

    def _passed_on(self, event: dict[str, Any], lane: str) -> dict[str, Any]:
        fate: Fate = self._updates.happened(event, lane)
        return {"way": fate.way, "event": event, "request": {"headers": fate.headers, "body": fate.body}}

    def _unheard(self, why: str) -> dict[str, Any]:
        self._journal.note("unheard", why=why)
        return {"way": "unheard", "why": why, "event": None, "request": None}
