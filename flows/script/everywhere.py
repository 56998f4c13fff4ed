"""What is understood at every place: menu, help, a person, stop, start over; each comes back to where the person was."""

from flows.core.journey import Report
from flows.notation import Choose, End, Flow, Go, Visit
from flows.script.places import Everywhere as At
from flows.script.places import Own, Safety, Welcome
from flows.speech import Form, Language, Sign, Unread

EVERYWHERE = Flow(
    "everywhere",
    At,
    (
        Choose(
            At.MENU,
            {
                "go_on": At.BACK,
                "elsewhere": Go(Welcome.WHERE),
                "person": At.PERSON,
                "more": Go(Welcome.MORE),
                "own": Visit(Own.START, back=At.BACK),
                "address": At.ADDRESS,
                "restart": At.RESTART,
                "stop": At.STOP,
            },
        ),
        Choose(
            At.HELP,
            {
                "go_on": At.BACK,
                "person": At.PERSON,
                "coached": Visit(Safety.COACHED, back=At.HELP),
                "about": At.ABOUT,
                "menu": At.MENU,
            },
        ),
        Choose(At.PERSON, {"go_on": At.BACK, "elsewhere": Go(Welcome.WHERE)}),
        Choose(At.ABOUT, {"go_on": At.BACK, "person": At.PERSON}),
        Choose(
            At.ADDRESS,
            {"bac": At.BACK, "anh_chi": At.BACK, "ban": At.BACK, "english": At.BACK},
            moves={"bac": Form.BAC, "anh_chi": Form.ANH_CHI, "ban": Form.BAN, "english": Language.EN},
        ),
        Choose(At.STOP, {"go_on": At.BACK}),
        Choose(At.RESTART, {"yes": Go(Welcome.START), "no": At.BACK}, moves={"yes": Report.START_OVER}),
        Choose(At.AGAIN, {"go_on": At.BACK, "elsewhere": Go(Welcome.WHERE), "restart": At.RESTART}),
        End(At.BACK),
    ),
)

SIGNS = {
    Sign.MENU: At.MENU,
    Sign.HELP: At.HELP,
    Sign.PERSON: At.PERSON,
    Sign.STOP: At.STOP,
    Sign.RESTART: At.RESTART,
}

# Lines the house says of itself, whatever the conversation is about.
LINES = (
    "gone_back",
    "corrected",
    "nothing_before",
    "missed",
    "missed_often",
    "old_press",
    "paused_service",
    "in_vietnamese",
    "guess",
    "guess_often",
    "second",
    "label_none",
    *(f"removed_{kind}" for kind in ("code", "password", "bank_card", "card_qr", "national_id", "old_id", "phone")),
    *(f"unread_{unread.value}" for unread in Unread),
    "group_hello",
    "group_steps",
    "group_private",
    "group_removed",
    *(
        f"person_{line}"
        for line in ("first", "queued", "later", "waiting", "here", "unread", "again", "back", "rate", "rated")
    ),
    *(f"label_rate_{rating}" for rating in ("good", "some", "none", "skip")),
    "label_bot_again",
    "about_kin",
    "label_turn_to",
    "label_self",
    "looked",
    "looked_into",
    "looked_nobody",
)
