"""Everything that can be wrong with a script, found before anyone talks to it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.notation import (
    DEEPEST_VISIT,
    Ask,
    Await,
    Book,
    Choose,
    Decide,
    End,
    Exit,
    Flow,
    Go,
    Step,
    Visit,
    choices_of,
    exits_of,
    target_of,
)
from flows.speech import Limits, Pick, Sign

# The house may add, before what the script says: a word on a removed secret, and "we are back where you were".
HOUSE_LINES_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: its kind (a stable word), where, and a sentence that says what to do."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence} [{self.kind}]"


def check(book: Book, channels: Mapping[str, Limits] | None = None) -> list[Fault]:
    """All faults of a book; an empty list is a sound one. `channels` adds the check of replies and choices per channel."""
    faults = list(_written_once(book))
    if faults:
        return faults  # the graph below cannot be read until every place is written exactly once
    faults += _targets(book)
    faults += _outcomes(book)
    faults += _moves(book)
    if any(f.kind in ("unknown target", "foreign back") for f in faults):
        return faults
    faults += _reachable(book)
    faults += _ends(book)
    faults += _depth(book)
    faults += _help_and_stop(book)
    faults += _moved(book)
    for channel, limits in (channels or {}).items():
        faults += _limits(book, channel, limits)
    return faults


def _written_once(book: Book) -> Iterator[Fault]:
    for name, times in Counter(flow.name for flow in book.flows).items():
        if times > 1:
            yield Fault("flow twice", name, f"a flow of this name is written {times} times; give one another name.")
    for flow in book.flows:
        times_ = Counter(step.at for step in flow.steps)
        for place in flow.places:
            if times_[place] == 0:
                yield Fault("no step", f"{flow.name}.{place.value}", "the place has no step; write one or remove it.")
            if times_[place] > 1:
                yield Fault("step twice", f"{flow.name}.{place.value}", "the place has two steps; keep one.")
        for step in flow.steps:
            if step.at not in set(flow.places):
                yield Fault("foreign step", f"{flow.name}", f"{step.at} is no place of this flow; move the step.")


def _targets(book: Book) -> Iterator[Fault]:
    for flow, step, exit_, way in _exits(book):
        where, target = f"{flow.name}.{step.at.value}", target_of(way)
        if not book.knows(target):
            yield Fault("unknown target", where, f"exit “{exit_}” leads to {target!r}, which is no place of the book.")
            continue
        same_flow = target in set(flow.places)
        if isinstance(way, Go | Visit) and same_flow:
            yield Fault("needless leave", where, f"exit “{exit_}” leaves for its own flow; name the place itself.")
        if not isinstance(way, Go | Visit) and not same_flow:
            yield Fault("unknown target", where, f"exit “{exit_}” leads to another flow; write Go(…) or Visit(…).")
        if isinstance(way, Visit) and way.back not in set(flow.places):
            yield Fault("foreign back", where, f"exit “{exit_}” comes back to {way.back!r}, which is not in this flow.")


def _outcomes(book: Book) -> Iterator[Fault]:
    for flow, step in _steps(book):
        where = f"{flow.name}.{step.at.value}"
        match step:
            case Ask(reading=named) | Await(asking=named) | Decide(judge=named):
                declared = {str(o.value) for o in named.value.outcomes}
                for lost in sorted(declared - set(step.exits)):
                    yield Fault("outcome dropped", where, f"the outcome “{lost}” has no exit; add one.")
                for foreign in sorted(set(step.exits) - declared):
                    yield Fault("foreign outcome", where, f"“{foreign}” is no outcome of {named}; remove it.")
                if not isinstance(step, Decide):
                    for twice in sorted(set(step.exits) & set(step.choices)):
                        yield Fault("exit twice", where, f"“{twice}” is an outcome and a choice; rename the choice.")
            case Choose(exits=exits) if not exits:
                yield Fault("dead end", where, "there is nothing to choose; add an exit or make it an End.")
            case _:
                pass


def _moves(book: Book) -> Iterator[Fault]:
    for flow, step in _steps(book):
        for exit_ in sorted(set(getattr(step, "moves", {})) - set(exits_of(step))):
            yield Fault("moves nothing", f"{flow.name}.{step.at.value}", f"moves names “{exit_}”, which is no exit.")


def _reachable(book: Book) -> Iterator[Fault]:
    led = [led.to for led in (*book.practice.values(), *book.news.values()) if led.to is not None]
    led += [place for place in (book.shared, book.carried) if place is not None]
    roots = [book.start, book.again, *book.signs.values(), *book.answers.values(), *led]
    seen = reach(book, (book.name(r) for r in roots))
    for name in book.steps:
        if name not in seen:
            yield Fault("unreachable", name, "nobody can come here; lead an exit to it or remove it.")


def _ends(book: Book) -> Iterator[Fault]:
    """From every place an End can be reached; and what is visited can end within its own reach."""
    backwards: dict[str, set[str]] = {}
    for name, _, way in book.ways():
        backwards.setdefault(book.name(target_of(way)), set()).add(name)
        if isinstance(way, Visit):
            backwards.setdefault(book.name(way.back), set()).add(name)
    seen: set[str] = set()
    waiting = [name for name, step in book.steps.items() if isinstance(step, End)]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            waiting.extend(backwards.get(place, ()))
    for name in book.steps:
        if name not in seen:
            yield Fault("dead end", name, "no End can be reached from here; lead an exit onward.")
    for name, exit_, way in book.ways():
        if isinstance(way, Visit):
            inside = reach(book, [book.name(way.to)], across=False)
            if not any(isinstance(book.steps[p], End) for p in inside):
                yield Fault("no return", name, f"the visit of “{exit_}” can never end; give the visited flow an End.")
    for name, step in book.steps.items():
        if isinstance(step, Decide) and name in reach_by_judging(book, name):
            yield Fault("judges forever", name, "judgements lead back here with nobody asked; break the circle.")


def _depth(book: Book) -> Iterator[Fault]:
    """Visits inside visits, at most three deep: what a person has to keep in mind to feel at home again."""
    for name, exit_, way in book.ways():
        if isinstance(way, Visit) and (deep := _deepest(book, way, frozenset())) > DEEPEST_VISIT:
            yield Fault("too deep", name, f"“{exit_}” opens visits {deep} deep; at most {DEEPEST_VISIT} are allowed.")


def _deepest(book: Book, visit: Visit, seen: frozenset[str]) -> int:
    key = book.name(visit.to)
    if key in seen:
        return DEEPEST_VISIT + 1
    inner = (
        _deepest(book, way, seen | {key})
        for place in reach(book, [key], across=False, visits=False)
        for way in exits_of(book.steps[place]).values()
        if isinstance(way, Visit)
    )
    return 1 + max(inner, default=0)


def _help_and_stop(book: Book) -> Iterator[Fault]:
    """The everywhere-words are understood by the runner at every place; here: that they lead somewhere that comes back."""
    house = book.house.partition(".")[0]
    for sign in (Sign.MENU, Sign.HELP, Sign.PERSON, Sign.STOP, Sign.RESTART):
        if sign not in book.signs:
            yield Fault("no way to help", house, f"the everywhere-word “{sign.value}” leads nowhere; give it a place.")
            continue
        place = book.signs[sign]
        if not book.knows(place) or book.name(place).partition(".")[0] != house:
            yield Fault("no way to help", house, f"“{sign.value}” must lead to a place of the flow “{house}”.")
            continue
        inside = reach(book, [book.name(place)], across=False)
        if not any(isinstance(book.steps[p], End) for p in inside):
            yield Fault("no return", book.name(place), "a person who came here by a word cannot come back; add an End.")


def _moved(book: Book) -> Iterator[Fault]:
    for old, new in book.moved.items():
        if old in book.steps:
            yield Fault("moved but there", old, "the place still exists; remove it from moved.py.")
        if not book.knows(new):
            yield Fault("unknown target", old, f"moved.py leads to {new!r}, which is no place of the book.")


def _limits(book: Book, channel: str, limits: Limits) -> Iterator[Fault]:
    for name, step in book.steps.items():
        if len(choices_of(step)) > limits.choices:
            yield Fault("too many choices", name, f"{len(choices_of(step))} choices; {channel} shows {limits.choices}.")
        for exit_ in choices_of(step):
            size = len(Pick(name, exit_).key.encode())
            if limits.press is not None and size > limits.press:
                sentence = f"“{exit_}” needs {size} bytes; a button of {channel} carries {limits.press}."
                yield Fault("press too long", name, sentence)
    if limits.replies is None:
        return
    for name, exit_, way in book.ways():
        replies = -(-(_replies(book, way, ()) + HOUSE_LINES_AT_MOST) // limits.joins)
        if replies > limits.replies:
            yield Fault(
                "too many replies", name, f"“{exit_}” needs up to {replies} replies; {channel} allows {limits.replies}."
            )


def _replies(book: Book, way: Exit, stack: tuple[str, ...]) -> int:
    """The most lines said by the script from taking `way` until it waits; a visited End returns one level at a time."""
    place = book.name(target_of(way))
    stack = (*stack, book.name(way.back)) if isinstance(way, Visit) else () if isinstance(way, Go) else stack
    step = book.steps[place]
    if isinstance(step, Decide):
        return max(_replies(book, onward, stack) for onward in step.exits.values())
    if isinstance(step, End):
        return 1 + 2 * DEEPEST_VISIT  # its own line, and per level the coming-back line and the place's own
    return 1


def reach(book: Book, start: Iterable[str], *, across: bool = True, visits: bool = True) -> set[str]:
    """Names of places that can be come to from `start`. `across=False` stays in the flow (a visit counts as its
    return); `visits=False` does not enter what is visited."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        for way in exits_of(book.steps[place]).values():
            target = book.name(target_of(way))
            if isinstance(way, Visit):
                waiting.append(book.name(way.back))
                if not (across and visits):
                    continue
            if isinstance(way, Go) and not across:
                continue
            waiting.append(target)
    return seen


def reach_by_judging(book: Book, name: str) -> set[str]:
    """Places come to from a Decide through Decides alone."""
    seen: set[str] = set()
    waiting = [book.name(target_of(w)) for w in exits_of(book.steps[name]).values()]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            step = book.steps[place]
            if isinstance(step, Decide):
                waiting.extend(book.name(target_of(w)) for w in step.exits.values())
    return seen


def _steps(book: Book) -> Iterator[tuple[Flow, Step]]:
    for flow in book.flows:
        for step in flow.steps:
            yield flow, step


def _exits(book: Book) -> Iterator[tuple[Flow, Step, str, Exit]]:
    for flow, step in _steps(book):
        for exit_, way in exits_of(step).items():
            yield flow, step, exit_, way
