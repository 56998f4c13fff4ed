"""Two hundred strings in texts, names and addresses: no element, no entity, no event, no line of a log comes of any."""

import html
import io
import logging
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette

from bot.channels.telegram.reading import Bot, read
from bot.channels.telegram.writing import as_html
from bot.console.console import Console
from bot.console.looks import encoded
from bot.house import House
from bot.message import Event, Typed
from flows.speech import Address
from storage import canned, staff, units
from storage.staff import Role
from tests.console.desk import COMMUNE, Citizen, come, hire
from tests.console.injections import STRINGS
from tests.console.serving import PASSWORD, browser, employ
from tests.kit.build import StillClock

HANDLERS = ("onerror", "onload", "onfocus", "ontoggle", "onbegin", "onstart", "hx-on", "style", "srcdoc")
LEADING = ("href", "src", "action", "formaction", "data", "background")


class Elements(HTMLParser):
    """What elements a page has, and which attributes that do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.doing: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        leads = [n for n, v in attrs if n in LEADING and "javascript:" in (v or "").lower()]
        self.doing += [*leads, *(n for n, _ in attrs if n.startswith(HANDLERS))]


def elements(page: str) -> Elements:
    read = Elements()
    read.feed(page)
    return read


def test_there_are_two_hundred_different_ones() -> None:
    assert len(STRINGS) >= 200


async def test_a_citizens_words_become_text_wherever_officers_see_them(
    home: House, console: Console, app: Starlette
) -> None:
    handler = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(handler)
    innocent, wild = await come(home, "an", COMMUNE), await come(home, "binh", COMMUNE)
    for n, text in enumerate(STRINGS):
        await home.turn.take(Event(Address("web", "main", "binh"), f"w{n}", Typed(text)))
        await home.turn.take(Event(Address("web", "main", "an"), f"i{n}", Typed("vô hại")))
    await console.live.follow()
    member, seed = employ(home, "hanh", Role.ADMINISTRATOR, COMMUNE)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    allowed = set(elements((await who.get(f"/c/{innocent}")).text).found)
    for answer in (
        await who.get(f"/c/{wild}"),
        await who.get(f"/c/{wild}/talk"),
        await who.post(f"/c/{wild}/reveal", reason="asked", password=PASSWORD),
        await who.get("/"),
        await who.get("/search?q=xau&every=1"),
        await who.get("/search?q=alert"),
    ):
        read = elements(answer.text)
        assert set(read.found) <= allowed | {"h3", "code"}
        assert read.doing == []
        assert read.found.count("script") <= 2
    for text in STRINGS[::9]:  # by the address of a page
        for path in (
            "/?place=",
            "/?unit=",
            "/?link=",
            "/search?q=",
            "/list?part=",
            "/suggest?place=",
            "/audit?before=",
        ):
            answer = await who.get(path + quote(text.encode("utf-8", "replace")))
            assert answer.status_code in (200, 404)
            assert elements(answer.text).doing == []
            assert "alert(1)" not in html.unescape(answer.text) or elements(answer.text).found.count("script") <= 2
    assert handler.stream.getvalue() == ""
    logging.getLogger().removeHandler(handler)


async def test_names_titles_notes_and_reasons_become_text_too(home: House, app: Starlette, clock: StillClock) -> None:
    member, seed = employ(home, "hanh", Role.ADMINISTRATOR, "root")
    wild = [s.encode("utf-8", "replace").decode().replace("\x00", "") for s in STRINGS]

    def work(unit):  # type: ignore[no-untyped-def]
        for n, text in enumerate(wild[:60]):
            units.plant(unit, f"u{n}", text, "class")
            hire(unit, f"login{n}", Role.VIEWER, COMMUNE, clock.time)
            unit.exec_driver_sql("UPDATE staff SET name = ? WHERE login = ?", (text[:80], f"login{n}"))
            canned.keep(unit, units.find(unit, "root"), 0, text, text, member.id, clock.time)  # type: ignore[arg-type]

    home.store.write_now(work)
    await come(home, "an", "u3")
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    for path in ("/", "/staff", "/answers", "/audit", "/me"):
        read = elements((await who.get(path)).text)
        assert read.doing == []
        assert read.found.count("script") == 2
        assert not {"iframe", "object", "embed", "base", "math", "video", "template", "marquee"} & set(read.found)
    home.store.write_now(lambda unit: staff.disable(unit, "login1"))


def test_an_officers_words_become_no_entity_in_telegram_and_no_event_in_a_stream() -> None:
    for text in STRINGS:
        assert set(elements(as_html(text)).found) <= {"b"}
        assert elements(as_html(f"“{text}”")).doing == []
        assert b"\n" not in encoded({"ids": [text.encode("utf-8", "replace").decode()]})


async def test_one_line_is_one_line_in_the_log_of_causes(home: House) -> None:
    id_ = await come(home, "an")
    for text in STRINGS[:30]:
        await Citizen(home, "an", said=abs(hash(text)) % 10**9).says(text)
    causes = home.store.write_now(
        lambda unit: [r[0] for r in unit.exec_driver_sql("SELECT cause FROM inbox WHERE conversation_id = ?", (id_,))]
    )
    assert all(cause.replace("_", "").replace(".", "").isalnum() for cause in causes)


async def test_a_files_name_and_a_persons_are_kept_nowhere(home: House, console: Console, app: Starlette) -> None:
    handler = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(handler)
    us, id_ = Bot("9000000001", "DongHanhBot"), 0
    for n, text in enumerate(STRINGS):
        name = f"{text} zzten{n}".encode("utf-8", "replace").decode()
        person = {"id": 77, "is_bot": False, "first_name": name, "last_name": name, "username": name}
        message = {
            "message_id": n + 1, "date": 1795320000, "chat": {**person, "type": "private"}, "from": person,
            "document": {"file_id": "x", "file_name": name, "mime_type": name},
        }  # fmt: skip
        arrived = read({"update_id": n, "message": message}, us)
        assert arrived is not None
        id_ = (await home.turn.take(arrived.event)).conversation_id
    await console.live.follow()
    member, seed = employ(home, "hanh", Role.ADMINISTRATOR, "root")
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    for page in (await who.get(f"/c/{id_}"), await who.get("/")):
        assert "zzten" not in page.text
        assert elements(page.text).doing == []
    folder = Path(home.settings.database_url.removeprefix("sqlite:///")).parent
    assert not any(b"zzten" in file.read_bytes() for file in folder.glob("*.sqlite*"))
    assert handler.stream.getvalue() == ""
    logging.getLogger().removeHandler(handler)
