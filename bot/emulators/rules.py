"""Rules and switches: what is known of a platform and how surely, and where sources differ, a switch between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Certainty(Enum):
    """How well a rule is known."""

    DOCUMENTED = "documented"  # restated from the platform's own page
    CLIENT = "client"  # read in the source of a client that is in use
    OBSERVED = "observed"  # seen on the live service
    REPORTED = "reported"  # one person says so
    INFERRED = "inferred"  # our guess, the strictest that fits


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing the platform does. `switch` names the switch that sets it otherwise, if sources differ or it bends."""

    name: str
    says: str
    source: str
    certainty: Certainty
    switch: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """Where a rule may go either way. `options` maps each value to its Vietnamese words; the first is the default.

    A switch without options is a number from `least` to `most`, `least` ≤ `usual` ≤ `most`.
    """

    name: str
    words: str
    options: tuple[tuple[str, str], ...] = ()
    usual: int = 0
    least: int = 0
    most: int = 0

    @property
    def default(self) -> str | int:
        return self.options[0][0] if self.options else self.usual


ON_OFF = (("on", "Có"), ("off", "Không"))
OFF_ON = (("off", "Không"), ("on", "Có"))


class WrongSwitchError(Exception):
    """There is no such switch, or it has no such value; the text says what there is."""


class Switches:
    """The switches as they stand."""

    def __init__(self, known: tuple[Switch, ...]) -> None:
        self.known = {switch.name: switch for switch in known}
        self._values: dict[str, str | int] = {switch.name: switch.default for switch in known}

    def __getitem__(self, name: str) -> str:
        return str(self._values[name])

    def number(self, name: str) -> int:
        return int(self._values[name])

    def on(self, name: str) -> bool:
        return self._values[name] == "on"

    def values(self) -> dict[str, str | int]:
        return dict(self._values)

    def set(self, changes: Mapping[str, Any]) -> None:
        """All of the changes or, with a WrongSwitchError, none."""
        read = {name: self._read(name, value) for name, value in changes.items()}
        self._values.update(read)

    def _read(self, name: str, value: Any) -> str | int:
        switch = self.known.get(name)
        if switch is None:
            raise WrongSwitchError(f"There is no switch “{name}”. There are: {', '.join(sorted(self.known))}.")
        if switch.options:
            allowed = [option for option, _ in switch.options]
            if value not in allowed:
                raise WrongSwitchError(f"The switch “{name}” can be {', '.join(allowed)}, not “{value}”.")
            return str(value)
        text = str(value)
        if not (text.isascii() and text.isdecimal() and switch.least <= int(text) <= switch.most):
            raise WrongSwitchError(
                f"The switch “{name}” is a number from {switch.least} to {switch.most}, not “{value}”."
            )
        return int(text)

    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "name": switch.name,
                "words": switch.words,
                "options": [list(option) for option in switch.options],
                "least": switch.least,
                "most": switch.most,
                "default": switch.default,
                "value": self._values[switch.name],
            }
            for switch in self.known.values()
        ]
