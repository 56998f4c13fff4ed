"""What `docs/` says of the registry is what it does."""

import json
import re
from pathlib import Path

from bot.commands.registry import document
from bot.registry.api.application import surface
from bot.registry.loans import Start
from tests.registry.fuzz import fuzz

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_in_docs_is_the_programs_own() -> None:
    kept = (DOCS / "registry-openapi.json").read_text(encoding="utf-8")
    assert kept == document(), "python -m bot registry --openapi > docs/registry-openapi.json"


def test_every_operation_says_what_it_is_and_every_shape_that_people_see_has_the_label() -> None:
    written = json.loads(document())
    assert "MÔ PHỎNG" in written["info"]["title"]
    for path, verbs in written["paths"].items():
        for verb, operation in verbs.items():
            assert operation["description"], f"{verb} {path}"
            refused = {status for status in operation["responses"] if status >= "400"}
            shapes = {kind for status in refused for kind in operation["responses"][status]["content"]}
            assert shapes <= {"application/problem+json", "application/json"}
    shapes = written["components"]["schemas"]
    for name in (n for n in shapes if n.endswith(("Answer", "Problem")) and n != "TokenAnswer"):
        assert shapes[name]["properties"]["label"]["const"] == "MÔ PHỎNG", name


def test_the_walk_tells_every_path_an_app_has_and_every_start_of_a_loan() -> None:
    walk = (DOCS / "registry-walk.md").read_text(encoding="utf-8") + (DOCS / "registry-walk.py").read_text(
        encoding="utf-8"
    )
    for start in Start:
        assert f"`{start.value}`" in walk
    paths = [getattr(route, "path", "") for route in surface().routes]
    ends = {re.sub(r"/v1|\{[^}]*\}", "", path).rstrip("/").rpartition("/")[2]
            for path in paths if "/v1" in path}  # fmt: skip
    told = {word for word in ends if word in walk}
    assert ends - told <= {"openapi.json", "people", "session", "consents", "codes"}


def test_requests_made_from_the_document_find_no_breach_and_no_fault_of_ours(tmp_path: Path) -> None:
    """A dose; `python -m tests.registry.fuzz` is the whole."""
    run = fuzz(tmp_path, 2, 7)
    assert not run.wrong, "\n".join(run.wrong[:5])
    assert sum(sum(answers.values()) for answers in run.answers.values()) > 150
