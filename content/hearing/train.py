"""`make train`: reads the phrases, learns, and writes `model.bin`; the same bytes from the same lock and processor family.

Developers only: scikit-learn and numpy are imported here and nowhere that runs. How this was chosen: docs/hearing.md.
"""

import math
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy.sparse as sparse
from sklearn.svm import LinearSVC

from content.hearing.concepts import Table, table
from content.hearing.folding import sentences
from content.hearing.model import FILE, MAGIC, NOTHING, Head
from content.hearing.spelling import Spelling
from content.hearing.terms import SHARES, piece, terms
from flows.core.vietnamese import bare

PHRASES = Path(__file__).parent / "phrases"
STRICTNESS = 0.4  # the C of the support vector machine
SEEN_IN = 2  # a term in fewer sentences is chance
MOST = 20  # intents kept for a term: those it says most about
TEMPERATURE = 7.0  # by cross-validation over manners of writing (docs/hearing.md), as what follows
LIKELIER = {"out_of_scope": 0.1}  # added to a score: what else people may ask is wider than any list of examples

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.number[Any]]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence of the training, whose request it makes, and in which manner it is written."""

    text: str
    intent: str
    manner: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came out of learning. `weights` has a row a term and a column an intent."""

    head: Head
    names: list[str]
    rarity: Numbers
    weights: Numbers
    bias: Numbers


def phrases(folder: Path = PHRASES) -> list[Phrase]:
    """All of them, in the order of the files."""
    found = []
    for file in sorted(folder.glob("*.txt")):
        manner = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("# manner:"):
                manner = line.removeprefix("# manner:").strip()
            elif line.strip() and not line.startswith("#"):
                found.append(Phrase(line.strip(), file.stem, manner))
    return found


def bare_copies(said: Sequence[Phrase]) -> list[tuple[int, Phrase]]:
    """The phrases that have accents once more without, each with the number of the one it is a copy of: many type none."""
    copies = ((i, Phrase(bare(p.text), p.intent, p.manner)) for i, p in enumerate(said) if p.manner != "english")
    return [(i, copy) for i, copy in copies if copy != said[i]]


def known_words(said: Sequence[Phrase], known: Table) -> list[str]:
    """Words that several manners or several people write, the most frequent first: what slips are read as."""
    times, manners = Counter[str](), defaultdict[str, set[str]](set)
    for phrase in said:
        if phrase.manner != "typos":
            for word in (w for s in sentences(phrase.text) for w in s.plain):
                times[word] += 1
                manners[word].add(phrase.manner)
    found = {word: count for word, count in times.items() if len(manners[word]) > 1 or count > 3}
    for phrase_words in (*known.bare, *known.english):
        for word in phrase_words.split():
            found.setdefault(word, 1)
    ordered = sorted(found.items(), key=lambda k: (-k[1], k[0]))
    return [word for word, _ in ordered if word.isalpha() and word.isascii()]


class Counts:
    """How often (1 + log) each message has each term of one kind."""

    def __init__(self, messages: Sequence[list[str]]) -> None:
        numbers: dict[str, int] = {}
        ends, columns, values = [0], list[int](), list[float]()
        for message in messages:
            for term, times in sorted(Counter(message).items()):
                columns.append(numbers.setdefault(term, len(numbers)))
                values.append(1 + math.log(times))
            ends.append(len(columns))
        self.names = list(numbers)
        self._times = sparse.csr_matrix((values, columns, ends), shape=(len(messages), len(numbers)))

    def kept(self, rows: Numbers, seen_in: int = SEEN_IN) -> tuple[Numbers, Numbers]:
        """Which terms enough of the messages have, and how rare each is among them."""
        seen = np.asarray((self._times[rows] > 0).sum(0)).ravel()
        keep = np.where(seen >= seen_in)[0]
        return keep, np.log((1 + len(rows)) / (1 + seen[keep])) + 1

    def weighed(self, rows: Numbers, kept: tuple[Numbers, Numbers], share: float) -> sparse.csr_matrix:
        """Messages as rows of length `share`, by how rare their terms are."""
        found = self._times[rows][:, kept[0]] @ sparse.diags(kept[1])
        length = np.sqrt(np.asarray(found.multiply(found).sum(1)).ravel())
        length[length == 0] = 1
        return sparse.diags(share / length) @ found


def learn(said: Sequence[Phrase]) -> Learnt:
    """What the phrases teach. The order of everything is that of the phrases, so that nothing is left to chance."""
    concepts, labels = table(), sorted({p.intent for p in said})
    known = known_words(said, concepts)
    written, every = np.arange(len(said)), [*said, *(copy for _, copy in bare_copies(said))]
    spelling, rows = Spelling(known), np.arange(len(every))
    read = [terms([piece(s, concepts) for s in sentences(p.text, spelling)]) for p in every]
    blocks, names, rarities, counts = [], list[str](), list[Numbers](), list[int]()
    for kind, share in enumerate(SHARES.values()):
        times = Counts([message[kind] for message in read])
        kept = times.kept(written)
        blocks.append(times.weighed(rows, kept, share))
        names += [times.names[i] for i in kept[0]]
        rarities.append(kept[1])
        counts.append(len(kept[0]))
    machine = LinearSVC(C=STRICTNESS, random_state=0).fit(
        sparse.hstack(blocks).tocsr(), np.array([labels.index(p.intent) for p in every])
    )
    head = Head(labels, known, counts, TEMPERATURE, concepts)
    bias = machine.intercept_ + np.array([LIKELIER.get(label, 0.0) for label in labels])
    return Learnt(head, names, np.concatenate(rarities), machine.coef_.T, bias)


def packed(learnt: Learnt) -> bytes:
    """The file: see content/hearing/model.py."""
    least = -np.sort(-np.abs(learnt.weights), axis=1)[:, MOST - 1 : MOST]
    kept = np.where(np.abs(learnt.weights) >= least, learnt.weights, 0)
    step = np.abs(kept).max(1, keepdims=True) / (NOTHING - 1)
    step[step == 0] = 1
    numbers = b"".join([
        *(part.astype("<f4").tobytes() for part in (learnt.rarity, step, learnt.bias)),
        (np.round(kept / step) + NOTHING).astype(np.uint8).tobytes(),
    ])  # fmt: skip
    head = msgspec.json.encode(learnt.head, order="deterministic")
    return MAGIC + zlib.compress(b"\0".join([head, "\n".join(learnt.names).encode(), numbers]), 9)


def main() -> None:
    said = phrases()
    written = packed(learn(said))
    FILE.write_bytes(written)
    intents = len({p.intent for p in said})
    sys.stdout.write(f"{len(said)} sentences of {intents} intents: {FILE.name}, {len(written) // 1024} KiB\n")


if __name__ == "__main__":
    main()
