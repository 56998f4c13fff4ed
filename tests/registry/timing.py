"""`python -m tests.registry.timing`: is a known number answered as fast as an unknown one? Over a raw socket, from another
process than the registry's, in pairs of random order; known and unknown must not be told apart by time at any entry:

* the page's number and phone (`who`), a code that does not fit (`code`), a contact (`contact`), its status (`status`).

Passes when, three times over, Mann-Whitney finds nothing (p > 0.001), the medians differ by less than 0.5 ms, and a classifier
that learnt from one half of the times cannot tell the other half (area under the curve 0.48 to 0.52). Then the same with a
registry that takes a millisecond longer for known numbers, which must fail. Needs scikit-learn and SciPy (`make train` does too).

On a machine that does other things too, `--clock cpu` judges the processor's time that the registry spent until it answered
instead of the time on the wire: it is far less moved by what else runs, and says nothing about waiting for a disk.
"""

import argparse
import contextlib
import json
import math
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.registry.loans import Start
from tests.registry.office import ALWAYS, IN_TESTS, KEY

ENTRIES = ("who", "code", "contact", "status")
STARTS = (Start.APPROVED2, Start.ACTIVATED2, Start.APPROVED1)
PEOPLE, KNOWN = 4_000, 200
MOST_P, MOST_MS, MOST_AUC = 0.001, 0.5, 0.02
READY = "ready "


@dataclass
class Wire:
    """One connection to the registry, kept open; the time of a question is from its last byte to the answer's first."""

    port: int
    by_cpu: bool = False
    open_: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.open_ = socket.create_connection(("127.0.0.1", self.port))
        self.open_.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, verb: str, path: str, body: bytes = b"", **headers: str) -> tuple[float, int, dict[str, str], bytes]:
        """Milliseconds, status, headers, body."""
        lines = [f"{verb} {path} HTTP/1.1", "host: registry", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        question = "\r\n".join([*lines, "", ""]).encode() + body
        begun = time.perf_counter_ns()
        self.open_.sendall(question)
        answer = self.open_.recv(65_536)
        took = (time.perf_counter_ns() - begun) / 1e6
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, rest = answer.partition(b"\r\n\r\n")
        named = {n.lower(): v.strip() for n, _, v in (one.partition(":") for one in head.decode().split("\r\n")[1:])}
        while len(rest) < int(named.get("content-length", "0")):
            rest += self._more()
        if self.by_cpu:
            took = int(named["x-cpu-us"]) / 1000
        return took, int(head.split(b" ", 2)[1]), named, rest

    def _more(self) -> bytes:
        part = self.open_.recv(65_536)
        if not part:
            raise ConnectionError("the registry closed the connection in the middle of an answer")
        return part

    def form(self, path: str, fields: dict[str, str], **headers: str) -> tuple[float, int, dict[str, str], bytes]:
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(fields).encode(), content_type=kind, **headers)

    def json(self, path: str, asked: dict[str, Any], **headers: str) -> dict[str, Any]:
        _, status, _, body = self.ask(
            "POST", path, json.dumps(asked).encode(), content_type="application/json", **headers
        )
        assert status < 300, (path, status, body)
        said: dict[str, Any] = json.loads(body)
        return said


@dataclass(frozen=True)
class Numbers:
    """A number and a phone, and whether they belong together in the registry."""

    number: str
    phone: str
    known: bool


@dataclass
class Asker:
    """Asks at every entry about known and unknown numbers in turn, drawn anew."""

    wire: Wire
    secret: str
    numbers: list[Numbers] = field(default_factory=list)
    token: str = ""

    def prepare(self) -> None:
        """Somebody known in every standing, and as many unknown: nobody's numbers, and known ones with another phone."""
        given = {"grant_type": "client_credentials", "client_id": "donghanh", "client_secret": self.secret}
        self.token = json.loads(self.wire.form("/v1/token", given)[3])["access_token"]
        lent = [self.wire.json("/v1/loans", {"start": STARTS[n % len(STARTS)].value})["person"] for n in range(KNOWN)]
        people = list[dict[str, Any]]()
        while len(people) < 2 * KNOWN:
            after = PEOPLE - 2 * KNOWN + len(people)
            people += json.loads(self.wire.ask("GET", f"/v1/people?after={after}&most=100")[3])["people"]
        strangers = people[:KNOWN]
        self.numbers = [Numbers(one["number"], one["phone"], True) for one in lent]
        self.numbers += [Numbers(one["number"], one["phone"], False) for one in strangers[: KNOWN // 2]]
        others = [one["phone"] for one in people[KNOWN : KNOWN + KNOWN // 2]]
        self.numbers += [Numbers(one["number"], phone, False) for one, phone in zip(lent, others, strict=False)]

    def once(self, who: Numbers) -> dict[str, float]:
        """How long each entry took, for one number."""
        asked = {"asked_from": "web", "client_id": "donghanh", "client_secret": self.secret}
        link = json.loads(self.wire.form("/v1/device_authorization", asked)[3])
        claimed = self.wire.form("/lien-ket", {"step": "open", "code": link["user_code"]})
        cookie = claimed[2]["set-cookie"].partition(";")[0]
        self.wire.form("/lien-ket", {"step": "asked", "press": "my_own"}, cookie=cookie)
        took = dict[str, float]()
        typed = {"step": "who", "number": who.number, "phone": who.phone}
        took["who"] = self.wire.form("/lien-ket", typed, cookie=cookie)[0]
        self.wire.ask("GET", "/lien-ket", cookie=cookie)
        took["code"] = self.wire.form("/lien-ket", {"step": "code", "press": "try", "code": "000001"}, cookie=cookie)[0]
        bearer = f"Bearer {self.token}"
        asked_for = json.dumps({"phone": who.phone}).encode()
        kind = "application/json"
        took["contact"], _, _, body = self.wire.ask(
            "POST", "/v1/contacts", asked_for, content_type=kind, authorization=bearer
        )
        took["status"] = self.wire.ask("GET", f"/v1/subjects/{json.loads(body)['subject']}", authorization=bearer)[0]
        return took


def measured(asker: Asker, each: int, chance: random.Random) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds by entry: of known numbers, of unknown ones."""
    arms = [[one for one in asker.numbers if one.known is known] for known in (True, False)]
    # In pairs, whichever first: a slow while of the machine meets as many of both. Without that, an uneven while is in both
    # halves of the times, and the classifier tells known from unknown by when they were asked.
    order = [arm for _ in range(each) for arm in chance.sample((0, 1), 2)]
    times: dict[str, tuple[list[float], list[float]]] = {entry: ([], []) for entry in ENTRIES}
    for arm in order:
        for entry, took in asker.once(chance.choice(arms[arm])).items():
            times[entry][arm].append(took)
    return times


def judged(known: list[float], unknown: list[float]) -> tuple[bool, str]:
    """Whether the two cannot be told apart, and the figures."""
    from scipy.stats import mannwhitneyu

    p = float(mannwhitneyu(known, unknown).pvalue)
    gap = abs(statistics.median(known) - statistics.median(unknown))
    area = _area(known, unknown)
    # With fewer than 5 000 of each, chance alone moves the area further (its deviation is 1 / √(6 n) of the n that were kept).
    bound = max(MOST_AUC, 2.5 / math.sqrt(6 * min(len(known), len(unknown)) / 2))
    alike = p > MOST_P and gap < MOST_MS and abs(area - 0.5) <= bound
    middles = f"medians {statistics.median(known):.3f} and {statistics.median(unknown):.3f} ms"
    return alike, f"p {p:.3g}, {middles}, area {area:.3f} (0.5 ± {bound:.3f})"


def _area(known: list[float], unknown: list[float]) -> float:
    """How well boosted trees that learnt from every other time tell the rest (0.5: not at all)."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    x = np.array([*known, *unknown]).reshape(-1, 1)
    y = np.array([1] * len(known) + [0] * len(unknown))
    learn = np.arange(len(y)) % 2 == 0
    told = HistGradientBoostingClassifier(max_iter=40, max_depth=2, random_state=0).fit(x[learn], y[learn])
    return float(roc_auc_score(y[~learn], told.predict_proba(x[~learn])[:, 1]))


@contextlib.contextmanager
def served(folder: Path, sleep_ms: float) -> Iterator[tuple[int, str]]:
    """A registry in a process of its own: its port, and the client's secret."""
    command = [sys.executable, "-m", "tests.registry.timing", "--serve", str(folder), "--sleep-ms", str(sleep_ms)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    try:
        _, port, secret = process.stdout.readline().split()
        yield int(port), secret
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def _busy(ms: float) -> None:
    """Work for so long on this thread."""
    until = time.thread_time_ns() + ms * 1e6
    while time.thread_time_ns() < until:
        pass


class Clocked:
    """Tells with each answer how many microseconds of processor time this process spent on it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.process_time_ns()

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = (time.process_time_ns() - begun) // 1000
                message["headers"] = [*message.get("headers", ()), (b"x-cpu-us", str(took).encode())]
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)


def _make_slow(ms: float) -> None:
    """Let this process be a bad registry: at every entry it works `ms` longer for whom it knows."""
    from bot.registry.linking import walk
    from storage.registry import accounts, consents, linking

    pages: Any = walk
    with_phone, note_look, send, try_code = accounts.with_phone, linking.note_look, pages._send, pages.try_sent_code

    def slow_phone(unit: Any, phone: int) -> list[int]:
        found = with_phone(unit, phone)
        _busy(ms if found else 0)
        return found

    def slow_send(here: Any, link: Any, whose: tuple[int, int]) -> None:
        _busy(ms if whose[0] > 0 else 0)
        send(here, link, whose)

    def slow_try(unit: Any, vault: Any, purpose: str, person: int, *more: Any) -> Any:
        _busy(ms if person > 0 else 0)
        return try_code(unit, vault, purpose, person, *more)

    def slow_look(unit: Any, id_: str, subject: str, *more: Any) -> None:
        given = consents.behind(unit, "donghanh", subject)
        file = accounts.find(unit, given.person) if given else None
        _busy(ms if given is not None and file is not None and file.phone == given.phone else 0)
        note_look(unit, id_, subject, *more)

    for place, name, slow in (
        (accounts, "with_phone", slow_phone), (linking, "note_look", slow_look), (pages, "_send", slow_send),
        (pages, "try_sent_code", slow_try),
    ):  # fmt: skip
        setattr(place, name, slow)


def serve(folder: Path, sleep_ms: float) -> None:
    """The other process. With `sleep_ms` it is slower for whom it knows."""
    import uvicorn

    from bot.registry.api.application import application
    from bot.registry.registry import build
    from storage.vault import Vault

    if sleep_ms:
        _make_slow(sleep_ms)
    paces = replace(IN_TESTS.paces, link_send=ALWAYS, contact=ALWAYS)
    options = replace(IN_TESTS, people=PEOPLE, paces=paces)
    with (
        build(f"sqlite:///{folder}/registry.db", Vault(KEY), options) as registry,
        socket.create_server(("127.0.0.1", 0)) as here,
    ):
        sys.stdout.write(f"{READY}{here.getsockname()[1]} {registry.clients.secret('donghanh')}\n")
        sys.stdout.flush()
        config = uvicorn.Config(
            Clocked(application(registry)),
            log_level="error",
            loop="uvloop",
            http="httptools",
            access_log=False,
            timeout_keep_alive=3_600,
        )
        uvicorn.Server(config).run(sockets=[here])


def run(each: int, repeats: int, sleep_ms: float, seed: int, by_cpu: bool) -> dict[str, bool]:
    """By entry: whether known and unknown could not be told apart, every time."""
    alike = dict.fromkeys(ENTRIES, True)
    # In memory where there is room: a disk's own moods are 1 000 times what is looked for.
    memory = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(prefix="timing-", dir=memory if memory.is_dir() else None)
    with folder as place, served(Path(place), sleep_ms) as (port, secret):
        asker, chance = Asker(Wire(port, by_cpu), secret), random.Random(seed)
        asker.prepare()
        measured(asker, 100, chance)
        for repeat in range(repeats):
            for entry, (known, unknown) in measured(asker, each, chance).items():
                fits, figures = judged(known, unknown)
                alike[entry] &= fits
                print(f"  {repeat + 1} {entry:8} {'alike' if fits else 'DIFFERENT'}: {figures}", flush=True)
    return alike


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=5_000, help="known numbers asked about, and as many unknown ones")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--control", type=int, default=1_000, help="how many of each in the positive control")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", choices=("wire", "cpu"), default="wire")
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--sleep-ms", type=float, default=0)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.sleep_ms)
        return 0
    by_cpu = given.clock == "cpu"
    print(f"{given.each} known and {given.each} unknown, {given.repeats} times:")
    alike = run(given.each, given.repeats, 0, given.seed, by_cpu)
    print("a registry that sleeps 1 ms for known numbers, which must be caught:")
    caught = run(given.control, 1, 1, given.seed, by_cpu)
    missed = [entry for entry, same in caught.items() if same]
    told = [entry for entry, same in alike.items() if not same]
    print(f"told apart: {', '.join(told) or 'none'}; control missed at: {', '.join(missed) or 'none'}")
    return 1 if told or missed else 0


if __name__ == "__main__":
    sys.exit(main())
