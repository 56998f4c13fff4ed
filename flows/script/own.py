"""One's own account, as the registry has it once one has proved who one is; codes sent again; and what is one's own here:
the people one helps, reminders, moving to another app, what is kept. Everything comes back to the step it was asked at."""

from collections.abc import Mapping

from flows.core.asked import Done
from flows.core.journey import Report
from flows.notation import Asking, Await, Choose, End, Exit, Flow, Go, Led, Visit
from flows.script.places import Activate, After, Later, Level1, Level2, Safety, Trouble, Welcome
from flows.script.places import Own as At
from flows.speech import Tone


def telling(at: At, tone: Tone = Tone.PLAIN, **ways: Exit) -> Choose:
    """Something told, with what can be done about it; the last way is back to where it was asked."""
    return Choose(at, {**ways, "go_on": At.BACK}, tone=tone)


def asking(at: At, what: Asking, **outcomes: Exit) -> Await:
    """Something asked; one need not wait for the answer."""
    return Await(at, what, outcomes, choices={"go_on": At.BACK})


def doing(at: At, what: Asking, then: At) -> Await:
    """Something the house does by itself, and then."""
    return Await(at, what, {Done.DONE.value: then})


def cause(at: At, **more: Exit) -> Choose:
    """One reason why a code does not come: it helped, or the other ways."""
    return Choose(at, {"helped": At.BACK, **more, "not_helped": At.OTHER_WAYS})


_STANDINGS: Mapping[str, Exit] = {
    "not_linked": At.NOT_LINKED, "off": At.NO_REGISTRY, "away": At.AWAY, "app_only": At.APP_ONLY, "pending": At.PENDING,
    "approved": At.APPROVED, "past": At.PAST, "activated": At.ACTIVATED, "locked": At.LOCKED,
}  # fmt: skip

OWN = Flow(
    "own",
    At,
    (
        telling(
            At.START,
            status=At.STATUS,
            resend=At.RESEND,
            people=At.BOARD,
            remind=At.REMIND,
            move=At.MOVE,
            privacy=At.PRIVACY,
        ),
        # How the account stands.
        asking(At.STATUS, Asking.STATUS, **_STANDINGS),
        telling(At.NOT_LINKED, link=At.LINK, number=At.BY_NUMBER, why=At.WHY),
        telling(At.WHY, link=At.LINK, safety=Visit(Safety.MESSAGE, back=At.NOT_LINKED)),
        telling(At.BY_NUMBER, link=At.LINK),
        asking(At.CONTACT, Asking.CONTACT, **_STANDINGS),
        asking(At.LINK, Asking.LINK, ready=At.LINK_OPEN, off=At.NO_REGISTRY, away=At.AWAY, often=At.LINK_OFTEN),
        Await(
            At.LINK_OPEN,
            Asking.PROOF,
            {"linked": At.LINKED, "denied": At.LINK_ENDED, "expired": At.LINK_OVER, "away": At.AWAY},
            choices={"sent_to_me": At.LINK_DANGER, "go_on": At.BACK},
        ),
        telling(At.LINK_DANGER, Tone.STOP, coached=Visit(Safety.COACHED, back=At.LINK_DANGER)),
        telling(At.LINKED, status=At.STATUS, resend=At.RESEND),
        telling(At.LINK_ENDED, link=At.LINK, coached=Visit(Safety.COACHED, back=At.LINK_ENDED)),
        telling(At.LINK_OVER, link=At.LINK),
        telling(At.LINK_OFTEN),
        telling(At.NO_REGISTRY, where=Go(Welcome.WHERE)),
        telling(At.AWAY, again=At.STATUS, where=Go(Welcome.WHERE)),
        telling(
            At.APP_ONLY,
            level1=Go(Level1.START),
            level2=Go(Level2.START),
            number=Visit(Trouble.OLD_NUMBER, back=At.APP_ONLY),
        ),
        telling(At.PENDING, remind=At.REMIND),
        telling(At.APPROVED, activate=Go(Activate.READY), resend=At.RESEND, remind=At.REMIND),
        telling(At.PAST, try_anyway=Go(Activate.READY), person=Visit(Trouble.PERSON, back=At.PAST)),
        telling(At.ACTIVATED, log_in=Go(After.LOG_IN), not_me=Visit(Trouble.NOT_MINE, back=At.ACTIVATED), phone=At.PHONE),
        telling(At.LOCKED, steps=Visit(Later.LOCKED, back=At.LOCKED), person=Visit(Trouble.PERSON, back=At.LOCKED)),
        # A code sent again: to the registered phone, by the registry.
        asking(
            At.RESEND,
            Asking.RESEND,
            sent=At.SENT, sent_often=At.SENT_OFTEN, wait=At.WAIT, day_used_up=At.USED_UP, not_linked=At.NOT_LINKED,
            off=At.NO_REGISTRY, away=At.NOT_SENT, app_only=At.APP_ONLY, past=At.PAST, activated=At.ACTIVATED,
            unsure=At.UNSURE, later=At.LATER,
        ),
        telling(At.SENT, arrived=Go(Activate.CODE), not_arrived=At.CAUSES),
        telling(At.SENT_OFTEN, arrived=Go(Activate.CODE), not_arrived=At.CAUSES),
        telling(At.WAIT, Tone.WAIT, again=At.RESEND, causes=At.CAUSES),
        telling(At.USED_UP, Tone.WAIT, causes=At.CAUSES, other=At.OTHER_WAYS),
        asking(At.UNSURE, Asking.SETTLE, sent=At.SENT, not_sent=At.NOT_SENT, unsure=At.STILL_UNSURE),
        telling(At.NOT_SENT, again=At.RESEND, other=At.OTHER_WAYS),
        telling(At.STILL_UNSURE, arrived=Go(Activate.CODE), other=At.OTHER_WAYS),
        telling(At.LATER, other=At.OTHER_WAYS),
        Choose(
            At.CAUSES,
            {
                "sim": At.CAUSE_SIM, "number": At.CAUSE_NUMBER, "old_phone": At.CAUSE_OLD_PHONE,
                "blocked": At.CAUSE_BLOCKED, "full": At.CAUSE_FULL, "roaming": At.CAUSE_ROAMING,
                "none": At.OTHER_WAYS, "go_on": At.BACK,
            },
        ),
        cause(At.CAUSE_SIM),
        cause(At.CAUSE_NUMBER, steps=Visit(Trouble.OLD_NUMBER, back=At.CAUSE_NUMBER)),
        cause(At.CAUSE_OLD_PHONE),
        cause(At.CAUSE_BLOCKED),
        cause(At.CAUSE_FULL),
        cause(At.CAUSE_ROAMING),
        telling(
            At.OTHER_WAYS,
            computer=Go(Activate.WEB),
            another_day=Go(Activate.ANOTHER_DAY),
            person=Visit(Trouble.PERSON, back=At.OTHER_WAYS),
        ),
        # The people one helps from one chat.
        doing(At.BOARD, Asking.BOARD, At.PEOPLE),
        telling(At.PEOPLE, add=At.ADD, phone=At.PHONE),
        Choose(At.ADD, {"yes": At.KIN, "no": At.BOARD}),
        Choose(
            At.KIN,
            dict.fromkeys(
                ("grandmother", "grandfather", "mother", "father", "spouse", "child", "other"),
                At.ADDING,
            )
            | {"go_on": At.BACK},
        ),
        Await(At.ADDING, Asking.PERSON, {"added": At.ADDED, "enough": At.ENOUGH}),
        Choose(At.ADDED, {"where": Go(Welcome.WHERE), "link": At.LINK, "people": At.BOARD}),
        telling(At.ENOUGH, people=At.BOARD),
        Choose(At.PHONE, {"own": At.NOTING, "this": At.NOTING, "relative": At.NOTING, "nothing": At.NOTING}),
        doing(At.NOTING, Asking.NOTE, At.NOTED),
        telling(At.NOTED, people=At.BOARD),
        # Carried from one app to another.
        telling(At.MOVE, away=At.MOVE_MAKING, here=At.MOVE_HERE),
        doing(At.MOVE_MAKING, Asking.MOVE_OUT, At.MOVE_CODE),
        telling(At.MOVE_CODE),
        telling(At.MOVE_HERE),
        Await(At.MOVING, Asking.MOVE_IN, {"moved": At.MOVED, "over": At.MOVE_OVER}),
        End(At.MOVED),
        telling(At.MOVE_OVER, again=At.MOVE_HERE),
        telling(At.MOVED_AWAY, Tone.STOP, not_me=Visit(Trouble.PERSON, back=At.MOVED_AWAY)),
        # What is kept, and one's rights over it.
        telling(At.PRIVACY, kept=At.KEPT, looked=At.LOOKING, export=At.EXPORTING, erase=At.ERASE, withdraw=At.WITHDRAW),
        telling(At.KEPT, erase=At.ERASE),
        Await(At.LOOKING, Asking.LOOKED, {"somebody": At.LOOKED, "nobody": At.LOOKED_NOBODY}),
        telling(At.LOOKED, person=Visit(Trouble.PERSON, back=At.LOOKED)),
        telling(At.LOOKED_NOBODY),
        doing(At.EXPORTING, Asking.EXPORT, At.EXPORTED),
        telling(At.EXPORTED, erase=At.ERASE),
        Choose(At.ERASE, {"yes": At.ERASING, "no": At.BACK}),
        doing(At.ERASING, Asking.ERASE, At.ERASED),
        Choose(At.ERASED, {"start": Go(Welcome.START)}, tone=Tone.ANEW),
        telling(At.WITHDRAW, link=At.UNLINKING, remind=At.REMIND_NO, erase=At.ERASE),
        Await(At.UNLINKING, Asking.UNLINK, {"done": At.UNLINKED, "away": At.AWAY}),
        telling(At.UNLINKED),
        # Reminders, of whoever said yes to them.
        telling(At.REMIND, yes=At.REMIND_YES, visit=At.VISIT, no=At.REMIND_NO),
        Await(At.REMIND_YES, Asking.REMIND, {"done": At.REMIND_SET, "not_here": At.REMIND_NOT_HERE}),
        Await(At.REMIND_NO, Asking.REMIND, {"done": At.REMIND_OFF, "not_here": At.REMIND_OFF}),
        telling(At.REMIND_SET, visit=At.VISIT),
        telling(At.REMIND_OFF),
        telling(At.REMIND_NOT_HERE, move=At.MOVE),
        Choose(At.VISIT, dict.fromkeys(("tomorrow", "in_two", "in_three", "in_seven"), At.VISIT_NOTING) | {"go_on": At.BACK}),
        Await(At.VISIT_NOTING, Asking.VISIT, {"done": At.REMIND_SET, "not_here": At.REMIND_NOT_HERE}),
        telling(At.REMIND_SEVEN_DAYS, activate=Go(Activate.READY), no_more=At.REMIND_NO),
        telling(At.REMIND_VISIT, bring=Go(Level2.START), no_more=At.REMIND_NO),
        telling(At.REMIND_STOPPED, no_more=At.REMIND_NO),
        # What the registry tells by itself.
        telling(At.NEWS_APPROVED, activate=Go(Activate.READY), no_more=At.REMIND_NO),
        telling(At.NEWS_DECLINED, person=Visit(Trouble.PERSON, back=At.NEWS_DECLINED)),
        telling(At.NEWS_ACTIVATED, log_in=Go(After.LOG_IN), not_me=Visit(Trouble.NOT_MINE, back=At.NEWS_ACTIVATED)),
        telling(At.NEWS_LOCKED, steps=Visit(Later.LOCKED, back=At.NEWS_LOCKED)),
        telling(At.NEWS_KIN),
        telling(At.REMIND_KIN, no_more=At.REMIND_NO),
        End(At.BACK),
    ),
)  # fmt: skip

# What the registry says of a linked account: heard by the case, and told where the person said yes to news; QUIET is the
# same without a word.
TOLD, QUIET = "news.", "quiet."
_SAID: Mapping[str, Led] = {
    "account.register_app": Led(tells=(Report.REGISTERED,)),
    "account.submit_level1": Led(tells=(Report.SENT_LEVEL1,)),
    "account.take_level2": Led(tells=(Report.TAKEN_LEVEL2,)),
    "account.approve": Led(At.NEWS_APPROVED, (Report.APPROVED,)),
    "account.decline": Led(At.NEWS_DECLINED),
    "account.activate": Led(At.NEWS_ACTIVATED, (Report.ACTIVATED,)),
    "account.activate_by_hotline": Led(At.NEWS_ACTIVATED, (Report.ACTIVATED,)),
    "account.lock": Led(At.NEWS_LOCKED),
}
NEWS: Mapping[str, Led] = {
    **{f"{TOLD}{move}": led for move, led in _SAID.items()},
    **{f"{QUIET}{move}": Led(tells=led.tells) for move, led in _SAID.items()},
    f"{TOLD}kin": Led(At.NEWS_KIN),
    "moved.away": Led(At.MOVED_AWAY),
    "remind.seven_days": Led(At.REMIND_SEVEN_DAYS),
    "remind.visit": Led(At.REMIND_VISIT),
    "remind.kin": Led(At.REMIND_KIN),
    "remind.stopped": Led(At.REMIND_STOPPED),
}
