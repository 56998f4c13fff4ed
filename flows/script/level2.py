"""Level 2 at the police: who, where, what to bring, what happens at the counter; in the end a message to keep."""

from flows.core.journey import Card, Report, Stage
from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Activate, Approval, Trouble, Welcome
from flows.script.places import Level2 as At
from flows.speech import Tone

LEVEL2 = Flow(
    "level2",
    At,
    (
        Choose(
            At.START,
            {"not_yet": At.PLACE, "unsure": At.ISSUED, "been": Go(Approval.START)},
            moves={"been": Report.TAKEN_LEVEL2},
        ),
        Choose(
            At.ISSUED,
            {"notice": Go(Approval.SENDER), "none": At.PLACE, "try_anyway": Go(Activate.READY)},
        ),
        Choose(At.PLACE, {"next": At.CARD, "away": At.ANYWHERE, "cannot_go": At.BEDRIDDEN}),
        Choose(At.ANYWHERE, {"next": At.CARD}),
        Choose(At.CARD, {"chip": At.BRING, "no_chip": At.BRING_NO_CHIP}, moves={"no_chip": Card.NO_CHIP}),
        Choose(At.BRING, {"next": At.PAPERS}),
        Choose(At.BRING_NO_CHIP, {"next": At.PAPERS}),
        Choose(At.PAPERS, {"next": At.NUMBER}),
        Choose(At.NUMBER, {"next": At.COUNTER, "no_number": At.NO_NUMBER, "taken": At.NUMBER_TAKEN}),
        Choose(At.NO_NUMBER, {"next": At.COUNTER, "person": Visit(Trouble.PERSON, back=At.NO_NUMBER)}),
        Choose(At.NUMBER_TAKEN, {"next": At.COUNTER, "person": Visit(Trouble.PERSON, back=At.NUMBER_TAKEN)}),
        Choose(At.COUNTER, {"next": At.PACK, "fingers": At.FINGERS}),
        Choose(At.FINGERS, {"next": At.PACK, "person": Visit(Trouble.PERSON, back=At.FINGERS)}),
        Choose(At.BEDRIDDEN, {"next": At.CARD, "person": Visit(Trouble.PERSON, back=At.BEDRIDDEN)}),
        Choose(
            At.PACK,
            {"been": Go(Approval.START), "later": At.GOING, "not_taken": At.NOT_TAKEN},
            moves={"been": Report.TAKEN_LEVEL2},
        ),
        Choose(
            At.GOING,
            {"been": Go(Approval.START), "pack": At.PACK, "elsewhere": Go(Welcome.WHERE)},
            moves={"been": Report.TAKEN_LEVEL2},
            tone=Tone.WAIT,
        ),
        Choose(
            At.NOT_TAKEN,
            {
                "no_machine": At.NO_MACHINE,
                "fingers": At.FINGERS,
                "data_wrong": At.DATA_WRONG,
                "other": Visit(Trouble.PERSON, back=At.PACK),
            },
        ),
        Choose(At.NO_MACHINE, {"next": At.PACK, "person": Visit(Trouble.PERSON, back=At.NO_MACHINE)}),
        Choose(At.DATA_WRONG, {"next": At.PACK, "person": Visit(Trouble.PERSON, back=At.DATA_WRONG)}),
    ),
    stage=Stage.IDENTIFY,
)
