"""getMe, getChat, getChatMember and the like: what a bot may ask about itself and where it is."""

from typing import Any

from bot.emulators.telegram.members import member
from bot.emulators.telegram.methods.call import Call, method
from bot.emulators.telegram.people import Account, Chat
from bot.emulators.telegram.refusal import bad, forbidden

LARGEST_DOWNLOAD = 20 * 1024 * 1024


@method("getMe")
async def get_me(call: Call) -> Any:
    return call.bot.me()


@method("getChat")
async def get_chat(call: Call) -> Any:
    chat = call.emulator.world.seen_by(call.bot, call.parameters.text("chat_id"))
    return _full(_inside(chat, call))


@method("getChatMember")
async def get_chat_member(call: Call) -> Any:
    chat = _inside(call.emulator.world.seen_by(call.bot, call.parameters.text("chat_id")), call)
    number = call.parameters.integer("user_id")
    account = call.emulator.world.people.get(number) or call.emulator.world.bots.get(number)
    if account is None:
        raise bad("invalid user_id specified")
    return member(account, chat.members.get(number, "left"))


@method("getChatMemberCount")
async def get_chat_member_count(call: Call) -> Any:
    chat = _inside(call.emulator.world.seen_by(call.bot, call.parameters.text("chat_id")), call)
    return sum(chat.has(number) for number in chat.members)


@method("getChatAdministrators")
async def get_chat_administrators(call: Call) -> Any:
    chat = _inside(call.emulator.world.seen_by(call.bot, call.parameters.text("chat_id")), call)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    accounts: dict[int, Account] = {**call.emulator.world.people, **call.emulator.world.bots}
    return [member(accounts[n], s) for n, s in chat.members.items() if s in ("creator", "administrator")]


@method("leaveChat")
async def leave_chat(call: Call) -> Any:
    chat = call.emulator.world.writable_by(call.bot, call.parameters.text("chat_id"))
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.members[call.bot.id] = "left"
    return True


@method("getFile")
async def get_file(call: Call) -> Any:
    code = call.parameters.text("file_id")
    if not code:
        raise bad("file_id not specified")
    kept = call.emulator.world.files.get(code)
    if kept is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(kept["body"]) > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    return {"file_id": code, "file_unique_id": code[-12:], "file_size": len(kept["body"]), "file_path": kept["path"]}


def _inside(chat: Chat, call: Call) -> Chat:
    if not chat.private and not chat.has(call.bot.id):
        verb = "was kicked from" if chat.members.get(call.bot.id) == "kicked" else "is not a member of"
        raise forbidden(f"bot {verb} the {chat.kind.value} chat")
    return chat


def _full(chat: Chat) -> dict[str, Any]:
    """As `ChatFullInfo`."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    permissions = (
        "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
        "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
        "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    )  # fmt: skip
    full = {
        **chat.json(),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.private:
        return full
    return {**full, "permissions": dict.fromkeys(permissions, True)}
