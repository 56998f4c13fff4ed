"""What was learnt from the phrases, as a small file, read without numpy: for each term how much it speaks for each intent."""

import math
import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from content.hearing.concepts import Table
from content.hearing.folding import sentences
from content.hearing.spelling import Spelling
from content.hearing.terms import SHARES, Piece, piece, terms

FILE = Path(__file__).parent / "model.bin"
MAGIC = b"donghanh hearing 2\n"
NOTHING = 128  # the byte of a weight of nothing: bytes have no sign
FINE = 1 << 20  # the whole numbers that one is counted in while a message is added up
LANE = 4  # bytes that the sum of one intent has

Ranked = tuple[tuple[str, float], ...]  # every intent with its probability, the most likely first


class Head(msgspec.Struct, frozen=True):
    """The first part of the file. After it the terms, a line each, then numbers: rarity and step of each term, the bias of
    each intent (all `<f4`), and a byte for every term and intent: what it speaks for the intent, in steps, plus 128."""

    labels: list[str]
    known: list[str]
    counts: list[int]  # how many terms of each kind there are
    temperature: float
    table: Table


class NoModelError(RuntimeError):
    """There is no model, or the file is none of ours; the text says what to do."""


class Model:
    """Ranks the intents for a message. What it holds never changes (a memory only grows), so threads may share it."""

    def __init__(self, file: Path = FILE) -> None:
        head, names, numbers = _opened(file)
        self.labels = tuple(head.labels)
        self._temperature, self._table, self._spelling = head.temperature, head.table, Spelling(head.known)
        self._rows: list[dict[str, int]] = []
        every, at = names.split("\n"), 0
        for count in head.counts:
            self._rows.append(dict(zip(every[at : at + count], range(at, at + count), strict=True)))
            at += count
        self._rarity, self._step, self._bias = array("f"), array("f"), array("f")
        for part, length in ((self._rarity, at), (self._step, at), (self._bias, len(self.labels))):
            part.frombytes(numbers[: 4 * length])
            numbers = numbers[4 * length :]
        self._weights = numbers
        self._wide: dict[int, int] = {}

    def read(self, text: str) -> tuple[Piece, ...]:
        """What is counted in a text, sentence by sentence."""
        return tuple(piece(sentence, self._table) for sentence in sentences(text, self._spelling))

    def rank(self, text: str) -> Ranked:
        """Every intent with its probability, the most likely first."""
        return self.likely(self.read(text))

    def likely(self, read: Sequence[Piece]) -> Ranked:
        """Every intent with its probability for these sentences together, the most likely first."""
        scores = self.scores(read)
        top = max(scores)
        odds = [math.exp(self._temperature * (s - top)) for s in scores]
        whole = sum(odds)
        pairs = zip(self.labels, (o / whole for o in odds), strict=True)
        return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))

    def scores(self, read: Sequence[Piece]) -> list[float]:
        """How much speaks for each intent, in the order of the labels."""
        total, added = 0, 0
        for rows, share, found in zip(self._rows, SHARES.values(), terms(read), strict=True):
            values = [
                (row, (1 + math.log(times) if times > 1 else 1) * self._rarity[row])
                for term, times in Counter(found).items()
                if (row := rows.get(term)) is not None
            ]
            length = math.sqrt(sum(value * value for _, value in values))
            for row, value in values:
                # The sums of all intents stand side by side in one whole number: a term is one multiplication.
                part = round(value / length * share * self._step[row] * FINE)
                total += part * (self._wide.get(row) or self._widened(row))
                added += part
        sums = struct.unpack(f"<{len(self.labels)}I", total.to_bytes(len(self.labels) * LANE, "little"))
        return [bias + (s - NOTHING * added) / FINE for bias, s in zip(self._bias, sums, strict=True)]

    def _widened(self, row: int) -> int:
        width = len(self.labels)
        lanes = bytearray(width * LANE)
        lanes[::LANE] = self._weights[row * width : (row + 1) * width]
        self._wide[row] = wide = int.from_bytes(lanes, "little")
        return wide


@cache
def model() -> Model:
    """The one model of this process, read when it is first needed."""
    return Model()


def _opened(file: Path) -> tuple[Head, str, bytes]:
    try:
        packed = file.read_bytes()
        if not packed.startswith(MAGIC):
            raise ValueError("it begins differently")  # noqa: TRY301 - told by the handler below
        head, names, numbers = zlib.decompress(packed[len(MAGIC) :]).split(b"\0", 2)
        return msgspec.json.decode(head, type=Head), names.decode(), numbers
    except (OSError, ValueError, zlib.error, msgspec.MsgspecError) as error:
        raise NoModelError(f"{file} is no model of this house ({error}). `make train` writes it anew.") from error
