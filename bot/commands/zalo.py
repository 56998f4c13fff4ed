"""Let the owner of a Zalo Official Account consent, the first time or anew: `python -m bot zalo authorize`."""

import argparse
import asyncio
import os
import sys

from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.consent import PATH, CameBack, NoConsentError
from bot.channels.zalo_oa.health import consented
from bot.channels.zalo_oa.pair import Kept, KeptAwayError
from bot.commands.run import sentenced
from bot.message import Event, Taken
from bot.ports import SystemClock, UnavailableError
from bot.settings import SettingError, Settings, read
from storage import migrations
from storage.secrets import SealedSecrets
from storage.store import Store
from storage.vault import claim, open_key

TRIES = 5


class _ClosedDoor:
    """Nothing is taken in while a consent is asked for."""

    async def take(self, event: Event) -> Taken:
        raise UnavailableError(f"{event.kind}: only a consent is asked for")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot zalo", description=__doc__)
    parser.add_argument("what", choices=["authorize"])
    parser.add_argument("--callback", metavar="URL", help=f"the callback set in the console (public address + {PATH})")
    given = parser.parse_args(arguments)
    return sentenced(lambda: authorize(read(os.environ), given.callback or ""))


def authorize(settings: Settings, callback: str) -> int:
    """Print the link, wait for the answer by the house's own address or at the prompt; 0 when a pair of tokens is kept."""
    if not settings.zalo_oa_app_id:
        raise SettingError("DONGHANH_ZALO_OA_APP_ID is missing: the digits on the app's page at developers.zalo.me.")
    if not callback and not settings.public_url:
        raise SettingError(
            "DONGHANH_PUBLIC_URL is missing, so there is no address to come back to. Set it, or give --callback with the "
            "callback address that stands in the console."
        )
    vault = open_key(settings.key_file)
    store = Store(settings.database_url)
    try:
        migrations.upgrade(settings.database_url)
        store.write_now(lambda unit: claim(unit, vault))
        secrets = SealedSecrets(store, vault)
        channel = ZaloOa(settings, _ClosedDoor(), SystemClock(), lambda _: None, {}, secrets)
        return asyncio.run(_authorized(channel, callback or settings.public_url + PATH))
    finally:
        store.close()


async def _authorized(channel: ZaloOa, callback: str) -> int:
    try:
        before = await channel.tokens.standing()
        link = await channel.consent.asked(callback)
        if channel.switches["oa_verifier"] == "console":
            print(f"In the console, set the code challenge to {await channel.consent.console_challenge()}\n")
        print(f"1. In the console the callback must be exactly {callback}")
        print(f"2. Open this link as the owner of the Official Account, and press “Cho phép”:\n\n{link}\n")
        print(
            "3. If the page then says that it is connected, press Enter here. If it does not open, paste its whole address,"
        )
        print("   or the part after code=, and press Enter. The link is good for an hour, the code for ten minutes.")
        for _ in range(TRIES):
            if await _answered(channel, before):
                return 0
    except KeptAwayError as error:
        print(f"The tokens cannot be read or written ({error}). See DONGHANH_DATABASE_URL and DONGHANH_KEY_FILE.")
    finally:
        await channel.stop()
    return 1


async def _answered(channel: ZaloOa, before: Kept) -> bool:
    """One try at the prompt; True when a new pair is kept."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    typed = await asyncio.to_thread(sys.stdin.readline)
    try:
        if typed.strip():
            await channel.consent.given(CameBack.read(typed), by_address=False)
    except NoConsentError as error:
        print(error)
    kept = await channel.tokens.standing()
    if kept.pair is not None and (before.pair is None or kept.pair.access != before.pair.access):
        for sentence in consented(kept, SystemClock().now()):
            print(sentence.text)
        return True
    print("Nothing has come yet.")
    return False
