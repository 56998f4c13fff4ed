"""What a text, a caption and their styles may be."""

import json
import re
from typing import Any

from bot.emulators.rules import Switches
from bot.emulators.zalo_bot.answers import bad

LONGEST = 2000
PARSE_MODES = ("markdown", "html")
STYLES = re.compile(
    r"b|i|u|s|f_13|f_15|f_18|f_20|c_050a19|c_15a85f|c_f7b503|c_f27806|c_db342e|lst_1|lst_2|ind_[1-5]", re.ASCII
)


def length(text: str, switches: Switches) -> int:
    return len(text.encode("utf-16-le")) // 2 if switches["text_unit"] == "utf16" else len(text)


def wording(asked: dict[str, Any], name: str, switches: Switches, *, needed: bool) -> str:
    """The text under this name; RefusedError unless it is there (if needed) and 1 to 2000 long."""
    text = asked.get(name)
    if text is None and not needed:
        return ""
    if not isinstance(text, str):
        raise bad(f"{name} must be a string")
    if not 1 <= length(text, switches) <= LONGEST:
        raise bad(f"{name} must have 1 to {LONGEST} characters")
    return text


def styles(asked: dict[str, Any], text: str) -> dict[str, Any]:
    """What is kept of parse_mode and text_styles. Both given: parse_mode wins, the styles are not even looked at."""
    mode = asked.get("parse_mode")
    if mode is not None:
        if mode not in PARSE_MODES:
            raise bad(f"parse_mode must be {' or '.join(PARSE_MODES)}")
        return {"parse_mode": mode}
    given = asked.get("text_styles")
    if given is None:
        return {}
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError as error:
            raise bad("text_styles is not JSON") from error
    units = len(text.encode("utf-16-le")) // 2
    if not isinstance(given, list) or not all(_is_style(style, units) for style in given):
        raise bad("text_styles must be [{start, len, st}], within the text, counted in UTF-16")
    return {"text_styles": given}


def _is_style(style: Any, units: int) -> bool:
    match style:
        case {"start": int(start), "len": int(count), "st": [_, *_] as codes}:
            within = start >= 0 and count > 0 and start + count <= units
            return within and all(isinstance(code, str) and STYLES.fullmatch(code) for code in codes)
        case _:
            return False
