"""deleteMessage and deleteMessages: what a bot may take away, and for how long."""

from typing import Any

from bot.emulators.telegram.methods.call import Call, method
from bot.emulators.telegram.people import Chat, Message
from bot.emulators.telegram.refusal import bad

TWO_DAYS = 48 * 3600
MOST = 100


@method("deleteMessage")
async def delete_message(call: Call) -> Any:
    given = call.parameters
    if not given.text("chat_id"):
        raise bad("Chat identifier is not specified")
    if not given.message_id():
        raise bad("Message identifier is not specified")
    chat = call.emulator.world.writable_by(call.bot, given.text("chat_id"))
    message = chat.messages.get(given.message_id())
    if message is None or message.deleted:
        raise bad("message to delete not found")
    _take_away(call, chat, [message])
    return True


@method("deleteMessages")
async def delete_messages(call: Call) -> Any:
    given = call.parameters.json("message_ids", "Can't parse message_ids JSON object")
    if given is None:
        raise bad("Message identifiers are not specified")
    if not isinstance(given, list):
        raise bad("Expected an Array of message identifiers")
    if len(given) > MOST:
        raise bad("Too many message identifiers specified")
    if not given:
        raise bad("Message identifiers are not specified")
    numbers = [int(number) if str(number).isdecimal() else 0 for number in given]
    if not all(numbers):
        raise bad("Invalid message identifier specified")
    chat = call.emulator.world.writable_by(call.bot, call.parameters.text("chat_id"))
    there = [chat.messages[number] for number in numbers if number in chat.messages]
    _take_away(call, chat, [message for message in there if not message.deleted])
    return True


def _take_away(call: Call, chat: Chat, messages: list[Message]) -> None:
    now = call.emulator.clock.time()
    for message in messages:
        rules = chat.members.get(call.bot.id) in ("administrator", "creator")
        if message.content.keys() & {"supergroup_chat_created", "channel_chat_created", "forum_topic_created"}:
            raise bad("message can't be deleted")
        may = message.sender is call.bot or chat.private or rules
        if not may or now - message.date > TWO_DAYS:
            raise bad("message can't be deleted for everyone")
    for message in messages:
        message.deleted, message.deleted_by = True, "bot"
