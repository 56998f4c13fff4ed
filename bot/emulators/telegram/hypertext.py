"""Telegram's HTML, read byte by byte and refused as strictly as its server does."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.emulators.telegram.refusal import bad

Entity = dict[str, Any]

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPACES = b" \t\r\n\v\0"


def units(text: str) -> int:
    """The length as Telegram counts offsets: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def hypertext(source: str) -> tuple[str, list[Entity]]:
    """The text without tags, and its entities. Refused, with the byte where it went wrong, when it is not well formed."""
    reading = _Html(source.replace("\0", "").encode())
    reading.read()
    return "".join(reading.text), reading.entities


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
