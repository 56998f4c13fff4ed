"""What a message to a citizen or a group may consist of."""

from dataclasses import dataclass, field
from typing import Any

from bot.emulators.addresses import is_http, is_public
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.answers import invalid, oa
from bot.emulators.zalo_oa.buttons import action, buttons
from bot.emulators.zalo_oa.uploads import Uploads

LONGEST = 2000
MOST_ELEMENTS, LONGEST_TITLE, LONGEST_SUBTITLE = 5, 100, 500


@dataclass(frozen=True, slots=True)
class Content:
    """A message that was read: its kind, its text, and what a phone shows besides."""

    kind: str
    text: str
    extra: dict[str, Any] = field(default_factory=dict)


class Reader:
    """Reads `message` of a call; RefusedError for what the platform would refuse."""

    def __init__(self, switches: Switches, uploads: Uploads) -> None:
        self._switches, self._uploads = switches, uploads

    def read(self, message: Any, *, group: bool = False) -> Content:
        if not isinstance(message, dict):
            raise invalid("message")
        text = message.get("text", "")
        if not isinstance(text, str):
            raise invalid("message.text")
        if len(text) > LONGEST:
            raise oa(-210)
        content = self._attached(message["attachment"], text, group) if "attachment" in message else None
        if content is None:
            if not text:
                raise invalid("message.text")
            content = Content("text", text)
        if "quote_message_id" in message:
            content.extra["quote"] = str(message["quote_message_id"])
        return content

    def _attached(self, attachment: Any, text: str, group: bool) -> Content:
        match attachment:
            case {"type": "file", "payload": {"token": str(token)}}:
                return Content("file", text, {"file": self._uploads.file(token)})
            case {"type": "template", "payload": {"template_type": "media", "elements": [dict(element)]}}:
                return self._media(element, text)
            case {"type": "template", "payload": {"template_type": "media"}}:
                raise invalid("elements")
            case _ if group:
                raise oa(-233)
            case {"type": "template", "payload": {"template_type": "request_user_info", "elements": [dict(element)]}}:
                return _request(element, text)
            case {"type": "template", "payload": {"template_type": "request_user_info"}}:
                raise invalid("elements")
            case {"type": "template", "payload": {"template_type": "list"} as payload}:
                return self._list(payload, text)
            case {"payload": {"buttons": given}} if self._switches["bare_buttons"] == "accepted" and text:
                return Content("text", text, {"buttons": buttons(given)})
            case _:
                raise oa(-233)

    def _media(self, element: dict[str, Any], text: str) -> Content:
        kind, url, attachment = element.get("media_type"), element.get("url"), element.get("attachment_id")
        if kind not in ("image", "gif", "sticker"):
            raise oa(-233)
        if (url is None) == (attachment is None):
            raise invalid("url or attachment_id")
        if kind == "gif" and not all(isinstance(element.get(side), int) for side in ("width", "height")):
            raise invalid("width or height")
        if kind == "sticker":
            if not isinstance(attachment, str) or not attachment:
                raise invalid("attachment_id")
            return Content("sticker", text, {"sticker": attachment})
        if attachment is not None:
            return Content(kind, text, {"picture": self._uploads.picture(attachment)})
        if not isinstance(url, str) or not is_http(url):
            raise invalid("url")
        if not is_public(url) and self._switches["private_hosts"] == "refused":
            raise invalid("url")
        return Content(kind, text, {"url": url})

    def _list(self, payload: dict[str, Any], text: str) -> Content:
        if self._switches["list_messages"] == "refused":
            raise oa(-233)
        elements = payload.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= MOST_ELEMENTS:
            raise invalid("elements")
        for number, element in enumerate(elements):
            _check_element(element, first=number == 0)
        extra = {"elements": elements}
        if payload.get("buttons"):
            extra["buttons"] = buttons(payload["buttons"])
        return Content("list", text, extra)


def _check_element(element: Any, *, first: bool) -> None:
    if not isinstance(element, dict):
        raise invalid("elements")
    title, subtitle = element.get("title"), element.get("subtitle", "")
    if not isinstance(title, str) or not 1 <= len(title) <= LONGEST_TITLE:
        raise invalid("elements.title")
    if not isinstance(subtitle, str) or len(subtitle) > LONGEST_SUBTITLE or (first and not subtitle):
        raise invalid("elements.subtitle")
    if "default_action" in element:
        action(element["default_action"])


def _request(element: dict[str, Any], text: str) -> Content:
    for name, longest in (("title", LONGEST_TITLE), ("subtitle", LONGEST_SUBTITLE), ("image_url", 2000)):
        value = element.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise invalid(f"elements.{name}")
    if not is_http(element["image_url"]):
        raise invalid("elements.image_url")
    return Content("request_user_info", text, {"title": element["title"], "subtitle": element["subtitle"]})
