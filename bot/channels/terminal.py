"""The terminal as a channel: a line in, messages out, choices as numbered lines or "[Label]"."""

from collections.abc import Sequence

from bot.message import Event, Message, Taken, Typed
from flows.speech import Address, Offer, Opened, Pick

InView = tuple[Offer, ...]  # what can be pressed, the newest first
ADDRESS = Address("terminal", "local", "here")


class NotOfferedError(Exception):
    """A label was pressed that is not on offer; the text names those that are."""


def in_view(messages: Sequence[Message], before: InView) -> InView:
    """What can be pressed after these messages, the newest first. What the house asks on top ("did you mean…") leaves the
    step's own choices standing above it."""
    shown = [m.offer for m in messages if m.offer is not None][::-1]
    if not shown:
        return before
    on_top = shown[0].place.endswith(".house")
    return tuple((*shown, *before)[:2]) if on_top else (shown[0],)


def event(line: str, number: int, offer: InView, chat: str = "here") -> Event:
    """The event of one typed line; `[Label]` presses a choice in view. NotOfferedError for another label."""
    address = Address("terminal", "local", chat)
    if line.startswith("[") and line.endswith("]"):
        return Event(address, f"line-{number}", pressed(line[1:-1], offer))
    return Event(address, f"line-{number}", Typed(line))


def opened(number: int, chat: str = "here") -> Event:
    return Event(Address("terminal", "local", chat), f"line-{number}", Opened())


def pressed(label: str, offers: InView) -> Pick:
    """The pick a label stands for."""
    for offer in offers:
        for exit_, shown in offer.choices:
            if shown == label:
                return Pick(offer.place, exit_)
    offered = " ".join(f"[{shown}]" for offer in offers for _, shown in offer.choices) or "nothing"
    raise NotOfferedError(f"“{label}” is not on offer; on offer: {offered}")


def written(message: Message, *, numbered: bool) -> str:
    """A message as lines: the person's after "> ", the assistant's after "< "; its offer numbered or in brackets."""
    sign = "> " if message.who == "me" else "< "
    lines = [sign + line for line in message.text.split("\n")]
    if message.offer and message.offer.choices:
        labels = [label for _, label in message.offer.choices]
        if numbered:
            lines += [f"  {n}. {label}" for n, label in enumerate(labels, 1)]
        else:
            lines.append(" ".join(f"[{label}]" for label in labels))
    return "\n".join(lines)


def standing(taken: Taken) -> str:
    """The last line of a transcript."""
    return f"@ {taken.place} {taken.case}"
