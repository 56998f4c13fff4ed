"""What the person who connects a bot should know, in sentences: token, webhook address, secret, certificate."""

from urllib.parse import urlsplit

from telegram import Bot as Api
from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.message import Sentence
from bot.settings import Settings

PORTS = (443, 80, 88, 8443)


async def findings(api: Api, settings: Settings, address: str) -> list[Sentence]:
    """Ask Telegram about one bot and compare with the settings. Sentences name the bot, never its token."""
    number = api.token.partition(":")[0]
    try:
        me = await api.get_me()
        hook = await api.get_webhook_info()
    except InvalidToken:
        return [
            Sentence(
                False,
                f"Bot {number}: Telegram refuses the token. Copy it again from @BotFather into DONGHANH_TELEGRAM_TOKEN.",
            )
        ]
    except TelegramError as error:
        return [
            Sentence(
                False,
                f"Bot {number}: {settings.telegram_api} does not answer ({type(error).__name__}). Is the network open?",
            )
        ]
    bot = f"Bot @{me.username}"
    found = [Sentence(True, f"{bot}: the token is right.")]
    if me.can_read_all_group_messages:
        found.append(
            Sentence(
                False, f"{bot}: it reads everything said in groups. Switch that off: @BotFather, /setprivacy, Enable."
            )
        )
    return found + (
        _polling(bot, hook) if settings.telegram_mode == "polling" else _webhook(bot, hook, settings, address)
    )


def _polling(bot: str, hook: WebhookInfo) -> list[Sentence]:
    if hook.url:
        return [
            Sentence(False, f"{bot}: a webhook is set, so polling gets nothing. Starting the house once takes it away.")
        ]
    return [Sentence(True, f"{bot}: it is asked for messages (polling); {hook.pending_update_count} wait.")]


def _webhook(bot: str, hook: WebhookInfo, settings: Settings, address: str) -> list[Sentence]:
    if not settings.public_url:
        return [
            Sentence(False, f"{bot}: DONGHANH_PUBLIC_URL is missing, so Telegram does not know where to send messages.")
        ]
    found = []
    parsed = urlsplit(settings.public_url)
    if parsed.scheme != "https":
        found.append(
            Sentence(False, f"{bot}: DONGHANH_PUBLIC_URL must begin with https://; Telegram sends nowhere else.")
        )
    elif parsed.port not in (None, *PORTS):
        ports = ", ".join(map(str, PORTS))
        found.append(Sentence(False, f"{bot}: Telegram reaches only the ports {ports}, not {parsed.port}."))
    if hook.url != address:
        found.append(
            Sentence(
                False, f"{bot}: messages go to {hook.url or 'nowhere'}, not to {address}. Starting the house sets it."
            )
        )
    else:
        found.append(Sentence(True, f"{bot}: messages come to {address}; {hook.pending_update_count} wait."))
    if hook.last_error_message and hook.last_error_date:
        at = hook.last_error_date.strftime("%d/%m %H:%M UTC")
        found.append(
            Sentence(False, f"{bot}: at {at} Telegram could not deliver: “{hook.last_error_message}”. {_advice(hook)}")
        )
    return found


def _advice(hook: WebhookInfo) -> str:
    told = (hook.last_error_message or "").casefold()
    if "certificate" in told or "ssl" in told:
        return "The certificate of the reverse proxy is not valid for this name; renew it, with the whole chain."
    if "403" in told or "401" in told or "unauthorized" in told or "forbidden" in told:
        return (
            "The secret differs: start the house again, so that it hands Telegram the present DONGHANH_TELEGRAM_SECRET."
        )
    if "connection" in told or "timed out" in told or "resolve" in told:
        return "The address cannot be reached from outside: look at DNS, the firewall and the reverse proxy."
    return "If it goes on, look at the house's own output at that time."
