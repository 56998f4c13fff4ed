"""Logging in and level 1 by the phone: NFC or QR, portrait, the last button."""

from collections.abc import Mapping

from flows.core.journey import Card, Report, Stage
from flows.notation import Choose, Exit, Flow, Go, Visit
from flows.script.places import Approval, Level2, NoChip, Register, Setup, Trouble
from flows.script.places import Level1 as At
from flows.speech import Tone


def pressing(at: At, onward: At, trouble: Setup | Trouble, moves: Report | None = None) -> Choose:
    """A step with one thing to press: done, another screen, or it does not work."""
    exits: Mapping[str, Exit] = {"done": onward, "other_screen": At.SCREENS, "stuck": Visit(trouble, back=at)}
    return Choose(at, exits, moves={"done": moves} if moves else {})


LEVEL1 = Flow(
    "level1",
    At,
    (
        Choose(
            At.START,
            {
                "go_on": At.LOGIN,
                "no_account": Go(Register.START),
                "no_chip": Go(NoChip.START),
                "levels": At.LEVELS,
                "level2": Go(Level2.START),
                "sent": Go(Approval.START),
            },
            moves={"no_chip": Card.NO_CHIP, "sent": Report.SENT_LEVEL1},
        ),
        Choose(At.LEVELS, {"level1": At.START, "level2": Go(Level2.START), "overview": At.OVERVIEW}),
        Choose(At.OVERVIEW, {"level1": At.START, "level2": Go(Level2.START)}),
        pressing(At.LOGIN, At.LOGIN_PASSWORD, Setup.APP),
        Choose(
            At.LOGIN_PASSWORD,
            {
                "done": At.BUTTON,
                "which": At.PASSWORD_WHERE,
                "forgot": Visit(Trouble.FORGOT_PASSWORD, back=At.LOGIN_PASSWORD),
                "other_screen": At.SCREENS,
                "stuck": Visit(Setup.APP, back=At.LOGIN_PASSWORD),
            },
        ),
        Choose(
            At.PASSWORD_WHERE,
            {
                "back": At.LOGIN_PASSWORD,
                "forgot": Visit(Trouble.FORGOT_PASSWORD, back=At.LOGIN_PASSWORD),
                "no_account": Go(Register.START),
            },
        ),
        pressing(At.BUTTON, At.BEGIN, Setup.SCREEN),
        pressing(At.BEGIN, At.UNDERSTOOD, Trouble.ENTRY),
        pressing(At.UNDERSTOOD, At.SCAN, Trouble.ENTRY),
        Choose(At.SCAN, {"nfc": At.NFC, "qr": At.QR, "what": At.NFC_WHAT, "other_screen": At.SCREENS}),
        Choose(At.NFC_WHAT, {"nfc": At.NFC, "no_nfc": At.QR}),
        Choose(
            At.NFC,
            {
                "done": At.INFO,
                "no_nfc": At.QR,
                "other_screen": At.SCREENS,
                "stuck": Visit(Setup.NFC, back=At.NFC),
            },
        ),
        pressing(At.QR, At.INFO, Setup.QR),
        Choose(
            At.INFO,
            {
                "done": At.VIDEO,
                "wrong": Visit(Setup.WRONG_DATA, back=At.INFO),
                "other_screen": At.SCREENS,
                "stuck": Visit(Trouble.ENTRY, back=At.INFO),
            },
        ),
        pressing(At.VIDEO, At.PORTRAIT, Trouble.ENTRY),
        pressing(At.PORTRAIT, At.CHECK, Setup.PORTRAIT),
        Choose(
            At.CHECK,
            {"right": At.EMAIL, "wrong": Visit(Setup.WRONG_DATA, back=At.CHECK), "other_screen": At.SCREENS},
        ),
        Choose(At.EMAIL, {"typed": At.CONFIRM, "left_empty": At.CONFIRM, "stuck": Visit(Setup.TYPING, back=At.EMAIL)}),
        pressing(At.CONFIRM, At.SENT, Trouble.ENTRY, Report.SENT_LEVEL1),
        Choose(
            At.SENT,
            {
                "notice": Go(Approval.START),
                "how_long": At.HOW_LONG,
                "later": Go(Approval.WAIT),
                "level2": Go(Level2.START),
            },
            tone=Tone.WAIT,
        ),
        Choose(At.HOW_LONG, {"notice": Go(Approval.START), "later": Go(Approval.WAIT)}, tone=Tone.WAIT),
        Choose(
            At.SCREENS,
            {
                "login": At.LOGIN,
                "button": At.BUTTON,
                "begin": At.BEGIN,
                "scan": At.SCAN,
                "info": At.INFO,
                "portrait": At.PORTRAIT,
                "confirm": At.CHECK,
                "none": Visit(Setup.START, back=At.SCREENS),
            },
        ),
    ),
    stage=Stage.IDENTIFY,
)
