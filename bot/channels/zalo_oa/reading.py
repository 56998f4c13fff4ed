"""A raw event → what it means to the house, read from the JSON itself: any shape is survived, an unknown kind is nothing."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.message import Blocked, Event, Typed
from flows.speech import Address, Opened, Unread

CHANNEL = "zalo_oa"
GROUP = "g"  # before a group's id, where a person's stands bare
LONGEST_ID = 100
FROM_GROUP, FROM_PERSON = "user_send_group_", "user_send_"
KINDS: Mapping[str, Unread] = {
    "image": Unread.PICTURE, "gif": Unread.PICTURE, "sticker": Unread.STICKER, "audio": Unread.VOICE, "video": Unread.FILE,
    "file": Unread.FILE, "location": Unread.LOCATION, "business_card": Unread.CONTACT_OTHER,
}  # fmt: skip
REVOKED = "permission_revoked"
ENDED = ("disperse_group", "delete_group")  # two sources have two names


@dataclass(frozen=True, slots=True)
class Account:
    """Whose events these are: the app, and the OA as far as it is known. `hears` as the switch oa_group has it, `commands`
    the words that mean a command when they are all that follows our name in a group."""

    app: str
    id: str = ""
    name: str = ""
    hears: str = "mention"
    commands: Collection[str] = ()


def read(told: Mapping[str, Any], account: Account) -> Event | None:
    """What an event is to us; None for what we do not listen to. What a form shares (name, number, address) is not read."""
    name = told.get("event_name")
    if not isinstance(name, str) or id_of(told.get("app_id")) not in ("", account.app):
        return None
    if name.startswith(FROM_GROUP):
        return _in_group(told, name.removeprefix(FROM_GROUP), account)
    if name.startswith(FROM_PERSON):
        return _said(told, name.removeprefix(FROM_PERSON), account)
    match name:
        case "follow":
            return _about(told, _inside(told, "follower"), "f", Opened(), account)
        case "unfollow":
            return _about(told, _inside(told, "follower"), "u", Blocked(), account)
        case "user_click_chatnow":
            return _about(told, id_of(told.get("user_id")), "c", Opened(), account)
        case "user_submit_info":
            return _about(told, _inside(told, "sender"), "i", Unread.CONTACT, account)
        case "create_group":
            return _of_group(told, "n", Opened(), account)
        case _ if name in ENDED:
            return _of_group(told, "d", Blocked(), account)
        case _:
            # Seen, received, reactions, calls, tags, quotas, what the OA itself or a visitor of a web page wrote.
            return None


def revoked_at(told: Mapping[str, Any]) -> datetime | None:
    """When the owner took the consent back, if an event says so."""
    if told.get("event_name") != REVOKED:
        return None
    at = id_of(told.get("timestamp"))
    return datetime.fromtimestamp(int(at) / 1000, UTC) if at.isdecimal() and len(at) <= 14 else None


def id_of(found: object) -> str:
    """An id or a time as text: Zalo writes them so, since they are greater than 2^53. A fraction is none; empty: it is none."""
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if abs(found) < 2**64 else ""
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST_ID:
        return ""
    return found if found.isprintable() and found.isascii() else ""


def _said(told: Mapping[str, Any], kind: str, account: Account) -> Event | None:
    """A person's message; a pressed button's words come as one too."""
    message, person = told.get("message"), _inside(told, "sender")
    external = _message_id(told)
    if not isinstance(message, dict) or not person or not external or _is_account(person, account):
        return None
    return Event(Address(CHANNEL, account.app, person), external, _what(message, kind))


def _what(message: Mapping[str, Any], kind: str) -> Typed | Unread:
    text = message.get("text")
    if kind in ("text", "link"):
        if isinstance(text, str) and (kind == "text" or text.strip()):
            return Typed(text)
        address = _address(message) if kind == "link" else ""
        return Typed(address) if address else Unread.UNKNOWN
    return KINDS.get(kind, Unread.UNKNOWN)


def _in_group(told: Mapping[str, Any], kind: str, account: Account) -> Event | None:
    """In a group only what is meant for us, and of that only whether it is a command."""
    message, group, person = told.get("message"), _group(told), _inside(told, "sender")
    external = _message_id(told)
    if (
        account.hears == "off"
        or not isinstance(message, dict)
        or not group
        or not external
        or _is_account(person, account)
    ):
        return None
    text = message.get("text")
    text = text if isinstance(text, str) else ""
    ours, rest = _without_our_name(text, account)
    if not ours and account.hears != "all":
        return None
    word = rest.strip().lstrip("/").rstrip(".!?").casefold()
    what = Typed(f"/{word}") if word in account.commands else Typed(rest) if kind == "text" else Unread.UNKNOWN
    return Event(Address(CHANNEL, account.app, GROUP + group), external, what, private=False)


def _without_our_name(text: str, account: Account) -> tuple[bool, str]:
    """Whether a text names us, and what it says besides. No page tells how a mention of the OA arrives, so every manner that
    another part of the documents has is understood."""
    names = [f"@{account.name}"] if account.name else []
    names += [f"[@{account.id}]", f"@{account.id}"] if account.id else []
    for name in names:
        if found := re.search(re.escape(name), text, re.IGNORECASE):
            return True, f"{text[: found.start()]} {text[found.end() :]}".strip()
    return False, text


def _about(
    told: Mapping[str, Any], person: str, letter: str, what: Opened | Blocked | Unread, account: Account
) -> Event | None:
    """Something about a person that is no message; its time names it."""
    at = id_of(told.get("timestamp"))
    if not person or not at or _is_account(person, account):
        return None
    return Event(Address(CHANNEL, account.app, person), f"{letter}{at}", what)


def _of_group(told: Mapping[str, Any], letter: str, what: Opened | Blocked, account: Account) -> Event | None:
    group, at = _group(told), id_of(told.get("timestamp"))
    if account.hears == "off" or not group or not at:
        return None
    return Event(Address(CHANNEL, account.app, GROUP + group), f"{letter}{at}", what, private=False)


def _group(told: Mapping[str, Any]) -> str:
    """The group's id: of its own field, or as the recipient."""
    return id_of(told.get("group_id")) or _inside(told, "recipient")


def _message_id(told: Mapping[str, Any]) -> str:
    """What names a message for ever; a repetition has the same."""
    message = told.get("message")
    given = id_of(message.get("msg_id")) if isinstance(message, dict) else ""
    return f"m{given}" if given else f"t{at}" if (at := id_of(told.get("timestamp"))) else ""


def _address(message: Mapping[str, Any]) -> str:
    """Where a link leads that was sent as one."""
    attached = message.get("attachments")
    first = attached[0] if isinstance(attached, list) and attached else None
    payload = first.get("payload") if isinstance(first, dict) else None
    found = payload.get("url") if isinstance(payload, dict) else None
    return found if isinstance(found, str) else ""


def _inside(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    return id_of(found.get("id")) if isinstance(found, dict) else ""


def _is_account(person: str, account: Account) -> bool:
    """Our own words are nobody's."""
    return bool(account.id) and person == account.id
