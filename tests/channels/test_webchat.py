"""The web chat's server side, over real HTTP: taken once, answered after it is kept, known by its cookie alone."""

import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kit.served import Served, served

HEADERS = {"x-requested-with": "donghanh", "content-type": "application/json"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("webchat")) as house:
        yield house


@pytest.fixture
def visitor(running: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, headers=HEADERS, timeout=20) as client:
        yield client


def opened(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/chat/open", content="{}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def say(client: httpx.Client, text: str, id_: str | None = None, after: int = 0) -> httpx.Response:
    return client.post("/chat/say", content=json.dumps({"id": id_ or str(uuid.uuid4()), "text": text, "after": after}))


def test_opening_says_who_we_are_and_sets_a_cookie_no_script_can_read(visitor: httpx.Client) -> None:
    first = opened(visitor)
    assert first["messages"][0]["n"] == 1
    assert first["messages"][-1]["offer"]["place"] == "welcome.start"
    assert first["progress"]["count"] == 7
    answer = visitor.post("/chat/open", content="{}")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_reload_hears_the_same_and_nothing_twice(visitor: httpx.Client) -> None:
    assert opened(visitor)["messages"] == opened(visitor)["messages"]


def test_a_retry_with_the_same_id_is_one_message(visitor: httpx.Client) -> None:
    last = opened(visitor)["last"]
    id_ = str(uuid.uuid4())
    assert [say(visitor, "bác", id_, last).json()["last"] for _ in range(3)] == [last + 2] * 3
    shown = visitor.get("/chat/messages?after=0").json()["messages"]
    assert [m["n"] for m in shown] == list(range(1, last + 3))
    assert [m["ref"] for m in shown if m["who"] == "me"] == [id_]


def test_a_press_is_answered_and_the_answer_comes_with_it(visitor: httpx.Client) -> None:
    first = opened(visitor)
    offer = first["messages"][-1]["offer"]
    press = {"place": offer["place"], "exit": offer["choices"][0][0]}
    answer = visitor.post("/chat/say", json={"id": str(uuid.uuid4()), "press": press, "after": first["last"]}).json()
    assert answer["accepted"] is True
    assert [m["who"] for m in answer["messages"]] == ["me", "house"]
    assert answer["messages"][0]["text"] == offer["choices"][0][1]


def test_a_secret_comes_back_as_a_marker(visitor: httpx.Client) -> None:
    last = opened(visitor)["last"]
    answer = say(visitor, "mã otp là 482913", after=last)
    assert "482913" not in answer.text
    assert answer.json()["messages"][0]["mark"] == "removed"


def test_without_the_cookie_nothing_is_told(running: Served, visitor: httpx.Client) -> None:
    opened(visitor)
    stranger = httpx.Client(base_url=running.url, headers=HEADERS)
    for answer in (stranger.get("/chat/messages?after=0"), stranger.get("/chat/stream"), say(stranger, "xin chào")):
        assert answer.status_code == 409
    stranger.cookies.set("donghanh", "A" * 43)
    assert stranger.get("/chat/messages?after=0").json()["messages"] == []
    stranger.close()


def test_another_sites_form_is_refused(running: Served, visitor: httpx.Client) -> None:
    opened(visitor)
    answer = httpx.post(f"{running.url}/chat/say", cookies=dict(visitor.cookies), data={"text": "x"})
    assert answer.status_code == 403


ID = b"6a2b0c1e-1111-4222-8333-944455566677"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"null", 400), (b"[1,2]", 400), (b"{", 400), (b"[" * 100_000, 400), (b'{"id":"x","text":"a"}', 400),
        (b'{"id":5,"text":"a"}', 400), (b"\xff\xfe", 400), (b'{"id":"%s"}' % ID, 400),
        (b'{"id":"%s","press":{"place":5,"exit":[]}}' % ID, 400),
        (b'{"id":"%s","press":{"place":"%s","exit":""}}' % (ID, b"x" * 999), 400),
        (b'{"id":"%s","text":"%s"}' % (ID, b"x" * 600_000), 413),
    ],
)  # fmt: skip
def test_a_body_that_is_not_ours_is_refused_with_a_sentence(visitor: httpx.Client, body: bytes, status: int) -> None:
    before = opened(visitor)["last"]
    answer = visitor.post("/chat/say", content=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
    assert opened(visitor)["last"] == before


@pytest.mark.parametrize("said", ["", "😀😀", "\x00", "\u202e\u200f", "x" * 100_000, "a\x00b"])
def test_odd_words_are_answered_and_never_an_error(visitor: httpx.Client, said: str) -> None:
    last = opened(visitor)["last"]
    answer = say(visitor, said, after=last)
    assert answer.status_code == 200
    assert answer.json()["messages"][-1]["who"] == "house"


def test_a_lone_surrogate_is_taken_as_an_old_keyboard_sends_it(visitor: httpx.Client) -> None:
    last = opened(visitor)["last"]
    body = b'{"id":"%s","text":"ch\\ud83dao","after":%d}' % (ID, last)
    answer = visitor.post("/chat/say", content=body)
    assert answer.status_code == 200
    assert answer.json()["messages"][0]["text"] == "ch\ufffdao"


def events(lines: Iterator[str], count: int) -> list[dict[str, Any]]:
    found = []
    for line in lines:
        if line.startswith("data: "):
            found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == count:
                break
    return found


def test_the_stream_tells_what_is_new_and_goes_on_from_the_last_number(running: Served, visitor: httpx.Client) -> None:
    last = opened(visitor)["last"]
    with visitor.stream("GET", f"/chat/stream?after={last}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        later = threading.Thread(
            target=lambda: httpx.post(
                f"{running.url}/chat/say",
                headers=HEADERS,
                cookies=dict(visitor.cookies),
                json={"id": str(uuid.uuid4()), "text": "menu"},
            )
        )
        later.start()
        (found,) = events(stream.iter_lines(), 1)
        later.join()
    assert [m["n"] for m in found["messages"]] == [last + 1, last + 2]
    with visitor.stream("GET", "/chat/stream", headers={"last-event-id": str(last + 1)}) as stream:
        (found,) = events(stream.iter_lines(), 1)
    assert [m["n"] for m in found["messages"]] == [last + 2]


def test_forgetting_ends_it_on_this_machine(visitor: httpx.Client) -> None:
    opened(visitor)
    say(visitor, "xin chào")
    answer = visitor.post("/chat/forget", content="{}")
    assert answer.status_code == 204
    assert "donghanh" not in visitor.cookies
    assert opened(visitor)["last"] == opened(visitor)["last"] == len(opened(visitor)["messages"])


def test_the_page_comes_under_a_strict_policy_and_its_assets_are_kept_for_ever(visitor: httpx.Client) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in page.text
    assert "style=" not in page.text
    found = [a for a in page.text.split('"') if a.startswith("/assets/")]
    assert found
    for address in found:
        asset = visitor.get(address)
        assert asset.status_code == 200
        assert "immutable" in asset.headers["cache-control"]
    assert visitor.get("/assets/..%2f..%2fsettings.py").status_code == 404


def test_health_and_readiness_are_told(visitor: httpx.Client) -> None:
    assert visitor.get("/healthz").text == "ok\n"
    assert visitor.get("/readyz").text == "ready\n"


def test_on_https_the_cookie_travels_only_so(tmp_path: Path) -> None:
    with served(tmp_path, PUBLIC_URL="https://tro-ly.phuong-mau.vn") as house:
        answer = httpx.post(f"{house.url}/chat/open", headers=HEADERS, content="{}")
    assert "; secure" in answer.headers["set-cookie"].lower()
