"""Without a smartphone: level 2 at the police, activating on a computer or on a relative's handset, with one's own number."""

from flows.core.journey import Handset, Report
from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Activate, Approval, Install, Level2, Trouble
from flows.script.places import NoSmartphone as At

NO_SMARTPHONE = Flow(
    "no_smartphone",
    At,
    (
        Choose(
            At.START,
            {"not_yet": At.POLICE, "waiting": Go(Approval.START), "approved": At.DEVICE},
            moves={"not_yet": Handset.NO_SMARTPHONE, "waiting": Handset.NO_SMARTPHONE, "approved": Report.APPROVED},
        ),
        Choose(
            At.POLICE,
            {"next": Go(Level2.PLACE), "been": Go(Approval.START)},
            moves={"been": Report.TAKEN_LEVEL2},
        ),
        Choose(At.DEVICE, {"computer": At.COMPUTER, "relative": At.RELATIVE, "neither": At.NEITHER}),
        Choose(
            At.COMPUTER,
            {"start": Go(Activate.WEB), "person": Visit(Trouble.PERSON, back=At.COMPUTER)},
            moves={"start": Handset.COMPUTER},
        ),
        Choose(
            At.RELATIVE,
            {"start": Go(Activate.READY), "in_use": At.SHARED, "no_app": Go(Install.START)},
        ),
        Choose(At.SHARED, {"start": Go(Activate.READY), "person": Visit(Trouble.PERSON, back=At.SHARED)}),
        Choose(At.NEITHER, {"person": Visit(Trouble.PERSON, back=At.NEITHER), "later": Go(Approval.WAIT)}),
    ),
)
