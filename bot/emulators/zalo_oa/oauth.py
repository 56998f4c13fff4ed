"""The OAuth host: the page where the OA's owner says yes, and the exchange of codes and tokens."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.emulators.journal import Journal
from bot.emulators.page_routes import PAGE
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.tokens import ERRORS, NotGrantedError, Tokens
from bot.look.shelf import templates

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Consent:
    """What was asked for on a consent page that is open."""

    callback: str
    challenge: str
    state: str | None


class OAuth:
    """`/v4/oa/permission` and `/v4/oa/access_token`."""

    def __init__(self, console: Console, tokens: Tokens, switches: Switches, journal: Journal, version: str) -> None:
        self._console, self._tokens, self._switches, self._journal = console, tokens, switches, journal
        self._version, self._templates = version, templates(PAGE)
        self._open: dict[str, Consent] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/v4/oa/permission", self.consent, methods=["GET"]),
            Route("/v4/oa/permission/allow", self.allow, methods=["GET"]),
        ]

    async def consent(self, request: Request) -> Response:
        """The page with the one button; what was asked wrongly is said instead."""
        asked = request.query_params
        self._journal.note("consent", asked=dict(asked))
        try:
            consent = self._wanted(dict(asked))
        except NotGrantedError as error:
            return self._page(400, refusal=f"{error.code}: {ERRORS[error.code]}", allow="")
        key = secrets.token_urlsafe(16)
        self._open[key] = consent
        return self._page(200, refusal="", allow=f"/v4/oa/permission/allow?{urlencode({'request': key})}")

    async def allow(self, request: Request) -> Response:
        """The owner pressed "Cho phép": back to the callback with a code."""
        consent = self._open.pop(request.query_params.get("request", ""), None)
        if consent is None:
            return self._page(400, refusal="Trang xin phép này đã dùng rồi, mở lại từ đầu.", allow="")
        answer = {"code": self._tokens.code(consent.challenge), "oa_id": self._console.oa_id}
        if consent.state is not None:
            answer["state"] = consent.state
        joint = "&" if "?" in consent.callback else "?"
        return RedirectResponse(consent.callback + joint + urlencode(answer), status_code=302)

    async def token(self, request: Request) -> Response:
        """Exchange a code or a refresh token."""
        form = {k: str(v) for k, v in (await request.form()).items()} if _is_form(request) else {}
        answer: dict[str, object]
        try:
            answer, status = dict(self._granted(form, request.headers.get("secret_key", ""))), 200
        except NotGrantedError as error:
            answer, status = self._refused(error)
        self._journal.note("call", method="/v4/oa/access_token", verb="POST", asked=form, status=status, answer=answer)
        return JSONResponse(answer, status_code=status)

    def _wanted(self, asked: dict[str, str]) -> Consent:
        if asked.get("app_id") != self._console.app_id:
            raise NotGrantedError(-14002, "App is not active but user is not admin")
        callback = asked.get("redirect_uri", self._console.callback)
        if not callback or callback != self._console.callback:
            raise NotGrantedError(-14003, "The redirect uri is not the one that is set in the console")
        return Consent(callback, asked.get("code_challenge", self._console.challenge), asked.get("state"))

    def _granted(self, form: dict[str, str], secret: str) -> dict[str, str]:
        if form.get("app_id") != self._console.app_id:
            raise NotGrantedError(-14002, "App is not active but user is not admin")
        if not secrets.compare_digest(secret.encode(), self._console.app_secret.encode()):
            raise NotGrantedError(-14004, "The secret key is invalid")
        match form.get("grant_type"):
            case "authorization_code":
                return self._tokens.exchange(form.get("code", ""), form.get("code_verifier", "")).answer()
            case "refresh_token":
                return self._tokens.refresh(form.get("refresh_token", "")).answer()
            case _:
                raise NotGrantedError(-14024, "grant_type must be authorization_code or refresh_token")

    def _refused(self, error: NotGrantedError) -> tuple[dict[str, object], int]:
        body: dict[str, object] = {
            "error_name": ERRORS[error.code],
            "error_reason": "",
            "ref_doc": "https://developers.zalo.me/docs",
            "error_description": str(error),
        }
        if self._switches["oauth_number"] == "with":
            body["error"] = error.code
        return body, int(self._switches["oauth_status"])

    def _page(self, status: int, *, refusal: str, allow: str) -> Response:
        text = self._templates.get_template("consent.html.jinja").render(
            v=self._version, name=self._console.name, refusal=refusal, allow=allow
        )
        return HTMLResponse(text, status_code=status, headers={"cache-control": "no-store"})


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip() == FORM
