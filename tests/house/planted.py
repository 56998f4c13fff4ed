"""Plants secrets through every door of a running house with debug logging on, then searches every byte it kept or printed.

    python -m tests.house.planted --count 2000      # make planted

The secrets are the shield's own samples, of all its kinds. How many of a kind the shield knows is judged elsewhere
(`tests/content/test_shield.py`); here each one planted is one it knows, and the question is whether any path goes round it:
the web page, Telegram's updates and both Zalo products' events of every shape, edited, forwarded, malformed and forged ones,
faults of ours in the middle of a turn, a database that is away. On each channel a control that is no secret must be found, and
the search itself is tried on every spelling.
"""

import argparse
import base64
import contextlib
import json
import logging
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unicodedata
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx

from content.shield import shield
from flows.core.vietnamese import fold, tidy
from tests.channels.zalo_oa_house import APP, OA, SECRET, body, signed, text_event
from tests.kit.served import READY, ROOT, environment
from tests.kit.zalo import ZaloOa as Zalo

SAMPLES = ROOT / "tests" / "content" / "shield_samples.tsv"
JOINER = "␟"
TOKEN, HOOK = "9000000001:AAmoPhong_khong_phai_that_0123456789", "mot-bi-mat-cua-rieng-webhook"
ZALO_TOKEN, ZALO_SECRET = "1459232241454765289:mo-phong-khong-phai-that", "mot-bi-mat-khac-cua-webhook"
CONTROLS = {
    "web": "hoa mười giờ bảy sắc",
    "telegram": "rau dền ba lá tím",
    "zalo_bot": "giàn mướp sau nhà ông",
    "zalo_oa": "ao cá rô đầu xóm",
}
SEED = 2026
NOWHERE = "http://127.0.0.1:9"
FAULTY = 11  # every so many turns, a fault of ours
AWAY = 5.6  # seconds for which the database is held: longer than a writer waits
HEADERS = {"x-requested-with": "donghanh"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as somebody types it, with the secrets that stand in it."""

    kind: str
    secrets: tuple[str, ...]
    text: str


# ---- what is planted ----


def chosen(count: int) -> list[Sample]:
    """Samples with at least `count` different secrets of all kinds, always the same ones."""
    ours = fold("\n".join(p.read_text("utf-8") for p in sorted((ROOT / "content").glob("[ve][in]/**/*.jinja"))))
    rows = [row.split("\t") for row in SAMPLES.read_text("utf-8").splitlines()[1:]]
    Random(SEED).shuffle(rows)
    taken, seen = list[Sample](), set[str]()
    for kind, planted, text, _ in rows:
        secrets = tuple(planted.split(JOINER)) if planted else ()
        if not secrets or any(s in seen or not _telling(s, ours) for s in secrets):
            continue
        text = text.replace("\\n", "\n")
        if any(found_in(shield(tidy(form)).text.encode(), list(secrets)) for form in (text, *grown(text))):
            continue  # one the shield does not know
        seen.update(secrets)
        taken.append(Sample(kind, secrets, text))
        if len(seen) >= count:
            break
    return taken


def grown(text: str) -> tuple[str, str, str]:
    """The text as some doors take it: behind a command, and before so much else that it is too long."""
    return f"/start {text}", f"/menu {text}", text + " và còn nữa" * 500


def _telling(secret: str, ours: str) -> bool:
    """Whether finding it proves something: long enough, and no word of our own texts."""
    digits = re.sub(r"\D", "", secret)
    folded = fold(secret)
    return folded not in ours and (len(digits) >= 6 or (len(secret) >= 8 and not secret.isdigit()))


# ---- the search ----


def spellings(secret: str) -> set[bytes]:
    """How a secret may lie in a file: encodings, escapes, other Unicode, without its blanks, folded into one word."""
    texts = {
        secret,
        unicodedata.normalize("NFD", secret),
        unicodedata.normalize("NFC", tidy(secret)),
        secret.casefold(),
    }
    digits = "".join(str(unicodedata.digit(c)) for c in secret if unicodedata.digit(c, None) is not None)
    if len(digits) >= 6 and not re.search(r"[^\W\d_]", secret):
        texts |= {digits, " ".join(digits)}
    folded = re.sub(r"[^a-z0-9]", "", fold(secret))
    if len(folded) >= 8:
        texts.add(folded)
    raw = {t.encode() for t in texts} | {secret.encode("utf-16-le"), secret.encode("utf-16-be")}
    raw |= {json.dumps(secret)[1:-1].encode(), repr(secret)[1:-1].encode(), secret.encode("unicode_escape")}
    raw |= {
        urllib.parse.quote(secret).encode(),
        urllib.parse.quote_plus(secret).encode(),
        secret.encode().hex().encode(),
    }
    for shift in range(3):  # base64 has three alignments
        coded = base64.b64encode(b"\0" * shift + secret.encode())
        raw.add(coded[4 if shift else 0 : len(coded) - 4])
    return {form for form in raw if len(form) >= 6}


_MOMENT = re.compile(rb"datetime\.datetime\([\d, ]+")
_BEGIN = 6
_BLOCK = 1 << 22


def found_in(kept: bytes, secrets: list[str]) -> list[str]:
    """Which of the secrets stand in these bytes, in any spelling. A row of digits counts only where it stands alone: ids and
    the fractions of seconds are full of digits."""
    wanted: dict[bytes, list[tuple[bytes, str]]] = {}
    for secret in secrets:
        for form in spellings(secret):
            wanted.setdefault(form[:_BEGIN], []).append((form, secret))
    found: dict[str, None] = {}
    few = len(wanted) * len(kept) < 1 << 28
    for at in _by_finding(kept, wanted) if few else _by_looking(kept, wanted):
        for form, secret in wanted.get(kept[at : at + _BEGIN], ()):
            if kept.startswith(form, at) and (not form.isdigit() or _alone(kept, at, at + len(form))):
                found[secret] = None
    return list(found)


def _by_finding(kept: bytes, begins: Iterable[bytes]) -> Iterator[int]:
    for begin in begins:
        at = kept.find(begin)
        while at >= 0:
            yield at
            at = kept.find(begin, at + 1)


def _by_looking(kept: bytes, begins: Iterable[bytes]) -> Iterator[int]:
    """Where one of many may begin, for hundreds of megabytes: three bytes and the three after them, looked up in two tables."""
    import numpy

    tables = [numpy.zeros(1 << 24, dtype=bool) for _ in range(2)]
    for begin in begins:
        for table, part in zip(tables, (begin[:3], begin[3:6]), strict=True):
            table[int.from_bytes(part, "big")] = True
    for start in range(0, len(kept), _BLOCK):
        block = numpy.frombuffer(kept[start : start + _BLOCK + _BEGIN], dtype=numpy.uint8).astype(numpy.uint32)
        if len(block) < _BEGIN:
            break
        threes = (block[:-2] << 16) | (block[1:-1] << 8) | block[2:]
        here = tables[0][threes[:-3]] & tables[1][threes[3:]]
        yield from (start + int(at) for at in numpy.nonzero(here)[0])


def _alone(kept: bytes, start: int, end: int) -> bool:
    before, after = kept[start - 1 : start], kept[end : end + 1]
    return not (before.isalnum() or after.isalnum() or before in (b".", b"-") or after in (b".", b"-"))


# ---- the doors ----


class Doors:
    """The ways in to one running house; each takes any text."""

    def __init__(self, client: httpx.Client) -> None:
        self._client, self._number, self.answers = client, 0, Counter[str]()
        self._lock = threading.Lock()

    def all(self) -> list[Callable[[str], None]]:
        return [
            self.says, self.tells, self.edits, self.forwards, self.captions, self.presses, self.contact, self.in_group,
            self.named, self.answers_to, self.pages, self.malformed, self.forged, self.too_long, self.link,
            self.zalo_says, self.zalo_shows, self.zalo_in_group, self.zalo_malformed, self.oa_says, self.oa_shows, self.oa_form,
            self.oa_in_group, self.oa_malformed,
        ]  # fmt: skip

    def main(self) -> list[Callable[[str], None]]:
        """The doors where words are heard as words, one a channel, in the order of `CONTROLS`."""
        return [self.says, self.tells, self.zalo_says, self.oa_says]

    def begin(self) -> None:
        """A new conversation on the page. Its cookie travels by HTTPS only, so it is carried by hand."""
        self._client.cookies.clear()
        self._client.headers.pop("cookie", None)
        opened = self._client.post("/chat/open", json={})
        self._client.headers["cookie"] = opened.headers["set-cookie"].partition(";")[0]

    def says(self, text: str) -> None:
        self._post("/chat/say", {"id": str(uuid.uuid4()), "text": text})

    def tells(self, text: str) -> None:
        self._update({"message": self._message(text=text)})

    def edits(self, text: str) -> None:
        self._update({"edited_message": self._message(text=text, edit_date=1_800_000_001)})

    def forwards(self, text: str) -> None:
        origin = {"type": "hidden_user", "sender_user_name": text[:60], "date": 1}
        self._update({"message": self._message(text=text, forward_origin=origin)})

    def captions(self, text: str) -> None:
        photo = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]
        self._update({"message": self._message(caption=text, photo=photo)})
        self._update({"message": self._message(caption=text, document={"file_id": "a", "file_name": text[:60]})})

    def presses(self, text: str) -> None:
        query = {"id": "7", "from": self._person(), "message": self._message(text=text), "data": text[:60]}
        self._update({"callback_query": query})
        self._post("/chat/say", {"id": str(uuid.uuid4()), "press": {"place": text, "exit": text}})

    def contact(self, text: str) -> None:
        card = {"phone_number": "0000", "first_name": text[:60], "vcard": text}
        self._update({"message": self._message(contact=card)})

    def in_group(self, text: str) -> None:
        group = {"id": -100, "type": "supergroup", "title": text[:60]}
        self._update({"message": {**self._message(text=grown(text)[1]), "chat": group}})

    def named(self, text: str) -> None:
        message = self._message(text="menu")
        message["from"] |= {"first_name": text[:60], "last_name": text[-60:], "username": "x"}
        self._update({"message": message})

    def answers_to(self, text: str) -> None:
        self._update({"message": self._message(text="tiếp", reply_to_message=self._message(text=text))})
        self._update({"message": self._message(text="tiếp", quote={"text": text, "position": 0})})

    def pages(self, text: str) -> None:
        self._ask("GET", "/chat/messages", params={"after": text})
        self._ask("GET", f"/pictures/{urllib.parse.quote(text[:60], safe='')}.png")
        self._ask("POST", f"/{urllib.parse.quote(text[:60], safe='')}", json={"text": text})
        self._ask("POST", "/console/sign-in", data={"login": text[:60], "password": text})

    def malformed(self, text: str) -> None:
        self._ask("POST", "/chat/say", content=json.dumps({"id": text, "text": text})[:-3].encode())
        self._ask("POST", "/chat/say", content=text.encode(), headers={"content-type": "text/plain"})
        self._ask("POST", "/chat/seen", json={"upto": text})
        self._ask("POST", "/telegram/webhook", content=text.encode(), headers=self._hook())
        self._update({"message": {"text": text, "chat": text, "from": [text]}})

    def forged(self, text: str) -> None:
        body = {"update_id": 1, "message": self._message(text=text)}
        self._ask("POST", "/telegram/webhook", json=body, headers={"x-telegram-bot-api-secret-token": "wrong"})
        self._ask("POST", "/chat/say", json={"id": str(uuid.uuid4()), "text": text}, headers={"x-requested-with": ""})

    def too_long(self, text: str) -> None:
        self._post("/chat/say", {"id": str(uuid.uuid4()), "text": grown(text)[2]})

    def link(self, text: str) -> None:
        self._update({"message": self._message(text=grown(text)[0])})

    def zalo_says(self, text: str) -> None:
        self._zalo("message.text.received", text=text)

    def zalo_shows(self, text: str) -> None:
        picture = {"photo_url": f"https://a.example/{text[:60]}", "caption": text, "message_type": "CHAT_PHOTO"}
        self._zalo("message.image.received", **picture)
        self._zalo("message.unsupported.received", text=text)
        self._zalo("message.new.received", new={"text": text})

    def zalo_in_group(self, text: str) -> None:
        self._zalo("message.text.received", "GROUP", text=f"@Bot {text}")
        self._zalo("message.text.received", "GROUP", text=grown(text)[1])

    def zalo_malformed(self, text: str) -> None:
        for token in (ZALO_SECRET, "wrong"):
            headers = {"x-bot-api-secret-token": token}
            self._ask("POST", "/zalo/bot/webhook", content=text.encode(), headers=headers)
            self._ask(
                "POST", "/zalo/bot/webhook", json={"event_name": text, "message": {"text": [text]}}, headers=headers
            )
        self._zalo("message.text.received", text=grown(text)[2])
        self._zalo("message.text.received", text={"text": text})

    def oa_says(self, text: str) -> None:
        self._oa({"message": {"text": text}})

    def oa_shows(self, text: str) -> None:
        link = {"type": "link", "payload": {"url": f"https://a.example/{text}", "title": text, "description": text}}
        self._oa({"event_name": "user_send_link", "message": {"text": text, "attachments": [link]}})
        self._oa(
            {
                "event_name": "user_send_image",
                "message": {"text": text, "attachments": [{"type": "image", "payload": {}}]},
            }
        )
        self._oa({"event_name": text, "message": {"text": text}})

    def oa_form(self, text: str) -> None:
        self._oa({"event_name": "user_submit_info", "info": {"name": text, "phone": text, "address": text}})

    def oa_in_group(self, text: str) -> None:
        self._oa(
            {"event_name": "user_send_group_text", "recipient": {"id": "77"}, "message": {"text": f"[@{OA}] {text}"}}
        )

    def oa_malformed(self, text: str) -> None:
        self._oa({"message": {"text": [text]}})
        self._oa({"message": {"text": grown(text)[2]}})
        self._oa({"message": {"text": text}}, forged=True)
        for signature in (text[:60].encode().hex(), signed(text.encode(), "1795000000000")):
            self._ask("POST", "/zalo/oa/webhook", content=text.encode(), headers={"x-zevent-signature": signature})

    def _zalo(self, kind: str, where: str = "PRIVATE", **more: Any) -> None:
        who = f"{self._number // 50:020x}"
        message = {
            "from": {"id": who, "display_name": "Lan", "is_bot": False}, "message_id": f"{self._next():020x}",
            "chat": {"id": who if where == "PRIVATE" else f"f{who[1:]}", "chat_type": where}, "date": 1795320000000, **more,
        }  # fmt: skip
        told = {"event_name": kind, "message": message}
        self._ask("POST", "/zalo/bot/webhook", json=told, headers={"x-bot-api-secret-token": ZALO_SECRET})

    def _oa(self, more: dict[str, Any], *, forged: bool = False) -> None:
        person, number = str(9007199254740993000 + self._number // 50), self._next()
        told = text_event("", person, timestamp=str(1795000000000 + number)) | more
        told["message"] = {**told["message"], "msg_id": f"{number:x}"}
        raw = body(told)
        signature = signed(raw, key="wrong") if forged else signed(raw)
        self._ask("POST", "/zalo/oa/webhook", content=raw, headers={"x-zevent-signature": signature})

    def _next(self) -> int:
        with self._lock:
            self._number += 1
            return self._number

    def _person(self) -> dict[str, Any]:
        return {"id": 5000 + self._number // 50, "is_bot": False, "first_name": "Lan", "language_code": "vi"}

    def _message(self, **more: Any) -> dict[str, Any]:
        person = self._person()
        chat = {"id": person["id"], "type": "private", "first_name": "Lan"}
        return {"message_id": self._next(), "date": 1_800_000_000, "from": person, "chat": chat, **more}

    def _update(self, what: dict[str, Any]) -> None:
        self._ask("POST", "/telegram/webhook", json={"update_id": self._next(), **what}, headers=self._hook())

    def _hook(self) -> dict[str, str]:
        return {"x-telegram-bot-api-secret-token": HOOK}

    def _post(self, path: str, body: dict[str, Any]) -> None:
        self._ask("POST", path, json=body)

    def _ask(self, verb: str, path: str, **what: Any) -> None:
        """A refusal is an answer, and so is a line that breaks: what counts is what stays behind."""
        try:
            self.answers[str(self._client.request(verb, path, **what).status_code)] += 1
        except httpx.TransportError as broken:
            self.answers[type(broken).__name__] += 1


# ---- the house, as loud as it can be ----


def serve() -> None:
    """In the process that is the house: everything logs all it can, and every so many turns fail by a fault of ours."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(name)s %(message)s")
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "asyncio", "httpx", "httpcore", "telegram", "aiohttp"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    from bot.__main__ import main
    from bot.handover import Handovers
    from flows.speech import Pick

    heed, turns = Handovers.heed, Counter[str]()

    def faulty(self: Handovers, *told: Any) -> Any:
        turns["heard"] += 1
        if turns["heard"] % FAULTY in (8, 9):  # twice in a row, or the second attempt would succeed; after the controls
            # Not a press: one that was never offered carries whatever its sender wrote there, and is dropped as it is.
            in_hand = [one for one in told if not isinstance(one, Pick)]
            fault = RuntimeError(f"a fault of ours, with all it had in hand: {in_hand!r}")
            logging.getLogger("planted").error("a fault", exc_info=fault)
            raise fault
        return heed(self, *told)

    setattr(Handovers, "heed", faulty)  # noqa: B010 - said so, for mypy would not have it otherwise
    sys.exit(main(["run"]))


@contextlib.contextmanager
def loud_house(folder: Path) -> Iterator[tuple[str, Path]]:
    """Its address, and the file its whole output goes to."""
    printed = folder.parent / f"{folder.name}-printed.txt"
    settings = environment(
        folder, TELEGRAM_TOKEN=TOKEN, TELEGRAM_SECRET=HOOK, TELEGRAM_API=NOWHERE, PUBLIC_URL="https://mau.example",
        ZALO_BOT_TOKEN=ZALO_TOKEN, ZALO_BOT_SECRET=ZALO_SECRET, ZALO_BOT_API=NOWHERE, ZALO_OA_APP_ID=APP, ZALO_OA_API=NOWHERE,
        ZALO_OA_APP_SECRET=Zalo.app_secret, ZALO_OA_SECRET_KEY=SECRET, ZALO_OAUTH=NOWHERE,
    )  # fmt: skip
    settings |= {"PYTHONUNBUFFERED": "1"}
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.house.planted", "--serve"], cwd=ROOT, env=settings, stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield _reached(process, printed), printed
        finally:
            process.terminate()
            process.wait(timeout=60)


def _reached(process: "subprocess.Popen[bytes]", printed: Path) -> str:
    waiting = threading.Event()
    for _ in range(600):
        said = printed.read_text("utf-8", "replace")
        if READY in said and "\n" in said.partition(READY)[2]:
            line = said.partition(READY)[2].partition("\n")[0]
            return line.partition("listening on ")[2].rstrip(")") or line.strip()
        if process.poll() is not None:
            break
        waiting.wait(0.1)
    raise RuntimeError(f"the house did not start: {printed.read_text('utf-8', 'replace')[-2000:]}")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to: how many secrets through how many doors, what was found where, and how much was searched."""

    planted: int
    kinds: Counter[str]
    doors: int
    answers: Counter[str]
    found: dict[str, list[str]]
    control: dict[str, list[str]]
    searched: int


def run(count: int, folder: Path, *, away: bool = True, exports: int = 5) -> Result:
    """Plant, and search all files of `folder`, what the house printed, an export of every conversation and the lists of the
    commands; while it stands (its journal is full then) and after it has stopped."""
    samples = chosen(count)
    secrets = [s for sample in samples for s in sample.secrets]
    kept: dict[str, bytes] = {}
    with loud_house(folder) as (url, printed), httpx.Client(base_url=url, headers=HEADERS, timeout=60) as client:
        doors = Doors(client)
        ways = doors.all()
        doors.begin()
        for says, control in zip(doors.main(), CONTROLS.values(), strict=True):
            says(control)
        for number, sample in enumerate(samples):
            if number % 40 == 0:
                doors.begin()
            ways[number % len(ways)](sample.text)
            doors.main()[(number // len(ways)) % 4](sample.text)  # and as words, on one of the channels
        if away:
            with _held(folder / "data" / "house.db"):
                for sample in samples[:2]:
                    doors.says(sample.text)
        kept |= {f"while it stood: {name}": body for name, body in _files(folder).items()}
    # The moments of rows are printed with their microseconds: six digits by themselves.
    kept |= _files(folder) | {"what it printed": _MOMENT.sub(b"", printed.read_bytes())}
    kept |= {name: _command(folder, *command) for name, command in _commands(folder, exports).items()}
    found = {name: hits for name, body in kept.items() if (hits := found_in(body, secrets))}
    controls = {channel: [n for n, b in kept.items() if words.encode() in b] for channel, words in CONTROLS.items()}
    kinds = Counter(kind for sample in samples for kind in sample.kind.split(","))
    return Result(len(secrets), kinds, len(ways), doors.answers, found, controls, sum(map(len, kept.values())))


@contextlib.contextmanager
def _held(database: Path) -> Iterator[None]:
    """The database does not answer for a while: somebody else holds it, longer than a writer waits."""
    held = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(AWAY, held.rollback)
    ends.start()
    yield
    ends.join()
    held.close()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _commands(folder: Path, most: int) -> dict[str, tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "data" / "house.db")) as raw:
        numbers = [str(row[0]) for row in raw.execute("SELECT id FROM conversation ORDER BY id")]
    exports = {f"export {n}": ("subject", "export", n) for n in numbers[:most]}
    return {"outbox": ("outbox",), **exports}


def _command(folder: Path, *command: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command], cwd=ROOT, env=environment(folder), capture_output=True, check=False
    )
    return done.stdout + done.stderr


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m tests.house.planted", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="how many different secrets")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help="a folder to leave everything in, to look at")
    given = parser.parse_args(arguments)
    if given.serve:
        serve()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="donghanh-planted-"))
    try:
        result = run(given.count, folder / "house")
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)
    kinds = ", ".join(f"{count} {kind}" for kind, count in result.kinds.most_common())
    answers = ", ".join(f"{status}: {count}" for status, count in sorted(result.answers.items()))
    print(f"{result.planted} secrets ({kinds}) through {result.doors} doors; answers: {answers}.")
    places = ", ".join(f"{channel} {len(names)}" for channel, names in result.control.items())
    print(f"{result.searched:,} bytes searched; the controls were found in so many places: {places}.")
    for name, hits in result.found.items():
        print(f"FOUND in {name}: {', '.join(hits)}")
    if not result.found and all(result.control.values()):
        print("No secret was found.")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
