"""An invented citizen's phone at the Telegram emulator: what is done on it, and what it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Act = Callable[..., Any]  # act("writes", who=…, chat=…, text=…): see bot/emulators/telegram/control.py


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a phone shows it."""

    id: int
    who: str
    bot: bool
    mine: bool
    kind: str  # text, photo, contact, …, service
    text: str
    labels: tuple[str, ...]  # of the buttons under it, row after row
    raw: Json = field(repr=False)

    @property
    def bold(self) -> list[str]:
        return self.marked("bold")

    @property
    def rows(self) -> list[list[str]]:
        return [[button["text"] for button in row] for row in self.raw["buttons"]]

    def marked(self, kind: str) -> list[str]:
        """The stretches of the text that are bold, links, code …"""
        units = self.text.encode("utf-16-le")
        spans = [(e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in self.raw["entities"] if e["type"] == kind]
        return [units[start:end].decode("utf-16-le") for start, end in spans]


@dataclass(frozen=True, slots=True)
class BotHere:
    """A bot of the emulator."""

    id: int
    token: str = field(repr=False)
    username: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group. `id` is what the bot knows it by."""

    key: str

    @property
    def id(self) -> int:
        return int(self.key)


@dataclass(frozen=True, slots=True)
class Place:
    """A citizen in one chat (and topic)."""

    act: Act = field(repr=False)
    who: int
    chat: str
    thread: int = 0

    # ---- doing; message numbers come back ----

    def writes(self, text: str, *, reply_to: int = 0) -> int:
        """A text. The number of the (last) message."""
        sent: list[int] = self._do("writes", text=text, thread=self.thread, reply_to=reply_to)
        return sent[-1]

    def presses(self, label: str, message: int = 0) -> str:
        """The newest button with this label, under a message (its query's id comes back) or under the field."""
        for bubble in reversed(self.screen):
            if label in bubble.labels and message in (0, bubble.id):
                return str(self._do("presses", message=bubble.id, label=label))
        for button in (b for row in self.keyboard for b in row):
            if button["text"] == label:
                return str(self.shares_contact() if button.get("request_contact") else self.writes(label))
        shown = [label for bubble in self.screen for label in bubble.labels]
        raise AssertionError(f"there is no button “{label}” on this phone; there are {shown}")

    def presses_data(self, data: str, message: int) -> str:
        """A button by its data."""
        return str(self._do("presses", message=message, data=data))

    def shares_contact(self, of: "Citizen | None" = None, *, phone: str = "", name: str = "") -> int:
        """One's own card, another citizen's, or that of someone without Telegram (phone and name)."""
        return int(self._do("contact", of=of.who if of else 0, phone=phone, name=name))

    def sends(self, kind: str, *, caption: str = "", **values: Any) -> int:
        """photo, voice, video, document, sticker or location."""
        return int(self._do("sends", kind=kind, caption=caption, thread=self.thread, **values))

    def forwards(
        self, text: str = "", *, of: "Citizen | None" = None, hidden: str = "", message: int = 0, out_of: str = ""
    ) -> int:
        """A text of somebody's (`hidden`: one who hides the account), or a message from a chat."""
        values = {"text": text, "origin": of.who if of else 0, "hidden": hidden, "message": message, "out_of": out_of}
        return int(self._do("forwards", **values))

    def corrects(self, message: int, text: str) -> int:
        return int(self._do("corrects", message=message, text=text))

    def takes_back(self, message: int) -> None:
        self._do("takes_back", message=message)

    # ---- seeing ----

    @property
    def phone(self) -> Json:
        """Everything this chat shows (bot/emulators/telegram/screen.py)."""
        shown: Json = self._do("screen")
        return shown

    @property
    def screen(self) -> list[Bubble]:
        """The messages, oldest first; deleted ones are gone."""
        return [
            Bubble(m["id"], m["who"], m["bot"], m["mine"], m["kind"], m["text"], tuple(m["labels"]), m)
            for m in self.phone["messages"]
            if not self.thread or m["thread"] == self.thread
        ]

    @property
    def texts(self) -> list[str]:
        """What the bots wrote here."""
        return [bubble.text for bubble in self.screen if bubble.bot]

    @property
    def last(self) -> Bubble:
        """The newest message of a bot."""
        return [bubble for bubble in self.screen if bubble.bot][-1]

    @property
    def keyboard(self) -> list[list[Json]]:
        """The buttons under the field."""
        rows: list[list[Json]] = self.phone["keyboard"]
        return rows

    @property
    def toasts(self) -> list[str]:
        """What answered presses, oldest first; "" where the answer was silent."""
        return [press["toast"] for press in self.phone["presses"] if not press["waiting"]]

    @property
    def spinning(self) -> bool:
        """Whether a press still waits for its answer."""
        return any(press["waiting"] for press in self.phone["presses"])

    @property
    def doing(self) -> str:
        """What the bot is said to be doing ("typing"), "" for nothing."""
        return str(self.phone["doing"])

    def _do(self, verb: str, **values: Any) -> Any:
        return self.act(verb, who=self.who, chat=self.chat, **values)


@dataclass(frozen=True, slots=True)
class Citizen(Place):
    """A person with a phone; without more words, in the private chat with the bot."""

    name: str = ""
    number: str = ""
    bot: int = 0

    def starts(self, payload: str = "") -> int:
        """Opens the bot (by t.me/<bot>?start=<payload>) and presses START; unblocks it if need be."""
        return int(self.act("starts", who=self.who, bot=self.bot, payload=payload))

    def blocks(self) -> None:
        self.act("blocks", who=self.who, bot=self.bot)

    def unblocks(self) -> None:
        self.act("unblocks", who=self.who, bot=self.bot)

    def at(self, group: Group, thread: int = 0) -> Place:
        """This person in a group."""
        return Place(self.act, self.who, group.key, thread)

    def with_bot(self, bot: BotHere) -> "Citizen":
        """This person in the private chat with another bot."""
        return Citizen(self.act, self.who, f"{self.who}:{bot.id}", 0, self.name, self.number, bot.id)
