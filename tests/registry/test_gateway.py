"""What an identity gateway may ask: by a token, of consented subjects, and nothing about anybody else."""

import asyncio
import base64
from typing import Any

from bot.registry.options import Scope
from tests.registry.office import Office, Phone, changed, office, together


async def followed(house: Office, start: str = "nothing") -> tuple[str, str, dict[str, Any], Phone]:
    """A gateway's token, the subject it follows, the loan and the person's phone."""
    token = await house.client_token()
    loan = await house.ask("POST", "/followed-loans", token, start=start)
    return token, loan["subject"], loan, await house.phone(loan["person"]["person"], loan=loan["token"])


async def changes(house: Office, token: str, after: str = "0") -> tuple[list[tuple[str, str]], str]:
    said = await house.ask("GET", f"/changes?after={after}", token)
    return [(c["subject"], c["move"]) for c in said["changes"]], said["cursor"]


async def test_a_token_is_given_for_a_secret_in_the_form_or_by_basic_and_for_nothing_else(one_house: Office) -> None:
    secret = one_house.registry.clients.secret("donghanh")
    form = {"grant_type": "client_credentials", "client_id": "donghanh", "client_secret": secret}
    given = await one_house.client.post("/v1/token", data=form)
    assert given.json()["token_type"] == "Bearer"
    assert (given.json()["scope"], given.headers["cache-control"]) == ("contacts gateway", "no-store")
    basic = {"authorization": "Basic " + base64.b64encode(f"donghanh:{secret}".encode()).decode()}
    only = {"grant_type": "client_credentials"}
    assert (await one_house.client.post("/v1/token", data=only, headers=basic)).status_code == 200
    for change, error in (
        ({"client_secret": secret[:-1] + "x"}, "invalid_client"), ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"), ({"scope": "officer"}, "invalid_scope"),
    ):  # fmt: skip
        refused = await one_house.client.post("/v1/token", data={**form, **change})
        assert refused.json() == {"error": error}
        assert refused.status_code == (401 if error == "invalid_client" else 400)
    assert (
        await one_house.client.post("/v1/token", data=only, headers={"authorization": "Basic %%%"})
    ).status_code == 401


async def test_a_token_is_good_for_an_hour_and_for_its_own_scope(one_house: Office) -> None:
    token = await one_house.client_token()
    assert (await one_house.ask("GET", "/changes", token))["changes"] == []
    assert (await one_house.ask("GET", "/applications", token, expect=403))["code"] == "not_yours"
    for broken in (token[:-2] + "AA", token.replace(".", "x", 1), "at_", "at_x.y", "hs_" + token[3:], ""):
        assert (await one_house.ask("GET", "/changes", broken, expect=401))["code"] == "no_token"
    one_house.clock.on(hours=1)
    assert (await one_house.ask("GET", "/changes", token, expect=401))["code"] == "no_token"


async def test_a_consented_subject_has_a_status_and_an_unconsented_one_is_not_there(house: Office) -> None:
    token, subject, loan, _ = await followed(house, "approved2")
    said = await house.ask("GET", f"/subjects/{subject}", token)
    assert (said["status"], said["level"], said["deadline"]["days_left"]) == ("approved", "level2", 7)
    assert loan["person"]["name"] not in str(said)
    assert loan["person"]["number"] not in str(said)
    assert (await house.ask("GET", f"/subjects/{'0' * 32}", token, expect=404))["code"] == "not_there"


async def test_every_state_has_the_status_the_talk_knows(one_house: Office) -> None:
    token = await one_house.client_token()
    wanted = {
        "nothing": "app_only", "app": "app_only", "submitted1": "pending", "taken2": "pending", "approved1": "approved",
        "overdue2": "approved", "activated2": "activated", "locked2": "locked",
    }  # fmt: skip
    found = {}
    for start in wanted:
        loan = await one_house.ask("POST", "/followed-loans", token, start=start)
        found[start] = (await one_house.ask("GET", f"/subjects/{loan['subject']}", token))["status"]
    assert found == wanted


async def test_a_person_says_yes_and_takes_it_back_and_each_yes_has_its_own_name(house: Office) -> None:
    token = await house.client_token()
    phone = await house.phone(1)
    await phone.register()
    path = f"/accounts/{await phone.log_in()}/consents/donghanh"
    first = await phone.put(path)
    assert first["given"]
    assert (await phone.put(path))["subject"] == first["subject"]
    assert (await house.ask("GET", f"/subjects/{first['subject']}", token))["status"] == "app_only"
    taken_back = await house.ask("DELETE", path, phone.token)
    assert (taken_back["given"], taken_back["subject"]) == (False, None)
    assert (await house.ask("GET", f"/subjects/{first['subject']}", token, expect=404))["code"] == "not_there"
    second = await phone.put(path)
    assert second["subject"] != first["subject"]
    assert (await phone.put(path.replace("donghanh", "nobody"), expect=404))["code"] == "not_there"


async def test_the_feed_tells_moves_of_consented_subjects_alone_and_never_what_was_typed(house: Office) -> None:
    token, subject, _, phone = await followed(house)
    stranger = await house.phone(50)
    await stranger.register()
    await phone.register()
    account = await phone.log_in()
    await phone.submit_level1(account)
    told, cursor = await changes(house, token)
    assert {who for who, _ in told} == {subject}
    moves = [move for _, move in told]
    assert moves[:6] == ["app.installed", "app.open", "registration.card", "registration.form", "registration.code",
                         "registration.password"]  # fmt: skip
    assert "account.register_app" in moves
    assert moves[-2:] == ["account.submit_level1", "level1.submitted"]
    raw = await house.ask("GET", "/changes", token)
    assert {key for change in raw["changes"] for key in change} == {"subject", "move", "at"}
    assert await changes(house, token, cursor) == ([], cursor)


async def test_presses_are_told_of_practice_and_of_an_account_in_earnest_only_its_moves(house: Office) -> None:
    token = await house.client_token()
    phone = await house.phone(1)
    await phone.register()
    account = await phone.log_in()
    house.clock.on(seconds=1)
    subject = (await phone.put(f"/accounts/{account}/consents/donghanh"))["subject"]
    house.clock.on(minutes=2)
    await phone.submit_level1(account)
    await house.approve(1)
    await phone.activate()
    told, _ = await changes(house, token)
    assert told == [(subject, f"account.{move}") for move in ("submit_level1", "approve", "activate")]


async def test_what_happened_before_the_yes_and_after_its_end_is_not_told(house: Office) -> None:
    token = await house.client_token()
    phone = await house.phone(1)
    await phone.register()
    account = await phone.log_in()
    house.clock.on(minutes=1)
    path = f"/accounts/{account}/consents/donghanh"
    await phone.put(path)
    await phone.submit_level1(account)
    assert [move for _, move in (await changes(house, token))[0]] == ["account.submit_level1"]
    await house.ask("DELETE", path, phone.token)
    await house.approve(1)
    assert (await changes(house, token))[0] == []


async def test_two_gateways_know_one_person_by_different_names(migrated_url: str) -> None:
    clients = {"donghanh": frozenset({Scope.GATEWAY}), "other": frozenset({Scope.GATEWAY})}
    async with office(migrated_url, changed(clients=clients)) as house:
        phone = await house.phone(1)
        await phone.register()
        account = await phone.log_in()
        names = {c: (await phone.put(f"/accounts/{account}/consents/{c}"))["subject"] for c in clients}
        other = await house.client_token("other")
        assert names["donghanh"] != names["other"]
        assert (await house.ask("GET", f"/subjects/{names['donghanh']}", other, expect=404))["code"] == "not_there"


async def test_a_long_poll_ends_when_something_happens(one_house: Office) -> None:
    token, subject, _, phone = await followed(one_house)
    _, cursor = await changes(one_house, token)
    waiting = asyncio.create_task(one_house.ask("GET", f"/changes?after={cursor}&wait=20", token))
    while not one_house.registry.wake._waiting:  # noqa: ASYNC110 - the poll has begun to wait
        await asyncio.sleep(0)
    await phone.post("/registrations", **phone.numbers)
    said = await asyncio.wait_for(waiting, 10)
    assert said["changes"][0] | {"at": ""} == {"subject": subject, "move": "registration.card", "at": ""}


async def test_a_reader_never_misses_a_change_that_is_committed_later(migrated_url: str) -> None:
    """Two registries write at once; whoever reads with each cursor in turn has heard everything in the end."""
    async with office(migrated_url) as here, office(migrated_url, clock=here.clock) as there:
        token = await here.client_token()
        loans = [await here.ask("POST", "/followed-loans", token) for _ in range(6)]
        phones = [await here.phone(one["person"]["person"], loan=one["token"], open_=False) for one in loans]
        heard, cursor = list[tuple[str, str]](), "0"

        async def presses(house: Office, phone: Phone) -> None:
            for app in ("installed", "open") * 4:
                await house.ask("PUT", "/handset/app", phone.token, app=app)

        async def reads() -> None:
            nonlocal cursor
            for _ in range(30):
                told, cursor = await changes(there, token, cursor)
                heard.extend(told)

        await together(reads(), *(presses((here, there)[n % 2], phone) for n, phone in enumerate(phones)))
        await reads()
        assert len(heard) == 6 * 8
        assert heard == (await changes(here, token))[0]


async def test_asking_for_an_activation_sends_a_code_that_the_app_goes_on_with(house: Office) -> None:
    token, subject, _, phone = await followed(house, "approved2")
    asked = await house.ask("POST", f"/subjects/{subject}/activations", token)
    assert (asked["outcome"], asked["step"]) == ("sent", "device")
    code = await phone.newest_code()
    begun = await phone.ask_activation()
    assert begun["id"] == asked["id"]
    assert (begun["step"], begun["outcome"]) == ("code", "notice_activation")
    assert await phone.newest_code() == code
    assert (await phone.post(f"/activations/{begun['id']}/code", code=code))["step"] == "password"
    seen = await house.ask("GET", f"/subjects/{subject}/activations/{asked['id']}", token)
    assert seen["step"] == "password"
    again = await house.ask("POST", f"/subjects/{subject}/activations/{asked['id']}/codes", token)
    assert (again["outcome"], again["because"]) == ("refused", "over")


async def test_a_gateway_is_told_why_no_code_went_out_and_from_when_one_may(one_house: Office) -> None:
    token = await one_house.client_token()
    for start, because in (("app", "not_identified"), ("taken2", "not_identified"), ("overdue2", "past_seven_days"),
                           ("activated2", "already_activated"), ("locked2", "already_activated")):  # fmt: skip
        loan = await one_house.ask("POST", "/followed-loans", token, start=start)
        said = await one_house.ask("POST", f"/subjects/{loan['subject']}/activations", token)
        assert (said["outcome"], said["because"], said["id"]) == ("refused", because, None)
    token, subject, _, _ = await followed(one_house, "approved2")
    path = f"/subjects/{subject}/activations"
    first = await one_house.ask("POST", path, token)
    for refused in (
        await one_house.ask("POST", path, token),
        await one_house.ask("POST", f"{path}/{first['id']}/codes", token),
    ):
        assert (refused["outcome"], refused["because"]) == ("refused", "wait")
        assert refused["next_at"] == "2026-11-22T05:01:00Z"
    one_house.clock.on(minutes=1)
    assert (await one_house.ask("POST", f"{path}/{first['id']}/codes", token))["outcome"] == "sent"


async def test_an_answer_that_was_lost_is_asked_for_again_under_its_key_and_sends_nothing_new(house: Office) -> None:
    token, subject, _, phone = await followed(house, "approved2")
    path = f"/subjects/{subject}/activations"
    answers = [await house.ask("POST", path, token, key="the-same-key") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len([text for text in await phone.texts() if "Ma kich hoat" in text]) == 1
