"""Linking a chat by RFC 8628: who proves themselves is linked, once, to the chat that asked; everybody else learns nothing."""

import base64
import logging
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.gateways.ends import Because, Refused, Standing
from bot.gateways.identity import Identity
from bot.gateways.linking import GRANT, Linked, Over, Pending
from bot.registry.codes import code_of
from bot.registry.linking import letters
from bot.registry.loans import Start
from bot.registry.options import Pace, Scope
from storage.registry.consents import CONSENT
from storage.registry.linking import LINK, LOOK
from tests.registry.enumerating import enumerated
from tests.registry.linking_walk import ALL, PAGE, Browser, begun, linking_of, newest_code, person_at, texts_to
from tests.registry.office import IN_TESTS, Office, changed, office, together
from tests.registry.test_secrets_on_disk import everything_in, found

PREVIEWS = (
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebookcatalog/1.0",
    "WhatsApp/2.23.20.0", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Twitterbot/1.0", "Zalo/1.0",
    "Mozilla/5.0 (compatible; Zalo/1.0; +https://zalo.me)",
    "Googlebot/2.1 (+http://www.google.com/bot.html)", "bingbot/2.0",
    "Discordbot/2.0", "LinkedInBot/1.0", "SkypeUriPreview Preview/0.5", "Viber/13.0", "Applebot/0.1", "coc_coc_bot/1.0",
    "Mozilla/5.0 (Linux; Android 13) Chrome/120 prefetch", "Mozilla/5.0 (Windows NT 10.0) SafeLinks", "BarracudaCentral/1.0",
    "python-requests/2.31",
)  # fmt: skip


def basic(house: Office, client: str = "donghanh") -> dict[str, str]:
    given = base64.b64encode(f"{client}:{house.registry.clients.secret(client)}".encode()).decode()
    return {"authorization": f"Basic {given}"}


async def asked(house: Office, path: str, content: str, **headers: str) -> tuple[int, str]:
    """What an OAuth endpoint says to this form: the status and the error."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = await house.client.post(f"/v1{path}", content=content, headers={**kind, **headers})
    return answer.status_code, answer.json().get("error", "")


async def polled(house: Office, device: str, **headers: str) -> tuple[int, str]:
    return await asked(house, "/token", f"grant_type={GRANT}&device_code={device}", **{**basic(house), **headers})


async def test_a_person_links_a_chat_and_the_house_hears_a_name_and_what_it_may_see(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link = await begun(house)
    there = linking_of(house)
    assert await there.poll(link.device_code) == Pending(5)
    await Browser(house).to_the_end(link, person, ("status", "notices"))
    house.clock.on(seconds=5)
    linked = await there.poll(link.device_code)
    assert isinstance(linked, Linked), linked
    assert linked.scopes == {"status", "notices"}
    token = await house.client_token()
    said = await house.ask("GET", f"/subjects/{linked.subject}", token)
    assert (said["status"], said["deadline"]["days_left"], said["device_bound"]) == ("approved", 7, False)
    path = f"/subjects/{linked.subject}/activations"
    assert (await house.ask("POST", path, token, expect=403))["code"] == "not_yours"
    await house.ask("POST", "/counter/moves", await house.client_token("officer"),
                    number=house.person(person).number.reveal(), move="activate_by_hotline")  # fmt: skip
    told = (await house.ask("GET", "/changes", token))["changes"]
    assert [(one["subject"], one["move"]) for one in told][-1:] == [(linked.subject, "account.activate_by_hotline")]


async def test_what_was_not_agreed_to_is_not_told(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link = await begun(house)
    await Browser(house).to_the_end(link, person, ("resend",))
    linked = await linking_of(house).poll(link.device_code)
    assert isinstance(linked, Linked)
    token = await house.client_token()
    house.clock.on(minutes=2)
    assert (await house.ask("GET", f"/subjects/{linked.subject}", token, expect=403))["code"] == "not_yours"
    assert (await house.ask("POST", f"/subjects/{linked.subject}/activations", token))["outcome"] == "sent"
    assert (await house.ask("GET", "/changes", token))["changes"] == []


async def test_a_device_authorization_is_refused_as_the_rfcs_have_it(one_house: Office) -> None:
    form, secret = "asked_from=web", basic(one_house)
    path = "/device_authorization"
    wrong = {"authorization": "Basic " + base64.b64encode(b"donghanh:cs_other").decode()}
    assert await asked(one_house, path, form) == (401, "invalid_client")
    assert await asked(one_house, path, form, **wrong) == (401, "invalid_client")
    assert await asked(one_house, path, form, **basic(one_house, "officer")) == (400, "unauthorized_client")
    assert await asked(one_house, path, f"{form}&scope=status+password", **secret) == (400, "invalid_scope")
    assert await asked(one_house, path, f"{form}&scope=status&scope=resend", **secret) == (400, "invalid_request")
    assert (await asked(one_house, path, "scope=status", **secret))[0] == 422
    assert (await asked(one_house, path, "asked_from=sms", **secret))[0] == 422
    assert await asked(one_house, path, f"{form}&asked_at=0001-01-01T00:00:00%2B14:00", **secret) == (200, "")


async def test_what_a_device_authorization_says_is_what_the_rfc_and_the_page_need(one_house: Office) -> None:
    answer = await one_house.client.post(
        "/v1/device_authorization", data={"asked_from": "zalo_oa"}, headers=basic(one_house)
    )
    said = answer.json()
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("no-store", "application/json")
    assert re.fullmatch(f"[{letters.ALPHABET}]{{4}}-[{letters.ALPHABET}]{{4}}", said["user_code"])
    assert len(said["device_code"]) >= 30
    assert (said["expires_in"], said["interval"], said["label"]) == (600, 5, "MÔ PHỎNG")
    assert said["verification_uri"] == f"http://registry{PAGE}"
    assert said["verification_uri_complete"] == f"http://registry{PAGE}#{said['user_code']}", "a browser tells nobody"
    assert len(said["phrase"].split()) == 2


async def test_asking_with_a_device_code_is_refused_as_the_rfcs_have_it(migrated_url: str) -> None:
    clients = {
        "donghanh": frozenset({Scope.GATEWAY}),
        "other": frozenset({Scope.GATEWAY}),
        "officer": frozenset({Scope.OFFICER}),
    }
    async with office(migrated_url, changed(clients=clients)) as house:
        link = await begun(house)
        grant = f"grant_type={GRANT}"
        assert await asked(house, "/token", grant, **basic(house)) == (400, "invalid_request")
        assert await asked(house, "/token", f"{grant}&device_code=x") == (401, "invalid_client")
        assert await polled(house, "unknown") == (400, "invalid_grant")
        assert await polled(house, link.device_code, **basic(house, "other")) == (400, "invalid_grant")
        assert await polled(house, link.device_code, **basic(house, "officer")) == (400, "unauthorized_client")
        assert await polled(house, link.device_code) == (400, "authorization_pending")
        twice = f"{grant}&device_code={link.device_code}&{grant}"
        assert (await asked(house, "/token", twice, **basic(house)))[0] == 400


async def test_whoever_asks_too_often_waits_five_seconds_longer_each_time(house: Office) -> None:
    link, there = await begun(house), linking_of(house)
    assert await there.poll(link.device_code) == Pending(5)
    assert await there.poll(link.device_code) == Pending(10)
    house.clock.on(seconds=6)
    assert await there.poll(link.device_code) == Pending(15)
    house.clock.on(seconds=15)
    assert await there.poll(link.device_code) == Pending(15)


async def test_a_link_is_over_after_ten_minutes(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link, browser = await begun(house), Browser(house)
    await browser.to_code(link, person)
    code = await newest_code(house, person)
    house.clock.on(minutes=10)
    assert await polled(house, link.device_code) == (400, "expired_token")
    assert await linking_of(house).poll(link.device_code) == Over("expired")
    await browser.press("code", press="try", code=code)
    assert browser.step == "open"
    assert "hết giờ" in browser.page.text
    await Browser(house).press("open", code=link.user_code)


async def test_a_link_is_collected_once_and_again_only_under_the_key_it_was_collected_with(house: Office) -> None:
    link = await begun(house)
    await Browser(house).to_the_end(link, await person_at(house, Start.APPROVED2))
    there = linking_of(house)
    first = await there.poll(link.device_code)
    assert isinstance(first, Linked)
    assert await there.poll(link.device_code) == first, "an answer that was lost is given again"
    assert await polled(house, link.device_code) == (400, "invalid_grant")
    assert await polled(house, link.device_code, **{"idempotency-key": "another-key"}) == (400, "invalid_grant")


async def test_of_fifty_who_collect_at_once_one_does(house: Office) -> None:
    link = await begun(house)
    await Browser(house).to_the_end(link, await person_at(house, Start.APPROVED2))
    answers = await together(*(polled(house, link.device_code) for _ in range(50)))
    assert sorted(status for status, _ in answers) == [200] + [400] * 49


async def test_of_fifty_browsers_that_send_one_code_at_once_one_holds_the_link(house: Office) -> None:
    link = await begun(house)
    browsers = [Browser(house) for _ in range(50)]
    form = {"step": "open", "code": link.user_code}
    answers = await together(*(one.client.post(PAGE, data=form) for one in browsers))
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 49
    pages = await together(*(one.look() for one in browsers))
    assert [link.phrase in page for page in pages].count(True) == 1


async def test_two_who_finish_at_once_leave_one_yes(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link, browser = await begun(house), Browser(house)
    await browser.to_code(link, person)
    await browser.press("code", press="try", code=await newest_code(house, person))
    await together(*(browser.client.post(PAGE, data={"step": "consent", "press": "agree", "see_status": "yes"})
                     for _ in range(20)))  # fmt: skip
    given = await house.registry.look(
        lambda unit: unit.execute(select(CONSENT).where(CONSENT.c.person == person)).all()
    )
    assert [row.scopes for row in given] == ["status"]


async def test_previews_and_prefetchers_use_nothing_and_make_nothing_and_then_the_person_is_served(
    house: Office,
) -> None:
    person = await person_at(house, Start.APPROVED2)
    link, visitor = await begun(house), Browser(house)

    async def standing() -> Sequence[Any]:
        return await house.registry.look(lambda unit: unit.execute(select(LINK)).all())

    before = await standing()
    for agent in PREVIEWS:
        for verb in ("GET", "HEAD"):
            for purpose in ({}, {"sec-purpose": "prefetch;anonymous-client-ip"}, {"purpose": "prefetch"}):
                headers = {"user-agent": agent, **purpose}
                # A browser and a bot alike ask for what stands before the "#".
                answer = await visitor.client.request(verb, link.uri_complete.partition("#")[0], headers=headers)
                assert answer.status_code == 200
                assert "set-cookie" not in answer.headers
    assert await standing() == before
    await Browser(house).to_the_end(link, person)
    assert isinstance(await linking_of(house).poll(link.device_code), Linked)
    other = Browser(house)
    await other.press("open", code=link.user_code)
    assert other.page.status_code == 422


async def test_who_was_sent_the_link_ends_it_by_saying_so_and_is_told_what_to_do(house: Office) -> None:
    for press, words in (
        ("sent_to_me", "Bạn dừng lại là đúng"),
        ("other_words", "một cuộc trò chuyện khác"),
        ("stop", "Đã dừng"),
    ):
        link, browser = await begun(house), Browser(house)
        await browser.press("open", code=link.user_code)
        await browser.press("asked", press=press)
        assert words in browser.page.text
        assert browser.step == ""
        assert await linking_of(house).poll(link.device_code) == Over("denied")
        assert await polled(house, link.device_code) == (400, "access_denied")
        await browser.press("asked", press="my_own")
        assert browser.step == "", "what was ended is not begun again"


async def test_a_page_says_what_kind_of_chat_asks_since_when_what_it_will_see_and_the_phrase(one_house: Office) -> None:
    for chat, name in (("telegram", "Telegram"), ("zalo_bot", "Zalo"), ("zalo_oa", "Zalo"), ("web", "trang web")):
        link = await begun(
            one_house, asked_from=chat, since=one_house.clock.now() - timedelta(hours=3), scopes=("status",)
        )
        browser = Browser(one_house)
        page = await browser.press("open", code=link.user_code.lower().replace("-", " "))
        assert f"<b>{name}</b>" in page
        assert "09:00 hôm nay" in page
        assert link.phrase in page
        assert "Tài khoản đang tới đâu" in page
        assert "Nhờ gửi lại mã" not in page
    link = await begun(one_house, since=one_house.clock.now() - timedelta(days=3))
    assert "12:00 thứ năm, 19/11" in await Browser(one_house).press("open", code=link.user_code)


async def test_an_old_page_answers_nothing_new(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link, browser = await begun(house), Browser(house)
    await browser.press("open", code=link.user_code)
    await browser.press("consent", press="agree", see_status="yes")
    assert browser.step == "asked"
    await browser.press("code", press="try", code="123456")
    assert browser.step == "asked"
    await browser.press("open", code=link.user_code)
    assert browser.step == "asked", "the browser that holds it may send the code again"
    await browser.press("asked", press="my_own")
    await browser.press("asked", press="sent_to_me")
    assert browser.step == "who"
    number, phone = house.person(person).number.reveal(), house.person(person).phone.reveal()
    await browser.press("who", number=number, phone=phone)
    await browser.press("who", number=number, phone=phone)
    assert len([text for text in await texts_to(house, person) if "lien ket" in text]) == 1
    assert 'role="alert"' not in browser.page.text, "nor is it taken for a try of the code"


async def test_no_form_of_another_site_is_taken(one_house: Office) -> None:
    link, browser = await begun(one_house), Browser(one_house)
    for site in ("cross-site", "same-site"):
        answer = await browser.client.post(
            PAGE, data={"step": "open", "code": link.user_code}, headers={"sec-fetch-site": site}
        )
        assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)
    for body in (b"step=open&code=\xff", b"x" * 5000, b"&".join([b"a=b"] * 40)):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert (await browser.client.post(PAGE, content=body, headers=kind)).status_code == 400
    assert (await browser.client.post(PAGE, json={"step": "open", "code": link.user_code})).status_code == 400
    await browser.press("open", code=link.user_code)
    assert browser.step == "asked"
    cookie = next(iter(browser.client.cookies.jar))
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly"), cookie.get_nonstandard_attr("SameSite")) == (
        PAGE,
        True,
        "strict",
    )


async def test_codes_that_fit_nothing_are_limited_for_an_address_and_in_all_and_right_ones_weigh_nothing(
    migrated_url: str,
) -> None:
    paces = replace(
        IN_TESTS.paces, link_guess=Pace(3, timedelta(minutes=1)), link_guess_in_all=Pace(5, timedelta(minutes=1))
    )
    async with office(migrated_url, changed(paces=paces)) as house:
        app = house.client._transport.app  # type: ignore[attr-defined]

        async def guesses(address: str, code: str) -> int:
            there = httpx.ASGITransport(app=app, client=(address, 1))
            async with httpx.AsyncClient(transport=there, base_url="http://registry") as client:
                return (await client.post(PAGE, data={"step": "open", "code": code})).status_code

        for _ in range(10):
            assert await guesses("10.0.0.1", (await begun(house)).user_code) == 303
        assert [await guesses("10.0.0.1", "BBBB-BBBB") for _ in range(4)] == [422, 422, 422, 429]
        right = (await begun(house)).user_code
        assert await guesses("10.0.0.1", right) == 429
        assert [await guesses("10.0.0.2", "BBBB-BBBB") for _ in range(3)] == [422, 422, 429]
        assert await guesses("10.0.0.3", right) == 429
        house.clock.on(minutes=2)
        assert await guesses("10.0.0.3", right) == 303


async def test_an_sms_is_sent_to_the_registered_phone_alone_and_never_more_than_the_policy_of_codes_lets(
    house: Office,
) -> None:
    person = await person_at(house, Start.APPROVED2)
    for _ in range(9):
        browser = Browser(house)
        await browser.to_who(await begun(house))
        number, phone = house.person(person).number.reveal(), house.person(person).phone.reveal()
        await browser.press("who", number=number, phone=phone)
        await house.registry.post.settled()
        house.clock.on(minutes=9)
    assert 1 < len([text for text in await texts_to(house, person) if "lien ket" in text]) <= 5
    wrong = Browser(house)
    await wrong.to_code(await begun(house), person, phone=person + 20)
    assert await texts_to(house, person + 20) == []


async def test_a_code_is_tried_five_times_and_fits_its_own_link_alone(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    first, second = Browser(house), Browser(house)
    await first.to_code(await begun(house), person)
    code = await newest_code(house, person)
    house.clock.on(minutes=3)
    await second.to_code(await begun(house), person)
    await second.press("code", press="try", code=code)
    assert second.step == "code"
    wrong = "000000" if await newest_code(house, person) != "000000" else "111111"
    for _ in range(4):
        await second.press("code", press="try", code=wrong)
    await second.press("code", press="try", code=await newest_code(house, person))
    assert second.step == "code", "five tries are spent"
    await second.press("code", press="again")
    assert "cách nhau một phút" in second.page.text
    house.clock.on(minutes=5)
    await second.press("code", press="again")
    assert "Đã nhờ gửi lại" in second.page.text
    code = await newest_code(house, person)
    await second.press("code", press="try", code=f" {code[:3]} {code[3:]} ")
    assert second.step == "consent"


async def test_the_code_never_fits_for_a_number_with_another_phone(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link, browser = await begun(house), Browser(house)
    await browser.to_code(link, person, phone=person + 20)
    row = (await house.registry.look(lambda unit: unit.execute(select(LINK)).all()))[0]
    digits = house.registry.options.codes.digits
    right = code_of(house.registry.vault, "link", row.person, row.request, 1, digits)
    await browser.press("code", press="try", code=right)
    assert browser.step == "code"


async def test_a_real_number_is_refused_unread_and_no_number_or_code_is_kept_or_logged(
    migrated_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = set[str]()
    async with office(migrated_url) as house:
        person = await person_at(house, Start.APPROVED2)
        who = house.person(person)
        link, browser = await begun(house), Browser(house)
        await browser.to_who(link)
        real = {"number": "001085012345", "phone": "0912345678"}
        for typed in (real, {**real, "number": who.number.reveal()}, {**real, "phone": who.phone.reveal()}):
            await browser.press("who", **typed)
            assert browser.step == "who"
            assert "chỉ nhận số của người không có thật" in browser.page.text
            assert not any(number in browser.page.text for number in typed.values())
        await browser.press("who", number=who.number.reveal(), phone=who.phone.reveal())
        code = await newest_code(house, person)
        await browser.press("code", press="try", code="483920" if code != "483920" else "483921")
        await browser.press("code", press="try", code=code)
        await browser.press("consent", press="agree", see_status="yes")
        await polled(house, "some-device-code-of-another-life")
        linked = await linking_of(house).poll(link.device_code)
        assert isinstance(linked, Linked)
        shown = {
            link.user_code,
            link.user_code.replace("-", ""),
            link.device_code,
            who.number.reveal(),
            who.phone.reveal(),
        }
        secrets |= shown | set(real.values()) | {next(iter(browser.client.cookies.jar)).value or "?"}
        heaps = [*everything_in(migrated_url, tmp_path), caplog.text.encode()]
        assert found(secrets, heaps) == set()
        assert found({code}, [caplog.text.encode()]) == set()
        assert found({link.phrase}, heaps), "the search finds what is there"
        for url in re.findall(r"https?://\S+", caplog.text):
            assert not any(secret in url for secret in secrets)
        assert all(secret not in repr((link, linked)) for secret in secrets)


async def test_known_and_unknown_numbers_are_alike_in_every_word_button_status_and_length(one_house: Office) -> None:
    """A dose; `make enumeration` is the whole."""
    differences, compared = await enumerated(one_house, known=14, unknown=13, other_phone=13, times=1)
    assert differences == []
    assert compared == 40 * 21


async def test_a_phone_that_a_platform_proved_shows_the_status_of_its_account_and_nothing_else(house: Office) -> None:
    person, there = await person_at(house, Start.APPROVED2), linking_of(house)
    identity = Identity(
        there._identity._ask, "http://registry/v1", "donghanh", house.registry.clients.secret("donghanh"), house.clock
    )
    known = await there.by_contact("+84" + house.person(person).phone.reveal()[1:])
    nobody = await there.by_contact(house.person(person + 20).phone.reveal())
    assert isinstance(known, Linked)
    assert isinstance(nobody, Linked)
    assert known.scopes == nobody.scopes == {"status"}
    assert known.subject != nobody.subject
    seen = [await identity.status(one.subject) for one in (known, nobody)]
    assert [(s.status.value, s.days_left) for s in seen if isinstance(s, Standing)] == [
        ("approved", 7),
        ("app_only", None),
    ]
    for one in (known, nobody):
        assert await identity.ask_activation(one.subject, "some-key-1") == Refused(Because.NOT_ALLOWED)
    assert (await there.by_contact("0912345678")) == Refused(Because.OURS), "not of the invented population: not read"
    token = await house.client_token()
    assert (await house.ask("GET", "/changes", token))["changes"] == []
    await house.ask("POST", "/counter/moves", await house.client_token("officer"),
                    number=house.person(person).number.reveal(), move="activate_by_hotline")  # fmt: skip
    assert (await house.ask("GET", "/changes", token))["changes"] == []


async def test_a_phone_shows_no_account_that_has_another_registered_phone(one_house: Office) -> None:
    await one_house.take_level2(1, phone=2)
    await one_house.approve(1)
    there, token, seen = linking_of(one_house), await one_house.client_token(), list[str]()
    for n in (1, 2):
        linked = await there.by_contact(one_house.person(n).phone.reveal())
        assert isinstance(linked, Linked)
        seen.append((await one_house.ask("GET", f"/subjects/{linked.subject}", token))["status"])
    assert seen == ["app_only", "approved"], "the account belongs to whoever has its registered phone"


async def test_a_contact_needs_its_own_scope(one_house: Office) -> None:
    token = await one_house.client_token("officer")
    phone = one_house.person(1).phone.reveal()
    assert (await one_house.ask("POST", "/contacts", token, expect=403, phone=phone))["code"] == "not_yours"
    assert (await one_house.ask("POST", "/contacts", expect=401, phone=phone))["code"] == "no_token"


async def test_a_subject_is_taken_back_as_often_as_one_likes_and_its_looks_go_with_it(house: Office) -> None:
    person, there = await person_at(house, Start.APPROVED2), linking_of(house)
    link = await begun(house)
    await Browser(house).to_the_end(link, person)
    linked = await there.poll(link.device_code)
    assert isinstance(linked, Linked)
    token, path = await house.client_token(), f"/subjects/{linked.subject}"
    await house.ask("GET", path, token)
    house.clock.on(minutes=2)
    await house.ask("POST", f"{path}/activations", token)
    looks = await house.ask("GET", f"{path}/looks", token)
    assert ([look["kind"] for look in looks["looks"]], looks["scope"]) == (["resend", "status"], " ".join(ALL))
    assert [await there.unlink(linked.subject) for _ in range(2)] == [True, True]
    assert await there.unlink("0" * 32) is True
    for gone in (path, f"{path}/looks", f"/subjects/{'0' * 32}/looks"):
        assert (await house.ask("GET", gone, token, expect=404))["code"] == "not_there"


async def test_two_chats_of_one_person_have_two_names_and_the_end_of_one_leaves_the_other(house: Office) -> None:
    person, there = await person_at(house, Start.APPROVED2), linking_of(house)
    names = []
    for _ in range(2):
        link = await begun(house)
        await Browser(house).to_the_end(link, person)
        linked = await there.poll(link.device_code)
        assert isinstance(linked, Linked)
        names.append(linked.subject)
        house.clock.on(minutes=6)
    assert names[0] != names[1]
    await house.ask("POST", "/counter/moves", await house.client_token("officer"),
                    number=house.person(person).number.reveal(), move="activate_by_hotline")  # fmt: skip
    token = await house.client_token()
    assert {one["subject"] for one in (await house.ask("GET", "/changes", token))["changes"]} == set(names)
    await there.unlink(names[0])
    assert (await house.ask("GET", f"/subjects/{names[1]}", token))["status"] == "activated"


async def test_a_yes_that_nobody_collected_ends_with_its_link_and_nothing_of_it_stays(house: Office) -> None:
    person = await person_at(house, Start.APPROVED2)
    link = await begun(house)
    await Browser(house).to_the_end(link, person)
    house.clock.on(minutes=11)
    await house.registry.sweep()

    def left(table: Any) -> Any:
        return house.registry.look(lambda unit: unit.execute(select(func.count()).select_from(table)).scalar())

    standing = await left(select(CONSENT).where(CONSENT.c.withdrawn_at.is_(None)).subquery())
    assert (await left(LINK), standing) == (0, 0)
    assert await linking_of(house).poll(link.device_code) == Over("expired")
    house.clock.on(days=91)
    await house.registry.sweep()
    assert await left(LOOK) == 0


async def test_a_database_that_is_away_is_said_and_nothing_is_lost(house: Office) -> None:
    link, browser = await begun(house), Browser(house)
    store = house.registry.store
    store._closing = True
    try:
        await browser.press("open", code=link.user_code)
        assert (browser.page.status_code, "tạm nghỉ" in browser.page.text) == (503, True)
    finally:
        store._closing = False
    await browser.press("open", code=link.user_code)
    assert browser.step == "asked"


def test_the_protocol_is_loaded_when_the_first_link_is_begun_and_not_before() -> None:
    asked = "import sys, bot.registry.api.application as a; a.surface(); sys.exit('oauthlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_a_code_is_read_as_people_type_it_and_has_no_letter_that_is_mistaken() -> None:
    assert not set(letters.ALPHABET) & set("AEIOUYDW0O1I")
    for _ in range(50):
        code = letters.new_code()
        for typed in (code, code.lower(), code.replace("-", ""), " ".join(code), f" {code} "):
            assert letters.read_code(typed) == code.replace("-", "")
    assert [letters.read_code(wrong) for wrong in ("", "BBBB", "AAAA-AAAA", "BBBB-BBBB-B", "đ" * 5000)] == [""] * 5
    assert len({letters.new_phrase() for _ in range(2000)}) > 300
