"""What can go wrong between a bot and Telegram, as knobs: for tests, and for who wants to see how their house takes it."""

from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from bot.emulators.clock import Clock


class Trouble(Enum):
    """The kinds of fault. "before" and "after" say whether the call was carried out although its answer is missing."""

    TOO_MANY = "429"
    SERVER = "5xx"
    HTML = "html"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SLOW = "slow"
    DUPLICATE = "duplicate"
    OUTAGE = "outage"


CALLS = tuple(t for t in Trouble if t not in (Trouble.DUPLICATE, Trouble.OUTAGE))


@dataclass(slots=True)
class Fault:
    """One knob that is turned.

    `every`: it strikes one of so many; `skip`: it leaves the first ones alone; `times`: how often it strikes, 0 for ever;
    `methods`: which calls, empty for all that write; `chat`: only for calls with this chat_id. `seconds`: how long a slow
    answer, a silence or an outage lasts, or what a 429 says; `status` of a 5xx.
    """

    kind: Trouble
    every: int = 1
    skip: int = 0
    times: int = 0
    methods: tuple[str, ...] = ()
    chat: int = 0
    seconds: float = 3.0
    status: int = 502
    until: float = 0.0
    number: int = 0
    seen: int = 0
    struck: int = 0

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value, "methods": list(self.methods)}


@dataclass(slots=True)
class Faults:
    """The knobs as they stand."""

    clock: Clock
    turned: list[Fault] = field(default_factory=list)
    _number: int = 0

    def turn(self, kind: str, **values: Any) -> Fault:
        """Turn a knob. ValueError or TypeError when there is no such knob or setting."""
        methods = tuple(name.lower() for name in values.pop("methods", ()))
        fault = Fault(Trouble(kind), methods=methods, **values)
        if fault.every < 1 or fault.seconds < 0:
            raise ValueError("A fault strikes one of 1 or more, and lasts 0 seconds or more.")
        self._number += 1
        fault.number = self._number
        if fault.kind is Trouble.OUTAGE:
            fault.until = self.clock.time() + fault.seconds
        self.turned.append(fault)
        return fault

    def clear(self, number: int = 0) -> None:
        """Turn one knob back, or all."""
        self.turned = [f for f in self.turned if number and f.number != number]

    def outage(self) -> Fault | None:
        """The outage that lasts at this moment."""
        now = self.clock.time()
        self.turned = [f for f in self.turned if f.kind is not Trouble.OUTAGE or f.until > now]
        return next((f for f in self.turned if f.kind is Trouble.OUTAGE), None)

    def strikes(self, kinds: tuple[Trouble, ...], method: str = "", chat: str = "") -> Fault | None:
        """The first fault that strikes here, counted as struck."""
        for fault in self.turned:
            if fault.kind not in kinds or not _meant(fault, method, chat):
                continue
            fault.seen += 1
            if fault.seen <= fault.skip or (fault.seen - fault.skip) % fault.every:
                continue
            if fault.times and fault.struck >= fault.times:
                continue
            fault.struck += 1
            return fault
        return None


def _meant(fault: Fault, method: str, chat: str) -> bool:
    if fault.kind is Trouble.DUPLICATE:
        return True
    if fault.chat and str(fault.chat) != chat:
        return False
    return method in fault.methods if fault.methods else not method.startswith("get")
