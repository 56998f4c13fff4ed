"""The rules of content/VOICE.md, each held against every line of every language; a test quotes the rule it checks."""

import re
import unicodedata
from collections.abc import Callable

import pytest

from content.catalogue import LABEL, ROOT
from content.citations import publics, statements
from content.completeness import sample
from flows.script import BOOK
from flows.speech import Form
from tests.kit.lines import CATALOGUE, Line, written

VOICE = (ROOT / "VOICE.md").read_text(encoding="utf-8")
HISTORY = ("agency", "about")  # what the documents of 2022 and 2023 said then, told with its year
CHOICES_OF_ADDRESS = {f"{LABEL}{form.value}" for form in Form}
EXCEPTIONS = 0.02  # how much of the lines may leave a rule that says "normally": one in fifty


LINES = list(written())
VIETNAMESE = [line for line in LINES if line.language == "vi"]
SPOKEN = [line for line in LINES if not line.label]
SPOKEN_VIETNAMESE = [line for line in VIETNAMESE if not line.label]


def none_of(lines: list[Line], fault: Callable[[Line], object]) -> None:
    """No line has the fault; all that have it are shown at once."""
    found = [f"{line}  ← {wrong}" for line in lines if (wrong := fault(line))]
    assert not found, "\n" + "\n".join(found)


def seldom(lines: list[Line], fault: Callable[[Line], object]) -> None:
    """A rule with "normally" in it: few lines may leave it."""
    found = [str(line) for line in lines if fault(line)]
    assert len(found) <= EXCEPTIONS * len(lines), "\n" + "\n".join(found)


def without(pattern: str, unless: str) -> Callable[[Line], list[str]]:
    """Sentences with what the pattern means, unless they also say the other: an honest line denies what a crook says."""
    bad, good = re.compile(pattern, re.IGNORECASE), re.compile(unless, re.IGNORECASE)
    return lambda line: [s for s in re.split(r"(?<=[.?])\s|\n", line.unquoted) if bad.search(s) and not good.search(s)]


def test_every_rule_quoted_here_stands_in_voice_md() -> None:
    rules = [f.__doc__ for name, f in globals().items() if name.startswith("test_rule_")]
    assert rules
    missing = [rule for rule in rules if not rule or " ".join(rule.split()) not in " ".join(VOICE.split())]
    assert missing == []


def test_there_are_lines_to_check() -> None:
    assert {line.place for line in VIETNAMESE} >= {BOOK.house, BOOK.name(BOOK.start)}


def test_rule_address_a_line_names_the_person_and_itself_only_through_the_variables() -> None:
    """Mỗi câu phải xuôi tai với cả ba cặp: đọc thành tiếng đủ ba lần."""
    others = r"trẻ em|các em|em nào|kết bạn|bạn bè|con cháu|anh em|tự mình|một mình"  # third persons, not an address
    address = r"(?<!\w)(?:bác|cháu|em|anh|chị|bạn|mình)(?!\w)"
    none_of(
        SPOKEN_VIETNAMESE,
        lambda line: re.findall(address, re.sub(others, "", line.unquoted, flags=re.IGNORECASE), flags=re.IGNORECASE),
    )


def test_rule_address_a_button_addresses_nobody() -> None:
    """Nút bấm không xưng hô."""
    labels = [line for line in VIETNAMESE if line.label and line.name not in CHOICES_OF_ADDRESS]
    none_of(
        labels, lambda line: re.findall(r"‹|(?<!\w)(?:bác|cháu|anh chị|bạn|mình)(?!\w)", line.bare, flags=re.IGNORECASE)
    )


def test_rule_address_nobody_is_called_a_customer_or_a_user() -> None:
    """một người mẹ tranh thủ giờ nghỉ"""
    called = r"quý khách|quý vị|ông/bà|(?:mời|thưa|kính|đề nghị|xin) người dùng|(?:^|[.\n])\s*Người dùng"
    none_of(SPOKEN_VIETNAMESE, lambda line: re.findall(called, line.unquoted))


def test_rule_address_the_assistant_never_calls_itself_official() -> None:
    """Không phải công an, không phải VNeID, không tự nhận là “chính thức”."""
    none_of(SPOKEN_VIETNAMESE, without(r"chính thức", r"\bkhông\b"))


def test_rule_1_no_sentence_is_longer_than_25_words() -> None:
    """Mỗi câu không quá 25 chữ"""
    none_of(SPOKEN, lambda line: [s for s in line.sentences if len(s.split()) > 25])


def test_rule_1_what_is_said_is_short_and_never_long() -> None:
    """`say` không quá 320 ký tự, không bao giờ quá 480."""
    none_of(SPOKEN, lambda line: len(line.text) if len(line.text) > 480 else 0)
    seldom([line for line in SPOKEN if line.name == "say"], lambda line: len(line.text) > 320)


def test_rule_2_a_button_is_short() -> None:
    """dưới 32 ký tự, tối đa 60."""
    labels = [line for line in LINES if line.label]
    none_of(labels, lambda line: len(line.text) if len(line.text) > 60 else 0)
    seldom([line for line in labels if line.language == "vi"], lambda line: len(line.text) > 32)


def test_rule_3_a_secret_is_typed_into_vneid_and_nowhere_else() -> None:
    """Luôn: gõ vào VNeID, đừng gửi cho ai."""
    secret = r"(?<!đăng )\b(?:gõ|nhập|điền)\b[^.?\n]*(?:mã OTP|mật khẩu|passcode|câu trả lời)"
    where = r"VNeID|màn hình|\bô\b|\b(?:tự|đừng|không|chưa|sai)\b"
    told = [line for line in SPOKEN_VIETNAMESE if line.name != "back"]  # coming back tells nothing new
    none_of(told, lambda line: re.search(secret, line.unquoted) and not re.search(where, line.text))


def test_rule_4_nobody_is_threatened() -> None:
    """Không doạ, không giục, không hứa thay cơ quan nào, không thu tiền."""
    threats = (
        r"\bbị (?:phạt|xử phạt|xử lý|thu hồi|cắt sóng)|mất tài khoản|\bsẽ bị\b|nếu không (?:thì )?sẽ|\bkẻo\b|mức phạt"
    )
    none_of(SPOKEN_VIETNAMESE, without(threats, r"\b(?:không|chưa|doạ|lừa)\b"))
    english = r"\bfined?\b|penalt|lose (?:your|the) account|will be (?:locked|closed|blocked)|or else"
    none_of([line for line in SPOKEN if line.language == "en"], without(english, r"\b(?:no|not|never)\b|n't\b"))


def test_rule_4_nobody_is_hurried() -> None:
    """không giục, không doạ, không xin gì."""
    haste = r"khẩn|\bngay lập tức|nhanh lên|\bgấp\b|càng sớm càng tốt|hạn chót|chỉ còn (?:\d+|một|hai|ba) (?:ngày|giờ)"
    none_of(SPOKEN_VIETNAMESE, without(haste, r"\b(?:không|đừng|lừa|113)\b"))
    none_of(
        [line for line in SPOKEN if line.language == "en"],
        without(r"\burgent|immediately|hurry|at once\b|right now\b", r"\b(?:no|not|never)\b|n't\b|scam|threat"),
    )


def test_rule_4_nothing_is_promised_for_an_office() -> None:
    """không hứa thay cơ quan nào"""
    none_of(SPOKEN_VIETNAMESE, without(r"chắc chắn|bảo đảm|đảm bảo|cam kết", r"\b(?:không|chưa|năm 20\d\d|tiêu chí)\b"))


def test_rule_4_money_is_spoken_of_only_to_say_that_none_is_asked() -> None:
    """không thu tiền."""
    fee = r"lệ phí|\b(?:thu|nộp|đóng|mất|tốn|trả|chuyển|đòi|xin) (?:phí|tiền)"
    honest = r"\b(?:không|đừng|chưa|lừa|giả|cúp|bỏ qua|ngân hàng)\b|để công an xem|hay trao đổi|• Đòi tiền"
    spoken = [line for line in SPOKEN_VIETNAMESE if "tiền điện" not in line.text]  # what one can pay with the account
    none_of(spoken, without(fee, honest))


def test_rule_4_only_the_two_addresses_are_said() -> None:
    """Đường dẫn duy nhất: https://vneid.gov.vn, khi cần thì https://dichvucong.gov.vn."""
    link = re.compile(r"https?://[^\s”,]+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|top|info)\b[^\s”,]*")
    allowed = re.compile(r"(?:https://)?(?:vneid|dichvucong)\.gov\.vn(?:/[\w./-]*)?")
    none_of(LINES, lambda line: [x for x in link.findall(line.text) if not allowed.fullmatch(x.rstrip(".)?:;"))])


TOLD = [told.text for told in statements().values()] + [told.text for told in publics().values()]
QUOTABLE = unicodedata.normalize("NFC", " ".join(TOLD)).casefold()


def test_rule_5_what_is_quoted_stands_word_for_word_in_a_source() -> None:
    """Chữ trên màn hình VNeID và tin của cơ quan: đúng từng chữ, trong “…”."""
    quoted = re.compile(r"“([^”]*)”")
    none_of(LINES, lambda line: [q for q in quoted.findall(line.text) if q.rstrip(" .…,").casefold() not in QUOTABLE])


def test_rule_5_quotes_are_the_curly_ones_and_closed() -> None:
    """Ngoặc “…” không dùng vào việc nào khác"""
    none_of(LINES, lambda line: '"' in line.text or line.text.count("“") != line.text.count("”"))


def test_rule_5_a_line_that_quotes_a_screen_says_where_it_stands() -> None:
    """Điều gì nói ra cũng có nguồn ở đầu khối"""
    # Coming back to a button that the place itself quotes and cites tells nothing new.
    said = [line for line in SPOKEN if line.name != "back"]
    none_of(said, lambda line: "“" in line.text and set(line.sources) <= {"nhà"})


def test_rule_7_the_hotline_is_named_with_its_source_and_that_the_call_costs() -> None:
    """Số tổng đài chỉ đi cùng nguồn và chuyện cuộc gọi có tính tiền."""
    costs = re.compile(r"tính (?:cước|tiền)|charged|costs money|not free|call fee|paid call")
    none_of(
        [line for line in SPOKEN if "1900" in line.text],
        lambda line: "P-hotline" not in line.sources or not costs.search(line.text),
    )


def test_rule_8_nobody_is_blamed_or_left_hanging() -> None:
    """Không chê: không “lỗi của bạn”, “không hợp lệ”, “sai rồi”. Không bỏ lửng “vui lòng thử lại sau”"""
    none_of(
        SPOKEN_VIETNAMESE, lambda line: re.findall(r"lỗi của|không hợp lệ|sai rồi|vui lòng|thử lại sau", line.unquoted)
    )
    none_of(SPOKEN, lambda line: re.findall(r"your fault|invalid|try again later", line.unquoted, re.IGNORECASE))


def test_rule_9_there_are_no_latin_abbreviations_but_names_on_the_screen() -> None:
    """Không viết tắt chữ Latinh ngoài tên trên màn hình"""
    names = {"OTP", "SIM", "QR", "NFC", "SE", "VNEID", "VNIED"}  # SE: the name of a phone; the last two: misprints told

    def abbreviated(line: Line) -> list[str]:
        text = re.sub(r"\S*/\S+", "", line.unquoted)  # the symbol of a document, as it is printed on it
        text = re.sub(r"CH Play|số CCCD", "", text)
        return [w for w in re.findall(r"\b[A-ZĐ]{2,}\b", text) if w not in names]

    none_of(VIETNAMESE, abbreviated)


def test_rule_9_otp_is_explained_where_everybody_meets_it_first() -> None:
    """“mã OTP” phải được giải nghĩa (mã xác thực gửi qua tin nhắn) ở lần gặp đầu."""
    welcome = next(line for line in VIETNAMESE if line.place == BOOK.name(BOOK.start) and line.name == "say")
    assert "mã OTP (mã xác thực gửi qua tin nhắn)" in welcome.text
    none_of(VIETNAMESE, lambda line: re.findall(r"(?<![Mm]ã )\bOTP\b", line.unquoted))


def test_rule_9_the_name_is_written_vneid() -> None:
    """Viết “VNeID”, CH Play (Google Play)."""
    misprints = {
        "about.spelling",
        "install.search_android",
        "install.search_iphone",
    }  # they tell how papers misprint it
    lines = [line for line in LINES if line.place not in misprints]
    none_of(
        lines,
        lambda line: [
            w for w in re.findall(r"\bvneid\b", line.unquoted.replace("vneid.gov", ""), re.IGNORECASE) if w != "VNeID"
        ],
    )


def test_rule_10_no_step_is_numbered() -> None:
    """không viết “bước” kèm số, vì mỗi tài liệu đếm một kiểu (C24)."""
    numbered = r"\bbước (?:số |thứ )?(?:\d|một|hai|ba|bốn|năm|sáu|bảy|tám|nhất|nhì)\b"
    none_of(VIETNAMESE, lambda line: re.findall(numbered, line.unquoted, re.IGNORECASE))
    none_of(
        [line for line in LINES if line.language == "en"],
        lambda line: re.findall(r"\bstep \d", line.unquoted, re.IGNORECASE),
    )


def test_rule_11_nobody_is_sent_to_a_district_that_is_no_more() -> None:
    """Công an xã, phường gần nhất; cấp huyện, quận không còn từ 2025."""
    district = re.compile(r"công an (?:cấp )?(?:huyện|quận)", re.IGNORECASE)

    def sent(line: Line) -> object:
        then = line.place.partition(".")[0] in HISTORY and re.search(
            r"\b20\d\d\b|lúc đó|hồi đó|văn bản in", line.text, re.IGNORECASE
        )
        return district.search(line.unquoted) and "không còn" not in line.text and not then

    none_of(VIETNAMESE, sent)


def test_rule_11_long_numbers_are_grouped() -> None:
    """số viết thành nhóm: 1900 0368."""
    none_of(LINES, lambda line: re.findall(r"\d{5,}", line.text))


@pytest.mark.parametrize("form", Form)
def test_rule_12_letters_are_composed(form: Form) -> None:
    """Chữ dựng sẵn (NFC). ⚙"""
    for line in LINES:
        text = CATALOGUE.text(line.language, line.place, line.name, sample(form))
        assert text == unicodedata.normalize("NFC", text), line


def test_rule_12_there_are_no_exclamation_marks_pictures_or_markdown() -> None:
    """Không dấu chấm than, không hình vui, không Markdown."""
    none_of(LINES, lambda line: re.findall(r"[!\U0001F000-\U0001FAFF\u2600-\u27BF]", line.text))
    none_of(LINES, lambda line: re.findall(r"\*\*|__|`|\]\(|(?m:^#+ )", line.text))


def test_rule_12_politeness_is_not_repeated() -> None:
    """“ạ” ở chỗ tự nhiên, thường một lần trong một tin."""
    polite = re.compile(r"(?<!\w)ạ(?!\w)")
    none_of(SPOKEN_VIETNAMESE, lambda line: len(polite.findall(line.text)) > 2)
    seldom(SPOKEN_VIETNAMESE, lambda line: len(polite.findall(line.text)) > 1)


def test_rule_12_the_tone_stands_where_we_write_it() -> None:
    """Viết xoá, khoá, hoá."""
    none_of(VIETNAMESE, lambda line: re.findall(r"\w*(?:[óòỏõọ][ae]|[úùủũụ]y)(?!\w)", line.unquoted))


PLANTED = [
    (test_rule_address_a_line_names_the_person_and_itself_only_through_the_variables, "say", "Để cháu xem."),
    (test_rule_address_a_button_addresses_nobody, "label_x", "Bác bấm rồi"),
    (test_rule_address_nobody_is_called_a_customer_or_a_user, "say", "Kính chào quý khách."),
    (test_rule_address_the_assistant_never_calls_itself_official, "say", "Đây là kênh chính thức."),
    (test_rule_1_no_sentence_is_longer_than_25_words, "say", "một " * 26),
    (test_rule_1_what_is_said_is_short_and_never_long, "say", "Một hai ba. " * 28),
    (test_rule_2_a_button_is_short, "label_x", "Một nút bấm có nhiều chữ quá đi thôi"),
    (test_rule_3_a_secret_is_typed_into_vneid_and_nowhere_else, "say", "Giờ gõ mã OTP."),
    (test_rule_4_nobody_is_threatened, "say", "Ai chậm sẽ bị phạt."),
    (test_rule_4_nobody_is_hurried, "say", "Làm ngay lập tức nhé."),
    (test_rule_4_nothing_is_promised_for_an_office, "say", "Hồ sơ chắc chắn được duyệt."),
    (test_rule_4_money_is_spoken_of_only_to_say_that_none_is_asked, "say", "Rồi nộp phí 20 nghìn."),
    (test_rule_4_only_the_two_addresses_are_said, "say", "Mở https://vneid-gov.top nhé."),
    (test_rule_5_what_is_quoted_stands_word_for_word_in_a_source, "say", "Bấm “Nút không có thật”."),
    (test_rule_5_quotes_are_the_curly_ones_and_closed, "say", 'Bấm "Kích hoạt".'),
    (test_rule_5_a_line_that_quotes_a_screen_says_where_it_stands, "say", "Bấm “Kích hoạt”."),
    (test_rule_7_the_hotline_is_named_with_its_source_and_that_the_call_costs, "say", "Gọi 1900 0368."),
    (test_rule_8_nobody_is_blamed_or_left_hanging, "say", "Mã không hợp lệ."),
    (test_rule_9_there_are_no_latin_abbreviations_but_names_on_the_screen, "say", "Gửi SĐT cho VP."),
    (test_rule_9_the_name_is_written_vneid, "say", "Mở Vneid."),
    (test_rule_10_no_step_is_numbered, "say", "Sang bước 6."),
    (test_rule_11_nobody_is_sent_to_a_district_that_is_no_more, "say", "Ra Công an quận nhé."),
    (test_rule_11_long_numbers_are_grouped, "say", "Gọi 19000368."),
    (test_rule_12_there_are_no_exclamation_marks_pictures_or_markdown, "say", "Xong rồi!"),
    (test_rule_12_politeness_is_not_repeated, "say", "Vâng ạ. Được ạ."),
    (test_rule_12_the_tone_stands_where_we_write_it, "say", "Đã xóa."),
]


@pytest.mark.parametrize(("rule", "name", "text"), PLANTED, ids=[rule.__name__ for rule, _, _ in PLANTED])
def test_each_rule_would_catch_a_line_that_breaks_it(
    rule: Callable[[], None], name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line("vi", "hello.start", name, text, text, ("nhà",))
    for lines in ("LINES", "VIETNAMESE", "SPOKEN", "SPOKEN_VIETNAMESE"):
        monkeypatch.setitem(globals(), lines, [line])
    with pytest.raises(AssertionError):
        rule()
