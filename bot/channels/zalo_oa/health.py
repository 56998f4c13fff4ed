"""What the person who connects an Official Account should know, in sentences: consent, token, days left, API, webhook."""

import math
from datetime import datetime
from typing import TYPE_CHECKING

from bot.channels.zalo_oa import listening
from bot.channels.zalo_oa.client import RefusedError, TroubleError, UnreadableError
from bot.channels.zalo_oa.pair import Kept, KeptAwayError, Pair, Trouble
from bot.channels.zalo_oa.reading import id_of
from bot.channels.zalo_oa.refusals import TOKEN_REFUSED, means
from bot.channels.zalo_oa.signature import Seal
from bot.http import HttpLanes, NoAnswerError
from bot.message import Sentence
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.zalo_oa import ZaloOa

SOON = 14  # days: then somebody should look why the consent is not renewed
AUTHORIZE = "Run `python -m bot zalo authorize`."
WHY = {
    Trouble.SPENT: "Zalo does not know our refresh token any more: it was used elsewhere, or three months have passed",
    Trouble.LOST: "the house ended in the middle of a refresh and the new tokens never arrived",
    Trouble.UNSURE: "the house ended in the middle of a refresh, and was away too long to find out whether it had happened",
    Trouble.REVOKED: "the owner of the Official Account took the consent back",
}  # fmt: skip


async def findings(channel: "ZaloOa", settings: Settings, seal: Seal, now: datetime) -> list[Sentence]:
    """Look at the tokens, ask Zalo about the OA, and knock at our own public address. Changes nothing."""
    try:
        kept = await channel.tokens.standing()
    except KeptAwayError as error:
        told = (
            f"Zalo OA: the tokens cannot be read ({error}). Was the house started once with this DONGHANH_DATABASE_URL, and is "
            "DONGHANH_KEY_FILE the key it had then?"
        )
        return [Sentence(False, told)]
    found = consented(kept, now)
    if kept.pair is not None and not kept.trouble.final:
        found += await _account(channel, kept.pair, settings)
    found += await _webhook(settings, seal)
    return [*found, Sentence(True, f"Zalo OA: {channel.switches.sentence()}")]


def consented(kept: Kept, now: datetime) -> list[Sentence]:
    """What is to be said of the tokens alone."""
    pair = kept.pair
    if pair is None:
        return [Sentence(False, f"Zalo OA: nobody has consented yet. {AUTHORIZE}")]
    if kept.trouble.final:
        return [Sentence(False, f"Zalo OA: a new consent is needed, because {WHY[kept.trouble]}. {AUTHORIZE}")]
    days = math.floor((pair.refresh_until - now).total_seconds() / 86400)
    if days < 0:
        return [
            Sentence(False, f"Zalo OA: a new consent is needed, because the old one is three months old. {AUTHORIZE}")
        ]
    last = f"{days} days left, until {pair.refresh_until:%d/%m/%Y}; each refresh makes it three months again"
    if kept.trouble is Trouble.REFUSED:
        number = f"error {kept.code}" if kept.code else "an error without a number"
        return [
            Sentence(
                False,
                f"Zalo OA: Zalo refuses to refresh the tokens ({number}). Are DONGHANH_ZALO_OA_APP_ID and _APP_SECRET those of "
                f"the app, and is the app active? If they are: {AUTHORIZE[0].lower()}{AUTHORIZE[1:]}",
            )
        ]
    if kept.began is not None:
        return [
            Sentence(
                True,
                f"Zalo OA: a refresh was begun at {kept.began:%d/%m %H:%M} UTC and its end is not known yet; the running house "
                f"finds out by itself, or says here that a new consent is needed ({last}).",
            )
        ]
    if not pair.refresh:
        return [
            Sentence(
                False,
                f"Zalo OA: Zalo gave no refresh token, so the consent ends at {pair.access_until:%d/%m %H:%M} UTC. {AUTHORIZE}",
            )
        ]
    if pair.access_until <= now:
        return [Sentence(days > SOON, f"Zalo OA: the access token is over; the running house refreshes it ({last}).")]
    hours = (pair.access_until - now).total_seconds() / 3600
    return [
        Sentence(
            days > SOON, f"Zalo OA: the consent has {last}. The access token has {hours:.0f} hours and renews itself."
        )
    ]


async def _account(channel: "ZaloOa", pair: Pair, settings: Settings) -> list[Sentence]:
    try:
        told = await channel.client.account(pair.access)
    except RefusedError as error:
        if error.code in TOKEN_REFUSED:
            return [
                Sentence(
                    False, "Zalo OA: Zalo refuses the access token; the running house gets a newer one. Look again."
                )
            ]
        return [
            Sentence(False, f"Zalo OA: Zalo refuses (error {error.code}, {means(error).reason}): “{error.message}”.")
        ]
    except (NoAnswerError, TroubleError, UnreadableError) as error:
        return [Sentence(False, f"Zalo OA: {settings.zalo_oa_api} does not answer ({error}). Is the network open?")]
    name, until = told.get("name"), told.get("package_valid_through_date")
    package = f"; its package is valid until {until}" if isinstance(until, str) and until else ""
    found = [Sentence(True, f"Zalo OA “{name if isinstance(name, str) else pair.account}”: it answers{package}.")]
    id_ = id_of(told.get("oaid"))
    if id_ and pair.account and id_ != pair.account:
        found.append(Sentence(False, f"Zalo OA: the consent is of OA {pair.account}, but it opens {id_}. {AUTHORIZE}"))
    return found


async def _webhook(settings: Settings, seal: Seal) -> list[Sentence]:
    """Whether what Zalo posts would arrive. Whether our key is Zalo's shows at the first event alone."""
    if not seal.key:
        return [
            Sentence(
                False,
                "Zalo OA: DONGHANH_ZALO_OA_SECRET_KEY is missing, so no event is taken in. Enter the Webhook URL "
                f"{settings.public_url or 'https://…'}{listening.PATH} at developers.zalo.me, page Webhook; the OA Secret Key "
                "appears there then.",
            )
        ]
    if settings.zalo_oa_secret_key == settings.zalo_oa_app_secret:
        return [
            Sentence(
                False,
                "Zalo OA: the same key stands in DONGHANH_ZALO_OA_SECRET_KEY and _APP_SECRET. They are two: the OA Secret Key is "
                "on the page Webhook, the app's secret key on the app's own.",
            )
        ]
    if not settings.public_url:
        return [Sentence(False, "Zalo OA: DONGHANH_PUBLIC_URL is missing; Zalo must be told where to send events.")]
    address = settings.public_url + listening.PATH
    found = []
    if not settings.secure:
        found.append(Sentence(False, "Zalo OA: DONGHANH_PUBLIC_URL must begin with https://; Zalo sends nowhere else."))
    lanes = HttpLanes()
    try:
        answer = await lanes.ask(address, within=5.0)  # an empty post: something is there, and nothing is taken in
    except NoAnswerError as error:
        return [
            *found,
            Sentence(
                False, f"Zalo OA: {address} does not answer ({error}). Does the house run, is it reached from outside?"
            ),
        ]
    finally:
        await lanes.close()
    if answer.status == 200 and answer.body.strip() == listening.HERE:
        return [*found, Sentence(True, f"Zalo OA: {address} answers; that is the Webhook URL of the app's page.")]
    return [*found, Sentence(False, f"Zalo OA: at {address} is something else (it answers {answer.status}).")]
