"""What the local Official Account tells its webhook: bodies, signature, two seconds, repetitions, and then silence."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kit.zalo import Delivered, Heard, Listener, OaCitizen, ZaloOa, listener, meets, zalo_oa


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_oa(echo="off") as running:
        yield running


@pytest.fixture
def hook(zalo: ZaloOa) -> Iterator[Listener]:
    with listener() as listening:
        zalo.set_console(webhook=listening.url)
        yield listening


def signature(zalo: ZaloOa, body: bytes, first: str, secret: str) -> str:
    """As the documents have it, written down a second time."""
    stamp = __import__("json").loads(body)["timestamp"]
    return hashlib.sha256(b"".join([first.encode(), body, stamp.encode(), secret.encode()])).hexdigest()


# ---- the way ----


@meets("signature", "signature_id", "signature_secret", "signature_prefix")
def test_the_signature_is_over_the_bytes_as_they_come(zalo: ZaloOa, hook: Listener) -> None:
    ba = zalo.citizen()
    heard = ba.says("Đồng Hành ơi, “ngoặc kép” và dấu cách  đôi")
    got = hook.next()
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-zevent-signature"] == "mac=" + signature(zalo, got.body, zalo.app_id, zalo.oa_secret)
    assert got.headers["x-zevent-signature"] == heard.headers["X-ZEvent-Signature"]
    assert got.body == heard.body
    zalo.switch(mac_id="oa_id", mac_secret="app_secret", mac_prefix="none")
    ba.says("nữa")
    again = hook.next()
    assert again.headers["x-zevent-signature"] == signature(zalo, again.body, zalo.oa_id, zalo.app_secret)


@meets("webhook_url")
def test_a_webhook_is_a_public_https_address(zalo: ZaloOa) -> None:
    zalo.switch(private_hosts="refused")
    for url in ("http://example.com/hook", "https://localhost/hook", "https://192.168.1.9/hook", "hook"):
        with pytest.raises(AssertionError, match="webhook must be"):
            zalo.set_console(webhook=url)
    zalo.set_console(webhook="https://example.com/hook")
    zalo.set_console(webhook="")
    assert zalo.citizen().says("chào").way == "lost"


@meets("two_seconds", "repetitions", "switched_off")
def test_an_event_that_is_not_answered_comes_five_times_more_and_then_nothing_does(
    zalo: ZaloOa, hook: Listener
) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00", stand=True)
    ba, began = zalo.citizen(), zalo.clock.now()
    hook.status = 500
    ba.says("một")
    first = hook.next()
    zalo.settled()
    waits = []
    for number, wait in enumerate((30, 300, 900, 1800, 3600), start=1):
        zalo.clock.forward(wait - 1)
        zalo.settled()
        assert hook.silent
        zalo.clock.forward(1)
        again = hook.next()
        waits.append((zalo.clock.now() - began).total_seconds())
        assert (again.body, again.headers["num_retry"]) == (first.body, str(number))
        assert again.headers["x-zevent-signature"] == first.headers["x-zevent-signature"]
        zalo.settled()
    assert "num_retry" not in first.headers
    assert waits == [30, 330, 1230, 3030, 6630]
    zalo.happens("webhook_off")
    hook.status = 200
    assert ba.says("hai").way == "lost"
    zalo.set_console(webhook=hook.url)
    assert ba.says("ba").way == "webhook"
    assert hook.next().json["message"]["text"] == "ba"


@meets("two_seconds")
def test_an_answer_after_two_seconds_is_none_and_the_event_comes_again(zalo: ZaloOa, hook: Listener) -> None:
    zalo.clock.stand()
    with hook.held():
        heard = zalo.citizen().says("chậm")
        hook.next()
        zalo.clock.forward(1.9)
        assert zalo.deliveries() == []
        zalo.clock.forward(0.1)
        zalo.settled()
    assert [delivery["answered"] for delivery in zalo.deliveries()] == ["no answer within 2 s"]
    zalo.clock.forward(30)
    assert hook.next().body == heard.body
    zalo.settled()
    zalo.clock.forward(hours=5)
    zalo.settled()
    assert hook.silent
    zalo.switch(webhook_ms=100)
    with hook.held():
        zalo.citizen().says("ít kiên nhẫn hơn")
        hook.next()
        zalo.clock.forward(0.1)
        zalo.settled()
    assert zalo.deliveries()[-1]["taken"] is False


@meets("repeat_not_200")
def test_whether_another_status_than_200_is_repeated_is_a_switch(zalo: ZaloOa, hook: Listener) -> None:
    zalo.clock.stand()
    zalo.switch(retry_on="no_answer")
    hook.status = 403
    zalo.citizen().says("từ chối")
    hook.next()
    zalo.settled()
    zalo.clock.forward(hours=5)
    zalo.settled()
    assert hook.silent
    assert [delivery["taken"] for delivery in zalo.deliveries()] == [True]


def test_one_citizens_events_come_in_order_beside_anothers(zalo: ZaloOa, hook: Listener) -> None:
    ba, ong = zalo.citizen("Bà Tư"), zalo.citizen("Ông Ba")
    with hook.held():
        for number in range(5):
            ba.says(f"bà {number}")
        hook.next()
        ong.says("ông")
        assert hook.next().json["message"]["text"] == "ông"  # not behind hers
    assert [hook.next().json["message"]["text"] for _ in range(4)] == [f"bà {number}" for number in range(1, 5)]


# ---- bodies ----


def told(hook: Listener, heard: Heard) -> dict[str, Any]:
    """What the webhook was told; it is the same as the desk said."""
    got: Delivered = hook.next()
    assert got.json == heard.event
    assert isinstance(got.json["timestamp"], str)
    return got.json


@meets("event_text", "texts")
def test_a_text(zalo: ZaloOa, hook: Listener) -> None:
    ba = zalo.citizen()
    event = told(hook, ba.says("chào"))
    assert event == {
        "app_id": zalo.app_id,
        "sender": {"id": ba.id},
        "recipient": {"id": zalo.oa_id},
        "user_id_by_app": ba.by_app,
        "event_name": "user_send_text",
        "message": {"text": "chào", "msg_id": event["message"]["msg_id"]},
        "timestamp": event["timestamp"],
    }
    assert min(int(ba.id), int(ba.by_app), int(zalo.oa_id)) > 2**53


@meets("event_attachments")
def test_what_else_a_citizen_sends(zalo: ZaloOa, hook: Listener) -> None:
    ba = zalo.citizen()
    wanted = {
        "image": {"url", "thumbnail"},
        "gif": {"url", "thumbnail"},
        "sticker": {"id", "url"},
        "audio": {"url"},
        "video": {"url"},
        "file": {"url", "name", "size", "type"},
        "location": {"coordinates"},
        "link": {"url"},
    }
    for kind, fields in wanted.items():
        event = told(hook, ba.sends(kind))
        (attachment,) = event["message"]["attachments"]
        assert (event["event_name"], attachment["type"], set(attachment["payload"])) == (
            f"user_send_{kind}",
            kind,
            fields,
        )
    assert told(hook, ba.sends("image", "cái này à"))["message"]["text"] == "cái này à"
    place = told(hook, ba.sends("location", latitude="21.8", longitude="105.2"))["message"]["attachments"][0]
    assert place["payload"]["coordinates"] == {"latitude": "21.8", "longitude": "105.2"}


@meets("event_follow", "event_chat_now", "event_tag")
def test_follow_unfollow_chat_now_and_tag(zalo: ZaloOa, hook: Listener) -> None:
    ba = zalo.citizen()
    follow = told(hook, ba.follows())
    assert (follow["event_name"], follow["follower"], follow["oa_id"]) == ("follow", {"id": ba.id}, zalo.oa_id)
    assert "sender" not in follow
    assert told(hook, ba.unfollows())["event_name"] == "unfollow"
    now = told(hook, ba.clicks_chat_now())
    assert (now["event_name"], now["user_id"], now["user_id_by_app"]) == ("user_click_chatnow", ba.id, ba.by_app)
    ba.follows()
    hook.next()
    zalo.call("/v2.0/oa/tag/tagfollower", zalo.grant()["access_token"], user_id=ba.id, tag_name="đang giúp")
    assert hook.next().json["tag"] == {"user_ids": [ba.id], "name": "đang giúp"}


def asked_for_info(zalo: ZaloOa, ba: OaCitizen) -> None:
    element = {"title": "Phường", "subtitle": "xin tên của bác", "image_url": "https://example.com/a.png"}
    payload = {"template_type": "request_user_info", "elements": [element]}
    message = {"attachment": {"type": "template", "payload": payload}}
    cs(zalo, ba, message)


def cs(zalo: ZaloOa, ba: OaCitizen, message: dict[str, Any]) -> dict[str, Any]:
    token = zalo.grant()["access_token"]
    answer = zalo.call("/v3.0/oa/message/cs", token, recipient={"user_id": ba.id}, message=message)
    assert answer["error"] == 0
    data: dict[str, Any] = answer["data"]
    return data


@meets("event_submit", "event_seen")
def test_what_a_citizen_fills_in_has_two_shapes(zalo: ZaloOa, hook: Listener) -> None:
    ba = zalo.citizen("Bà Tư")
    told(hook, ba.says("chào"))
    asked_for_info(zalo, ba)
    assert hook.next().json["event_name"] == "user_received_message"
    new = told(hook, ba.submits(name="Tên Bịa"))
    assert (new["event_name"], new["info"]["name"], new["info"]["phone"]) == (
        "user_submit_info",
        "Tên Bịa",
        ba.phone_number,
    )
    assert set(new["info"]["full_address"]) == {"user_city", "user_ward", "user_address"}
    zalo.switch(submit_shape="old")
    old = told(hook, ba.submits())
    assert set(old["info"]) == {"name", "phone", "address", "city", "district", "ward"}
    assert isinstance(old["info"]["phone"], int)


@meets("event_seen")
def test_received_and_seen_come_from_either_side(zalo: ZaloOa, hook: Listener) -> None:
    ba = zalo.citizen()
    told(hook, ba.says("chào"))
    ids = [cs(zalo, ba, {"text": text})["message_id"] for text in ("một", "hai")]
    received = [hook.next().json for _ in ids]
    assert [event["message"] for event in received] == [{"msg_id": id_} for id_ in ids]
    assert received[0]["sender"]["id"] == ba.id
    assert told(hook, ba.sees())["message"] == {"msg_ids": ids}
    zalo.switch(seen_sender="oa")
    assert told(hook, ba.sees())["sender"]["id"] == zalo.oa_id
    ba.becomes(away=True)
    late = cs(zalo, ba, {"text": "ba"})["message_id"]
    zalo.settled()
    assert hook.silent
    ba.becomes(away=False)
    assert hook.next().json["message"] == {"msg_id": late}


@meets("event_echo")
def test_what_the_oa_sends_comes_back(zalo: ZaloOa, hook: Listener) -> None:
    zalo.switch(echo="on")
    ba = zalo.citizen()
    told(hook, ba.says("chào"))
    sent = cs(zalo, ba, {"text": "dạ"})["message_id"]
    both = {event["event_name"]: event for event in (hook.next().json, hook.next().json)}
    echo = both["oa_send_text"]
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (zalo.oa_id, ba.id)
    assert echo["message"] == {"text": "dạ", "msg_id": sent}
    assert "user_received_message" in both


@meets("event_group", "event_group_names")
def test_groups(zalo: ZaloOa, hook: Listener) -> None:
    ba, ong = zalo.citizen("Bà Tư"), zalo.citizen("Ông Ba")
    group = zalo.group("Tổ 5", ba)
    said = told(hook, ba.says("mai họp à", group))
    assert (said["event_name"], said["recipient"]["id"]) == ("user_send_group_text", group.id)
    assert told(hook, ong.joins(group))["event_name"] == "user_join_group"
    assert told(hook, ong.leaves(group))["event_name"] == "user_out_group"
    with pytest.raises(AssertionError, match="is not in"):
        ong.says("còn tôi", group)
    zalo.switch(group_names="long")
    assert told(hook, ba.leaves(group))["event_name"] == "user_leave_group"
    assert told(hook, zalo.ends(group))["event_name"] == "delete_group"


@meets("event_anonymous")
def test_an_anonymous_visitor(zalo: ZaloOa, hook: Listener) -> None:
    khach = zalo.visitor()
    event = told(hook, khach.says("cho hỏi"))
    assert (event["event_name"], event["sender"]["id"]) == ("anonymous_send_text", khach.id)
    assert event["message"]["conversation_id"] == khach.conversation_id
    assert "user_id_by_app" not in event
    assert told(hook, khach.sends("image"))["event_name"] == "anonymous_send_image"
    with pytest.raises(AssertionError, match="Nobody can send"):
        khach.sends("location")


@meets("phone_delivered")
def test_a_message_by_phone_is_told_when_it_arrives(zalo: ZaloOa, hook: Listener) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00")
    ba = zalo.citizen()
    data = {"ten": "Bà Thử", "ngay": "24/11", "noi": "trụ sở"}
    asked = {"phone": ba.phone_number, "template_id": "7895417", "template_data": data, "tracking_id": "nhac-7"}
    sent = zalo.call("/message/template", zalo.grant()["access_token"], **asked)["data"]
    got = hook.next()
    assert got.headers["x-zevent-server"] == "ZNS"
    assert got.json["event_name"] == "user_received_message"
    assert got.json["recipient"] == {"id": ba.phone_number}
    message = got.json["message"]
    assert (message["msg_id"], message["tracking_id"]) == (sent["msg_id"], "nhac-7")
    assert message["delivery_time"].isdecimal()
