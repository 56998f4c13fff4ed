"""The registry next door: how a house reaches it, hears of its changes, and lets people practise beside it.

Nothing of a gateway or a registry is imported before a house has one.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from bot.channels import webchat
from bot.channels.webchat import WebChat
from bot.house import House
from bot.message import News
from bot.ports import Clock
from bot.settings import Settings
from flows.core.deadline import day_in_vietnam
from flows.script.own import QUIET, TOLD
from flows.speech import Address, Changed
from storage import marks, subjects
from storage.store import Store
from storage.vault import Vault

if TYPE_CHECKING:
    from bot.gateways.ends import Told
    from bot.gateways.following import Follower
    from bot.gateways.outside import Outside
    from bot.registry.late import LateRegistry
    from bot.registry.options import Options
    from bot.registry.practice.desk import PracticeDesk

FEED = "registry feed"


def open_outside(
    settings: Settings, clock: Clock, serve: bool, simulated: "Options | None"
) -> "tuple[Outside | None, LateRegistry | None]":
    """The way to the registry of the settings, and the registry itself where it is in this process. Nothing is asked and
    nothing opened yet."""
    if settings.registry_url == "none":
        return None, None
    from bot.gateways.outside import in_this_process, over_the_wire

    client = settings.registry_client
    if settings.registry_url:
        return over_the_wire(settings.registry_url, client, settings.registry_secret, clock), None
    from bot.registry.late import LateRegistry

    here = LateRegistry(
        settings.registry_database,
        settings.registry_key,
        clock,
        serve=serve,
        options=simulated,
        public_url=settings.home,
    )
    return in_this_process(here, client, lambda: here.secret(client), clock, here.registry), here


def practised_at(settings: Settings) -> str | None:
    """The address of the practice, as far as it is known; None where there is none."""
    if settings.registry_url:
        return None
    return f"{settings.public_url}/tap-thu" if settings.public_url else ""


@dataclass(frozen=True, slots=True)
class Practice:
    """Where everything can be pressed through with somebody invented (/tap-thu): the chat beside the phone and the desk where
    one begins. Its conversations have a channel, a cookie and subjects of their own."""

    chat: WebChat
    desk: "PracticeDesk"
    page: ModuleType


def practice_of(house: House, outside: "Outside") -> Practice:
    """The practice beside the simulated registry."""
    from bot.registry.practice import page
    from bot.registry.practice.desk import PracticeDesk

    chat = WebChat(
        house.turn, house.mailbox, house.wake, house.clock, lambda token: house.vault.blind("practice chat", token),
        secure=house.settings.secure, counted=lambda reason: house.counts.update([reason]), at=webchat.PRACTICE,
    )  # fmt: skip

    def token(subject: str) -> str:
        return house.vault.subkey(f"practice session {subject}").hex()

    return Practice(chat, PracticeDesk(house.turn, house.mailbox, chat, outside.lend, token), page)


def follower_of(house: House, outside: "Outside", practice: Practice | None) -> "Follower":
    """Whoever reads the registry's changes and brings each to the conversation it is about."""
    from bot.gateways.following import Follower

    async def heard_by(change: "Told", loud: bool) -> tuple[Address, Changed | News] | None:
        practising = await practice.desk.talk_of(change.subject) if practice else None
        if practising is not None:
            return (practising, Changed(change.move)) if loud else None
        linked = await house.store.read(lambda unit: subjects.listening(unit, house.vault, change.subject))
        if not linked:
            return None
        address, subject, scopes = linked[0]
        how = TOLD if loud and "notices" in scopes else QUIET
        return address, News(f"{how}{change.move}", day_in_vietnam(change.at), subject)

    return Follower(
        outside.identity, house.turn, house.clock, heard_by, FeedMark(house.store, house.vault, house.settings.registry_url),
        lambda word: house.counts.update([word]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedMark:
    """How far the feed of the registry at `url` was read ("": the one in this process). Another registry's begins anew."""

    store: Store
    vault: Vault
    url: str

    async def read(self) -> str:
        """The cursor that was kept; "" where there is none."""
        kept = await self.store.read(lambda unit: marks.read(unit, self.vault, FEED))
        cursor, _, url = kept.partition(" ")
        return cursor if url == self.url else ""

    async def keep(self, cursor: str) -> None:
        """Keep it in the place of the one before."""
        await self.store.write(lambda unit: marks.write(unit, self.vault, FEED, f"{cursor} {self.url}"))


@contextlib.asynccontextmanager
async def registry_at_work(house: House, practice: Practice | None) -> AsyncIterator[None]:
    """The registry at work, if it is in this process, and its changes followed; both only from when it is first needed."""
    outside, here = house.outside, house.registry
    if outside is None:
        yield
        return
    follower = follower_of(house, outside, practice)
    async with here.running() if here else contextlib.nullcontext(), follower.at_work(here.opened if here else None):
        yield
    await outside.close()
