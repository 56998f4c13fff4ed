"""The local Official Account answers as the real one is known to; a foreign client calls wherever that client can."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from zalo_sdk import ZaloOAAuthTokenExpiredException, ZaloOAException  # type: ignore[import-untyped]
from zalo_sdk.oa import (  # type: ignore[import-untyped]
    Client,
    ZaloAction,
    ZaloAttachment,
    ZaloMessageBody,
    ZaloRecipient,
)
from zalo_sdk.zns.Client import Client as Phones  # type: ignore[import-untyped]

from tests.kit.zalo import OaCitizen, ZaloOa, meets, one_authority, zalo_oa

VIETNAM = timezone(timedelta(hours=7))
CS = "/v3.0/oa/message/cs"
BACK = "http://127.0.0.1:9/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PNG, JPG, GIF = b"\x89PNG\r\n\x1a\n" + b"\0" * 30, b"\xff\xd8\xff\xe0" + b"\0" * 30, b"GIF89a" + b"\0" * 30


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", one_authority(tmp_path))


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_oa() as running:
        yield running


class Office:
    """The OA as its own program calls it: with a foreign client, or word for word."""

    def __init__(self, zalo: ZaloOa) -> None:
        self.zalo = zalo
        self.token = zalo.grant()["access_token"]
        asked = {"access_token": self.token, "endpoint_prefix": zalo.url}
        self.client = Client(zalo.app_id, zalo.app_secret, **asked)
        self.phones = Phones(zalo.app_id, zalo.app_secret, **asked)

    def post(self, path: str, **asked: Any) -> dict[str, Any]:
        return self.zalo.call(path, self.token, **asked)

    def get(self, path: str, **asked: Any) -> dict[str, Any]:
        return self.zalo.fetch(path, self.token, **asked)

    def plain(self, path: str, **asked: Any) -> dict[str, Any]:
        """GET with plain query parameters."""
        headers = {"access_token": self.token}
        answer: dict[str, Any] = httpx.get(self.zalo.url + path, params=asked, headers=headers).json()
        return answer

    def cs(self, to: OaCitizen, **message: Any) -> dict[str, Any]:
        return self.post(CS, recipient={"user_id": to.id}, message=message)

    def attached(self, to: OaCitizen, text: str = "", **payload: Any) -> dict[str, Any]:
        words = {"text": text} if text else {}
        return self.cs(to, **words, attachment={"type": "template", "payload": payload})

    def error(self, to: OaCitizen, text: str = "dạ") -> int:
        return int(self.cs(to, text=text)["error"])


@pytest.fixture
def office(zalo: ZaloOa) -> Office:
    return Office(zalo)


@pytest.fixture
def ba(zalo: ZaloOa) -> OaCitizen:
    """Somebody who follows and has just written."""
    citizen = zalo.citizen("Bà Tư")
    citizen.follows()
    citizen.says("chào")
    return citizen


# ---- OAuth ----


def token(zalo: ZaloOa, secret: str = "", **form: str) -> httpx.Response:
    """Ask the OAuth host for tokens."""
    given = {"app_id": zalo.app_id, **form}
    return httpx.post(f"{zalo.url}/v4/oa/access_token", data=given, headers={"secret_key": secret or zalo.app_secret})


def consented(zalo: ZaloOa) -> str:
    """A code, by way of the consent page."""
    zalo.set_console(callback=BACK)
    asked = {"app_id": zalo.app_id, "redirect_uri": BACK, "code_challenge": CHALLENGE, "state": "s-1"}
    back = urlsplit(zalo.consent(str(httpx.URL("/v4/oa/permission", params=asked))))
    given = parse_qs(back.query)
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    assert (given["oa_id"], given["state"]) == ([zalo.oa_id], ["s-1"])
    return given["code"][0]


def exchanged(zalo: ZaloOa, code: str, verifier: str = VERIFIER) -> dict[str, Any]:
    answer: dict[str, Any] = token(zalo, grant_type="authorization_code", code=code, code_verifier=verifier).json()
    return answer


def refreshed(zalo: ZaloOa, refresh: str) -> dict[str, Any]:
    answer: dict[str, Any] = token(zalo, grant_type="refresh_token", refresh_token=refresh).json()
    return answer


@meets("consent", "token_form", "pkce", "expires_in", "code_once")
def test_the_owner_says_yes_once_and_a_code_becomes_a_pair(zalo: ZaloOa) -> None:
    code = consented(zalo)
    assert exchanged(zalo, code, "w" * 43)["error"] == -14014
    pair = exchanged(zalo, code)
    assert set(pair) == {"access_token", "refresh_token", "expires_in"}
    assert pair["expires_in"] == "90000"
    assert zalo.fetch("/v2.0/oa/getoa", pair["access_token"])["error"] == 0
    assert exchanged(zalo, code)["error"] == -14012
    late = consented(zalo)
    zalo.clock.forward(601)
    assert exchanged(zalo, late)["error"] == -14012
    wrong_secret = token(zalo, "sai", grant_type="refresh_token", refresh_token=pair["refresh_token"])
    assert wrong_secret.json()["error"] == -14004
    assert token(zalo, grant_type="password").json()["error"] == -14024
    as_json = httpx.post(f"{zalo.url}/v4/oa/access_token", json={"app_id": zalo.app_id})
    assert as_json.json()["error"] == -14002


@meets("consent_refused", "consent")
def test_the_consent_page_refuses_another_app_and_another_address(zalo: ZaloOa) -> None:
    zalo.set_console(callback=BACK, challenge=CHALLENGE)

    def page(**asked: str) -> str:
        return httpx.get(f"{zalo.url}/v4/oa/permission", params=asked).text

    assert "-14002" in page(app_id="1", redirect_uri=BACK)
    assert "-14003" in page(app_id=zalo.app_id, redirect_uri="https://example.com/khac")
    assert "Cho phép" in page(app_id=zalo.app_id)  # all else is in the console
    assert "MÔ PHỎNG – không phải Zalo" in page(app_id=zalo.app_id)
    used = zalo.consent(f"/v4/oa/permission?app_id={zalo.app_id}")
    assert "state=" not in used
    assert exchanged(zalo, parse_qs(urlsplit(used).query)["code"][0])["expires_in"]


@meets("refresh_once", "old_access_dies", "token_over", "token_header")
def test_a_refresh_token_is_good_once_and_the_old_access_token_dies(zalo: ZaloOa) -> None:
    first = zalo.grant()
    second = refreshed(zalo, first["refresh_token"])
    assert second["access_token"] != first["access_token"]
    assert refreshed(zalo, first["refresh_token"])["error"] == -14020

    def getoa(access: str) -> int:
        return int(zalo.fetch("/v2.0/oa/getoa", access)["error"])

    assert [getoa(first["access_token"]), getoa(second["access_token"]), getoa("bịa".encode().hex())] == [-220, 0, -216]
    zalo.switch(old_access_token="lives")
    third = refreshed(zalo, second["refresh_token"])
    assert [getoa(second["access_token"]), getoa(third["access_token"])] == [0, 0]
    zalo.clock.forward(seconds=90_001)
    assert getoa(third["access_token"]) == -220
    zalo.clock.forward(days=91)
    assert refreshed(zalo, third["refresh_token"])["error"] == -14020


@meets("oauth_error", "oauth_error_number")
def test_a_refusal_of_the_oauth_host_has_its_own_shape(zalo: ZaloOa) -> None:
    refused = token(zalo, grant_type="refresh_token", refresh_token="bịa")
    assert refused.status_code == 200
    assert set(refused.json()) == {"error", "error_name", "error_reason", "error_description", "ref_doc"}
    zalo.switch(oauth_number="without", oauth_status="400")
    refused = token(zalo, grant_type="refresh_token", refresh_token="bịa")
    assert refused.status_code == 400
    assert set(refused.json()) == {"error_name", "error_reason", "error_description", "ref_doc"}


@meets("revoked")
def test_the_owner_can_take_it_all_back(zalo: ZaloOa) -> None:
    pair = zalo.grant()
    assert zalo.revoke().event["event_name"] == "permission_revoked"
    assert zalo.fetch("/v2.0/oa/getoa", pair["access_token"])["error"] == -220
    assert refreshed(zalo, pair["refresh_token"])["error"] == -14020


# ---- conventions ----


@meets("token_over", "template_token", "refusal_is_200")
def test_a_foreign_client_tells_a_token_that_is_over(zalo: ZaloOa, office: Office) -> None:
    zalo.clock.forward(seconds=90_001)
    with pytest.raises(ZaloOAException) as wrong:
        office.client.get_tags_of_oa()
    assert wrong.value._code == -220
    zalo.switch(expired_token="-216")
    with pytest.raises(ZaloOAAuthTokenExpiredException):
        office.client.get_tags_of_oa()
    with pytest.raises(ZaloOAAuthTokenExpiredException):
        office.phones.get_template_list(0, 10)
    answer = office.plain("/template/all")
    assert (answer["error"], "data" in answer) == (-124, False)


@meets("rate")
def test_calls_are_counted_by_the_minute(zalo: ZaloOa, office: Office) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00", stand=True)
    zalo.switch(calls_a_minute=2)
    office = Office(zalo)

    def call() -> httpx.Response:
        return httpx.get(f"{zalo.url}/v2.0/oa/getoa", headers={"access_token": office.token})

    answers = [call() for _ in range(3)]
    assert [answer.json()["error"] for answer in answers] == [0, 0, -32]
    assert [answer.headers["x-ratelimit-remain"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["x-ratelimit-limit"] == "2"
    zalo.clock.forward(60)
    assert call().json()["error"] == 0


@meets("proof")
def test_a_proof_of_the_secret_is_checked_when_it_comes_and_wanted_when_switched_on(
    zalo: ZaloOa, office: Office
) -> None:
    proof = hmac.new(zalo.app_secret.encode(), office.token.encode(), hashlib.sha256).hexdigest()

    def call(path: str, **headers: str) -> int:
        return int(httpx.get(zalo.url + path, headers={"access_token": office.token, **headers}).json()["error"])

    assert [call("/v2.0/oa/getoa"), call("/v2.0/oa/getoa", appsecret_proof="sai")] == [0, -242]
    zalo.switch(proof_required="on")
    assert [call("/v2.0/oa/getoa"), call("/v2.0/oa/getoa", appsecret_proof=proof)] == [-242, 0]
    assert [call("/template/all"), call("/template/all", appsecret_proof=proof)] == [-1241, 0]


@meets("oa_state")
def test_an_oa_in_a_bad_state_can_do_nothing(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    seen = []
    for state in ("disabled", "unverified", "low_tier", "active"):
        zalo.switch(oa_state=state)
        seen.append(office.error(ba))
    assert seen == [-204, -221, -224, 0]


@meets("data_parameter", "user_detail", "texts")
def test_a_foreign_client_reads_a_citizen(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    detail = office.client.get_user_detail(ba.id)["data"]
    assert (detail["display_name"], detail["user_is_follower"]) == ("Bà Tư", True)
    assert (detail["user_id"], detail["user_id_by_app"]) == (ba.id, ba.by_app)
    assert detail["user_last_interaction_date"] == f"{zalo.clock.now().astimezone(VIETNAM):%d/%m/%Y}"
    assert int(detail["user_id"]) > 2**53
    assert office.plain("/v3.0/oa/user/detail", user_id=ba.id)["error"] == -201
    ba.unfollows()
    assert office.get("/v3.0/oa/user/detail", user_id=ba.id)["error"] == -213


# ---- consultation messages ----


@meets("cs_text", "cs_answer", "texts")
def test_a_foreign_client_answers_a_citizen(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    answer = office.client.send_message(ZaloRecipient(user_id=ba.id), ZaloMessageBody(text="dạ chào bác"))
    data = answer["data"]
    assert (answer["error"], answer["message"], data["user_id"]) == (0, "Success", ba.id)
    assert data["sent_time"].isdecimal()
    assert data["quota"] == {"quota_type": "reply"}
    shown = ba.phone.next()
    assert (shown.text, shown.message_id) == ("dạ chào bác", data["message_id"])
    zalo.switch(quota_remain="told")
    assert office.cs(ba, text="dạ")["data"]["quota"] == {"quota_type": "reply", "remain": "8", "total": "8"}
    assert [office.error(ba, text) for text in ("", "ệ" * 2000, "a" * 2001)] == [-201, 0, -210]
    assert office.cs(ba, text=5)["error"] == -201
    assert office.post(CS, recipient={"user_id": ba.id})["error"] == -201
    assert office.post(CS, message={"text": "dạ"})["error"] == -201


@meets("unknown_user")
def test_an_unknown_user_and_a_number_for_an_id_are_refused(office: Office, ba: OaCitizen) -> None:
    for user in ("1", int(ba.id), None):
        assert office.post(CS, recipient={"user_id": user}, message={"text": "dạ"})["error"] == -201


@meets("cs_quote")
def test_a_message_can_be_quoted(office: Office, ba: OaCitizen) -> None:
    asked = ba.says("mã ở đâu")
    body = ZaloMessageBody(text="ở đây ạ", quote_message_id=asked.message_id)
    office.client.send_message(ZaloRecipient(user_id=ba.id), body)
    assert ba.phone.next().extra["quote"] == asked.message_id


@meets("cs_media", "upload_image", "upload_gif", "upload_dies")
def test_a_picture_goes_by_its_address_or_its_upload(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    uploaded = office.client.upload_file(PNG, "image", "a.png", "image/png")["data"]["attachment_id"]
    body = ZaloMessageBody(
        text="xem hình", attachment=ZaloAttachment("template", media("image", attachment_id=uploaded))
    )
    assert office.client.send_message(ZaloRecipient(user_id=ba.id), body)["error"] == 0
    shown = ba.phone.next()
    assert (shown.kind, shown.text) == ("image", "xem hình")
    assert httpx.get(zalo.url + shown.extra["picture"]).content == PNG
    url = "https://example.com/a.jpg"
    gif = upload(office, "gif", "a.gif", GIF)["data"]["attachment_id"]
    good = [
        media("image", url=url),
        media("gif", attachment_id=gif, width=10, height=10),
        media("sticker", attachment_id="bfe4"),
    ]
    assert [office.attached(ba, **payload)["error"] for payload in good] == [0, 0, 0]
    wrong = [
        media("image"),
        media("image", url=url, attachment_id=uploaded),
        media("image", url="a.jpg"),
        media("image", attachment_id="bịa"),
        media("gif", url=url),
        media("sticker", url=url),
        {"template_type": "media", "elements": []},
    ]
    assert [office.attached(ba, **payload)["error"] for payload in wrong] == [-201] * 7
    assert office.attached(ba, **media("video", url=url))["error"] == -233
    zalo.switch(private_hosts="refused")
    assert office.attached(ba, **media("image", url="http://127.0.0.1/a.jpg"))["error"] == -201
    zalo.clock.forward(days=7)
    ba.says("còn đó không")
    office.token = zalo.grant()["access_token"]
    assert office.attached(ba, **media("image", attachment_id=uploaded))["error"] == -100


@meets("upload_image", "upload_gif", "upload_file", "upload_quota", "cs_file")
def test_uploads_have_kinds_sizes_and_a_monthly_number(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    assert upload(office, "image", "a.jpg", JPG)["error"] == 0
    assert upload(office, "image", "a.png", GIF)["error"] == -201
    assert upload(office, "image", "a.png", PNG + b"\0" * 1024 * 1024)["error"] == -210
    assert upload(office, "gif", "a.gif", PNG)["error"] == -201
    token = office.client.upload_file(b"%PDF", "file", "huong-dan.pdf", "application/pdf")["data"]["token"]
    assert upload(office, "file", "a.exe", b"MZ")["error"] == -201
    assert upload(office, "file", "a.csv", b"a" * (5 * 1024 * 1024 + 1))["error"] == -210
    assert office.cs(ba, attachment={"type": "file", "payload": {"token": token}})["error"] == 0
    assert ba.phone.next().extra["file"] == "huong-dan.pdf"
    assert office.cs(ba, attachment={"type": "file", "payload": {"token": "bịa"}})["error"] == -201
    assert office.post("/v2.0/oa/upload/image")["error"] == -201
    zalo.switch(uploads_a_month=2)
    assert upload(office, "image", "a.jpg", JPG)["error"] == -211


@meets("cs_request_info")
def test_a_citizen_can_be_asked_for_a_name(office: Office, ba: OaCitizen) -> None:
    with pytest.raises(AssertionError, match="Nobody asked"):
        ba.submits()
    element = {"title": "Phường", "subtitle": "xin tên của bác", "image_url": "https://example.com/a.png"}
    asked: dict[str, Any] = {"template_type": "request_user_info", "elements": [element]}
    assert office.attached(ba, **asked)["error"] == 0
    shown = ba.phone.next()
    assert (shown.kind, shown.extra["subtitle"]) == ("request_user_info", "xin tên của bác")
    for wrong in ([element, element], [], [{**element, "title": ""}], [{**element, "image_url": "a.png"}]):
        assert office.attached(ba, **{**asked, "elements": wrong})["error"] == -201
    ba.submits(name="Tên Bịa")
    assert office.get("/v3.0/oa/user/detail", user_id=ba.id)["data"]["shared_info"]["name"] == "Tên Bịa"


@meets("cs_list", "cs_list_limits")
def test_a_list_is_taken_within_its_limits_or_not_at_all(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    head = {"title": "Bác ở bước nào ạ?", "subtitle": "Bấm một dòng"}
    line = {"title": "Mới cài", "default_action": {"type": "oa.query.show", "payload": "mới cài"}}
    press = {"title": "Gặp người", "type": "oa.query.show", "payload": "gặp người", "image_icon": ""}

    def sent(elements: list[Any], buttons: list[Any]) -> int:
        return int(office.attached(ba, template_type="list", elements=elements, buttons=buttons)["error"])

    assert sent([head, line, line, line, line], [press] * 5) == 0
    assert ba.phone.next().extra["buttons"] == [press] * 5
    assert sent([head], []) == 0
    wrong: list[tuple[list[Any], list[Any]]] = [
        ([], []),
        ([head] + [line] * 5, []),
        ([{"title": "không có dòng phụ"}], []),
        ([{**head, "title": "a" * 101}], []),
        ([{**head, "subtitle": "a" * 501}], []),
        ([{**head, "default_action": {"type": "oa.open.url", "url": "a"}}], []),
        ([head], [press] * 6),
        ([head], [{**press, "title": "a" * 101}]),
        ([head], [{**press, "payload": "a" * 1001}]),
        ([head], [{**press, "type": "oa.khac"}]),
        ([head], [{"title": "Gọi", "type": "oa.open.phone", "payload": {}}]),
    ]
    assert [sent(*given) for given in wrong] == [-201] * len(wrong)
    opens = [
        {"title": "Mở", "type": "oa.open.url", "payload": {"url": "https://example.com"}},
        {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "84900000001"}},
        {"title": "Nhắn", "type": "oa.open.sms", "payload": {"phone_code": "84900000001", "content": "chào"}},
    ]
    assert sent([head], opens) == 0
    zalo.switch(list_messages="refused")
    assert sent([head], []) == -233


@meets("query_buttons", "cs_bare_buttons", "interaction")
def test_a_pressed_query_is_a_text_of_the_citizens(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    shown, hidden = ({"title": word, "type": f"oa.query.{word}", "payload": f"#{word}"} for word in ("show", "hide"))
    opens = {"title": "Mở", "type": "oa.open.url", "payload": {"url": "https://example.com"}}
    answer = office.cs(ba, text="bấm đi ạ", attachment={"payload": {"buttons": [shown, hidden, opens]}})
    assert answer["error"] == 0
    line = ba.phone.next()
    zalo.clock.forward(days=6)
    pressed = [ba.taps(title, line) for title in ("show", "hide", "Mở")]
    assert [heard.event.get("message", {}).get("text") for heard in pressed] == ["#show", "#hide", None]
    assert [heard.event.get("event_name") for heard in pressed] == ["user_send_text", "user_send_text", None]
    assert [one.text for one in ba.phone.everything][-1] == "#show"
    zalo.clock.forward(days=6)
    office.token = zalo.grant()["access_token"]
    assert office.error(ba) == 0
    zalo.switch(bare_buttons="refused")
    assert office.cs(ba, text="bấm", attachment={"payload": {"buttons": [shown]}})["error"] == -233


# ---- windows and quotas ----


def answered(office: Office, to: OaCitizen) -> tuple[int, str]:
    """The error, and what was charged."""
    office.token = office.zalo.grant()["access_token"]
    answer = office.cs(to, text="dạ")
    return answer["error"], answer.get("data", {}).get("quota", {}).get("quota_type", "")


@meets("free_window", "seven_days", "never_met", "out_of_quota", "interaction")
def test_the_windows_open_with_an_interaction_and_close_by_the_clock(zalo: ZaloOa, office: Office) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00", stand=True)
    ba, ong = zalo.citizen("Bà Tư"), zalo.citizen("Ông Ba")
    assert answered(office, ba) == (-232, "")
    ba.says("chào")
    ong.follows()
    assert answered(office, ong) == (0, "reply")
    zalo.clock.forward(hours=48)
    assert answered(office, ba) == (0, "reply")
    zalo.clock.forward(1)
    assert answered(office, ba) == (0, "sub_quota")
    zalo.switch(sub_quota=1, purchase_quota=1)
    assert answered(office, ba) == (0, "purchase_quota")
    assert answered(office, ba) == (-211, "")
    zalo.clock.forward(days=5, seconds=-1)
    zalo.switch(sub_quota=9)
    assert answered(office, ba) == (0, "sub_quota")
    zalo.clock.forward(1)
    assert answered(office, ba) == (-230, "")
    zalo.switch(window_code="-232")
    assert answered(office, ba) == (-232, "")
    ba.says("tôi đây")
    assert answered(office, ba) == (0, "reply")


@meets("blocked")
def test_who_blocked_the_oa_or_is_gone_gets_nothing(office: Office, ba: OaCitizen) -> None:
    ba.becomes(blocked=True)
    with pytest.raises(ZaloOAException) as refused:
        office.client.send_message(ZaloRecipient(user_id=ba.id), ZaloMessageBody(text="dạ"))
    assert refused.value._code == -217
    assert office.post("/v3.0/oa/message/template", **reminder(ba))["error"] == -217
    ba.becomes(blocked=False, inactive=True)
    assert office.error(ba) == -227
    ba.becomes(inactive=False)
    assert office.error(ba) == 0
    assert ba.phone.texts == ["dạ"]


@meets("quota_of_user", "quota_of_oa")
def test_a_foreign_client_asks_for_the_quotas(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    mine = office.client.get_zalo_user_quotas(ba.id)["data"]
    assert mine["cs_reply"] == {"remain": 8, "total": 8}
    assert mine["last_interaction"].isdecimal()
    zalo.clock.forward(days=3)
    office = Office(zalo)
    office.cs(ba, text="dạ")
    (sub,) = office.client.get_zalo_oa_quotas("OA", "cs", "sub_quota")["data"]
    assert (sub["quota_type"], sub["total"], sub["remain"]) == ("sub_quota", 2000, 1999)
    assert office.post("/v3.0/oa/quota/message", quota_owner="ai đó")["error"] == -201


@meets("around_the_clock", "night", "uid_template", "uid_forbidden")
def test_templates_by_uid_and_the_night(zalo: ZaloOa) -> None:
    zalo.clock.set("2026-11-22T23:00:00+07:00", stand=True)
    office, ba = Office(zalo), zalo.citizen()
    ba.says("chào")
    assert office.error(ba) == 0
    template = "/v3.0/oa/message/template"
    sent = office.post(template, **reminder(ba))
    assert (sent["error"], sent["data"]["user_id"]) == (0, ba.id)
    assert sent["data"]["quota"] == {"quota_type": "purchase_quota", "remain": 4999}
    assert "24/11" in ba.phone.lines[-1].text
    invitation = {"user_id": ba.id, "template_id": "7895418", "template_data": {"ten": "Bà Thử"}}
    codes = []
    for hour in ("21:59:59", "22:00:00", "05:59:59"):
        zalo.clock.set(f"2026-11-{'23' if hour < '12' else '22'}T{hour}+07:00", stand=True)
        codes.append(office.post(template, **invitation)["error"])
    assert codes == [0, -234, -234]
    zalo.clock.set("2026-11-23T06:00:00+07:00", stand=True)
    assert office.post(template, **invitation)["error"] == 0
    assert office.post(template, **{**invitation, "template_id": "7895419"})["error"] == -249
    assert office.post(template, **{**invitation, "template_id": "1"})["error"] == -201
    for data in ({}, {"ten": ""}, {"ten": "a" * 31}, {"ten": "Bà", "la": "x"}, "ten"):
        assert office.post(template, **{**invitation, "template_data": data})["error"] == -201, data
    zalo.switch(purchase_quota=0)
    assert office.post(template, **invitation)["error"] == -211


@meets("ended", "second_version", "reaction", "anonymous")
def test_what_ended_is_refused_and_what_stayed_in_version_two_works(
    zalo: ZaloOa, office: Office, ba: OaCitizen
) -> None:
    said = ba.says("cảm ơn")
    for category in ("transaction", "media"):
        with pytest.raises(ZaloOAException) as refused:
            office.client.send_message(ZaloRecipient(user_id=ba.id), ZaloMessageBody(text="dạ"), category=category)
        assert refused.value._code == -209
    old = "/v2.0/oa/message"
    assert office.post(old, recipient={"user_id": ba.id}, message={"text": "dạ"})["error"] == -240
    heart = ZaloAction("/-heart", said.message_id)
    assert office.client.send_message(ZaloRecipient(user_id=ba.id), action=heart, category="action")["error"] == 0
    assert ba.phone.everything[-1].extra["reaction"] == "/-heart"
    taken = {"react_icon": "/-remove", "react_message_id": said.message_id}
    assert office.post(old, recipient={"user_id": ba.id}, sender_action=taken)["error"] == 0
    assert ba.phone.everything[-1].extra["reaction"] == ""
    for wrong in ({**taken, "react_icon": "tim"}, {**taken, "react_message_id": "1"}):
        assert office.post(old, recipient={"user_id": ba.id}, sender_action=wrong)["error"] == -201
    khach = zalo.visitor()
    khach.says("cho hỏi")
    to = {"anonymous_id": khach.id, "conversation_id": khach.conversation_id}
    assert office.post(old, recipient=to, message={"text": "dạ"})["error"] == 0
    assert khach.phone.texts == ["dạ"]
    assert office.post(old, recipient={**to, "conversation_id": "1"}, message={"text": "dạ"})["error"] == -201
    assert office.post(CS, recipient={"user_id": khach.id}, message={"text": "dạ"})["error"] == -201


# ---- groups, lists, tags ----


@meets("group_message", "group_refused", "group_list", "around_the_clock")
def test_a_group_gets_texts_pictures_and_files_but_no_buttons(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    group, foreign = zalo.group("Tổ 5", ba), zalo.group("Nhóm khác", ba, of_oa=False)
    path = "/v3.0/oa/group/message"
    sent = office.post(path, recipient={"group_id": group.id}, message={"text": "mai họp"})
    assert sent["data"] == {"message_id": group.phone.next().message_id, "group_id": group.id}
    picture = {"attachment": {"type": "template", "payload": media("image", url="https://example.com/a.jpg")}}
    assert office.post(path, recipient={"group_id": group.id}, message=picture)["error"] == 0
    head = {"title": "a", "subtitle": "b"}
    listed = {"attachment": {"type": "template", "payload": {"template_type": "list", "elements": [head]}}}
    assert office.post(path, recipient={"group_id": group.id}, message=listed)["error"] == -233
    assert office.post(path, recipient={"group_id": foreign.id}, message={"text": "x"})["error"] == -403
    assert office.post(path, recipient={"group_id": "1"}, message={"text": "x"})["error"] == -201
    zalo.switch(groups_enabled="off")
    assert office.post(path, recipient={"group_id": group.id}, message={"text": "x"})["error"] == -237
    for number in range(6):
        zalo.group(f"Tổ thêm {number}", ba)
    listing = office.plain("/v3.0/oa/group/getgroupsofoa")["data"]
    assert (listing["total"], listing["count"], listing["groups"][0]["group_id"]) == (7, 5, group.id)
    assert office.plain("/v3.0/oa/group/getgroupsofoa", offset=5, count=50)["data"]["count"] == 2
    assert office.plain("/v3.0/oa/group/getgroupsofoa", count=0)["error"] == -201
    assert office.plain("/v3.0/oa/group/getgroupsofoa", offset="a")["error"] == -201


@meets("getoa", "user_list", "tags")
def test_a_foreign_client_lists_and_tags(zalo: ZaloOa, office: Office, ba: OaCitizen) -> None:
    zalo.citizen("Người lạ")
    assert office.get("/v2.0/oa/getoa")["data"]["num_follower"] == 1
    assert office.get("/v2.0/oa/getoa")["data"]["oaid"] == zalo.oa_id

    def listed(**asked: Any) -> list[str]:
        data = office.client.get_list({"offset": 0, "count": 50, **asked})["data"]
        return [user["user_id"] for user in data["users"]]

    assert len(listed()) == 2
    assert listed(is_follower="true") == listed(last_interaction_period="TODAY") == [ba.id]
    assert listed(last_interaction_period="YESTERDAY") == []
    assert listed(last_interaction_period="L7D") == [ba.id]
    for wrong in ({"offset": 9952}, {"count": 51}, {"count": "5"}, {"last_interaction_period": "HÔM QUA"}):
        assert office.get("/v3.0/oa/user/getlist", **wrong)["error"] == -201, wrong
    office.client.tag_follower(ba.id, "đang giúp")
    assert office.client.get_tags_of_oa()["data"] == ["đang giúp"]
    assert listed(tag_name="đang giúp") == [ba.id]
    office.client.rm_follower_from_tag(ba.id, "đang giúp")
    office.client.tag_follower(ba.id, "xong")
    office.client.rm_tag("xong")
    assert office.client.get_tags_of_oa()["data"] == []
    assert office.post("/v2.0/oa/tag/tagfollower", user_id=ba.id)["error"] == -201
    ba.unfollows()
    assert office.post("/v2.0/oa/tag/tagfollower", user_id=ba.id, tag_name="x")["error"] == -213


# ---- messages by phone ----


def by_phone(office: Office, to: OaCitizen, **more: Any) -> int:
    """The error of a reminder by phone, with these fields otherwise."""
    data = reminder(to)
    asked = {"phone": to.phone_number, "template_id": data["template_id"], "template_data": data["template_data"]}
    return int(office.post("/message/template", **{**asked, "tracking_id": "nhac-1", **more})["error"])


@meets("phone_answer", "template_list", "template_info", "daily_quota")
def test_a_foreign_client_reminds_by_phone(zalo: ZaloOa, office: Office) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00")
    office, ba = Office(zalo), zalo.citizen()
    given = reminder(ba)
    sent = office.phones.send_zns_message(ba.phone_number, given["template_id"], given["template_data"], "nhac-1")
    assert sent["data"]["msg_id"] == ba.phone.next().message_id
    assert sent["data"]["sent_time"].isdecimal()
    assert (sent["data"]["sending_mode"], sent["data"]["quota"]) == (
        "1",
        {"dailyQuota": "500", "remainingQuota": "499"},
    )
    assert office.plain("/message/quota")["data"] == {"dailyQuota": "500", "remainingQuota": "499"}
    zalo.switch(daily_quota=1)
    assert [by_phone(office, ba), by_phone(office, ba, sending_mode="3"), by_phone(office, ba, sending_mode="2")] == [
        -144,
        0,
        -162,
    ]
    zalo.clock.forward(days=1)
    office = Office(zalo)
    assert by_phone(office, ba) == 0
    assert len(office.phones.get_template_list(0, 100)["data"]) == 5
    (pending,) = office.plain("/template/all", offset=0, limit=100, status=2)["data"]
    assert (pending["templateId"], pending["status"]) == (7895420, "PENDING_REVIEW")
    assert office.plain("/template/all", limit=101)["error"] == -132
    info = office.plain("/template/info/v2", template_id="7895417")["data"]
    assert {"name": "ten", "require": True, "type": "1", "minLength": 0, "maxLength": 30} in info["listParams"]
    assert office.plain("/template/info/v2", template_id="1")["error"] == -109


@meets("phone_number", "no_account", "tracking_id", "template_data", "template_id", "development", "phone_body")
def test_what_is_wrong_with_a_message_by_phone_is_told_by_its_code(zalo: ZaloOa) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00")
    office, ba, admin = Office(zalo), zalo.citizen(), zalo.citizen("Quản trị", admin=True)
    rest = ba.phone_number.removeprefix("84")
    assert [by_phone(office, ba, phone=p) for p in ("84" + rest, "+84" + rest, "0" + rest, rest)] == [0] * 4
    assert [by_phone(office, ba, phone=p) for p in ("", "84123", "abc", None, 84900000001)] == [-108] * 5
    assert by_phone(office, ba, phone="84911111111") == -118
    assert [by_phone(office, ba, tracking_id=t) for t in ("", "a" * 49, None, "a" * 48)] == [-132, -132, -132, 0]
    whole = reminder(ba)["template_data"]
    wrong: tuple[dict[str, str], ...] = ({}, {**whole, "la": "x"}, {**whole, "ten": "a" * 31}, {"ten": "Bà Thử"})
    assert [by_phone(office, ba, template_data=data) for data in wrong] == [-111, -112, -1121, -1122]
    name = {"ten": "Bà Thử"}
    codes = [by_phone(office, ba, template_id=i, template_data=name) for i in ("1", "7895420", "7895421", "7895419")]
    assert codes == [-109, -131, -127, 0]
    assert by_phone(office, admin, template_id="7895421", template_data=name) == 0
    assert [by_phone(office, ba, mode="development"), by_phone(office, admin, mode="development")] == [-127, 0]
    ba.becomes(inactive=True)
    assert by_phone(office, ba) == -119
    ba.becomes(inactive=False, blocked=True)
    assert by_phone(office, ba) == -1351
    headers = {"access_token": office.token, "content-type": "application/json"}
    bodies = [
        httpx.post(f"{zalo.url}/message/template", content=b, headers=headers).json()["error"]
        for b in (b"", b"{", b"[]")
    ]
    assert bodies == [-121, -122, -122]


@meets("phone_night", "phone_status")
def test_by_night_nothing_goes_by_phone_and_a_phone_that_is_off_is_told(zalo: ZaloOa) -> None:
    zalo.clock.set("2026-11-22T22:00:00+07:00", stand=True)
    office, ba = Office(zalo), zalo.citizen()
    assert by_phone(office, ba) == -133
    zalo.switch(phone_night="off")
    ba.becomes(away=True)
    assert by_phone(office, ba) == 0
    message_id = ba.phone.next().message_id
    assert office.plain("/message/status", message_id=message_id)["data"]["status"] == 0
    ba.becomes(away=False)
    status = office.plain("/message/status", message_id=message_id)["data"]
    assert (status["status"], status["delivery_time"].isdecimal()) == (1, True)
    assert office.plain("/message/status", message_id="1")["error"] == -107


# ---- what these tests need ----


def media(kind: str, **element: Any) -> dict[str, Any]:
    return {"template_type": "media", "elements": [{"media_type": kind, **element}]}


def reminder(to: OaCitizen) -> dict[str, Any]:
    """A reminder by UID."""
    return {
        "user_id": to.id,
        "template_id": "7895417",
        "template_data": {"ten": "Bà Thử", "ngay": "24/11", "noi": "trụ sở"},
    }


def upload(office: Office, kind: str, name: str, body: bytes) -> dict[str, Any]:
    at = f"{office.zalo.url}/v2.0/oa/upload/{kind}"
    answer: dict[str, Any] = httpx.post(at, files={"file": (name, body)}, headers={"access_token": office.token}).json()
    return answer
