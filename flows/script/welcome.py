"""Who runs this assistant, what it never asks, what it keeps; where the person stands, for whom, and which way to go."""

from flows.core.journey import Card, Report
from flows.notation import Choose, Decide, Flow, Go, Judge
from flows.script.places import (
    About,
    Abroad,
    Activate,
    After,
    Agency,
    Approval,
    Child,
    Foreigner,
    Helper,
    Install,
    Later,
    Level1,
    Level2,
    NoChip,
    NoSmartphone,
    Organisation,
    Register,
    Safety,
    Use,
)
from flows.script.places import Welcome as At
from flows.speech import Form, Language

WELCOME = Flow(
    "welcome",
    At,
    (
        Choose(
            At.START,
            {"bac": At.WHERE, "anh_chi": At.WHERE, "ban": At.WHERE, "english": At.WHERE},
            moves={"bac": Form.BAC, "anh_chi": Form.ANH_CHI, "ban": Form.BAN, "english": Language.EN},
        ),
        Choose(
            At.WHERE,
            {
                "nothing": At.WHO,
                "app_only": At.APP_ONLY,
                "waiting": Go(Approval.START),
                "notice": Go(Approval.SENDER),
                "activating": Go(Activate.LOOKALIKE),
                "active": At.ACTIVE,
                "helping": Go(Helper.START),
                "agency": Go(Agency.START),
            },
            # A notice is believed when its sender was looked at (approval.sender), not here.
            moves={"app_only": Report.REGISTERED, "activating": Report.APPROVED, "active": Report.ACTIVATED},
        ),
        Choose(
            At.WHO,
            {
                "me": At.CARD,
                "child": Go(Child.START),
                "relative": Go(Helper.START),
                "foreigner": Go(Foreigner.START),
                "organisation": Go(Organisation.START),
                "more": At.MORE,
            },
        ),
        Choose(
            At.CARD,
            {"front": At.BEFORE, "back": At.BEFORE, "none": Go(NoChip.START), "not_here": At.BEFORE},
            moves={"front": Card.CHIP_2021, "back": Card.CHIP_2024, "none": Card.NO_CHIP},
        ),
        Decide(
            At.WAY,
            Judge.STAGE,
            {
                "install": At.BEFORE,
                "account": Go(Register.START),
                "identify": At.APP_ONLY,
                "wait": Go(Approval.WAIT),
                "activate": Go(Activate.READY),
                "log_in": At.ACTIVE,
                "use": At.ACTIVE,
            },
        ),
        Choose(
            At.BEFORE,
            {"level1": Go(Install.START), "level2": Go(Level2.START), "difference": At.LEVEL_ONE, "hard": At.HARD},
        ),
        Choose(
            At.HARD,
            {
                "no_smartphone": Go(NoSmartphone.START),
                "abroad": Go(Abroad.START),
                "cannot_go": Go(Level2.BEDRIDDEN),
                "more": At.MORE,
            },
        ),
        Choose(
            At.APP_ONLY,
            {
                "level1": Go(Level1.START),
                "level2": Go(Level2.START),
                "difference": At.LEVEL_ONE,
                "sent": Go(Approval.START),
                "been_to_police": Go(Approval.START),
            },
            moves={"sent": Report.SENT_LEVEL1, "been_to_police": Report.TAKEN_LEVEL2},
        ),
        Choose(
            At.ACTIVE,
            {"logged_in": Go(Use.START), "not_yet": Go(After.LOG_IN), "trouble": Go(Later.START), "more": At.MORE},
            moves={"logged_in": Report.LOGGED_IN},
        ),
        Choose(At.LEVEL_ONE, {"next": At.LEVEL_TWO, "enough": At.WAY}),
        Choose(At.LEVEL_TWO, {"next": At.LEVEL_FIRST, "enough": At.WAY}),
        Choose(At.LEVEL_FIRST, {"next": At.WAY, "more": At.MORE}),
        Choose(
            At.MORE,
            {
                "compulsory": At.COMPULSORY,
                "fee": At.FEE,
                "safety": Go(Safety.START),
                "later": Go(Later.START),
                "about": Go(About.START),
                "practice": At.PRACTICE,
                "language": At.LANGUAGE,
                "go_on": At.WAY,
            },
        ),
        Choose(At.COMPULSORY, {"more": At.MORE, "agency": Go(Agency.START), "go_on": At.WAY}),
        Choose(At.PRACTICE, {"more": At.MORE, "go_on": At.WAY}),
        Choose(At.FEE, {"more": At.MORE, "asked": Go(Safety.START), "go_on": At.WAY}),
        Choose(
            At.LANGUAGE,
            {"vietnamese": At.WHERE, "english": At.WHERE},
            moves={"vietnamese": Language.VI, "english": Language.EN},
        ),
    ),
)
