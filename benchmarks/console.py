"""The console over a million logged messages: list, filter, search, one conversation; and twenty streams beside 200 turns/s.

    python -m benchmarks.console [--database URL] [--messages 1000000] [--seconds 10] [--folder F]

The messages are put in by hand, then followed into the log as the house follows them (which is measured too).
"""

import argparse
import asyncio
import contextlib
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, insert, select, text
from starlette.applications import Starlette

from bot.console.console import Console
from bot.console.gate import Visitor
from bot.console.masking import masked
from bot.console.parts import Parts
from bot.house import House
from bot.main import build
from bot.message import Event, Typed
from bot.settings import Settings
from flows.speech import Address, Opened, Talk
from storage import conversations, handover, log_index, logs, staff, units
from storage.audit import AuditLog
from storage.conversations import CONVERSATION
from storage.logs import Wanted
from storage.messages import MESSAGE
from storage.staff import Role
from storage.units import Unit

EACH = 20  # messages of a conversation
ROUNDS = 21
COMMUNES, SCHOOLS = 20, 5
SAID = (
    "con bấm rồi mà nó cứ quay vòng vòng hoài", "tôi không nhận được mã", "mẹ tôi 70 tuổi không có điện thoại thông minh",
    "ứng dụng báo lỗi kết nối", "ra công an phường nào ạ", "nó đòi quét thẻ mà máy không có chỗ quét", "cảm ơn cháu",
    "tôi đổi số rồi thì làm sao", "bao giờ thì được duyệt", "có mất tiền không",
)  # fmt: skip
TOLD = "Bác bấm “Kích hoạt” ở màn hình đăng nhập, rồi gõ số định danh cá nhân. Mã thì bác tự gõ, đừng đọc cho ai."
RARE = "hoathienlyvang"
WAITING = 200  # people


def fill(home: House, messages: int) -> None:
    """Units, then conversations of twenty messages each; one word in a hundred thousand is rare."""
    chance, end = random.Random(1), datetime.now(UTC)

    def organise(unit: Connection) -> None:
        units.found(unit, "Tỉnh Mẫu")
        for c in range(COMMUNES):
            units.plant(unit, f"xa{c}", f"Xã {c}", "commune")
            units.open_door(unit, f"link xa{c}", f"xa{c}")
            for s in range(SCHOOLS):
                units.plant(unit, f"xa{c}-{s}", f"Trường {s}", "school", f"xa{c}")
                units.open_door(unit, f"link xa{c}-{s}", f"xa{c}-{s}")

    home.store.write_now(organise)
    places = [p for p in home.book.steps if not p.startswith("everywhere.")]
    doors = [f"xa{c}" for c in range(COMMUNES)] + [f"xa{c}-{s}" for c in range(COMMUNES) for s in range(SCHOOLS)]
    talk = conversations._write(Talk(home.book.name(home.book.start))).decode()
    whole = messages // EACH
    for begin in range(0, whole, 2000):
        rows, said = [], []
        for n in range(begin, min(begin + 2000, whole)):
            at = end - timedelta(days=60) * (1 - n / whole)
            id_ = conversations.new_id(at)
            place = chance.choice(places)
            rows.append({
                "id": id_, "address": f"web|main|b{n}|", "channel": "web", "bot": "main", "chat": f"b{n}", "thread": "",
                "subject_id": None, "created": at, "changed": at, "place": place, "talk": talk, "last": EACH, "lane": -1,
                "fence": 0, "link": chance.choice(doors),
            })  # fmt: skip
            for m in range(1, EACH + 1):
                words = TOLD if m % 3 else chance.choice(SAID) + (f" {RARE}" if chance.random() < 3e-5 else "")
                said.append({
                    "conversation_id": id_, "number": m, "at": at - timedelta(minutes=EACH - m), "place": place, "mark": "",
                    "who": "house" if m % 3 else "me", "ref": "", "text": words, "offer": "",
                })  # fmt: skip
        home.store.write_now(
            lambda unit, r=rows, s=said: (unit.execute(insert(CONVERSATION), r), unit.execute(insert(MESSAGE), s))  # type: ignore[misc]
        )

    def ask(unit: Connection) -> None:
        newest = select(CONVERSATION.c.id).order_by(CONVERSATION.c.changed.desc()).limit(WAITING)
        for row in unit.execute(newest).all():
            handover.ask(unit, row.id, end)

    home.store.write_now(ask)


def follow(home: House) -> None:
    """Everything into the log, as the house does it."""
    home.store.write_now(log_index.prepare)
    begun, count = time.perf_counter(), 0
    while news := home.store.write_now(lambda unit: log_index.follow(unit, masked)):
        count += len(news)
    took = time.perf_counter() - begun
    messages = home.store.write_now(lambda unit: unit.execute(text("SELECT count(*) FROM log_entry")).scalar_one())
    print(f"followed {messages} messages in {took:.0f} s: {messages / took:.0f} a second")
    if not home.store.on_sqlite:
        home.store.write_now(lambda unit: unit.execute(text("ANALYZE")))


def measure(home: House) -> float:
    """The median of each question, in milliseconds; returns the worst."""

    def unit_of(unit: Connection, code: str) -> Unit:
        found = units.find(unit, code)
        assert found is not None
        return found

    root, commune, school = (home.store.write_now(lambda unit, c=c: unit_of(unit, c)) for c in ("root", "xa3", "xa3-1"))  # type: ignore[misc]
    now, someone = (
        datetime.now(UTC),
        home.store.write_now(lambda unit: logs.conversations(unit, Wanted(root), 20))[-1].id,
    )
    log = AuditLog(home.vault)
    asked: dict[str, Callable[[Connection], Any]] = {
        "list, the whole house": lambda u: logs.conversations(u, Wanted(root)),
        "list, a commune": lambda u: logs.conversations(u, Wanted(commune)),
        "list, a school": lambda u: logs.conversations(u, Wanted(school)),
        "filter: a flow": lambda u: logs.conversations(u, Wanted(root, place="activate")),
        "filter: a place in a commune": lambda u: logs.conversations(u, Wanted(commune, place="activate.code")),
        "filter: stuck for 30 days": lambda u: logs.conversations(
            u, Wanted(root, silent_since=now - timedelta(days=30), over=("use",))
        ),
        "filter: a link": lambda u: logs.conversations(u, Wanted(root, link="xa7")),
        "filter: a channel nobody uses": lambda u: logs.conversations(u, Wanted(root, channel="zalo_oa")),
        "oldest first": lambda u: logs.conversations(u, Wanted(root, oldest_first=True)),
        "filter: waiting for a person": lambda u: logs.conversations(u, Wanted(root, waiting=True)),
        "who waits, in a commune": lambda u: handover.open_ones(u, commune),
        "how the channels are": lambda u: logs.queues(u, root),
        "search: a rare word": lambda u: logs.search(u, RARE, root),
        "search: an unfinished word": lambda u: logs.search(u, "hoathi", root),
        "search: words of 1 in 30": lambda u: logs.search(u, "khong nhan duoc ma", root),
        "search: the same in a school": lambda u: logs.search(u, "khong nhan duoc ma", school),
        "search: no such word": lambda u: logs.search(u, "khongcotunay", root),
        "search: a word of 2 in 3": lambda u: logs.search(u, "kich hoat", root, people=False),
        "one conversation": lambda u: (logs.talk(u, someone), logs.causes(u, someone), log.about(u, someone)),
    }
    worst = 0.0
    for name, query in asked.items():
        took, work = [], []
        for _ in range(ROUNDS):
            begun, busy = time.perf_counter(), time.process_time()
            asyncio.run(home.store.read(query))
            took.append((time.perf_counter() - begun) * 1e3)
            work.append((time.process_time() - busy) * 1e3)
        worst = max(worst, told(name, took, work))
    return worst


def told(name: str, took: list[float], work: list[float]) -> float:
    """Prints and returns the median; beside it our own processor time, which other work on the machine does not stretch."""
    median = statistics.median(took)
    print(
        f"{name:36} median {median:7.1f} ms   slowest {max(took):7.1f} ms   own CPU {statistics.median(work):6.1f} ms"
    )
    return median


async def pages(home: House) -> float:
    """The same as a browser asks for it: the whole page, from the cookie to the last byte; returns the worst median."""
    console = Console(
        Parts(home.store, home.vault, home.turn, home.clock, home.wake, home.book, home.turn.progress, "Mẫu", False)
    )
    token, now = secrets.token_urlsafe(32), home.clock.now()

    def hire(unit: Connection) -> int:
        who = staff.add(unit, f"trang{now:%H%M%S}", "Người đọc trang", Role.OFFICER, "root", "", now)
        staff.begin(unit, console.gate.fingerprint(token), who.id, "in", "", now)
        return logs.conversations(unit, Wanted(units.found(unit, "")), 20)[-1].id

    id_ = await home.store.write(hire)
    asked = {
        "page: the desk": "/", "page: a flow in a commune": "/?place=activate&unit=xa3", "page: stuck": "/?silent=7d",
        "page: search, words of 1 in 30": "/search?q=khong+nhan+duoc+ma", "page: one conversation": f"/c/{id_}",
    }  # fmt: skip
    worst, app = 0.0, Starlette(routes=[console.mount])
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 5000))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8080", cookies={"console": token}
    ) as browser:
        for name, path in asked.items():
            took, work = [], []
            for _ in range(ROUNDS):
                begun, busy = time.perf_counter(), time.process_time()
                (await browser.get(f"/console{path}")).raise_for_status()
                took.append((time.perf_counter() - begun) * 1e3)
                work.append((time.process_time() - busy) * 1e3)
            worst = max(worst, told(name, took, work))
    return worst


async def live(home: House, seconds: int, rate: int = 200, consoles: int = 20) -> None:
    """Twenty open consoles while turns come at a fixed rate, whatever becomes of them."""
    parts = Parts(home.store, home.vault, home.turn, home.clock, home.wake, home.book, home.turn.progress, "Mẫu", False)
    console = Console(parts)
    now = home.clock.now()

    def hire(unit: Connection) -> tuple[staff.Session, staff.Member, Unit]:
        who = staff.add(unit, f"xem{now:%H%M%S}", "Người xem", Role.VIEWER, "root", "", now)
        staff.begin(unit, f"s{now:%H%M%S%f}", who.id, "in", "", now)
        found, whose = staff.session(unit, f"s{now:%H%M%S%f}"), units.find(unit, "root")
        assert found is not None
        assert whose is not None
        return (*found, whose)

    visitor = Visitor(*home.store.write_now(hire), "")
    took, lag, heard = list[float](), list[float](), 0
    said_at: dict[str, float] = {}

    async def listen(number: int) -> None:
        nonlocal heard
        async for event in console.live._events(visitor):
            if b"changed" in event:
                heard += 1
                if number == 0:
                    for id_ in event.decode().split('"ids":[')[1].split("]")[0].replace('"', "").split(","):
                        if id_ in said_at:
                            lag.append(time.perf_counter() - said_at.pop(id_))

    async def turn(n: int) -> None:
        address, begun = Address("web", "main", f"b{n % 500}"), time.perf_counter()
        what = Opened() if n < 500 and n % 7 == 0 else Typed(SAID[n % len(SAID)])
        taken = await home.turn.take(Event(address, f"live-{n}-{begun}", what))
        said_at.setdefault(str(taken.conversation_id), time.perf_counter())
        took.append(time.perf_counter() - begun)

    async with console.running():
        listening = [asyncio.create_task(listen(n)) for n in range(consoles)]
        await asyncio.sleep(0.5)
        begun, busy, turns = time.perf_counter(), time.process_time(), []
        for n in range(rate * seconds):
            await asyncio.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            turns.append(asyncio.create_task(turn(n)))
        await asyncio.gather(*turns)
        wall, work = time.perf_counter() - begun, time.process_time() - busy
        while said_at and time.perf_counter() - begun < wall + 30:  # noqa: ASYNC110 - a busy machine tells late
            await asyncio.sleep(0.1)
        console.close()
        await asyncio.gather(*listening)
    took.sort()
    lag.sort()
    print(
        f"{len(took)} turns in {wall:.1f} s beside {consoles} consoles: p50 {took[len(took) // 2] * 1e3:.1f} ms, "
        f"p99 {took[int(len(took) * 0.99)] * 1e3:.1f} ms, "
        f"own CPU {work / len(took) * 1e3:.1f} ms a turn; {heard} hints; a console hears after p50 "
        f"{lag[len(lag) // 2] * 1e3:.0f} ms, p99 {lag[int(len(lag) * 0.99)] * 1e3:.0f} ms, at most {lag[-1] * 1e3:.0f} ms"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="postgresql://…, an empty one; a fresh SQLite file if not given")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--folder", help="where a filled database stays, to be measured again without filling it")
    given = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        where = Path(given.folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url = given.database or f"sqlite:///{where.absolute()}/data/console.db"
        settings = Settings(
            database_url=url.replace("postgresql://", "postgresql+psycopg://", 1), key_file=where / "bench.key"
        )
        home = stack.enter_context(build(settings))
        if home.store.write_now(lambda unit: unit.execute(select(CONVERSATION.c.id).limit(1)).first()) is None:
            begun = time.perf_counter()
            fill(home, given.messages)
            print(f"{given.messages} messages put in, in {time.perf_counter() - begun:.0f} s")
            follow(home)
        worst = max(measure(home), asyncio.run(pages(home)))
        home.catalogue.preload("vi")
        asyncio.run(live(home, given.seconds))
    return worst > 200


if __name__ == "__main__":
    raise SystemExit(main())
