"""The book as a page to read, print and approve: places numbered, exits linked, every line with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.look.flow_picture import HEIGHT, Piece, picture
from bot.look.shelf import templates
from content.catalogue import ROOT
from content.citations import DISAGREEMENT, publics, statements
from content.completeness import HOUSES_OWN
from content.edition import Edition, Page, Way, Wording

TITLES: Mapping[str, str] = {
    "welcome": "Chào hỏi", "approval": "Chờ duyệt và thông báo", "activate": "Kích hoạt tài khoản",
    "answers": "Hỏi gì đáp nấy", "practice": "Tập dượt trên điện thoại giả lập",
    "after": "Sau khi kích hoạt", "trouble": "Khi gặp trục trặc", "install": "Cài ứng dụng VNeID",
    "register": "Đăng ký tài khoản ứng dụng", "level1": "Định danh mức 1", "setup": "Vướng lúc cài, đăng ký",
    "level2": "Định danh mức 2", "child": "Trẻ em, người được giám hộ", "foreigner": "Người nước ngoài",
    "organisation": "Cơ quan, tổ chức", "abroad": "Người Việt ở nước ngoài", "no_chip": "Chưa có thẻ gắn chip",
    "helper": "Làm giúp người khác", "no_smartphone": "Không có điện thoại thông minh", "use": "Dùng tài khoản",
    "safety": "An toàn, lừa đảo", "later": "Về sau", "agency": "Dành cho cơ quan, đơn vị",
    "about": "Dựa trên tài liệu nào", "everywhere": "Hiểu ở mọi chỗ", "own": "Tài khoản của tôi",
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "choose": "chọn một nút", "ask": "đọc lời người dân nhắn", "await": "chờ hỏi bên ngoài", "decide": "máy tự xét, không nói gì",
    "end": "kết thúc, hoặc quay về chỗ cũ", "house": "lời chung, dùng ở mọi chỗ",
}  # fmt: skip
STATED: Mapping[str, str] = {
    "step": "bước làm", "fact": "thông tin", "rule": "quy định", "message": "tin, chữ trên màn hình",
    "organisational": "việc của cơ quan",
}  # fmt: skip
FORMS: Mapping[str, str] = {"bac": "bác – cháu", "anh_chi": "anh chị – em", "ban": "bạn – mình"}
LANGUAGES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "Tiếng Anh"}


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands at the top: the unit, the day, and the revision ("" outside git)."""

    unit: str
    day: date
    revision: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A flow: its number and title, its picture, its places."""

    number: int
    name: str
    title: str
    pieces: list[Piece]
    pages: list[Page]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a place: its name, what it is called in the page, and its words in each language."""

    name: str
    title: str
    wordings: list[Wording]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a source says, in words."""

    id: str
    kind: str
    text: str


def book_page(edition: Edition, top: Masthead, root: Path = ROOT) -> str:
    """The whole book as one HTML page that needs nothing beside it."""
    numbers = numbered(edition)
    values = {
        "top": top, "start": edition.start, "chapters": chapters(edition, numbers), "numbers": numbers,
        "came": came_from(edition), "grounds": grounds(root), "kinds": KINDS, "forms": FORMS, "languages": LANGUAGES,
        "lines_of": lines_of, "other_forms": other_forms, "box_height": HEIGHT,
    }  # fmt: skip
    return templates().get_template("book_page.html.jinja").render(values)


def numbered(edition: Edition) -> dict[str, str]:
    """Place → its number, "3.15": the flow's, and its own in the flow."""
    flows = list(dict.fromkeys(page.flow for page in edition.pages))
    seen = dict.fromkeys(flows, 0)
    numbers = {}
    for page in edition.pages:
        seen[page.flow] += 1
        numbers[page.name] = f"{flows.index(page.flow) + 1}.{seen[page.flow]}"
    return numbers


def chapters(edition: Edition, numbers: Mapping[str, str]) -> list[Chapter]:
    """The flows in the order of the book."""
    found = []
    for number, flow in enumerate(dict.fromkeys(page.flow for page in edition.pages), 1):
        pages = [page for page in edition.pages if page.flow == flow]
        pieces = picture([p for p in pages if p.kind != "house"], numbers)
        found.append(Chapter(number, flow, TITLES.get(flow, flow), pieces, pages))
    return found


def came_from(edition: Edition) -> dict[str, list[tuple[Page, Way]]]:
    """Place → the exits that lead to it."""
    came: dict[str, list[tuple[Page, Way]]] = {page.name: [] for page in edition.pages}
    for page in edition.pages:
        for way in page.ways:
            came[way.to].append((page, way))
    return came


def grounds(root: Path = ROOT) -> dict[str, Ground]:
    """Every source a line may cite → what it says."""
    told = {s.id: Ground(s.id, STATED.get(s.kind, s.kind), s.text) for s in statements(root).values()}
    public = {p.id: Ground(p.id, f"nguồn công khai, {p.date}", f"{p.title}: {p.text}") for p in publics(root).values()}
    return Grounds({**told, **public})


class Grounds(dict[str, Ground]):
    """What is in no table: the house's own words, and the points on which the documents disagree."""

    def __missing__(self, id_: str) -> Ground:
        if id_ == HOUSES_OWN:
            return Ground(id_, "lời của Đồng Hành", "câu dẫn chuyện, không nêu điều gì của tài liệu")
        if DISAGREEMENT.fullmatch(id_):
            return Ground(
                id_, "chỗ các tài liệu nói khác nhau", f"chọn cách an toàn, theo bảng đối chiếu, mục {id_[1:]}"
            )
        return Ground(id_, "không rõ", "không có trong bảng nguồn")


def lines_of(page: Page) -> list[Spoken]:
    """The lines of a place, `say` first, then in the order of the file; each with its wordings, Vietnamese first."""
    names = dict.fromkeys(w.name for w in page.wordings)
    ordered = sorted(names, key=lambda name: name != "say")
    return [Spoken(name, _title(name, page), [w for w in page.wordings if w.name == name]) for name in ordered]


def other_forms(wording: Wording) -> list[tuple[str, str]]:
    """(form, text) of the forms of address in which the words differ."""
    return [(form, text) for form, text in wording.texts.items() if text != wording.texts["bac"]]


def _title(name: str, page: Page) -> str:
    """What a line is, for a reader who knows no code."""
    if page.kind == "house":
        return f"Lời chung “{name}”"
    if name == "say":
        return "Lời nói"
    return "Khi quay lại chỗ này" if name == "back" else f"Khi hỏi lại ({name.removeprefix('again_')})"
