"""Troubles after the activation: new phone, forgotten secrets, locked, lost, card changed; each ends in a person."""

from flows.core.journey import Report
from flows.notation import Choose, End, Flow, Go, Visit
from flows.script.places import Approval, Install, Safety, Trouble, Use
from flows.script.places import Later as At
from flows.speech import Tone

PERSON = Visit(Trouble.PERSON, back=At.ENOUGH)


def visiting(trouble: Trouble, back: At = At.ENOUGH) -> Visit:
    """Into a trouble tree and back; without a place named: to "anything else?"."""
    return Visit(trouble, back=back)


LATER = Flow(
    "later",
    At,
    (
        Choose(
            At.START,
            {
                "forgot": At.FORGOT,
                "login": At.LOGIN,
                "device": At.DEVICE,
                "changed": At.CHANGED,
                "other": At.OTHER,
                "done": At.DONE,
            },
        ),
        # Forgotten.
        Choose(
            At.FORGOT,
            {
                "password": visiting(Trouble.FORGOT_PASSWORD),
                "passcode": At.PASSCODE,
                "answers": At.ANSWERS,
                "both": At.BOTH,
                "which": visiting(Trouble.PASSWORD_OR_PASSCODE, At.FORGOT),
            },
        ),
        Choose(At.BOTH, {"number": visiting(Trouble.OLD_NUMBER, At.FORGOT), "found": At.FORGOT}),
        Choose(At.PASSCODE, {"done": At.PASSCODE_FORGOT, "stuck": visiting(Trouble.APP, At.PASSCODE)}),
        Choose(At.PASSCODE_FORGOT, {"done": At.PASSCODE_CODE, "missing": PERSON}),
        Choose(
            At.PASSCODE_CODE,
            {
                "done": At.PASSCODE_NEW,
                "not_arrived": visiting(Trouble.CODE, At.PASSCODE_CODE),
                "refused": visiting(Trouble.CODE_REFUSED, At.PASSCODE_CODE),
            },
        ),
        Choose(At.PASSCODE_NEW, {"done": At.ENOUGH, "refused": visiting(Trouble.PASSCODE, At.PASSCODE_NEW)}),
        Choose(At.ANSWERS, {"remembered": At.ENOUGH, "person": PERSON}),
        # Not let in.
        Choose(
            At.LOGIN,
            {
                "password": visiting(Trouble.FORGOT_PASSWORD),
                "locked": At.LOCKED,
                "device": At.NEW_SCREEN,
                "app": visiting(Trouble.APP),
                "not_active": Go(Approval.START),
            },
        ),
        Choose(
            At.LOCKED,
            {
                "reset": visiting(Trouble.FORGOT_PASSWORD, At.LOCKED_AFTER),
                "wait": At.LOCKED_WAIT,
                "own_wish": At.LOCKED_SELF,
            },
        ),
        Choose(At.LOCKED_AFTER, {"helped": At.ENOUGH, "not_helped": At.LOCKED_WAIT}),
        Choose(At.LOCKED_WAIT, {"helped": At.ENOUGH, "not_helped": PERSON}, tone=Tone.WAIT),
        Choose(At.LOCKED_SELF, {"helped": At.ENOUGH, "not_helped": PERSON}),
        # Another phone.
        Choose(
            At.DEVICE,
            {"new": At.NEW_PHONE, "lost": At.LOST, "reset": At.RESET, "officer": At.OFFICER, "give": At.GIVE},
        ),
        Choose(At.RESET, {"go_on": At.NEW_PHONE}),
        Choose(At.OFFICER, {"go_on": At.NEW_PHONE, "person": PERSON}),
        Choose(At.GIVE, {"done": At.ENOUGH, "gone": At.NEW_PHONE}),
        Choose(At.NEW_PHONE, {"done": At.NEW_LOGIN, "not_there": Go(Install.START)}),
        Choose(
            At.NEW_LOGIN,
            {
                "done": At.NEW_SCREEN,
                "forgot": visiting(Trouble.FORGOT_PASSWORD, At.NEW_LOGIN),
                "stuck": visiting(Trouble.APP, At.NEW_LOGIN),
            },
        ),
        Choose(
            At.NEW_SCREEN,
            {"inside": At.ENOUGH, "card": At.NEW_NFC, "old_phone": At.NEW_OLD, "locked": At.LOCKED, "other": PERSON},
            moves={"inside": Report.LOGGED_IN},
        ),
        Choose(At.NEW_OLD, {"have": At.NEW_OLD_CODE, "gone": At.NEW_NFC}),
        Choose(At.NEW_OLD_CODE, {"done": At.ENOUGH, "not_helped": At.NEW_NFC}, moves={"done": Report.LOGGED_IN}),
        Choose(At.NEW_NFC, {"done": At.NEW_TOUCH, "no_nfc": At.NEW_BORROW, "missing": PERSON}),
        Choose(At.NEW_TOUCH, {"done": At.NEW_CODE, "not_read": At.NEW_TOUCH_AGAIN}),
        Choose(At.NEW_TOUCH_AGAIN, {"helped": At.NEW_CODE, "not_helped": At.NEW_BORROW}),
        Choose(
            At.NEW_CODE,
            {
                "done": At.ENOUGH,
                "not_arrived": visiting(Trouble.CODE, At.NEW_CODE),
                "refused": visiting(Trouble.CODE_REFUSED, At.NEW_CODE),
            },
            moves={"done": Report.LOGGED_IN},
        ),
        Choose(At.NEW_BORROW, {"have": At.NEW_BORROW_USE, "none": PERSON}),
        Choose(At.NEW_BORROW_USE, {"done": At.NEW_BORROW_OUT, "not_helped": PERSON}),
        Choose(At.NEW_BORROW_OUT, {"done": At.ENOUGH, "missing": PERSON}),
        # Lost or stolen.
        Choose(At.LOST, {"go_on": At.LOST_LOCK}),
        Choose(At.LOST_LOCK, {"done": At.LOST_SIM, "cannot": visiting(Trouble.PERSON, At.LOST_SIM)}),
        Choose(At.LOST_SIM, {"done": At.LOST_BANK}),
        Choose(At.LOST_BANK, {"done": At.LOST_NEW, "no_bank": At.LOST_NEW}),
        Choose(At.LOST_NEW, {"have": At.NEW_PHONE, "later": At.ENOUGH}),
        # Number, card, details.
        Choose(
            At.CHANGED,
            {
                "number": visiting(Trouble.OLD_NUMBER),
                "card": At.CARD,
                "details": At.DETAILS,
                "address": At.ADDRESS,
            },
        ),
        Choose(At.CARD, {"helped": At.ENOUGH, "old_data": At.CARD_DATA, "not_in": At.LOGIN}),
        Choose(At.CARD_DATA, {"helped": At.ENOUGH, "not_helped": PERSON}),
        Choose(At.DETAILS, {"understood": At.ENOUGH, "person": PERSON}),
        Choose(At.ADDRESS, {"understood": At.ENOUGH, "called": Go(Safety.CALL_ADDRESS)}),
        Choose(
            At.OTHER,
            {
                "papers": Go(Use.WALLET_MISSING),
                "portal": Go(Use.PORTAL_TROUBLE),
                "app": visiting(Trouble.APP),
                "not_mine": visiting(Trouble.NOT_MINE),
            },
        ),
        Choose(At.ENOUGH, {"more": At.START, "use": Go(Use.START), "done": At.DONE}),
        End(At.DONE),
    ),
)
