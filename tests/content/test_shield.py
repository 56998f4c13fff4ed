"""The shield against 5 000 phrased samples, against any spelling Hypothesis thinks of, and in the other direction."""

import importlib.util
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.secrets_plain import ANSWER_MARKER, MARKERS, PHONE_MARKER
from content.shield import Secret, asks_for_secret, shield
from flows.core.vietnamese import fold, tidy

HERE = Path(__file__).parent
ROWS = [row.split("\t") for row in (HERE / "shield_samples.tsv").read_text("utf-8").splitlines()[1:]]
ASKING = [row.split("\t") for row in (HERE / "shield_asking.tsv").read_text("utf-8").splitlines()]
OUR_WORDS = set(
    fold(" ".join([*MARKERS.values(), ANSWER_MARKER, PHONE_MARKER])).replace("[", " ").replace("]", " ").split()
)
PHONE_TAIL = re.compile(r"\[số điện thoại …\d{3}\]")


def digits_of(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) for c in text if unicodedata.digit(c, None) is not None)


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(tidy(text)))


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]{2,}", fold(tidy(text))))


def survives(planted: str, text: str, shielded: str) -> bool:
    """Whether the secret, its digits in a row, or any word that only it brought into the text is still to be read."""
    around = text.replace(planted, " ")
    without_tails = PHONE_TAIL.sub(" ", shielded)
    digits = digits_of(planted)
    return (
        planted in shielded
        or squeezed(planted) in squeezed(without_tails)
        or (len(digits) >= 4 and digits in digits_of(without_tails) and digits not in digits_of(around))
        or bool((words_of(planted) - words_of(around) - OUR_WORDS) & words_of(without_tails))
    )


def figures(held_out: bool) -> tuple[float, float]:
    """The part of planted secrets removed, and of harmless texts changed."""
    planted = removed = harmless = changed = 0
    for _, secrets, text, frame in ROWS:
        if frame.endswith("h") != held_out:
            continue
        text = text.replace("\\n", "\n")
        shielded = shield(text)
        if secrets:
            each = secrets.split("␟")
            planted += len(each)
            removed += sum(not survives(secret, text, shielded.text) for secret in each)
        else:
            harmless += 1
            changed += shielded.text != tidy(text) or bool(shielded.found)
    return removed / planted, changed / harmless


def test_the_samples_are_five_thousand_and_most_carry_a_secret() -> None:
    assert len(ROWS) == 5_000
    assert len({row[2] for row in ROWS}) == 5_000
    assert sum(bool(row[1]) for row in ROWS) == 3_000
    assert len({row[3] for row in ROWS}) >= 350


def test_the_sample_file_is_what_its_script_writes() -> None:
    spec = importlib.util.spec_from_file_location("make_shield_samples", HERE / "make_shield_samples.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert [list(row) for row in script.samples()] == ROWS


@pytest.mark.parametrize("held_out", [False, True], ids=["tuned on", "held out"])
def test_planted_secrets_are_removed_and_harmless_texts_left_alone(held_out: bool) -> None:
    removed, changed = figures(held_out)
    assert removed >= 0.995
    assert changed <= 0.005


def test_what_was_found_is_named() -> None:
    named = total = 0
    for kinds, secrets, text, _ in ROWS:
        if secrets:
            total += 1
            named += set(kinds.split(",")) <= {kind.value for kind in shield(text.replace("\\n", "\n")).found}
    assert named / total >= 0.99


@pytest.mark.parametrize(
    "text",
    [
        "password invalid format, what is wrong?", "my password is invalid, why?", "The password is incorrect",
        "password is not accepted", "passcode is required?",
    ],
)  # fmt: skip
def test_what_a_password_is_said_to_be_in_english_is_no_password(text: str) -> None:
    assert shield(text).text == text


@pytest.mark.parametrize(
    "text", ["my password is not hoalan1990", "password is Wrong@1234", "the password is wrongwrong1"]
)
def test_and_what_it_is_stays_one(text: str) -> None:
    assert shield(text).found


def test_the_shield_finds_nothing_in_what_it_has_shielded() -> None:
    for *_, text, _ in ROWS:
        once = shield(text.replace("\\n", "\n"))
        assert shield(once.text) == type(once)(once.text, frozenset())


@pytest.mark.parametrize("marker", [*MARKERS.values(), ANSWER_MARKER, PHONE_MARKER.format("456")])
@pytest.mark.parametrize(
    "around", ["{}", "mã {}", "mật khẩu là {} nhé", "otp {} {}", "câu trả lời là: {}", "{}|{}|{}|{}|{}"]
)
def test_markers_are_no_secrets(marker: str, around: str) -> None:
    text = around.replace("{}", marker)
    assert shield(text) == type(shield(""))(text, frozenset())
    assert unicodedata.is_normalized("NFC", marker)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("mã là 482913 ạ", Secret.CODE, "mã là [mã đã xoá] ạ"),
        ("mk: Hoa@12345", Secret.PASSWORD, "mk: [mật khẩu đã xoá]"),
        ("Ngọc@123456", Secret.PASSWORD, "[mật khẩu đã xoá]"),
        ("số 079 305 000 001", Secret.NATIONAL_ID, "số [số căn cước đã xoá]"),
        ("cmnd 012345678", Secret.OLD_ID, "cmnd [số chứng minh đã xoá]"),
        ("thẻ 4111 1111 1111 1111", Secret.BANK_CARD, "thẻ [số thẻ đã xoá]"),
        ("gọi +84 912 345 678", Secret.PHONE, "gọi +[số điện thoại …678]"),
        ("của công dân LE VAN AN da duoc phe duyet", Secret.NAME, "của công dân [tên] da duoc phe duyet"),
        ("qr 079305000001||Lê An|01012005|Nữ|Huế|02022022 nhé", Secret.CARD_QR, "qr [mã QR đã xoá] nhé"),
        ("câu trả lời là con mèo mun.", Secret.PASSWORD, "câu trả lời là [câu trả lời đã xoá]."),
        ("1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣ đó", Secret.CODE, "[mã đã xoá] đó"),
        ("https://vneid.gov.vn/?otp=123456", Secret.CODE, "https://vneid.gov.vn/?otp=[mã đã xoá]"),
    ],
)
def test_a_marker_stands_where_the_secret_stood(text: str, kind: Secret, expected: str) -> None:
    assert shield(text).text == expected
    assert shield(text).found == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "50.000 đồng",
        "190.000 công dân",
        "19/5/2023",
        "06-11-2023",
        "ngày 12 tháng 3 năm 2024",
        "7h30",
        "1900 0368",
        "19000368",
        "59/2022/NĐ-CP",
        "Thông tư 16/2024/TT-BCA",
        "2498/CAT-PC06",
        "iphone 14 pro max",
        "android 12",
        "mức 2",
        "bước 6",
        "7 ngày",
        "OTP",
        "2 câu hỏi",
        "100k",
        "2.2.6",
        "iOS 13.0",
        "https://vneid.gov.vn",
        "mật khẩu là gì",
        "gọi 1900 0368 4",
        "tháng 12-2023",
        "lớp 10, 11, 12",
        "(028) 3829 7643",
        "lan.nguyen1990@gmail.com",
        "mã lỗi 1001",
        "mức2.Em hỏi",
        "000.00.19.H26-240312-1234",
        "tổng đài 1900.0368 nhánh 4",
        "mk là giáo viên",
        "06/QĐ-TTg",
    ],
)
def test_numbers_of_everyday_life_stay(text: str) -> None:
    assert shield(text).text == text
    assert not shield(text).found


# --- any spelling -------------------------------------------------------------------------------------------------------

WORDS = "không một hai ba bốn năm sáu bảy tám chín".split()
TALK = st.text(alphabet=st.sampled_from("abeghiklmnoprtuvxâêôơưàáảãạ ,.!?😀"), max_size=30)


@st.composite
def spelled_codes(draw: st.DrawFn, length: int = 6) -> str:
    number = draw(st.text(alphabet="0123456789", min_size=length, max_size=length))
    joint = draw(st.sampled_from(["", " ", ".", "-", " - ", "–", "\u00a0", "\u200b", "_"]))
    match draw(st.integers(0, 4)):
        case 0:
            step = draw(st.sampled_from([1, 2, 3]))
            # "190.000" is an amount and "05-2023" a month: openly kept (module docstring).
            text = joint.join(number[i : i + step] for i in range(0, length, step))
            return text if not (step == 3 and number.endswith("000")) else number
        case 1:
            zero = draw(st.sampled_from([0xFF10, 0x0660, 0x06F0, 0x0966, 0x1D7CE]))
            return joint.join(chr(zero + int(c)) for c in number)
        case 2:
            return joint.join(c + "\ufe0f\u20e3" for c in number)
        case 3:
            return draw(st.sampled_from([" ", ", ", "-"])).join(WORDS[int(c)] for c in number)
        case _:
            chosen = [draw(st.sampled_from([c, WORDS[int(c)], fold(WORDS[int(c)])])) for c in number]
            return " ".join(chosen)


def spoken(text: str) -> str:
    """Digits in a row, number words read as digits too."""
    for i, word in enumerate(WORDS):
        text = re.sub(rf"(?<![^\W\d_])(?:{word}|{fold(word)})(?![^\W\d_])", str(i), text)
    return digits_of(text)


@settings(max_examples=250, deadline=None)
@given(spelled_codes(), TALK, TALK)
def test_a_code_in_any_spelling_never_survives(code: str, before: str, after: str) -> None:
    text = f"{before} {code} {after}"
    shielded = shield(text)
    assert spoken(code) not in spoken(shielded.text), shielded.text
    assert shielded.found
    assert not shield(shielded.text).found


@settings(max_examples=120, deadline=None)
@given(spelled_codes(length=12), TALK, TALK)
def test_an_identity_number_in_any_spelling_never_survives(number: str, before: str, after: str) -> None:
    shielded = shield(f"{before} {number} {after}")
    assert spoken(number) not in spoken(shielded.text), shielded.text


@settings(max_examples=120, deadline=None)
@given(
    st.integers(4, 8).flatmap(lambda n: spelled_codes(length=n)),
    st.sampled_from(["mã", "otp", "mã xác thực", "passcode"]),
    TALK,
)
def test_four_to_eight_digits_named_a_code_never_survive(code: str, name: str, after: str) -> None:
    shielded = shield(f"{name} là {code} {after}")
    assert spoken(code) not in spoken(shielded.text), shielded.text


@st.composite
def passwords(draw: st.DrawFn) -> str:
    """Eight to twenty characters of the four classes (S2-23), some with accents; edges are letters or digits."""
    inner = draw(st.text(alphabet=st.sampled_from("abcxyzABCXYZ0123456789ọếđƯ@#$%^&*_+=!"), min_size=3, max_size=13))
    edge = st.sampled_from("abcXYZ019")
    return draw(edge) + "aB" + inner + "@7" + draw(edge)


@settings(max_examples=200, deadline=None)
@given(passwords(), TALK, TALK)
def test_a_password_that_keeps_the_rule_never_survives(password: str, before: str, after: str) -> None:
    shielded = shield(f"{before} {password} {after}")
    assert tidy(password) not in shielded.text
    assert Secret.PASSWORD in shielded.found


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("012345689 .-|/:,\nabmkpđồngnăhâuàl@A️⃣１٣[]…"), max_size=120))
def test_the_shield_is_idempotent_on_anything(text: str) -> None:
    once = shield(text)
    assert shield(once.text) == type(once)(once.text, frozenset())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "mã otp 482913 mk là mật khẩu: Aa@12345 079 305 000 001 | năm một hai 12 ba 0912345678 đồng . , [tên] công dân "
            "được duyệt câu trả lời gov.vn 1900 0368 / 19/5/2023 ABC không 1.000".split(" ")
        ),
        max_size=25,
    )
)
def test_the_shield_is_idempotent_on_its_own_vocabulary(words: list[str]) -> None:
    once = shield(" ".join(words))
    assert shield(once.text) == type(once)(once.text, frozenset())


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "12 ",
        "1.",
        "mk ",
        "mk la ",
        "mk 12a34 ",
        "|",
        "123456789012|nam|01012000|a|",
        "mot hai ",
        "cong dan ",
        "ma 1234 ",
        "cau tra loi la ",
        "a1B@",
        " ",
        "\n",
        "mk\n",
        "Aa1@",
        "19.00",
        "1️⃣",
        "x@y.",
        "[mã đã xoá]",
        "công dân A được duyệt ",
        "🙂",
        "\u200b1",
    ],
)
def test_a_hundred_thousand_letters_of_malice_return(unit: str) -> None:
    shield(unit * (100_000 // len(unit)))


def test_zero_width_letters_hide_nothing() -> None:
    assert shield("4\u200b8\u200b2\u200b9\u200b1\u200b3").text == "[mã đã xoá]"
    assert shield("mật\u200b khẩu: hoalan\u200d1975").text == "mật khẩu: [mật khẩu đã xoá]"


# --- the other direction ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [text for kind, text in ASKING if kind == "asks"])
def test_a_request_for_a_secret_is_recognised(text: str) -> None:
    assert asks_for_secret(text)


@pytest.mark.parametrize("text", [text for kind, text in ASKING if kind == "fine"])
def test_a_warning_or_a_step_in_the_app_is_no_request(text: str) -> None:
    assert not asks_for_secret(text)


def test_sixty_texts_and_more_each_way() -> None:
    assert min(sum(kind == wanted for kind, _ in ASKING) for wanted in ("asks", "fine")) >= 60
