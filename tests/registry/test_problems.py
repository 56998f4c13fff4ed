"""Errors by RFC 9457: a stable code, never a word of what was sent; and what no request may do."""

import json
from typing import Any

import pytest

from bot.registry.refusals import STATUS, TITLES, Refusal
from tests.registry.office import Office, office

SECRET = "Bi-Mat-Khong-Lap-Lai-7"


def test_every_refusal_has_a_status_and_a_sentence() -> None:
    assert set(STATUS) == set(TITLES) == set(Refusal)


@pytest.mark.parametrize(
    "body",
    [
        {"password": SECRET},
        {"number": SECRET, "password": SECRET},
        {"number": "000165000001", "password": [SECRET]},
        {"number": "000165000001", "password": "x", SECRET: 1},
        [SECRET],
        SECRET,
        {"number": "000165000001", "password": SECRET * 20},
        {"number": "000165000001", "password": "\ud800" + SECRET},
    ],
)
async def test_a_malformed_body_is_not_repeated(one_house: Office, body: Any) -> None:
    phone = await one_house.phone(1)
    headers = {"authorization": f"Bearer {phone.token}", "content-type": "application/json"}
    answer = await one_house.client.post("/v1/logins", content=json.dumps(body), headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    assert answer.json()["code"] in ("malformed", "not_invented")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 9_000, b'{"number": NaN}', b"null", b'{"a":1}{', b""])
async def test_what_is_no_json_of_ours_is_a_problem_too(one_house: Office, body: bytes) -> None:
    phone = await one_house.phone(1)
    headers = {"authorization": f"Bearer {phone.token}", "content-type": "application/json"}
    answer = await one_house.client.post("/v1/logins", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_large_body_is_not_read_to_its_end(one_house: Office) -> None:
    phone = await one_house.phone(1)
    headers = {"authorization": f"Bearer {phone.token}", "content-type": "application/json"}
    read = 0

    async def endless() -> Any:
        nonlocal read
        for _ in range(1_000):
            read += 1_024
            yield b"x" * 1_024

    for content in (b"x" * 20_000, endless()):
        answer = await one_house.client.post("/v1/logins", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_path_or_a_method_that_is_not_there_is_a_problem(one_house: Office) -> None:
    assert (await one_house.ask("GET", "/nothing", expect=404))["code"] == "not_there"
    assert (await one_house.ask("DELETE", "/logins", expect=405))["code"] == "no_method"


async def test_nothing_is_cached_and_every_answer_says_that_it_is_simulated(one_house: Office) -> None:
    for path in ("/v1", "/v1/people", "/v1/nothing", "/v1/handset", "/v1/openapi.json"):
        answer = await one_house.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-simulation"] == "MO PHONG"
        assert "MÔ PHỎNG" in answer.text


@pytest.mark.parametrize("token", ["", "hs_", "hs_" + "x" * 43, "ln_" + "x" * 43, "at_x.y", "'; --", "\u00e9"])
async def test_without_a_token_of_the_right_kind_nothing_is_told(one_house: Office, token: str) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode())]
    for path in ("/handset", "/handset/messages", "/loan", "/applications", "/changes", f"/subjects/{'0' * 32}"):
        answer = await one_house.client.get(f"/v1{path}", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
        assert answer.json()["code"] == "no_token"


async def test_a_database_that_does_not_answer_is_said_so_and_when_to_come_again(migrated_url: str) -> None:
    async with office(migrated_url) as house:
        house.registry.store.close()
        said = await house.ask("POST", "/loans", expect=503)
        assert said["code"] == "unavailable"


async def test_a_registry_lives_and_says_whether_it_is_ready(one_house: Office) -> None:
    assert (await one_house.client.get("/healthz")).text == "ok\n"
    assert (await one_house.client.get("/readyz")).text == "ready\n"
