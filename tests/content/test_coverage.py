"""What counts as told: a line that cites it, at a place somebody can come to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path

import pytest

from bot.commands import facts
from content.catalogue import Catalogue
from content.coverage import come_to, cover
from flows.notation import Book, Choose, End, Flow, Go
from tests.kit.book import BOOK, Hello
from tests.kit.build import plain_words

TODAY = date(2026, 11, 22)
TABLE = """\
id,seed,topic,statement_vi,gloss_en,kind
S0-01,S0,app,Mở ứng dụng.,Open the app.,step
S0-02,S0,paper,Phường gửi văn bản.,The ward writes.,organisational
"""
PUBLIC = '["P-one"]\ntitle = "Báo"\ndate = "2025-12-31"\nconfidence = "HIGH"\nsays = "Không thu phí."\n'


class Agency(Enum):
    START = "start"


class Island(Enum):
    ALONE = "alone"


# The small book, a flow for offices that the welcome leads to, and a place that nothing leads to.
WITH_MORE = replace(
    BOOK,
    flows=(
        *(f for f in BOOK.flows if f.name != "detour"),
        replace(
            next(f for f in BOOK.flows if f.name == "detour"),
            steps=tuple(
                replace(s, exits={**s.exits, "office": Go(Agency.START)}) if isinstance(s, Choose) else s
                for s in next(f for f in BOOK.flows if f.name == "detour").steps
            ),
        ),
        Flow("agency", Agency, (Choose(Agency.START, {"on": Go(Hello.START)}),)),
        Flow("island", Island, (End(Island.ALONE),)),
    ),
)

Cite = Callable[[str, str, str], None]
Sources = Mapping[str, tuple[str, ...]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    words = plain_words(tmp_path, WITH_MORE)
    (words / "sources").mkdir()
    (words / "sources" / "facts.csv").write_text(TABLE, encoding="utf-8")
    (words / "sources" / "public.toml").write_text(PUBLIC, encoding="utf-8")
    return words


@pytest.fixture
def cite(root: Path) -> Cite:
    def write(place: str, line: str, source: str) -> None:
        flow, _, name = place.partition(".")
        file = root / "vi" / flow / f"{name}.jinja"
        text = file.read_text(encoding="utf-8")
        begin = f"{{% block {line} %}}{{# "
        assert begin in text
        file.write_text(text.replace(f"{begin}nhà", begin + source), encoding="utf-8")

    return write


def missing(root: Path, book: Book = WITH_MORE) -> set[str]:
    return {t.statement.id for t in cover(book, Catalogue(root), TODAY, root=root).missing}


def test_what_no_line_cites_is_missing(root: Path) -> None:
    assert missing(root) == {"S0-01", "S0-02"}


def test_a_statement_cited_only_where_nobody_can_come_is_missing_and_the_command_fails(
    root: Path, cite: Cite, capsys: pytest.CaptureFixture[str]
) -> None:
    cite("island.alone", "say", "S0-01")
    assert "S0-01" in missing(root)
    assert facts.tell(WITH_MORE, root, TODAY) == 1
    printed = capsys.readouterr().out
    assert "S0-01  Mở ứng dụng." in printed
    assert "Cited only where nobody can come: 1\n  S0-01  island.alone\n" in printed


def test_citing_it_where_one_can_come_makes_it_told(root: Path, cite: Cite) -> None:
    cite("island.alone", "say", "S0-01")
    cite("hello.start", "say", "S0-01")
    told = cover(WITH_MORE, Catalogue(root), TODAY, root=root).told[0]
    assert (told.places, told.unreachable, told.missing) == (("hello.start",), ("island.alone",), False)


@pytest.mark.parametrize(
    ("place", "line"),
    [("hello.start", "back"), ("hello.when", "again_unclear"), ("always.house", "missed"), ("inner.ask", "say")],
)
def test_lines_of_coming_back_of_asking_again_and_of_the_house_count(
    place: str, line: str, root: Path, cite: Cite
) -> None:
    cite(place, line, "S0-01")
    assert "S0-01" not in missing(root)


def test_a_label_does_not_count(root: Path, cite: Cite) -> None:
    cite("hello.start", "label_on", "S0-01")
    assert "S0-01" in missing(root)


def test_a_line_that_nothing_says_does_not_count(root: Path) -> None:
    file = root / "vi" / "hello" / "start.jinja"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "{% block why %}{# S0-01 · 2027-05 #}x{% endblock %}", encoding="utf-8")
    assert "S0-01" in missing(root)


def test_what_concerns_offices_is_told_in_the_flow_agency_alone(
    root: Path, cite: Cite, capsys: pytest.CaptureFixture[str]
) -> None:
    cite("hello.start", "say", "S0-02")
    assert "S0-02" in missing(root)
    facts.tell(WITH_MORE, root, TODAY)
    assert "outside the flow “agency”, which does not count: hello.start" in capsys.readouterr().out
    cite("agency.start", "say", "S0-02")
    assert "S0-02" not in missing(root)


def test_all_told_is_exit_0_and_where_names_the_places(
    root: Path, cite: Cite, capsys: pytest.CaptureFixture[str]
) -> None:
    cite("hello.soon", "say", "S0-01")
    cite("agency.start", "say", "S0-02")
    assert facts.tell(WITH_MORE, root, TODAY, where=True) == 0
    printed = capsys.readouterr().out
    assert "S0-01  hello.soon" in printed
    assert "Missing: 0" in printed
    table = [line.split() for line in printed.splitlines()[:3]]
    assert table == [
        ["document", "step", "organisational", "all"],
        ["S0", "1/1", "1/1", "2/2"],
        ["all", "1/1", "1/1", "2/2"],
    ]


def test_public_sources_nobody_hears_of_and_late_reviews_are_warnings_only(
    root: Path, cite: Cite, capsys: pytest.CaptureFixture[str]
) -> None:
    cite("hello.soon", "say", "S0-01")
    cite("agency.start", "say", "S0-02")
    in_time = cover(WITH_MORE, Catalogue(root), date(2027, 5, 31), root=root)
    assert (in_time.silent, in_time.overdue) == (("P-one",), ())
    assert facts.tell(WITH_MORE, root, date(2027, 6, 1)) == 0
    printed = capsys.readouterr().out
    assert "public sources nobody hears of: 1\n  P-one\n" in printed
    assert "  2027-05  hello.soon say\n" in printed


def test_a_day_that_is_none_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        facts.main(["--today", "tomorrow"])
    assert ended.value.code == 2
    assert "“tomorrow” is no day" in capsys.readouterr().err


def test_the_way_to_a_place_begins_at_the_welcome_an_everywhere_word_or_coming_back() -> None:
    assert come_to(WITH_MORE) == {*WITH_MORE.steps, WITH_MORE.house} - {"island.alone"}


def test_the_real_book_tells_every_statement_of_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    assert facts.main(["--today", "2026-11-22"]) == 0, capsys.readouterr().out
