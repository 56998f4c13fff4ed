"""Every line the book needs is worded, none is unused, and each names, cites and measures as VOICE.md says."""

import re
import shutil
from pathlib import Path

import pytest

from bot.channels import LIMITS
from content.catalogue import LABEL, ROOT, Catalogue, UnknownLineError, lay_out, slowly
from content.completeness import check, needed, sample
from content.shield import asks_for_secret, shield
from flows.script import BOOK
from flows.speech import Form, Telling
from tests.kit.book import BOOK as SMALL
from tests.kit.build import plain_words

CATALOGUE = Catalogue()
SPOKEN = [(place, line) for place, lines in sorted(needed(BOOK).items()) for line in sorted(lines)]
LINKS = ("https://vneid.gov.vn", "https://dichvucong.gov.vn")


def said(place: str, line: str, form: Form = Form.BAC) -> str:
    return CATALOGUE.text("vi", place, line, sample(form))


@pytest.mark.parametrize("language", CATALOGUE.languages())
def test_the_real_words_are_whole(language: str) -> None:
    assert [str(f) for f in check(BOOK, CATALOGUE, language, LIMITS)] == []


def test_welcome_safety_foreigners_and_the_everywhere_places_are_told_in_english() -> None:
    assert {p.partition(".")[0] for p in CATALOGUE.places("en")} == {
        "welcome",
        "safety",
        "foreigner",
        "everywhere",
        "answers",
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return plain_words(tmp_path, SMALL)


def faults(root: Path) -> set[tuple[str, str]]:
    return {(f.kind, f.where) for f in check(SMALL, Catalogue(root), "vi", LIMITS)}


def test_words_that_are_whole_have_no_fault(root: Path) -> None:
    assert faults(root) == set()


@pytest.mark.parametrize(
    ("kind", "where", "change"),
    [
        ("line missing", "vi/hello.soon", lambda t: re.sub(r"{% block label_done %}.*?{% endblock %}", "", t)),
        ("line unused", "vi/hello.soon", lambda t: t + "{% block why %}{# nhà · 2027-05 #}x{% endblock %}"),
        ("unknown variable", "vi/hello.soon say", lambda t: t.replace("hello.soon say", "{{ yuo }}")),
        (
            "no source",
            "vi/hello.soon say",
            lambda t: t.replace("{% block say %}{# nhà · 2027-05 #}", "{% block say %}"),
        ),
        ("unknown source", "vi/hello.soon say", lambda t: t.replace("say %}{# nhà", "say %}{# S9-99")),
        ("too many sources", "vi/hello.soon say", lambda t: t.replace("say %}{# nhà", "say %}{# C1 C2 C3 C4")),
        ("no review date", "vi/hello.soon say", lambda t: t.replace("say %}{# nhà · 2027-05", "say %}{# nhà")),
        ("policy without source", "vi/hello.soon say", lambda t: t.replace("hello.soon say", "mã có hạn 5 phút")),
        ("empty", "vi/hello.soon say", lambda t: t.replace("hello.soon say", " ")),
        ("not NFC", "vi/hello.soon say", lambda t: t.replace("hello.soon say", "a\u0302")),
        ("too long", "vi/hello.soon label_done", lambda t: t.replace("hello.soon label_done", "dài " * 40)),
    ],
)
def test_each_fault_of_the_words_is_found_and_named(root: Path, kind: str, where: str, change: object) -> None:
    file = root / "vi" / "hello" / "soon.jinja"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    assert (kind, where) in faults(root)


def test_a_file_without_a_place_and_a_place_without_a_file_are_found(root: Path) -> None:
    shutil.move(root / "vi" / "hello" / "soon.jinja", root / "vi" / "hello" / "sooner.jinja")
    assert {("unused text", "vi/hello.sooner"), ("no text", "vi/hello.soon")} <= faults(root)


def test_an_unknown_line_is_an_error_not_an_empty_text() -> None:
    with pytest.raises(UnknownLineError):
        CATALOGUE.text("vi", "welcome.start", "nothing_of_the_kind", Telling())


def test_text_is_laid_out_in_paragraphs() -> None:
    assert lay_out("\n một\n hai\n\n ba\n • bốn\n • năm\n") == "một hai\nba\n• bốn\n• năm"


def test_slowly_is_one_sentence_to_a_line() -> None:
    assert slowly("Bấm nút này. Rồi chờ.\nXong.") == "(1) Bấm nút này.\n(2) Rồi chờ.\n(3) Xong."
    assert slowly("Một câu thôi.") == "Một câu thôi."


@pytest.mark.parametrize("form", Form)
def test_no_line_asks_for_a_secret_or_would_be_changed_by_the_shield(form: Form) -> None:
    for place, line in SPOKEN:
        text = said(place, line, form)
        # A label is what the person says; only what the house says can ask for something.
        assert line.startswith(LABEL) or not asks_for_secret(text), (place, line, text)
        assert shield(text).text == text, (place, line, text)


def test_only_links_of_the_allow_list_are_said() -> None:
    for place, line in SPOKEN:
        for link in re.findall(r"https?://\S+|\b\w[\w.-]+\.(?:vn|com|net|org)\b\S*", said(place, line)):
            assert link.rstrip(".,”)").startswith(LINKS) or link.rstrip(".,”)") == "vneid.gov.vn", (
                place,
                line,
                link,
            )


def test_lines_are_short_plain_and_calm() -> None:
    for place, line in SPOKEN:
        text = said(place, line)
        assert "!" not in text, (place, line)
        assert not re.search(r"[\U0001F000-\U0001FAFF\u2600-\u27BF]", text), (place, line)
        assert text.count("“") == text.count("”"), (place, line)
        assert '"' not in text, (place, line)
        assert not re.search(r"\bbước \d|\b(VD|v\.v|SĐT|TK|MK|CCCD gắn chip v)\b", text), (place, line, text)
        assert not re.search(r"không hợp lệ|lỗi của (bác|bạn|anh)", text), (place, line)
        if line.startswith(LABEL):
            continue
        assert len(text) <= 480, (place, line, len(text))
        for sentence in re.split(r"(?<=[.?:])\s|\n", re.sub(r"“[^”]*”", "“nhãn”", text)):
            assert len(sentence.split()) <= 32, (place, line, sentence)


def test_no_bare_long_number_is_said() -> None:
    for place, line in SPOKEN:
        assert not re.search(r"\d{5,}", said(place, line)), (place, line)


def test_the_folder_of_words_is_the_one_the_house_reads() -> None:
    assert (ROOT / "vi").is_dir()
