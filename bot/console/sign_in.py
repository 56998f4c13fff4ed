"""The way in: a password and six digits, the first time with a phone to enrol; and the sign-ins that one has."""

from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from hmac import digest

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import passwords, totp
from bot.console.gate import SURE_FOR, Gate, RefusedError, Visitor, said, sure
from bot.console.looks import LANGUAGE, drawn, sent_to
from bot.console.parts import Room
from bot.console.rights import mays
from storage import staff
from storage.audit import HOUSE, Act
from storage.staff import Member

WRONG = "Tên đăng nhập hoặc mật khẩu chưa khớp. Xem lại cả hai rồi nhập lại."
WRONG_CODE = "Sáu số chưa khớp, hoặc đã dùng rồi. Chờ ứng dụng hiện số mới rồi nhập số đó."


class SignIn:
    """The pages before the console, and the one about oneself."""

    def __init__(self, room: Room, gate: Gate) -> None:
        self._room, self._parts, self._gate = room, room.parts, gate
        self._enrolling = room.parts.vault.subkey("console enrolling")

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route("/sign-in", gate.open_to_all(self.ask), methods=["GET"]),
            Route("/sign-in", gate.open_to_all(self.password), methods=["POST"]),
            Route("/enrol", gate.through(self.enrolment, step="enrol"), methods=["GET"]),
            Route("/enrol", gate.through(self.enrol, step="enrol"), methods=["POST"]),
            Route("/code", gate.through(self.ask_code, step="code"), methods=["GET"]),
            Route("/code", gate.through(self.code, step="code"), methods=["POST"]),
            Route("/out", gate.through(self.out), methods=["POST"]),
            Route("/me", gate.through(self.me), methods=["GET"]),
            Route("/me/end", gate.through(self.end), methods=["POST"]),
            Route("/language", gate.open_to_all(self.language), methods=["POST"]),
        ]

    # ---- password ----

    async def ask(self, request: Request, _: FormData) -> Response:
        return self._page(request, "sign_in.html.jinja", sentence="")

    async def password(self, request: Request, form: FormData) -> Response:
        login, password = said(form, "login", 40).strip().casefold(), said(form, "password", passwords.LONGEST)
        key, now = self._parts.vault.blind("console login", login), self._parts.clock.now()
        until = await self._parts.store.write(lambda unit: staff.attempt(unit, key, now))
        if until is not None:
            return await self._wait(request, "sign_in.html.jinja", HOUSE, until)
        known = await self._parts.store.read(lambda unit: staff.by_login(unit, login))
        kept = await self._parts.store.read(lambda unit: staff.password_of(unit, known.id)) if known is not None else ""
        fits = await self._room.passwords.fits(kept, password)
        if known is None or known.disabled or not fits:
            await self._refuse(known.id if known is not None else HOUSE, "password")
            return self._page(request, "sign_in.html.jinja", 401, sentence=WRONG)
        await self._parts.store.write(lambda unit: staff.forgive(unit, key))
        step = "code" if known.enrolled else "enrol"
        return await self._gate.begin(request, known, step, None, sent_to(f"/{step}"))

    # ---- the phone, for the first time ----

    async def enrolment(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        return self._enrolment(request, visitor, "")

    async def enrol(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Their own password and the first six digits, at once; then the recovery codes, shown this one time."""
        chosen, again = said(form, "password"), said(form, "again")
        fault = passwords.fault_of(chosen, visitor.member.login)
        if chosen != again:
            fault = "Hai lần nhập mật khẩu mới chưa giống nhau."
        if fault:
            return self._enrolment(request, visitor, fault)
        member, now = visitor.member, self._parts.clock.now()
        if (until := await self._attempt(member, now)) is not None:
            return await self._wait(request, "enrol.html.jinja", member.id, until, **self._shown(visitor))
        seed = self._seed(visitor)
        step = totp.step_of(seed, said(form, "code", 12), now)
        if step is None:
            await self._refuse(member.id, "first code")
            return self._enrolment(request, visitor, WRONG_CODE)
        codes, hashed = totp.recovery_codes(), await self._room.passwords.make(chosen)
        prints = [self._recovery(member, code) for code in codes]

        def work(unit: Connection) -> bool:
            done = staff.enrol(unit, self._parts.vault, member.id, seed, step, hashed, prints)
            if done:
                staff.forgive(unit, self._totp_key(member))
                self._room.audit.append(unit, now, member.id, Act.ENROL)
            return done

        if not await self._parts.store.write(work):
            raise RefusedError(
                409, "Tài khoản này đã cài mã rồi. Đăng nhập lại giúp.", Act.ENROL, why="enrolled already"
            )
        answer = self._page(request, "codes.html.jinja", codes=codes, name=member.name)
        return await self._gate.begin(request, member, "in", visitor.session, answer)

    def _enrolment(self, request: Request, visitor: Visitor, sentence: str) -> Response:
        status = 400 if sentence else 200
        return self._page(request, "enrol.html.jinja", status, sentence=sentence, **self._shown(visitor))

    def _shown(self, visitor: Visitor) -> dict[str, object]:
        seed = self._seed(visitor)
        groups = [seed[at : at + 4] for at in range(0, len(seed), 4)]
        return {"visitor": visitor, "qr": totp.picture(seed, visitor.member.login), "groups": groups}

    def _seed(self, visitor: Visitor) -> str:
        """Made from the session, so that a page that reloads shows the same one and nothing is kept before it is proved."""
        return b32encode(digest(self._enrolling, visitor.session.id.encode(), sha256)[:20]).decode()

    # ---- six digits ----

    async def ask_code(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        return self._page(request, "code.html.jinja", visitor=visitor, sentence="")

    async def code(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        member, now = visitor.member, self._parts.clock.now()
        given = said(form, "code", 60).strip()
        if (until := await self._attempt(member, now)) is not None:
            return await self._wait(request, "code.html.jinja", member.id, until, visitor=visitor)
        paper = totp.recovery_form(given)
        if len(paper) > 6:
            how, print_ = Act.RECOVERY, self._recovery(member, paper)
            good = await self._parts.store.write(lambda unit: staff.spend_code(unit, member.id, print_))
        else:
            how = Act.SIGN_IN
            seed = await self._parts.store.read(lambda unit: staff.seed(unit, self._parts.vault, member.id))
            step = totp.step_of(seed, given, now) if seed else None
            good = step is not None and await self._parts.store.write(
                lambda unit: staff.spend_step(unit, member.id, step)
            )
        if not good:
            await self._refuse(member.id, "code")
            return self._page(request, "code.html.jinja", 401, visitor=visitor, sentence=WRONG_CODE)

        def work(unit: Connection) -> None:
            staff.forgive(unit, self._totp_key(member))
            if how is Act.RECOVERY:
                self._room.audit.append(unit, now, member.id, Act.RECOVERY)

        await self._parts.store.write(work)
        return await self._gate.begin(request, member, "in", visitor.session, sent_to(""))

    # ---- oneself ----

    async def out(self, _request: Request, visitor: Visitor, _: FormData) -> Response:
        now = self._parts.clock.now()

        def work(unit: Connection) -> None:
            staff.end(unit, visitor.session.id, visitor.member.id)
            self._room.audit.append(unit, now, visitor.member.id, Act.SIGN_OUT)

        await self._parts.store.write(work)
        return self._gate.forget_cookie(sent_to("/sign-in"))

    async def me(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        member = visitor.member
        sessions = await self._parts.store.read(lambda unit: staff.sessions_of(unit, member.id))
        left = await self._parts.store.read(lambda unit: staff.codes_left(unit, member.id))
        return self._page(
            request, "me.html.jinja", visitor=visitor, sessions=sessions, left=left, may=mays(member.role), here="me"
        )

    async def end(self, _request: Request, visitor: Visitor, form: FormData) -> Response:
        """End one of one's own sign-ins, or all but this one."""
        which, now, mine = said(form, "which", 40), self._parts.clock.now(), visitor.session.id

        def work(unit: Connection) -> None:
            ending = [
                s.id for s in staff.sessions_of(unit, visitor.member.id) if s.id != mine and which in (s.id, "others")
            ]
            for id_ in ending:
                staff.end(unit, id_, visitor.member.id)
            self._room.audit.append(unit, now, visitor.member.id, Act.SESSION_END, count=len(ending))

        await self._parts.store.write(work)
        return sent_to("/me")

    async def language(self, _request: Request, form: FormData) -> Response:
        answer = sent_to("")
        answer.set_cookie(LANGUAGE, "en" if said(form, "to") == "en" else "vi", samesite="strict", path="/console")
        return answer

    # ---- what they share ----

    async def be_sure(self, visitor: Visitor, form: FormData, about: int | None = None) -> None:
        """The password again, before what cannot be undone is shown; RefusedError."""
        now, member = self._parts.clock.now(), visitor.member
        if sure(visitor, now):
            return
        key = self._parts.vault.blind("console sure", str(member.id))
        if await self._parts.store.write(lambda unit: staff.attempt(unit, key, now)) is not None:
            raise RefusedError(429, "Nhập sai mật khẩu nhiều lần. Chờ ít phút rồi làm lại.", Act.SURE, about, "locked")
        kept = await self._parts.store.read(lambda unit: staff.password_of(unit, member.id))
        if not await self._room.passwords.fits(kept, said(form, "password", passwords.LONGEST)):
            raise RefusedError(
                401, "Mật khẩu chưa khớp. Quay lại và nhập lại mật khẩu của bạn.", Act.SURE, about, "password"
            )

        def work(unit: Connection) -> None:
            staff.forgive(unit, key)
            staff.be_sure(unit, visitor.session.id, now + SURE_FOR)
            self._room.audit.append(unit, now, member.id, Act.SURE)

        await self._parts.store.write(work)

    async def _attempt(self, member: Member, now: datetime) -> datetime | None:
        return await self._parts.store.write(lambda unit: staff.attempt(unit, self._totp_key(member), now))

    async def _refuse(self, staff_id: int, why: str) -> None:
        now = self._parts.clock.now()
        self._parts.counted("console_sign_in_refused")
        await self._parts.store.write(
            lambda unit: self._room.audit.append(unit, now, staff_id, Act.SIGN_IN, done=False, why=why)
        )

    async def _wait(
        self, request: Request, template: str, staff_id: int, until: datetime, **values: object
    ) -> Response:
        await self._refuse(staff_id, "locked")
        seconds = max(1, int((until - self._parts.clock.now()).total_seconds()) + 1)
        told = f"{seconds} giây" if seconds < 90 else f"{(seconds + 59) // 60} phút"
        sentence = f"Nhập chưa khớp nhiều lần, nên phải chờ {told} mới nhập tiếp được."
        answer = self._page(request, template, 429, sentence=sentence, **values)
        answer.headers["retry-after"] = str(seconds)
        return answer

    def _page(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        values.setdefault("visitor", None)
        plain = not self._parts.secure
        return drawn(
            request, template, self._parts.clock.now(), status, unit_name=self._parts.unit_name, plain=plain, **values
        )

    def _totp_key(self, member: Member) -> str:
        return self._parts.vault.blind("console code", str(member.id))

    def _recovery(self, member: Member, code: str) -> str:
        return self._parts.vault.blind("console recovery", f"{member.id} {totp.recovery_form(code)}")
