"""The acts of a person or a test that runs the emulator, as one table: the page, the tests and HTTP use the same."""

import inspect
from collections.abc import Callable
from typing import Any

from bot.emulators.telegram.citizens import CannotError, Citizens
from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.groups import Groups
from bot.emulators.telegram.people import Account, BotAccount, Chat, Message, Person
from bot.emulators.telegram.screen import screen
from bot.emulators.telegram.world import UnknownError

Json = dict[str, Any]

BOT_SETTINGS = ("reads_all", "hears_mentions", "name")
PACE_SETTINGS = ("chat_a_second", "chat_burst", "group_a_minute", "bot_a_second", "on")

# Acts that leave a note of another kind, or change nothing.
NOTED = ("screen", "state", "writes", "starts", "contact", "sends", "forwards", "fault", "no_fault")


class Control:
    """`act("writes", who=…, chat=…, text=…)`: ids and keys in, JSON values out. CannotError and UnknownError say why not."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._citizens, self._groups = Citizens(emulator), Groups(emulator)
        self._acts: dict[str, Callable[..., Any]] = {
            name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")
        }

    def act(self, do: str, **values: Any) -> Any:
        """Carry out one act. TypeError when something is missing or too much."""
        work = self._acts.get(do)
        if work is None:
            raise CannotError(f"There is no act “{do}”. There are: {', '.join(sorted(self._acts))}.")
        inspect.signature(work).bind(**values)
        result = work(**values)
        if do not in NOTED:
            told = {name: value for name, value in values.items() if name != "token"}
            self.emulator.journal.note("act", do=do, values=told, result=result)
        return result

    # ---- people ----

    def _do_bot(self, token: str, name: str = "", username: str = "") -> Json:
        try:
            bot = self.emulator.register(token, name, username)
        except ValueError as error:
            raise CannotError(str(error)) from error
        return {"id": bot.id, "username": bot.username}

    def _do_person(
        self, first_name: str, last_name: str = "", username: str = "", language: str = "vi", phone: str = ""
    ) -> Json:
        person = self.emulator.world.add_person(
            first_name, last_name, username=username, language=language, phone=phone
        )
        return {"id": person.id, "name": person.name, "phone": person.phone}

    def _do_settings(self, bot: int = 0, **values: Any) -> Json:
        """Of a bot (privacy), of the pace, or how long a press may wait for its answer."""
        for name, value in values.items():
            if bot and name in BOT_SETTINGS:
                setattr(self.emulator.world.bot(bot), name, value)
            elif name in PACE_SETTINGS:
                setattr(self.emulator.pace, name, value)
            elif name == "answer_within":
                self.emulator.answer_within = float(value)
            else:
                raise CannotError(f"There is no setting “{name}”.")
        return {}

    # ---- writing ----

    def _do_writes(self, who: int, chat: str, text: str, thread: int = 0, reply_to: int = 0) -> list[int]:
        messages = self._citizens.writes(*self._in(who, chat), text, thread=thread, reply_to=reply_to)
        return [message.id for message in messages]

    def _do_starts(self, who: int, bot: int, payload: str = "") -> int:
        return self._citizens.starts(self._person(who), self.emulator.world.bot(bot), payload).id

    def _do_contact(self, who: int, chat: str, of: int = 0, phone: str = "", name: str = "") -> int:
        person, place = self._in(who, chat)
        return self._citizens.shares_contact(person, place, self._person(of) if of else None, phone=phone, name=name).id

    def _do_sends(self, who: int, chat: str, kind: str, caption: str = "", thread: int = 0, **values: Any) -> int:
        return self._citizens.sends(*self._in(who, chat), kind, caption=caption, thread=thread, **values).id

    def _do_forwards(
        self, who: int, chat: str, text: str = "", origin: int = 0, hidden: str = "", message: int = 0, out_of: str = ""
    ) -> int:
        seen = self._message(out_of or chat, message) if message else None
        author = self._person(origin) if origin else None
        return self._citizens.forwards(*self._in(who, chat), text, origin=author, hidden=hidden, message=seen).id

    def _do_corrects(self, who: int, chat: str, message: int, text: str) -> int:
        return self._citizens.corrects(self._person(who), self._message(chat, message), text).id

    def _do_takes_back(self, who: int, chat: str, message: int) -> None:
        self._citizens.takes_back(self._person(who), self._message(chat, message))

    def _do_presses(self, who: int, chat: str, message: int, label: str = "", data: str = "") -> str:
        return self._citizens.presses(self._person(who), self._message(chat, message), label, data).id

    def _do_blocks(self, who: int, bot: int) -> None:
        self._citizens.blocks(self._person(who), self.emulator.world.bot(bot))

    def _do_unblocks(self, who: int, bot: int) -> None:
        self._citizens.unblocks(self._person(who), self.emulator.world.bot(bot))

    # ---- groups ----

    def _do_founds(self, who: int, title: str, supergroup: bool = False, forum: bool = False) -> str:
        return self._groups.founds(self._person(who), title, supergroup=supergroup, forum=forum).key

    def _do_adds(self, who: int, chat: str, whom: int) -> None:
        self._groups.adds(*self._in(who, chat), self._account(whom))

    def _do_removes(self, who: int, chat: str, whom: int, for_ever: bool = False) -> None:
        self._groups.removes(*self._in(who, chat), self._account(whom), for_ever=for_ever)

    def _do_ranks(self, who: int, chat: str, whom: int, administrator: bool = True) -> None:
        self._groups.ranks(*self._in(who, chat), self._account(whom), administrator=administrator)

    def _do_upgrades(self, who: int, chat: str) -> str:
        return self._groups.upgrades(*self._in(who, chat)).key

    def _do_opens_topic(self, who: int, chat: str, name: str) -> int:
        return self._groups.opens_topic(*self._in(who, chat), name)

    def _do_closes_topic(self, who: int, chat: str, thread: int) -> None:
        self._groups.closes_topic(*self._in(who, chat), thread)

    # ---- reading ----

    def _do_screen(self, who: int, chat: str) -> Json:
        person, place = self._in(who, chat)
        return screen(self.emulator, place, person)

    def _do_state(self) -> Json:
        """Everybody and everything there is, without the messages."""
        world = self.emulator.world
        bots = world.bots.values()
        return {
            "bots": [{**bot.me(), "name": bot.name, "hears_mentions": bot.hears_mentions, **self._ear(bot)} for bot in bots],
            "people": [{"id": p.id, "name": p.name, "phone": p.phone, "language": p.language} for p in world.people.values()],
            "chats": [
                {
                    "key": chat.key, "id": chat.id, "kind": chat.kind.value, "title": chat.title, "forum": chat.forum,
                    "bot": chat.bot.id if chat.bot else 0, "person": chat.person.id if chat.person else 0,
                    "members": {str(n): s for n, s in chat.members.items()}, "moved_to": chat.upgraded_to,
                    "topics": {str(n): name for n, name in chat.topics.items()},
                }
                for chat in world.chats()
            ],
            "faults": [fault.json() for fault in self.emulator.faults.turned],
            "pace": {name: getattr(self.emulator.pace, name) for name in PACE_SETTINGS},
            "clock": {"time": self.emulator.clock.time(), "factor": self.emulator.clock.factor},
            "last": self.emulator.journal.last,
        }  # fmt: skip

    def _do_fault(self, kind: str, **values: Any) -> int:
        try:
            fault = self.emulator.faults.turn(kind, **values)
        except (TypeError, ValueError) as error:
            raise CannotError(f"This fault cannot be: {error}.") from error
        self.emulator.journal.note("knob", fault=fault.json())
        self._tell_everyone()
        return fault.number

    def _do_no_fault(self, number: int = 0) -> None:
        self.emulator.faults.clear(number)
        self.emulator.journal.note("knob", cleared=number or "all")
        self._tell_everyone()

    def _tell_everyone(self) -> None:
        for ear in self.emulator.ears.values():
            ear.updates.tell()

    def _ear(self, bot: BotAccount) -> Json:
        ear = self.emulator.ears[bot.id]
        hook = ear.hook
        return {
            "webhook": hook.url if hook else "",
            "error": hook.last_error if hook else "",
            "polls": ear.poll is not None,
            "pending": len(ear.updates.pending()),
        }

    # ---- finding ----

    def _person(self, number: int) -> Person:
        return self.emulator.world.person(number)

    def _account(self, number: int) -> Account:
        return self.emulator.world.bots.get(number) or self._person(number)

    def _in(self, who: int, key: str) -> tuple[Person, Chat]:
        """A private chat comes into being when it is first named."""
        person = self._person(who)
        number, colon, bot = str(key).partition(":")
        if colon and number == str(who):
            return person, self.emulator.world.private_chat(self.emulator.world.bot(int(bot)), person)
        return person, self.emulator.world.chat_by_key(str(key))

    def _message(self, key: str, number: int) -> Message:
        message = self.emulator.world.chat_by_key(str(key)).messages.get(number)
        if message is None:
            raise UnknownError(f"There is no message {number} in {key}.")
        return message
