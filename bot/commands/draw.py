"""Print the conversations as Mermaid diagrams: the map, or one flow by its name."""

import argparse
import sys

from flows import diagram
from flows.script import BOOK


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot draw", description=__doc__)
    parser.add_argument(
        "flow", nargs="?", choices=[f.name for f in BOOK.flows], help="one flow; without it the map of all"
    )
    flow = parser.parse_args(arguments).flow
    sys.stdout.write(diagram.draw(BOOK, BOOK.flow(flow)) if flow else diagram.draw_all(BOOK))
    return 0
