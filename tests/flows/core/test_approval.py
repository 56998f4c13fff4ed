"""The approval message, its look-alikes and its forgeries."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.core.approval import FACTS, Approval, recognise
from flows.core.vietnamese import bare

WITH_ACCENTS = (
    "Cục Cảnh sát QLHC về TTXH thông báo: Hồ sơ đăng ký tài khoản định danh điện tử của công dân {} đã được phê duyệt. "
    "Đề nghị truy cập ứng dụng VNeID hoặc địa chỉ https://vneid.gov.vn để kích hoạt tài khoản"
)
WITHOUT_ACCENTS = bare(WITH_ACCENTS)
ADDRESS = "https://vneid.gov.vn"
NAMES = ("Nguyễn Văn Mẫu", "****", "[tên]", "<Tên đầy đủ của công dân>", "...", "…", "H'Mẫu Niê", "", "Ng.")


def test_the_wording_tested_here_is_the_one_of_the_document() -> None:
    facts = Path(__file__).parents[3] / "content" / "sources" / "facts.csv"
    with facts.open(encoding="utf-8", newline="") as table:
        statement = next(row["statement_vi"] for row in csv.DictReader(table) if row["id"] == "S2-13")
    quoted = re.search("“(.*)”", statement)
    assert quoted is not None
    assert quoted[1] == WITH_ACCENTS.format("<Tên đầy đủ của công dân>")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", [WITH_ACCENTS, WITHOUT_ACCENTS])
def test_the_official_words_are_recognised_whatever_name_stands_in_them(form: str, name: str) -> None:
    text = form.format(name)
    for written in (
        text,
        text.upper(),
        text.lower(),
        text + ".",
        f"“{text}”",
        text.replace(" ", " \n "),
        f"VNeID: {text}",
    ):
        assert recognise(written) is Approval.GENUINE_TEXT, written


@pytest.mark.parametrize("address", ["vneid.gov.vn", "https://vneid.gov.vn/", "HTTPS://VNeID.gov.vn"])
def test_the_one_address_may_be_written_with_or_without_its_scheme(address: str) -> None:
    assert recognise(WITHOUT_ACCENTS.format("****").replace(ADDRESS, address)) is Approval.GENUINE_TEXT


def test_a_space_missing_after_a_full_stop_does_not_make_it_false() -> None:
    for form in (WITH_ACCENTS, WITHOUT_ACCENTS):
        assert recognise(form.format("****").replace(". ", ".")) is Approval.GENUINE_TEXT


@pytest.mark.parametrize(
    "address",
    [
        "https://vneid.gov.vn.evil.com", "vneid.gov.vn.evil.com", "https://vneid-gov.vn", "vneid-gov.vn",
        "https://vneld.gov.vn", "https://vneid.gov.vn@evil.example", "vneid.gov.vn@evil.com",
        "http://vneid.gov.vn", "https://vneid.gov.vn/dang-nhap", "https://vneid.gov.vn:8443",
        "https://www.vneid.gov.vn", "https://vneid.gov.vn-kichhoat.top", "bit.ly/abc", "bit.ly", "https://t.co/x",
        "vneid.gov.vn.com", "vneid.com", "dichvucong.gov.vn", "https://vnéid.gov.vn", "https://vnеid.gov.vn",
        "vneid.gov.vn?x=1", "https:\u200b//vneid.gov.vn.top", "vneid。gov。vn。top", "ｖｎｅｉｄ．ｔｏｐ",
        "hxxps://vneid.gov.vn", "10.0.0.1", "vneid.xn--abc", "evil.example/vneid.gov.vn",
    ],
)  # fmt: skip
def test_any_other_address_is_foreign(address: str) -> None:
    assert recognise(WITHOUT_ACCENTS.format("****").replace(ADDRESS, address)) is Approval.FOREIGN_LINK
    assert recognise(f"Bấm vào {address} nhé") is Approval.FOREIGN_LINK
    assert recognise(WITH_ACCENTS.format("Mẫu") + " " + address) is Approval.FOREIGN_LINK


@pytest.mark.parametrize("hidden", ["evil.com", "bit.ly/abc", "http://a.b", "xin bấm www.evil"])
def test_a_link_in_the_place_of_the_name_is_foreign(hidden: str) -> None:
    assert recognise(WITH_ACCENTS.format(hidden)) is Approval.FOREIGN_LINK


@pytest.mark.parametrize("hidden", ["evil.de", "gọi 0900000000", "A" * 81, "Mẫu: trả lời ngay!"])
def test_what_is_no_name_in_the_place_of_the_name_is_not_genuine(hidden: str) -> None:
    assert recognise(WITH_ACCENTS.format(hidden)) is not Approval.GENUINE_TEXT


@pytest.mark.parametrize(
    "ask",
    [
        "Vui lòng gửi mã OTP cho cán bộ",
        "doc ma otp cho em de kich hoat",
        "Anh cung cấp mật khẩu và passcode để hoàn tất",
        "chup anh CCCD hai mat gui lai",
        "Chuyển khoản 50.000 đồng lệ phí kích hoạt",
        "nop phi ho so truoc ngay mai",
        "Nếu không gửi mã OTP tài khoản sẽ bị khoá",
        "Không cung cấp mã OTP cho người lạ, chỉ gửi mã OTP cho cán bộ",
    ],
)
def test_whoever_asks_for_a_secret_or_money_is_named(ask: str) -> None:
    assert recognise(ask) is Approval.ASKS_FOR_SECRET_OR_MONEY
    assert recognise(WITH_ACCENTS.format("Mẫu") + ". " + ask) is Approval.ASKS_FOR_SECRET_OR_MONEY
    assert recognise(WITH_ACCENTS.format(ask[:80])) is not Approval.GENUINE_TEXT


@pytest.mark.parametrize(
    "harmless",
    [
        "Ma OTP cua ban la 000000. Tuyet doi KHONG cung cap ma OTP cho bat ky ai",
        "Không chia sẻ, cung cấp mật khẩu cho người khác",
        "Đăng ký miễn phí, không mất phí gì",
        "Hệ thống đã gửi mã OTP tới số điện thoại của bạn",
        "các hoạt động tiện ích trên ứng dụng",
        "tin nhan.co phai that khong",
        "làm rồi.Giờ sao nữa",
        "hồ sơ được phê duyệt rồi thì kích hoạt thế nào",
        "hồ sơ đăng ký tài khoản định danh điện tử của em đã được phê duyệt, giờ làm gì",
        "xin chào",
        "",
    ],
)
def test_warnings_and_ordinary_talk_are_other(harmless: str) -> None:
    assert recognise(harmless) is Approval.OTHER


@pytest.mark.parametrize(
    "altered",
    [
        WITH_ACCENTS.format("Mẫu").replace("đã được phê duyệt", "chưa được phê duyệt"),
        WITH_ACCENTS.format("Mẫu").replace("Cục Cảnh sát QLHC về TTXH", "Công an phường"),
        WITH_ACCENTS.format("Mẫu") + ". Gọi 0900000000 để được hỗ trợ",
        WITHOUT_ACCENTS.format("****")[:130],
        WITHOUT_ACCENTS.format("****").replace("VNeID", "VNelD"),
        WITHOUT_ACCENTS.format("****").replace("https://vneid.gov.vn", "duoi day"),
    ],
)
def test_a_text_that_only_resembles_it_is_altered(altered: str) -> None:
    assert recognise(altered) is Approval.ALTERED


def test_every_outcome_says_who_says_so() -> None:
    assert set(FACTS) == set(Approval)
    assert FACTS[Approval.GENUINE_TEXT] == ("S2-13", "S2-14"), "the words never prove the sender"


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 250), st.text(alphabet="abcdefghxyz.:/0123456789@ ", min_size=1, max_size=12))
def test_nothing_slipped_into_the_fixed_words_stays_genuine(at: int, slipped: str) -> None:
    text = WITHOUT_ACCENTS.format("****")
    start, end = text.index("****"), text.index("****") + 4
    at %= len(text)
    if start - 1 <= at <= end + 1 or not any(c.isalnum() for c in slipped):
        return
    assert recognise(text[:at] + slipped + text[at:]) is not Approval.GENUINE_TEXT


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_any_text_gets_an_outcome(text: str) -> None:
    assert isinstance(recognise(text), Approval)
