"""What goes out as one: a message, or several that follow each other where a platform counts messages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows.speech import Offer
from storage.outbox import Waiting


@dataclass(frozen=True, slots=True)
class Bundle:
    """One sending: the `numbers` of its messages, their words, and the past they share."""

    numbers: tuple[int, ...]
    at: datetime
    text: str
    offer: Offer | None
    mark: str
    place: str
    priority: int
    parts: int
    attempts: int
    unsure: int


def bundles(waiting: Sequence[Waiting], joins: int) -> list[Bundle]:
    """Neighbours joined up to `joins` letters. Only what has the same past goes together: a bundle that perhaps arrived is
    sent again as it was."""
    found: list[Bundle] = []
    for one in waiting:
        before = found[-1] if found else None
        alone = Bundle(
            (one.number,), one.at, one.text, one.offer, one.mark, one.place, one.priority, one.parts, one.attempts, one.unsure
        )  # fmt: skip
        if before is None or not _joined(before, alone, joins):
            found.append(alone)
        else:
            text = f"{before.text}\n{one.text}"
            found[-1] = replace(alone, numbers=(*before.numbers, one.number), at=before.at, text=text)
    return found


def _joined(before: Bundle, after: Bundle, joins: int) -> bool:
    past = (before.attempts, before.unsure, before.parts, before.mark) == (
        after.attempts,
        after.unsure,
        after.parts,
        after.mark,
    )
    return past and before.offer is None and len(before.text) + len(after.text) + 1 <= joins
