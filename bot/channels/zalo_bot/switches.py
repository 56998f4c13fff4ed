"""What Zalo's documents leave open about bots, or say otherwise than the live service was seen to do: a switch each."""

from collections.abc import Iterable

from bot import switches
from bot.switches import LINK, Switch

SWITCHES = (
    Switch("bot_envelope", "events posted to the webhook: flat live, wrapped in result in the documents",
           ("any", "flat", "wrapped")),
    Switch("bot_text_unit", "what the longest text is counted in; UTF-16 fits the other reading too",
           ("utf16", "code_points")),
    Switch("bot_text_most", "the longest text", kind="letters", usual="2000", least=100),
    Switch("bot_refusal", "what a refusal is read from: error_code of the body, or the HTTP status", ("body", "status")),
    Switch("bot_403", "403 to a message: the documents say “internal server error”; elsewhere it means a closed chat",
           ("later", "gone")),
    Switch("bot_404", "404 to a message: the chat cannot be reached, or this message is refused", ("gone", "refused")),
    Switch("bot_504", "504 to a message: it may have been taken all the same, or surely was not", ("unsure", "later")),
    Switch("bot_429_wait", "how long to wait when it is too much and no Retry-After comes", kind="seconds", usual="30"),
    Switch("bot_poll_refused", "getUpdates is refused (no code is documented for a webhook that is set): take the webhook "
           "away, or only wait", ("delete", "wait")),
    Switch("bot_poll_seconds", "how long one getUpdates is held open", kind="seconds", usual="25"),
    Switch("bot_follow", "user.follow and user.unfollow, known from one SDK: believed, or passed over", ("on", "off")),
    Switch("bot_pace", "how fast one bot sends; no number is published", kind="rate", usual="20/20"),
    Switch("bot_chat_pace", "how fast to one person", kind="rate", usual="1/4"),
    Switch("bot_group_pace", "how fast to one group", kind="rate", usual="0.5/5"),
    Switch("bot_joins", "short messages go as one, up to so many letters: packages count messages", kind="letters",
           usual="1000"),
    Switch("bot_replies", "how many messages we may send between two of the person, proved by `bot check`; 0 is no limit. None "
           "is known of a bot; eight are what an Official Account has", kind="count", usual="8"),
    Switch("bot_pictures", "the screens that go with some steps, fetched by Zalo from the house's own public address",
           ("on", "off")),
    Switch("bot_link", f"the address of the private chat, shown in groups ({LINK}…); none is documented", kind="link"),
)  # fmt: skip


class Switches(switches.Switches):
    """These, as the settings have them."""

    def __init__(self, given: Iterable[str]) -> None:
        super().__init__("bot_", SWITCHES, given)
