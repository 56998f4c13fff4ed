"""What a sentence is taken to ask: `python -m bot understand "toi ko nhan dc ma otp"`, or a table's figures with --csv FILE."""

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.catalogue import Catalogue, UnknownLineError
from content.hearing.meaning import Meaning, meaning, understood
from content.hearing.model import model
from flows.speech import Telling

OUT = "out_of_scope"
BY_SIGN = {"dialog_control": "the menu", "human_agent": "where a person can be reached"}


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence of a table with its label, a second right one if there is one, and what kind of writer wrote it."""

    text: str
    intent: str
    variant: str
    also: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a row."""

    row: Row
    meant: Meaning
    first: str
    three: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.first in (self.row.intent, self.row.also)


class BadTableError(Exception):
    """The file is no table we can read; the text says why."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot understand", description=__doc__)
    parser.add_argument("text", nargs="?", help="a sentence as somebody would type it")
    parser.add_argument(
        "--csv", metavar="FILE", type=Path, help="columns text,intent[,variant][,also]: prints the figures"
    )
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    given = parser.parse_args(arguments)
    if (given.text is None) == (given.csv is None):
        parser.error("give a sentence, or --csv FILE")
    if given.text is not None:
        _tell(given.text)
        return 0
    try:
        rows = read(given.csv)
    except BadTableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    judged = [judge(row) for row in rows]
    told, variants = figures(judged), by_variant(judged)
    if given.json:
        sys.stdout.write(json.dumps({**told, "variants": variants}, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(table({"all": told, **variants}))
    return 0


def read(path: Path) -> list[Row]:
    """The rows of a table. BadTableError when there is no such file, it is no UTF-8 CSV, or a column or label is missing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
    except OSError as error:
        raise BadTableError(f"{path} cannot be read ({error.strerror}). Give a CSV file.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadTableError(f"{path} is no CSV in UTF-8: {error}. Save it as “CSV UTF-8”.") from error
    if not lines or not {"text", "intent"} <= set(lines[0]):
        raise BadTableError(
            f"{path} needs the columns text and intent (variant and also may follow), and a row at least."
        )
    rows = [Row(*((line.get(name) or "").strip() for name in ("text", "intent", "variant", "also"))) for line in lines]
    known = set(model().labels)
    if foreign := sorted({label for row in rows for label in (row.intent, row.also) if label and label not in known}):
        raise BadTableError(f"{path}: no such intent: {', '.join(foreign)}. There are: {', '.join(sorted(known))}.")
    return rows


def judge(row: Row) -> Judged:
    said = understood(row.text)
    meant = meaning(said)
    three = tuple(intent for intent, _ in said.whole[:3])
    return Judged(row, meant, meant.intents[0] if meant.intents else OUT, three)


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Shares of all rows, but for the precision and recall of what is not ours, and the mean F1 over the labels."""
    count = len(judged)
    sure = [j for j in judged if j.meant.sure]
    said_out = [j for j in judged if j.first == OUT]
    are_out = [j for j in judged if j.row.intent == OUT]
    return {
        "rows": count,
        "accuracy": sum(j.right for j in judged) / count,
        "macro_f1": macro_f1(judged),
        "out_of_scope_precision": sum(j.right for j in said_out) / len(said_out) if said_out else 1.0,
        "out_of_scope_recall": sum(j.first == OUT for j in are_out) / len(are_out) if are_out else 1.0,
        "answered": len(sure) / count,
        "asked": 1 - len(sure) / count,
        "wrong": sum(not j.right for j in sure) / count,
        "top3": sum(bool({j.row.intent, j.row.also} & set(j.three)) for j in judged) / count,
    }


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean over the labels of the table of F1; a second right label counts as the first one."""
    hit, said, is_ = Counter[str](), Counter[str](), Counter[str]()
    for j in judged:
        label = j.first if j.right else j.row.intent
        is_[label] += 1
        said[j.first] += 1
        hit[label] += j.right
    scores = [2 * hit[label] / (said[label] + is_[label]) for label in is_]
    return sum(scores) / len(scores)


def by_variant(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    kinds: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        kinds[j.row.variant].append(j)
    return {variant: figures(those) for variant, those in sorted(kinds.items()) if variant}


def table(told: Mapping[str, Mapping[str, float]]) -> str:
    """The figures as lines, a variant to a line."""
    names = list(next(iter(told.values())))
    heads = (
        n.replace("out_of_scope_precision", "oos_prec").replace("out_of_scope_recall", "oos_recall") for n in names
    )
    written = [f"{'':16}" + "".join(f"{head:>11}" for head in heads)]
    for name, values in told.items():
        shown = (f"{values[n]:>11}" if n == "rows" else f"{values[n]:>11.3f}" for n in names)
        written.append(f"{name:16}" + "".join(shown))
    return "\n".join(written) + "\n"


def _tell(text: str) -> None:
    said = understood(text)
    meant = meaning(said)
    if not said.whole:
        sys.stdout.write("There is no word in it.\n")
        return
    does = "answered" if meant.sure else "asked back"
    sys.stdout.write(f"intent      {said.whole[0][0]}\nconfidence  {said.whole[0][1]:.3f} ({does})\n")
    sys.stdout.write(f"runners-up  {', '.join(f'{i} {p:.3f}' for i, p in said.whole[1:4])}\n")
    if meant.second:
        sys.stdout.write(f"also        {meant.second}\n")
    intent = meant.intents[0]
    try:
        answer = Catalogue().text("vi", f"answers.{intent}", "say", Telling())
    except UnknownLineError:
        answer = f"({BY_SIGN.get(intent, 'no answer is written')})"
    sys.stdout.write(f"answer      {answer}\n")
