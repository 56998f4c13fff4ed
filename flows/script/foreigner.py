"""Foreigners' own accounts: who may, the residence card, the immigration office. Worded in both languages throughout,
so nothing here is visited elsewhere."""

from flows.core.journey import Card, Report
from flows.notation import Choose, Flow, Go
from flows.script.places import Approval, Welcome
from flows.script.places import Foreigner as At
from flows.speech import Tone

FOREIGNER = Flow(
    "foreigner",
    At,
    (
        Choose(At.START, {"adult": At.CARD, "child": At.CHILD, "under_six": At.BABY, "app_asks": At.APP_ASKS}),
        Choose(At.CHILD, {"next": At.CARD}),
        Choose(At.BABY, {"next": At.OFFICE}),
        Choose(At.CARD, {"card": At.OFFICE, "no_card": At.NO_CARD}, moves={"card": Card.RESIDENCE}),
        Choose(At.NO_CARD, {"office": At.OFFICE, "person": At.PERSON}),
        Choose(At.OFFICE, {"next": At.BRING, "person": At.PERSON}),
        Choose(At.BRING, {"next": At.TIME, "person": At.PERSON}),
        Choose(
            At.TIME,
            {"filed": Go(Approval.START), "later": At.LATER},
            moves={"filed": Report.TAKEN_LEVEL2},
        ),
        Choose(
            At.LATER,
            {"filed": Go(Approval.START), "bring": At.BRING, "elsewhere": Go(Welcome.WHERE)},
            moves={"filed": Report.TAKEN_LEVEL2},
            tone=Tone.WAIT,
        ),
        Choose(At.APP_ASKS, {"next": At.CARD, "person": At.PERSON}),
        Choose(At.PERSON, {"office": At.OFFICE, "elsewhere": Go(Welcome.WHERE)}),
    ),
)
