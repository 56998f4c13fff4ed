"""Buttons and what they do when pressed."""

from typing import Any

from bot.emulators.addresses import is_http
from bot.emulators.zalo_oa.answers import invalid

MOST, LONGEST_TITLE, LONGEST_PAYLOAD = 5, 100, 1000
QUERIES = ("oa.query.show", "oa.query.hide")


def buttons(given: Any) -> list[dict[str, Any]]:
    """The buttons of a message as they are shown; RefusedError when one is not a button."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise invalid("buttons")
    return [_button(button) for button in given]


def action(given: Any) -> dict[str, Any]:
    """What an element does when it is pressed: a button without a title."""
    if not isinstance(given, dict) or not _does(given):
        raise invalid("default_action")
    return given


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise invalid("buttons")
    title = button.get("title")
    if not isinstance(title, str) or not 1 <= len(title) <= LONGEST_TITLE:
        raise invalid("buttons.title")
    if not _does(button):
        raise invalid("buttons.payload")
    return button


def _does(button: dict[str, Any]) -> bool:
    match button:
        case {"type": "oa.open.url", "url": str(url)} | {"type": "oa.open.url", "payload": {"url": str(url)}}:
            return is_http(url)
        case {"type": "oa.query.show" | "oa.query.hide", "payload": str(text)}:
            return 1 <= len(text) <= LONGEST_PAYLOAD
        case {"type": "oa.open.phone", "payload": {"phone_code": str(phone)}}:
            return bool(phone)
        case {"type": "oa.open.sms", "payload": {"phone_code": str(phone), "content": str()}}:
            return bool(phone)
        case _:
            return False
