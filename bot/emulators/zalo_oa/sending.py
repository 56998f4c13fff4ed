"""Messages of the OA: to a citizen, by template to a citizen, to a group, to an anonymous visitor; and reactions."""

from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.phones import HOUSE, Chat, Phones, hex20
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.answers import invalid, oa
from bot.emulators.zalo_oa.contacts import Contact, Contacts
from bot.emulators.zalo_oa.events import Events
from bot.emulators.zalo_oa.limits import Limits
from bot.emulators.zalo_oa.messages import Content, Reader
from bot.emulators.zalo_oa.templates import Templates
from bot.emulators.zalo_oa.webhook import Webhook

Asked = dict[str, Any]
PROMOTION = "3"
# What an echo calls a kind.
ECHOED = {"list": "list", "request_user_info": "template", "template": "template"}


class Sending:
    """The endpoints that put something on a phone. Each returns its `data` or raises RefusedError."""

    def __init__(
        self,
        clock: Clock,
        switches: Switches,
        phones: Phones,
        contacts: Contacts,
        limits: Limits,
        reader: Reader,
        templates: Templates,
        events: Events,
        webhook: Webhook,
    ) -> None:
        self._clock, self._switches, self._phones, self._contacts = clock, switches, phones, contacts
        self._limits, self._reader, self._templates = limits, reader, templates
        self._events, self._webhook = events, webhook

    async def consultation(self, asked: Asked) -> Any:
        """/v3.0/oa/message/cs"""
        contact = self._contacts.named(_recipient(asked).get("user_id"))
        content = self._reader.read(asked.get("message"))
        quota = self._limits.consultation(contact)
        return {**self._to(contact, content), "quota": quota}

    async def template(self, asked: Asked) -> Any:
        """/v3.0/oa/message/template"""
        contact = self._contacts.named(asked.get("user_id"))
        self._limits.reachable(contact)
        kept = self._templates.kept.get(str(asked.get("template_id")))
        if kept is None:
            raise invalid("template_id")
        if not kept.by_uid:
            raise oa(-249)
        text = self._templates.filled_for_uid(kept, asked.get("template_data"))
        if kept.tag == PROMOTION and self._limits.night():
            raise oa(-234)
        return {**self._to(contact, Content("template", text, {"title": kept.name})), "quota": self._limits.purchase()}

    async def group(self, asked: Asked) -> Any:
        """/v3.0/oa/group/message"""
        chat = self._phones.chats.get(str(_recipient(asked).get("group_id")))
        if chat is None or not chat.group:
            raise invalid("group_id")
        if not chat.reached:
            raise oa(-403)
        if not self._switches.on("groups_enabled"):
            raise oa(-237)
        content = self._reader.read(asked.get("message"), group=True)
        line = self._show(chat, content)
        return {"message_id": line, "group_id": chat.id}

    async def second_version(self, asked: Asked) -> Any:
        """/v2.0/oa/message: closed but for reactions and anonymous visitors."""
        recipient, act = _recipient(asked), asked.get("sender_action")
        if isinstance(act, dict):
            contact = self._contacts.named(recipient.get("user_id"))
            return self._react(contact, act)
        contact_or_none = self._contacts.all.get(str(recipient.get("anonymous_id")))
        if contact_or_none is None or not contact_or_none.anonymous:
            raise oa(-240)
        if recipient.get("conversation_id") != contact_or_none.conversation_id:
            raise invalid("conversation_id")
        content = self._reader.read(asked.get("message"))
        return {"message_id": self._show(self._contacts.chat(contact_or_none), content, anonymous=True)}

    async def gone(self, _: Asked) -> Any:
        """/v3.0/oa/message/transaction and promotion ended on 2026-03-01."""
        raise oa(-209)

    def _react(self, contact: Contact, act: dict[str, Any]) -> Any:
        line = self._contacts.chat(contact).by_id(str(act.get("react_message_id")))
        if line is None:
            raise invalid("react_message_id")
        icon = act.get("react_icon")
        if not isinstance(icon, str) or not icon.startswith("/-"):
            raise invalid("react_icon")
        line.extra["reaction"] = "" if icon == "/-remove" else icon
        return {"message_id": line.message_id, "user_id": contact.id}

    def _to(self, contact: Contact, content: Content) -> dict[str, Any]:
        message_id = self._show(self._contacts.chat(contact), content)
        self._arrived(contact, message_id)
        return {"message_id": message_id, "user_id": contact.id, "sent_time": str(self._clock.ms())}

    def _arrived(self, contact: Contact, message_id: str) -> None:
        """Told now, or when the phone is on again."""
        if contact.away:
            contact.unreceived.append({"message_id": message_id})
        else:
            self._webhook.happened(self._events.received(contact, message_id, str(self._clock.ms())))

    def _show(self, chat: Chat, content: Content, *, anonymous: bool = False) -> str:
        line = self._phones.show(chat, HOUSE, content.kind, content.text, hex20(), **content.extra)
        if self._switches.on("echo"):
            told = {"text": content.text, "msg_id": line.message_id}
            kind = ECHOED.get(content.kind, content.kind)
            self._webhook.happened(self._events.echo(chat, kind, told, str(line.at), anonymous=anonymous))
        return line.message_id


def _recipient(asked: Asked) -> dict[str, Any]:
    recipient = asked.get("recipient")
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    return recipient
