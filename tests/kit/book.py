"""A small book of its own, for tests of the notation, the runner and the turn that must not follow the real scripts."""

from enum import Enum

from flows.core.journey import Report, Stage
from flows.notation import Ask, Asking, Await, Book, Choose, Decide, End, Flow, Go, Judge, Reading, Visit
from flows.speech import Form, Sign, Unread


class Hello(Enum):
    START = "start"
    WHEN = "when"
    WINDOW = "window"
    SOON = "soon"
    LATE = "late"
    DONE = "done"


class Detour(Enum):
    CAUSE = "cause"
    DEEPER = "deeper"
    HELPED = "helped"


class Inner(Enum):
    ASK = "ask"
    END = "end"


class Outside(Enum):
    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


class Always(Enum):
    MENU = "menu"
    STOPPED = "stopped"
    BACK = "back"


HELLO = Flow(
    "hello",
    Hello,
    (
        Choose(
            Hello.START,
            {"on": Hello.WHEN, "trouble": Visit(Detour.CAUSE, back=Hello.START), "status": Go(Outside.WAITING)},
            moves={"on": Form.ANH_CHI},
        ),
        Ask(
            Hello.WHEN,
            Reading.NOTICE_DAY,
            {"read": Hello.WINDOW, "future": Hello.WHEN, "unclear": Hello.WHEN},
            choices={"forgotten": Hello.WINDOW},
            moves={"read": Report.APPROVED},
        ),
        Decide(
            Hello.WINDOW,
            Judge.DEADLINE,
            {"days_left": Hello.SOON, "last_day": Hello.SOON, "past": Hello.LATE, "unknown": Hello.LATE},
        ),
        Choose(
            Hello.SOON,
            {"done": Hello.DONE, "stuck": Visit(Detour.CAUSE, back=Hello.SOON)},
            moves={"done": Report.ACTIVATED},
        ),
        Choose(Hello.LATE, {"done": Hello.DONE}),
        End(Hello.DONE),
    ),
    stage=Stage.ACTIVATE,
)
DETOUR = Flow(
    "detour",
    Detour,
    (
        Choose(
            Detour.CAUSE,
            {"yes": Detour.HELPED, "deeper": Visit(Inner.ASK, back=Detour.DEEPER), "leave": Go(Hello.START)},
        ),
        Choose(Detour.DEEPER, {"yes": Detour.HELPED}),
        End(Detour.HELPED),
    ),
)
INNER = Flow("inner", Inner, (Choose(Inner.ASK, {"yes": Inner.END}), End(Inner.END)))
OUTSIDE = Flow(
    "outside",
    Outside,
    (
        Await(
            Outside.WAITING,
            Asking.STATUS,
            {
                "app_only": Outside.OPEN,
                "pending": Outside.OPEN,
                "approved": Outside.OPEN,
                "activated": Outside.CLOSED,
                "locked": Outside.CLOSED,
                "past": Outside.OPEN,
                "not_linked": Outside.OPEN,
                "off": Outside.OPEN,
                "away": Outside.OPEN,
            },
            choices={"leave": Go(Hello.START)},
            moves={"approved": Report.APPROVED},
        ),
        Choose(Outside.OPEN, {"start": Go(Hello.START)}),
        End(Outside.CLOSED),
    ),
)
ALWAYS = Flow(
    "always",
    Always,
    (
        Choose(Always.MENU, {"go_on": Always.BACK, "start": Go(Hello.START)}),
        Choose(Always.STOPPED, {"go_on": Always.BACK}),
        End(Always.BACK),
    ),
)
LINES = (
    *("gone_back", "nothing_before", "missed", "missed_often", "old_press", "paused_service"),
    *(f"removed_{k}" for k in ("code", "password", "bank_card", "card_qr", "national_id", "old_id", "phone")),
    *(f"unread_{u.value}" for u in Unread),
    *("guess", "guess_often", "second", "label_none"),
    *(f"group_{line}" for line in ("hello", "steps", "private", "removed")),
)
BOOK = Book(
    flows=(HELLO, DETOUR, INNER, OUTSIDE, ALWAYS),
    start=Hello.START,
    signs={
        Sign.MENU: Always.MENU,
        Sign.HELP: Always.MENU,
        Sign.PERSON: Always.MENU,
        Sign.STOP: Always.STOPPED,
        Sign.RESTART: Always.MENU,
    },
    again=Always.MENU,
    house="always.house",
    lines=LINES,
)
