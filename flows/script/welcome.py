"""Who runs this assistant, what it never asks, what it keeps; then: where are you now?"""

from flows.core.journey import Report
from flows.notation import Choose, Flow, Go
from flows.script.places import Activate, After, Approval
from flows.script.places import Welcome as At
from flows.speech import Form

WELCOME = Flow(
    "welcome",
    At,
    (
        Choose(
            At.START,
            {"bac": At.WHERE, "anh_chi": At.WHERE, "ban": At.WHERE},
            moves={"bac": Form.BAC, "anh_chi": Form.ANH_CHI, "ban": Form.BAN},
        ),
        Choose(
            At.WHERE,
            {
                "nothing": At.BEFORE,
                "app_only": At.APP_ONLY,
                "waiting": Go(Approval.START),
                "notice": Go(Approval.SENDER),
                "activating": Go(Activate.LOOKALIKE),
                "active": Go(After.START),
            },
            moves={
                "app_only": Report.REGISTERED,
                "notice": Report.APPROVED,
                "activating": Report.APPROVED,
                "active": Report.ACTIVATED,
            },
        ),
        Choose(
            At.BEFORE,
            {"been_to_police": Go(Approval.START), "later": Go(Approval.WAIT), "other": At.WHERE},
            moves={"been_to_police": Report.TAKEN_LEVEL2},
        ),
        Choose(
            At.APP_ONLY,
            {
                "sent": Go(Approval.START),
                "been_to_police": Go(Approval.START),
                "later": Go(Approval.WAIT),
                "other": At.WHERE,
            },
            moves={"sent": Report.SENT_LEVEL1, "been_to_police": Report.TAKEN_LEVEL2},
        ),
    ),
)
