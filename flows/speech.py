"""The types that cross the seams: what was heard, what is said, what was offered, and what a channel can carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from flows.core.journey import Report


class Sign(Enum):
    """Understood at every place, whatever the step is about."""

    MENU = "menu"
    BACK = "back"
    AGAIN = "again"
    SLOWER = "slower"
    STOP = "stop"
    HELP = "help"
    PERSON = "person"
    RESTART = "restart"


class Form(Enum):
    """How the person wishes to be addressed, and how the assistant then calls itself (VOICE.md)."""

    BAC = "bac"
    ANH_CHI = "anh_chi"
    BAN = "ban"


class Language(Enum):
    VI = "vi"
    EN = "en"


class Tone(Enum):
    """How a place is meant, for pages to draw with an icon and a word: stop (a scam), wait, or nothing special; anew: all that
    was said before is erased, so what a page still shows of it goes."""

    PLAIN = ""
    STOP = "stop"
    WAIT = "wait"
    ANEW = "anew"


class Unread(Enum):
    """What came that is not read; each has a kind answer of its own."""

    PICTURE = "picture"
    FILE = "file"
    VOICE = "voice"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    CONTACT_OTHER = "contact_other"
    EMPTY = "empty"
    EMOJI = "emoji"
    TOO_LONG = "too_long"
    EDITED = "edited"
    FORWARDED = "forwarded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation lives. `bot` is the account of ours it is held with; `thread` a topic in a group, or empty."""

    channel: str
    bot: str
    chat: str
    thread: str = ""

    @property
    def key(self) -> str:
        """One text that is different for different addresses (parts are escaped, so that none can pose as two)."""
        return "|".join(
            p.replace("%", "%25").replace("|", "%7C") for p in (self.channel, self.bot, self.chat, self.thread)
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """The person opened the page or pressed start; `link` is the opaque code of the start link they came by, if any."""

    link: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice: the exit and the place it was offered at."""

    place: str
    exit: str

    @property
    def key(self) -> str:
        """What a button carries where it can carry only a few bytes."""
        return f"{self.place}|{self.exit}"

    @classmethod
    def of_key(cls, key: str) -> "Pick":
        """The choice a button carries; whatever else it carries becomes a choice nobody was offered."""
        place, _, exit_ = key.partition("|")
        return cls(place, exit_)


@dataclass(frozen=True, slots=True)
class Words:
    """Free text, already shielded. `meant`: what it may ask about, most likely first (intents); `sure`: the first may be
    answered without asking back; `second`: another request of the same message, or nothing."""

    text: str
    meant: tuple[str, ...] = ()
    sure: bool = False
    second: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked outside at `place` has this outcome. `facts`: what may be told of it, by the names of `Telling`; `tells`
    what the registry's word is to the case, `noticed_on` the day of the notice."""

    place: str
    outcome: str
    facts: tuple[tuple[str, str], ...] = ()
    tells: tuple[Report, ...] = ()
    noticed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a registry tells of the person spoken about: the name of a move ("account.approve"), never a typed value; the day
    it happened, where that counts; and what may be told of it, by the names of `Telling`."""

    move: str
    on: date | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """Their own phone number, which the platform says is theirs; sealed before anything is written."""

    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Carried:
    """A code that carries a conversation here from another chat."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corrected:
    """Another choice of what was answered before: the place, and the exit that is meant now."""

    place: str
    exit: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """The moment has come to remind: of "seven_days", "visit" or "stopped", `subject` (the house's own number for the person
    spoken about), who was told `sent` times before. What is said of it is the house's, as the case stands now."""

    kind: str
    subject: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing heard. `at` is the only clock of a turn (aware, UTC); `removed` names the secrets the shield took out."""

    at: datetime
    what: Opened | Pick | Words | Answered | Changed | Shared | Carried | Corrected | Sign | Unread
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices as they were shown: the place they belong to and (exit, label) in order."""

    place: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A line to be worded: block `line` of the text of `place` ("flow.place"); `slowly`: one sentence at a time."""

    place: str
    line: str
    slowly: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to be asked outside; its outcome comes back as `Answered` of the same place. `detail`: what the asking needs
    and nobody else may read."""

    kind: str
    place: str
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry. Lengths in characters; `press` the bytes a button can carry, None where it carries any;
    `buttons` whether choices can be pressed (else they are numbered lines of the text); `pictures` whether a picture can
    go along; `replies` the messages between two of the person, None if unlimited;
    `joins` how many of our lines, at the longest they may be, go as one message."""

    text: int = 4000
    label: int = 60
    choices: int = 8
    press: int | None = None
    buttons: bool = True
    pictures: bool = False
    replies: int | None = None
    joins: int = 1


@dataclass(frozen=True, slots=True)
class Telling:
    """Every fact a line may name; a template that names another is refused by `content/completeness.py`."""

    you: str = "bác"
    You: str = "Bác"
    me: str = "cháu"
    Me: str = "Cháu"
    pick: str = "bấm một nút ở dưới"
    unit_name: str = ""
    unit_address: str = ""
    unit_hours: str = ""
    unit_phone: str = ""
    keep_days: int = 90
    stage_number: int = 1
    stage_count: int = 7
    stage_name: str = ""
    days_left: int | None = None
    last_day: str = ""
    last_seen: str = ""
    officer: str = ""
    officer_words: str = ""
    people_ahead: int = 0
    opens_at: str = ""
    looked_on: str = ""
    practice_at: str = ""
    link: str = ""
    code: str = ""
    phrase: str = ""
    level: str = ""
    next_at: str = ""
    left_today: int = 0
    board: str = ""
    kept: str = ""
    lookers: str = ""
    kin: str = ""
    ages_out: str = ""
    told_on: str = ""
    bound: str = ""


ADDRESS: Mapping[Form, tuple[str, str, str, str]] = {
    Form.BAC: ("bác", "Bác", "cháu", "Cháu"),
    Form.ANH_CHI: ("anh chị", "Anh chị", "em", "Em"),
    Form.BAN: ("bạn", "Bạn", "mình", "Mình"),
}


@dataclass(frozen=True, slots=True)
class Back:
    """Where a visit returns to. `own` is true when the script arranged the visit (the place then has a `back` line)."""

    place: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """An exit taken at a place, and the stack as it was before; going back restores it."""

    place: str
    exit: str
    stack: tuple[Back, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """Where one conversation stands. Holds no personal fact: those belong to the case of a subject. `guess`: what the house
    asks on top of the place ("did you mean…"), its place the house; `second`: a request still to be offered; `facts`: what was
    answered from outside, for as long as the talk stands there; `late`: an answer to a place that will be come back to."""

    place: str
    opened: bool = False
    stack: tuple[Back, ...] = ()
    answers: tuple[Answer, ...] = ()
    form: Form = Form.BAC
    language: Language = Language.VI
    missed: int = 0
    offer: Offer | None = None
    guess: Offer | None = None
    second: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    late: Answered | None = None
