"""A message as a bot's chat shows it: plain text, its choices as numbered lines, in parts where it is too long."""

from collections.abc import Callable, Mapping

from bot.channels.zalo_bot.client import RefusedError, TroubleError, UnreadableError
from bot.channels.zalo_bot.switches import Switches
from bot.http import NoAnswerError, NotSentError, StaleError
from bot.message import Failed, Failure, Letter
from bot.parts import parts, said_in_full, spaced, utf16
from flows.core.vietnamese import bare
from flows.speech import Offer

EXPLAINED_UNTIL = 6  # how answers are given is said under a conversation's first questions; then the person knows
AGAIN_AFTER = (5.0, 10.0, 20.0, 40.0, 80.0)  # seconds before each further try, where the answer may mean "never"
OF_A_CHAT = ("chat", "user", "group", "recipient", "người")

Words = Mapping[str, Mapping[str, Mapping[str, str]]]


def pieces(letter: Letter, words: Words, switches: Switches, invitation: str = "") -> list[str]:
    """A message in the parts it goes in; the same ones whenever it is tried again. The choices are never torn apart unless
    they alone are too long."""
    most, measure = switches.number("bot_text_most"), unit(switches)
    found = [part for part in parts(spaced(said_in_full(letter, words)), most, measure) if part.strip()]
    below = "\n\n".join(filter(None, (numbered(letter.offer), _explained(letter, words), invitation)))
    if below:
        joined = f"{found[-1]}\n\n{below}" if found else below
        found[-1:] = [joined] if measure(joined) <= most else [*found[-1:], *parts(below, most, measure)]
    return found


def numbered(offer: Offer | None) -> str:
    """The choices, each on a line of its own under its number."""
    return "\n".join(f"{n}. {label}" for n, (_, label) in enumerate(offer.choices if offer else (), 1))


def unit(switches: Switches) -> Callable[[str], int]:
    return utf16 if switches["bot_text_unit"] == "utf16" else len


def _explained(letter: Letter, words: Words) -> str:
    if letter.offer is None or not letter.offer.choices or letter.number > EXPLAINED_UNTIL:
        return ""
    english = all(bare(label) == label for _, label in letter.offer.choices)
    return words.get("en" if english else "vi", {}).get("buttons", {}).get("answer", "")


def failure(error: Exception, letter: Letter, switches: Switches, tries: Callable[[], int]) -> Failed:
    """What follows from an error of `sendMessage`. `tries` counts, for this message, the answers that may mean "never"."""
    gone = letter.parts
    match error:
        case StaleError():
            return Failed(Failure.STALE, "stale")
        case NotSentError():
            return Failed(Failure.LATER, "not_reached", parts=gone)
        case NoAnswerError():
            return Failed(Failure.UNSURE, "answer_lost", parts=gone)
        case UnreadableError():
            # It was an answer, so the request arrived, and nobody knows what came of it.
            return Failed(Failure.UNSURE, "unreadable_answer", parts=gone)
        case TroubleError(status=404):
            # Not even the Bot API's own refusal: there is something else at this address.
            return Failed(Failure.OURS, "wrong_address", parts=gone)
        case TroubleError(status=status, after=after) | RefusedError(code=status, after=after):
            return _by_code(status, after, error, letter, switches, tries)
        case _:
            raise error


def _by_code(
    code: int, after: float | None, error: Exception, letter: Letter, switches: Switches, tries: Callable[[], int]
) -> Failed:
    gone = letter.parts
    refused = isinstance(error, RefusedError)
    of_the_chat = isinstance(error, RefusedError) and any(w in error.description.casefold() for w in OF_A_CHAT)
    if code == 401 and refused:
        return Failed(Failure.OURS, "token_refused", parts=gone)
    if code == 429:
        wait = after if after is not None else float(switches.number("bot_429_wait"))
        return Failed(Failure.LATER, "too_fast", after=wait, parts=gone)
    if code == 408 or (code == 504 and switches["bot_504"] == "unsure"):
        return Failed(Failure.UNSURE, "answer_lost", parts=gone)
    if code >= 500 or 300 <= code < 400:
        return Failed(Failure.LATER, "platform_trouble", after=after, parts=gone)
    if code == 404 or (code == 400 and of_the_chat):
        closed = switches["bot_404"] == "gone"
        return Failed(Failure.GONE, "not_found") if closed else Failed(Failure.REFUSED, "not_found", parts=gone)
    if code == 400 and refused:
        return Failed(Failure.REFUSED, "refused", parts=gone)
    # 403 ("internal server error", say the documents, or a closed chat), and whatever is documented nowhere: a few times
    # more, then it is believed.
    return _for_a_while(code, letter, switches, tries)


def _for_a_while(code: int, letter: Letter, switches: Switches, tries: Callable[[], int]) -> Failed:
    final = Failed(Failure.REFUSED, "unknown_code", parts=letter.parts)
    if code == 403:
        final = Failed(Failure.GONE, "forbidden")
        if switches["bot_403"] == "gone":
            return final
    before = tries()
    if before >= len(AGAIN_AFTER):
        return final
    return Failed(Failure.LATER, final.reason, after=AGAIN_AFTER[before], parts=letter.parts)
