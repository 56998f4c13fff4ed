"""The diagram is the script."""

from pathlib import Path

from flows import diagram
from flows.notation import exits_of
from flows.script import BOOK

README = Path(__file__).parents[2] / "README.md"


def test_every_place_and_every_exit_is_drawn() -> None:
    for flow in BOOK.flows:
        drawn = diagram.draw(BOOK, flow)
        for step in flow.steps:
            assert BOOK.name(step.at).replace(".", "_") in drawn
            for exit_ in exits_of(step):
                assert f" {exit_} " in drawn


def test_the_readmes_drawing_is_the_one_the_book_makes() -> None:
    text = README.read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram.draw_all(BOOK)}```" in text, "paste `python -m bot draw` into README.md"
