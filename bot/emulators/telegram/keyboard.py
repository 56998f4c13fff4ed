"""The buttons under a message or under the field, checked as Telegram checks them."""

import json
from typing import Any

from bot.emulators.telegram.refusal import Refused, bad

Json = dict[str, Any]

LONGEST_CALLBACK = 64  # bytes
MOST_INLINE, MOST_INLINE_IN_ROW = 100, 8
MOST_PLAIN, MOST_PLAIN_IN_ROW = 300, 12
STYLES = ("danger", "success", "primary")
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def markup(text: str, *, private: bool) -> Json | None:
    """A `reply_markup` parameter, read and checked; None when there is none."""
    if not text:
        return None
    try:
        given = json.loads(text)
    except ValueError:
        raise bad("Can't parse reply keyboard markup JSON object") from None
    if not isinstance(given, dict):
        raise bad("Object expected as reply markup")
    if given.get("keyboard"):
        return _plain(given, private)
    if given.get("inline_keyboard"):
        return _inline(given)
    if given.get("remove_keyboard") is True:
        return {"remove_keyboard": True, "selective": bool(given.get("selective"))}
    if given.get("force_reply") is True:
        return {k: v for k, v in given.items() if k in ("force_reply", "input_field_placeholder", "selective")}
    return None


def _rows(given: Json, name: str, kind: str) -> list[list[Any]]:
    rows = given[name]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f'Field "{name}"{kind} must be an Array of Arrays')
    return rows


def _inline(given: Json) -> Json | None:
    rows = [
        [_inline_button(b) for b in row]
        for row in _rows(given, "inline_keyboard", " of the InlineKeyboardMarkup")
        if row
    ]
    if sum(map(len, rows)) > MOST_INLINE:
        raise bad("reply markup is too long")
    if any(len(row) > MOST_INLINE_IN_ROW for row in rows):
        raise Refused(400, f"Bad Request: more than {MOST_INLINE_IN_ROW} buttons in a row (refused by this emulator)")
    return {"inline_keyboard": rows} if rows else None


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    label = _label(button, "inline keyboard button")
    action = next((name for name in ACTIONS if button.get(name) not in (None, "")), None)
    if action is None:
        raise bad("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    value = button[action]
    if action == "callback_data" and (not isinstance(value, str) or len(value.encode()) > LONGEST_CALLBACK):
        raise bad("BUTTON_DATA_INVALID")
    if action == "url" and (not isinstance(value, str) or not value.startswith(("http://", "https://", "tg://"))):
        raise bad(f"Inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if action == "copy_text" and not 1 <= len(str(value.get("text", ""))) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    kept = {"text": label, action: value}
    if button.get("style") in STYLES:
        kept["style"] = button["style"]
    return kept


def _plain(given: Json, private: bool) -> Json | None:
    rows = [[_plain_button(b, private) for b in row] for row in _rows(given, "keyboard", "") if row]
    if sum(map(len, rows)) > MOST_PLAIN or any(len(row) > MOST_PLAIN_IN_ROW for row in rows):
        raise bad("reply markup is too long")
    names = ("is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")
    return {"keyboard": rows, **{k: given[k] for k in names if k in given}} if rows else None


def _plain_button(button: Any, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    label = _label(button, "keyboard button")
    if button.get("request_contact") and not private:
        raise bad("Phone number can be requested in private chats only")
    if button.get("request_location") and not private:
        raise bad("Location can be requested in private chats only")
    return {"text": label, **{k: True for k in ("request_contact", "request_location") if button.get(k)}}


def _label(button: Json, kind: str) -> str:
    if "text" not in button:
        raise bad(f"Can't parse {kind}: Can't find field \"text\"")
    if not isinstance(button["text"], str):
        raise bad(f'Can\'t parse {kind}: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad(f"{kind} text must be non-empty")
    return button["text"]
