"""Every rule of the two emulators has a source and is met by a test; every switch belongs to a rule and is turned by one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.emulators.rules import Certainty, Rule, Switch
from bot.emulators.zalo_bot import rules as bot_rules
from bot.emulators.zalo_oa import rules as oa_rules
from bot.emulators.zalo_sources import SOURCES

HERE = Path(__file__).parent
TESTS = {
    "bot": (bot_rules.RULES, bot_rules.SWITCHES, ("bot", "faults")),
    "oa": (oa_rules.RULES, oa_rules.SWITCHES, ("oa", "events")),
}


def calls(files: tuple[str, ...], name: str) -> Iterator[ast.Call]:
    for file in files:
        tree = ast.parse((HERE / f"test_zalo_emulators_{file}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=id_)) | ast.Call(func=ast.Attribute(attr=id_)) if id_ == name:
                    yield node


Known = tuple[tuple[Rule, ...], tuple[Switch, ...], tuple[str, ...]]


@pytest.mark.parametrize("known", TESTS.values(), ids=TESTS)
def test_every_rule_is_met_by_a_test(known: Known) -> None:
    rules, _, files = known
    met = {
        argument.value for call in calls(files, "meets") for argument in call.args if isinstance(argument, ast.Constant)
    }
    assert met == {rule.name for rule in rules}
    assert len(rules) == len({rule.name for rule in rules})


@pytest.mark.parametrize("known", TESTS.values(), ids=TESTS)
def test_every_switch_belongs_to_a_rule_and_is_turned_by_a_test(known: Known) -> None:
    rules, switches, files = known
    assert {rule.switch for rule in rules} - {""} == {switch.name for switch in switches}
    openers = ("switch", "zalo_bot", "zalo_oa")
    turned = {keyword.arg for opener in openers for call in calls(files, opener) for keyword in call.keywords}
    assert {switch.name for switch in switches} <= turned


@pytest.mark.parametrize("known", TESTS.values(), ids=TESTS)
def test_every_rule_says_where_it_is_from_and_what_is_guessed_says_so(known: Known) -> None:
    for rule in known[0]:
        assert rule.says, rule.name
        assert set(rule.source.split(", ")) <= set(SOURCES), rule.name
        assert ("guess" in rule.source) == (rule.certainty is Certainty.INFERRED), rule.name
    for switch in known[1]:
        assert switch.words, switch.name
        assert switch.options or switch.least <= switch.usual <= switch.most, switch.name
