"""Everything that can go wrong on the way, when it is turned; the journal that remembers it, and the desk that is guarded."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from zalo_bot import Bot  # type: ignore[import-untyped]
from zalo_bot.error import NetworkError, TimedOut, ZaloError  # type: ignore[import-untyped]

from bot.commands import emulate
from tests.kit.zalo import BotCitizen, Listener, ZaloBot, ZaloOa, listener, meets, one_authority, zalo_bot, zalo_oa


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", one_authority(tmp_path))


@pytest.fixture
def zalo() -> Iterator[ZaloBot]:
    with zalo_bot() as running:
        yield running


@pytest.fixture
def ba(zalo: ZaloBot) -> BotCitizen:
    citizen = zalo.citizen("Bà Tư")
    citizen.says("chào")
    return citizen


def send(zalo: ZaloBot, ba: BotCitizen, text: str, timeout: float = 20) -> httpx.Response:
    at = f"{zalo.url}/bot{zalo.token}/sendMessage"
    return httpx.post(at, json={"chat_id": ba.id, "text": text}, timeout=timeout)


# ---- calls ----


@pytest.mark.parametrize(("kind", "shown"), [("timeout_before", []), ("timeout_after", ["dạ"])])
def test_a_call_that_is_not_answered_was_done_or_not(
    zalo: ZaloBot, ba: BotCitizen, kind: str, shown: list[str]
) -> None:
    zalo.fault(kind, "sendMessage")
    with pytest.raises(httpx.ReadTimeout):
        send(zalo, ba, "dạ", timeout=0.3)
    zalo.happens("struck")
    for text in shown:
        assert ba.phone.next().text == text
    assert ba.phone.texts == shown
    assert send(zalo, ba, "nữa").json()["ok"] is True  # it struck once


@pytest.mark.parametrize(("kind", "shown"), [("reset_before", []), ("reset_after", ["dạ"])])
def test_a_connection_that_is_cut_had_done_its_work_or_not(
    zalo: ZaloBot, ba: BotCitizen, kind: str, shown: list[str]
) -> None:
    zalo.fault(kind, "sendMessage")
    with pytest.raises(httpx.TransportError):
        send(zalo, ba, "dạ")
    assert ba.phone.texts == shown


async def test_a_foreign_client_sees_each_of_them(zalo: ZaloBot, ba: BotCitizen) -> None:
    async with Bot(zalo.token, base_url=zalo.url) as bot:
        zalo.fault("rate_limited", "sendMessage")
        assert await bot.send_message(ba.id, "một") is None  # ok:false under 200 is nothing to this client
        zalo.fault("server_error", "sendMessage", status=504)
        with pytest.raises(ZaloError):
            await bot.send_message(ba.id, "hai")
        zalo.fault("reset_after", "sendMessage")
        with pytest.raises(NetworkError):
            await bot.send_message(ba.id, "ba")
        zalo.fault("timeout_before", "getUpdates")
        with pytest.raises(TimedOut):
            await bot.get_update(timeout=0, read_timeout=0.2)
        assert (await bot.send_message(ba.id, "bốn")).message_id
    assert ba.phone.texts == ["ba", "bốn"]
    struck = [(entry["method"], entry["fault"]) for entry in zalo.journal("struck")]
    assert struck == [
        ("sendMessage", "rate_limited"),
        ("sendMessage", "server_error"),
        ("sendMessage", "reset_after"),
        ("getUpdates", "timeout_before"),
    ]


@meets("no_retry_after")
def test_too_often_is_told_with_or_without_how_long_to_wait(zalo: ZaloBot, ba: BotCitizen) -> None:
    zalo.fault("rate_limited", "sendMessage", skip=1, times=2)
    zalo.switch(statuses="real")
    answers = [send(zalo, ba, "dạ") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].json() == {"ok": False, "error_code": 429, "description": "Quota exceeded"}
    assert "retry-after" not in answers[1].headers
    zalo.fault("rate_limited", "sendMessage", seconds=7)
    assert send(zalo, ba, "dạ").headers["retry-after"] == "7"


def test_an_outage_is_a_page_of_html_until_its_time_is_over(zalo: ZaloBot, ba: BotCitizen) -> None:
    zalo.clock.stand()
    zalo.fault("outage", seconds=7200, status=503)
    for _ in range(3):
        answer = send(zalo, ba, "dạ")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    zalo.clock.forward(7200)
    assert send(zalo, ba, "dạ").json()["ok"] is True
    zalo.fault("outage")
    assert send(zalo, ba, "dạ").status_code == 502
    zalo.clear_faults()
    assert send(zalo, ba, "dạ").status_code == 200


def test_a_slow_call_takes_its_time_by_the_emulators_clock(zalo: ZaloBot, ba: BotCitizen) -> None:
    zalo.clock.stand()
    zalo.fault("slow", "sendMessage", seconds=100)
    answers: list[httpx.Response] = []
    calling = threading.Thread(target=lambda: answers.append(send(zalo, ba, "dạ")))
    calling.start()
    zalo.happens("struck")
    zalo.clock.forward(99)
    assert ba.phone.texts == []
    zalo.clock.forward(1)
    calling.join(20)
    assert answers[0].json()["ok"] is True


def test_an_idle_answer_leaves_the_update_where_it_is(zalo: ZaloBot, ba: BotCitizen) -> None:
    zalo.fault("idle")
    assert zalo.call("getUpdates", timeout=0)["error_code"] == 408
    assert zalo.call("getUpdates", timeout=0)["result"]["message"]["text"] == "chào"


def test_a_client_that_hangs_up_while_it_polls_loses_nothing(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{zalo.url}/bot{zalo.token}/getUpdates", timeout=0.2)
    zalo.happens("call")
    ba.says("chào")
    assert zalo.call("getUpdates", timeout=0)["result"]["message"]["text"] == "chào"


# ---- deliveries ----


@pytest.fixture
def hook(zalo: ZaloBot) -> Iterator[Listener]:
    with listener() as listening:
        zalo.call("setWebhook", url=listening.url, secret_token="mot-bi-mat-bia-ra")
        listening.next()
        yield listening


def test_an_event_can_be_delivered_twice(zalo: ZaloBot, hook: Listener) -> None:
    zalo.fault("duplicate")
    heard = zalo.citizen().says("một")
    assert [hook.next().body, hook.next().body] == [heard.body] * 2
    zalo.settled()
    assert hook.silent


def test_an_update_can_be_fetched_twice(zalo: ZaloBot) -> None:
    zalo.fault("duplicate")
    zalo.citizen().says("một")
    got = [zalo.call("getUpdates", timeout=0) for _ in range(3)]
    assert got[0] == got[1]
    assert got[2]["error_code"] == 408


def test_a_delivery_can_be_late(zalo: ZaloBot, hook: Listener) -> None:
    zalo.clock.stand()
    zalo.fault("slow", "webhook", seconds=60)
    zalo.citizen().says("một")
    zalo.clock.forward(59)
    assert hook.silent
    zalo.clock.forward(1)
    assert hook.next().json["message"]["text"] == "một"


def test_the_official_account_has_the_same_knobs() -> None:
    with zalo_oa() as zalo:
        token, ba = zalo.grant(), zalo.citizen()
        ba.says("chào")
        sent = {"recipient": {"user_id": ba.id}, "message": {"text": "dạ"}}
        cs = "/v3.0/oa/message/cs"
        zalo.fault("rate_limited", cs)
        assert zalo.call(cs, token["access_token"], **sent)["error"] == -32
        zalo.fault("reset_after", cs)
        with pytest.raises(httpx.TransportError):
            zalo.call(cs, token["access_token"], **sent)
        assert ba.phone.texts == ["dạ"]
        zalo.fault("reset_after", "/v4/oa/access_token")
        with pytest.raises(httpx.TransportError):
            refresh(zalo, token["refresh_token"])
        assert refresh(zalo, token["refresh_token"])["error"] == -14020  # it was used up all the same


def refresh(zalo: ZaloOa, token: str) -> dict[str, Any]:
    form = {"app_id": zalo.app_id, "grant_type": "refresh_token", "refresh_token": token}
    answer = httpx.post(f"{zalo.url}/v4/oa/access_token", data=form, headers={"secret_key": zalo.app_secret})
    read: dict[str, Any] = answer.json()
    return read


# ---- clock, journal, desk ----


async def test_what_waits_can_be_awaited(zalo: ZaloBot, ba: BotCitizen) -> None:
    waiting = asyncio.create_task(ba.phone.comes_with("hai"))
    for text in ("một", "hai"):
        zalo.call("sendMessage", chat_id=ba.id, text=text)
    assert (await waiting).text == "hai"


def test_the_journal_keeps_what_was_asked_but_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "zalo.jsonl"
    secret = "bi-mat-khong-duoc-ghi"
    with zalo_bot(file) as zalo, listener() as hook:
        zalo.call("setWebhook", url=hook.url, secret_token=secret)
        ba = zalo.citizen()
        ba.says("chào")
        zalo.call("sendMessage", chat_id=ba.id, text="dạ")
        zalo.settled()
        token = zalo.token
        told = zalo.journal()
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert written == told
    assert {"call", "probe", "event", "delivery", "shown"} <= {entry["what"] for entry in written}
    text = file.read_text(encoding="utf-8")
    assert "dạ" in text
    assert secret not in text
    assert token not in text
    with zalo_oa(tmp_path / "oa.jsonl") as oa:
        pair = oa.grant()
        oa.fetch("/v2.0/oa/getoa", pair["access_token"])
        new = refresh(oa, pair["refresh_token"])
    text = (tmp_path / "oa.jsonl").read_text(encoding="utf-8")
    for hidden in (*pair.values(), *new.values()):
        assert hidden == "90000" or hidden not in text


def test_a_process_of_its_own_does_the_same_and_leaves_its_journal(tmp_path: Path) -> None:
    file = tmp_path / "oa.jsonl"
    with zalo_oa(file, as_process=True, echo="off") as zalo:
        ba = zalo.citizen()
        ba.says("chào")
        sent = {"recipient": {"user_id": ba.id}, "message": {"text": "dạ"}}
        assert zalo.call("/v3.0/oa/message/cs", zalo.grant()["access_token"], **sent)["error"] == 0
        assert ba.phone.until("dạ").kind == "text"
    shown = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [entry["text"] for entry in shown if entry["what"] == "shown"] == ["chào", "dạ"]


def test_the_desk_does_nothing_for_a_strangers_page(zalo: ZaloBot) -> None:
    stranger = httpx.post(f"{zalo.url}/emulator/people", json={"name": "Ai đó"})
    assert stranger.status_code == 403
    assert zalo.ask("state")["people"] == []


@pytest.mark.parametrize(
    ("what", "body", "sentence"),
    [
        ("switches", {"envelop": "flat"}, "There is no switch “envelop”"),
        ("switches", {"envelope": "round", "statuses": "real"}, "can be flat, wrapped"),
        ("switches", {"webhook_seconds": 0}, "is a number from 1 to 120"),
        ("faults", {"kind": "meteor"}, "There is no such fault"),
        ("faults", {"kind": "slow", "often": 1}, "A fault has where, times"),
        ("faults", {"kind": "reset_after", "where": "webhook"}, "a delivery can be slow or duplicate"),
        ("clock", {"set": "2026-11-22T08:00:00"}, "needs its zone"),
        ("clock", {"set": "hôm qua"}, "That is no time"),
        ("say", {"from": "1", "text": "x"}, "no person with the id"),
        ("say", {"text": "x"}, "missing"),
        ("groups", {"name": "Tổ", "members": ["1"]}, "no person with the id"),
    ],
)
def test_the_desk_says_what_it_cannot_do(zalo: ZaloBot, what: str, body: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        zalo.tell(what, **body)
    assert {switch["name"]: switch["value"] for switch in zalo.ask("state")["switches"]}["statuses"] == "200"


def test_a_citizen_sends_only_what_a_citizen_can(zalo: ZaloBot, ba: BotCitizen) -> None:
    ong = zalo.citizen("Ông Ba")
    group = zalo.group("Tổ 5", ong)
    for kind, text, to in (("hologram", "x", None), ("text", "", None), ("text", "x", group)):
        with pytest.raises(AssertionError):
            ba.does(kind, to, text=text)


@pytest.mark.parametrize("name", ["zalo-bot", "zalo-oa"])
def test_the_command_says_what_it_cannot_take(name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = (["--set", "envelop=flat"], ["--journal", str(tmp_path / "no" / "folder")], ["--host", "256.0.0.1"])
    for arguments in wrong:
        assert emulate.main([name, "--port", "0", *arguments]) == 2
        assert "cannot start" in capsys.readouterr().err
