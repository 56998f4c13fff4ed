"""What a message asks: answered at once only when it is clear, asked back when it is not. Rather ask than mislead."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from content.hearing.model import Model, Ranked, model
from content.hearing.official import quoted
from content.hearing.terms import Piece
from flows.core.vietnamese import fold

SURE = 0.78  # by leaving out a manner of writing at a time: of what is answered at once, 96 of 100 rightly (docs/hearing.md)
SURE_OF_A_SECOND = 0.85
CERTAIN = 0.99  # of a rule
OF_THE_TOPIC = 1.6  # how much more likely a question is that the present step is about
MOST_GUESSES = 3
LEAST_LIKELY = 0.04  # less than that is no guess to bother anybody with
SCAM = ("scam_check", 0.9)
# Somebody else sent a link or a file to install: what it was taken for otherwise, the warning comes first.
_SENT_A_LINK = re.compile(
    r"\b(?:nguoi|nguoi ta|ho|ai do|so la|no|ong|ba|anh|chi|thang|dua|someone|somebody|they|stranger)\b[^.?!]{0,30}"
    r"\b(?:gui|nhan|dua|send|sent|sends)\b[^.?!]{0,25}\b(?:link|duong dan|duong link|apk)\b"
)
NO_REQUEST = frozenset(
    {"greeting", "thanks_goodbye", "complaint_feedback", "out_of_scope", "dialog_control", "bot_identity"}
)
# A sentence of courtesy or of anger before or after a request is no part of it.
ASIDE = frozenset({"greeting", "thanks_goodbye", "complaint_feedback"})
AN_ASIDE, A_REQUEST, NOT_OURS = 0.6, 0.8, 0.9


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says, before anybody knows where in the talk it was said: as a whole, and sentence by sentence."""

    whole: Ranked = ()
    parts: tuple[Ranked, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """`intents`: what is asked, at most three, the most likely first; `sure`: the first may be answered without asking back;
    `second`: another clear request of the same message, or nothing."""

    intents: tuple[str, ...] = ()
    sure: bool = False
    second: str = ""


def understood(text: str) -> Understood:
    """Read a message (shielded): less than a millisecond for most, so it is done before the writer's turn."""
    learnt = model()
    read = learnt.read(text)
    if not read:
        return Understood()
    parts = tuple(learnt.likely((piece,)) for piece in read) if len(read) > 1 else ()
    whole = _without_asides(learnt, read, parts)
    if intent := quoted(text):
        whole = _certainly(whole, intent, CERTAIN)
    elif _SENT_A_LINK.search(fold(text)):
        whole = _certainly(whole, *SCAM)
    return Understood(whole, parts)


def meaning(said: Understood, topic: Collection[str] = ()) -> Meaning:
    """What it asks here, where the present step is about `topic` (intents)."""
    if not said.whole:
        return Meaning()
    ranked = _weighed(said.whole, topic)
    clear = _clear(said.parts, topic)
    first, likely = ranked[0]
    if likely < SURE and clear:  # two requests make the whole unclear, though each is clear alone
        first, likely = clear[0], 1.0
    second = next((intent for intent in clear if intent != first), "")
    guesses = [first, *(i for i, p in ranked if i != first and p >= LEAST_LIKELY)]
    return Meaning(tuple(guesses[:MOST_GUESSES]), likely >= SURE, second if likely >= SURE else "")


def _without_asides(learnt: Model, read: Sequence[Piece], parts: Sequence[Ranked]) -> Ranked:
    """The message as a whole; taken for a mere courtesy or complaint, what it asks beside that, if it does."""
    whole = learnt.likely(read)
    if not parts or whole[0][0] not in ASIDE:
        return whole
    requests = [p for p, part in zip(read, parts, strict=True) if sum(q for i, q in part if i in ASIDE) < AN_ASIDE]
    if requests and len(requests) < len(read):
        alone = learnt.likely(requests)
        intent, likely = alone[0]
        if intent not in ASIDE and likely >= (NOT_OURS if intent == "out_of_scope" else A_REQUEST):
            return alone
    return whole


def _certainly(ranked: Ranked, intent: str, likely: float) -> Ranked:
    return ((intent, likely), *((i, p * (1 - likely)) for i, p in ranked if i != intent))


def _weighed(ranked: Ranked, topic: Collection[str]) -> Ranked:
    if not topic:
        return ranked
    odds = [(i, p * (OF_THE_TOPIC if i in topic else 1)) for i, p in ranked]
    whole = sum(p for _, p in odds)
    return tuple(sorted(((i, p / whole) for i, p in odds), key=lambda r: (-r[1], r[0])))


def _clear(parts: tuple[Ranked, ...], topic: Collection[str]) -> list[str]:
    """The requests that sentences of it make clearly, in the order they are made."""
    tops = [_weighed(part, topic)[0] for part in parts]
    return list(dict.fromkeys(i for i, p in tops if p >= SURE_OF_A_SECOND and i not in NO_REQUEST))
