"""Update → Event → … → Message: what comes in from a channel and what goes out to one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from content.pictures import Picture, picture_of
from flows.core.journey import Report
from flows.speech import Address, Answered, Changed, Offer, Opened, Pick, Reminded, Shared, Unread


class Mark(Enum):
    """What a message is besides its words; pages draw it with an icon and a word. `PERSONAL`: it tells something of this
    person's own case, so a channel that can keep it from being passed on does. `INVITE`: said in a group; the channel puts
    its link to the private conversation under it."""

    NONE = ""
    REMOVED = "removed"
    STOP = "stop"
    PERSONAL = "personal"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Typed:
    """A person's own words, as they came: not yet shielded, so never logged, stored or repeated. `edited`: a message of
    before was changed; `passed_on`: somebody else's words, forwarded."""

    text: str
    edited: bool = False
    passed_on: bool = False

    def __repr__(self) -> str:
        return f"Typed({len(self.text)} letters)"


@dataclass(frozen=True, slots=True)
class News:
    """What the registry tells of one of the people of a chat: the move, on which day, and of whom (the house's own number)."""

    move: str
    on: date | None
    subject: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The platform gave this chat another name (a group became a supergroup)."""

    chat: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person blocked us or left: nothing more is sent until they write again."""


# Writes down an act of the staff in the transaction it happens in: (unit of work, conversation id, what it came to).
Noted = Callable[[Any, int, str], None]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Somebody of the staff answers here from now on, under this name."""

    staff: int
    name: str
    noted: Noted = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Officer:
    """The words of whoever of the staff answers here."""

    staff: int
    text: str
    noted: Noted = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"Officer({self.staff}, {len(self.text)} letters)"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Whoever of the staff had the conversation gives it back; staff 0: they did not answer, so it waits for another."""

    staff: int
    noted: Noted = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that came in. `external_id` names it for ever within its conversation: the same id again is a repeat."""

    address: Address
    external_id: str
    what: (
        Opened | Pick | Typed | Unread | Answered | Changed | News | Shared | Reminded | Moved | Blocked | TakenOver | Officer
        | GivenBack
    )  # fmt: skip
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
    place: str = ""

    @property
    def picture(self) -> Picture | None:
        """The phone's screen at this step, beside the message that asks about it."""
        return picture_of(self.place) if self.offer is not None and self.offer.place == self.place else None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way out. `parts` of it have gone already; `still_ours()` is false when another sender has taken
    the conversation over: asked at the last moment before the bytes leave."""

    address: Address
    number: int
    text: str
    offer: Offer | None
    mark: Mark
    place: str
    parts: int = 0
    lane: int = 0
    still_ours: Callable[[], bool] = field(default=lambda: True, repr=False, compare=False)

    @property
    def picture(self) -> Picture | None:
        """The phone's screen at this step, beside the message that asks about it."""
        return picture_of(self.place) if self.offer is not None and self.offer.place == self.place else None


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it; `ref` is its own name for the message."""

    ref: str = ""


class Failure(Enum):
    """Why a message did not go, by what follows from it."""

    LATER = "later"  # surely not taken: the same again, after a while
    UNSURE = "unsure"  # perhaps taken: the answer was lost. Once more at most, and counted
    GONE = "gone"  # this chat cannot be reached until the person writes again
    REFUSED = "refused"  # this message can never be sent as it is
    OURS = "ours"  # the bot's token, secret or contract is wrong: nothing of this bot can go until somebody acts
    MOVED = "moved"  # the chat has another name now
    STALE = "stale"  # another sender has the conversation: nothing was sent, nothing is to be marked


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not go. `reason` is a word of ours for lists and counters; `after` seconds the platform asked to wait, and
    whether for the `whole_bot`; `parts` have gone (in all); `chat` is where it moved."""

    failure: Failure
    reason: str
    after: float | None = None
    whole_bot: bool = False
    parts: int = 0
    chat: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second`."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform takes messages: by bot, by private chat, by group. None: as fast as they come. `joins`: up to so
    many letters, messages that follow each other go as one, where a platform counts them."""

    bot: Rate | None = None
    chat: Rate | None = None
    group: Rate | None = None
    joins: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """One finding of a channel's check of itself, for the person who installs it: what is, and what to do."""

    good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """ "chặng 3/7": where the person is on their own path, and what that stretch is called."""

    number: int
    count: int
    name: str


@dataclass(frozen=True, slots=True)
class Attended:
    """A person of the staff has the conversation, and has read it up to this number, at this moment."""

    upto: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an event. `fresh` is false for a repeat; `last` the newest message's number; `cause` a word of ours;
    `removed` names the secrets that stood in it (told for a repeat too, so that the channel can delete it there); a phone
    number is none of them; `asks`: something is to be asked outside now."""

    fresh: bool
    conversation_id: int
    last: int
    cause: str
    place: str = ""
    case: str = ""
    messages: tuple[Message, ...] = ()
    progress: Progress | None = None
    removed: tuple[str, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be asked or done after a turn, in somebody's hands. `attempts` counts this one: after the first, nobody
    knows what the one before came to. `key` names the question to whoever answers it; `began` is when the chat did."""

    id: int
    conversation_id: int
    subject_id: int | None
    address: Address
    began: datetime
    kind: str
    place: str
    attempts: int
    key: str
    detail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What a task came to. `facts` by the names of `Telling`; `tells`, `noticed_on`: the registry's word to the case; `then`:
    changes that other chats are to be told of; `moved_to`: where the conversation lives on, if it is another now."""

    outcome: str
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    tells: tuple[Report, ...] = ()
    noticed_on: date | None = None
    then: tuple[tuple[int, str], ...] = ()
    moved_to: int | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """Not over yet: once more after so many seconds, with `detail` if it is another now."""

    after: float
    detail: str | None = field(default=None, repr=False)


# Does a task: what it came to, when to look again, or the work that settles it in the transaction that notes the outcome.
Doer = Callable[[Task], Awaitable["Done | Once | Callable[[Any], Done]"]]
