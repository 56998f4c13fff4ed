"""What somebody asks in the middle of a step: a short answer, a few ways to act on it, and back to where they were."""

from collections.abc import Mapping

from flows.notation import Choose, End, Exit, Flow, Go, Place, Visit
from flows.script.places import (
    Abroad,
    Activate,
    Agency,
    Approval,
    Child,
    Foreigner,
    Helper,
    Install,
    Later,
    Level1,
    Level2,
    NoChip,
    NoSmartphone,
    Own,
    Register,
    Safety,
    Setup,
    Trouble,
    Use,
)
from flows.script.places import Answers as At
from flows.speech import Tone


def telling(at: At, tone: Tone = Tone.PLAIN, **ways: Exit) -> Choose:
    """An answer one can act on; the last way is back to the step the question came from."""
    return Choose(at, {**ways, "go_on": At.BACK}, tone=tone)


def tree(place: Place) -> Visit:
    """Things to try, elsewhere in the book; when they end, the person is back at their step."""
    return Visit(place, back=At.BACK)


ANSWERS = Flow(
    "answers",
    At,
    (
        # Nothing to act on: told, and the talk is back at once.
        End(At.GREETING),
        End(At.THANKS_GOODBYE),
        End(At.FEE_COST),
        End(At.OUT_OF_SCOPE),
        # Who we are.
        telling(At.BOT_IDENTITY, kept=At.PRIVACY_DATA, person=At.PERSON),
        telling(At.COMPLAINT_FEEDBACK, stuck=tree(Setup.START), person=At.PERSON),
        telling(
            At.PRIVACY_DATA,
            delete=At.PRIVACY_DELETE,
            own=tree(Own.PRIVACY),
            rights=tree(Safety.PRIVACY_RIGHTS),
            papers=tree(Safety.HARM_PAPERS),
        ),
        telling(At.PRIVACY_DELETE, erase=tree(Own.ERASE), person=At.PERSON),
        # What it is, for whom, must one.
        telling(At.ABOUT_VNEID, use=tree(Use.START), levels=At.LEVEL_DIFFERENCE),
        telling(At.LEVEL_DIFFERENCE, level1=At.REGISTER_LEVEL1, level2=At.REGISTER_LEVEL2_WHERE, more=tree(Use.LEVELS)),
        telling(At.ELIGIBILITY, child=At.CHILD_UNDER14, old=At.HELP_RELATIVE, foreigner=At.FOREIGNER),
        telling(At.CHILD_UNDER14, bring=At.CHILD_BRING, steps=Go(Child.START)),
        telling(At.CHILD_BRING, person=At.PERSON),
        telling(At.FOREIGNER, bring=At.FOREIGNER_BRING, app_asks=At.FOREIGNER_APP, steps=Go(Foreigner.START)),
        telling(At.FOREIGNER_BRING, person=At.PERSON),
        telling(At.FOREIGNER_APP, bring=At.FOREIGNER_BRING),
        telling(At.ORGANIZATION_ACCOUNT, level2=At.REGISTER_LEVEL2_WHERE, staff=Go(Agency.START), person=At.PERSON),
        telling(At.MANDATORY_PENALTY, required=tree(Safety.REQUIRED), threat=tree(Safety.CALL_THREAT)),
        telling(At.OVERSEAS_CITIZEN, change=tree(Trouble.OLD_NUMBER), steps=Go(Abroad.START), person=At.PERSON),
        telling(At.HELP_RELATIVE, fingers=At.RELATIVE_FINGERS, absent=At.RELATIVE_ABSENT, steps=Go(Helper.START)),
        telling(At.RELATIVE_FINGERS, bring=At.LEVEL2_DOCUMENTS, person=At.PERSON),
        telling(At.RELATIVE_ABSENT, person=At.PERSON),
        # The phone and the app.
        telling(
            At.DOWNLOAD_INSTALL,
            not_found=tree(Setup.NOT_FOUND),
            stuck=tree(Setup.INSTALLING),
            steps=Go(Install.START),
        ),
        telling(At.DEVICE_REQUIREMENTS, old=tree(Setup.OLD_PHONE), nfc=At.NFC_PROBLEM, none=At.NO_SMARTPHONE),
        telling(
            At.NO_SMARTPHONE,
            computer=At.NO_SMARTPHONE_WEB,
            relative=At.DEVICE_MULTI_ACCOUNT,
            steps=Go(NoSmartphone.START),
        ),
        telling(At.NO_SMARTPHONE_WEB, start=Go(Activate.WEB), person=At.PERSON),
        telling(At.APP_ERROR, busy=tree(Setup.BUSY), spinning=tree(Setup.UPDATE), unsafe=tree(Setup.UNSAFE)),
        telling(
            At.DEVICE_MULTI_ACCOUNT,
            notice=At.DEVICE_NOTICE,
            number=tree(Setup.OWN_NUMBER),
            mine=At.NEW_DEVICE_LOGIN,
        ),
        telling(At.DEVICE_NOTICE, person=At.PERSON),
        # Registering, with the card.
        telling(
            At.REGISTER_APP_ACCOUNT,
            steps=Go(Register.START),
            stuck=tree(Setup.START),
            police=At.WAITING_APPROVAL,
        ),
        telling(At.QR_SCAN_PROBLEM, fails=tree(Setup.QR), side=tree(Setup.QR_SIDE), type=tree(Setup.QR_TYPE)),
        telling(At.INFO_MISMATCH, typed=tree(Setup.MISMATCH), data=tree(Setup.FIX_DATA)),
        telling(At.REGISTER_LEVEL1, steps=Go(Level1.START), stuck=tree(Setup.START), level2=At.REGISTER_LEVEL2_WHERE),
        telling(At.NFC_PROBLEM, fails=tree(Setup.NFC), lacks=tree(Setup.NFC_NONE), chip=tree(Setup.NFC_CHIP)),
        telling(At.PORTRAIT_PHOTO_PROBLEM, fails=tree(Setup.PORTRAIT), level2=At.REGISTER_LEVEL2_WHERE),
        # At the police.
        telling(
            At.REGISTER_LEVEL2_WHERE,
            away=At.LEVEL2_ANYWHERE,
            bring=At.LEVEL2_DOCUMENTS,
            steps=Go(Level2.START),
        ),
        telling(At.LEVEL2_ANYWHERE, bring=At.LEVEL2_DOCUMENTS),
        telling(
            At.LEVEL2_DOCUMENTS,
            no_chip=At.NO_CHIP_CARD,
            where=At.REGISTER_LEVEL2_WHERE,
            counter=At.LEVEL2_COUNTER,
        ),
        telling(At.LEVEL2_COUNTER, wait=At.WAITING_APPROVAL),
        telling(At.NO_CHIP_CARD, steps=Go(NoChip.START), where=At.REGISTER_LEVEL2_WHERE, papers=At.LEVEL2_DOCUMENTS),
        # The notice and its days.
        telling(
            At.WAITING_APPROVAL,
            Tone.WAIT,
            look=tree(Own.STATUS),
            over=At.WAITING_LONG,
            number=At.PHONE_NUMBER_CHANGE,
            try_anyway=Go(Activate.READY),
        ),
        telling(At.WAITING_LONG, person=At.PERSON, try_anyway=Go(Activate.READY)),
        telling(
            At.APPROVAL_SMS_QUESTION,
            sample=At.APPROVAL_SMS_SAMPLE,
            odd=tree(Safety.MESSAGE),
            start=Go(Activate.READY),
        ),
        telling(At.APPROVAL_SMS_SAMPLE, odd=tree(Safety.MESSAGE), start=Go(Activate.READY)),
        telling(At.DEADLINE_7DAYS, start=Go(Activate.READY), days=Go(Approval.WHEN), person=At.PERSON),
        # Activating.
        telling(
            At.ACTIVATE_HOWTO,
            start=Go(Activate.READY),
            screens=Go(Activate.LOOKALIKE),
            stuck=tree(Trouble.ENTRY),
        ),
        telling(
            At.ACTIVATE_NOT_IDENTIFIED,
            sent=At.WAITING_APPROVAL,
            level1=At.REGISTER_LEVEL1,
            level2=At.REGISTER_LEVEL2_WHERE,
        ),
        telling(
            At.ACTIVATE_ALREADY,
            forgot=tree(Trouble.FORGOT_PASSWORD),
            not_me=tree(Trouble.NOT_MINE),
            log_in=At.LOGIN_HOWTO,
        ),
        telling(
            At.OTP_NOT_RECEIVED,
            none=tree(Trouble.CODE),
            refused=tree(Trouble.CODE_REFUSED),
            send=tree(Own.RESEND),
            other_number=At.PHONE_NUMBER_CHANGE,
        ),
        telling(
            At.PHONE_NUMBER_CHANGE,
            old=tree(Trouble.OLD_NUMBER),
            stranger=tree(Setup.NUMBER_STRANGER),
            record=tree(Trouble.CODE_RECORD),
        ),
        telling(
            At.PASSWORD_RULES,
            refused=tree(Trouble.PASSWORD),
            which=tree(Trouble.PASSWORD_OR_PASSCODE),
            forgot=At.FORGOT_PASSWORD,
        ),
        telling(
            At.PASSCODE_INFO,
            which=tree(Trouble.PASSWORD_OR_PASSCODE),
            refused=tree(Trouble.PASSCODE),
            forgot=At.FORGOT_PASSCODE,
        ),
        telling(At.SECURITY_QUESTIONS, set=tree(Trouble.QUESTIONS), forgot=tree(Later.ANSWERS)),
        # After it.
        telling(At.FORGOT_PASSWORD, steps=tree(Trouble.FORGOT_PASSWORD), both=tree(Later.BOTH), person=At.PERSON),
        telling(
            At.FORGOT_PASSCODE,
            steps=tree(Later.PASSCODE),
            code=At.OTP_NOT_RECEIVED,
            which=tree(Trouble.PASSWORD_OR_PASSCODE),
        ),
        telling(At.LOGIN_HOWTO, stuck=tree(Later.LOGIN), forgot=At.FORGOT_PASSWORD, new=At.NEW_DEVICE_LOGIN),
        telling(At.NEW_DEVICE_LOGIN, new=tree(Later.NEW_LOGIN), lost=tree(Later.LOST), other=tree(Later.DEVICE)),
        telling(At.ACCOUNT_LOCKED, reset=tree(Trouble.FORGOT_PASSWORD), steps=tree(Later.LOCKED), person=At.PERSON),
        telling(At.CARD_REISSUED, stuck=tree(Later.CARD)),
        telling(
            At.INTEGRATE_DOCUMENTS,
            missing=tree(Use.WALLET_MISSING),
            open=tree(Use.WALLET_OPEN),
            level2=At.REGISTER_LEVEL2_WHERE,
        ),
        telling(At.DVC_LOGIN, steps=tree(Use.PORTAL), stuck=tree(Use.PORTAL_TROUBLE)),
        # Is it genuine, is it safe.
        telling(
            At.SCAM_CHECK,
            Tone.STOP,
            coached=tree(Safety.COACHED),
            suspect=tree(Safety.SUSPECT),
            harm=tree(Safety.HARM),
        ),
        telling(
            At.SAFETY_TIPS,
            code=tree(Safety.CALL_CODE),
            lend=tree(Safety.KEEP_LENDING),
            more=tree(Safety.KEEP_SECRETS),
        ),
        telling(At.PERSON),
        End(At.BACK),
    ),
)

# Places that answer no intent by themselves: the answers lead to them.
ASIDES = frozenset(
    {
        At.CHILD_BRING,
        At.FOREIGNER_BRING,
        At.FOREIGNER_APP,
        At.NO_SMARTPHONE_WEB,
        At.LEVEL2_ANYWHERE,
        At.LEVEL2_COUNTER,
        At.WAITING_LONG,
        At.APPROVAL_SMS_SAMPLE,
        At.DEVICE_NOTICE,
        At.RELATIVE_FINGERS,
        At.RELATIVE_ABSENT,
        At.PRIVACY_DELETE,
        At.PERSON,
        At.BACK,
    }
)
BY_INTENT: Mapping[str, Place] = {at.value: at for at in At if at not in ASIDES}
