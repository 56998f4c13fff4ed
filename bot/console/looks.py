"""How the console's pages are drawn: templates, two languages, times as people say them, and the safety headers."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.console.causes import cause, not_sent
from bot.console.english import in_english
from bot.look.book_page import TITLES
from bot.look.pages import HEADERS, Pages
from bot.look.shelf import POLICY, templates
from flows.core.deadline import VIETNAM

PAGE = Path(__file__).parent / "page"
ROOT = "/console"
LANGUAGE = "console_language"
SAFE = {
    **HEADERS,
    "content-security-policy": POLICY.replace("form-action 'none'", "form-action 'self'"),
    "cache-control": "no-store",
    "x-frame-options": "DENY",
}
CHANNELS = {
    "web": ("Trang web", "Web page"), "telegram": ("Telegram", "Telegram"), "zalo_bot": ("Zalo Bot", "Zalo Bot"),
    "zalo_oa": ("Zalo OA", "Zalo OA"), "practice": ("Tập thử", "Practice"), "terminal": ("Dòng lệnh", "Terminal"),
}  # fmt: skip

EVERYWHERE = {
    "house": ("Đồng Hành nói", "Said by the house"), "person": ("Gặp người", "A person"), "menu": ("Menu", "Menu"),
    "help": ("Cần giúp", "Help"), "stop": ("Dừng", "Stop"), "again": ("Nói lại", "Again"), "back": ("Quay lại", "Back"),
    "restart": ("Làm lại từ đầu", "Starting over"),
    "about": ("Về Đồng Hành", "About"), "address": ("Cách xưng hô", "Form of address"),
}  # fmt: skip

ACTS = {
    "sign_in": ("Đăng nhập", "Sign-in"), "sign_out": ("Đăng xuất", "Sign-out"), "enrol": ("Cài mã lần đầu", "Enrolment"),
    "recovery_code": ("Vào bằng mã dự phòng", "Recovery code"), "session_end": ("Kết thúc đăng nhập", "Sign-ins ended"),
    "password_again": ("Nhập lại mật khẩu", "Password again"), "staff_add": ("Thêm nhân viên", "Staff added"),
    "staff_reset": ("Cấp lại mật khẩu", "Staff reset"), "staff_disable": ("Khoá nhân viên", "Staff disabled"),
    "list": ("Xem danh sách", "List"), "view": ("Xem cuộc trò chuyện", "View"), "search": ("Tìm", "Search"),
    "stream": ("Theo dõi trực tiếp", "Stream"), "reveal": ("Mở phần che", "Reveal"), "export": ("Xuất tệp", "Export"),
    "take": ("Nhận trả lời", "Take"), "reply": ("Trả lời", "Reply"), "give_back": ("Trả lại cho máy", "Give back"),
    "note": ("Ghi chú", "Note"), "escalate": ("Chờ lâu, báo lên", "Escalated"), "canned": ("Câu sẵn", "Ready answer"),
    "unit": ("Đổi đơn vị", "Unit changed"), "channel_health": ("Xem các kênh", "Channels"),
    "send_again": ("Gửi lại tin", "Sent again"), "audit": ("Xem nhật ký", "Audit"), "staff": ("Xem nhân viên", "Staff"),
    "consent": ("Đồng ý", "Consent"), "erase": ("Xoá", "Erased"),
    "backup": ("Sao lưu", "Backup"), "restore": ("Khôi phục", "Restored"),
}  # fmt: skip


@cache
def pages() -> Pages:
    """The assets, compressed once a process."""
    return Pages(PAGE)


@cache
def _environment() -> Any:
    environment = templates(PAGE)
    environment.globals["flow_titles"] = TITLES
    return environment


class Words:
    """The two languages of the console, and how this one says things."""

    def __init__(self, language: str, now: datetime) -> None:
        self.language, self.now = language, now

    def t(self, vietnamese: str, english: str) -> str:
        return english if self.language == "en" else vietnamese

    def when(self, moment: datetime) -> str:
        """ "14:05", "hôm qua 14:05", "23/11 14:05" """
        here, today = moment.astimezone(VIETNAM), self.now.astimezone(VIETNAM).date()
        clock = f"{here:%H:%M}"
        days = (today - here.date()).days
        if days == 0:
            return clock
        return f"{self.t('hôm qua', 'yesterday')} {clock}" if days == 1 else f"{here.day}/{here.month} {clock}"

    def ago(self, moment: datetime) -> str:
        """ "3 phút", "2 giờ", "5 ngày" """
        seconds = max(0, int((self.now - moment).total_seconds()))
        if seconds < 60:
            return self.t("chưa tới 1 phút", "less than a minute")
        for size, vi, en in ((86400, "ngày", "d"), (3600, "giờ", "h"), (60, "phút", "min")):
            if seconds >= size:
                return f"{seconds // size} {self.t(vi, en)}"
        return ""

    def place(self, name: str) -> str:
        """ "Kích hoạt tài khoản · code" """
        flow, _, step = name.partition(".")
        if flow == "everywhere":
            return self.t(*EVERYWHERE.get(step, (step, step)))
        return f"{TITLES.get(flow, flow)} · {step}" if step else TITLES.get(flow, flow)

    def say(self, sentence: str) -> str:
        """A whole sentence, which is written in Vietnamese where it is made."""
        return in_english(sentence) if self.language == "en" else sentence

    def flow(self, name: str) -> str:
        """ "Kích hoạt tài khoản" """
        flow = name.partition(".")[0]
        return TITLES.get(flow, flow)

    def cause(self, name: str) -> str:
        return self.t(*cause(name))

    def not_sent(self, reason: str) -> str:
        return self.t(*not_sent(reason))

    def act(self, name: str) -> str:
        return self.t(*ACTS.get(name, (name, name)))

    def channel(self, name: str) -> str:
        return self.t(*CHANNELS.get(name, (name, name)))


def language_of(request: Request) -> str:
    return "en" if request.cookies.get(LANGUAGE) == "en" else "vi"


def drawn(request: Request, template: str, now: datetime, status: int = 200, **values: Any) -> Response:
    """A page or a part of one. Every value is escaped, and a name that nobody gave is an error."""
    words = Words(language_of(request), now)
    said: dict[str, Callable[..., str]] = {"t": words.t, "when": words.when, "ago": words.ago, "place_name": words.place,
                                           "channel_name": words.channel, "act_name": words.act, "flow_name": words.flow,
                                           "cause_name": words.cause, "not_sent": words.not_sent, "say": words.say}  # fmt: skip
    told = {"here": "", "plain": False, "unit_name": "", "may": {}, "sentence": "", "visitor": None, **said, **values}
    text = _environment().get_template(template).render(v=pages().version, root=ROOT, language=words.language, **told)
    return HTMLResponse(text, status, headers=SAFE)


def sent_to(path: str) -> Response:
    """Go there with a GET; what was posted is done."""
    return RedirectResponse(f"{ROOT}{path}", 303, headers=SAFE)


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
