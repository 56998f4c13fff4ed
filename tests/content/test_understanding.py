"""What people ask is understood: held-back sentences by manners no phrase is written in, and what it costs."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.commands import understand
from content.hearing import Hearing
from content.hearing.meaning import Meaning, Understood, meaning, understood
from content.hearing.model import FILE, model
from flows.core.vietnamese import fold
from flows.script import BOOK
from tests.kit.served import ROOT

HELD_BACK = Path(__file__).with_name("held_back.csv")
PHRASES = ROOT / "content" / "hearing" / "phrases"
MANNERS = {
    "plain": 14, "bare": 12, "teen": 8, "south": 8, "central": 6, "north": 6, "caps": 5, "typos": 8, "story": 6, "short": 7,
    "elder": 6, "helper": 6, "english": 15,
}  # fmt: skip


def said() -> dict[str, dict[str, list[str]]]:
    """Intent → manner → sentences."""
    found: dict[str, dict[str, list[str]]] = {}
    for file in sorted(PHRASES.glob("*.txt")):
        manner = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("# manner:"):
                manner = line.removeprefix("# manner:").strip()
            elif line.strip() and not line.startswith("#"):
                found.setdefault(file.stem, {}).setdefault(manner, []).append(line.strip())
    return found


def test_held_back_sentences_are_understood_as_well_as_was_promised() -> None:
    told = understand.figures([understand.judge(row) for row in understand.read(HELD_BACK)])
    assert told["rows"] >= 400
    assert told["accuracy"] >= 0.90
    assert told["wrong"] <= 0.04
    assert told["asked"] <= 0.20
    assert told["top3"] >= 0.97
    assert told["out_of_scope_recall"] >= 0.85


def test_each_intent_is_written_in_every_manner_and_no_sentence_stands_twice() -> None:
    phrases = said()
    assert len(phrases) == 53
    for intent, manners in phrases.items():
        assert {m: len(manners.get(m, [])) for m in MANNERS if len(manners.get(m, [])) < MANNERS[m]} == {}, intent
    assert sum(map(len, phrases["out_of_scope"].values())) >= 500
    every = Counter(
        re.sub(r"[\W_]+", " ", s.casefold()).strip() for m in phrases.values() for those in m.values() for s in those
    )
    assert [s for s, times in every.items() if times > 1] == []


def test_no_held_back_sentence_is_among_the_phrases() -> None:
    trained = {fold(s) for manners in said().values() for those in manners.values() for s in those}
    assert [row.text for row in understand.read(HELD_BACK) if fold(row.text) in trained] == []


def test_what_was_learnt_is_a_small_file_and_nothing_that_runs_needs_the_school() -> None:
    assert FILE.stat().st_size <= 2 * 1024 * 1024
    asked = (
        "import sys, bot.main, bot.turn, content.hearing; from content.hearing import understood; understood('chào'); "
    )
    told = "print([m for m in ('numpy', 'sklearn', 'scipy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", asked + told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(("text", "intent"), [
    ("toi ko nhan dc ma otp", "otp_not_received"),
    ("bấm hoài hổng được, báo chưa được định danh điện tử", "activate_not_identified"),
    ("QUÊN MẬT KHẨU VNEID RỒI", "forgot_password"),
    ("tooi queen maatj khaaru vneid", "forgot_password"),
    ("how much does it cost to register", "fee_cost"),
    ("họ gửi cái link biểu tải vneid", "scam_check"),
    ("giá vàng hôm nay bao nhiêu", "out_of_scope"),
])  # fmt: skip
def test_however_it_is_written_it_is_understood(text: str, intent: str) -> None:
    assert meaning(understood(text)).intents[0] == intent


def test_of_two_requests_one_is_answered_and_the_other_offered() -> None:
    found = meaning(understood("Đăng ký VNeID có mất tiền không? Với lại đi làm mức 2 cần mang theo giấy tờ gì?"))
    assert found.sure
    assert {found.intents[0], found.second} == {"fee_cost", "level2_documents"}


def test_what_is_not_clear_is_asked_back_and_what_the_step_is_about_weighs_in() -> None:
    unclear = Understood((("passcode_info", 0.45), ("password_rules", 0.40), ("app_error", 0.1), ("fee_cost", 0.01)))
    assert meaning(unclear) == Meaning(("passcode_info", "password_rules", "app_error"))
    assert meaning(unclear, {"password_rules"}).intents[0] == "password_rules"
    assert Hearing().meant(unclear, "activate.password").intents[0] == "password_rules"
    assert meaning(understood("")) == Meaning()


def test_every_topic_names_a_place_and_an_intent_there_is() -> None:
    topics = Hearing()._topics
    flows = {name.partition(".")[0] for name in BOOK.steps}
    assert [name for name in topics if name not in BOOK.steps and name not in flows] == []
    assert {intent for about in topics.values() for intent in about} <= set(model().labels)


def test_a_table_gives_its_figures_and_a_bad_one_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "good.csv"
    good.write_text("text,intent,variant,also\nquen mat khau,forgot_password,a,\nchào,greeting,b,\n", encoding="utf-8")
    assert understand.main(["--csv", str(good), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["accuracy"] == 1.0
    assert set(told["variants"]) == {"a", "b"}
    for name, body in {"empty.csv": "", "columns.csv": "a,b\n1,2\n", "label.csv": "text,intent\nx,nonsense\n"}.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
        assert understand.main(["--csv", str(tmp_path / name)]) == 2
        assert capsys.readouterr().err
    assert understand.main(["--csv", str(tmp_path / "nowhere.csv")]) == 2
