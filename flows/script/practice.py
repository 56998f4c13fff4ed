"""Practising on the phone of the simulated registry: what happens there is told from outside, and each move leads to the
place that says what to press next. Nothing here is anybody's case but the practice's own."""

from collections.abc import Mapping

from flows.core.journey import Report, Stage
from flows.notation import Choose, Decide, End, Exit, Flow, Judge, Led
from flows.script.places import Practice as At

ON_THE_PHONE = (
    At.INSTALLED, At.OPEN_LOG_IN, At.OPEN_LAST, At.REG_QR_UNREADABLE, At.REG_FORM, At.REG_NOT_PASSED, At.REG_PASSWORD,
    At.REG_DONE, At.HAS_ACCOUNT, At.ACTIVATE_INSTEAD, At.CODE_NOT_RIGHT, At.CODE_NOT_SENT, At.NOT_TAKEN,
    At.LOG_IN_NOT_RIGHT, At.LOGGED_OUT, At.LEVEL1_GUIDE, At.LEVEL1_UNDERSTAND, At.LEVEL1_NO_NFC, At.LEVEL1_UNREADABLE,
    At.LEVEL1_OTHER_CARD, At.LEVEL1_SHOWN, At.LEVEL1_VIDEO, At.LEVEL1_PORTRAIT, At.LEVEL1_CONFIRM, At.LEVEL1_REFUSED,
    At.MENU_LEVEL1, At.MENU_ACTIVATE, At.APPROVED, At.DECLINED, At.NOT_IDENTIFIED, At.ALREADY, At.PAST, At.OTHER_DEVICE,
    At.PASSWORD, At.PASSCODE, At.QUESTIONS, At.DONE, At.HOTLINE, At.FINISHED,
    # What a button of the talk itself leads to.
    At.LOST, At.CODE_LATE, At.WAIT_LONG,
)  # fmt: skip
"""Places that say one thing and wait: the next word comes from the phone, so there is nothing to choose here."""


def asking(at: At, exit_: str, onward: At) -> Choose:
    """Says what to press, with the one question that people have there."""
    return Choose(at, {exit_: onward})


def by_stage(**places: At) -> Mapping[str, Exit]:
    """Where each stage of the way leads; the names are those of `Stage`."""
    return {stage.value: places[stage.value] for stage in Stage}


PRACTICE = Flow(
    "practice",
    At,
    (
        *(
            asking(at, "lost", At.LOST)
            for at in (
                At.START_LEVEL1, At.START_LEVEL2, At.START_ACTIVATE, At.START_NOT_IDENTIFIED, At.START_ALREADY,
                At.START_OTHER_DEVICE, At.START_OVERDUE, At.OPEN_REGISTER, At.OPEN_ACTIVATE, At.REG_CARD, At.LEVEL1_CARD,
            )
        ),
        asking(At.REG_CODE, "not_arrived", At.CODE_LATE),
        asking(At.CODE, "not_arrived", At.CODE_LATE),
        *(asking(at, "long", At.WAIT_LONG) for at in (At.OPEN_WAIT, At.MENU_WAIT, At.LEVEL1_SENT, At.TAKEN)),
        Decide(
            At.OPENED,
            Judge.STAGE,
            by_stage(
                install=At.OPEN_REGISTER, account=At.OPEN_REGISTER, identify=At.OPEN_LOG_IN, wait=At.OPEN_WAIT,
                activate=At.OPEN_ACTIVATE, log_in=At.OPEN_LAST, use=At.OPEN_LAST,
            ),
        ),
        Decide(
            At.LOGGED_IN,
            Judge.STAGE,
            by_stage(
                install=At.MENU_LEVEL1, account=At.MENU_LEVEL1, identify=At.MENU_LEVEL1, wait=At.MENU_WAIT,
                activate=At.MENU_ACTIVATE, log_in=At.FINISHED, use=At.FINISHED,
            ),
            moves={Stage.LOG_IN.value: Report.LOGGED_IN},
        ),
        *(End(at) for at in ON_THE_PHONE),
    ),
)  # fmt: skip

_APPROVED_AT_THE_COUNTER = (Report.TAKEN_LEVEL2, Report.APPROVED)

# The moves of the registry's changes feed, and `practice.…`: which exercise was begun. What is not here changes nothing.
MOVES: Mapping[str, Led] = {
    "practice.level1": Led(At.START_LEVEL1),
    "practice.level2": Led(At.START_LEVEL2),
    "practice.activate": Led(At.START_ACTIVATE, _APPROVED_AT_THE_COUNTER),
    "practice.not_identified": Led(At.START_NOT_IDENTIFIED, (Report.REGISTERED,)),
    "practice.already": Led(At.START_ALREADY, (*_APPROVED_AT_THE_COUNTER, Report.ACTIVATED)),
    "practice.other_device": Led(At.START_OTHER_DEVICE, _APPROVED_AT_THE_COUNTER),
    "practice.overdue": Led(At.START_OVERDUE, _APPROVED_AT_THE_COUNTER),
    "app.installed": Led(At.INSTALLED, (Report.INSTALLED,)),
    "app.open": Led(At.OPENED),
    "registration.card": Led(At.REG_CARD),
    "registration.form": Led(At.REG_FORM),
    "registration.qr_unreadable": Led(At.REG_QR_UNREADABLE),
    "registration.not_passed": Led(At.REG_NOT_PASSED),
    "registration.code": Led(At.REG_CODE),
    "registration.code_sent": Led(At.REG_CODE),
    "registration.code_not_sent": Led(At.CODE_NOT_SENT),
    "registration.code_not_right": Led(At.CODE_NOT_RIGHT),
    "registration.password": Led(At.REG_PASSWORD),
    "registration.faulty": Led(At.NOT_TAKEN),
    "registration.done": Led(At.REG_DONE),
    "registration.has_account": Led(At.HAS_ACCOUNT),
    "registration.activate_instead": Led(At.ACTIVATE_INSTEAD),
    "login.in": Led(At.LOGGED_IN),
    "login.not_right": Led(At.LOG_IN_NOT_RIGHT),
    "login.out": Led(At.LOGGED_OUT),
    "level1.guide": Led(At.LEVEL1_GUIDE),
    "level1.understand": Led(At.LEVEL1_UNDERSTAND),
    "level1.card": Led(At.LEVEL1_CARD),
    "level1.no_nfc": Led(At.LEVEL1_NO_NFC),
    "level1.unreadable": Led(At.LEVEL1_UNREADABLE),
    "level1.other_card": Led(At.LEVEL1_OTHER_CARD),
    "level1.shown": Led(At.LEVEL1_SHOWN),
    "level1.video": Led(At.LEVEL1_VIDEO),
    "level1.portrait": Led(At.LEVEL1_PORTRAIT),
    "level1.confirm": Led(At.LEVEL1_CONFIRM),
    "level1.submitted": Led(At.LEVEL1_SENT),
    **{
        f"level1.{why}": Led(At.LEVEL1_REFUSED)
        for why in ("no_app_account", "request_waits", "has_this_level", "needs_chip_card")
    },
    # An account's own moves are heard by the case; where a screen follows with a word of its own, that one is told.
    "account.register_app": Led(tells=(Report.REGISTERED,)),
    "account.submit_level1": Led(tells=(Report.SENT_LEVEL1,)),
    "account.take_level2": Led(At.TAKEN, (Report.TAKEN_LEVEL2,)),
    "account.approve": Led(At.APPROVED, (Report.APPROVED,)),
    "account.decline": Led(At.DECLINED),
    "account.activate": Led(tells=(Report.ACTIVATED,)),
    "account.activate_by_hotline": Led(At.HOTLINE, (Report.ACTIVATED,)),
    "activation.not_identified": Led(At.NOT_IDENTIFIED),
    "activation.already_activated": Led(At.ALREADY),
    "activation.past_seven_days": Led(At.PAST),
    "activation.notice_other_device": Led(At.OTHER_DEVICE),
    "activation.code": Led(At.CODE),
    "activation.code_not_right": Led(At.CODE_NOT_RIGHT),
    "activation.password": Led(At.PASSWORD),
    "activation.passcode": Led(At.PASSCODE),
    "activation.questions": Led(At.QUESTIONS),
    "activation.faulty": Led(At.NOT_TAKEN),
    "activation.done": Led(At.DONE),
}
