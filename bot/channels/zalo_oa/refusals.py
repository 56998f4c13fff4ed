"""What follows from each number with which Zalo refuses, as one table for each of its two products."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from bot.channels.zalo_oa.client import RefusedError, TroubleError, UnreadableError
from bot.channels.zalo_oa.switches import Switches
from bot.channels.zalo_oa.tokens import NoTokenError
from bot.http import NoAnswerError, NotSentError, StaleError
from bot.message import Failed, Failure

VIETNAM = timezone(timedelta(hours=7))
MORNING = 6  # o'clock in Vietnam: until then nothing goes that Zalo calls a disturbance
TOKEN_REFUSED = frozenset({-216, -220, -124})  # once more with a newer token; the second time it is ours
RATE_WAIT = 20.0  # of a limit by the minute
# Words for what an OA may lack: in a group they concern groups alone.
OF_GROUPS = (
    "api_unsupported", "api_not_registered", "api_not_authorized", "tier_too_low", "account_kind_unsupported",
    "needs_cloud_account", "no_money",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Means:
    """What follows: the failure, our word for it, the seconds to wait, whether all of the OA waits, or until the morning."""

    failure: Failure
    reason: str
    after: float | None = None
    whole_bot: bool = False
    until_morning: bool = False


_LATER, _GONE, _REFUSED, _OURS = Failure.LATER, Failure.GONE, Failure.REFUSED, Failure.OURS
_TOO_FAST = Means(_LATER, "too_fast", RATE_WAIT, whole_bot=True)
_OUT_OF_QUOTA = Means(_LATER, "out_of_quota")
_NIGHT = Means(_LATER, "night", until_morning=True)
_OUTSIDE = Means(_GONE, "outside_window")
_TOKEN = Means(_OURS, "token_refused")

OA: Mapping[int, Means] = {
    -32: _TOO_FAST,
    -100: Means(_REFUSED, "picture_expired"),
    -200: Means(Failure.UNSURE, "send_failed"),  # "Send message failed": nobody says at which end
    -201: Means(_REFUSED, "invalid"),
    -202: Means(_OURS, "wrong_mac"),
    -204: Means(_OURS, "account_disabled"),
    -205: Means(_OURS, "no_such_account"),
    -209: Means(_OURS, "api_unsupported"),
    -210: Means(_REFUSED, "too_long"),
    -211: _OUT_OF_QUOTA,
    -212: Means(_OURS, "api_not_registered"),
    -213: Means(_GONE, "not_following"),
    -216: _TOKEN,
    -217: Means(_GONE, "blocked"),
    -218: _OUT_OF_QUOTA,
    -219: Means(_OURS, "app_disabled"),
    -220: _TOKEN,
    -221: Means(_OURS, "account_unverified"),
    -223: Means(_OURS, "api_not_authorized"),
    -224: Means(_OURS, "tier_too_low"),
    -227: Means(_GONE, "inactive"),
    -230: _OUTSIDE,
    -232: _OUTSIDE,
    -233: Means(_REFUSED, "kind_unsupported"),
    -234: _NIGHT,
    -235: Means(_OURS, "account_kind_unsupported"),
    -237: Means(_GONE, "group_disabled"),
    -238: Means(_REFUSED, "asset_used"),
    -240: Means(_OURS, "version_closed"),
    -241: Means(_REFUSED, "asset_used"),
    -242: Means(_OURS, "proof_refused"),
    -244: Means(_GONE, "restricted"),
    -248: Means(_REFUSED, "policy"),
    -249: Means(_REFUSED, "template_not_by_id"),
    -305: _OUTSIDE,  # of an older table: 48 hours
    -311: _OUTSIDE,  # of an older table: the replies between two messages of the person are used up
    -320: Means(_OURS, "needs_cloud_account"),
    -321: Means(_OURS, "no_money"),
    -403: Means(_GONE, "not_in_group"),
}

TEMPLATE: Mapping[int, Means] = {
    -32: _TOO_FAST,
    **dict.fromkeys((-101, -102, -103, -104, -105, -106, -125), Means(_OURS, "app_refused")),
    -108: Means(_REFUSED, "phone_invalid"),
    **dict.fromkeys((-109, -113, -117, -127, -131, -145, -146), Means(_REFUSED, "template_refused")),
    **dict.fromkeys(
        (-111, -112, -1121, -1122, -1123, -1124, -116, -132, -138, -158), Means(_REFUSED, "values_refused")
    ),
    **dict.fromkeys((-121, -122, -123, -151, -152, -153, -159, -160, -161, -162), Means(_REFUSED, "invalid")),
    -110: Means(_GONE, "app_too_old"),
    -114: Means(_GONE, "cannot_receive"),
    -115: _OUT_OF_QUOTA,
    -118: Means(_GONE, "no_account"),
    -119: Means(_GONE, "cannot_receive"),
    -120: Means(_OURS, "not_permitted"),
    -124: _TOKEN,
    -1241: Means(_OURS, "proof_refused"),
    -126: Means(_OURS, "no_money"),
    -133: _NIGHT,
    -135: Means(_OURS, "not_permitted"),
    -1351: Means(_GONE, "blocked"),
    -136: Means(_OURS, "needs_cloud_account"),
    -137: Means(_OURS, "no_money"),
    **dict.fromkeys((-139, -140, -141), Means(_GONE, "person_refused")),
    **dict.fromkeys((-144, -1441, -147), Means(_LATER, "out_of_quota", until_morning=True)),
    **dict.fromkeys((-1471, -1472), Means(_REFUSED, "too_many_for_person")),
    **dict.fromkeys((-148, -149, -150), Means(_REFUSED, "journey_refused")),
}


def failure(error: Exception, switches: Switches, now: datetime, parts: int = 0) -> Failed:
    """What follows from an error of a call that sends; `parts` of the message have gone already."""
    match error:
        case StaleError():
            return Failed(Failure.STALE, "stale")
        case NotSentError():
            return Failed(_LATER, "not_reached", parts=parts)
        case NoAnswerError():
            return Failed(Failure.UNSURE, "answer_lost", parts=parts)
        case UnreadableError():
            # It was an answer, so the request arrived, and nobody knows what came of it.
            return Failed(Failure.UNSURE, "unreadable_answer", parts=parts)
        case NoTokenError(word=word, after=None):
            return Failed(_OURS, word, parts=parts)
        case NoTokenError(word=word, after=after):
            return Failed(_LATER, word, after=after, whole_bot=True, parts=parts)
        case TroubleError(status=429, after=after):
            return Failed(_LATER, "too_fast", after=RATE_WAIT if after is None else after, whole_bot=True, parts=parts)
        case TroubleError(status=408):
            return Failed(Failure.UNSURE, "answer_lost", parts=parts)
        case TroubleError(status=504) if switches["oa_504"] == "unsure":
            return Failed(Failure.UNSURE, "answer_lost", parts=parts)
        case TroubleError(status=status, after=after) if status >= 500:
            return Failed(_LATER, "platform_trouble", after=after, parts=parts)
        case TroubleError():
            # Not even the OpenAPI's own refusal: there is something else at this address.
            return Failed(_OURS, "wrong_address", parts=parts)
        case RefusedError():
            return _failed(means(error), now, parts)
        case _:
            raise error


def means(error: RefusedError) -> Means:
    """What a refusal means. A number that is in no table is believed to concern this one message."""
    found = (TEMPLATE if error.template else OA).get(error.code)
    if error.code == -201 and error.concerns_receiver:
        return Means(_GONE, "not_found")
    return found or Means(_REFUSED, f"code_{-error.code if error.code < 0 else error.code}")


def in_group(found: Failed) -> Failed:
    """The same for a group. What the OA may not do in groups (it needs a tier and a group package of its own) must not keep
    its answers from people waiting."""
    only_here = found.failure is _OURS and found.reason in OF_GROUPS
    return replace(found, failure=_GONE, reason="no_groups") if only_here else found


def next_morning(now: datetime) -> datetime:
    """The next six o'clock in Vietnam."""
    here = now.astimezone(VIETNAM)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return (morning if morning > here else morning + timedelta(days=1)).astimezone(UTC)


def _failed(found: Means, now: datetime, parts: int) -> Failed:
    after = (next_morning(now) - now).total_seconds() if found.until_morning else found.after
    return Failed(found.failure, found.reason, after=after, whole_bot=found.whole_bot, parts=parts)
