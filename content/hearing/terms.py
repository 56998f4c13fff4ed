"""What the classifier counts in a message: words and pairs of words, parts of words, words with accents, and concepts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from content.hearing.concepts import Table, tagged
from content.hearing.folding import Sentence

# What each kind of term counts for, beside the others: the best of what was tried (docs/hearing.md).
SHARES = {"words": 1.0, "parts of words": 0.7, "words with accents": 0.5, "concepts": 0.7}
SHORTEST_PART, LONGEST_PART = 2, 4


@dataclass(frozen=True, slots=True)
class Piece:
    """What was counted in one sentence."""

    words: list[str]
    parts: list[str]
    accented: list[str]
    concepts: list[str]
    beside: list[str]


def piece(sentence: Sentence, table: Table) -> Piece:
    """The terms of one sentence, each as often as it occurs."""
    plain = sentence.plain
    edged = ["<", *plain, ">"]
    cut = tagged(sentence, table)
    tags = ["<", *("#" + concept if concept else word for concept, word in cut), ">"]
    return Piece(
        [*plain, *map(" ".join, pairwise(edged))],
        [part for word in plain for part in _parts(word)],
        list(sentence.accented),
        [concept for concept, _ in cut if concept],
        [f"{a} {b}" for a, b in pairwise(tags) if a[0] == "#" or b[0] == "#"],
    )


def terms(pieces: Sequence[Piece]) -> tuple[list[str], ...]:
    """The terms of a message by kind, in the order of `SHARES`: what its sentences have, and each pair of its concepts."""
    concepts = [concept for p in pieces for concept in p.concepts]
    pairs = map("&".join, combinations(sorted(set(concepts)), 2))
    return (
        [term for p in pieces for term in p.words],
        [term for p in pieces for term in p.parts],
        [term for p in pieces for term in p.accented],
        [*concepts, *pairs, *(term for p in pieces for term in p.beside)],
    )


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[str, ...]:
    word = f" {word} "
    sizes = range(SHORTEST_PART, LONGEST_PART + 1)
    return tuple(word[at : at + size] for size in sizes for at in range(len(word) - size + 1))
