"""The words a script is written in: five kinds of step, three kinds of exit, and the book that holds the flows.

A script is data. No lambdas, no conditions, no wording: what leads where is a value in a mapping, so that what is
wrong with it can be computed (`flows/check.py`) and what it looks like drawn (`flows/diagram.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property

from flows.core import asked, deadline, judges
from flows.core.journey import Journey, Report, Stage, Word
from flows.speech import Form, Language, Sign, Tone

DEEPEST_VISIT = 3  # visits inside visits: what a person can keep in mind and still feel at home again

Place = Enum  # a member of a script's own plain Enum (never a StrEnum: two of one text would be equal)


@dataclass(frozen=True, slots=True)
class Go:
    """Leave for a place of another flow."""

    to: Place


@dataclass(frozen=True, slots=True)
class Visit:
    """Go to a place of another flow; reaching an `End` there comes back to `back`. At most three deep."""

    to: Place
    back: Place


Exit = Place | Go | Visit
Moves = Mapping[str, Word | Form | Language]


@dataclass(frozen=True, slots=True)
class Judged:
    """A function of the core and every outcome it can have."""

    decide: Callable[[Journey, datetime], Enum]
    outcomes: type[Enum]


@dataclass(frozen=True, slots=True)
class Read:
    """A function of the core that reads words at a moment: its outcome, and what it tells the case (or None)."""

    read: Callable[[str, datetime], tuple[Enum, Word | None]]
    outcomes: type[Enum]


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of errand and every outcome it can have."""

    kind: str
    outcomes: type[Enum]


class Judge(Enum):
    """What the house can judge by itself."""

    DEADLINE = Judged(judges.deadline_of, deadline.Outcome)
    STAGE = Judged(judges.stage_of, Stage)


class Reading(Enum):
    """What can be read from a person's own words."""

    APPROVAL_NOTICE = Read(judges.read_notice, judges.Notice)
    NOTICE_DAY = Read(judges.read_day, judges.Day)


class Asking(Enum):
    """What is asked after the turn: of the registry, through its gateway, or of the house's own desk."""

    STATUS = Asked("status", asked.Shown)
    LINK = Asked("link", asked.LinkBegun)
    PROOF = Asked("proof", asked.Proof)
    CONTACT = Asked("contact", asked.Shown)
    RESEND = Asked("resend", asked.SentAgain)
    SETTLE = Asked("settle", asked.Settled)
    UNLINK = Asked("unlink", asked.Undone)
    # The house's own desk.
    PERSON = Asked("person", asked.Added)
    BOARD = Asked("board", asked.Done)
    NOTE = Asked("note", asked.Done)
    MOVE_OUT = Asked("move_out", asked.Done)
    MOVE_IN = Asked("move_in", asked.Carried)
    LOOKED = Asked("looked", asked.Looked)
    EXPORT = Asked("export", asked.Done)
    ERASE = Asked("erase", asked.Done)
    REMIND = Asked("remind", asked.Wanted)
    VISIT = Asked("visit", asked.Wanted)


@dataclass(frozen=True, slots=True)
class Choose:
    """Say something and let the person pick one exit. `moves`: what picking it tells the case; `tone`: how it is meant."""

    at: Place
    exits: Mapping[str, Exit]
    moves: Moves = field(default_factory=dict)
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Ask:
    """Say something whose answer is read from the person's words; `choices` may be picked instead."""

    at: Place
    reading: Reading
    exits: Mapping[str, Exit]
    choices: Mapping[str, Exit] = field(default_factory=dict)
    moves: Moves = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Await:
    """Ask someone outside; the outcome is a later turn. `choices` may be picked meanwhile."""

    at: Place
    asking: Asking
    exits: Mapping[str, Exit]
    choices: Mapping[str, Exit] = field(default_factory=dict)
    moves: Moves = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decide:
    """The house judges now and goes on; nothing is said here."""

    at: Place
    judge: Judge
    exits: Mapping[str, Exit]
    moves: Moves = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The end of a conversation, or of a visit."""

    at: Place


Step = Choose | Ask | Await | Decide | End


@dataclass(frozen=True, slots=True)
class Led:
    """What a move that a registry tells does here: where the talk goes (None: it stays, nothing is said), and what the case
    hears of it."""

    to: Place | None = None
    tells: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation: its name, the Enum of its places, its steps; `stage` is the stretch of the journey it tells."""

    name: str
    places: type[Enum]
    steps: tuple[Step, ...]
    stage: Stage | None = None


def choices_of(step: Step) -> Mapping[str, Exit]:
    """The exits a person may pick by a label, in the order shown."""
    match step:
        case Choose(exits=exits):
            return exits
        case Ask(choices=choices) | Await(choices=choices):
            return choices
        case _:
            return {}


def exits_of(step: Step) -> Mapping[str, Exit]:
    """All exits of a step: outcomes and choices."""
    match step:
        case Choose(exits=exits) | Decide(exits=exits):
            return exits
        case Ask(exits=exits, choices=choices) | Await(exits=exits, choices=choices):
            return {**exits, **choices}
        case _:
            return {}


def target_of(way: Exit) -> Place:
    """The place an exit leads to."""
    return way.to if isinstance(way, Go | Visit) else way


@dataclass(frozen=True)
class Book:
    """All flows of the house. `start` is where a new talk begins, `signs` where the everywhere-words lead (a
    visit that comes back to wherever the person was), `again` how a person
    is met who comes back, `house` the name under which the house's own lines are worded and `lines` those lines,
    `moved` old place names and where they live now, `answers` where a question is answered that was asked in passing: by
    what the question is about (an intent), again as a visit, `practice` what each move of a practising registry does,
    `news` what each change does that comes by itself (a registry's word, a reminder), as a visit; `shared` where a phone
    number leads that its owner shared, `carried` a code that carries a conversation here."""

    flows: tuple[Flow, ...]
    start: Place
    signs: Mapping[Sign, Place]
    again: Place
    house: str
    lines: tuple[str, ...]
    moved: Mapping[str, Place] = field(default_factory=dict)
    answers: Mapping[str, Place] = field(default_factory=dict)
    practice: Mapping[str, Led] = field(default_factory=dict)
    news: Mapping[str, Led] = field(default_factory=dict)
    shared: Place | None = None
    carried: Place | None = None

    @cached_property
    def _flow_of(self) -> Mapping[type[Enum], Flow]:
        return {flow.places: flow for flow in self.flows}

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """Every step by its place's name, "flow.place"."""
        return {f"{flow.name}.{step.at.value}": step for flow in self.flows for step in flow.steps}

    @cached_property
    def _names(self) -> Mapping[Place, str]:
        return {place: f"{flow.name}.{place.value}" for flow in self.flows for place in flow.places}

    def knows(self, place: Place) -> bool:
        return place in self._names

    def name(self, place: Place) -> str:
        """ "flow.place"; KeyError for a place of no flow in this book."""
        return self._names[place]

    def flow(self, name: str) -> Flow:
        """The flow a place name belongs to."""
        flow = name.partition(".")[0]
        return next(f for f in self.flows if f.name == flow)

    def resolve(self, name: str) -> str:
        """A saved place name as it is called today; a name nobody knows any more leads to the start."""
        if name in self.steps:
            return name
        return self.name(self.moved.get(name, self.start))

    def ways(self) -> Iterator[tuple[str, str, Exit]]:
        """Every (place name, exit, way) of the book."""
        for name, step in self.steps.items():
            for exit_, way in exits_of(step).items():
                yield name, exit_, way

    @cached_property
    def answering(self) -> frozenset[str]:
        """The names of all places of the flows that answer questions asked in passing."""
        flows = {self.name(place).partition(".")[0] for place in self.answers.values()}
        return frozenset(name for name in self.steps if name.partition(".")[0] in flows)

    @cached_property
    def returns(self) -> frozenset[str]:
        """Places somebody may come back to after a visit: they have a `back` line."""
        visits = (way for _, _, way in self.ways() if isinstance(way, Visit))
        known = (self._names[way.back] for way in visits if way.back in self._names)
        # What only ends comes back further by itself, without a word.
        house = self.house.partition(".")[0]
        return frozenset(n for n in known if not (isinstance(self.steps[n], End) and n.partition(".")[0] == house))
