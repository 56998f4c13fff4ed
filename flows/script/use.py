"""What the account opens, and how it is used: papers, portal, residence, payments, crime reports, what it is."""

from flows.core.journey import Report, Stage
from flows.notation import Choose, End, Exit, Flow, Go, Visit
from flows.script.places import Approval, Later, Level2, Safety, Trouble
from flows.script.places import Use as At
from flows.speech import Tone

PERSON = Visit(Trouble.PERSON, back=At.ENOUGH)


def telling(at: At, onward: At, **more: Exit) -> Choose:
    """One thing told; then the next one."""
    return Choose(at, {"next": onward, **more})


def pressing(at: At, onward: At, stuck: Exit, **more: Exit) -> Choose:
    """One thing to press: done, or it does not work."""
    return Choose(at, {"done": onward, **more, "stuck": stuck})


USE = Flow(
    "use",
    At,
    (
        Choose(
            At.START,
            {"papers": At.WALLET, "portal": At.PORTAL, "residence": At.RESIDENCE, "more": At.MORE, "done": At.DONE},
        ),
        Choose(
            At.MORE,
            {
                "pay": At.PAY,
                "crime": At.CRIME,
                "levels": At.LEVELS,
                "account": At.ACCOUNT,
                "trouble": Go(Later.START),
                "safety": Go(Safety.START),
                "start": At.START,
            },
        ),
        # The wallet of papers.
        Choose(
            At.WALLET,
            {"open": At.WALLET_OPEN, "which": At.WALLET_PAPERS, "missing": At.WALLET_MISSING, "start": At.START},
        ),
        Choose(
            At.WALLET_OPEN,
            {"done": At.WALLET_CODE, "stuck": Visit(Trouble.APP, back=At.WALLET_OPEN)},
            moves={"done": Report.LOGGED_IN},
        ),
        Choose(At.WALLET_CODE, {"done": At.WALLET_PAPERS, "forgot": Go(Later.PASSCODE)}),
        telling(At.WALLET_PAPERS, At.WALLET_CARRY, missing=At.WALLET_MISSING),
        telling(At.WALLET_CARRY, At.ENOUGH),
        Choose(
            At.WALLET_MISSING,
            {
                "pending": At.WALLET_CONFIRM,
                "none": At.WALLET_WAIT,
                "level1": At.WALLET_LEVEL,
                "stuck": Visit(Trouble.APP, back=At.WALLET_MISSING),
            },
        ),
        Choose(At.WALLET_CONFIRM, {"helped": At.WALLET_CARRY, "not_helped": At.WALLET_AGENCY}),
        Choose(At.WALLET_WAIT, {"understood": At.ENOUGH, "long_ago": At.WALLET_AGENCY}, tone=Tone.WAIT),
        Choose(At.WALLET_AGENCY, {"helped": At.ENOUGH, "person": PERSON}),
        Choose(At.WALLET_LEVEL, {"level2": Go(Level2.START), "start": At.START}),
        # Residence and the household.
        Choose(At.RESIDENCE, {"how": At.FORMS, "household": At.HOUSEHOLD, "start": At.START}),
        telling(At.FORMS, At.RESIDENCE_HOW),
        Choose(At.RESIDENCE_HOW, {"portal": At.PORTAL, "household": At.HOUSEHOLD, "person": PERSON, "next": At.ENOUGH}),
        telling(At.HOUSEHOLD, At.BOOK),
        telling(At.BOOK, At.BOOK_INSTEAD),
        telling(At.BOOK_INSTEAD, At.ENOUGH),
        # The National Public Service Portal, two ways.
        Choose(At.PORTAL, {"national": At.PORTAL_OPEN, "province": At.PORTAL_PROVINCE, "stuck": At.PORTAL_TROUBLE}),
        pressing(At.PORTAL_OPEN, At.PORTAL_CHOOSE, At.PORTAL_PAGE),
        Choose(At.PORTAL_CHOOSE, {"done": At.PORTAL_LOGIN, "missing": At.PORTAL_LABEL}),
        Choose(At.PORTAL_LABEL, {"helped": At.PORTAL_LOGIN, "not_helped": At.PORTAL_PAGE}),
        pressing(
            At.PORTAL_LOGIN,
            At.PORTAL_DONE,
            At.PORTAL_TROUBLE,
            forgot=Visit(Trouble.FORGOT_PASSWORD, back=At.PORTAL_LOGIN),
        ),
        telling(At.PORTAL_DONE, At.ENOUGH),
        Choose(At.PORTAL_PROVINCE, {"done": At.PORTAL_CHOOSE, "missing": At.PORTAL_OPEN}),
        Choose(
            At.PORTAL_TROUBLE,
            {
                "option": At.PORTAL_CHOOSE,
                "password": Visit(Trouble.FORGOT_PASSWORD, back=At.PORTAL_LOGIN),
                "not_active": Go(Approval.START),
                "page": At.PORTAL_PAGE,
                "person": PERSON,
            },
        ),
        Choose(At.PORTAL_PAGE, {"helped": At.PORTAL_CHOOSE, "not_helped": PERSON}),
        # Payments, crime reports.
        telling(At.PAY, At.PAY_HOW),
        telling(At.PAY_HOW, At.PAY_CARE),
        telling(At.PAY_CARE, At.ENOUGH, safety=Go(Safety.START)),
        Choose(At.CRIME, {"how": At.CRIME_OPEN, "urgent": At.CRIME_URGENT, "start": At.START}),
        pressing(At.CRIME_OPEN, At.CRIME_NEW, Visit(Trouble.APP, back=At.CRIME_OPEN)),
        pressing(At.CRIME_NEW, At.CRIME_FILL, Visit(Trouble.APP, back=At.CRIME_NEW)),
        telling(At.CRIME_FILL, At.ENOUGH, person=PERSON),
        telling(At.CRIME_URGENT, At.ENOUGH),
        # What each level opens; what the account is and what it is for.
        telling(At.LEVELS, At.LEVEL2),
        telling(At.LEVEL2, At.LEVELS_TODAY),
        telling(At.LEVELS_TODAY, At.ENOUGH, level2=Go(Level2.START)),
        telling(At.ACCOUNT, At.ACCOUNT_APP),
        telling(At.ACCOUNT_APP, At.ACCOUNT_SAFE),
        telling(At.ACCOUNT_SAFE, At.ACCOUNT_RIGHTS),
        telling(At.ACCOUNT_RIGHTS, At.ACCOUNT_COUNTRY),
        telling(At.ACCOUNT_COUNTRY, At.ENOUGH),
        Choose(At.ENOUGH, {"more": At.START, "safety": Go(Safety.START), "done": At.DONE}),
        End(At.DONE),
    ),
    stage=Stage.USE,
)
