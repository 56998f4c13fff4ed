"""What goes wrong, each a short tree: one thing to try, "did it help?", and a person at the end of it."""

from flows.notation import Choose, End, Exit, Flow, Go
from flows.script.places import Activate
from flows.script.places import Trouble as At


def trying(at: At, onward: At = At.PERSON, **more: Exit) -> Choose:
    """One thing to try; it helped, or the next thing (in the end a person)."""
    return Choose(at, {"helped": At.SOLVED, **more, "not_helped": onward})


TROUBLE = Flow(
    "trouble",
    At,
    (
        trying(At.ENTRY, At.APP),
        trying(At.FORM),
        trying(At.PHONE, changed=At.OLD_NUMBER),
        trying(At.OLD_NUMBER, another_day=Go(Activate.ANOTHER_DAY)),
        trying(At.SEND, At.APP),
        trying(At.SCREEN, At.APP),
        Choose(
            At.CODE,
            {"same_sim": At.CODE_INBOX, "other_sim": At.CODE_SIM, "changed": At.OLD_NUMBER, "arrived": At.SOLVED},
        ),
        trying(At.CODE_SIM, At.CODE_INBOX, lost=At.OLD_NUMBER),
        trying(At.CODE_INBOX, At.CODE_AGAIN),
        trying(At.CODE_AGAIN, At.CODE_RECORD),
        trying(At.CODE_RECORD, another_day=Go(Activate.ANOTHER_DAY)),
        trying(At.CODE_REFUSED, At.CODE_AGAIN),
        trying(At.PASSWORD),
        Choose(At.PASSWORD_OR_PASSCODE, {"understood": At.SOLVED, "not_helped": At.PERSON}),
        trying(At.FORGOT_PASSWORD, changed=At.OLD_NUMBER),
        trying(At.PASSCODE),
        trying(At.QUESTIONS),
        trying(At.APP, At.APP_WAIT, unsafe=At.APP_UNSAFE),
        trying(At.APP_UNSAFE),
        Choose(At.NOT_MINE, {"understood": At.SOLVED, "person": At.PERSON}),
        Choose(At.APP_WAIT, {"person": At.PERSON, "go_on": At.SOLVED}),
        Choose(At.PERSON, {"go_on": At.SOLVED}),
        End(At.SOLVED),
    ),
)
