"""The notice that a file was approved: whether it came, whether it is genuine, and how its seven days stand."""

from flows.core.journey import Report, Stage
from flows.notation import Ask, Choose, Decide, Flow, Go, Judge, Reading, Visit
from flows.script.places import Activate, Trouble, Welcome
from flows.script.places import Approval as At

APPROVAL = Flow(
    "approval",
    At,
    (
        Choose(
            At.START,
            {"sms": At.SENDER, "in_app": At.WHEN, "email": At.WHEN, "nothing": At.NOTHING, "unsure": At.PASTE},
            moves={"in_app": Report.APPROVED, "email": Report.APPROVED},
        ),
        Choose(
            At.SENDER,
            {"vneid": At.WHEN, "other_sender": At.SCAM, "check_words": At.PASTE},
            moves={"vneid": Report.APPROVED},
        ),
        Ask(
            At.PASTE,
            Reading.APPROVAL_NOTICE,
            {
                "genuine": At.GENUINE,
                "foreign_link": At.SCAM,
                "asks_secret": At.SCAM,
                "altered": At.ALTERED,
                "other": At.NOT_IT,
            },
            choices={"no_message": At.UNKNOWN_DAY, "cannot_copy": At.SENDER},
        ),
        Choose(At.GENUINE, {"vneid": At.WHEN, "other_sender": At.SCAM}, moves={"vneid": Report.APPROVED}),
        Choose(At.ALTERED, {"ask_person": Visit(Trouble.PERSON, back=At.START), "again": At.PASTE}),
        Choose(At.NOT_IT, {"again": At.PASTE, "nothing": At.NOTHING}),
        Choose(At.SCAM, {"did_nothing": At.SCAM_SAFE, "did_something": At.SCAM_DONE}),
        Choose(At.SCAM_DONE, {"person": Visit(Trouble.PERSON, back=At.START), "go_on": At.START}),
        Choose(At.SCAM_SAFE, {"go_on": At.START, "person": Visit(Trouble.PERSON, back=At.START)}),
        Ask(
            At.WHEN,
            Reading.NOTICE_DAY,
            {"read": At.WINDOW, "future": At.WHEN, "unclear": At.WHEN},
            choices={"this_week": At.UNKNOWN_DAY, "longer": At.PAST, "forgotten": At.WINDOW},
        ),
        Decide(
            At.WINDOW,
            Judge.DEADLINE,
            {"days_left": At.IN_TIME, "last_day": At.LAST_DAY, "past": At.PAST, "unknown": At.UNKNOWN_DAY},
        ),
        Choose(At.IN_TIME, {"start": Go(Activate.READY), "later": At.WAIT}),
        Choose(At.LAST_DAY, {"start": Go(Activate.READY), "later": At.WAIT}),
        Choose(At.PAST, {"start": Go(Activate.READY), "person": Visit(Trouble.PERSON, back=At.PAST)}),
        Choose(At.UNKNOWN_DAY, {"start": Go(Activate.READY), "later": At.WAIT}),
        Choose(At.NOTHING, {"try_anyway": Go(Activate.READY), "long_ago": At.LONG_WAIT, "wait": At.WAIT}),
        Choose(
            At.LONG_WAIT,
            {"person": Visit(Trouble.PERSON, back=At.NOTHING), "try_anyway": Go(Activate.READY), "wait": At.WAIT},
        ),
        Choose(At.WAIT, {"notice": At.SENDER, "start": Go(Activate.READY), "elsewhere": Go(Welcome.WHERE)}),
    ),
    stage=Stage.WAIT,
)
