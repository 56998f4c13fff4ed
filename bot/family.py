"""Several people on one chat: whom one turns to, and what is heard of somebody who is not spoken about now."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.message import News
from bot.wording import PERSON, Wording, spoken_day
from flows.core.deadline import day_in_vietnam
from flows.notation import Book
from flows.runner import home, step
from flows.speech import Changed, Heard, Language, Pick, Reminded, Talk
from storage import reminders, subjects
from storage.conversations import Held

SUBJECT = "subject_"  # the choice of a person of this chat, by their number
NEWS_OF_KIN, REMINDER_OF_KIN = "news.kin", "remind.kin"  # there is something to be told of somebody else of this chat


@dataclass(frozen=True, slots=True)
class Family:
    """The people of a chat, over one book. Whoever is not in hand rests: their talk and their case stand where they were."""

    book: Book
    wording: Wording

    def turn_to(self, unit: Connection, mine: Held, heard: object) -> Talk | None:
        """Somebody else of this chat is spoken about from now on; the talk about them stands where it did."""
        if not (isinstance(heard, Pick) and heard.exit.startswith(SUBJECT)):
            return None
        offer = mine.talk.offer
        if offer is None or heard.place != offer.place or heard.exit not in dict(offer.choices):
            return None
        talk = subjects.switch(unit, mine, int(heard.exit.removeprefix(SUBJECT)), home(mine.talk))
        if talk is None:
            return None
        kin = self.wording.kin(subjects.kin_of(unit, mine.id, mine.subject_id), talk)
        return replace(talk, form=mine.talk.form, language=mine.talk.language, facts=(("kin", kin), *talk.facts))

    def hear(self, unit: Connection, mine: Held, what: News | Reminded, at: datetime) -> Changed | None:
        """What is heard of whoever is in hand. Of somebody else of this chat it goes into their own case and talk, and now
        only this is said: that there is something, and about whom. None: nothing is to be said."""
        change, of_kin = _change(what, at)
        if what.subject == mine.subject_id:
            return change
        resting = subjects.resting(unit, mine.id, what.subject)
        if resting is None:
            return None
        kin, talk, journey = resting
        taken = step(self.book, talk or home(mine.talk), Heard(at, change), journey)
        subjects.rest(unit, mine.id, what.subject, replace(taken.talk, offer=None), taken.journey, at)
        if isinstance(what, News):  # an approval begins the seven days, of which they may have asked to be reminded
            reminders.plan(unit, mine.id, what.subject, taken.journey, taken.talk, at)
        if not taken.said:
            return None
        spoken = self.wording.kin(kin, mine.talk)
        return Changed(of_kin, None, (("kin", spoken), (f"{PERSON}{what.subject}", spoken)))


def _change(what: News | Reminded, at: datetime) -> tuple[Changed, str]:
    """The change as the talk hears it, and what is said where somebody else is spoken about."""
    if isinstance(what, Reminded):
        return Changed(f"remind.{what.kind}"), REMINDER_OF_KIN
    told_on = spoken_day(what.on, Language.VI) if what.on and what.on != day_in_vietnam(at) else ""
    return Changed(what.move, what.on, (("told_on", told_on),) if told_on else ()), NEWS_OF_KIN
