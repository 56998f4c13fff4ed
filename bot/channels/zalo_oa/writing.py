"""A message as the Official Account shows it: plain text with its choices as numbered lines, in parts where it is too long."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.zalo_oa.switches import Switches
from bot.message import Letter
from bot.parts import parts, said_in_full, spaced, utf16
from flows.core.vietnamese import bare
from flows.speech import Offer

EXPLAINED_UNTIL = 6  # how answers are given is said under a conversation's first questions; then the person knows
MOST_BUTTONS, LONGEST_TITLE, LONGEST_SUBTITLE = 5, 100, 500

Words = Mapping[str, Mapping[str, Mapping[str, str]]]


def pieces(letter: Letter, words: Words, switches: Switches, invitation: str = "") -> list[str]:
    """A message in the parts it goes in; the same ones whenever it is tried again. The choices stay whole unless they alone
    are too long."""
    most, measure = switches.number("oa_text_most"), unit(switches)
    said = [
        part
        for part in parts(spaced(unicodedata.normalize("NFC", said_in_full(letter, words))), most, measure)
        if part.strip()
    ]
    below = "\n\n".join(filter(None, (numbered(letter.offer), explained(letter, words), invitation)))
    if not below:
        return said
    together = f"{said[-1]}\n\n{below}" if said else below
    if measure(together) <= most:
        return [*said[:-1], together]
    return [*said, *parts(below, most, measure)]


def numbered(offer: Offer | None) -> str:
    """The choices, each on a line of its own under its number."""
    return "\n".join(f"{number}. {label}" for number, (_, label) in enumerate(offer.choices if offer else (), 1))


def explained(letter: Letter, words: Words) -> str:
    """How to answer, in the language of the choices; only where somebody may not know it yet."""
    if letter.offer is None or not letter.offer.choices or letter.number > EXPLAINED_UNTIL:
        return ""
    language = "en" if all(bare(label) == label for _, label in letter.offer.choices) else "vi"
    return words.get(language, {}).get("buttons", {}).get("answer", "")


def unit(switches: Switches) -> Callable[[str], int]:
    return utf16 if switches["oa_text_unit"] == "utf16" else len


def plain(text: str) -> dict[str, Any]:
    """A text as the API takes it."""
    return {"text": text}


def in_group(text: str) -> dict[str, Any]:
    """A text for a group. “[@id]” would call a member, or everybody, by name: nothing of ours does."""
    return {"text": text.replace("[@", "[ @")}


def with_buttons(text: str, offer: Offer | None, form: str) -> dict[str, Any] | None:
    """A text with its choices to be pressed as well; a pressed one comes back as the text of its label. None where they
    cannot be buttons. `form` as the switch oa_buttons has it."""
    choices = offer.choices if offer else ()
    if form == "off" or not 0 < len(choices) <= MOST_BUTTONS or any(len(label) > LONGEST_TITLE for _, label in choices):
        return None
    buttons = [{"title": label, "type": "oa.query.show", "payload": label, "image_icon": ""} for _, label in choices]
    payload: dict[str, Any] = {"buttons": buttons}
    if form == "bare":
        return {"text": text, "attachment": {"type": "template", "payload": payload}}
    subtitle = " ".join(label for _, label in choices)[:LONGEST_SUBTITLE]
    element = {"title": text.split("\n")[0][:LONGEST_TITLE], "subtitle": subtitle}
    payload = {"template_type": "list", "elements": [element], **payload}
    return {"text": text, "attachment": {"type": "template", "payload": payload}}


def picture(caption: str, *, address: str = "", attachment: str = "") -> dict[str, Any]:
    """A picture by its public address or by what `Client.upload_picture` returned."""
    found = {"attachment_id": attachment} if attachment else {"url": address}
    payload = {"template_type": "media", "elements": [{"media_type": "image", **found}]}
    return {**({"text": caption} if caption else {}), "attachment": {"type": "template", "payload": payload}}


def contact_asked(title: str, subtitle: str, address: str) -> dict[str, Any]:
    """The form in which a person may share name and number; `address` of the picture on it. What they share comes as an
    event of its own."""
    element = {"title": title[:LONGEST_TITLE], "subtitle": subtitle[:LONGEST_SUBTITLE], "image_url": address}
    payload = {"template_type": "request_user_info", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}
