"""The registry as a process: the command, the walk through its API, and what is left of it after kill -9."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.commands.registry import main
from bot.registry.api.application import application
from bot.registry.options import Approval
from tests.registry.office import Office, changed, office
from tests.registry.provider import provider
from tests.registry.running import ROOT, start
from tests.registry.storm import Storm


def walk(url: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "docs/registry-walk.py"
    return subprocess.run(
        [sys.executable, script, url], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


def test_the_whole_way_can_be_walked_through_the_api_of_the_command_alone(tmp_path: Path) -> None:
    running = start(tmp_path)
    try:
        walked = walk(running.url)
        assert walked.returncode == 0, walked.stdout + walked.stderr
        assert "the whole way was walked" in walked.stdout
        assert "F14" in walked.stdout
    finally:
        assert running.stop() == 0


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The command in this process: its code and all it said."""
    code = main(list(arguments))
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings whose files lie in the folder of the test."""
    monkeypatch.setenv("DONGHANH_KEY_FILE", str(tmp_path / "keys" / "a.key"))
    monkeypatch.setenv("DONGHANH_DATABASE_URL", f"sqlite:///{tmp_path}/data/house.db")


def test_what_is_wrong_is_a_sentence(
    tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str], free_port_taken: int
) -> None:
    for arguments, words in (
        (("--database", f"sqlite:///{tmp_path}/data/house.db"), "database of its own"),
        (("--client", "nobody"), "no client “nobody”"),
        (("--port", str(free_port_taken)), "cannot be taken"),
    ):
        code, said = command(capsys, *arguments)
        assert code == 2
        assert words in said
    with pytest.raises(SystemExit):
        main(["--people", "0"])
    assert "from 1 to 999999" in capsys.readouterr().err


@pytest.fixture
def free_port_taken() -> Iterator[int]:
    """A port somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def test_a_clients_secret_is_shown_and_stays_the_same(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    first, again = command(capsys, "--client", "donghanh"), command(capsys, "--client", "donghanh")
    assert first == again
    assert first[1].startswith("cs_")


@pytest.mark.parametrize("processes", [1, 2])
def test_after_kill_minus_nine_everything_was_done_once_or_not_at_all(
    processes: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A dose: one process on SQLite, which comes back; two on PostgreSQL, of which one goes on alone. The whole is
    `python -m tests.registry.storm`."""
    sqlite = f"sqlite:///{tmp_path}/registry.db"
    url = sqlite if processes == 1 else str(request.getfixturevalue("postgres_url"))
    with provider() as line:
        storm = Storm(tmp_path, url, line, people=12, kills=1, processes=processes, restarts=processes == 1)
        wrong = asyncio.run(storm.rage())
    assert not wrong, "\n".join(wrong)
    assert storm.counts["deaths"] == 1


async def test_it_can_be_mounted_under_a_path_of_another_house(migrated_url: str) -> None:
    async with office(migrated_url) as house:
        mounted = Starlette(routes=[Mount("/tap-duot", app=application(house.registry, own_work=False))])
        transport = httpx.ASGITransport(app=mounted)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            there = Office(house.registry, house.clock, client, home="/tap-duot/v1")
            assert "MÔ PHỎNG" in (await there.ask("GET", ""))["title"]
            _, phone = await there.lend("approved2")
            assert (await phone.activate())["step"] == "done"


async def test_while_it_serves_it_does_what_is_due_by_itself(migrated_url: str) -> None:
    at_once = changed(approval=Approval.BY_CLOCK, approval_after=timedelta(0))
    async with office(migrated_url, at_once) as house, house.registry.serving():
        phone = await house.phone(1)
        await house.take_level2(1)
        arrived = await phone.get("/handset/messages?wait=20")
        assert "phe duyet" in arrived["messages"][0]["text"]


async def test_whoever_waits_is_let_go_when_it_closes(migrated_url: str) -> None:
    async with office(migrated_url) as house:
        phone = await house.phone(1)
        token = await house.client_token()
        waiting = [
            asyncio.create_task(phone.get("/handset/messages?wait=25")),
            asyncio.create_task(house.ask("GET", "/changes?wait=25", token)),
        ]
        done, _ = await asyncio.wait(waiting, timeout=0.2)
        assert not done
        house.registry.closing.set()
        assert await asyncio.wait_for(asyncio.gather(*waiting), 15)
