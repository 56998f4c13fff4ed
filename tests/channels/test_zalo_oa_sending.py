"""What goes out by the Official Account: words and choices as people read them, and what follows from every refusal."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.zalo_oa import writing
from bot.channels.zalo_oa.client import Ours, RefusedError, Taken, TroubleError
from bot.channels.zalo_oa.refusals import OA, TEMPLATE, failure, next_morning
from bot.channels.zalo_oa.switches import Switches
from bot.message import Failed, Failure, Letter, Mark, Sent
from content.pictures import pictured_places
from flows.core.consent import Consents, Expressed, Purpose, answer, withdraw
from flows.core.person import PhoneNumber
from flows.speech import Address, Offer
from tests.channels.zalo_oa_house import APP, Desk, at, channel, consented
from tests.kit.zalo import OaCitizen, ZaloOa, zalo_oa

OFFER = Offer("welcome.stage", (("nothing", "Chưa làm gì cả"), ("waiting", "Làm hồ sơ rồi, đang chờ duyệt")))
CS = "/v3.0/oa/message/cs"
NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_oa() as running:
        yield running


def letter(to: str, text: str = "Bác mở VNeID.\nRồi bấm “Kích hoạt”.", **more: Any) -> Letter:
    given = {"offer": None, "mark": Mark.NONE, "place": "", "number": 9} | more
    return Letter(Address("zalo_oa", APP, to), text=text, **given)


def person(zalo: ZaloOa) -> OaCitizen:
    met = zalo.citizen()
    met.follows()
    return met


async def test_a_message_and_its_choices_come_as_numbered_lines(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        assert isinstance(await desk.channel.send(letter(ba.id, offer=OFFER)), Sent)
        (shown,) = ba.phone.lines
        assert shown.text == (
            "Bác mở VNeID.\n\nRồi bấm “Kích hoạt”.\n\n1. Chưa làm gì cả\n2. Làm hồ sơ rồi, đang chờ duyệt"
        )
        assert "buttons" not in shown.extra


async def test_how_to_answer_is_said_under_the_first_questions_alone() -> None:
    words = {
        "vi": {"buttons": {"answer": "Trả lời bằng số."}},
        "en": {"buttons": {"answer": "Answer with the number."}},
    }
    english = Offer("a.b", (("yes", "Yes"), ("no", "No")))
    assert writing.explained(letter("1", offer=OFFER, number=2), words) == "Trả lời bằng số."
    assert writing.explained(letter("1", offer=english, number=2), words) == "Answer with the number."
    assert writing.explained(letter("1", offer=OFFER, number=20), words) == ""
    assert writing.explained(letter("1", number=2), words) == ""


async def test_a_long_text_goes_in_parts_and_only_what_has_not_gone_is_sent_again(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        text = "\n".join(f"Câu thứ {n} nói với bác một điều cần nhớ." for n in range(120))
        whole = letter(ba.id, text, offer=OFFER)
        zalo.fault("server_error", where=CS, skip=1, status=503)
        failed = await desk.channel.send(whole)
        assert failed == Failed(Failure.LATER, "platform_trouble", parts=1)
        assert isinstance(await desk.channel.send(replace(whole, parts=1)), Sent)
        texts = ba.phone.texts
        assert len(texts) == 3
        assert all(len(one) <= 2000 for one in texts)
        assert "".join(texts).count("Câu thứ 7 ") == 1
        assert texts[-1].endswith("2. Làm hồ sơ rồi, đang chờ duyệt")
        assert sum("1. Chưa làm gì cả" in one for one in texts) == 1


@pytest.mark.parametrize("form", ["bare", "list"])
async def test_buttons_come_besides_the_lines_where_they_are_switched_on_and_say_their_label(
    database: str, zalo: ZaloOa, form: str
) -> None:
    async with channel(database, zalo, zalo_switches=(f"oa_buttons={form}",)) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        await desk.channel.send(letter(ba.id, offer=OFFER))
        (shown,) = ba.phone.lines
        assert "1. Chưa làm gì cả" in shown.text
        assert [b["title"] for b in shown.extra["buttons"]] == ["Chưa làm gì cả", "Làm hồ sơ rồi, đang chờ duyệt"]
        heard = ba.taps("Chưa làm gì cả", shown)
        assert heard.event["message"]["text"] == "Chưa làm gì cả"


async def test_where_buttons_are_refused_the_lines_go_and_buttons_are_not_tried_again(
    database: str, zalo: ZaloOa
) -> None:
    zalo.switch(bare_buttons="refused")
    async with channel(database, zalo, zalo_switches=("oa_buttons=bare",)) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        before = len(zalo.calls(CS))
        for _ in range(2):
            assert isinstance(await desk.channel.send(letter(ba.id, offer=OFFER)), Sent)
        assert len(ba.phone.texts) == 2
        assert len(zalo.calls(CS)) - before == 3
        assert desk.counts["zalo_oa_without_buttons"] == 1


async def test_a_group_gets_text_alone_and_nobody_in_it_is_called_by_name(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo, zalo_switches=("oa_buttons=bare",)) as desk:
        await consented(desk.channel, zalo)
        await desk.channel._introduce()
        group = zalo.group("Phụ huynh 3A", person(zalo))
        sent = await desk.channel.send(
            letter(f"g{group.id}", "Cả nhà [@all] nhắn riêng nhé", offer=OFFER, mark=Mark.INVITE)
        )
        assert isinstance(sent, Sent)
        (shown,) = group.phone.lines
        assert "[@" not in shown.text
        assert f"https://zalo.me/{ZaloOa.oa_id}" in shown.text
        stranger = zalo.group("Nhóm lạ", of_oa=False)
        assert await desk.channel.send(letter(f"g{stranger.id}")) == Failed(Failure.GONE, "not_in_group")
        zalo.switch(groups_enabled="off")
        assert await desk.channel.send(letter(f"g{group.id}")) == Failed(Failure.GONE, "group_disabled")


# ---- refusals ----


async def outcome(desk: Desk, to: str) -> Failed:
    found = await desk.channel.send(letter(to))
    assert isinstance(found, Failed)
    return found


async def test_what_the_platform_refuses_is_what_follows_from_it(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba, stranger = person(zalo), zalo.citizen()
        assert await outcome(desk, stranger.id) == Failed(Failure.GONE, "outside_window")
        assert await outcome(desk, "123") == Failed(Failure.GONE, "not_found")
        ba.becomes(blocked=True)
        assert await outcome(desk, ba.id) == Failed(Failure.GONE, "blocked")
        ba.becomes(blocked=False, inactive=True)
        assert await outcome(desk, ba.id) == Failed(Failure.GONE, "inactive")
        ba.becomes(inactive=False)
        for state, reason in (
            ("disabled", "account_disabled"), ("unverified", "account_unverified"), ("low_tier", "tier_too_low")
        ):  # fmt: skip
            zalo.switch(oa_state=state)
            assert await outcome(desk, ba.id) == Failed(Failure.OURS, reason)
        zalo.switch(oa_state="active", calls_a_minute=1)
        failures = [await desk.channel.send(letter(ba.id)) for _ in range(2)]
        assert Failed(Failure.LATER, "too_fast", after=20.0, whole_bot=True) in failures


@pytest.mark.parametrize("code", ["-230", "-232"])
async def test_the_windows_48_hours_are_free_then_charged_and_after_seven_days_it_is_over_until_they_write(
    database: str, zalo: ZaloOa, code: str
) -> None:
    zalo.switch(window_code=code, old_access_token="lives")
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        zalo.clock.forward(hours=47)
        assert isinstance(await desk.channel.send(letter(ba.id)), Sent)
        assert desk.counts["zalo_oa_charged"] == 0
        zalo.clock.forward(hours=2)
        assert isinstance(await desk.channel.send(letter(ba.id)), Sent)
        assert desk.counts["zalo_oa_charged"] == 1
        zalo.switch(sub_quota=0, purchase_quota=0)
        assert await outcome(desk, ba.id) == Failed(Failure.LATER, "out_of_quota")
        zalo.clock.forward(days=5)
        assert await outcome(desk, ba.id) == Failed(Failure.GONE, "outside_window")
        ba.says("còn đó không")
        assert isinstance(await desk.channel.send(letter(ba.id)), Sent)


FAULTS = {
    "server_error": Failed(Failure.LATER, "platform_trouble"),
    "reset_before": Failed(Failure.UNSURE, "answer_lost"),
    "reset_after": Failed(Failure.UNSURE, "answer_lost"),
    "rate_limited": Failed(Failure.LATER, "too_fast", after=20.0, whole_bot=True),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_is_lost_on_the_way_is_told_apart(database: str, zalo: ZaloOa, fault: str) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        zalo.fault(fault, where=CS)
        assert await outcome(desk, ba.id) == FAULTS[fault]


async def test_an_address_where_nobody_answers_or_something_else_does(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo, zalo_oa_api="http://127.0.0.1:9") as desk:
        await consented(desk.channel, zalo)
        assert await outcome(desk, "1") == Failed(Failure.LATER, "not_reached")
        assert not await desk.channel.reachable(APP)
    async with channel(database, zalo, zalo_oa_api=f"{zalo.url}/emulator") as desk:
        await consented(desk.channel, zalo)
        assert await outcome(desk, "1") == Failed(Failure.OURS, "wrong_address")


async def test_a_conversation_that_is_another_senders_by_now_gets_nothing(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        stale = replace(letter(ba.id), still_ours=lambda: False)
        assert await desk.channel.send(stale) == Failed(Failure.STALE, "stale")
        assert ba.phone.texts == []


async def test_it_is_reachable_when_it_answers_even_with_a_refusal(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        assert await desk.channel.reachable(APP), "without a consent there is nobody to be asked"
        await consented(desk.channel, zalo)
        assert await desk.channel.reachable(APP)
        zalo.switch(oa_state="disabled")
        assert await desk.channel.reachable(APP)
        zalo.fault("outage")
        assert not await desk.channel.reachable(APP)


async def test_calls_prove_that_we_have_the_apps_key_where_that_is_wanted(database: str, zalo: ZaloOa) -> None:
    zalo.switch(proof_required="on")
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        assert await outcome(desk, person(zalo).id) == Failed(Failure.OURS, "proof_refused")
    async with channel(database, zalo, zalo_switches=("oa_proof=on",)) as desk:
        await consented(desk.channel, zalo)
        assert isinstance(await desk.channel.send(letter(person(zalo).id)), Sent)


# What the brief of the platform (its table of errors) says of each number, by what follows here.
TOLD = {
    Failure.LATER: {-32: "too_fast", -211: "out_of_quota", -218: "out_of_quota", -234: "night"},
    Failure.UNSURE: {-200: "send_failed"},
    Failure.GONE: {
        -213: "not_following", -217: "blocked", -227: "inactive", -230: "outside_window", -232: "outside_window",
        -237: "group_disabled", -244: "restricted", -305: "outside_window", -311: "outside_window", -403: "not_in_group",
    },
    Failure.REFUSED: {
        -100: "picture_expired", -201: "invalid", -210: "too_long", -233: "kind_unsupported", -238: "asset_used",
        -241: "asset_used", -248: "policy", -249: "template_not_by_id",
    },
    Failure.OURS: {
        -202: "wrong_mac", -204: "account_disabled", -205: "no_such_account", -209: "api_unsupported",
        -212: "api_not_registered", -216: "token_refused", -219: "app_disabled", -220: "token_refused",
        -221: "account_unverified", -223: "api_not_authorized", -224: "tier_too_low", -235: "account_kind_unsupported",
        -240: "version_closed", -242: "proof_refused", -320: "needs_cloud_account", -321: "no_money",
    },
}  # fmt: skip


def test_every_number_of_the_table_has_its_consequence() -> None:
    assert {code: (m.failure, m.reason) for code, m in OA.items()} == {
        code: (kind, reason) for kind, codes in TOLD.items() for code, reason in codes.items()
    }
    for table, template in ((OA, False), (TEMPLATE, True)):
        for code, found in table.items():
            failed = failure(RefusedError(code, "", template=template), Switches(()), NOW, parts=2)
            assert (failed.failure, failed.reason, failed.parts) == (found.failure, found.reason, 2)


def test_a_number_that_is_in_no_table_concerns_this_message_alone_and_is_named() -> None:
    assert failure(RefusedError(-9876, ""), Switches(()), NOW) == Failed(Failure.REFUSED, "code_9876")


@pytest.mark.parametrize(
    ("hour", "seconds"), [(22, 8 * 3600), (23.5, 6.5 * 3600), (3, 3 * 3600), (5.99, 36), (6, 24 * 3600)]
)
def test_what_may_not_go_by_night_waits_until_six_in_vietnam(hour: float, seconds: float) -> None:
    now = at(0, int(hour * 60 + 0.5)) if hour != 5.99 else at(5, 59).replace(second=24)
    assert (next_morning(now) - now).total_seconds() == seconds
    assert failure(RefusedError(-234, ""), Switches(()), now).after == seconds


def test_a_gateways_page_is_told_by_its_status_and_504_by_a_switch() -> None:
    usual, later = Switches(()), Switches(("oa_504=later",))
    assert failure(TroubleError(504, None), usual, NOW) == Failed(Failure.UNSURE, "answer_lost")
    assert failure(TroubleError(504, None), later, NOW) == Failed(Failure.LATER, "platform_trouble")
    assert failure(TroubleError(502, 7.0), usual, NOW) == Failed(Failure.LATER, "platform_trouble", after=7.0)
    assert failure(TroubleError(429, None), usual, NOW) == Failed(Failure.LATER, "too_fast", after=20.0, whole_bot=True)
    assert failure(TroubleError(404, None), usual, NOW) == Failed(Failure.OURS, "wrong_address")


# ---- pictures, the form, notices ----


async def test_a_picture_goes_by_its_upload_or_by_its_address(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        pair = await consented(desk.channel, zalo)
        ba, client, token = person(zalo), desk.channel.client, pair["access_token"]
        uploaded = await client.upload_picture(token, PNG)
        await client.send(token, ba.id, writing.picture("Màn hình này", attachment=uploaded), Ours())
        await client.send(token, ba.id, writing.picture("", address=f"{zalo.url}/a.png"), Ours())
        first, second = ba.phone.lines
        assert (first.kind, first.text, second.kind) == ("image", "Màn hình này", "image")
        zalo.clock.forward(days=6, hours=23)
        fresh = await consented(desk.channel, zalo)
        zalo.clock.forward(hours=2)
        ba.says("dạ")
        with pytest.raises(RefusedError) as refused:
            await client.send(fresh["access_token"], ba.id, writing.picture("", attachment=uploaded), Ours())
        assert failure(refused.value, desk.channel.switches, NOW) == Failed(Failure.REFUSED, "picture_expired")


async def test_a_step_with_a_screen_shows_it_and_its_words_and_the_picture_is_brought_to_zalo_once(
    database: str, zalo: ZaloOa
) -> None:
    place = next(iter(pictured_places()))
    with_screen: dict[str, Any] = {"place": place, "offer": Offer(place, OFFER.choices)}
    async with channel(database, zalo, zalo_switches=("oa_buttons=bare",)) as desk:
        await consented(desk.channel, zalo)
        ba, tu = person(zalo), person(zalo)
        outcomes = await asyncio.gather(*(desk.channel.send(letter(one.id, **with_screen)) for one in (ba, tu, ba)))
        assert all(isinstance(one, Sent) for one in outcomes)
        assert len(zalo.calls("/v2.0/oa/upload/image")) == 1
        shown = ba.phone.lines[0]
        assert shown.kind == "image"
        assert "2. Làm hồ sơ rồi, đang chờ duyệt" in shown.text
        zalo.clock.forward(days=5)
        desk.clock.forward(7 * 86400)
        await consented(desk.channel, zalo)
        assert isinstance(await desk.channel.send(letter(ba.id, **with_screen)), Sent)
        assert len(zalo.calls("/v2.0/oa/upload/image")) == 2


async def test_a_screen_that_zalo_does_not_take_or_has_no_more_leaves_the_words_and_comes_anew(
    database: str, zalo: ZaloOa
) -> None:
    place = next(iter(pictured_places()))
    with_screen: dict[str, Any] = {"place": place, "offer": Offer(place, OFFER.choices)}
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        zalo.fault("server_error", where="/v2.0/oa/upload/image")
        await desk.channel.send(letter(ba.id, **with_screen))
        await desk.channel.send(letter(ba.id, **with_screen))
        zalo.clock.forward(days=8)
        ba.says("dạ")
        await consented(desk.channel, zalo)
        await desk.channel.send(letter(ba.id, **with_screen))
        await desk.channel.send(letter(ba.id, **with_screen))
        assert [line.kind for line in ba.phone.lines] == ["text", "image", "text", "image"]
        assert len({line.text for line in ba.phone.lines}) == 1
    async with channel(database, zalo, zalo_switches=("oa_pictures=off",)) as desk:
        await desk.channel.send(letter(ba.id, **with_screen))
        assert ba.phone.lines[-1].kind == "text"


async def test_what_the_package_forbids_of_pictures_leaves_the_words(database: str, zalo: ZaloOa) -> None:
    place = next(iter(pictured_places()))
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba, sent = person(zalo), desk.channel.client.send

        async def words_only(token: str, user: str, message: Mapping[str, Any], ours: Ours) -> Taken:
            if "attachment" in message:
                raise RefusedError(-224, "OA must upgrade tier")
            return await sent(token, user, message, ours)

        desk.channel.client.send = words_only  # type: ignore[method-assign]
        assert isinstance(await desk.channel.send(letter(ba.id, place=place, offer=Offer(place, OFFER.choices))), Sent)
        assert [line.kind for line in ba.phone.lines] == ["text"]
        assert desk.counts["zalo_oa_without_picture"] == 1


async def test_an_account_that_may_not_speak_in_groups_still_answers_people(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba = person(zalo)
        group = zalo.group("Phụ huynh 3A", ba)
        assert isinstance(await desk.channel.send(letter(f"g{group.id}", mark=Mark.INVITE)), Sent)
        zalo.switch(oa_state="low_tier")
        assert await desk.channel.send(letter(f"g{group.id}", mark=Mark.INVITE)) == Failed(Failure.GONE, "no_groups")
        assert await outcome(desk, ba.id) == Failed(Failure.OURS, "tier_too_low")
        zalo.switch(oa_state="disabled")
        assert await outcome(desk, f"g{group.id}") == Failed(Failure.OURS, "account_disabled")


async def test_a_person_may_be_asked_for_their_number_by_the_platforms_own_form(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        pair = await consented(desk.channel, zalo)
        ba = person(zalo)
        asked = writing.contact_asked("Đồng Hành", "Bác cho số để được nhắc lịch", f"{zalo.url}/a.png")
        await desk.channel.client.send(pair["access_token"], ba.id, asked, Ours())
        assert ba.phone.lines[0].kind == "request_user_info"
        for shape in ("new", "old"):
            zalo.switch(submit_shape=shape)
            await desk.channel._take(ba.submits().event)
        assert [event.kind for event in desk.door.events] == ["unread", "unread"]
        assert ba.phone_number not in repr(desk.door.events)


VALUES = {"ten": "bác Thử", "ngay": "24/11/2026", "noi": "Công an phường Mẫu"}


def consents(desk: Desk) -> Consents:
    return answer(Consents("s1"), Purpose.REMIND, Expressed.YES, "v1", desk.clock.now()).consents


def number(citizen: OaCitizen) -> PhoneNumber:
    read = PhoneNumber.read(citizen.phone_number)
    assert isinstance(read, PhoneNumber)
    return read


async def test_a_notice_goes_by_number_or_by_id_to_whoever_said_yes(database: str, zalo: ZaloOa) -> None:
    zalo.clock.set("2026-11-23T09:00+07:00")
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba, yes = person(zalo), consents(desk)
        assert isinstance(await desk.channel.notice_by_phone(yes, number(ba), "7895417", VALUES, "n1"), Sent)
        assert isinstance(await desk.channel.notice_by_uid(yes, ba.id, "7895417", VALUES), Sent)
        assert len(ba.phone.texts) == 2
        assert await desk.channel.notice_by_phone(yes, number(ba), "1", VALUES, "n2") == Failed(
            Failure.REFUSED, "template_refused"
        )
        assert await desk.channel.notice_by_uid(yes, ba.id, "7895419", {"ten": "Thử"}) == Failed(
            Failure.REFUSED, "template_not_by_id"
        )
        zalo.clock.set("2026-11-23T23:00+07:00")
        by_night = await desk.channel.notice_by_phone(yes, number(ba), "7895417", VALUES, "n3")
        assert isinstance(by_night, Failed)
        assert (by_night.failure, by_night.reason) == (Failure.LATER, "night")


async def test_without_a_standing_yes_no_notice_leaves(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        ba, now = person(zalo), desk.clock.now()
        before = len(zalo.calls())
        other = answer(Consents("s1"), Purpose.REMEMBER_PROGRESS, Expressed.YES, "v1", now).consents
        taken_back = withdraw(consents(desk), Purpose.REMIND, desk.clock.now()).consents
        for none in (Consents("s1"), other, taken_back):
            refused = Failed(Failure.REFUSED, "no_consent")
            assert await desk.channel.notice_by_phone(none, number(ba), "7895417", VALUES, "n1") == refused
            assert await desk.channel.notice_by_uid(none, ba.id, "7895417", VALUES) == refused
        assert len(zalo.calls()) == before


async def test_a_notice_with_an_old_token_goes_with_a_newer_one(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        zalo.clock.forward(hours=26)
        if not 7 <= (zalo.clock.now().hour + 7) % 24 < 21:
            zalo.clock.forward(hours=10)
        ba = person(zalo)
        assert isinstance(await desk.channel.notice_by_phone(consents(desk), number(ba), "7895417", VALUES, "n1"), Sent)
