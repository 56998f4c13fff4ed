"""Every line of every language as it is said, for tests that read all of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from content.catalogue import LABEL, ROOT, Catalogue
from content.completeness import needed, sample
from flows.script import BOOK
from flows.speech import Form

CATALOGUE = Catalogue()


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is said to a person called bác (`text`); in `bare` the address and the unit's card are signs."""

    language: str
    place: str
    name: str
    text: str
    bare: str
    sources: tuple[str, ...]

    @property
    def label(self) -> bool:
        return self.name.startswith(LABEL)

    @property
    def unquoted(self) -> str:
        return re.sub(r"“[^”]*”", "“…”", self.bare)

    @property
    def sentences(self) -> list[str]:
        """A quoted label counts as one word, whatever the screen calls it."""
        quoted = re.sub(r"“[^”]*”", "“nhãn”", self.text)
        return [s for s in re.split(r"(?<=[.?:])\s|\n", quoted) if s]

    def __str__(self) -> str:
        return f"{self.language}/{self.place} {self.name}: {self.text}"


def written() -> Iterator[Line]:
    signs = {"you": "‹y›", "You": "‹Y›", "me": "‹m›", "Me": "‹M›"}
    card = {f"unit_{name}": f"‹{name}›" for name in ("name", "address", "hours", "phone")}
    full, bare = sample(Form.BAC), replace(sample(Form.BAC), **signs, **card)  # type: ignore[arg-type]
    for language in sorted({file.parent.parent.name for file in ROOT.glob("*/*/*.jinja")}):
        for place, wanted in sorted(needed(BOOK).items()):
            for name, line in CATALOGUE.lines(language, place).items():
                if name in wanted:
                    said, signed = (CATALOGUE.text(language, place, name, telling) for telling in (full, bare))
                    yield Line(language, place, name, said, signed, line.sources)
