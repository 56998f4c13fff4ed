"""`python -m bot book`, `facts` and `talk --random`, as the people who read what they print need them."""

import re
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.look.book_page import TITLES, Masthead, book_page
from bot.look.flow_picture import picture
from content.edition import Edition, edition
from flows.notation import Visit, exits_of, target_of
from flows.script import BOOK
from tests.house.test_commands import bot
from tests.kit.book import BOOK as SMALL
from tests.kit.build import plain_words

TOP = Masthead("Phường Mẫu", date(2026, 11, 22), "abc1234")
ALONE = {"meta", "br", "hr", "img", "input", "link", "col"}


class Reader(HTMLParser):
    """Reads a page as strictly as it is written: every tag closed, in order; keeps ids, links and the words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def today() -> Edition:
    return edition(BOOK)


@pytest.fixture(scope="module")
def page(today: Edition) -> str:
    return book_page(today, TOP)


def articles(page: str) -> dict[str, str]:
    """Place → what the page says of it."""
    return {m[1]: m[0] for m in re.finditer(r'<article class="place[^"]*" id="([^"]+)">.*?</article>', page, re.DOTALL)}


def test_every_place_and_every_exit_is_in_the_book_with_where_it_leads(page: str) -> None:
    told = articles(page)
    assert set(told) == {*BOOK.steps, BOOK.house}
    for name, step in BOOK.steps.items():
        for exit_, way in exits_of(step).items():
            rows = [r for r in told[name].split("<tr>") if f"<code>{exit_}</code></td>" in r]
            assert len(rows) == 1, (name, exit_)
            assert f'href="#{BOOK.name(target_of(way))}"' in rows[0]
            if isinstance(way, Visit):
                assert f'quay lại <a href="#{BOOK.name(way.back)}"' in rows[0]


def test_every_line_stands_in_the_book_in_all_forms_of_address_with_its_sources_and_review(
    page: str, today: Edition
) -> None:
    told = articles(page)
    for place in today.pages:
        words = " ".join(" ".join(Reader(told[place.name]).text).split())
        for wording in place.wordings:
            for text in wording.texts.values():
                assert " ".join(text.split()) in words, (place.name, wording.name)
            assert f"Xem lại: {wording.review}" in words
            for source in wording.sources:
                assert f"{source} (" in words.replace(f"{source}  (", f"{source} ("), (place.name, source)


def test_the_page_is_well_formed_and_every_link_leads_somewhere_in_it(page: str) -> None:
    read = Reader(page)
    assert len(read.ids) == len(set(read.ids))
    assert {link for link in read.links if link.removeprefix("#") not in read.ids} == set()


def test_the_page_needs_nothing_beside_it_and_runs_nothing(page: str) -> None:
    read = Reader(page)
    assert not read.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert not {a for a in read.attributes if a.startswith("on")}
    assert not re.search(r"@import|url\((?!#)", page)


def test_the_top_says_which_unit_day_and_revision_and_that_no_authority_wrote_it(page: str) -> None:
    top = page.partition("</header>")[0]
    for said in ("Phường Mẫu", "22/11/2026", "abc1234", "không phải văn bản của cơ quan quản lý VNeID"):
        assert said in top


def test_every_flow_has_a_title_an_official_understands_and_a_picture_of_all_its_places(
    page: str, today: Edition
) -> None:
    assert {f.name for f in BOOK.flows} <= set(TITLES)
    numbers = {p.name: str(n) for n, p in enumerate(today.pages)}
    for flow in BOOK.flows:
        pages = [p for p in today.pages if p.flow == flow.name and p.kind != "house"]
        pieces = picture(pages, numbers)
        drawn = [box for piece in pieces for box in piece.boxes]
        assert sorted(box.page.name for box in drawn) == sorted(p.name for p in pages)
        assert len({(box.y) for box in drawn}) == len(drawn), "two boxes in one row"
        assert all(box.x >= 0 and box.x + box.width <= piece.width for piece in pieces for box in piece.boxes)


def test_what_is_written_is_escaped(tmp_path: Path) -> None:
    words = plain_words(tmp_path, SMALL)
    file = words / "vi" / "hello" / "start.jinja"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace("hello.start say", "<i>1 < 2 & 3</i>")
        .replace("hello.start label_on", "a<b>&amp;"),
        encoding="utf-8",
    )
    page = book_page(edition(SMALL, words), Masthead('<Phường> & "xã"', date(2026, 11, 22), ""))
    Reader(page)
    assert "<i>" not in page
    assert "&lt;i&gt;1 &lt; 2 &amp; 3&lt;/i&gt;" in page
    assert "a&lt;b&gt;&amp;amp;" in page
    assert "&lt;Phường&gt; &amp; &#34;xã&#34;" in page


def test_another_language_stands_beside_the_vietnamese_words(tmp_path: Path) -> None:
    words = plain_words(tmp_path, SMALL)
    shutil.copytree(words / "vi", words / "en")
    file = words / "en" / "hello" / "start.jinja"
    file.write_text(file.read_text(encoding="utf-8").replace("hello.start", "The beginning:"), encoding="utf-8")
    told = articles(book_page(edition(SMALL, words), TOP))["hello.start"]
    assert 'lang="en"><p>The beginning: say</p>' in told
    assert 'lang="vi"><p>hello.start say</p>' in told


def test_the_command_prints_the_book_or_writes_it_to_a_file(tmp_path: Path) -> None:
    printed = bot("book", folder=tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.startswith("<!doctype html>")
    file = tmp_path / "book.html"
    assert bot("book", "--output", str(file), folder=tmp_path).stdout == ""
    assert articles(file.read_text(encoding="utf-8")).keys() == articles(printed.stdout).keys()


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    said = bot("book", "--output", str(tmp_path / "no" / "where.html"), folder=tmp_path)
    assert (said.returncode, "where.html" in said.stderr, "Traceback" in said.stderr) == (2, True, False)


def test_a_random_talk_is_the_same_for_the_same_seed_and_ends_at_a_known_place(tmp_path: Path) -> None:
    once, again, other = (bot("talk", "--random", "3", "--seed", seed, folder=tmp_path) for seed in ("7", "7", "8"))
    assert once.returncode == 0, once.stdout + once.stderr
    assert once.stdout == again.stdout != other.stdout
    paths = once.stdout.split("# path ")[1:]
    assert [path.splitlines()[0] for path in paths] == [f"{n} of 3, seed 7" for n in (1, 2, 3)]
    for path in paths:
        lines = path.strip().splitlines()
        assert lines[1].startswith("< ")
        assert lines[-1].split()[1] in BOOK.steps
        assert lines[-1].startswith("@ ")
        assert 12 <= sum(line.startswith("> ") for line in lines) <= 25


def test_fewer_random_paths_of_a_seed_are_the_first_of_more(tmp_path: Path) -> None:
    one, two = (bot("talk", "--random", n, "--seed", "5", folder=tmp_path).stdout for n in ("1", "2"))
    assert two.startswith(one.replace("of 1", "of 2"))


@pytest.mark.parametrize("wrong", [("--random", "0"), ("--random", "2", "--script", "x")])
def test_random_with_no_number_or_with_a_script_is_refused(wrong: tuple[str, ...], tmp_path: Path) -> None:
    said = bot("talk", *wrong, folder=tmp_path)
    assert (said.returncode, "--random" in said.stderr) == (2, True)
