"""Update → Event → … → Message: what comes in from a channel and what goes out to one."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from flows.speech import Address, Answered, Offer, Opened, Pick, Unread


class Mark(Enum):
    """What a message is besides its words; pages draw it with an icon and a word."""

    NONE = ""
    REMOVED = "removed"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Typed:
    """A person's own words, as they came: not yet shielded, so never logged, stored or repeated."""

    text: str

    def __repr__(self) -> str:
        return f"Typed({len(self.text)} letters)"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that came in. `external_id` names it for ever within its conversation: the same id again is a repeat."""

    address: Address
    external_id: str
    what: Opened | Pick | Typed | Unread | Answered
    private: bool = True

    @property
    def kind(self) -> str:
        return type(self.what).__name__.lower()


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, of either side, under its gapless number. `text` has paragraphs by line breaks."""

    number: int
    at: datetime
    who: str
    text: str
    offer: Offer | None = None
    mark: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """ "chặng 3/7": where the person is on their own path, and what that stretch is called."""

    number: int
    count: int
    name: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an event. `fresh` is false for a repeat; `last` the newest message's number; `cause` a word of ours."""

    fresh: bool
    conversation_id: int
    last: int
    cause: str
    place: str = ""
    case: str = ""
    messages: tuple[Message, ...] = ()
    progress: Progress | None = None
