"""Texts as Telegram keeps them: HTML read as strictly as its server reads it, and what it finds in a text by itself."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.emulators.telegram.refusal import bad

Entity = dict[str, Any]

LONGEST_BYTES = 1 << 15
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPACES = b" \t\r\n\v\0"

# What the server finds by itself. Phone numbers and hashtags in all their forms are its own business; these are the plain ones.
FOUND = (
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("url", re.compile(r"(?i)\b(?:https?://|tg://)[^\s<>\"]+[^\s<>\".,;:!?)]|\b(?:[a-z0-9-]+\.)+(?:vn|com|org|net|me)\b(?:/\S*)?")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}\b")),
    ("bot_command", re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])(?:\+84|0)\d{9}(?!\w)")),
)  # fmt: skip


def units(text: str) -> int:
    """The length as Telegram counts offsets: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    start: int  # UTF-16 units
    at: int  # letters of the text so far
    expandable: bool = False


@dataclass(slots=True)
class _Html:
    """One pass over the bytes: the server tells places by byte offset, so bytes it is."""

    source: bytes
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def peek(self, ahead: int = 0) -> int:
        place = self.at + ahead
        return self.source[place] if place < len(self.source) else 0

    def until(self, stops: bytes) -> bytes:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def skip_spaces(self) -> None:
        while self.peek() and self.peek() in SPACES:
            self.at += 1

    def add(self, letters: str) -> None:
        self.text.append(letters)
        self.length += units(letters)

    def reference(self) -> str | None:
        """A character reference at this place, or None when the server would leave the ampersand as it is."""
        found = re.match(rb"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?", self.source[self.at : self.at + 40])
        if not found:
            return None
        if found[3]:
            letter = NAMED.get(found[3])
        else:
            number = int(found[1], 16) if found[1] else int(found[2])
            digits = len(found[0].rstrip(b";"))
            letter = chr(number) if 0 < number < 0x10FFFF and digits < 10 else None
        if letter is not None:
            self.at += len(found[0])
        return letter

    def read(self) -> None:
        plain = self.at
        while self.at < len(self.source):
            byte = self.source[self.at]
            if byte not in b"&<":
                self.at += 1
                continue
            self.add(self.source[plain : self.at].decode())
            if byte == ord("&"):
                letter = self.reference()
                if letter is None:
                    self.at += 1
                self.add("&" if letter is None else letter)
            elif self.peek(1) == ord("/"):
                self.end()
            else:
                self.begin()
            plain = self.at
        self.add(self.source[plain:].decode())
        if self.open:
            raise bad(f"Can't parse entities: Can't find end tag corresponding to start tag {self.open[-1].tag}")

    def begin(self) -> None:
        place = self.at
        self.at += 1
        name = self.until(SPACES + b">").decode().lower()
        if not self.peek():
            raise bad(f"Can't parse entities: Unclosed start tag at byte offset {place}")
        if name not in TAGS:
            raise bad(f'Can\'t parse entities: Unsupported start tag "{name}" at byte offset {place}')
        opened = _Open(name, "", self.length, len("".join(self.text)))
        while True:
            self.skip_spaces()
            if self.peek() == ord(">"):
                break
            self.attribute(opened, place)
        self.at += 1
        if name == "span" and opened.argument != "spoiler":
            raise bad(f'Can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset {place}')
        self.open.append(opened)

    def attribute(self, opened: _Open, place: int) -> None:
        name = self.until(SPACES + b"=" + (b">" if opened.tag == "blockquote" else b"")).decode().lower()
        if not name:
            raise bad(f'Can\'t parse entities: Empty attribute name in the tag "{opened.tag}" at byte offset {place}')
        self.skip_spaces()
        if opened.tag == "blockquote" and name == "expandable" and self.peek() != ord("="):
            opened.expandable = True
            return
        if self.peek() != ord("="):
            raise bad(
                "Can't parse entities: Expected equal sign in declaration of an attribute of the tag "
                f'"{opened.tag}" at byte offset {place}'
            )
        self.at += 1
        self.skip_spaces()
        if not self.peek():
            raise bad(f'Can\'t parse entities: Unclosed start tag "{opened.tag}" at byte offset {place}')
        value = self.value()
        if not self.peek():
            raise bad(f"Can't parse entities: Unclosed start tag at byte offset {place}")
        match opened.tag, name:
            case "a", "href":
                opened.argument = value
            case "code", "class" if value.startswith("language-"):
                opened.argument = value[9:]
            case "span", "class" if value.startswith("tg-"):
                opened.argument = value[3:]
            case "tg-emoji", "emoji-id":
                opened.argument = value
            case _:
                pass  # the server overlooks attributes it does not know

    def value(self) -> str:
        if self.peek() not in b"'\"":
            start = self.at
            while self.peek() and (chr(self.peek()).isascii() and (chr(self.peek()).isalnum() or self.peek() in b".-")):
                self.at += 1
            if self.peek() != ord(">") and self.peek() not in SPACES:
                raise bad(f"Can't parse entities: Unexpected end of name token at byte offset {start}")
            return self.source[start : self.at].decode().lower()
        quote, letters = self.peek(), bytearray()
        self.at += 1
        while self.peek() and self.peek() != quote:
            letter = self.reference() if self.peek() == ord("&") else None
            if letter is not None:
                letters += letter.encode()
                continue
            letters.append(self.peek())
            self.at += 1
        if self.peek():
            self.at += 1
        return letters.decode()

    def end(self) -> None:
        place = self.at
        if not self.open:
            raise bad(f"Can't parse entities: Unexpected end tag at byte offset {place}")
        self.at += 2
        name = self.until(SPACES + b">").decode().lower()
        self.skip_spaces()
        if self.peek() != ord(">"):
            raise bad(f"Can't parse entities: Unclosed end tag at byte offset {place}")
        self.at += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise bad(
                f"Can't parse entities: Unmatched end tag at byte offset {place}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        if self.length > opened.start:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        kind = TAGS[opened.tag]
        entity: Entity = {"type": kind, "offset": opened.start, "length": self.length - opened.start}
        match kind:
            case "text_link":
                url = opened.argument or "".join(self.text)[opened.at :]
                if not _is_link(url):
                    return  # the server drops a link it cannot follow, and says nothing
                entity["url"] = url if "://" in url else f"http://{url}/"
                if found := re.fullmatch(r"tg://user\?id=(\d+)", url):
                    entity = {**entity, "type": "text_mention", "user_id": int(found[1])}
                    del entity["url"]
            case "custom_emoji":
                if not opened.argument.isdecimal():
                    raise bad("Can't parse entities: Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = opened.argument
            case "blockquote" if opened.expandable:
                entity["type"] = "expandable_blockquote"
            case "pre" if self._wraps(entity, "code") and "language" in self.entities[-1]:
                self.entities[-1]["type"] = "pre"
                return
            case "code" if opened.argument:
                entity["language"] = opened.argument
        self.entities.append(entity)

    def _wraps(self, entity: Entity, kind: str) -> bool:
        last = self.entities[-1] if self.entities else {}
        return last.get("type") == kind and all(last.get(k) == entity[k] for k in ("offset", "length"))


def _is_link(url: str) -> bool:
    return bool(
        re.fullmatch(r"(?i)(?:https?://[^\s/]+\S*|tg://\S+|mailto:\S+|tel:\S+|[^\s/]+\.[^\s/.]{2,}(?:/\S*)?)", url)
    )


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
            reading = _Html(text.replace("\0", "").encode())
            reading.read()
            text, entities = "".join(reading.text), reading.entities
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
