"""No rule of the local Bot API without a test by foreign clients, and none in a test that the table does not have."""

import ast
from pathlib import Path

from bot.emulators.telegram.rules import RULES

HERE = Path(__file__).parent


def shown() -> dict[str, set[str]]:
    """Which rules the tests say they show, and by which arguments each such test works."""
    rules: dict[str, set[str]] = {}
    for file in HERE.glob("test_telegram_emulator_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.AsyncFunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "rule":
                    for name in mark.args:
                        assert isinstance(name, ast.Constant)
                        rules.setdefault(str(name.value), set()).update(a.arg for a in node.args.args)
    return rules


def test_every_rule_is_shown_by_a_foreign_client() -> None:
    tests = shown()
    assert {rule.name for rule in RULES} == set(tests)
    assert [name for name, arguments in tests.items() if not arguments & {"here", "paced"}] == []


def test_every_rule_has_one_name_a_sentence_and_a_source() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.says.endswith((".", ".)")), rule.name
        assert rule.source, rule.name
