"""What waits to be sent and what could not be: `python -m bot outbox`; never a word of what was said."""

import argparse
import os
import sys
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.commands.run import sentenced
from bot.settings import read
from storage import inbox, outbox
from storage.store import Store


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot outbox", description=__doc__)
    parser.add_argument(
        "--send-again", nargs=2, type=int, metavar=("CONVERSATION", "NUMBER"), help="send a given-up message after all"
    )
    given = parser.parse_args(arguments)
    return sentenced(lambda: _send_again(*given.send_again) if given.send_again else _told())


def _told() -> int:
    store = Store(read(os.environ).database_url)
    try:
        store.write_now(_tell)
    finally:
        store.close()
    return 0


def _tell(unit: Connection) -> None:
    count, since = outbox.depth(unit)
    age = f", the oldest since {since:%d/%m %H:%M} UTC" if since else ""
    sys.stdout.write(f"{count} messages wait to be sent{age}.\n")
    for lost in outbox.undelivered(unit):
        sys.stdout.write(
            f"{lost.at:%d/%m %H:%M} {lost.channel}:{lost.bot} conversation {lost.conversation_id} message {lost.number}: "
            f"{lost.state.replace('_', ' ')} ({lost.reason})\n"
        )
    for letter in inbox.buried(unit):
        sys.stdout.write(
            f"{letter.at:%d/%m %H:%M} {letter.channel} dead letter {letter.external_id}: {letter.reason}\n"
        )


def _send_again(conversation: int, number: int) -> int:
    store = Store(read(os.environ).database_url)
    try:
        found = store.write_now(lambda unit: outbox.send_again(unit, conversation, number, datetime.now(UTC)))
    finally:
        store.close()
    if not found:
        sys.stderr.write(
            f"Message {number} of conversation {conversation} is not among those given up; `bot outbox` lists them.\n"
        )
        return 1
    sys.stdout.write("It will be sent.\n")
    return 0
