"""(language, place, line, telling) → text. The one door to every word the house says; an unknown name is an error."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, nodes

from flows.speech import Telling

ROOT = Path(__file__).parent
LABEL = "label_"
SIGNS = "signs.toml"


def signs(root: Path = ROOT) -> dict[str, Mapping[str, Any]]:
    """Language → its `signs.toml`, read once for as long as it is the same file."""
    return {file.parent.name: _read(file, file.stat().st_mtime_ns) for file in sorted(root.glob(f"*/{SIGNS}"))}


@lru_cache(maxsize=16)
def _read(file: Path, changed: int) -> Mapping[str, Any]:
    del changed  # another moment is another reading
    return tomllib.loads(file.read_text(encoding="utf-8"))


_CITED = re.compile(r"\{%-?\s*block\s+(\w+)\s*-?%\}\s*(?:\{#-?\s*(.*?)\s*-?#\})?", re.DOTALL)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_SENTENCES = re.compile(r"(?<=[.?…])(?<!\bTP\.)\s+(?=[A-ZĐÀ-Ỹ“•\d])")


class UnknownLineError(KeyError):
    """There is no such text; `python -m bot check` names every missing one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One wording as it stands in a file: its sources and review date, and the facts it names."""

    name: str
    sources: tuple[str, ...]
    review: str
    facts: frozenset[str]


class Catalogue:
    """The texts of one folder, `<language>/<flow>/<place>.jinja`, each a template of named blocks; compiled once."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        # Plain text goes in and out: each channel escapes for itself what it shows.
        self._environment = Environment(undefined=StrictUndefined)  # noqa: S701
        self._files: dict[tuple[str, str], tuple[Template, dict[str, Line]]] = {}
        self._worded = lru_cache(maxsize=8192)(self._render)

    def text(self, language: str, place: str, line: str, telling: Telling) -> str:
        """The words of a line, paragraphs separated by one line break. UnknownLineError where there are none."""
        facts = tuple(sorted(self.lines(language, place).get(line, _NO_LINE).facts))
        values = attrgetter(*facts)(telling) if facts else ()
        return self._worded(language, place, line, facts, values if len(facts) != 1 else (values,))

    def label(self, language: str, place: str, exit_: str, telling: Telling) -> str:
        """The words on the button of an exit."""
        return self.text(language, place, LABEL + exit_, telling)

    def lines(self, language: str, place: str) -> Mapping[str, Line]:
        """Every line written for a place, with its sources; empty when there is no file."""
        if (language, place) not in self._files:
            path = self._path(language, place)
            if not (self.root / path).is_file():
                return {}
            self._files[language, place] = self._read(path)
        return self._files[language, place][1]

    def places(self, language: str) -> frozenset[str]:
        """Names of all places that have a file in a language."""
        files = (self.root / language).glob("*/*.jinja")
        return frozenset(f"{f.parent.name}.{f.stem}" for f in files)

    def languages(self) -> list[str]:
        """The languages there are words of."""
        return sorted(f.parent.name for f in self.root.glob("*/signs.toml"))

    def preload(self, language: str) -> None:
        """Compile every text now, so that no turn has to."""
        for place in self.places(language):
            self.lines(language, place)

    def _render(self, language: str, place: str, line: str, facts: tuple[str, ...], values: tuple[object, ...]) -> str:
        if line not in self.lines(language, place):
            raise UnknownLineError(f"{language}/{self._path(language, place)} has no block “{line}”")
        template = self._files[language, place][0]
        context = template.new_context(dict(zip(facts, values, strict=True)))
        return lay_out("".join(template.blocks[line](context)))

    def _read(self, path: str) -> tuple[Template, dict[str, Line]]:
        """A file as a template and as its lines; read into a tree once, which is half of the work."""
        file = self.root / path
        source, env = file.read_text(encoding="utf-8"), self._environment
        tree = env.parse(source, path, str(file))
        lines = self._lines_of(tree, source)
        return Template.from_code(env, env.compile(tree, path, str(file)), env.globals), lines

    def _lines_of(self, tree: nodes.Template, source: str) -> dict[str, Line]:
        cited = {m[1]: m[2] or "" for m in _CITED.finditer(source)}
        lines: dict[str, Line] = {}
        for block in tree.find_all(nodes.Block):
            sources, _, review = cited.get(block.name, "").partition("·")
            names = {n.name for n in block.find_all(nodes.Name) if n.ctx == "load"}
            stored = {n.name for n in block.find_all(nodes.Name) if n.ctx == "store"}
            lines[block.name] = Line(block.name, tuple(sources.split()), review.strip(), frozenset(names - stored))
        return lines

    @staticmethod
    def _path(language: str, place: str) -> str:
        flow, _, name = place.partition(".")
        return f"{language}/{flow}/{name}.jinja"


_NO_LINE = Line("", (), "", frozenset())


def lay_out(text: str) -> str:
    """A block as written → as said: a blank line starts a paragraph, other line breaks are spaces, "• " begins a line."""
    paragraphs = []
    for written in _PARAGRAPHS.split(text.strip()):
        line = " ".join(written.split())
        paragraphs.append(line.replace(" • ", "\n• "))
    return "\n".join(p for p in paragraphs if p)


def slowly(text: str) -> str:
    """The same words, one sentence to a line, counted, for "nói chậm lại"."""
    sentences = [s for line in text.split("\n") for s in _SENTENCES.split(line) if s]
    if len(sentences) == 1:
        return text
    return "\n".join(f"({n}) {sentence.removeprefix('• ')}" for n, sentence in enumerate(sentences, 1))


def told_in(catalogue: Catalogue, language: str, place: str, line: str, telling: Telling, slow: bool) -> str:
    """A line's words at the pace asked for."""
    text = catalogue.text(language, place, line, telling)
    return slowly(text) if slow else text
