"""The house's side of a link: what it shows, what it hears, and what a lost answer means."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.gateways.ends import Because, Refused, Unknown
from bot.gateways.identity import Identity
from bot.gateways.linking import Begun, Linked, Linking, Over, Pending
from bot.http import Answer
from bot.registry.loans import Start
from tests.gateways.fault_proxy import NEVER_HEARD, Fault, FaultProxy
from tests.gateways.reaching import SHORT, WAYS, Reached, reached
from tests.registry.linking_walk import ALL, Browser, person_at
from tests.registry.office import NOON, Clock

SINCE = NOON - timedelta(minutes=5)


@pytest.fixture(params=WAYS)
async def here(request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Reached]:
    async with reached(request.param, migrated_sqlite, tmp_path) as built:
        yield built


@pytest.fixture
async def by_proxy(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Reached]:
    async with reached("through a proxy", migrated_sqlite, tmp_path) as built:
        yield built


def proxy_of(here: Reached) -> FaultProxy:
    assert here.proxy is not None
    here.proxy.about = "/v1/"
    return here.proxy


async def begun(linking: Linking) -> Begun:
    link = await linking.begin("zalo_bot", SINCE, ALL)
    assert isinstance(link, Begun), link
    return link


async def test_a_link_is_begun_waited_for_and_collected_by_every_way_there_is(here: Reached) -> None:
    linking, person = Linking(here.identity), await person_at(here.office, Start.APPROVED2)
    link = await begun(linking)
    assert (link.expires_in, link.interval, len(link.phrase.split())) == (600, 5, 2)
    assert link.uri_complete == f"{link.uri}#{link.user_code}"
    assert await linking.poll(link.device_code) == Pending(5)
    assert await linking.poll(link.device_code) == Pending(10)
    await Browser(here.office).to_the_end(link, person, ("status",))
    linked = await linking.poll(link.device_code)
    assert isinstance(linked, Linked)
    assert linked.scopes == {"status"}
    assert await linking.unlink(linked.subject) is True
    assert await here.identity.status(linked.subject) == Refused(Because.NOT_THERE)
    contact = await linking.by_contact(here.office.person(person).phone.reveal())
    assert isinstance(contact, Linked)


async def test_a_no_and_a_late_one_end_it(here: Reached) -> None:
    linking = Linking(here.identity)
    denied, late = await begun(linking), await begun(linking)
    browser = Browser(here.office)
    await browser.press("open", code=denied.user_code)
    await browser.press("asked", press="sent_to_me")
    assert await linking.poll(denied.device_code) == Over("denied")
    here.office.clock.on(minutes=10)
    assert await linking.poll(late.device_code) == Over("expired")
    assert await linking.poll("never begun") == Over("expired")


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_lost_answer_is_unknown_and_asked_for_again_gives_the_same_name(
    by_proxy: Reached, fault: Fault
) -> None:
    secret = by_proxy.office.registry.clients.secret("donghanh")
    impatient = Linking(by_proxy.another(secret, within=SHORT))
    patient = Linking(by_proxy.identity)
    link = await begun(patient)
    await Browser(by_proxy.office).to_the_end(link, await person_at(by_proxy.office, Start.APPROVED2))
    proxy_of(by_proxy).next = [fault]
    lost = await (impatient if "no answer" in fault.value else patient).poll(link.device_code)
    assert isinstance(lost, Unknown), (fault, lost)
    linked = await patient.poll(link.device_code)
    assert isinstance(linked, Linked), (fault in NEVER_HEARD, linked)
    assert await patient.poll(link.device_code) == linked


async def test_a_link_whose_beginning_was_lost_is_simply_begun_anew(by_proxy: Reached) -> None:
    linking = Linking(by_proxy.identity)
    proxy_of(by_proxy).next = [Fault.RESET_AFTER]
    assert isinstance(await linking.begin("web", SINCE, ALL), Unknown)
    assert isinstance(await linking.begin("web", SINCE, ALL), Begun)


async def test_what_is_refused_is_told_as_what_it_is(here: Reached) -> None:
    stranger = Linking(here.another("cs_of_somebody_else"))
    assert await stranger.begin("web", SINCE, ALL) == Refused(Because.NOT_ALLOWED)
    assert await stranger.poll("code") == Refused(Because.NOT_ALLOWED)
    linking = Linking(here.identity)
    assert await linking.begin("web", SINCE, ("status", "password")) == Refused(Because.OURS)
    assert await linking.begin("sms", SINCE, ALL) == Refused(Because.OURS)
    assert await linking.by_contact("+84 912 345 678") == Refused(Because.OURS)
    assert await linking.unlink("not a subject") == Refused(Because.OURS)


async def test_where_nobody_listens_nothing_was_done_and_after_a_while_it_is_left_alone(by_proxy: Reached) -> None:
    secret = by_proxy.office.registry.clients.secret("donghanh")
    nowhere = Reached(by_proxy.identity, by_proxy.office, by_proxy.lanes, "http://127.0.0.1:9/v1").another(secret)
    linking = Linking(nowhere)
    for _ in range(5):
        assert await linking.begin("web", SINCE, ALL) == Refused(Because.UNREACHABLE)
    resting = await linking.poll("code")
    assert isinstance(resting, Refused)
    assert resting.because is Because.RESTING


def answering(status: int, body: bytes, kind: str = "application/json") -> Linking:
    """A client of a registry that always answers the same."""

    async def ask(url: str, **_: Any) -> Answer:
        return Answer(status, body, {"content-type": kind})

    return Linking(Identity(ask, "https://registry.example/v1", "donghanh", "secret", Clock()))


async def test_a_registry_that_names_no_interval_is_asked_as_the_rfc_has_it() -> None:
    plain = (
        b'{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://r.example/device","expires_in":900}'
    )
    link = await answering(200, plain).begin("web", SINCE, ALL)
    assert isinstance(link, Begun)
    assert (link.interval, link.uri_complete, link.phrase) == (5, "", "")
    assert await answering(400, b'{"error":"authorization_pending"}').poll("d") == Pending(5)
    assert await answering(400, b'{"error":"slow_down"}').poll("d") == Pending(10)
    for error, end in (("access_denied", "denied"), ("expired_token", "expired"), ("invalid_grant", "expired")):
        over = await answering(400, f'{{"error":"{error}"}}'.encode()).poll("d")
        assert isinstance(over, Over)
        assert over.reason == end


async def test_an_answer_that_is_not_the_registrys_says_nothing() -> None:
    for status, body, kind in (
        (200, b"<html>", "text/html"), (200, b"{}", "application/json"), (400, b"<html>", "text/html"),
        (302, b"", "text/html"), (502, b"<html>", "text/html"), (404, b"", "text/html"),
    ):  # fmt: skip
        assert isinstance(await answering(status, body, kind).begin("web", SINCE, ALL), Unknown), (status, body)
        assert isinstance(await answering(status, body, kind).poll("d"), Unknown), (status, body)
    busy = b'{"code":"too_often","title":"later"}'
    refused = await answering(429, busy, "application/problem+json").begin("web", SINCE, ALL)
    assert isinstance(refused, Refused)
    assert refused.because is Because.BUSY


def test_no_repr_shows_a_code_or_what_is_compared() -> None:
    link = Begun(
        "device-secret", "BCFG-HJKL", "https://r.example/x", "https://r.example/x#BCFG-HJKL", "mèo vàng", 600, 5
    )
    for secret in ("device-secret", "BCFG", "HJKL", "mèo"):
        assert secret not in repr(link)
    assert "expired" in repr(Over("expired"))
