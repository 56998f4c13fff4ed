"""What each event of an Official Account means to the house; garbage means nothing and does no harm."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_oa.reading import Account, read, revoked_at
from bot.message import Blocked, Event, Typed
from flows.speech import Address, Opened, Unread
from tests.channels.zalo_oa_house import APP, OA, text_event

ACCOUNT = Account(APP, OA, "Đồng Hành phường Mẫu", commands=frozenset({"menu", "help"}))
USER, GROUP = "9007199254740993001", "7007199254740993007"
HERE, THERE = Address("zalo_oa", APP, USER), Address("zalo_oa", APP, f"g{GROUP}")
BETWEEN: dict[str, Any] = {"app_id": APP, "sender": {"id": USER}, "recipient": {"id": OA}, "timestamp": "1795000000000"}


def sent(kind: str, **message: Any) -> dict[str, Any]:
    return {**BETWEEN, "event_name": f"user_send_{kind}", "message": {"msg_id": "ab12", **message}}


def attached(kind: str, **payload: Any) -> dict[str, Any]:
    return sent(kind, attachments=[{"type": kind, "payload": payload}])


MESSAGES = {
    "text": (sent("text", text="chào cháu"), Typed("chào cháu")),
    "an empty text": (sent("text", text=""), Typed("")),
    "a text that is none": (sent("text", text=7), Unread.UNKNOWN),
    "image": (attached("image", url="http://a/b.jpg", thumbnail="http://a/c.jpg"), Unread.PICTURE),
    "image with words": (sent("image", text="đây này", attachments=[]), Unread.PICTURE),
    "gif": (attached("gif", url="http://a/b.gif"), Unread.PICTURE),
    "sticker": (attached("sticker", id="6d2a", url="http://a/b.png"), Unread.STICKER),
    "audio": (attached("audio", url="http://a/b.aac"), Unread.VOICE),
    "video": (attached("video", url="http://a/b.mp4"), Unread.FILE),
    "file": (attached("file", url="http://a/b.pdf", name="giay.pdf"), Unread.FILE),
    "location": (attached("location", coordinates={"latitude": "21.8", "longitude": "105.2"}), Unread.LOCATION),
    "business card": (attached("business_card", description="{}"), Unread.CONTACT_OTHER),
    "a link": (attached("link", url="https://la.example/"), Typed("https://la.example/")),
    "a link with words": (
        sent("link", text="xem https://la.example/", attachments=[]),
        Typed("xem https://la.example/"),
    ),
    "a link without one": (attached("link"), Unread.UNKNOWN),
    "a kind that is newer than we": (attached("hologram"), Unread.UNKNOWN),
}


@pytest.mark.parametrize(("told", "what"), MESSAGES.values(), ids=MESSAGES)
def test_a_persons_message(told: dict[str, Any], what: Typed | Unread) -> None:
    assert read(told, ACCOUNT) == Event(HERE, "mab12", what)


FOLLOWER = {"app_id": APP, "oa_id": OA, "follower": {"id": USER}, "timestamp": "1543979782740", "source": "oa_profile"}
ABOUT: dict[str, tuple[dict[str, Any], str, Any]] = {
    "follow": ({**FOLLOWER, "event_name": "follow"}, "f1543979782740", Opened()),
    "unfollow": ({**FOLLOWER, "event_name": "unfollow"}, "u1543979782740", Blocked()),
    "chat now": (
        {"app_id": APP, "oa_id": OA, "user_id": USER, "event_name": "user_click_chatnow", "timestamp": "17"}, "c17", Opened()
    ),
    "a form": (
        {**BETWEEN, "event_name": "user_submit_info", "info": {"name": "Nguyễn Thị Thử", "phone": 84900000001}},
        "i1795000000000", Unread.CONTACT,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("told", "external", "what"), ABOUT.values(), ids=ABOUT)
def test_what_happens_between_a_person_and_the_account(told: dict[str, Any], external: str, what: Any) -> None:
    assert read(told, ACCOUNT) == Event(HERE, external, what)


def test_of_a_form_nothing_is_passed_on_but_that_it_came() -> None:
    event = read(ABOUT["a form"][0], ACCOUNT)
    assert "84900000001" not in repr(event)
    assert "Thử" not in repr(event)


IGNORED = """user_seen_message user_received_message user_reacted_message user_feedback user_reply_consent
user_call_oa oa_call_user oa_send_text oa_send_image oa_send_list oa_send_group_text oa_send_consent oa_reacted_message
add_user_to_tag shop_has_order
anonymous_send_text oa_send_anonymous_text user_join_group user_request_join_group user_out_group user_leave_group add_group_admin
update_group_info change_oa_daily_quota change_template_status event_journey_time_out
permission_revoked donghanh_check""".split()


@pytest.mark.parametrize("name", IGNORED)
def test_what_we_do_not_listen_to_is_nothing(name: str) -> None:
    told = {
        **BETWEEN,
        "event_name": name,
        "message": {"text": "x", "msg_id": "1", "msg_ids": ["1"]},
        "user_id": USER,
        "oa_id": OA,
    }
    assert read(told, ACCOUNT) is None


def test_what_belongs_to_another_app_or_comes_from_the_account_itself_is_nothing() -> None:
    assert read(sent("text", text="x") | {"app_id": "1"}, ACCOUNT) is None
    assert read(sent("text", text="x") | {"sender": {"id": OA}}, ACCOUNT) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("@Đồng Hành phường Mẫu menu", Typed("/menu")),
        ("@đồng hành phường mẫu  /Help!", Typed("/help")),
        (f"[@{OA}] bao giờ có lịch", Typed("bao giờ có lịch")),
        ("cả nhà ơi @Đồng Hành phường Mẫu chỉ với", Typed("cả nhà ơi   chỉ với")),
        ("@Đồng Hành", None),
        ("menu", None),
    ],
)
def test_in_a_group_only_what_names_us_is_heard(text: str, what: Typed | None) -> None:
    told = sent("group_text", text=text) | {"recipient": {"id": GROUP}}
    assert read(told, ACCOUNT) == (Event(THERE, "mab12", what, private=False) if what else None)


def test_in_a_group_more_or_nothing_is_heard_by_a_switch() -> None:
    told = sent("group_text", text="menu") | {"recipient": {"id": GROUP}}
    assert read(told, replace(ACCOUNT, hears="all")) == Event(THERE, "mab12", Typed("/menu"), private=False)
    assert read(sent("group_image") | {"recipient": {"id": GROUP}}, replace(ACCOUNT, hears="all")) == Event(
        THERE, "mab12", Unread.UNKNOWN, private=False
    )
    named = sent("group_text", text="@Đồng Hành phường Mẫu menu") | {"recipient": {"id": GROUP}}
    assert read(named, replace(ACCOUNT, hears="off")) is None
    assert read(named, replace(ACCOUNT, name="", id="")) is None


@pytest.mark.parametrize(
    ("name", "what"), [("create_group", Opened()), ("disperse_group", Blocked()), ("delete_group", Blocked())]
)
def test_a_group_that_begins_or_ends(name: str, what: Any) -> None:
    told = {**BETWEEN, "event_name": name, "group_id": GROUP, "oa_id": OA}
    event = read(told, ACCOUNT)
    assert event is not None
    assert (event.address, event.what, event.private) == (THERE, what, False)


def test_a_message_without_its_name_is_named_by_its_time_and_one_without_either_is_nothing() -> None:
    told = sent("text") | {"message": {"text": "x"}}
    event = read(told, ACCOUNT)
    assert event is not None
    assert event.external_id == "t1795000000000"
    assert read(told | {"timestamp": None}, ACCOUNT) is None


def test_when_the_consent_was_taken_back_is_read_from_the_notice_alone() -> None:
    told = {"app_id": APP, "oa_id": OA, "event_name": "permission_revoked", "timestamp": "1795000000000"}
    at = revoked_at(told)
    assert at is not None
    assert at.timestamp() == 1795000000
    assert revoked_at(told | {"timestamp": "soon"}) is None
    assert revoked_at(text_event()) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [str(told["event_name"]) for told in (*(m[0] for m in MESSAGES.values()), *(a[0] for a in ABOUT.values()))]
    + ["user_send_group_text"]
)


@given(
    NAMES,
    st.dictionaries(st.sampled_from([*BETWEEN, "message", "follower", "user_id", "group_id", "info", "oa_id"]), JSON),
)
def test_any_shape_is_survived(name: str, parts: dict[str, Any]) -> None:
    for told in ({**parts, "event_name": name}, {**sent("text", text="x"), **parts, "event_name": name}):
        event = read(told, ACCOUNT)
        if event is not None:
            assert event.address.chat.isascii()
            assert 0 < len(event.external_id) < 128
        revoked_at({**parts, "event_name": "permission_revoked"})
