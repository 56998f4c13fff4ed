"""Organisations' accounts: who may, the representative first, how long; the rest nobody says."""

from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Agency, Level2, Trouble, Welcome
from flows.script.places import Organisation as At

ORGANISATION = Flow(
    "organisation",
    At,
    (
        Choose(At.START, {"next": At.REPRESENTATIVE, "staff": Go(Agency.START)}),
        Choose(At.REPRESENTATIVE, {"has": At.TIME, "not_yet": Go(Level2.START)}),
        Choose(At.TIME, {"next": At.ASK}),
        Choose(
            At.ASK,
            {"person": Visit(Trouble.PERSON, back=At.ASK), "mine": Go(Welcome.CARD), "elsewhere": Go(Welcome.WHERE)},
        ),
    ),
)
