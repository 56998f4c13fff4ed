"""The owner's consent: from the link to the first pair, by the house's own address or at the prompt; and what the check says."""

import asyncio
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.channels.zalo_oa.consent import CameBack, NoConsentError
from bot.channels.zalo_oa.oauth import challenge
from bot.commands.zalo import main as command
from bot.message import Sentence
from bot.settings import SettingError
from tests.channels.zalo_oa_house import APP, Desk, channel, connected, consented
from tests.kit.served import environment
from tests.kit.zalo import ZaloOa, zalo_oa

CALLBACK = "https://mau.example.vn/zalo/oa/authorized"
TOKEN = "/v4/oa/access_token"


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_oa() as running:
        running.set_console(callback=CALLBACK)
        yield running


async def refused(desk: Desk, came: CameBack, *, by_address: bool = True) -> str:
    with pytest.raises(NoConsentError) as told:
        await desk.channel.consent.given(came, by_address=by_address)
    assert (await desk.channel.tokens.standing()).pair is None
    return str(told.value)


def test_the_challenge_is_as_rfc_7636_has_it() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_the_owner_says_yes_and_the_pair_is_kept_with_the_accounts_id(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        link = await desk.channel.consent.asked(CALLBACK)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        assert set(asked) == {"app_id", "redirect_uri", "code_challenge", "state"}
        came = CameBack.read(zalo.consent(link))
        await desk.channel.consent.given(came, by_address=True)
        pair = (await desk.channel.tokens.standing()).pair
        assert pair is not None
        assert pair.account == ZaloOa.oa_id
        assert await desk.channel.works(pair.access)


async def test_a_link_is_answered_once_by_its_own_state_within_an_hour(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        assert "zalo authorize" in await refused(desk, CameBack("code", "state"))
        came = CameBack.read(zalo.consent(await desk.channel.consent.asked(CALLBACK)))
        assert "another link" in await refused(desk, CameBack(came.code, "x"))
        assert "another link" in await refused(desk, CameBack(came.code))
        assert "another link" in await refused(desk, CameBack(came.code, ""))
        newer = await desk.channel.consent.asked(CALLBACK)
        assert "another link" in await refused(desk, came), "a newer link takes the place of an older one"
        desk.clock.forward(3601)
        assert "No consent" in await refused(desk, CameBack.read(zalo.consent(newer)))
        came = CameBack.read(zalo.consent(await desk.channel.consent.asked(CALLBACK)))
        await asyncio.gather(
            *(desk.channel.consent.given(came, by_address=True) for _ in range(3)), return_exceptions=True
        )
        assert (await desk.channel.tokens.standing()).pair is not None
        exchanged = [call for call in zalo.calls(TOKEN) if call["asked"].get("grant_type") == "authorization_code"]
        assert len(exchanged) == 1


async def test_what_goes_wrong_on_the_way_is_a_sentence_and_the_next_link_works(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await desk.channel.consent.asked(CALLBACK)
        assert "-14012" in await refused(desk, CameBack("made-up"), by_address=False)
        zalo.fault("reset_after", where=TOKEN)
        came = CameBack.read(zalo.consent(await desk.channel.consent.asked(CALLBACK)))
        assert "was lost" in await refused(desk, came)
        came = CameBack.read(zalo.consent(await desk.channel.consent.asked(CALLBACK)))
        await desk.channel.consent.given(came, by_address=True)


async def test_where_zalo_cannot_be_reached_the_code_is_not_used_up(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk, channel(database, zalo, zalo_oauth="http://127.0.0.1:9") as cut_off:
        came = CameBack.read(zalo.consent(await desk.channel.consent.asked(CALLBACK)))
        assert "cannot be reached" in await refused(cut_off, came)
        await desk.channel.consent.given(came, by_address=True)


async def test_a_verifier_for_good_has_its_challenge_in_the_console_and_a_code_without_state_is_pasted(
    database: str, zalo: ZaloOa
) -> None:
    async with channel(database, zalo, zalo_switches=("oa_verifier=console",)) as desk:
        wanted = await desk.channel.consent.console_challenge()
        assert wanted == await desk.channel.consent.console_challenge()
        zalo.set_console(challenge=wanted)
        await desk.channel.consent.asked(CALLBACK)
        generated = f"{zalo.url}/v4/oa/permission?app_id={APP}"
        came = CameBack.read(zalo.consent(generated))
        assert came.state is None
        assert "another link" in await refused(desk, came)
        await desk.channel.consent.given(came, by_address=False)


@pytest.mark.parametrize("pasted", ["", "   ", "https://mau.example.vn/?state=x", "two words", "x" * 5000])
def test_what_has_no_code_in_it_is_told_so(pasted: str) -> None:
    with pytest.raises(NoConsentError, match="code="):
        CameBack.read(pasted)


async def test_the_owner_comes_back_to_the_running_house_and_it_can_write_at_once(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo, consent=False) as (home, ours), httpx.AsyncClient() as browser:
        callback = f"{home.settings.public_url}/zalo/oa/authorized"
        zalo.set_console(callback=callback)
        answer = await browser.get(callback, params={"code": "x", "state": "y"})
        assert answer.status_code == 400
        assert "Chưa nối được" in answer.text
        back = await asyncio.to_thread(zalo.consent, await ours.consent.asked(callback))
        answer = await browser.get(back)
        assert answer.status_code == 200
        assert "Đã nối" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert (await browser.get(back)).status_code == 400
        ba = zalo.citizen()
        ba.follows()
        assert "Đồng Hành" in (await ba.phone.comes()).text


class Owner:
    """The person at the terminal: reads what is printed, opens the link, pastes what comes."""

    def __init__(self, zalo: ZaloOa, printed: io.StringIO) -> None:
        self._zalo, self._printed, self.pasted = zalo, printed, ["not a code"]

    def readline(self) -> str:
        if len(self.pasted) == 1:
            (link,) = [line for line in self._printed.getvalue().splitlines() if line.startswith(self._zalo.url)]
            self.pasted.append(self._zalo.consent(link))
            return self.pasted[0] + "\n"
        return self.pasted[1] + "\n"


def settle(monkeypatch: pytest.MonkeyPatch, folder: Path, zalo: ZaloOa, **more: str) -> None:
    settings = {
        "ZALO_OA_APP_ID": APP, "ZALO_OA_APP_SECRET": ZaloOa.app_secret, "ZALO_OA_API": zalo.url, "ZALO_OAUTH": zalo.url,
        **more,
    }  # fmt: skip
    for name, value in environment(folder, **settings).items():
        monkeypatch.setenv(name, value)


def test_the_command_prints_a_link_and_takes_what_is_pasted(
    tmp_path: Path, zalo: ZaloOa, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch, tmp_path, zalo)
    printed = io.StringIO()
    owner = Owner(zalo, printed)
    monkeypatch.setattr(sys, "stdout", printed)
    monkeypatch.setattr(sys, "stdin", owner)
    assert command(["authorize", "--callback", CALLBACK]) == 0
    said = printed.getvalue()
    assert CALLBACK in said
    assert "There is no code" in said
    assert "89 days left" in said
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())
    assert kept
    code = parse_qs(urlsplit(owner.pasted[1]).query)["code"][0]
    for secret in (code, ZaloOa.app_secret):
        assert secret not in said
        assert secret.encode() not in kept


def test_who_gives_nothing_at_the_prompt_is_told_that_nothing_came(
    tmp_path: Path, zalo: ZaloOa, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(monkeypatch, tmp_path, zalo)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert command(["authorize", "--callback", CALLBACK]) == 1
    assert "Nothing has come yet." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"ZALO_OA_APP_ID": ""}, "DONGHANH_ZALO_OA_APP_ID"),
        ({"ZALO_OA_APP_SECRET": "", "PUBLIC_URL": "https://mau.example.vn"}, "DONGHANH_ZALO_OA_APP_SECRET"),
        ({}, "DONGHANH_PUBLIC_URL"),
    ],
)
def test_the_command_says_what_is_missing(
    tmp_path: Path, zalo: ZaloOa, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    settings: dict[str, str], missing: str,
) -> None:  # fmt: skip
    settle(monkeypatch, tmp_path, zalo, **settings)
    assert command(["authorize"]) == 2
    assert missing in capsys.readouterr().err


async def test_an_app_id_that_is_none_is_a_sentence(database: str) -> None:
    for wrong in ("a b", "../x", "x" * 41, "ứng dụng"):
        with pytest.raises(SettingError, match="APP_ID"):
            async with channel(database, zalo_oa_app_id=wrong):
                pass


# ---- what `channel check` says ----


async def check(desk: Desk) -> dict[bool, str]:
    found: list[Sentence] = await desk.channel.health()
    return {good: "\n".join(s.text for s in found if s.good is good) for good in (True, False)}


async def test_the_check_tells_days_left_the_account_and_whether_the_webhook_answers(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo) as (home, ours):
        found = {good: "\n".join(s.text for s in await ours.health() if s.good is good) for good in (True, False)}
        assert "89 days left" in found[True]
        assert "Đồng Hành (mô phỏng)" in found[True]
        assert f"{home.settings.public_url}/zalo/oa/webhook answers" in found[True]
        assert "oa_mac_id=app_id" in found[True]
        assert found[False] == "Zalo OA: DONGHANH_PUBLIC_URL must begin with https://; Zalo sends nowhere else."


CHECKED: dict[str, tuple[dict[str, Any], str]] = {
    "no key": ({"zalo_oa_secret_key": ""}, "DONGHANH_ZALO_OA_SECRET_KEY is missing"),
    "one key for two": ({"zalo_oa_secret_key": ZaloOa.app_secret}, "the same key stands in"),
    "no address": ({}, "DONGHANH_PUBLIC_URL is missing"),
    "nobody there": ({"public_url": "http://127.0.0.1:9"}, "does not answer"),
    "no API": ({"zalo_oa_api": "http://127.0.0.1:9"}, "http://127.0.0.1:9 does not answer"),
}


@pytest.mark.parametrize(("settings", "told"), CHECKED.values(), ids=CHECKED)
async def test_the_check_says_what_is_wrong(database: str, zalo: ZaloOa, settings: dict[str, Any], told: str) -> None:
    async with channel(database, zalo, **settings) as desk:
        await consented(desk.channel, zalo)
        assert told in (await check(desk))[False]


async def test_the_check_of_something_else_at_our_address_and_of_an_account_that_is_off(
    database: str, zalo: ZaloOa
) -> None:
    zalo.switch(oa_state="low_tier")
    async with channel(database, zalo, public_url=zalo.url) as desk:
        await consented(desk.channel, zalo)
        found = await check(desk)
        assert "is something else" in found[False]
        assert "-224" in found[False]


async def test_the_check_warns_when_a_consent_is_about_to_end(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        desk.clock.forward(80 * 86400)
        assert "9 days left" in (await check(desk))[False]
        desk.clock.forward(11 * 86400)
        assert "python -m bot zalo authorize" in (await check(desk))[False]
