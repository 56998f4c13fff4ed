"""Where a rule comes from: the names under which the core cites the five documents, the later law, and silence.

A citation is a string: a statement of the documents (`S0-01` … `S4-35`) or the settling of a contradiction between them
(`C1` … `C31`), an article of a law that came after them (`69/2024 Art. 14`), or `unsaid`: a choice of ours where no
document speaks, never dressed as a rule.
"""

from dataclasses import dataclass
from datetime import date

Facts = tuple[str, ...]

UNSAID: Facts = ("unsaid",)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that gives a rule: its name, the day it was written or came into force, its own citations."""

    name: str
    dated: date
    facts: Facts


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words an official screen shows, letter by letter, with the statement that quotes them."""

    fact: str
    words: str


DOCUMENTS_2022 = Source("59/2022/NĐ-CP, as told in the document of 24/12/2022", date(2022, 12, 24), ("S2-03", "S4-15"))
DECREE_2024 = Source("69/2024/NĐ-CP", date(2024, 7, 1), ("69/2024 Art. 7", "69/2024 Art. 13", "69/2024 Art. 14"))
REQUIREMENTS_2022 = Source("2498/CAT-PC06", date(2022, 10, 14), ("S2-16",))
