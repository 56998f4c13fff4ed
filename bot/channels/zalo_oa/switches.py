"""What Zalo's documents leave open about Official Accounts, or readers of them tell differently: a switch each."""

from collections.abc import Iterable

from bot import switches
from bot.switches import LINK, Switch

SWITCHES = (
    Switch("oa_mac_id", "what a webhook's signature begins with: the app's id by the documents, the OA's by a forum",
           ("app_id", "oa_id", "either")),
    Switch("oa_mac_secret", "which key signs: the OA secret key of the webhook page, or the app's own",
           ("oa_secret", "app_secret")),
    Switch("oa_mac_prefix", "whether “mac=” stands before the signature; readers differ", ("required", "optional")),
    Switch("oa_forged", "what an event with a wrong signature gets; “ignored” answers 200 and takes nothing, for the minute in "
           "which the console tries the address, should it try with one", ("refused", "ignored")),
    Switch("oa_verifier", "PKCE: a new verifier with each consent link, or one for good whose challenge is pasted into the "
           "console", ("link", "console")),
    Switch("oa_old_token", "what a refresh does to the old access token: it dies at once, or lives to its end; a dead one is "
           "the proof that a refresh whose answer was lost has happened", ("dies", "lives")),
    Switch("oa_spent", "by which numbers Zalo refuses a refresh token that it does not know any more, with / between them; no "
           "page lists them. Another number is taken for trouble with the app, and tried again", kind="numbers", usual="-14020"),
    Switch("oa_proof", "whether calls carry appsecret_proof; a refusal -242 asks for it", ("off", "on")),
    Switch("oa_buttons", "buttons besides the numbered lines: none, after the text, or as a list; no page of version 3 "
           "describes them, and a refusal falls back to the lines", ("off", "bare", "list")),
    Switch("oa_pictures", "the screens that go with some steps, uploaded once a week", ("on", "off")),
    Switch("oa_group", "what is heard in a group: what names the OA, everything, or nothing", ("mention", "all", "off")),
    Switch("oa_504", "504 to a message: it may have been taken all the same, or surely was not", ("unsure", "later")),
    Switch("oa_text_unit", "what the longest text is counted in; UTF-16 fits the other reading too", ("utf16", "code_points")),
    Switch("oa_text_most", "the longest text", kind="letters", usual="2000", least=100),
    Switch("oa_joins", "short messages go as one, up to so many letters: replies are counted", kind="letters", usual="1000"),
    Switch("oa_replies", "how many messages we may send between two of the person, proved by `bot check`; 0 is no limit: since "
           "2026 replies within 48 hours are said to be free without one", kind="count", usual="8"),
    Switch("oa_pace", "how fast the OA sends; 4000 calls a minute are documented", kind="rate", usual="60/60"),
    Switch("oa_chat_pace", "how fast to one person", kind="rate", usual="1/4"),
    Switch("oa_group_pace", "how fast to one group", kind="rate", usual="0.5/5"),
    Switch("oa_link", f"the address of the private chat, shown in groups; without one it is {LINK} and the OA's id",
           kind="link"),
    Switch("oa_site", "the code by which Zalo knows that the domain is yours; then zalo_verifier….html is served",
           kind="code"),
)  # fmt: skip


class Switches(switches.Switches):
    """These, as the settings have them."""

    def __init__(self, given: Iterable[str]) -> None:
        super().__init__("oa_", SWITCHES, given)
