"""What was tried: `python -m content.hearing.trials [WORD …]` (the trials with these words in their name, else all).

Every method learns from all manners of writing but one and is asked the one it has not seen; prints a line a method, as
docs/hearing.md keeps them. Developers only, and it takes minutes.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from content.hearing.concepts import table
from content.hearing.folding import Sentence, sentences
from content.hearing.spelling import Spelling
from content.hearing.terms import SHARES, piece, terms
from content.hearing.train import (
    LIKELIER,
    SEEN_IN,
    STRICTNESS,
    TEMPERATURE,
    Counts,
    Numbers,
    Phrase,
    bare_copies,
    known_words,
    phrases,
)
from flows.core.vietnamese import fold

OUT = "out_of_scope"
PARTS_OF_ENGLISH = 3  # left out in turn: without any English nothing could be learnt of it
ALL = tuple(SHARES.values())

Answering = Callable[[sparse.csr_matrix], Numbers]
Learner = Callable[[sparse.csr_matrix, Numbers], Answering]


def machine(strictness: float = STRICTNESS, weights: str | None = None) -> Learner:
    """A linear support vector machine, each intent against all others."""

    def learnt(messages: sparse.csr_matrix, intents: Numbers) -> Answering:
        found = LinearSVC(C=strictness, random_state=0, class_weight=weights).fit(messages, intents)
        return lambda asked: np.asarray(found.decision_function(asked))

    return learnt


def logistic(messages: sparse.csr_matrix, intents: Numbers) -> Answering:
    found = LogisticRegression(C=10, max_iter=200, tol=1e-3).fit(messages, intents)
    return lambda asked: np.asarray(found.decision_function(asked)) / TEMPERATURE


def bayes(messages: sparse.csr_matrix, intents: Numbers) -> Answering:
    found = ComplementNB(alpha=0.3).fit(messages, intents)
    return lambda asked: np.asarray(found.predict_log_proba(asked)) / TEMPERATURE


def nearest(messages: sparse.csr_matrix, intents: Numbers) -> Answering:
    """The closest example of each intent, by the cosine."""

    def scored(asked: sparse.csr_matrix) -> Numbers:
        alike = (asked @ messages.T).toarray()
        return np.stack([alike[:, intents == i].max(1) for i in range(int(intents.max()) + 1)], 1) * 2

    return scored


@dataclass(frozen=True, slots=True)
class Trial:
    """`shares`: what each kind of term counts for, 0 for none; `slips`: whether slips of the finger are put right;
    `folding`: whether shorthand, dialects, names and raw keys are read, or only accents and capitals dropped."""

    name: str
    shares: tuple[float, float, float, float] = ALL  # type: ignore[assignment]
    learner: Learner = machine()  # noqa: RUF009 - built once, never changed
    seen_in: int = SEEN_IN
    copies: bool = True
    slips: bool = True
    folding: bool = True


TRIALS = (
    Trial("words, accents dropped", (1, 0, 0, 0), copies=False, slips=False, folding=False),
    Trial("parts of words, accents dropped", (0, 1, 0, 0), copies=False, slips=False, folding=False),
    Trial("words, folded", (1, 0, 0, 0), copies=False, slips=False),
    Trial("parts of words, folded", (0, 1, 0, 0), copies=False, slips=False),
    Trial("words, slips put right", (1, 0, 0, 0), copies=False),
    Trial("words and parts", (1, 0.7, 0, 0), copies=False),
    Trial("words, parts, accents", (1, 0.7, 0.5, 0), copies=False),
    Trial("concepts alone", (0, 0, 0, 1), copies=False),
    Trial("words and concepts", (1, 0, 0, 0.7), copies=False),
    Trial("all four", copies=False),
    Trial("all four, bare copies: chosen"),
    Trial("chosen, terms seen once", seen_in=1),
    Trial("chosen, terms seen three times", seen_in=3),
    Trial("chosen, strictness 0.2", learner=machine(0.2)),
    Trial("chosen, strictness 0.8", learner=machine(0.8)),
    Trial("chosen, rare intents weighed up", learner=machine(weights="balanced")),
    Trial("chosen, logistic regression", learner=logistic),
    Trial("chosen, complement naive Bayes", learner=bayes),
    Trial("chosen, nearest example", learner=nearest),
)


class Phrasebook:
    """The phrases and their bare copies, and who is left out with whom."""

    def __init__(self, said: list[Phrase]) -> None:
        copies = bare_copies(said)
        self.said, self.every = said, [*said, *(copy for _, copy in copies)]
        self.of = np.array([*range(len(said)), *(i for i, _ in copies)])
        self.labels = sorted({p.intent for p in said})
        self.intents = np.array([self.labels.index(p.intent) for p in self.every])
        self.manners = np.array([p.manner for p in said])
        self.left = np.array([*self._rounds()])
        self._table = table()
        self._spelling = Spelling(known_words(said, self._table))
        self._read: dict[tuple[bool, bool], list[Counts]] = {}

    def _rounds(self) -> list[str]:
        """Which round a phrase is asked in: its manner's; for English, the first, middle or last third of a file's."""
        counts: dict[str, int] = {}
        for phrase in self.said:
            counts[phrase.intent] = counts.get(phrase.intent, 0) + (phrase.manner == "english")
        seen, rounds = dict.fromkeys(counts, 0), []
        for phrase in self.said:
            third = ""
            if phrase.manner == "english":
                third = f" {seen[phrase.intent] * PARTS_OF_ENGLISH // counts[phrase.intent]}"
                seen[phrase.intent] += 1
            rounds.append(phrase.manner + third)
        return rounds

    def counts(self, *, slips: bool, folding: bool) -> list[Counts]:
        """A kind of term each."""
        if (slips, folding) not in self._read:
            read = [terms([piece(s, self._table) for s in self._sentences(p.text, slips, folding)]) for p in self.every]
            self._read[slips, folding] = [Counts([message[kind] for message in read]) for kind in range(len(ALL))]
        return self._read[slips, folding]

    def _sentences(self, text: str, slips: bool, folding: bool) -> tuple[Sentence, ...]:
        if not folding:
            words = tuple("".join(c if c.isalnum() else " " for c in fold(text)).split())
            return (Sentence(words, words),)
        return sentences(text, self._spelling) if slips else sentences(text)


def scores(book: Phrasebook, trial: Trial) -> Numbers:
    """What each phrase (copies apart) was given for each intent by what learnt without its manner."""
    counts = book.counts(slips=trial.slips, folding=trial.folding)
    given = np.zeros((len(book.said), len(book.labels)))
    for left in sorted(set(book.left)):
        asked = np.where(book.left == left)[0]
        learnt = np.where(book.left[book.of] != left)[0]
        written = learnt[learnt < len(book.said)]
        learnt = learnt if trial.copies else written
        kept = [
            (c, c.kept(written, trial.seen_in), share) for c, share in zip(counts, trial.shares, strict=True) if share
        ]
        answer = trial.learner(
            sparse.hstack([c.weighed(learnt, k, share) for c, k, share in kept]).tocsr(), book.intents[learnt]
        )
        given[asked] = answer(sparse.hstack([c.weighed(asked, k, share) for c, k, share in kept]).tocsr())
    return given


def told(book: Phrasebook, given: Numbers) -> str:
    """Accuracy, without English, among the first three, of what is not ours, and by manner, as cells of a table."""
    right = given.argmax(1) == book.intents[: len(book.said)]
    three = (np.argsort(-given, 1)[:, :3] == book.intents[: len(book.said), None]).any(1)
    ours = book.intents[: len(book.said)] != book.labels.index(OUT)
    cells = [right.mean(), right[book.manners != "english"].mean(), three.mean(), right[~ours].mean()]
    cells += [right[book.manners == manner].mean() for manner in sorted(set(book.manners))]
    return " | ".join(f"{100 * cell:.1f}" for cell in cells)


def calibrated(book: Phrasebook, given: Numbers) -> list[str]:
    """How the temperature fits, and what thresholds of sureness come to: lines of text."""
    given = given + np.array([LIKELIER.get(label, 0.0) for label in book.labels])
    intents = book.intents[: len(book.said)]
    lines = []
    for temperature in (5.0, 6.0, TEMPERATURE, 8.0, 9.0):
        odds = np.exp(temperature * (given - given.max(1, keepdims=True)))
        likely = odds / odds.sum(1, keepdims=True)
        surprise = -np.log(likely[np.arange(len(intents)), intents]).mean()
        lines.append(f"temperature {temperature}: {surprise:.4f} nats of surprise")
        if temperature == TEMPERATURE:
            top, right = likely.max(1), given.argmax(1) == intents
            for sure in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8):
                asked, wrong = (top < sure).mean(), ((top >= sure) & ~right).mean()
                lines.append(f"sure from {sure}: asked back {100 * asked:.1f} %, answered wrongly {100 * wrong:.1f} %")
    return lines


def main(words: list[str]) -> None:
    book = Phrasebook(phrases())
    heads = ["method", "all", "without English", "first three", "not ours", *sorted(set(book.manners)), "s"]
    sys.stdout.write("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|\n")
    for trial in TRIALS:
        if all(word in trial.name for word in words):
            since = time.monotonic()
            given = scores(book, trial)
            line = f"| {trial.name} | {told(book, given)} | {time.monotonic() - since:.0f} |\n"
            sys.stdout.write(line + "".join(f"{c}\n" for c in calibrated(book, given) if trial.name.endswith("chosen")))
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
