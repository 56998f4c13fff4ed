"""Slips of the finger: a word nobody writes is read as the known word one slip away, or as two words stuck together."""

from collections.abc import Iterator, Sequence

from content.hearing.keystrokes import is_bare_syllable

SHORTEST = 4
COMMON = 1_000  # of the known words in order of frequency: those that two stuck words may be made of
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Spelling:
    """Knows the words of `known`, the most frequent first; all without accents."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        self._rank = {word: rank for rank, word in enumerate(known)}

    def knows(self, word: str) -> bool:
        """Whether there is nothing to put right."""
        return word in self._rank or len(word) < SHORTEST or not word.isalpha() or not word.isascii()

    def meant(self, word: str, *, english: bool = False) -> tuple[str, ...]:
        """The word, or what it should have been. A Vietnamese syllable is never corrected, an English word hardly ever."""
        if self.knows(word):
            return (word,)
        if english or is_bare_syllable(word):
            near = self._near(word) if english and len(word) > 6 else None
            return (near or word,)
        stuck = self._parted(word)
        if stuck and len(word) >= 6:
            return stuck
        if near := self._near(word):
            return (near,)
        return stuck or (word,)

    def _near(self, word: str) -> str | None:
        """The known word one slip away: of the likeliest kind of slip, then the most frequent."""
        for kind in (_doubled_or_swapped, _left_out_or_added, _mistyped):
            if found := [slip for slip in kind(word) if slip in self._rank]:
                return min(found, key=self._rank.__getitem__)
        return None

    def _parted(self, word: str) -> tuple[str, str] | None:
        best: tuple[int, tuple[str, str]] | None = None
        for at in range(2, len(word) - 1):
            first, second = word[:at], word[at:]
            rank = max(self._rank.get(first, COMMON), self._rank.get(second, COMMON))
            if rank < COMMON and is_bare_syllable(first) and is_bare_syllable(second) and (not best or rank < best[0]):
                best = rank, (first, second)
        return best[1] if best else None


def _doubled_or_swapped(word: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if word[i] == word[i + 1]:
            yield word[:i] + word[i + 1 :]


def _left_out_or_added(word: str) -> Iterator[str]:
    for i in range(len(word) + 1):
        yield word[:i] + word[i + 1 :]
        yield from (word[:i] + letter + word[i:] for letter in _LETTERS)


def _mistyped(word: str) -> Iterator[str]:
    for i in range(len(word)):
        yield from (word[:i] + letter + word[i + 1 :] for letter in _LETTERS)
