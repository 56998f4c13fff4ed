"""The house's own desk: what a person asks of it about themselves. Each is settled in the transaction that notes its outcome."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.message import Doer, Done, Task
from bot.ports import Clock
from bot.wording import Wording, spoken_day, spoken_moment
from flows.core.asked import Added, Carried, Looked, Wanted
from flows.core.asked import Done as Outcome
from flows.core.deadline import day_in_vietnam
from flows.notation import Book
from flows.runner import home
from flows.speech import Language, Talk
from storage import conversations, errands, exporting, moving, reminders, subjects
from storage.audit import HOUSE, Act, AuditLog
from storage.erasures import Erasures, erase_for_good
from storage.vault import Vault

OWN = "own"
IN_DAYS = {"tomorrow": 1, "in_two": 2, "in_three": 3, "in_seven": 7}
NOTHING = "nothing"  # the exit that takes a note back
Settle = Callable[[Connection], Done]
Words = Mapping[str, str]  # short pieces of lines the desk puts together, from signs.toml [own]


@dataclass(frozen=True, slots=True)
class Desk:
    """Does what the house can do by itself. `kin` says what somebody is to whoever writes; `keep_days` and `ages_out` (when
    the last copies of something erased are gone) are told; `written` says whether a channel is written to."""

    book: Book
    wording: Wording
    vault: Vault
    clock: Clock
    erasures: Erasures
    words: Words
    kin: Callable[[str], str]
    keep_days: int
    ages_out: str
    written: Callable[[str], bool]

    def doers(self) -> dict[str, Doer]:
        """By the kind of errand."""
        settling: dict[str, Callable[[Task], Settle]] = {
            "person": self.person, "board": self.board, "note": self.note, "move_out": self.move_out,
            "move_in": self.move_in, "looked": self.looked, "export": self.export, "erase": self.erase,
            "remind": self.remind, "visit": self.visit,
        }  # fmt: skip

        def doing(settle: Callable[[Task], Settle]) -> Doer:
            async def do(task: Task) -> Settle:
                return settle(task)

            return do

        return {kind: doing(settle) for kind, settle in settling.items()}

    # ---- people ----

    def person(self, task: Task) -> Settle:
        """One more person on this chat, with a case of their own."""

        def settle(unit: Connection) -> Done:
            talk = subjects.talk_of(unit, task.conversation_id)
            kin, at = _picked(talk, f"{OWN}.kin"), self.clock.now()
            fresh = Talk(
                task.place, opened=True, form=talk.form, language=talk.language, offer=talk.offer
            )  # fmt: skip
            added = subjects.add(unit, task.conversation_id, kin, home(talk), fresh, at)
            if added is None:
                return Done(Added.ENOUGH.value)
            self._evidence(unit, task, Act.CONSENT, "person")
            return Done(Added.ADDED.value, {"kin": self.kin(kin)})

        return settle

    def board(self, task: Task) -> Settle:
        """Who is spoken about here, and where each stands."""

        def settle(unit: Connection) -> Done:
            people = subjects.people(unit, task.conversation_id)
            lines, others = [], {}
            for one in people:
                progress = self.wording.progress(Talk(self.book.name(self.book.start)), one.journey)
                who = self.kin(one.kin)
                line = self.words["person"].format(
                    who=who, number=progress.number, count=progress.count, stage=progress.name
                )
                line += self.words["linked"] if one.linked else ""
                line += self.words.get(f"phone_{one.phone}", "") if one.phone else ""
                lines.append(line + (self.words["in_hand"] if one.in_hand else ""))
                if not one.in_hand:
                    others[f"person.{one.subject_id}"] = who
            shown = dict(list(others.items())[: subjects.MOST_SHOWN])
            return Done(Outcome.DONE.value, {"board": "\n".join(lines) or self.words["alone"], **shown})

        return settle

    def note(self, task: Task) -> Settle:
        """On whose phone the account in hand was activated."""

        def settle(unit: Connection) -> Done:
            phone = _picked(subjects.talk_of(unit, task.conversation_id), f"{OWN}.phone")
            kept = "" if phone == NOTHING else phone
            subjects.note_phone(unit, task.conversation_id, kept, self.clock.now())
            return Done(Outcome.DONE.value)

        return settle

    # ---- moving ----

    def move_out(self, task: Task) -> Settle:
        """A code to carry this conversation away with."""

        def settle(unit: Connection) -> Done:
            code = moving.make(unit, self.vault, task.conversation_id, self.clock.now())
            return Done(Outcome.DONE.value, {"code": code})

        return settle

    def move_in(self, task: Task) -> Settle:
        """Carry a conversation here; the chat it left is told."""

        def settle(unit: Connection) -> Done:
            at, start = self.clock.now(), self.book.name(self.book.start)
            source = moving.carry(unit, self.vault, task.detail, task.conversation_id, task.place, start, at)
            if source is None:
                return Done(Carried.OVER.value)
            return Done(Carried.MOVED.value, then=((source, "moved.away"),))

        return settle

    # ---- what is kept ----

    def looked(self, task: Task) -> Settle:
        """Who of the staff looked at this conversation."""

        def settle(unit: Connection) -> Done:
            looks = AuditLog(self.vault).looks(unit, task.conversation_id)
            if not looks:
                return Done(Looked.NOBODY.value)
            lines = [
                self.words["looked_into" if look.act == Act.REVEAL.value else "looked"].format(
                    on=spoken_moment(look.at, Language.VI), who=look.name
                )
                for look in looks[:8]
            ]
            return Done(Looked.SOMEBODY.value, {"lookers": "\n".join(lines)})

        return settle

    def export(self, task: Task) -> Settle:
        """What is kept, in a few lines; the whole of it is `python -m bot subject export`, and on the web page a file."""

        def settle(unit: Connection) -> Done:
            kept = exporting.export_of(unit, self.vault, task.conversation_id)
            self._evidence(unit, task, Act.EXPORT, "citizen")
            return Done(Outcome.DONE.value, {"kept": "\n".join(self._summary(kept))})

        return settle

    def erase(self, task: Task) -> Settle:
        """Forget everything of this conversation, and begin one that knows nothing."""

        def settle(unit: Connection) -> Done:
            at = self.clock.now()
            talk = subjects.talk_of(unit, task.conversation_id)
            kept = conversations.rows_to_keep(unit, task.conversation_id)
            asked = errands.row(unit, task.id)
            erase_for_good(unit, self.erasures, AuditLog(self.vault), task.conversation_id, at, why="asked")
            fresh = Talk(task.place, opened=True, form=talk.form, language=talk.language)
            begun = conversations.begin_anew(unit, kept, fresh, at)
            errands.put_back(unit, asked, begun)
            return Done(Outcome.DONE.value, {"ages_out": self.ages_out}, moved_to=begun)

        return settle

    # ---- reminders ----

    def remind(self, task: Task) -> Settle:
        """Reminders wanted, or wanted no more."""
        wanted = task.place.endswith("_yes")

        def settle(unit: Connection) -> Done:
            at, subject = self.clock.now(), task.subject_id
            if wanted and not self.written(task.address.channel):
                return Done(Wanted.NOT_HERE.value)
            if subject is None:
                return Done(Outcome.DONE.value)
            if wanted:
                subjects.consent(unit, task.conversation_id, subject, "remind", at)
            else:
                subjects.withdraw_here(unit, task.conversation_id, "remind", at)  # of nobody any more
                reminders.cancel(unit, task.conversation_id)
            self._evidence(unit, task, Act.CONSENT, "remind", str(wanted))
            return Done(Outcome.DONE.value)

        return settle

    def visit(self, task: Task) -> Settle:
        """A visit to the commune police: told the evening before."""

        def settle(unit: Connection) -> Done:
            at, subject = self.clock.now(), task.subject_id
            if not self.written(task.address.channel):
                return Done(Wanted.NOT_HERE.value)
            days = IN_DAYS.get(_picked(subjects.talk_of(unit, task.conversation_id), f"{OWN}.visit"), 1)
            if subject is not None:
                subjects.consent(unit, task.conversation_id, subject, "remind", at)
                reminders.visit(unit, task.conversation_id, subject, day_in_vietnam(at) + timedelta(days=days), at)
            return Done(Outcome.DONE.value)

        return settle

    def _summary(self, kept: Mapping[str, Any]) -> list[str]:
        lines = [self.words["kept_messages"].format(count=len(kept["messages"]), days=self.keep_days)]
        lines.append(self.words["kept_case"])
        if len(kept["people"]) > 1:
            lines.append(self.words["kept_people"].format(count=len(kept["people"])))
        for link in kept["links"]:
            day = spoken_day(day_in_vietnam(datetime.fromisoformat(link["since"])), Language.VI)
            lines.append(self.words["kept_link"].format(on=day))
        if kept["reminders"]:
            lines.append(self.words["kept_reminders"].format(count=len(kept["reminders"])))
        return lines

    def _evidence(self, unit: Connection, task: Task, act: Act, kind: str, yes: str = "") -> None:
        AuditLog(self.vault).append(unit, self.clock.now(), HOUSE, act, about=task.conversation_id, kind=kind, yes=yes)


def _picked(talk: Talk, place: str) -> str:
    """What was picked at a place last."""
    return next((answer.exit for answer in reversed(talk.answers) if answer.place == place), "")
