"""The activation itself, one press to a message; what the screen shows decides, never what we expect."""

from collections.abc import Mapping

from flows.core.journey import Report, Stage
from flows.notation import Choose, Exit, Flow, Go, Visit
from flows.script.places import Activate as At
from flows.script.places import After, Approval, Trouble, Welcome
from flows.speech import Tone


def pressing(at: At, onward: At, trouble: Trouble, screens: At = At.LOOKALIKE) -> Choose:
    """A step with one thing to press: done, another screen, or it does not work."""
    exits: Mapping[str, Exit] = {"done": onward, "other_screen": screens, "stuck": Visit(trouble, back=at)}
    return Choose(at, exits)


ACTIVATE = Flow(
    "activate",
    At,
    (
        Choose(At.READY, {"phone": At.ENTRY, "computer": At.WEB, "not_mine": Visit(Trouble.OLD_NUMBER, back=At.READY)}),
        Choose(
            At.ENTRY,
            {
                "welcome_screen": At.BUTTON,
                "login_screen": At.LOGIN_BUTTON,
                "prompt": At.PROMPT_BUTTON,
                "logged_in": At.LOGGED_IN,
                "other_screen": At.LOOKALIKE,
                "stuck": Visit(Trouble.APP, back=At.ENTRY),
            },
        ),
        pressing(At.BUTTON, At.NUMBER, Trouble.ENTRY),
        pressing(At.LOGIN_BUTTON, At.NUMBER, Trouble.ENTRY),
        pressing(At.PROMPT_BUTTON, At.NUMBER, Trouble.ENTRY),
        pressing(At.WEB, At.NUMBER, Trouble.APP),
        pressing(At.NUMBER, At.PHONE, Trouble.FORM),
        pressing(At.PHONE, At.SEND, Trouble.PHONE),
        pressing(At.SEND, At.LEVEL, Trouble.SEND),
        Choose(
            At.LEVEL,
            {
                "goes_on": At.DEVICE,
                "not_identified": At.NOT_IDENTIFIED,
                "already": At.ALREADY,
                "other_screen": At.LOOKALIKE,
                "stuck": Visit(Trouble.SCREEN, back=At.LEVEL),
            },
            moves={"not_identified": Report.NOT_IDENTIFIED},
        ),
        Choose(
            At.NOT_IDENTIFIED,
            {
                "sent": Go(Approval.NOTHING),
                "not_yet": Go(Welcome.APP_ONLY),
                "wrong_number": At.NUMBER,
            },
        ),
        Choose(
            At.ALREADY,
            {
                "log_in": Go(After.LOG_IN),
                "forgot": Visit(Trouble.FORGOT_PASSWORD, back=At.ALREADY),
                "not_me": Visit(Trouble.NOT_MINE, back=At.ALREADY),
            },
            moves={"log_in": Report.ACTIVATED},
        ),
        Choose(
            At.DEVICE,
            {
                "free": At.DEVICE_NOTICE,
                "other_device": At.OTHER_DEVICE,
                "no_notice": At.CODE,
                "other_screen": At.LOOKALIKE,
            },
        ),
        # No document names the button of this notice.
        pressing(At.DEVICE_NOTICE, At.CODE, Trouble.SCREEN, At.LOOKALIKE_LATER),
        Choose(At.OTHER_DEVICE, {"go_on": At.CODE, "person": Visit(Trouble.PERSON, back=At.OTHER_DEVICE)}),
        Choose(
            At.CODE,
            {
                "done": At.NEXT_SCREEN,
                "not_arrived": Visit(Trouble.CODE, back=At.CODE),
                "refused": Visit(Trouble.CODE_REFUSED, back=At.CODE),
                "other_screen": At.LOOKALIKE_LATER,
            },
        ),
        Choose(
            At.NEXT_SCREEN,
            {
                "password": At.PASSWORD,
                "passcode": At.PASSCODE,
                "questions": At.QUESTIONS,
                "other_screen": At.LOOKALIKE_LATER,
                "stuck": Visit(Trouble.PASSWORD_OR_PASSCODE, back=At.NEXT_SCREEN),
            },
        ),
        pressing(At.PASSWORD, At.PASSCODE, Trouble.PASSWORD, At.LOOKALIKE_LATER),
        pressing(At.PASSCODE, At.QUESTIONS, Trouble.PASSCODE, At.LOOKALIKE_LATER),
        pressing(At.QUESTIONS, At.END_SCREEN, Trouble.QUESTIONS, At.LOOKALIKE_LATER),
        Choose(
            At.END_SCREEN,
            {
                "success": Go(After.START),
                "other_screen": At.LOOKALIKE_LATER,
                "stuck": Visit(Trouble.SCREEN, back=At.END_SCREEN),
            },
            moves={"success": Report.ACTIVATED},
        ),
        Choose(
            At.LOOKALIKE,
            {
                "welcome_screen": At.BUTTON,
                "login_screen": At.LOGIN_BUTTON,
                "prompt": At.PROMPT_BUTTON,
                "form": At.NUMBER,
                "not_identified": At.NOT_IDENTIFIED,
                "already": At.ALREADY,
                "other_device": At.OTHER_DEVICE,
                "later": At.LOOKALIKE_LATER,
            },
            moves={"not_identified": Report.NOT_IDENTIFIED},
        ),
        Choose(
            At.LOOKALIKE_LATER,
            {
                "code": At.CODE,
                "password": At.PASSWORD,
                "passcode": At.PASSCODE,
                "questions": At.QUESTIONS,
                "success": At.END_SCREEN,
                "maintenance": Visit(Trouble.APP, back=At.ENTRY),
                "earlier": At.LOOKALIKE,
                "none": At.NO_MATCH,
            },
        ),
        # The documents know the button only on screens before logging in (S0-33, S0-34).
        Choose(At.LOGGED_IN, {"done": At.ENTRY, "stuck": Visit(Trouble.PERSON, back=At.LOGGED_IN)}),
        Choose(
            At.NO_MATCH,
            {
                "again": At.ENTRY,
                "logged_in": At.LOGGED_IN,
                "pictures": At.PICTURES,
                "person": Visit(Trouble.PERSON, back=At.ENTRY),
            },
        ),
        Choose(At.PICTURES, {"again": At.ENTRY, "person": Visit(Trouble.PERSON, back=At.ENTRY)}),
        # Where the troubles lead whoever has to fetch a number first: a place to rest, and to go on from.
        Choose(At.ANOTHER_DAY, {"start": At.READY, "elsewhere": Go(Welcome.WHERE)}, tone=Tone.WAIT),
    ),
    stage=Stage.ACTIVATE,
)
