"""Keeping it one's own: is somebody coaching me now, is this genuine, what if I did it already, and the few rules."""

from flows.notation import Choose, End, Exit, Flow, Go, Visit
from flows.script.places import Approval, Install, Later, Level2, Trouble, Welcome
from flows.script.places import Safety as At
from flows.speech import Tone

PERSON = Visit(Trouble.PERSON, back=At.ENOUGH)


def telling(at: At, onward: At, **more: Exit) -> Choose:
    """One thing told; then the next one."""
    return Choose(at, {"next": onward, **more})


def warning(at: At, **more: Exit) -> Choose:
    """A scam named: stop; then, did you do something already?"""
    return Choose(at, {"did_nothing": At.SAFE_NOW, "did_something": At.HARM, **more}, tone=Tone.STOP)


SAFETY = Flow(
    "safety",
    At,
    (
        Choose(
            At.START,
            {"coached": At.COACHED, "suspect": At.SUSPECT, "harm": At.HARM, "keep": At.KEEP, "done": At.DONE},
        ),
        # Is somebody telling me what to press, right now?
        Choose(
            At.COACHED,
            {"hung_up": At.COACHED_AFTER, "cannot": At.COACHED_HOW, "relative": At.RELATIVE},
            tone=Tone.STOP,
        ),
        Choose(
            At.COACHED_HOW,
            {"done": At.COACHED_AFTER, "person": Visit(Trouble.PERSON, back=At.COACHED_HOW)},
            tone=Tone.STOP,
        ),
        Choose(At.COACHED_AFTER, {"did_nothing": At.SAFE_NOW, "did_something": At.HARM, "which": At.CALL}),
        Choose(At.RELATIVE, {"go_on": At.ENOUGH, "uneasy": At.COACHED_AFTER}),
        # Is this genuine?
        Choose(
            At.SUSPECT,
            {
                "call": At.CALL,
                "message": At.MESSAGE,
                "app": At.APP,
                "paid": At.PAID,
                "required": At.REQUIRED,
                "other": At.OTHER,
            },
        ),
        Choose(
            At.CALL,
            {
                "police": At.CALL_POLICE,
                "address": At.CALL_ADDRESS,
                "code": At.CALL_CODE,
                "threat": At.CALL_THREAT,
                "other": At.OTHER,
            },
        ),
        warning(At.CALL_POLICE),
        warning(At.CALL_ADDRESS),
        warning(At.CALL_CODE),
        warning(At.CALL_THREAT),
        Choose(
            At.MESSAGE,
            {"approval": Go(Approval.SENDER), "link": At.LINK, "file": At.APP_FILE, "asks": At.CALL_CODE},
        ),
        warning(At.LINK, read=At.LINK_READ),
        Choose(At.LINK_READ, {"same": At.LINK_GENUINE, "different": At.LINK}),
        telling(At.LINK_GENUINE, At.ENOUGH),
        Choose(At.APP, {"sent": At.APP_FILE, "mine": At.APP_STORE}),
        Choose(At.APP_FILE, {"did_nothing": At.SAFE_NOW, "installed": At.HARM_APP}, tone=Tone.STOP),
        Choose(At.APP_STORE, {"open": At.APP_FINE, "install": At.HARM_APP, "unsure": PERSON}),
        telling(At.APP_FINE, At.ENOUGH),
        warning(At.PAID),
        telling(At.REQUIRED, At.REQUIRED_HOW),
        Choose(At.REQUIRED_HOW, {"level2": Go(Level2.START), "asks": At.CALL_CODE, "next": At.ENOUGH}),
        warning(At.OTHER),
        # It has been done already: one thing after the other.
        Choose(
            At.HARM,
            {
                "installed": At.HARM_APP,
                "money": At.HARM_BANK,
                "secret": At.HARM_SECRET,
                "papers": At.HARM_PAPERS,
                "pressed": At.HARM_LINK,
            },
        ),
        Choose(At.HARM_APP, {"done": At.HARM_BANK, "cannot": At.HARM_OFF}),
        Choose(At.HARM_OFF, {"done": At.HARM_BANK}),
        Choose(At.HARM_BANK, {"done": At.HARM_POLICE, "no_bank": At.HARM_POLICE, "no_number": At.HARM_BANK_NUMBER}),
        Choose(At.HARM_BANK_NUMBER, {"done": At.HARM_POLICE}),
        Choose(
            At.HARM_SECRET,
            {
                "how": Visit(Trouble.FORGOT_PASSWORD, back=At.HARM_SECRET),
                "bank": At.HARM_BANK,
                "done": At.HARM_POLICE,
            },
        ),
        telling(At.HARM_PAPERS, At.HARM_POLICE),
        Choose(At.HARM_LINK, {"nothing_more": At.SAFE_NOW, "typed": At.HARM_SECRET, "downloaded": At.HARM_APP}),
        telling(At.HARM_POLICE, At.HARM_AFTER, person=Visit(Trouble.PERSON, back=At.HARM_AFTER)),
        Choose(At.HARM_AFTER, {"reinstall": Go(Install.START), "next": At.ENOUGH}),
        Choose(At.SAFE_NOW, {"keep": At.KEEP_SECRETS, "person": PERSON, "next": At.ENOUGH}),
        # The few rules.
        Choose(
            At.KEEP,
            {
                "account": At.KEEP_SECRETS,
                "lending": At.KEEP_LENDING,
                "passcode": At.PASSCODE,
                "privacy": At.PRIVACY,
                "lost": Go(Later.LOST),
            },
        ),
        telling(At.KEEP_SECRETS, At.KEEP_CODE),
        telling(At.KEEP_CODE, At.KEEP_DEVICE),
        telling(At.KEEP_DEVICE, At.KEEP_LENDING),
        telling(At.KEEP_LENDING, At.ENOUGH),
        telling(At.PASSCODE, At.PASSCODE_SIX, forgot=Go(Later.PASSCODE)),
        telling(At.PASSCODE_SIX, At.PASSCODE_WHEN),
        telling(At.PASSCODE_WHEN, At.QUESTIONS),
        telling(At.QUESTIONS, At.QUESTIONS_SET),
        telling(At.QUESTIONS_SET, At.QUESTIONS_KEEP),
        telling(At.QUESTIONS_KEEP, At.ENOUGH),
        telling(At.PRIVACY, At.PRIVACY_RIGHTS),
        telling(At.PRIVACY_RIGHTS, At.ENOUGH, person=PERSON),
        Choose(At.ENOUGH, {"more": At.START, "elsewhere": Go(Welcome.WHERE), "done": At.DONE}),
        End(At.DONE),
    ),
)
