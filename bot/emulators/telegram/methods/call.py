"""A call of a bot, and the table of the methods there are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.parameters import Parameters
from bot.emulators.telegram.people import BotAccount
from bot.emulators.telegram.refusal import Refused


@dataclass(slots=True)
class Call:
    """One call of one bot."""

    emulator: Emulator
    bot: BotAccount
    parameters: Parameters


Method = Callable[[Call], Awaitable[Any]]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a method under its name; the Bot API does not look at capitals."""

    def register(work: Method) -> Method:
        METHODS[name.lower()] = work
        return work

    return register


async def carried_out(emulator: Emulator, bot: BotAccount, name: str, parameters: Parameters) -> Any:
    """Do what a call asks for; its result as JSON values. Refused with Telegram's words otherwise."""
    work = METHODS.get(name.lower())
    if work is None:
        raise Refused(404, f"Not Found: method not found (this emulator knows {len(METHODS)} of them)")
    return await work(Call(emulator, bot, parameters))
