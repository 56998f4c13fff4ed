"""Helping someone else: what a helper may and may not do, one person after another, someone who is not there."""

from flows.core.journey import Report
from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Approval, Level2, NoSmartphone, Trouble, Welcome
from flows.script.places import Helper as At

HELPER = Flow(
    "helper",
    At,
    (
        Choose(At.START, {"beside": At.MAY, "absent": At.ABSENT, "several": At.SEVERAL}),
        Choose(At.SEVERAL, {"next": At.MAY}),
        Choose(At.MAY, {"next": At.MAY_NOT}),
        Choose(At.MAY_NOT, {"next": At.PHONE, "cannot_type": At.CANNOT_TYPE}),
        Choose(At.CANNOT_TYPE, {"next": At.PHONE, "person": Visit(Trouble.PERSON, back=At.CANNOT_TYPE)}),
        # From here the talk is about the person helped: what the helper said of themselves no longer counts.
        Choose(
            At.PHONE,
            {"theirs": Go(Welcome.WHERE), "mine": At.SHARED, "keypad": Go(NoSmartphone.START)},
            moves={"theirs": Report.START_OVER, "mine": Report.START_OVER, "keypad": Report.START_OVER},
        ),
        Choose(At.SHARED, {"next": Go(Welcome.WHERE), "person": Visit(Trouble.PERSON, back=At.SHARED)}),
        Choose(At.ABSENT, {"level2": At.ABSENT_LEVEL2, "activate": At.ABSENT_CODE, "ill": Go(Level2.BEDRIDDEN)}),
        Choose(
            At.ABSENT_LEVEL2,
            {"bring": Go(Level2.PLACE), "person": Visit(Trouble.PERSON, back=At.ABSENT_LEVEL2)},
        ),
        Choose(At.ABSENT_CODE, {"together": At.MAY, "later": Go(Approval.WAIT)}),
    ),
)
