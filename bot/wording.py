"""Lines → messages: what the runner said, in a person's language and form of address, with the facts a line may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

from bot.message import Mark, Progress
from bot.settings import UnitCard
from content.catalogue import LABEL, Catalogue, told_in
from flows.core import journey as journeys
from flows.core.deadline import VIETNAM, day_in_vietnam, standing
from flows.core.journey import Journey, Stage
from flows.notation import Book, Choose, choices_of
from flows.outcomes import ordered
from flows.speech import ADDRESS, Address, Language, Offer, Said, Talk, Telling

WEEKDAYS = {
    Language.VI: ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
BY_BUTTON = {Language.VI: "bấm một nút ở dưới", Language.EN: "press a button below"}
BY_NUMBER = {Language.VI: "nhắn số của một dòng ở dưới", Language.EN: "send the number of a line below"}
PRACTICE_HERE = {
    Language.VI: "bấm Tập thử ở cuối trang này",
    Language.EN: "press Tập thử at the bottom of this page",
}
PRACTICE_ELSEWHERE = {
    Language.VI: "mở trang trò chuyện của {unit} trên mạng, bấm Tập thử",
    Language.EN: "open the chat page of {unit} on the web and press Tập thử",
}
PRACTICE_LINK = {Language.VI: "mở trang {link}", Language.EN: "open {link}"}
ASK = "ask"  # the block of an answer that says its question, for a button
PERSON = "person."  # the fact that somebody of this chat may be turned to, by what they are to whoever writes
OF_THEIR_OWN = frozenset(
    {
        "days_left",
        "last_day",
        "level",
        "link",
        "code",
        "phrase",
        "next_at",
        "left_today",
        "board",
        "kept",
        "lookers",
        "kin",
        "told_on",
        "bound",
    }
)  # facts of one person's case: a line naming one is personal


FACTS = frozenset(f.name for f in fields(Telling))
NUMBERS = frozenset({"days_left", "left_today"})
TURN_TO = "label_turn_to"
KIN = "own.kin"  # where what people are to each other is worded


@dataclass(frozen=True, slots=True)
class Units:
    """The unit that runs this assistant; a bot of its own may belong to another one ("telegram:123456" → its card)."""

    main: UnitCard
    by_bot: Mapping[str, UnitCard] = field(default_factory=dict)

    def of(self, address: Address) -> UnitCard:
        return self.by_bot.get(f"{address.channel}:{address.bot}", self.main)


@dataclass(frozen=True, slots=True)
class Answering:
    """What a line may tell of a person who answers: how many wait before, when somebody is there, who it is, the words to
    know them by, and when they looked."""

    ahead: int = 0
    opens: datetime | None = None
    officer: str = ""
    words: str = ""
    looked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Who is spoken to: where, with which talk and case, at what moment, when they were here before, and who answers."""

    address: Address
    talk: Talk
    journey: Journey
    at: datetime
    before: datetime | None = None
    person: Answering = Answering()


@dataclass(frozen=True, slots=True)
class Worded:
    """One message of the house, before it has a number."""

    place: str
    text: str
    mark: str = ""
    offer: Offer | None = None


class Wording:
    """Words what is said, for a book of conversations and a catalogue of lines."""

    def __init__(
        self, book: Book, catalogue: Catalogue, units: Units, stages: dict[str, dict[Stage, str]], keep_days: int, *,
        numbered: frozenset[str] = frozenset(), practice: str | None = None,
    ) -> None:  # fmt: skip
        self._book, self._catalogue, self._units, self._numbered = book, catalogue, units, numbered
        self._practice = practice  # where one can practise: its address, "" beside the chat, None nowhere
        self._stages, self._keep_days = stages, keep_days
        self._order: Mapping[str, tuple[str, ...]] = {}

    def learn(self, counts: Mapping[tuple[str, str], tuple[int, int]]) -> None:
        """Offer first what helped most often: (place, exit) → (tried, helped)."""
        by_place: dict[str, dict[str, tuple[int, int]]] = {}
        for (place, exit_), share in counts.items():
            if place in self._book.steps:
                by_place.setdefault(place, {})[exit_] = share
        self._order = {place: ordered(self._book, place, shares) for place, shares in by_place.items()}

    def messages(self, seen: Seen, before: Talk, said: tuple[Said, ...]) -> tuple[Talk, list[Worded]]:
        """The lines as messages; the offer of the place where the talk now stands goes with the last one, and is kept."""
        talk = seen.talk
        if not said:
            return talk, []
        telling = {lang: self.telling(seen, lang) for lang in {talk.language, Language.VI}}
        said = self._crossing(before, talk, said)
        offer, guess = self._offer(talk, telling), self._guess(talk, telling)
        shown: dict[int, Offer | None] = {len(said) - 1: guess or offer}
        if guess is not None and len(said) > 1:
            # What the house asks on top is said last; the place keeps its own buttons, where there are buttons: of two
            # numbered lists nobody would know which is meant.
            shown[len(said) - 2] = None if seen.address.channel in self._numbered else offer
        talk = replace(talk, offer=offer, guess=guess)
        return talk, [self._message(line, talk, telling, shown.get(index)) for index, line in enumerate(said)]

    def house_line(self, seen: Seen, line: str, mark: Mark = Mark.NONE, offer: Offer | None = None) -> Worded:
        """A line the house says of itself."""
        spoken = self.spoken(self._book.house, seen.talk)
        text = self._catalogue.text(spoken.value, self._book.house, line, self.telling(seen, spoken))
        return Worded(self._book.house, text, mark.value, offer)

    def spoken(self, place: str, talk: Talk) -> Language:
        """The language a place is worded in for this person: theirs where we have it, else Vietnamese."""
        has = talk.language is Language.VI or self._catalogue.lines(talk.language.value, place)
        return talk.language if has else Language.VI

    def kin(self, kin: str, talk: Talk) -> str:
        """What somebody is to whoever writes, in words."""
        spoken = self.spoken(KIN, talk)
        line = LABEL + (kin or "self")
        known = line in self._catalogue.lines(spoken.value, KIN)
        return self._catalogue.text(spoken.value, KIN if known else self._book.house, line, Telling())

    def offered(self, place: str, talk: Talk) -> Offer | None:
        """The choices of a place as this person reads them; None for one that is no more, or has none."""
        step = self._book.steps.get(self._book.resolve(place))
        if step is None or not (choices := choices_of(step)):
            return None
        spoken = self.spoken(place, talk)
        return Offer(
            place, tuple((e, self._catalogue.label(spoken.value, place, e, Telling())) for e in choices)
        )  # fmt: skip

    def progress(self, talk: Talk, journey: Journey, language: Language | None = None) -> Progress:
        """Where the person is: the stage of the flow they are in, else the first that is not over."""
        way, here = journeys.path(journey), journeys.stage(journey)
        for place in (talk.place, *(b.place for b in reversed(talk.stack))):
            stage = self._book.flow(self._book.resolve(place)).stage
            if stage in way:
                here = stage
                break
        names = self._stages.get((language or talk.language).value, self._stages[Language.VI.value])
        return Progress(way.index(here) + 1, len(way), names[here])

    def telling(self, seen: Seen, language: Language) -> Telling:
        """Every fact a line may name, as this person is told it."""
        you, cap_you, me, cap_me = ADDRESS[seen.talk.form]
        unit = self._units.of(seen.address)
        progress, today = self.progress(seen.talk, seen.journey, language), day_in_vietnam(seen.at)
        due = standing(seen.journey.noticed_on, today)
        told = Telling(
            you=you, You=cap_you, me=me, Me=cap_me, pick=self._pick(seen, language),
            unit_name=unit.name, unit_address=unit.address,
            unit_hours=unit.hours, unit_phone=unit.phone, keep_days=self._keep_days,
            stage_number=progress.number, stage_count=progress.count, stage_name=progress.name, days_left=due.days_left,
            last_day=spoken_day(due.last_day, language) if due.last_day else "",
            last_seen=spoken_day(day_in_vietnam(seen.before) if seen.before else today, language),
            officer=seen.person.officer, officer_words=seen.person.words, people_ahead=seen.person.ahead,
            opens_at=spoken_moment(seen.person.opens, language) if seen.person.opens else "",
            looked_on=spoken_day(day_in_vietnam(seen.person.looked), language) if seen.person.looked else "",
            practice_at=self._practice_at(seen, unit.name, language),
        )  # fmt: skip
        facts = {name: int(value) if name in NUMBERS else value for name, value in seen.talk.facts if name in FACTS}
        return replace(told, **facts)  # type: ignore[arg-type]

    def _practice_at(self, seen: Seen, unit: str, language: Language) -> str:
        """What to do to come to the practice; "" where there is none."""
        if self._practice is None:
            return ""
        if seen.address.channel == "web":
            return PRACTICE_HERE[language]
        if self._practice:
            return PRACTICE_LINK[language].format(link=self._practice)
        return PRACTICE_ELSEWHERE[language].format(unit=unit)

    def _pick(self, seen: Seen, language: Language) -> str:
        """How one answers here: by pressing, or, where there is nothing to press, by the number of a line."""
        return (BY_NUMBER if seen.address.channel in self._numbered else BY_BUTTON)[language]

    def _offer(self, talk: Talk, telling: Mapping[Language, Telling]) -> Offer:
        spoken = self.spoken(talk.place, talk)
        choices = self._order.get(talk.place) or choices_of(self._book.steps[talk.place])
        labels = ((e, self._catalogue.label(spoken.value, talk.place, e, telling[spoken])) for e in choices)
        # The people of this chat are offered by the house, before what the script offers.
        people = (
            (f"subject_{n.removeprefix(PERSON)}", self._turn_to(kin, spoken))
            for n, kin in talk.facts
            if n.startswith(PERSON)
        )
        return Offer(talk.place, (*people, *labels))

    def _turn_to(self, kin: str, spoken: Language) -> str:
        return self._catalogue.text(spoken.value, self._book.house, TURN_TO, Telling(kin=kin))

    def _guess(self, talk: Talk, telling: Mapping[Language, Telling]) -> Offer | None:
        """The house's own question with the words on its buttons: each guess as a person would ask it."""
        if talk.guess is None:
            return None
        labels = []
        for intent, _ in talk.guess.choices:
            answer = self._book.answers.get(intent)
            place, line = (self._book.name(answer), ASK) if answer is not None else (self._book.house, LABEL + intent)
            spoken = self.spoken(place, talk)
            labels.append((intent, self._catalogue.text(spoken.value, place, line, telling[spoken])))
        return Offer(talk.guess.place, tuple(labels))

    def _message(self, line: Said, talk: Talk, telling: Mapping[Language, Telling], offer: Offer | None) -> Worded:
        spoken = self.spoken(line.place, talk)
        text = told_in(self._catalogue, spoken.value, line.place, line.line, telling[spoken], line.slowly)
        return Worded(line.place, text, self._mark(line, spoken), offer)

    def _crossing(self, before: Talk, talk: Talk, said: tuple[Said, ...]) -> tuple[Said, ...]:
        """Whoever does not read Vietnamese is told once, on leaving the chapters of their language, and offered a person."""
        if talk.language is Language.VI or self.spoken(talk.place, talk) is not Language.VI:
            return said
        if before.offer is not None and self.spoken(before.offer.place, talk) is Language.VI:
            return said
        return (*said[:-1], Said(self._book.house, "in_vietnamese"), said[-1])

    def _mark(self, line: Said, spoken: Language) -> str:
        if line.line.startswith("removed_"):
            return Mark.REMOVED.value
        step = self._book.steps.get(line.place)
        if isinstance(step, Choose) and line.line == "say" and step.tone.value:
            return step.tone.value
        written = self._catalogue.lines(spoken.value, line.place)
        named = written[line.line].facts if line.line in written else frozenset()
        return Mark.PERSONAL.value if named & OF_THEIR_OWN else ""


def spoken_day(day: date, language: Language) -> str:
    """ "thứ ba, 3/12" """
    return f"{WEEKDAYS[language][day.weekday()]}, {day.day}/{day.month}"


def spoken_moment(moment: datetime, language: Language) -> str:
    """ "7 giờ 30, thứ hai, 23/11" """
    here = moment.astimezone(VIETNAM)
    time = (
        f"{here.hour}:{here.minute:02}" if language is Language.EN else f"{here.hour} giờ {here.minute or ''}".strip()
    )
    return f"{time}, {spoken_day(here.date(), language)}"
