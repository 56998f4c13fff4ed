"""The way in: a password and six digits, each step once, with a wait that grows; and how long it lasts."""

import html
import re
from datetime import timedelta

import pyotp
import pytest
from starlette.applications import Starlette

from bot.console import passwords, totp
from bot.console.console import Console
from bot.console.gate import IDLE, LONGEST
from bot.console.passwords import CHEAP, Passwords
from bot.house import House
from storage import audit, staff
from storage.staff import Role
from tests.console.desk import COMMUNE, hire
from tests.console.serving import BASE, PASSWORD, application, browser, console_of, employ
from tests.kit.build import StillClock

OWN = "hoa mười giờ nở sớm"


def acts(home: House) -> list[tuple[str, bool, str]]:
    found = home.store.write_now(lambda unit: audit.newest(unit))
    return [(e.act, e.done, e.detail.get("why", "")) for e in reversed(found)]


async def test_the_first_sign_in_chooses_a_password_enrols_a_phone_and_shows_paper_codes_once(
    home: House, console: Console, app: Starlette
) -> None:
    handed = passwords.handed()
    hashed = console.room.passwords.make_now(handed)
    home.store.write_now(lambda unit: hire(unit, "hanh", Role.OFFICER, COMMUNE, home.clock.now(), hashed))
    hanh = browser(app)
    assert (await hanh.get("/")).headers["location"] == "/console/sign-in"
    assert (await hanh.post("/sign-in", login="Hanh ", password=handed)).headers["location"] == "/console/enrol"
    assert (await hanh.get("/")).headers["location"] == "/console/enrol"
    page = (await hanh.get("/enrol")).text
    assert 'src="data:image/svg+xml' in page
    seed = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))
    assert seed.encode() not in b"".join(p.read_bytes() for p in _files(home))
    code = pyotp.TOTP(seed).at(home.clock.now())
    short = await hanh.post("/enrol", password="ngắn", again="ngắn", code=code)
    assert "ít nhất 12" in short.text
    cookie = hanh.http.cookies["console"]
    done = await hanh.post("/enrol", password=OWN, again=OWN, code=code)
    codes = re.findall(r"<code>([a-z2-7-]{29})</code>", done.text)
    assert len(codes) == len(set(codes)) == 8
    assert hanh.http.cookies["console"] != cookie  # another id on a higher step
    assert (await hanh.get("/")).status_code == 200
    assert ("enrol", True, "") in acts(home)
    kept = b"".join(p.read_bytes() for p in _files(home))
    assert not any(secret.encode() in kept for secret in (seed, OWN, handed, codes[0], codes[0].replace("-", "")))
    other = browser(app)
    assert (await other.post("/sign-in", login="hanh", password=handed)).status_code == 401
    await other.post("/sign-in", login="hanh", password=OWN)
    await other.get("/code")
    assert (await other.post("/code", code=code)).status_code == 401  # the step it was enrolled by
    assert (await other.post("/code", code=codes[3].upper())).status_code == 303
    third = browser(app)
    await third.post("/sign-in", login="hanh", password=OWN)
    await third.get("/code")
    assert (await third.post("/code", code=codes[3])).status_code == 401


def _files(home: House) -> list:  # type: ignore[type-arg]
    from pathlib import Path

    database = Path(str(home.store.url.database))
    return [p for p in database.parent.glob(f"{database.name}*") if p.is_file()]


async def test_a_login_that_nobody_has_a_wrong_password_and_a_disabled_one_hear_the_same(
    home: House, app: Starlette
) -> None:
    employ(home, "hanh", Role.OFFICER, COMMUNE)
    employ(home, "khoa", Role.OFFICER, COMMUNE)
    home.store.write_now(lambda unit: staff.disable(unit, "khoa"))
    answers = []
    for login, password in (("hanh", "sai mật khẩu rồi"), ("nobody", PASSWORD), ("khoa", PASSWORD), ("", "")):
        answer = await browser(app).post("/sign-in", login=login, password=password)
        answers.append((answer.status_code, answer.text, sorted(answer.headers)))
    assert len({str(a) for a in answers}) == 1
    assert acts(home).count(("sign_in", False, "password")) == 4


async def test_after_five_failures_one_waits_and_the_wait_grows_for_a_login_that_nobody_has_too(
    home: House, app: Starlette, clock: StillClock
) -> None:
    _, seed = employ(home, "hanh", Role.OFFICER, COMMUNE)
    waits: dict[str, list[int]] = {}
    for login in ("hanh", "nobody"):
        waits[login] = []
        for _ in range(9):
            answer = await browser(app).post("/sign-in", login=login, password="sai mật khẩu rồi")
            if answer.status_code == 429:
                waits[login].append(int(answer.headers["retry-after"]))
                right = await browser(app).post("/sign-in", login=login, password=PASSWORD)
                assert right.status_code == 429  # waiting means the right one, too
                clock.on(seconds=waits[login][-1])
    assert waits["hanh"] == waits["nobody"] == [31, 61]
    clock.on(hours=25)
    hanh = browser(app)
    assert (await hanh.sign_in(home, "hanh", seed)).status_code == 200


@pytest.mark.parametrize(
    ("moves", "good"),
    [
        ((0, 0), [True, False]),  # the same code again
        ((0, -30), [True, False]),  # an earlier step after a later one
        ((0, 30), [True, True]),
        ((0, -90), [True, False]),  # the clock was set back
        ((-60, 0), [False, True]),  # too old, then right
    ],
)
async def test_a_step_is_taken_once_and_none_before_it(
    home: House, app: Starlette, clock: StillClock, moves: tuple[int, int], good: list[bool]
) -> None:
    _, seed = employ(home, "hanh", Role.OFFICER, COMMUNE)
    start, taken = clock.time, []
    for move in moves:
        code = pyotp.TOTP(seed).at(start + timedelta(seconds=move))
        clock.time = start if move in (-60, -30) else start + timedelta(seconds=move)
        hanh = browser(app)
        await hanh.post("/sign-in", login="hanh", password=PASSWORD)
        await hanh.get("/code")
        taken.append((await hanh.post("/code", code=code)).status_code == 303)
    assert taken == good


def test_only_ascii_digits_are_digits() -> None:
    seed, now = pyotp.random_base32(), StillClock().now()
    code = pyotp.TOTP(seed).at(now)
    assert totp.step_of(seed, code, now) is not None
    assert totp.step_of(seed, f" {code[:3]} {code[3:]} ", now) is not None
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    arabic = "".join(chr(ord(c) + 0x0630) for c in code)
    for other in (wide, arabic, "²" * 6, code + "0", code[:5], "", "abcdef", code + "\n0"):
        assert totp.step_of(seed, other, now) is None


async def test_it_ends_when_idle_when_old_when_ended_and_when_disabled(
    home: House, app: Starlette, clock: StillClock
) -> None:
    _, seed = employ(home, "hanh", Role.OFFICER, COMMUNE)
    hanh = browser(app)
    await hanh.sign_in(home, "hanh", seed)
    clock.on(minutes=29)
    assert (await hanh.get("/")).status_code == 200
    clock.on(minutes=29)
    for _ in range(3):  # a page that asks by itself does not keep it alive
        assert (await hanh.get("/list?part=now")).status_code == 200
    clock.on(minutes=2)
    assert timedelta(minutes=30) == IDLE
    assert (await hanh.get("/")).status_code == 303
    await hanh.sign_in(home, "hanh", seed)
    for _ in range(int(LONGEST / timedelta(minutes=20))):
        assert (await hanh.get("/")).status_code == 200
        clock.on(minutes=20)
    clock.on(minutes=1)
    assert (await hanh.get("/")).status_code == 303
    await hanh.sign_in(home, "hanh", seed)
    clock.on(minutes=1)
    elsewhere = browser(app)
    await elsewhere.sign_in(home, "hanh", seed)
    await hanh.get("/me")
    await hanh.post("/me/end", which="others")
    assert (await elsewhere.get("/")).status_code == 303
    assert (await hanh.get("/")).status_code == 200
    home.store.write_now(lambda unit: staff.disable(unit, "hanh"))
    assert (await hanh.get("/")).status_code == 303


async def test_out_is_out(home: House, app: Starlette) -> None:
    _, seed = employ(home, "hanh", Role.OFFICER, COMMUNE)
    hanh = browser(app)
    await hanh.sign_in(home, "hanh", seed)
    kept = hanh.http.cookies["console"]
    await hanh.post("/out")
    hanh.http.cookies.set("console", kept)
    assert (await hanh.get("/")).status_code == 303


async def test_a_form_from_another_site_or_without_its_word_does_nothing(home: House, app: Starlette) -> None:
    _, seed = employ(home, "hanh", Role.OFFICER, COMMUNE)
    hanh = browser(app)
    await hanh.sign_in(home, "hanh", seed)
    for headers, data in (
        ({"origin": "https://xau.example"}, {"csrf": hanh.csrf}),
        ({"sec-fetch-site": "cross-site"}, {"csrf": hanh.csrf}),
        ({}, {"csrf": "0" * 64}),
        ({}, {}),
    ):
        answer = await hanh.http.post("/console/me/end", data=data, headers=headers)
        assert answer.status_code == 403
    assert (await hanh.http.post("/console/sign-in", content=b"x" * 100_000)).status_code == 413
    assert sum(why == "csrf" for _, _, why in acts(home)) == 2


async def test_by_plain_http_it_opens_on_this_machine_alone_and_says_so(home: House, app: Starlette) -> None:
    here = browser(app)
    assert "không qua HTTPS" in (await here.get("/sign-in")).text
    for host in ("192.168.1.20:8080", "donghanh.example", "127.0.0.1.xau.example"):
        answer = await here.http.get("/console/sign-in", headers={"host": host})
        assert answer.status_code == 403
        assert "HTTPS" in answer.text


async def test_by_https_the_cookie_travels_only_so_and_belongs_to_this_host(home: House) -> None:
    made = console_of(home, secure=True)
    app = application(home, made)
    employ(home, "hanh", Role.OFFICER, COMMUNE)
    hanh = browser(app)
    hanh.http.base_url = BASE.replace("http://127.0.0.1:8080", "https://donghanh.example")
    answer = await hanh.post("/sign-in", login="hanh", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-console=")
    assert all(f"; {word}" in cookie for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
    assert "domain" not in cookie.lower()
    assert "không qua HTTPS" not in answer.text
    made.room.passwords.close()


async def test_every_answer_has_the_headers_that_keep_it_safe(home: House, app: Starlette) -> None:
    for path in ("/sign-in", "/", "/nothing", "/assets/console.css"):
        answer = await browser(app).get(path)
        if path in ("/sign-in", "/"):
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
    text = html.unescape((await browser(app).get("/sign-in")).text)
    assert " style=" not in text
    assert "<script>" not in text


def test_a_password_is_hashed_with_a_pepper_and_one_for_nobody_costs_the_same(home: House) -> None:
    made = Passwords(home.vault, CHEAP)
    kept = made.make_now("một mật khẩu dài")
    assert kept.startswith("$argon2id$")
    assert made._fits(kept, "một mật khẩu dài")
    assert not made._fits(kept, "một mật khẩu khác")
    assert not made._fits("", "nobody")
    made.close()
