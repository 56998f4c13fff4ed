"""What a person is handed is everything that is kept about them, readable, and nothing of anybody else."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import __main__ as program
from storage.audit import HOUSE, Act, AuditLog
from storage.erasing import stands
from storage.exporting import export_of
from storage.store import Store
from storage.vault import Vault, claim, open_key
from tests.kit.everything import begin, bytes_beside, clear_words, fill, words

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
AN, BINH = "quyt", "cocmoc"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_key(tmp_path / "keys" / "house.key")


@pytest.fixture
def store(migrated_url: str, vault: Vault) -> Iterator[Store]:
    opened = Store(migrated_url)
    opened.write_now(lambda unit: claim(unit, vault))
    yield opened
    opened.close()


def test_it_holds_all_of_one_conversation_and_nothing_of_another(store: Store, vault: Vault) -> None:
    an = store.write_now(lambda unit: fill(unit, vault, AN, NOW))
    store.write_now(lambda unit: fill(unit, vault, BINH, NOW))
    store.write_now(lambda unit: AuditLog(vault).append(unit, NOW, HOUSE, Act.VIEW, about=an, unit="Phường Mẫu"))
    told = store.write_now(lambda unit: export_of(unit, vault, an))
    written = json.dumps(told, ensure_ascii=False)
    assert BINH not in written
    assert told["conversation"]["chat"] == f"{AN}chat"
    assert told["messages"][0]["text"] == f"cháu trồng {AN}hoatim ngoài vườn"
    assert [p.get("kin") for p in told["people"]] == ["self", "grandmother"]
    assert told["links"] == [{"person": 2, "since": NOW.isoformat(), "scopes": ["status", "resend"]}]
    assert sorted((c["person"], c["to"], c["withdrawn"] is None) for c in told["consents"]) == [
        (1, "remind", True), (2, "link", False),
    ]  # fmt: skip
    assert [r["of"] for r in told["reminders"]] == ["visit"]
    assert [r["state"] for r in told["codes_sent_again"]] == ["sent"]
    assert told["persons_who_answered"][0]["note"] == f"{AN}ghichu"
    assert told["looked"] == [{"at": NOW.isoformat(), "who": "", "unit": "Phường Mẫu", "act": "view", "reason": ""}]
    assert told["also_kept"] == {"ids_of_what_came": 2, "messages_still_to_be_sent": 1}


def test_opaque_names_and_fingerprints_are_left_out(store: Store, vault: Vault) -> None:
    an = store.write_now(lambda unit: fill(unit, vault, AN, NOW))
    written = json.dumps(store.write_now(lambda unit: export_of(unit, vault, an)))
    assert f"{AN}opaque" not in written
    assert vault.blind("link", AN) not in written
    assert AuditLog(vault).pseudonym(an) not in written


def test_there_is_nothing_to_hand_over_where_nothing_is_kept(store: Store, vault: Vault) -> None:
    assert store.write_now(lambda unit: export_of(unit, vault, 7)) == {}


# ---- by the command ----


@pytest.fixture
def terminal(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Typed":
    for name, value in {
        "DATABASE_URL": store.url.render_as_string(hide_password=False),
        "KEY_FILE": str(tmp_path / "keys" / "house.key"),
        "ERASURES_FILE": str(tmp_path / "erasures.log"),
        "REGISTRY_URL": "none",
    }.items():
        monkeypatch.setenv(f"DONGHANH_{name}", value)
    # A SQLite test file lies in tmp_path, and so must not the key: settings refuse that.
    if store.on_sqlite:
        (tmp_path / "keys").rename(tmp_path.parent / f"{tmp_path.name}-keys")
        monkeypatch.setenv("DONGHANH_KEY_FILE", str(tmp_path.parent / f"{tmp_path.name}-keys" / "house.key"))
    return Typed(monkeypatch, capsys)


class Typed:
    """Types a command as a person would; gives back what the screen shows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str, answers: str = "", code: int = 0) -> str:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(answers))
        assert program.main(list(arguments)) == code
        shown = self._capsys.readouterr()
        return shown.out + shown.err


def test_the_command_hands_over_by_number_or_by_chat_and_is_written_down(
    store: Store, vault: Vault, tmp_path: Path, terminal: Typed
) -> None:
    an = store.write_now(lambda unit: fill(unit, vault, AN, NOW))
    (by_number,) = json.loads(terminal("subject", "export", str(an)))
    (by_chat,) = json.loads(terminal("subject", "export", "--channel", "telegram", "--chat", f"{AN}chat"))
    assert by_number["messages"] == by_chat["messages"]
    assert [look["reason"] for look in by_chat["looked"]] == ["terminal"], "the person sees that somebody looked"
    file = tmp_path / "an.json"
    terminal("subject", "export", "--channel", "telegram", "--output", str(file), answers=f"{AN}chat\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())[0]["conversation"]["number"] == an
    acts = text("SELECT act FROM audit ORDER BY number")
    assert store.write_now(lambda unit: list(unit.execute(acts).scalars())) == ["export"] * 3


def test_the_command_erases_when_the_word_was_typed_and_says_what_went(
    store: Store, vault: Vault, tmp_path: Path, terminal: Typed
) -> None:
    an = store.write_now(lambda unit: fill(unit, vault, AN, NOW))
    binh = store.write_now(lambda unit: begin(unit, BINH, NOW))
    assert "Nothing was touched" in terminal("subject", "erase", str(an), answers="yes\n", code=1)
    assert store.write_now(lambda unit: stands(unit, an))
    shown = terminal("subject", "erase", str(an), answers="ERASE\n")
    assert "1 message" in shown
    assert "Bản sao lưu cũ còn được cất riêng, có khoá, nhiều nhất 30 ngày" in shown
    assert not store.write_now(lambda unit: stands(unit, an))
    assert store.write_now(lambda unit: stands(unit, binh))
    assert len((tmp_path / "erasures.log").read_text().splitlines()) == 2
    if store.on_sqlite:
        assert "No byte of it is left" in shown
        url = store.url.render_as_string(hide_password=False)
        assert clear_words(url, words(AN)) == []
        assert f"{BINH}chat".encode() in bytes_beside(url)
    else:
        assert "nhật ký riêng" in shown


def test_the_command_says_what_is_wrong(terminal: Typed) -> None:
    assert "There is no such conversation" in terminal("subject", "erase", "7", code=2)
    assert "Say which conversation" in terminal("subject", "export", code=2)
    assert "Say which conversation" in terminal("subject", "export", "7", "--channel", "web", code=2)
