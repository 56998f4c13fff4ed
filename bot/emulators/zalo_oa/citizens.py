"""What invented citizens do on their phones, as the desk's routes take it."""

from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.desk import Desk, WrongRequestError
from bot.emulators.phones import HOUSE, Chat, Phones, digits19, hex20
from bot.emulators.pictures import Pictures
from bot.emulators.zalo_oa.buttons import QUERIES
from bot.emulators.zalo_oa.contacts import Contact, Contacts
from bot.emulators.zalo_oa.events import ATTACHED, Events
from bot.emulators.zalo_oa.templates import Templates
from bot.emulators.zalo_oa.webhook import Webhook

Asked = dict[str, Any]
FILLED_IN = {
    "phone": "",
    "birthday": "30/10/1959",
    "gender": "Nữ",
    "city": "Tuyên Quang",
    "ward": "Phường Minh Xuân",
    "address": "Tổ 5",
}
ANONYMOUS_KINDS = ("text", "image", "file", "sticker")


class Citizens:
    """Acts of the people. `desk` is set when the emulator is put together."""

    desk: Desk

    def __init__(
        self,
        clock: Clock,
        phones: Phones,
        contacts: Contacts,
        pictures: Pictures,
        events: Events,
        templates: Templates,
        webhook: Webhook,
    ) -> None:
        self._clock, self._phones, self._contacts, self._pictures = clock, phones, contacts, pictures
        self._events, self._templates, self._webhook = events, templates, webhook

    async def meet(self, asked: Asked) -> Any:
        """{"name", "phone"?, "admin"?, "anonymous"?} → {"id", "name", "phone", …}."""
        contact = self._contacts.meet(
            str(asked["name"]),
            str(asked.get("phone", "")),
            admin=bool(asked.get("admin")),
            anonymous=bool(asked.get("anonymous")),
        )
        more = {"phone": contact.phone, "conversation_id": contact.conversation_id}
        return {"id": contact.id, "name": contact.name, "user_id_by_app": contact.by_app, **more}

    async def gather(self, asked: Asked) -> Any:
        """{"name", "members": [ids], "of_oa"?} → {"id", "name"}: a group, of the OA unless said otherwise."""
        chat = self._phones.gather(digits19(), str(asked["name"]), [str(member) for member in asked["members"]])
        chat.reached = bool(asked.get("of_oa", True))
        return {"id": chat.id, "name": chat.name}

    async def say(self, asked: Asked) -> Any:
        """{"from", "chat"?, "kind"?, "text"?, "file"?, "sticker"?, "latitude"?, "longitude"?}"""
        contact, chat = self._where(asked)
        kind, text = str(asked.get("kind", "text")), str(asked.get("text", ""))
        if kind not in (ANONYMOUS_KINDS if contact.anonymous else ("text", *ATTACHED)):
            raise WrongRequestError(f"Nobody can send “{kind}” here.")
        if kind == "text" and not text:
            raise WrongRequestError("A text message needs its text.")
        message, extra = self._content(kind, text, asked)
        line = self._phones.show(chat, contact.id, kind, text, hex20(), **extra)
        message["msg_id"] = line.message_id
        if asked.get("reply_to"):
            message["quote_msg_id"] = str(asked["reply_to"])
        if contact.anonymous:
            message["conversation_id"] = contact.conversation_id
        if not chat.group:
            self._contacts.interacted(contact)
        told = self._webhook.happened(self._events.said(contact, chat, kind, message, str(line.at)))
        return {"message_id": line.message_id, **told}

    async def follow(self, asked: Asked) -> Any:
        """{"from", "on": true|false}"""
        contact = self._contacts.known(str(asked["from"]))
        contact.follower = bool(asked.get("on", True))
        if contact.follower:
            self._contacts.interacted(contact)
        return self._webhook.happened(self._events.followed(contact, self._now(), follow=contact.follower))

    async def submit(self, asked: Asked) -> Any:
        """{"from", "name"?, "phone"?, …}: fill in the form that the OA asked for."""
        contact = self._contacts.known(str(asked["from"]))
        lines = self._contacts.chat(contact).lines
        if not any(line.kind == "request_user_info" for line in lines):
            raise WrongRequestError("Nobody asked for it: the OA has sent no request_user_info.")
        given = {"name": contact.name, **FILLED_IN, "phone": contact.phone}
        shared = {name: str(asked.get(name, value)) for name, value in given.items()}
        contact.shared = {
            "name": shared["name"],
            "phone": shared["phone"],
            "address": shared["address"],
            "city": shared["city"],
            "district": "",
        }
        return self._webhook.happened(self._events.submitted(contact, shared, self._now()))

    async def see(self, asked: Asked) -> Any:
        """{"from"}: open the conversation and read what is there."""
        contact = self._contacts.known(str(asked["from"]))
        unread = [
            line for line in self._contacts.chat(contact).lines if line.who == HOUSE and not line.extra.get("read")
        ]
        for line in unread:
            line.extra["read"] = True
        return self._webhook.happened(self._events.read(contact, [line.message_id for line in unread], self._now()))

    async def chat_now(self, asked: Asked) -> Any:
        contact = self._contacts.known(str(asked["from"]))
        return self._webhook.happened(self._events.chat_now(contact, self._now()))

    async def tap(self, asked: Asked) -> Any:
        """{"from", "message_id", "title"}: press a button or an element. A query is sent as a text of the citizen's."""
        contact = self._contacts.known(str(asked["from"]))
        line = self._contacts.chat(contact).by_id(str(asked["message_id"]))
        extra = line.extra if line else {}
        listed = [
            {**e["default_action"], "title": e["title"]} for e in extra.get("elements", []) if "default_action" in e
        ]
        button = next((b for b in [*extra.get("buttons", []), *listed] if b["title"] == asked["title"]), None)
        if button is None:
            raise WrongRequestError(f"There is no button “{asked['title']}” on this message.")
        if button["type"] not in QUERIES:
            return {"way": "unheard", "why": "it opens something on the phone", "event": None, "request": None}
        self._contacts.interacted(contact)
        chat, text, message_id = self._contacts.chat(contact), str(button["payload"]), hex20()
        if button["type"] == "oa.query.show":
            self._phones.show(chat, contact.id, "text", text, message_id)
        message = {"text": text, "msg_id": message_id}
        told = self._webhook.happened(self._events.said(contact, chat, "text", message, self._now()))
        return {"message_id": message_id, **told}

    async def become(self, asked: Asked) -> Any:
        """{"from", "blocked"?, "inactive"?, "away"?}: how the citizen can be reached from now on."""
        contact = self._contacts.known(str(asked["from"]))
        contact.blocked = bool(asked.get("blocked", contact.blocked))
        contact.inactive = bool(asked.get("inactive", contact.inactive))
        contact.away = bool(asked.get("away", contact.away))
        while contact.unreceived and not contact.away:
            late = contact.unreceived.pop(0)
            if "posted" in late:
                self._templates.delivered(str(late["posted"]))
            else:
                self._webhook.happened(self._events.received(contact, str(late["message_id"]), self._now()))
        return {"blocked": contact.blocked, "inactive": contact.inactive, "away": contact.away}

    async def change_group(self, asked: Asked) -> Any:
        """{"chat", "what": "join"|"leave"|"end", "from"?}"""
        chat, what = self._phones.chat(str(asked["chat"])), str(asked["what"])
        contact = None if what == "end" else self._contacts.known(str(asked["from"]))
        match what:
            case "join" if contact is not None:
                chat.members.append(contact.id)
            case "leave" if contact is not None and contact.id in chat.members:
                chat.members.remove(contact.id)
            case "end":
                chat.reached = False
            case _:
                raise WrongRequestError("A person can join, or leave where they are; a group can end.")
        return self._webhook.happened(self._events.group_changed(chat, what, contact, self._now()))

    def _where(self, asked: Asked) -> tuple[Contact, Chat]:
        contact = self._contacts.known(str(asked["from"]))
        chat = self._phones.chat(str(asked.get("chat") or contact.id))
        if contact.id not in chat.members:
            raise WrongRequestError(f"{contact.name} is not in {chat.name}.")
        return contact, chat

    def _content(self, kind: str, text: str, asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
        """The event's message, and what the phone shows besides the text."""
        at = self.desk.reached_at
        words = {"text": text} if text else {}
        match kind:
            case "text":
                return words, {}
            case "image" | "gif":
                path = self._pictures.of_citizen("jpg")
                payload: dict[str, Any] = {"url": at + path, "thumbnail": at + path}
                extra: dict[str, Any] = {"picture": path}
            case "audio" | "video":
                path = self._pictures.of_citizen("aac")
                payload, extra = {"url": at + path}, {"url": path}
            case "sticker":
                sticker = str(asked.get("sticker") or "6d2a8e5c")
                payload, extra = {"id": sticker, "url": at + self._pictures.of_citizen("png")}, {"sticker": sticker}
            case "location":
                place = {
                    "latitude": str(asked.get("latitude", "21.82")),
                    "longitude": str(asked.get("longitude", "105.21")),
                }
                payload, extra = {"coordinates": place}, {"place": place}
            case "file":
                name = str(asked.get("file") or "giay-to.pdf")
                path = self._pictures.of_citizen("jpg")
                payload, extra = {"url": at + path, "name": name, "size": "2048", "type": "pdf"}, {"file": name}
            case _:
                payload, extra = {"url": text or "https://example.com/"}, {}
        return {**words, "attachments": [{"type": kind, "payload": payload}]}, extra

    def _now(self) -> str:
        return str(self._clock.ms())
