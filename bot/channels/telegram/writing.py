"""A message as Telegram shows it: escaped, what is to be pressed in the app in bold, one button to a row."""

import html
import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.wire import NotSentError, PerhapsSentError, StaleError, TooFastError, TroubleThereError
from bot.message import Failed, Failure, Letter
from bot.parts import spaced
from flows.speech import Offer, Pick

PRESSED = "·"  # what the button carries that shows a choice already made
_QUOTED = re.compile(r"“[^”\n]{1,120}”")
_UNREACHABLE = (
    "chat not found", "user is deactivated", "peer_id_invalid", "group chat was deactivated", "chat_write_forbidden",
    "not enough rights", "have no rights", "message thread not found", "topic_closed", "topic_deleted", "bot was kicked",
    "chat_restricted", "need administrator rights",
)  # fmt: skip


def as_html(text: str) -> str:
    """Everything escaped; what stands in “…” in bold, since that is what the person looks for on the phone's screen."""
    return _QUOTED.sub(lambda quoted: f"<b>{quoted[0]}</b>", html.escape(spaced(text), quote=False))


def keyboard(offer: Offer | None) -> InlineKeyboardMarkup | None:
    """The choices, each on a row of its own: a thumb finds it, and a long label stays whole."""
    if offer is None or not offer.choices:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=Pick(offer.place, exit_).key)] for exit_, label in offer.choices]
    )


def chosen(label: str) -> InlineKeyboardMarkup:
    """What stays under a message after a choice: the choice, so that the chat tells what was answered."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(f"✓ {label}", callback_data=PRESSED)]])


def invitation(words: str, username: str) -> InlineKeyboardMarkup | None:
    """The way from a group to the private conversation."""
    if not username:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(words, url=f"https://t.me/{username}?start=nhom")]])


def failure(error: TelegramError, letter: Letter) -> Failed:
    """What follows from an error, by its kind (PTB's `BadRequest` is a `NetworkError`, so the order matters)."""
    match error:
        case StaleError():
            return Failed(Failure.STALE, "stale")
        case NotSentError():
            return Failed(Failure.LATER, "not_reached", parts=letter.parts)
        case PerhapsSentError():
            return Failed(Failure.UNSURE, "answer_lost", parts=letter.parts)
        case TroubleThereError():
            return Failed(Failure.LATER, "platform_trouble", parts=letter.parts)
        case TooFastError():
            return Failed(Failure.LATER, "too_fast", after=error.after, parts=letter.parts)
        case ChatMigrated():
            return Failed(Failure.MOVED, "moved", chat=str(error.new_chat_id))
        case Forbidden():
            return Failed(Failure.GONE, "blocked")
        case InvalidToken():
            return Failed(Failure.OURS, "token_refused")
        case BadRequest() if any(sign in error.message.casefold() for sign in _UNREACHABLE):
            return Failed(Failure.GONE, "not_found")
        case BadRequest():
            return Failed(Failure.REFUSED, "refused", parts=letter.parts)
        case _:
            # An answer that is no JSON: it was an answer, so the request arrived, and nobody knows what came of it.
            return Failed(Failure.UNSURE, "unreadable_answer", parts=letter.parts)


def cannot_be_parsed(error: TelegramError) -> bool:
    """Telegram refuses our marks: then the words go without them."""
    return isinstance(error, BadRequest) and "can't parse entities" in error.message.casefold()
