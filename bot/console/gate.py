"""Who is at the console: the cookie, how long it lasts, what its holder may do; and every refusal written down."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.console.looks import ROOT, SAFE, drawn, sent_to
from bot.console.parts import Room
from bot.console.rights import Action, may, mays
from storage import staff, units
from storage.audit import Act
from storage.staff import Member, Session
from storage.store import UnavailableError
from storage.units import Unit

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
HALF_DONE = timedelta(minutes=10)
TOUCH_EVERY = timedelta(minutes=1)
SURE_FOR = timedelta(minutes=5)
HOST_COOKIE, PLAIN_COOKIE = "__Host-console", "console"
TOKEN_BYTES = 32
LARGEST_FORM = 64 * 1024


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, half or wholly: their session, who they are, the unit whose part of the house they see,
    and the word every form of theirs carries."""

    session: Session
    member: Member
    unit: Unit
    csrf: str


class RefusedError(Exception):
    """The console does not do this; the sentence says why, `about` is the conversation it was asked of."""

    def __init__(
        self, status: int, sentence: str, act: Act | None = None, about: int | None = None, why: str = ""
    ) -> None:
        super().__init__(sentence)
        self.status, self.act, self.about, self.why = status, act, about, why


Work = Callable[[Request, Visitor, FormData], Awaitable[Response]]


class Gate:
    """Lets requests through to their work, or refuses them."""

    def __init__(self, room: Room) -> None:
        self._room, self._parts = room, room.parts
        self._csrf = room.parts.vault.subkey("console csrf")

    # ---- the way in ----

    def open_to_all(self, work: Callable[[Request, FormData], Awaitable[Response]]) -> Callable[[Request], Any]:
        """A page for whoever is not signed in."""

        async def answer(request: Request) -> Response:
            return await self._answered(request, None, lambda form: work(request, form))

        return answer

    def through(
        self, work: Work, action: Action | None = None, *, step: str = "in", passive: bool = False
    ) -> Callable[[Request], Any]:
        """A page for those who are at this step of signing in and may do `action`. `passive`: a page that asks by itself
        does not count as somebody being there."""

        async def answer(request: Request) -> Response:
            visitor = await self.visitor(request)
            if visitor is None or visitor.session.step != step:
                return self._elsewhere(request, visitor)

            async def permitted(form: FormData) -> Response:
                if action is not None and not may(visitor.member.role, action):
                    sentence = "Vai trò của bạn không có việc này. Cần thì hỏi quản trị viên."
                    raise RefusedError(403, sentence, action.value, why="role")
                return await work(request, visitor, form)

            if not passive and self._parts.clock.now() - visitor.session.seen > TOUCH_EVERY:
                now = self._parts.clock.now()
                await self._parts.store.write(lambda unit: staff.touch(unit, visitor.session.id, now))
            return await self._answered(request, visitor, permitted)

        return answer

    async def visitor(self, request: Request) -> Visitor | None:
        """Whoever holds the cookie, if it still counts."""
        token = request.cookies.get(self.cookie_name, "")
        return await self.holder(self.fingerprint(token)) if 40 <= len(token) <= 64 and self._carried(request) else None

    async def holder(self, id_: str) -> Visitor | None:
        """Whose session this is; None once it ended, was idle too long, or its holder was disabled."""

        def query(unit: Connection) -> tuple[Session, Member, Unit] | None:
            found = staff.session(unit, id_)
            whose = units.find(unit, found[1].unit) if found is not None else None
            return (*found, whose) if found is not None and whose is not None else None

        found = await self._parts.store.read(query)
        if found is None:
            return None
        session, member, whose = found
        now = self._parts.clock.now()
        idle = IDLE if session.step == "in" else HALF_DONE
        if now - session.seen > idle or now - session.created > (LONGEST if session.step == "in" else HALF_DONE):
            return None
        return Visitor(session, member, whose, self._word(session.id))

    def _elsewhere(self, request: Request, visitor: Visitor | None) -> Response:
        """To where this visitor can go on: a page is sent there, a part of a page says it in a header."""
        path = "/sign-in" if visitor is None else {"enrol": "/enrol", "code": "/code", "in": ""}[visitor.session.step]
        if not self._carried(request):
            return self._insecure(request)
        if request.headers.get("hx-request") or "text/event-stream" in request.headers.get("accept", ""):
            return Response(status_code=401, headers={**SAFE, "hx-redirect": f"{ROOT}{path}"})
        return sent_to(path)

    async def _answered(
        self, request: Request, visitor: Visitor | None, work: Callable[[FormData], Awaitable[Response]]
    ) -> Response:
        now = self._parts.clock.now()
        try:
            if not self._carried(request):
                return self._insecure(request)
            form = await self._form(request, visitor) if request.method == "POST" else FormData()
            return await work(form)
        except RefusedError as refused:
            if visitor is not None and refused.act is not None:
                await self.denied(visitor, refused.act, refused.about, refused.why)
            self._parts.counted(f"console_refused_{refused.status}")
            can = mays(visitor.member.role) if visitor is not None else {}
            return drawn(
                request, "sorry.html.jinja", now, refused.status, sentence=str(refused), visitor=visitor, may=can,
                plain=not self._parts.secure,
            )  # fmt: skip
        except UnavailableError:
            sentence = "Cơ sở dữ liệu chưa trả lời. Chưa có gì được ghi; tải lại trang sau vài giây."
            return drawn(request, "sorry.html.jinja", now, 503, sentence=sentence, visitor=None)
        except ClientDisconnect:
            return Response(status_code=400)

    async def denied(self, visitor: Visitor, act: Act, about: int | None, why: str) -> None:
        """An attempt that was refused is written down like one that was not."""
        now, who = self._parts.clock.now(), visitor.member
        await self._parts.store.write(
            lambda unit: self._room.audit.append(unit, now, who.id, act, done=False, about=about, why=why)
        )

    # ---- the cookie ----

    @property
    def cookie_name(self) -> str:
        return HOST_COOKIE if self._parts.secure else PLAIN_COOKIE

    def fingerprint(self, token: str) -> str:
        return self._parts.vault.blind("console session", token)

    async def begin(
        self, request: Request, member: Member, step: str, old: Session | None, answer: Response
    ) -> Response:
        """A new session in the place of the old one (never the same id on a higher step), its cookie with the answer."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._parts.clock.now()
        id_, device = self.fingerprint(token), device_of(request.headers.get("user-agent", ""))

        def work(unit: Connection) -> None:
            if old is not None:
                staff.end(unit, old.id, member.id)
            staff.begin(unit, id_, member.id, step, device, now)
            if step == "in":
                self._room.audit.append(unit, now, member.id, Act.SIGN_IN, device=device)

        await self._parts.store.write(work)
        answer.set_cookie(
            self.cookie_name, token, httponly=True, samesite="strict", secure=self._parts.secure, path="/",
            max_age=int(LONGEST.total_seconds()),
        )  # fmt: skip
        return answer

    def forget_cookie(self, answer: Response) -> Response:
        answer.delete_cookie(self.cookie_name, path="/", secure=self._parts.secure, httponly=True, samesite="strict")
        return answer

    # ---- where a request comes from ----

    def _carried(self, request: Request) -> bool:
        """Whether passwords may travel this way: by HTTPS, or without leaving this machine."""
        if self._parts.secure:
            return True
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        return _loopback(host) and _loopback(request.client.host if request.client else "")

    def _insecure(self, request: Request) -> Response:
        sentence = (
            "Trang này chỉ mở qua HTTPS, hoặc ngay trên máy đang chạy nó (http://127.0.0.1). Mật khẩu gửi qua đường không mã hoá "
            "thì ai cùng mạng cũng đọc được. Cách bật HTTPS: docs/console.md."
        )
        return drawn(request, "sorry.html.jinja", self._parts.clock.now(), 403, sentence=sentence, visitor=None)

    async def _form(self, request: Request, visitor: Visitor | None) -> FormData:
        """What was posted, if a page of ours posted it."""
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        site = request.headers.get("sec-fetch-site", "same-origin")
        # Our pages tell nobody where one comes from, so their own forms say "null"; the browser's word for the site stands.
        if site not in ("same-origin", "none") or (
            origin not in (None, "null") and urlsplit(str(origin)).netloc != host
        ):
            raise RefusedError(403, "Yêu cầu này không đến từ trang của chúng ta.", Act.SIGN_IN, why="other site")
        length = request.headers.get("content-length", "")
        if not length.isascii() or not length.isdecimal() or int(length) > LARGEST_FORM:
            raise RefusedError(413, "Nội dung gửi lên dài quá.")
        form = await request.form(max_files=0, max_fields=40)
        if visitor is not None and not hmac.compare_digest(_said(form, "csrf").encode(), visitor.csrf.encode()):
            raise RefusedError(403, "Trang này đã cũ. Tải lại trang rồi làm lại giúp.", Act.SIGN_IN, why="csrf")
        return form

    def _word(self, session_id: str) -> str:
        return hmac.digest(self._csrf, session_id.encode(), sha256).hex()


def _said(form: FormData, name: str, most: int = 4000) -> str:
    value = form.get(name, "")
    return value[:most] if isinstance(value, str) else ""


said = _said


def sure(visitor: Visitor, now: datetime) -> bool:
    """Whether they gave their password a moment ago."""
    return visitor.session.sure_until is not None and visitor.session.sure_until > now


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def device_of(agent: str) -> str:
    """What kind of machine it is, for the list of sign-ins; nothing that tells one from another of its kind."""
    kinds = (("Android", "Điện thoại Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Máy Windows"),
             ("Macintosh", "Máy Mac"), ("Linux", "Máy Linux"))  # fmt: skip
    return next((named for sign, named in kinds if sign in agent), "Máy khác")
