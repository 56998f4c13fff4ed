"""The app account: number, phone, QR or typed, the population check, code, password."""

from flows.core.journey import Card, Report, Stage
from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Approval, Foreigner, Install, Level1, Level2, NoChip, Setup, Trouble, Welcome
from flows.script.places import Register as At
from flows.speech import Tone

REGISTER = Flow(
    "register",
    At,
    (
        Choose(
            At.START,
            {
                "ready": At.CARD,
                "no_number": Visit(Setup.OWN_NUMBER, back=At.START),
                "has_account": Go(Level1.START),
                "police": Go(Approval.START),
                "no_app": Go(Install.START),
            },
            moves={"has_account": Report.REGISTERED, "police": Report.TAKEN_LEVEL2},
        ),
        Choose(
            At.CARD,
            {
                "chip_2021": At.SCREEN,
                "chip_2024": At.SCREEN,
                "no_chip": Go(NoChip.START),
                "residence": Go(Foreigner.START),
                "unsure": At.CARD_LOOK,
            },
            moves={
                "chip_2021": Card.CHIP_2021,
                "chip_2024": Card.CHIP_2024,
                "no_chip": Card.NO_CHIP,
                "residence": Card.RESIDENCE,
            },
        ),
        Choose(
            At.CARD_LOOK,
            {
                "chip_2021": At.SCREEN,
                "chip_2024": At.SCREEN,
                "no_chip": Go(NoChip.START),
                "person": Visit(Trouble.PERSON, back=At.CARD),
            },
            moves={"chip_2021": Card.CHIP_2021, "chip_2024": Card.CHIP_2024, "no_chip": Card.NO_CHIP},
        ),
        Choose(
            At.SCREEN,
            {"form": At.NUMBER, "other_screen": At.SCREENS, "stuck": Visit(Setup.APP, back=At.SCREEN)},
        ),
        Choose(
            At.NUMBER,
            {"done": At.PHONE, "other_screen": At.SCREENS, "stuck": Visit(Setup.TYPING, back=At.NUMBER)},
        ),
        Choose(
            At.PHONE,
            {
                "done": At.SEND,
                "no_number": Visit(Setup.OWN_NUMBER, back=At.PHONE),
                "stuck": Visit(Setup.TYPING, back=At.PHONE),
            },
        ),
        Choose(
            At.SEND,
            {
                "camera": At.QR,
                "has_account": At.HAS_ACCOUNT,
                "taken": Visit(Setup.NUMBER_TAKEN, back=At.PHONE),
                "other_screen": At.SCREENS,
                "stuck": Visit(Trouble.ENTRY, back=At.SEND),
            },
        ),
        Choose(
            At.HAS_ACCOUNT,
            {
                "log_in": Go(Level1.LOGIN),
                "forgot": Visit(Trouble.FORGOT_PASSWORD, back=At.HAS_ACCOUNT),
                "not_me": Visit(Trouble.NOT_MINE, back=At.HAS_ACCOUNT),
                "wrong_number": At.NUMBER,
            },
            moves={"log_in": Report.REGISTERED},
        ),
        Choose(At.QR, {"filled": At.FILLED, "type": At.TYPE, "stuck": Visit(Setup.QR, back=At.QR)}),
        Choose(At.TYPE, {"done": At.FIELDS, "stuck": Visit(Setup.QR, back=At.QR)}),
        Choose(
            At.FIELDS,
            {"done": At.SUBMIT, "other_screen": At.SCREENS, "stuck": Visit(Setup.TYPING, back=At.FIELDS)},
        ),
        Choose(
            At.FILLED,
            {"right": At.SUBMIT, "gaps": At.FIELDS, "wrong": Visit(Setup.WRONG_DATA, back=At.FILLED)},
        ),
        Choose(At.SUBMIT, {"done": At.RESULT, "stuck": Visit(Trouble.ENTRY, back=At.SUBMIT)}),
        Choose(
            At.RESULT,
            {
                "code": At.CODE,
                "amend": At.AMEND,
                "has_account": At.HAS_ACCOUNT,
                "taken": Visit(Setup.NUMBER_TAKEN, back=At.PHONE),
                "other_screen": At.SCREENS,
                "stuck": Visit(Setup.APP, back=At.SUBMIT),
            },
        ),
        Choose(At.AMEND, {"fixed": At.SUBMIT, "all_right": Visit(Setup.MISMATCH, back=At.SUBMIT)}),
        Choose(
            At.CODE,
            {
                "done": At.PASSWORD,
                "not_arrived": Visit(Trouble.CODE, back=At.CODE),
                "refused": Visit(Trouble.CODE_REFUSED, back=At.CODE),
                "other_screen": At.SCREENS,
            },
        ),
        Choose(
            At.PASSWORD,
            {"done": At.DONE, "other_screen": At.SCREENS, "stuck": Visit(Trouble.PASSWORD, back=At.PASSWORD)},
            moves={"done": Report.REGISTERED},
        ),
        Choose(
            At.DONE,
            {
                "level1": Go(Level1.LOGIN),
                "level2": Go(Level2.START),
                "unsure": Go(Level1.LEVELS),
                "later": At.PAUSE,
            },
        ),
        Choose(At.PAUSE, {"go_on": At.DONE, "elsewhere": Go(Welcome.WHERE)}, tone=Tone.WAIT),
        Choose(
            At.SCREENS,
            {
                "login": At.SCREEN,
                "form": At.NUMBER,
                "camera": At.QR,
                "fields": At.FIELDS,
                "amend": At.AMEND,
                "code": At.CODE,
                "password": At.PASSWORD,
                "none": Visit(Setup.START, back=At.SCREENS),
            },
        ),
    ),
    stage=Stage.ACCOUNT,
)
