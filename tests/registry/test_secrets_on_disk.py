"""Passwords, passcodes, answers and codes: in no byte on disk but as argon2id or keyed hashes."""

import base64
import contextlib
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from bot.registry.options import SMALLEST, Cost, Options
from flows.core.codes import CodePolicy
from storage.registry.accounts import ACCOUNT
from storage.registry.requests import REQUEST
from tests.registry.office import UNHURRIED, Office, Phone, office

PEOPLE = range(1, 4)
LONG_CODES = Options(people=60, hashing=SMALLEST, paces=UNHURRIED, codes=CodePolicy(digits=10))


def forms(secret: str) -> Iterator[bytes]:
    """A secret as it could lie there."""
    plain = secret.encode()
    yield from (plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"="), secret.encode("utf-16-le"))
    yield from (quote(secret).encode(), secret[::-1].encode(), secret.lower().encode(), secret.upper().encode())


def found(secrets: set[str], heaps: list[bytes]) -> set[str]:
    return {secret for secret in secrets if any(form in heap for form in forms(secret) for heap in heaps)}


def everything_in(url: str, folder: Path) -> list[bytes]:
    """Every byte a database left: the files of SQLite with its log, or a dump of every row of PostgreSQL."""
    if url.startswith("sqlite"):
        return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    engine = create_engine(url)
    rows = []
    with engine.connect() as unit:
        for table in inspect(unit).get_table_names():
            rows += [repr(tuple(row)).encode() for row in unit.execute(text(f'SELECT * FROM "{table}"'))]
        rows.append(repr(unit.execute(text("SELECT query FROM pg_stat_activity")).all()).encode())
    engine.dispose()
    return rows


async def live(house: Office, n: int, secrets: dict[str, str], codes: set[str]) -> None:
    """One whole life, with every error on the way."""
    phone: Phone = await house.phone(n)
    path = await phone.register_until_code()
    codes.add(code := await phone.newest_code())
    await phone.post(f"{path}/code", code=f"{int(code) ^ 1:010}")
    await phone.post(f"{path}/code", code=code)
    await phone.post(f"{path}/password", password=secrets["faulty"])
    await phone.post(f"{path}/password", password=secrets["password"])
    await phone.post("/logins", number=phone.who.number.reveal(), password=secrets["wrong"])
    await phone.log_in(secrets["password"])
    await house.approved2(n)
    house.clock.on(minutes=3)
    asked = await phone.activate_until_code()
    codes.add(code := await phone.newest_code())
    await phone.post(f"{asked}/password", password=secrets["early"], expect=409)
    await phone.post(f"{asked}/code", code=code)
    await phone.post(f"{asked}/passcode", passcode=secrets["passcode"])
    await phone.post(f"{asked}/passcode", passcode=secrets["passcode"], expect=409)
    chosen = [{"question": "q1", "answer": secrets["answer one"]}, {"question": "q2", "answer": secrets["answer two"]}]
    await phone.post(f"{asked}/questions", chosen=chosen)
    await phone.post("/logins", expect=422, number=secrets["malformed"], password=secrets["malformed"])
    await phone.get(f"/accounts/{await phone.log_in(secrets['password'])}")


def secrets_of(n: int) -> dict[str, str]:
    return {
        "password": f"Chim-Se-Nau-{n}x", "faulty": f"quasang{n}trenrung", "wrong": f"Nham-Roi-Ba-{n}",
        "early": f"Som-Qua-{n}-Roi",
        "passcode": f"{n}80913", "answer one": f"Trường Tiểu Học Bản Suối {n}", "answer two": f"Xôi Nếp Nương Tím {n}",
        "malformed": f"Khong-Dung-Cho-{n}-0",
    }  # fmt: skip


async def test_no_secret_is_in_any_byte_on_disk_and_no_log(
    migrated_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    codes: set[str] = set()
    async with office(migrated_url, LONG_CODES) as house:
        for n in PEOPLE:
            await live(house, n, secrets_of(n), codes)
        await house.registry.sweep()
        whole = everything_in(migrated_url, tmp_path)
        heaps = [*whole, caplog.text.encode()]
        for kind in secrets_of(1):
            # Six digits can lie in random bytes by chance; of three people at once they do not.
            lying = [n for n in PEOPLE if found({secrets_of(n)[kind]}, heaps)]
            assert len(lying) < (len(PEOPLE) if kind == "passcode" else 1), kind
        assert found(codes, heaps) == set()
        assert len(codes) == 2 * len(PEOPLE)
        planted = [*heaps, b"..." + secrets_of(2)["password"].encode("utf-16-le")]
        assert found({secrets_of(2)["password"]}, planted), "the search finds what is there"


async def test_a_national_id_is_on_no_disk_either(migrated_url: str, tmp_path: Path) -> None:
    async with office(migrated_url, LONG_CODES) as house:
        await live(house, 1, secrets_of(1), set())
        who = house.person(1)
        heaps = everything_in(migrated_url, tmp_path)
        assert found({who.number.reveal(), who.phone.reveal(), who.card or "", who.mail}, heaps) == set()


async def test_what_is_kept_is_argon2id_at_the_cost_of_the_options_and_different_for_equal_secrets(
    house: Office,
) -> None:
    for n in (1, 2):
        await live(house, n, {**secrets_of(n), "password": "Giong-Nhau-1", "passcode": "111222"}, set())
    rows = await house.registry.look(lambda u: u.execute(ACCOUNT.select().where(ACCOUNT.c.person <= 2)).all())
    kept = [getattr(row, name) for row in rows for name in ("password", "passcode")]
    assert all(one.startswith("$argon2id$v=19$m=8,t=1,p=1$") for one in kept)
    assert len(set(kept)) == 4
    assert all(row.questions.count("$argon2id$") == 2 for row in rows)
    left = await house.registry.look(lambda u: u.execute(REQUEST.select().where(REQUEST.c.step == "done")).all())
    assert left
    assert {(row.password, row.passcode) for row in left} == {("", "")}


def test_in_earnest_a_hash_costs_nineteen_megabytes_and_two_rounds() -> None:
    assert Options().hashing == Cost(19 * 1024, 2, 1)


async def test_a_hash_is_of_its_person_and_kind_alone(one_house: Office) -> None:
    from bot.registry.hashes import Secret

    hashes = one_house.registry.hashes
    kept = await hashes.make(1, Secret.PASSCODE, "704915")
    assert await hashes.fits(kept, 1, Secret.PASSCODE, "704915")
    assert not await hashes.fits(kept, 2, Secret.PASSCODE, "704915")
    assert not await hashes.fits(kept, 1, Secret.PASSWORD, "704915")
    assert not await hashes.fits("", 1, Secret.PASSCODE, "704915")
    answer = await hashes.make(1, Secret.ANSWER, "Trường  Làng")
    assert await hashes.fits(answer, 1, Secret.ANSWER, "truong lang")


def test_a_database_is_copied_with_its_log_when_it_is_searched(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "a.sqlite")
    engine = create_engine(make_url(f"sqlite:///{tmp_path / 'a.sqlite'}"))
    with contextlib.closing(engine.connect()) as unit:
        unit.execute(text("PRAGMA journal_mode=WAL"))
        unit.execute(text("INSERT INTO registry_counter VALUES ('planted-canary', 1)"))
        unit.commit()
        assert found({"planted-canary"}, everything_in("sqlite", tmp_path))
    engine.dispose()


def test_no_page_of_the_registry_asks_for_a_picture_or_a_fingerprint() -> None:
    source = (Path(__file__).parents[2] / "bot/registry/api/forms.py").read_text(encoding="utf-8")
    assert not re.search(r"\b(bytes|UploadFile|File|base64|image)\b", source)
