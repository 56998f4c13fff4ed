"""The commands of `python -m bot`, run as people run them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kit.served import ROOT, environment, served, start


def bot(*arguments: str, folder: Path, cwd: Path = ROOT, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=cwd, env=environment(folder, **settings), capture_output=True, text=True,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def test_help_names_every_command(tmp_path: Path) -> None:
    said = bot(folder=tmp_path).stdout
    for name in ("run", "talk", "check", "draw"):
        assert f"  {name}" in said
    wrong = bot("nothing", folder=tmp_path)
    assert (wrong.returncode, "There is no command" in wrong.stderr) == (2, True)


def test_check_finds_nothing_wrong(tmp_path: Path) -> None:
    found = bot("check", "--today", "2026-11-22", folder=tmp_path)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house to break."""
    target = tmp_path_factory.mktemp("copy")
    for name in ("flows", "content", "storage", "bot"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    return target


BREAKS = {
    "a step made unreachable": (
        "flows/script/trouble.py", "trying(At.APP, At.APP_WAIT,", "trying(At.APP, At.PERSON,", "trouble.app_wait",
    ),
    "an outcome dropped": ("flows/script/approval.py", '                "altered": At.ALTERED,\n', "", "approval.paste"),
    "a text block removed": ("content/vi/activate/send.jinja", "block label_done", "block label_gone", "activate.send"),
    "a variable mistyped": ("content/vi/activate/send.jinja", "{{ you }}", "{{ yuo }}", "yuo"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_check_names_what_was_broken(broken: str, copied: Path, tmp_path: Path) -> None:
    name, old, new, named = BREAKS[broken]
    file = copied / name
    whole = file.read_text(encoding="utf-8")
    if "{{ you }}" in old and old not in whole:
        old, new = "{% block say %}", "{% block say %}{{ yuo }}"
    assert old in whole
    file.write_text(whole.replace(old, new), encoding="utf-8")
    try:
        found = bot("check", "--today", "2026-11-22", folder=tmp_path, cwd=copied)
    finally:
        file.write_text(whole, encoding="utf-8")
    assert found.returncode == 1
    assert named in found.stdout


def test_draw_prints_a_flow_and_the_map(tmp_path: Path) -> None:
    assert bot("draw", "activate", folder=tmp_path).stdout.startswith("flowchart TD\n")
    assert bot("draw", folder=tmp_path).stdout.startswith("flowchart LR\n")


def test_talk_replays_a_script_and_ends_with_where_it_stands(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("[Bác]\nmã otp là 482913\nmenu\n", encoding="utf-8")
    record = tmp_path / "made.talk"
    said = bot("talk", "--script", str(script), "--record", str(record), folder=tmp_path, DATABASE_URL="")
    assert said.returncode == 0, said.stderr
    assert "> [Bác]" in said.stdout
    assert "482913" not in said.stdout
    assert said.stdout.splitlines()[-1].startswith("@ everywhere.menu ")
    assert record.read_text(encoding="utf-8") == said.stdout


def test_talk_refuses_a_label_that_is_not_on_offer_and_names_those_that_are(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("[nút không có]\n", encoding="utf-8")
    said = bot("talk", "--script", str(script), folder=tmp_path)
    assert said.returncode == 1
    assert "nút không có" in said.stderr
    assert "[" in said.stderr.partition("on offer:")[2]


WRONG: dict[str, dict[str, Any]] = {
    "DONGHANH_PORT": {"PORT": "eighty"},
    "DONGHANH_DATABASE_URL": {"DATABASE_URL": "mysql://x"},
    "DONGHANH_UNIT_FILE": {"UNIT_FILE": "/nowhere/unit.toml"},
    "DONGHANH_KEEP_DAYS": {"KEEP_DAYS": "0"},
    "DONGHANH_PUBLIC_URL": {"PUBLIC_URL": "tro-ly.vn"},
    "DONGHANH_PROT is no setting": {"PROT": "1"},
}


@pytest.mark.parametrize("named", WRONG)
def test_a_wrong_setting_is_a_sentence_and_not_a_traceback(named: str, tmp_path: Path) -> None:
    said = bot("run", folder=tmp_path, **WRONG[named])
    assert said.returncode == 2
    assert named in said.stderr
    assert "Traceback" not in said.stderr


def test_a_key_beside_the_database_is_refused(tmp_path: Path) -> None:
    said = bot("run", folder=tmp_path, KEY_FILE=f"{tmp_path}/data/house.key")
    assert (said.returncode, "DONGHANH_KEY_FILE" in said.stderr) == (2, True)


def test_a_database_without_its_key_refuses_to_start(tmp_path: Path) -> None:
    with served(tmp_path) as house:
        assert house.stop() == 0
    (tmp_path / "keys" / "house.key").unlink()
    said = bot("run", folder=tmp_path)
    assert (said.returncode, "key" in said.stderr, "Traceback" in said.stderr) == (2, True, False)


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    with served(tmp_path):
        assert (tmp_path / "keys" / "house.key").stat().st_mode & 0o777 == 0o600


def test_a_second_server_of_the_same_file_refuses_with_a_sentence(tmp_path: Path) -> None:
    with served(tmp_path):
        said = bot("run", folder=tmp_path)
    assert (said.returncode, "serves" in said.stderr) == (2, True)


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = bot("run", folder=tmp_path, PORT=str(other.getsockname()[1]))
    assert (said.returncode, "DONGHANH_PORT" in said.stderr) == (2, True)


def test_told_to_stop_it_lets_open_streams_go_and_ends_well(tmp_path: Path) -> None:
    house = start(tmp_path)
    with httpx.Client(base_url=house.url, headers={"x-requested-with": "donghanh"}) as client:
        client.post("/chat/open", json={})
        with client.stream("GET", "/chat/stream?after=99") as stream:
            assert stream.status_code == 200
            begun = time.monotonic()
            house.process.send_signal(signal.SIGTERM)
            assert house.process.wait(timeout=20) == 0
    assert time.monotonic() - begun < 10
    assert house.process.stdout is not None
    house.process.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.kill(house.process.pid, 0)
