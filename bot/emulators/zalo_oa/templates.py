"""The registered templates, how one is filled, and messages by phone number (ZBS, formerly ZNS)."""

import re
from dataclasses import dataclass
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.phones import HOUSE, Phones, hex20
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.answers import invalid, template
from bot.emulators.zalo_oa.contacts import Contact, Contacts
from bot.emulators.zalo_oa.events import Events
from bot.emulators.zalo_oa.limits import Limits
from bot.emulators.zalo_oa.webhook import Webhook

Asked = dict[str, Any]
LONGEST_TRACKING = 48
MOST_LISTED = 100
NAMED = "ZNS"  # how the platform's server signs these events


@dataclass(frozen=True, slots=True)
class Parameter:
    """One blank of a template. `kind` as Zalo numbers them."""

    name: str
    longest: int
    kind: str = "1"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """A registered template; `text` has its parameters in angle brackets. tag: 1 transaction, 2 care, 3 promotion."""

    id: str
    name: str
    text: str
    parameters: tuple[Parameter, ...]
    tag: str = "2"
    by_uid: bool = True
    status: str = "ENABLE"
    test: bool = False  # may only be sent to admins


REMINDER = Template(
    "7895417",
    "Nhắc lịch hẹn",
    "Chào <ten>. Lịch hẹn làm định danh của bác: <ngay>, tại <noi>. Mã hẹn <ma>.",
    (Parameter("ten", 30), Parameter("ngay", 20), Parameter("noi", 200), Parameter("ma", 30, required=False)),
    tag="1",
)
INVITATION = Template("7895418", "Lời mời dùng tiện ích", "Mời <ten> xem tiện ích mới.", (Parameter("ten", 30),), "3")
PHONE_ONLY = Template("7895419", "Chỉ gửi theo số", "Chào <ten>.", (Parameter("ten", 30),), by_uid=False)
PENDING = Template("7895420", "Chưa duyệt", "Chào <ten>.", (Parameter("ten", 30),), status="PENDING_REVIEW")
TRIAL = Template("7895421", "Gửi thử", "Thử: <ten>.", (Parameter("ten", 30),), test=True)


@dataclass(slots=True)
class Posted:
    """A message by phone that went out."""

    contact: Contact
    tracking_id: str
    delivered_at: str = ""


class Templates:
    """The registered templates and the endpoints of the template product."""

    def __init__(
        self,
        clock: Clock,
        switches: Switches,
        phones: Phones,
        contacts: Contacts,
        limits: Limits,
        events: Events,
        webhook: Webhook,
    ) -> None:
        self._clock, self._switches, self._phones, self._contacts = clock, switches, phones, contacts
        self._limits, self._events, self._webhook = limits, events, webhook
        self.kept = {t.id: t for t in (REMINDER, INVITATION, PHONE_ONLY, PENDING, TRIAL)}
        self._posted: dict[str, Posted] = {}

    def filled_for_uid(self, kept: Template, given: Any) -> str:
        """The text of a template by UID; a wrong parameter is -201 there."""
        if not isinstance(given, dict):
            raise invalid("template_data")
        for parameter in kept.parameters:
            value = given.get(parameter.name, "")
            if (parameter.required and not value) or not isinstance(value, str) or len(value) > parameter.longest:
                raise invalid(parameter.name)
        if set(given) - {parameter.name for parameter in kept.parameters}:
            raise invalid("template_data")
        return _filled(kept, given)

    async def send(self, asked: Asked) -> Any:
        """POST /message/template of the business host."""
        kept = self._allowed(asked)
        text = self._filled(kept, asked.get("template_data"))
        contact = self._reached(asked, kept)
        total, remains = self._limits.today()
        if remains <= 0 and asked.get("sending_mode", "1") != "3":
            raise template(-144)
        self._limits.count_today()
        message_id, tracking_id = hex20(), str(asked["tracking_id"])
        self._posted[message_id] = Posted(contact, tracking_id)
        chat = self._contacts.chat(contact)
        self._phones.show(chat, HOUSE, "template", text, message_id, title=kept.name, by_phone=True)
        if contact.away:
            contact.unreceived.append({"posted": message_id})
        else:
            self.delivered(message_id)
        return {
            "msg_id": message_id,
            "sent_time": str(self._clock.ms()),
            "sending_mode": str(asked.get("sending_mode", "1")),
            "quota": {"dailyQuota": str(total), "remainingQuota": str(max(0, remains - 1))},
        }

    def delivered(self, message_id: str) -> None:
        """The phone has it: the status changes and the webhook is told."""
        posted = self._posted[message_id]
        posted.delivered_at = str(self._clock.ms())
        event = self._events.template_received(
            posted.contact.phone, message_id, posted.tracking_id, posted.delivered_at
        )
        self._webhook.happened(event, server=NAMED)

    async def status(self, asked: Asked) -> Any:
        """GET /message/status: 1 on the phone, 0 not yet."""
        posted = self._posted.get(str(asked.get("message_id")))
        if posted is None:
            raise template(-107)
        here = bool(posted.delivered_at)
        said = "The message has been delivered" if here else "The message has not been delivered yet"
        return {"status": int(here), "delivery_time": posted.delivered_at, "message": said}

    async def quota(self, _: Asked) -> Any:
        total, remains = self._limits.today()
        return {"dailyQuota": str(total), "remainingQuota": str(max(0, remains))}

    async def all(self, asked: Asked) -> Any:
        """GET /template/all: a list."""
        offset, limit = _number(asked.get("offset"), 0), _number(asked.get("limit"), MOST_LISTED)
        if not 1 <= limit <= MOST_LISTED:
            raise template(-132, "limit")
        wanted = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}.get(str(asked.get("status", "")))
        listed = [kept for kept in self.kept.values() if wanted in (None, kept.status)]
        return [
            {
                "templateId": int(kept.id),
                "templateName": kept.name,
                "createdTime": 1767225600000,
                "status": kept.status,
                "templateQuality": "HIGH",
            }
            for kept in listed[offset : offset + limit]
        ]

    async def described(self, asked: Asked) -> Any:
        kept = self.kept.get(str(asked.get("template_id")))
        if kept is None:
            raise template(-109)
        return {
            "templateId": kept.id,
            "templateName": kept.name,
            "status": kept.status,
            "templateTag": kept.tag,
            "listParams": [
                {
                    "name": parameter.name,
                    "require": parameter.required,
                    "type": parameter.kind,
                    "minLength": 0,
                    "maxLength": parameter.longest,
                }
                for parameter in kept.parameters
            ],
        }

    def _allowed(self, asked: Asked) -> Template:
        """What does not depend on who it is for."""
        if not asked:
            raise template(-121)
        tracking = asked.get("tracking_id")
        if not isinstance(tracking, str) or not 1 <= len(tracking) <= LONGEST_TRACKING:
            raise template(-132, "tracking_id")
        if str(asked.get("sending_mode", "1")) not in ("1", "3"):
            raise template(-162)
        kept = self.kept.get(str(asked.get("template_id")))
        if kept is None:
            raise template(-109)
        if kept.status != "ENABLE":
            raise template(-131)
        if self._switches.on("phone_night") and self._limits.night():
            raise template(-133)
        return kept

    def _filled(self, kept: Template, given: Any) -> str:
        if not isinstance(given, dict) or not given:
            raise template(-111)
        known = {parameter.name: parameter for parameter in kept.parameters}
        for name, value in given.items():
            if name not in known:
                raise template(-112, name)
            if len(str(value)) > known[name].longest:
                raise template(-1121, name)
        for parameter in kept.parameters:
            if parameter.required and not given.get(parameter.name):
                raise template(-1122, parameter.name)
        return _filled(kept, given)

    def _reached(self, asked: Asked, kept: Template) -> Contact:
        phone = _phone(asked.get("phone"))
        contact = self._contacts.with_phone(phone) if phone else None
        if not phone:
            raise template(-108)
        if contact is None:
            raise template(-118)
        if (kept.test or asked.get("mode") == "development") and not contact.admin:
            raise template(-127)
        if contact.inactive:
            raise template(-119)
        if contact.blocked:
            raise template(-1351)
        return contact


def _phone(given: Any) -> str:
    """84987654321; also taken with +84, with 0, and without either. Empty: it is no phone number."""
    if not isinstance(given, str):
        return ""
    digits = re.fullmatch(r"(?:\+?84|0)?([35789][0-9]{8})", given)
    return f"84{digits[1]}" if digits else ""


def _filled(kept: Template, given: dict[str, Any]) -> str:
    return re.sub("<([a-z_]+)>", lambda blank: str(given.get(blank[1], "")), kept.text)


def _number(given: Any, otherwise: int) -> int:
    return int(given) if given is not None and str(given).isdecimal() else otherwise
