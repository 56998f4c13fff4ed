"""The webhook: only Zalo's own bytes are believed, 200 only for what is kept, an answer in time whatever happens behind it."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.zalo_oa.listening import PATH, Webhook
from bot.channels.zalo_oa.switches import SWITCHES
from bot.message import Typed
from bot.ports import UnavailableError
from bot.settings import SettingError
from flows.speech import Address
from tests.channels.zalo_oa_house import APP, OA, SECRET, Desk, body, channel, signed, text_event, until
from tests.kit.served import ROOT
from tests.kit.zalo import zalo_oa

HEADER = "X-ZEvent-Signature"
APP_SECRET = "mo-phong-khoa-ung-dung"


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    async with channel(database) as made:
        yield made


def client(desk: Desk) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=desk.channel.routes())), base_url="http://house"
    )


async def posted(desk: Desk, raw: bytes, *signatures: str, **headers: str) -> httpx.Response:
    async with client(desk) as zalo:
        given = [("content-type", "application/json"), *((HEADER, s) for s in signatures), *headers.items()]
        sent = [(name.encode(), value.encode("latin-1")) for name, value in given]
        return await zalo.post(PATH, content=raw, headers=sent)


async def test_what_zalo_signed_is_taken_as_it_came(desk: Desk) -> None:
    raw = body(text_event("chào cháu"))
    assert (await posted(desk, raw, signed(raw))).status_code == 200
    (event,) = desk.door.events
    assert event.address == Address("zalo_oa", APP, "9007199254740993001")
    assert event.external_id == "m96d3cdf3af150460909"
    assert event.what == Typed("chào cháu")


EVENT = text_event("Chào cháu, “bà” đây")
RAW = body(EVENT)
CHANGED = {
    "the order of the keys": body(dict(reversed(EVENT.items()))),
    "the white space": json.dumps(EVENT, ensure_ascii=False).encode(),
    "a line break at its end": RAW + b"\n",
    "letters written as escapes": json.dumps(EVENT, separators=(",", ":")).encode(),
    "one letter": RAW.replace("bà".encode(), b"ba"),
    "an id, by one": RAW.replace(b"993001", b"993002"),
    "the time": RAW.replace(b"1795000000000", b"1795000000001"),
}


@pytest.mark.parametrize("raw", CHANGED.values(), ids=CHANGED)
async def test_a_body_that_was_changed_on_its_way_is_refused(desk: Desk, raw: bytes) -> None:
    assert (await posted(desk, raw, signed(RAW))).status_code == 403
    assert desk.door.events == []
    assert desk.counts["zalo_oa_forged"] == 1


GOOD = signed(RAW)
WRONG = {
    "in capitals": "mac=" + GOOD.removeprefix("mac=").upper(),
    "with its prefix in capitals": GOOD.replace("mac=", "MAC="),
    "without its prefix": GOOD.removeprefix("mac="),
    "with two prefixes": "mac=" + GOOD,
    "cut short": GOOD[:-1],
    "with a blank": "mac= " + GOOD.removeprefix("mac="),
    "empty": "",
    "only a prefix": "mac=",
    "no hex, no ASCII": "mac=ü",
    "made with the app's key": signed(RAW, key=APP_SECRET),
    "made with the OA's id": signed(RAW, first=OA),
    "made without a key": signed(RAW, key=""),
    "made with the time twice": signed(RAW, "17950000000001795000000000"),
    "made without the time": signed(RAW, ""),
}


@pytest.mark.parametrize("signature", WRONG.values(), ids=WRONG)
async def test_a_signature_that_is_not_exactly_zalos_is_refused(desk: Desk, signature: str) -> None:
    assert (await posted(desk, RAW, signature)).status_code == 403
    assert desk.door.events == []


async def test_no_signature_or_two_are_refused(desk: Desk) -> None:
    assert (await posted(desk, RAW)).status_code == 401
    assert (await posted(desk, RAW, signed(RAW), signed(RAW))).status_code == 403
    assert desk.door.events == []


async def test_a_body_with_a_name_in_it_twice_is_no_event_however_it_is_signed(desk: Desk) -> None:
    for raw in (
        RAW[:-1] + b',"timestamp":"1795000000000"}',
        RAW[:-1] + b',"timestamp":"1795000000009"}',
        RAW.replace(b'"sender":{', b'"sender":{"id":"1",'),
    ):
        for at in ("1795000000000", "1795000000009"):
            assert (await posted(desk, raw, signed(raw, at))).status_code == 400
    assert desk.door.events == []


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff\xfe",
        b'{"timestamp":NaN}',
        b"[" * 100_000,
        b'{"timestamp":' + b"9" * 5000 + b"}",
    ],
    ids=range(8),
)
async def test_what_is_no_event_is_told_so(desk: Desk, raw: bytes) -> None:
    assert (await posted(desk, raw, signed(raw, ""))).status_code == 400


async def test_more_than_an_event_can_be_is_refused(desk: Desk) -> None:
    raw = body(text_event("a" * 256 * 1024))
    assert (await posted(desk, raw, signed(raw))).status_code == 413
    assert (await posted(desk, b"{" * 5000)).status_code == 401, "unsigned, it is not even read"


@pytest.mark.parametrize("raw", [b"", b" ", b"{}", b'{"test":1}', b'{"event_name":null}'])
async def test_a_probe_that_tells_nothing_is_answered_and_nothing_is_taken(desk: Desk, raw: bytes) -> None:
    """The console tries the address before there is a key, with nothing in it that could be believed."""
    assert (await posted(desk, raw)).status_code == 200
    assert (await posted(desk, raw, "mac=0")).status_code == 200
    async with client(desk) as zalo:
        assert (await zalo.get(PATH)).status_code == 200
    assert desk.door.events == []


SWITCHED: dict[str, tuple[dict[str, Any], str]] = {
    "oa_mac_prefix=optional": ({}, signed(RAW).removeprefix("mac=")),
    "oa_mac_secret=app_secret": ({}, signed(RAW, key=APP_SECRET)),
    "oa_mac_id=oa_id": ({}, signed(RAW, first=OA)),
    "oa_mac_id=either": ({}, signed(RAW, first=OA)),
}


@pytest.mark.parametrize("switch", SWITCHED)
async def test_what_readers_of_the_documents_tell_differently_is_a_switch(database: str, switch: str) -> None:
    more, signature = SWITCHED[switch]
    async with channel(database, zalo_switches=(switch,), **more) as desk:
        assert (await posted(desk, RAW, signature)).status_code == 200
        assert (await posted(desk, RAW, signature[:-1])).status_code == 403
        assert len(desk.door.events) == 1


async def test_while_the_console_tries_the_address_the_forged_may_be_answered_and_is_never_taken(database: str) -> None:
    async with channel(database, zalo_switches=("oa_forged=ignored",)) as desk:
        assert (await posted(desk, RAW, "mac=0")).status_code == 200
        assert (await posted(desk, RAW)).status_code == 200
        assert desk.door.events == []


async def test_before_there_is_a_key_nothing_is_believed_and_nothing_is_acknowledged(database: str) -> None:
    async with channel(database, zalo_oa_secret_key="") as desk:
        for key in ("", SECRET):
            answer = await posted(desk, RAW, signed(RAW, key=key))
            assert answer.status_code == 503, "Zalo tries again, and by then the key may be set"
        assert desk.door.events == []


@pytest.mark.parametrize(
    "switch", ["oa_mac_id=neither", "oa_nothing=1", "nothing", "oa_pace=fast", "oa_link=http://a", "oa_site=<"]
)
async def test_a_switch_that_is_none_is_a_sentence(database: str, switch: str) -> None:
    with pytest.raises(SettingError, match="DONGHANH_ZALO_SWITCHES"):
        async with channel(database, zalo_switches=(switch,)):
            pass


def test_the_guide_names_every_switch_with_its_default() -> None:
    guide = (ROOT / "docs" / "zalo-oa.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")] for line in guide.splitlines() if line.startswith("| `oa_")]
    told = {
        name: default
        for _, names, defaults, *_ in rows
        for name, default in zip_longest(
            re.findall(r"`(\w+)`", names), re.findall(r"`([^`]+)`", defaults), fillvalue=""
        )
    }
    assert told == {switch.name: switch.default for switch in SWITCHES}


async def test_an_id_beyond_the_whole_numbers_of_a_double_is_exact_as_text_and_as_a_number(desk: Desk) -> None:
    for number in ("9007199254740993", "18446744073709551615", "2512523625412515999"):
        for id_ in (number, int(number)):
            raw = body(text_event() | {"sender": {"id": id_}})
            assert (await posted(desk, raw, signed(raw))).status_code == 200
            assert desk.door.events[-1].address.chat == number


async def test_a_repetition_is_recognised_and_goes_to_the_door_that_knows_what_it_has_seen(desk: Desk) -> None:
    assert (await posted(desk, RAW, signed(RAW))).status_code == 200
    assert (await posted(desk, RAW, signed(RAW), num_retry="1")).status_code == 200
    first, again = desk.door.events
    assert first == again
    assert desk.counts["zalo_oa_delivered_again"] == 1


class Slow:
    """A door behind which it takes as long as the test says."""

    def __init__(self) -> None:
        self.opened, self.asked, self.kept = asyncio.Event(), 0, 0

    async def take(self, _: dict[str, Any]) -> None:
        self.asked += 1
        if self.asked == 1:
            raise UnavailableError("not yet")
        await self.opened.wait()
        self.kept += 1


async def test_what_cannot_be_kept_in_time_is_answered_503_and_kept_all_the_same_as_soon_as_it_can_be(
    desk: Desk,
) -> None:
    slow = Slow()
    hook = Webhook(desk.channel._genuine, slow.take, desk.clock, lambda word: desk.counts.update([word]), within=0.15)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=hook.routes())), base_url="http://house"
    ) as zalo:
        answer = await zalo.post(PATH, content=RAW, headers={HEADER: signed(RAW)})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert slow.kept == 0
        slow.opened.set()
        await until(lambda: slow.kept == 1)
        await hook.rest()
    assert desk.counts["zalo_oa_too_slow"] == 1
    assert desk.counts["zalo_oa_unavailable"] == 1


async def test_a_database_that_is_away_for_a_moment_costs_no_repetition(desk: Desk) -> None:
    desk.door.closed = 2
    assert (await posted(desk, RAW, signed(RAW))).status_code == 200
    assert len(desk.door.events) == 1


async def test_the_emulator_and_the_channel_sign_alike_with_every_switch(database: str) -> None:
    with zalo_oa() as zalo:
        person = zalo.citizen()
        for emulated, switch in (
            ({}, "oa_mac_id=app_id"),
            ({"mac_id": "oa_id"}, "oa_mac_id=oa_id"),
            ({"mac_id": "app_id", "mac_secret": "app_secret"}, "oa_mac_secret=app_secret"),
            ({"mac_secret": "oa_secret", "mac_prefix": "none"}, "oa_mac_prefix=optional"),
        ):
            zalo.switch(**emulated)
            heard = person.says("chào cháu")
            async with channel(database, zalo, zalo_switches=(switch,)) as desk:
                signature = heard.headers[HEADER]
                assert (await posted(desk, heard.body, signature)).status_code == 200
                assert desk.door.events[-1].what == Typed("chào cháu")


async def test_the_file_by_which_zalo_knows_the_domain_is_served(database: str) -> None:
    async with channel(database, zalo_switches=("oa_site=AbC-12_x",)) as desk, client(desk) as zalo:
        page = await zalo.get("/zalo_verifierAbC-12_x.html")
        assert '<meta name="zalo-platform-site-verification" content="AbC-12_x" />' in page.text
        assert (await zalo.get("/zalo_verifierother.html")).status_code == 404
