"""Which messages of a group a bot gets to see."""

from bot.emulators.telegram.formatting import covered
from bot.emulators.telegram.people import BotAccount, Message


def reaches(bot: BotAccount, message: Message) -> bool:
    """Whether this message, not the bot's own, is told to the bot."""
    chat = message.chat
    if message.sender is bot and not message.service:
        return False
    if isinstance(message.sender, BotAccount) and not message.service:
        return False
    if chat.private or message.service or bot.reads_all or chat.members.get(bot.id) == "administrator":
        return True
    if message.reply_to and message.reply_to.sender is bot:
        return True
    for entity in message.entities:
        words = covered(message.text, entity).lower()
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            _, _, meant = words.partition("@")
            if meant == bot.username.lower() or (not meant and chat.last_speaking_bot in (0, bot.id)):
                return True
        if entity["type"] == "mention" and words == f"@{bot.username.lower()}" and bot.hears_mentions:
            return True
    return False
