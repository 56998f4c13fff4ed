"""The notice that a file was approved: how long it takes, whether it came and is genuine, how its seven days stand."""

from flows.core.journey import Handset, Report, Stage
from flows.notation import Ask, Choose, Decide, Flow, Go, Judge, Reading, Visit
from flows.script.places import Activate, Install, Level2, Trouble, Welcome
from flows.script.places import Approval as At
from flows.speech import Tone

APPROVAL = Flow(
    "approval",
    At,
    (
        Choose(
            At.START,
            {
                "sms": At.SENDER,
                "in_app": At.WHEN,
                "email": At.EMAIL,
                "nothing": At.NOTHING,
                "unsure": At.PASTE,
                "refused": At.REFUSED,
            },
            moves={"in_app": Report.APPROVED},
        ),
        Choose(
            At.SENDER,
            {
                "vneid": At.WHEN,
                "other_sender": At.SCAM,
                "check_words": At.PASTE,
                "no_sms": At.START,
                "deleted": At.DELETED,
            },
            moves={"vneid": Report.APPROVED},
        ),
        Choose(At.EMAIL, {"approved": At.WHEN, "asks": At.SCAM}, moves={"approved": Report.APPROVED}),
        Choose(At.DELETED, {"start": At.GO, "not_sure": At.NOTHING}, moves={"start": Report.APPROVED}),
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
            choices={"no_message": At.DELETED, "cannot_copy": At.SENDER},
        ),
        Choose(At.GENUINE, {"vneid": At.WHEN, "other_sender": At.SCAM}, moves={"vneid": Report.APPROVED}),
        Choose(At.ALTERED, {"ask_person": Visit(Trouble.PERSON, back=At.START), "again": At.PASTE}),
        Choose(At.NOT_IT, {"again": At.PASTE, "nothing": At.NOTHING}),
        Choose(At.SCAM, {"did_nothing": At.SCAM_SAFE, "did_something": At.SCAM_DONE}, tone=Tone.STOP),
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
        Choose(At.IN_TIME, {"start": At.GO, "later": At.LATER}),
        Choose(At.LAST_DAY, {"start": At.GO, "later": At.LATER}),
        Choose(At.PAST, {"start": At.GO, "person": Visit(Trouble.PERSON, back=At.PAST)}),
        Choose(At.UNKNOWN_DAY, {"start": At.GO, "later": At.LATER}),
        # Who had level 2 made at the counter may hold the notice before any app (S0-42, C21).
        Decide(
            At.GO,
            Judge.STAGE,
            {
                "install": At.HAVE_APP,
                "account": Go(Activate.READY),
                "identify": Go(Activate.READY),
                "wait": At.HAVE_APP,
                "activate": Go(Activate.READY),
                "log_in": Go(Activate.READY),
                "use": Go(Activate.READY),
            },
        ),
        Choose(
            At.HAVE_APP,
            {"have": Go(Activate.READY), "not_yet": Go(Install.START), "computer": Go(Activate.WEB)},
            moves={"have": Report.INSTALLED, "computer": Handset.COMPUTER},
        ),
        Choose(At.LATER, {"start": At.GO, "wait": At.WAIT}),
        Choose(
            At.NOTHING,
            {
                "wait": At.WAIT,
                "how_long": At.FILED,
                "long_ago": At.LONG_WAIT,
                "sample": At.SAMPLE,
                "try_anyway": At.GO,
            },
        ),
        Choose(At.SAMPLE, {"have": At.SENDER, "not_have": At.NOTHING}),
        Choose(
            At.FILED,
            {"level1": At.TIME_LEVEL1, "level2": At.TIME_LEVEL2, "with_card": At.TIME_CARD},
            moves={
                "level1": Report.SENT_LEVEL1,
                "level2": Report.TAKEN_LEVEL2,
                "with_card": Report.TAKEN_LEVEL2,
            },
        ),
        Choose(At.TIME_LEVEL1, {"within": At.WAIT, "over": At.LONG_WAIT}, tone=Tone.WAIT),
        Choose(At.TIME_LEVEL2, {"within": At.WAIT, "over": At.LONG_WAIT}, tone=Tone.WAIT),
        Choose(At.TIME_CARD, {"within": At.WAIT, "over": At.LONG_WAIT}, tone=Tone.WAIT),
        Choose(
            At.LONG_WAIT,
            {
                "person": Visit(Trouble.PERSON, back=At.NOTHING),
                "hotline": At.HOTLINE,
                "wrong_number": At.WRONG_NUMBER,
                "try_anyway": At.GO,
                "wait": At.WAIT,
            },
        ),
        Choose(At.HOTLINE, {"wait": At.WAIT, "person": Visit(Trouble.PERSON, back=At.HOTLINE)}),
        Choose(At.WRONG_NUMBER, {"wait": At.WAIT, "person": Visit(Trouble.PERSON, back=At.WRONG_NUMBER)}),
        Choose(At.REFUSED, {"level2": Go(Level2.START), "person": Visit(Trouble.PERSON, back=At.REFUSED)}),
        Choose(
            At.WAIT,
            {
                "notice": At.START,
                "start": At.GO,
                "how_long": At.FILED,
                "more": Go(Welcome.MORE),
                "elsewhere": Go(Welcome.WHERE),
            },
            tone=Tone.WAIT,
        ),
    ),
    stage=Stage.WAIT,
)
