"""A strict local Bot API: what Telegram does with a bot, its rules in a table (`rules.py`), its faults on demand."""
