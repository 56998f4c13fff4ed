"""An event made ready for the writer: its secrets are out, its lengths are bounded. Behind this page nothing of ours has
ever held one."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.message import Blocked, Event, GivenBack, Moved, News, Officer, TakenOver, Typed
from content.hearing import Understood
from content.shield import shield
from flows.core.vietnamese import tidy
from flows.speech import Address, Answered, Carried, Changed, Opened, Pick, Reminded, Shared, Unread
from storage.moving import LETTERS

LONGEST_TEXT = 4000
KEPT_OF_TOO_LONG = 160
NOTHING = Understood()
# The letters of a moving code make no word, so that nobody who goes somewhere ("di …") is taken for one who moves.
CARRIES = re.compile(rf"(?i)(?<![a-z])DI[- ]?([{LETTERS}]{{4}})[- ]?([{LETTERS}]{{4}})(?![a-z])")
WORD = re.compile(r"[a-z0-9_.]{1,80}")
MASKED_CODE = "DI-…"
Acts = TakenOver | Officer | GivenBack
What = Opened | Pick | Unread | Answered | Changed | Shared | Carried | Reminded | News


@dataclass(frozen=True, slots=True)
class Ready:
    """An event without its secrets: what the writer gets."""

    address: Address
    external_id: str
    kind: str
    private: bool
    at: datetime
    what: What | Moved | Blocked | Acts | None
    text: str
    removed: tuple[str, ...]
    understood: Understood = NOTHING


def prepare(event: Event, at: datetime) -> Ready:
    """Take the secrets out. Behind this function nothing of ours has ever held one; of a group's words nothing is kept
    but whether they are a command."""
    match event.what:
        case Opened(link=link) if shield(link).found:
            event = replace(event, what=Opened())  # somebody put a code behind /start
        case Pick(place=place, exit=exit_) if not (WORD.fullmatch(place) and WORD.fullmatch(exit_)):
            event = replace(event, what=Pick("", ""))  # no button of ours says that
        case _:
            pass
    if not isinstance(event.what, Typed):
        return Ready(event.address, event.external_id[:128], event.kind, event.private, at, event.what, "", ())
    if event.private and not event.what.passed_on and (carries := CARRIES.search(event.what.text)):
        kept, _, removed = _shielded(replace(event.what, text=CARRIES.sub(MASKED_CODE, event.what.text)))
        code = f"DI-{carries[1]}-{carries[2]}".upper()
        return Ready(event.address, event.external_id[:128], event.kind, True, at, Carried(code), kept, removed)
    kept, unread, removed = _shielded(event.what)
    if not event.private and not kept.startswith("/"):
        kept = ""
    return Ready(event.address, event.external_id[:128], event.kind, event.private, at, unread, kept, removed)


def _shielded(typed: Typed) -> tuple[str, Unread | None, tuple[str, ...]]:
    """What is kept of somebody's words, what they are if they are not to be read, and the secrets that stood in them."""
    text = typed.text
    too_long = len(text) > LONGEST_TEXT
    # The shield reads all that is kept of a long one, and a little more, so that no secret is cut in two.
    found = shield(tidy(text[: LONGEST_TEXT // 2] if too_long else text))
    removed = tuple(sorted(s.value for s in found.found))
    if typed.passed_on:
        return "", Unread.FORWARDED, removed  # somebody else's words are not kept
    if too_long:
        return found.text[:KEPT_OF_TOO_LONG] + "…", Unread.TOO_LONG, removed
    return found.text, Unread.EDITED if typed.edited else None, removed
