"""The ways people come: each reads events, sends messages, and says what it can carry; none knows another."""

from flows.speech import Limits

# What each channel can carry; a script and the words are checked against all of them.
LIMITS = {
    "web": Limits(text=1200, label=60, choices=8),
    "terminal": Limits(text=4000, label=80, choices=8),
    "telegram": Limits(text=4096, label=64, choices=8, press=64, pictures=True),
    "zalo_bot": Limits(text=2000, label=60, choices=8, buttons=False, pictures=True, replies=8, joins=2),
    "zalo_oa": Limits(text=2000, label=60, choices=8, buttons=False, pictures=True, replies=8, joins=2),
}
