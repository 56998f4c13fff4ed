"""Texts as Telegram keeps them: formatted as asked, trimmed, and marked with what it finds in a text by itself."""

import json
import re
from typing import Any

from bot.emulators.telegram.hypertext import Entity, hypertext, units
from bot.emulators.telegram.refusal import bad

LONGEST_BYTES = 1 << 15

# What the server finds by itself. Phone numbers and hashtags in all their forms are its own business; these are the plain ones.
FOUND = (
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("url", re.compile(r"(?i)\b(?:https?://|tg://)[^\s<>\"]+[^\s<>\".,;:!?)]|\b(?:[a-z0-9-]+\.)+(?:vn|com|org|net|me)\b(?:/\S*)?")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}\b")),
    ("bot_command", re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])(?:\+84|0)\d{9}(?!\w)")),
)  # fmt: skip


# What a bot may mark itself; the rest is found in the text, and overlooked where a bot gives it.
GIVEN = (
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "text_mention", "custom_emoji",
    "blockquote", "expandable_blockquote",
)  # fmt: skip
OVERLOOKED = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")


def entities_given(text: str) -> list[Entity]:
    """The parameter `entities` or `caption_entities`; what is no JSON array is overlooked, as there."""
    try:
        values = json.loads(text or "[]")
    except ValueError:
        return []
    entities = [_entity(value) for value in values] if isinstance(values, list) else []
    return [entity for entity in entities if entity["type"] in GIVEN]


def _entity(value: Any) -> Entity:
    if not isinstance(value, dict):
        raise bad("Can't parse MessageEntity: expected an Object")
    for name in ("offset", "length"):
        if type(value.get(name)) is not int:
            raise bad(f"Can't parse MessageEntity: Can't find field \"{name}\"")
    if value.get("type") not in (*GIVEN, *OVERLOOKED):
        raise bad("Can't parse MessageEntity: Unsupported type specified")
    if value["type"] == "text_link" and not isinstance(value.get("url"), str):
        raise bad("Can't parse MessageEntity: Can't find field \"url\"")
    return value


def parsed(text: str, parse_mode: str, given: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """The text and its entities as they will be kept and shown.

    Refused with Telegram's own words when the HTML is not to its taste or nothing is left to show.
    """
    if len(text.encode()) > LONGEST_BYTES:
        raise bad("Text is too long")
    entities = [dict(entity) for entity in given or []]
    match parse_mode.lower():
        case "" | "none":
            pass
        case "html":
            text, entities = hypertext(text)
        case "markdown" | "markdownv2":
            raise bad("this emulator reads HTML only; Telegram itself would read this parse_mode")
        case _:
            raise bad("Unsupported parse_mode")
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return _trimmed(text, entities)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    kept = text.strip()
    before, length = units(text[: len(text) - len(text.lstrip())]), units(kept)
    shown = []
    for entity in entities:
        start = max(0, entity["offset"] - before)
        end = min(length, entity["offset"] + entity["length"] - before)
        if end > start:
            shown.append({**entity, "offset": start, "length": end - start})
    shown += [e for e in found(kept) if not any(_crosses(e, other) for other in shown)]
    return kept, sorted(shown, key=lambda e: (e["offset"], -e["length"]))


def _crosses(mine: Entity, other: Entity) -> bool:
    if other["type"] not in ("code", "pre", "text_link", "text_mention", "custom_emoji"):
        return False
    return bool(
        mine["offset"] < other["offset"] + other["length"] and other["offset"] < mine["offset"] + mine["length"]
    )


def found(text: str) -> list[Entity]:
    """Links, commands, mentions, numbers: what Telegram marks in any text, a person's or a bot's."""
    entities: list[Entity] = []
    for kind, pattern in FOUND:
        for hit in pattern.finditer(text):
            start = units(text[: hit.start()])
            end = start + units(hit[0])
            if all(end <= e["offset"] or start >= e["offset"] + e["length"] for e in entities):
                entities.append({"type": kind, "offset": start, "length": end - start})
    return sorted(entities, key=lambda e: e["offset"])


def covered(text: str, entity: Entity) -> str:
    """The letters an entity stands for."""
    raw = text.encode("utf-16-le")
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
