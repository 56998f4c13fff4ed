"""Role × action × unit: every combination, each refusal written down; the same by address, search, export, stream and list."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.console.console import Console
from bot.console.live import HEARTBEAT
from bot.console.rights import RIGHTS, Action, may
from bot.house import House
from storage import audit, staff
from storage.audit import Act
from storage.staff import Role
from tests.console.desk import CLASS, COMMUNE, OTHER, Citizen, come
from tests.console.serving import PASSWORD, Browser, browser, employ
from tests.kit.build import StillClock

PLACES = (COMMUNE, CLASS, OTHER)
WORD = {COMMUNE: "mauvahoa", CLASS: "lopvahoa", OTHER: "khacvahoa"}
# Above, the same, below and beside: every way two units can stand to each other.
BELOW = {"root": PLACES, COMMUNE: (COMMUNE, CLASS), CLASS: (CLASS,)}
Does = Callable[[Browser, int, str], Coroutine[Any, Any, httpx.Response]]


@dataclass(frozen=True, slots=True)
class Try:
    """One thing to ask of the console, about a conversation or a unit."""

    action: Action
    does: Does


TRIES = {
    "list": Try(Action.LIST, lambda b, _, code: b.get(f"/?unit={code}")),
    "part": Try(Action.LIST, lambda b, _, code: b.get(f"/list?part=all&sort=old&unit={code}")),
    "view": Try(Action.VIEW, lambda b, id_, _: b.get(f"/c/{id_}")),
    "view part": Try(Action.VIEW, lambda b, id_, _: b.get(f"/c/{id_}/talk")),
    "search": Try(Action.SEARCH, lambda b, _, code: b.get(f"/search?q=vahoa&unit={code}")),
    "take": Try(Action.TAKE, lambda b, id_, _: b.post(f"/c/{id_}/take")),
    "reply": Try(Action.REPLY, lambda b, id_, _: b.post(f"/c/{id_}/reply", text="Chào bác ạ.")),
    "note": Try(Action.NOTE, lambda b, id_, _: b.post(f"/c/{id_}/note", note="đã gọi lại")),
    "reveal": Try(Action.REVEAL, lambda b, id_, _: b.post(f"/c/{id_}/reveal", reason="asked", password=PASSWORD)),
    "give back": Try(Action.GIVE_BACK, lambda b, id_, _: b.post(f"/c/{id_}/back")),
    "export": Try(
        Action.EXPORT, lambda b, _, code: b.post("/export", unit=code, q="", reason="báo cáo tháng", password=PASSWORD)
    ),
    "move": Try(Action.MOVE, lambda b, id_, code: b.post(f"/c/{id_}/unit", unit=code)),
}

WAYS = (
    "/", "/?sort=old", "/?unit=", "/list?part=all", "/list?part=now", "/search?q=vahoa", "/search?q=vahoa&every=1",
    "/suggest?unit=", "/suggest?unit=kh", "/?place=welcome", "/?waiting=1", "/?silent=1h",
)  # fmt: skip


@pytest.mark.parametrize("role", Role)
async def test_each_role_does_what_it_may_with_what_is_below_it_and_nothing_else(
    home: House, console: Console, app: Starlette, role: Role
) -> None:
    ids = {code: await come(home, f"an-{code}", code) for code in PLACES}
    for code in PLACES:
        await Citizen(home, f"an-{code}").says(WORD[code])
    await console.live.follow()
    wrong: list[str] = []
    for whose in BELOW:
        member, seed = employ(home, f"{role.value}-{whose}", role, whose)
        who = browser(app)
        await who.sign_in(home, member.login, seed)
        for code in PLACES:
            for name, tried in TRIES.items():
                before = (await home.store.read(lambda unit: audit.newest(unit, most=1)))[0].number
                answer = await tried.does(who, ids[code], code)
                written = [
                    e for e in await home.store.read(lambda unit: audit.newest(unit, most=9)) if e.number > before
                ]
                good = may(role, tried.action) and code in BELOW[whose]
                done = answer.status_code in (200, 303)
                denied = any(
                    not e.done and e.staff_id == member.id and e.act == tried.action.value.value for e in written
                )
                if done != good or denied == good:
                    wrong.append(f"{role.value} of {whose}: {name} in {code}: {answer.status_code} {written}")
                others = [w for c, w in WORD.items() if c not in BELOW[whose] and w in answer.text]
                if others:
                    wrong.append(f"{role.value} of {whose} read {others} by {name} in {code}")
        for path in WAYS:
            text = (await who.get(path)).text
            wrong += [f"{whose} read {w} by {path}" for c, w in WORD.items() if c not in BELOW[whose] and w in text]
            if "/suggest" in path:
                wrong += [f"{whose}: suggested {c}" for c in PLACES if c not in BELOW[whose] and f'"{c}"' in text]
    assert wrong == []


@pytest.mark.parametrize("role", Role)
async def test_the_pages_of_the_office_are_for_whom_they_are(home: House, app: Starlette, role: Role) -> None:
    member, seed = employ(home, "ai", role, COMMUNE)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    pages = {"/channels": Action.HEALTH, "/answers": Action.CANNED, "/staff": Action.STAFF, "/audit": Action.AUDIT}
    for path, action in pages.items():
        assert ((await who.get(path)).status_code == 200) == may(role, action), path
    posts = {"/channels/check": Action.HEALTH, "/channels/again": Action.SEND_AGAIN, "/answers": Action.CANNED,
             "/staff/disable": Action.STAFF}  # fmt: skip
    for path, action in posts.items():
        assert ((await who.post(path)).status_code == 403) == (not may(role, action)), path
    refused = [
        e for e in home.store.write_now(lambda unit: audit.newest(unit)) if not e.done and e.detail.get("why") == "role"
    ]
    assert len(refused) == sum(not may(role, a) for a in [*pages.values(), *posts.values()])


def test_every_action_is_in_the_table_and_an_administrator_may_all() -> None:
    assert RIGHTS[Role.ADMINISTRATOR] == frozenset(Action)
    assert set(RIGHTS) == set(Role)
    assert len({a.value for a in Action}) == len(Action) < len(Act)


async def test_somebody_elses_conversation_and_one_that_is_none_are_refused_alike(home: House, app: Starlette) -> None:
    theirs = await come(home, "an", OTHER)
    member, seed = employ(home, "ai", Role.OFFICER, COMMUNE)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    answers = [await who.get(f"/c/{id_}") for id_ in (theirs, 12345, 2**70)]
    assert len({(a.status_code, a.text) for a in answers}) == 1
    assert answers[0].status_code == 404


async def test_an_export_is_masked_holds_no_formula_and_takes_a_reason_and_the_password(
    home: House, console: Console, app: Starlette
) -> None:
    await come(home, "an", COMMUNE)
    for words in (
        "=HYPERLINK(xemhoa)",
        "＋xemhoa",
        "@xemhoa",
        "-xemhoa gọi 0912345678",
        "xemhoa. Tôi tên Nguyễn Thị Thử",
    ):
        await Citizen(home, "an", said=hash(words) % 10**6).says(words)
    await console.live.follow()
    member, seed = employ(home, "ai", Role.ADMINISTRATOR, COMMUNE)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    assert (await who.post("/export", q="xemhoa", reason="báo cáo", password="sai rồi sai rồi")).status_code == 401
    assert (await who.post("/export", q="xemhoa", reason="", password=PASSWORD)).status_code == 400
    answer = await who.post("/export", q="xemhoa", reason="báo cáo tháng", password=PASSWORD)
    lines = answer.text.strip("\ufeff").splitlines()
    assert len(lines) == 6
    cells = [line.rsplit('","', 1)[1].rstrip('"') for line in lines[1:]]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋")) for cell in cells)
    assert "0912" not in answer.text
    assert "Nguyễn" not in answer.text
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_a_stream_tells_of_ones_own_and_ends_when_its_holder_is_disabled(
    home: House, console: Console, app: Starlette, clock: StillClock
) -> None:
    assert HEARTBEAT <= 5
    console.live.heartbeat = 0.05
    mine, theirs = await come(home, "an", COMMUNE), await come(home, "binh", OTHER)
    await console.live.follow()
    member, seed = employ(home, "ai", Role.VIEWER, COMMUNE)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    visitor = await console.gate.holder(console.gate.fingerprint(who.http.cookies["console"]))
    assert visitor is not None
    events = console.live._events(visitor)
    assert await anext(events) == b"retry: 3000\n\n"
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    for name in ("an", "binh"):
        await Citizen(home, name).says("xin chào")
    await console.live.follow()
    told = (await asyncio.wait_for(waiting, 5)).decode()
    while told == ": here\n\n":
        told = (await asyncio.wait_for(anext(events), 5)).decode()
    assert str(mine) in told
    assert str(theirs) not in told
    home.store.write_now(lambda unit: staff.disable(unit, "ai"))
    told = (await asyncio.wait_for(anext(events), 5)).decode()  # by the heartbeat alone
    assert told.startswith("event: over")
    with pytest.raises(StopAsyncIteration):
        await anext(events)
    assert console.live._listeners == set()
