"""Memberships as the Bot API tells them: who someone is in a chat, and that it changed."""

from typing import Any

from bot.emulators.telegram.people import Account, BotAccount, Chat, Person

Json = dict[str, Any]

RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_pin_messages", "can_manage_topics", "can_manage_direct_messages", "can_manage_tags", "can_send_welcome_messages",
)  # fmt: skip
OF_A_BOT = ("can_manage_chat", "can_delete_messages", "can_invite_users", "can_pin_messages", "can_manage_topics")


def member(account: Account, status: str) -> Json:
    """As `ChatMember…` of that status."""
    mine: Json = {"user": account.user(), "status": status}
    match status:
        case "creator":
            return {**mine, "is_anonymous": False}
        case "administrator":
            return {**mine, **{right: right in OF_A_BOT for right in RIGHTS}}
        case "kicked":
            return {**mine, "until_date": 0}
        case _:
            return mine


def changed(chat: Chat, by: Person, bot: BotAccount, before: str, after: str, date: int) -> Json:
    """As `ChatMemberUpdated` of a bot itself."""
    return {
        "chat": chat.json(),
        "from": by.user(),
        "date": date,
        "old_chat_member": member(bot, before),
        "new_chat_member": member(bot, after),
    }
