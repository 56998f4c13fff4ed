"""The pages of a link: one address, whose look follows from how far the link is that this browser holds.

To look at them (GET, HEAD) makes and uses nothing: previews and prefetchers come by. Only a form that a person sends does, and it
says which page it was on, so that an old one answers nothing new. Nothing of a code stands in an address.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.look.shelf import POLICY, Shelf, shelf, templates
from bot.registry.linking import ASSETS, PATH, PHONE, walk
from bot.registry.linking.walk import Said
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from flows.core.deadline import day_in_vietnam
from storage.registry.linking import ON_THE_PAGE, Link, State
from storage.store import UnavailableError

HERE = Path(__file__).parent / "page"
COOKIE = "lien_ket"
LARGEST, MOST_FIELDS = 4 * 1024, 12
MOST_SMS = 3
VIETNAM = timedelta(hours=7)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY.replace("form-action 'none'", "form-action 'self'").replace(
        "connect-src 'self'; ", ""
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "x-simulation": "MO PHONG",
}
DAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


class LinkPages:
    """The routes of the pages. `registry_of` a request: the registry whose pages these are."""

    def __init__(self, registry_of: Callable[[Request], Registry]) -> None:
        self._registry_of = registry_of

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.look, methods=["GET"]),
            Route(PATH, self.press, methods=["POST"]),
            Route(PHONE, self.phone, methods=["GET"]),
            Route(f"{ASSETS}/{{name}}", _asset, methods=["GET"]),
        ]

    async def look(self, request: Request) -> Response:
        """The page as it stands for this browser."""
        registry, cookie = self._registry_of(request), request.cookies.get(COOKIE, "")
        try:
            link = await walk.held_by(registry, cookie)
        except UnavailableError:
            return _away()
        return _page(registry, link, "over" if cookie and link is None else "")

    async def press(self, request: Request) -> Response:
        """What a person sent: done once, then shown by looking, so that going back or again does nothing twice."""
        registry = self._registry_of(request)
        form = await _form(request)
        if form is None or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _page(registry, None, "not_ours", 400)
        try:
            if form.get("step") == State.OPEN.value:
                return await self._claim(registry, request, form)
            link = await walk.held_by(registry, request.cookies.get(COOKIE, ""))
            if link is not None and form.get("step") == link.state.value:
                await _done(registry, link, form, _address(request))
        except UnavailableError:
            return _away()
        return RedirectResponse(PATH, 303, HEADERS)

    async def phone(self, request: Request) -> Response:
        """The invented phone, where whoever tries this out may look at it."""
        registry = self._registry_of(request)
        if not registry.options.phone_beside_page or registry.inbox is None:
            return PlainTextResponse("There is no such page.\n", 404, HEADERS)
        link = await walk.held_by(registry, request.cookies.get(COOKIE, ""))
        texts: list[dict[str, str]] = []
        if link is not None and link.phone > 0 and link.sent_at is not None:
            number = registry.people.person(link.phone).phone.reveal()
            came = [sms for sms in registry.inbox.after(number, 0) if sms.at >= link.made]
            texts = [{"at": _clock(sms.at), "sender": sms.sender, "text": sms.text} for sms in came[-MOST_SMS:]]
        return _rendered("phone.html.jinja", 200, texts=texts)

    async def _claim(self, registry: Registry, request: Request, form: Mapping[str, str]) -> Response:
        try:
            cookie = await walk.claim(
                registry, form.get("code", ""), _address(request), request.cookies.get(COOKIE, "")
            )
        except RefusedError as refused:
            if refused.refusal is not Refusal.TOO_OFTEN:
                raise
            answer = _page(registry, None, "too_often_here", 429)
            answer.headers["retry-after"] = str(int(refused.seconds) + 1)
            return answer
        if cookie is None:
            return _page(registry, None, "no_such_code", 422)
        answer = RedirectResponse(PATH, 303, HEADERS)
        if cookie:
            answer.set_cookie(
                COOKIE, cookie, max_age=int(registry.options.link_life.total_seconds()), path=PATH, httponly=True,
                samesite="strict", secure=registry.options.public_url.startswith("https://"),
            )  # fmt: skip
        return answer


async def _done(registry: Registry, link: Link, form: Mapping[str, str], address: str) -> None:
    """One press, on the page it was made on."""
    pressed = form.get("press", "")
    if pressed == "stop" and link.state in ON_THE_PAGE:
        await walk.stop(registry, link, Said.STOPPED)
        return
    match link.state, pressed:
        case State.ASKED, "sent_to_me":
            await walk.stop(registry, link, Said.SENT_TO_ME)
        case State.ASKED, "other_words":
            await walk.stop(registry, link, Said.OTHER_WORDS)
        case State.ASKED, "my_own":
            await walk.go_on(registry, link)
        case State.WHO, _:
            await walk.prove(registry, link, form.get("number", "")[:60], form.get("phone", "")[:60], address)
        case State.CODE, "again":
            await walk.send_again(registry, link, address)
        case State.CODE, "back":
            await walk.go_back(registry, link)
        case State.CODE, _:
            await walk.try_code(registry, link, form.get("code", ""))
        case State.CONSENT, "agree":
            await walk.agree(registry, link, {name.removeprefix("see_") for name in form if name.startswith("see_")})
        case _:
            pass


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form of ours; None for anything else."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    try:
        fields = parse_qsl(body.decode("ascii"), encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return {name: value.strip() for name, value in fields}


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _page(registry: Registry, link: Link | None, notice: str = "", status: int = 200) -> Response:
    """The page of a link, or the one that asks for a code."""
    state = link.state if link else State.OPEN
    told: dict[str, Any] = {"state": state.value, "notice": notice or (link.said if link else ""), "beside": ""}
    if link is not None:
        told |= {
            "asked_from": link.asked_from, "since": _since(link.asked_since, registry.clock.now()), "phrase": link.phrase,
            "scopes": link.scopes.split(), "granted": link.granted.split(), "until": _clock(link.until),
        }  # fmt: skip
        if registry.options.phone_beside_page and registry.inbox is not None:
            told["beside"] = PHONE
    return _rendered("link.html.jinja", status, **told)


def _rendered(template: str, status: int, **values: Any) -> Response:
    page = _templates().get_template(template).render(v=_shelf().version, assets=ASSETS, path=PATH, **values)
    return HTMLResponse(page, status, HEADERS)


def _away() -> Response:
    return _rendered("away.html.jinja", 503)


def _since(since: datetime | None, now: datetime) -> str:
    """When the chat began, as one says it."""
    if since is None:
        return ""
    day, today = day_in_vietnam(since), day_in_vietnam(now)
    if day == today:
        return f"{_clock(since)} hôm nay"
    if day == today - timedelta(days=1):
        return f"{_clock(since)} hôm qua"
    return f"{_clock(since)} {DAYS[day.weekday()]}, {day.day}/{day.month}" + (
        f"/{day.year}" if day.year != today.year else ""
    )


def _clock(moment: datetime) -> str:
    there = moment + VIETNAM
    return f"{there.hour:02}:{there.minute:02}"


async def _asset(request: Request) -> Response:
    asset = _shelf().assets.get(request.path_params["name"])
    if asset is None:
        return PlainTextResponse("There is no such file.\n", 404)
    return Response(asset.body, media_type=asset.kind, headers={"cache-control": "public, max-age=31536000, immutable"})


@cache
def _shelf() -> Shelf:
    return shelf(HERE)


@cache
def _templates() -> Any:
    return templates(HERE)
