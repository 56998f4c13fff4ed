"""The simulated registry inside the house: not there until somebody practises, its own house when it is, and gone with it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.gateways.ends import Because, Lent, Refused, Standing
from bot.main import application
from bot.message import Event
from bot.settings import SettingError, Settings, read
from flows.speech import Address, Opened, Pick
from tests.kit.build import StillClock, house
from tests.kit.practice import WORDS, a_house, inside
from tests.kit.served import ROOT, served

OURS = {"x-requested-with": "donghanh"}
API = "/tap-thu/registry/v1"


@pytest.fixture
def folder(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A house that has run before, without anybody practising."""
    (tmp_path / "data").mkdir()
    for name in ("house.db", "data/house.db", "data/registry.db"):
        (tmp_path / name).write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def ask(client: httpx.Client, verb: str, path: str, token: str = "", **body: Any) -> Any:
    headers = OURS | ({"authorization": f"Bearer {token}"} if token else {})
    answer = client.request(verb, path, headers=headers, json=body or None)
    assert answer.status_code < 300, answer.text
    return answer.json()


def test_it_is_opened_by_whoever_practises_first_and_followed_and_let_go_at_the_end(
    folder: Path,
) -> None:
    with served(folder) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        assert "Tập thử</a>" in client.get("/").text
        assert "MÔ PHỎNG" in client.get("/tap-thu").text
        opened = folder / "data/registry.db-wal"
        assert not opened.exists()
        assert list((folder / "keys").iterdir()) == [folder / "keys/house.key"]
        loan = ask(client, "POST", "/tap-thu/begin", exercise="activate")["loan"]
        assert opened.exists()
        assert (folder / "keys/registry.key").read_bytes() != (folder / "keys/house.key").read_bytes()
        sim = loan["person"]["phone"]
        phone = ask(client, "POST", f"{API}/handsets", sim=sim, nfc=True, loan=loan["token"])["token"]
        for app, words in (("installed", "“Mở”"), ("open", "“Gửi yêu cầu”")):
            pressed = time.monotonic()
            ask(client, "PUT", f"{API}/handset/app", phone, app=app)
            while words not in ask(client, "GET", "/tap-thu/chat/messages?after=0")["messages"][-1]["text"]:
                assert time.monotonic() < pressed + 15
        with client.stream("GET", "/tap-thu/chat/stream", headers=OURS) as stream:  # somebody has the page open
            next(stream.iter_raw())
            assert running.stop() == 0
        assert running.process.stdout is not None
        assert running.process.stdout.read() == ""  # nothing had to be cancelled


@pytest.mark.parametrize("url", ["none", "https://registry.example"])
async def test_without_the_simulated_one_there_is_nothing_to_practise_in(url: str, folder: Path) -> None:
    settings: dict[str, Any] = {"registry_url": url, "registry_secret": "cs_1"}
    with house(f"sqlite:///{folder}/house.db", folder, catalogue=WORDS, **settings) as home:
        assert (home.identity is None) is (url == "none")
        transport = httpx.ASGITransport(app=application(home))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as browser:
            assert (await browser.get("/tap-thu")).status_code == 404
            assert "Tập thử" not in (await browser.get("/")).text


async def test_one_that_cannot_be_opened_is_away_and_the_talk_goes_on(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = folder / "registry.key"
    key.write_text("no key", encoding="ascii")
    with a_house(folder, StillClock()) as home:
        assert home.registry is not None
        assert home.identity is not None
        away = httpx.AsyncClient(transport=httpx.ASGITransport(app=home.registry), base_url="http://registry")
        async with away as client:
            answer = await client.get("/v1")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unavailable"
        assert "holds no key" in caplog.text
        assert await home.identity.lend("nothing") == Refused(Because.UNREACHABLE)
        key.unlink()
        assert isinstance(await home.identity.lend("nothing"), Lent)  # mended, it opens without a restart
        assert home.outside is not None
        await home.outside.close()


async def test_the_house_asks_it_by_the_gateway_as_it_would_ask_any(folder: Path) -> None:
    with a_house(folder, StillClock()) as home:
        there = await inside(home)
        assert home.identity is not None
        lent: Any = await home.identity.lend("approved2")
        standing = await home.identity.status(lent.subject)
        assert isinstance(standing, Standing)
        assert standing.days_left == 7
        assert await home.identity.status("0" * 32) == Refused(Because.NOT_THERE)
        await there.registry.post.settled()
        await there.outside.close()


def test_a_house_that_is_started_imports_nothing_of_it(folder: Path) -> None:
    script = (
        "import sys, bot.main as m\n"
        "from pathlib import Path\n"
        "from bot.settings import Settings\n"
        "f = sys.argv[1]\n"
        "with m.build(Settings(database_url=f'sqlite:///{f}/house.db', key_file=Path(f, 'house.key'))) as house:\n"
        "    m.application(house)\n"
        "print(*(n for n in ('fastapi', 'argon2', 'pyotp', 'oauthlib') if n in sys.modules))\n"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DONGHANH_")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"
    assert not (folder / "registry.key").exists()


def test_its_files_stand_beside_those_of_the_house_and_what_is_wrong_is_a_sentence() -> None:
    plain = Settings()
    assert plain.registry_database == "sqlite:///data/registry.db"
    assert plain.registry_key == Path("keys/registry.key")
    apart = Settings(database_url="postgresql+psycopg://h/d", key_file=Path("/etc/donghanh/a.key"))
    assert apart.registry_database == "sqlite:///data/registry.db"
    assert apart.registry_key == Path("/etc/donghanh/registry.key")
    for environment, words in (
        ({"REGISTRY_DATABASE_URL": "sqlite:///data/donghanh.db"}, "needs its own"),
        ({"REGISTRY_KEY_FILE": "data/r.key"}, "DONGHANH_REGISTRY_KEY_FILE lies in the folder of the database"),
        ({"REGISTRY_URL": "https://registry.example"}, "without DONGHANH_REGISTRY_SECRET"),
        ({"REGISTRY_URL": "http://registry.example"}, "with https:// before it"),
        ({"REGISTRY_DATABASE_URL": "mysql://x"}, "must begin with sqlite"),
    ):
        with pytest.raises(SettingError, match=words):
            read({f"DONGHANH_{name}": value for name, value in environment.items()})
    given = read({"DONGHANH_REGISTRY_URL": "https://registry.example/v1/", "DONGHANH_REGISTRY_SECRET": "cs_1"})
    assert given.registry_url == "https://registry.example/v1"
    assert "cs_1" not in repr(given)


@pytest.mark.parametrize(
    ("channel", "settings", "words"),
    [
        ("telegram", {"public_url": "https://chat.example.gov.vn"}, "mở trang https://chat.example.gov.vn/tap-thu."),
        ("zalo_oa", {}, "mở trang trò chuyện của"),
        ("web", {"public_url": "https://chat.example.gov.vn"}, "bấm Tập thử ở cuối trang này."),
        ("telegram", {"public_url": "https://chat.example.gov.vn", "registry_url": "none"}, "chưa mở chỗ tập thử"),
    ],
)
async def test_the_talk_offers_it_as_the_channel_can(
    channel: str, settings: dict[str, Any], words: str, folder: Path
) -> None:
    with house(f"sqlite:///{folder}/house.db", folder, catalogue=WORDS, **{"registry_url": "", **settings}) as home:
        somebody = Address(channel, "main", "somebody")
        taken = await home.turn.take(Event(somebody, "open", Opened()))
        for number, exit_ in enumerate(("bac", "nothing", "more", "practice")):
            taken = await home.turn.take(Event(somebody, str(number), Pick(taken.place, exit_)))
        assert words in taken.messages[-1].text
