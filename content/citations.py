"""What a line may rest on, as the tables in `sources/` tell it: the five documents' statements, and public sources."""

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content.catalogue import ROOT

ORGANISATIONAL = "organisational"
DISAGREEMENT = re.compile(r"C\d+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the five documents. `document` is S0…S4, `kind` step, fact, rule, message or organisational."""

    id: str
    document: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Public:
    """A public source beside the documents: its title, its date as written, and what it says."""

    id: str
    title: str
    date: str
    confidence: str
    text: str


def statements(root: Path = ROOT) -> Mapping[str, Statement]:
    """The statements by their id, in the order of the table."""
    with (root / "sources" / "facts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["id"]: Statement(row["id"], row["seed"], row["kind"], row["statement_vi"]) for row in rows}


def publics(root: Path = ROOT) -> Mapping[str, Public]:
    """The public sources by their id, in the order of the file; none where there is no file."""
    path = root / "sources" / "public.toml"
    written = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {
        id_: Public(id_, str(told["title"]), str(told["date"]), str(told["confidence"]), str(told["says"]))
        for id_, told in written.items()
    }
