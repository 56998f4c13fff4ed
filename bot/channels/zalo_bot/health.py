"""What the person who connects a Zalo bot should know, in sentences: token, package, webhook address, secret."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from bot.channels.zalo_bot.client import Client, RefusedError, TroubleError, UnreadableError
from bot.http import NoAnswerError
from bot.message import Sentence
from bot.settings import Settings

TOKEN = "DONGHANH_ZALO_BOT_TOKEN"
ADDRESS = "DONGHANH_PUBLIC_URL"


async def findings(client: Client, settings: Settings, address: str) -> list[Sentence]:
    """Ask Zalo about one bot and compare with the settings. Sentences name the bot, never its token."""
    bot = f"Bot {client.id}"
    try:
        me = await client.get_me()
        hook = await client.get_webhook_info()
    except RefusedError as error:
        if error.code == 401:
            told = f"Zalo refuses the token. Copy it again from the chat with Zalo Bot Manager into {TOKEN}."
        else:
            told = f"Zalo answers with error {error.code}. If it stays so, look for news in Zalo Bot Creator."
        return [Sentence(False, f"{bot}: {told}")]
    except (TroubleError, UnreadableError) as error:
        told = f"{settings.zalo_bot_api} {error}, which is not the Bot API. Is the address right, or does Zalo have trouble?"
        return [Sentence(False, f"{bot}: {told}")]
    except NoAnswerError as error:
        return [Sentence(False, f"{bot}: {settings.zalo_bot_api} does not answer ({error}). Is the network open?")]
    bot = f"Bot {me.get('account_name') or client.id}"
    found = [Sentence(True, f"{bot}: the token is right."), *_package(bot, me)]
    if not settings.public_url:
        found.append(Sentence(True, f"{bot}: it sends words alone; to show the screens too, Zalo needs {ADDRESS}."))
    url = hook.get("url")
    set_to = url if isinstance(url, str) else ""
    if settings.zalo_bot_mode == "polling":
        return [*found, _polling(bot, set_to)]
    return found + _webhook(bot, set_to, settings, address)


def _package(bot: str, me: dict[str, Any]) -> list[Sentence]:
    found = []
    if me.get("account_type") == "BASIC":
        found.append(
            Sentence(
                True,
                f"{bot}: the package is BASIC. People report 3,000 messages a month, both ways together, 50 people and 3 "
                "groups; Zalo Bot Creator shows what is left.",
            )
        )
    if me.get("can_join_groups") is False:
        found.append(Sentence(True, f"{bot}: it cannot be invited to groups; people write to it alone."))
    return found


def _polling(bot: str, set_to: str) -> Sentence:
    if set_to:
        return Sentence(
            False, f"{bot}: a webhook is set, so polling gets nothing. Starting the house once takes it away."
        )
    return Sentence(
        True, f"{bot}: it is asked for messages (polling). What people write while the house stands still may be lost."
    )


def _webhook(bot: str, set_to: str, settings: Settings, address: str) -> list[Sentence]:
    if not settings.public_url:
        return [Sentence(False, f"{bot}: {ADDRESS} is missing, so Zalo does not know where to send messages.")]
    found = []
    parsed = urlsplit(settings.public_url)
    if parsed.scheme != "https":
        found.append(Sentence(False, f"{bot}: {ADDRESS} must begin with https://; Zalo sends nowhere else."))
    if _is_private(parsed.hostname or ""):
        found.append(
            Sentence(
                False,
                f"{bot}: {ADDRESS} is an address of this machine or of a private network; Zalo cannot reach it. Give the "
                "public name, or set DONGHANH_ZALO_BOT_MODE=polling.",
            )
        )
    if set_to == address:
        found.append(
            Sentence(True, f"{bot}: messages come to {address}. Zalo never tells whether they arrive: write one.")
        )
    else:
        found.append(
            Sentence(
                False, f"{bot}: messages go to {set_to or 'nowhere'}, not to {address}. Starting the house sets it."
            )
        )
    return found


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost", ".internal"))
