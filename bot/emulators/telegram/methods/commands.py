"""setMyCommands and its sisters, and answerCallbackQuery."""

import re
from typing import Any

from bot.emulators.telegram.methods.call import Call, method
from bot.emulators.telegram.refusal import bad

Json = dict[str, Any]

MOST, LONGEST_DESCRIPTION, LONGEST_TOAST = 100, 256, 200
WIDE = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
NARROW = ("chat", "chat_administrators", "chat_member")


@method("setMyCommands")
async def set_my_commands(call: Call) -> Any:
    given = call.parameters.json("commands", "Can't parse commands JSON object")
    if not isinstance(given, list):
        raise bad("Expected an Array of BotCommand")
    if len(given) > MOST:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    _kept(call)[_where(call)] = [_command(one) for one in given]
    return True


@method("getMyCommands")
async def get_my_commands(call: Call) -> Any:
    return _kept(call).get(_where(call), [])


@method("deleteMyCommands")
async def delete_my_commands(call: Call) -> Any:
    _kept(call).pop(_where(call), None)
    return True


@method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> Any:
    given, emulator = call.parameters, call.emulator
    pressed = emulator.pressed.get(given.text("callback_query_id"))
    late = pressed and emulator.clock.time() - pressed.at > emulator.answer_within
    if pressed is None or pressed.bot is not call.bot or pressed.answered or late:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(given.text("text")) > LONGEST_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    if given.text("url"):
        raise bad("URL_INVALID")  # only games and t.me/<bot>?start= links; neither is ours
    pressed.answered, pressed.toast, pressed.alert = True, given.text("text"), given.flag("show_alert")
    return True


def _kept(call: Call) -> dict[tuple[str, str], list[Json]]:
    return call.emulator.commands.setdefault(call.bot.id, {})


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(given.get(name), str):
            raise bad(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = given["command"].removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(given["description"].strip()) <= LONGEST_DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": given["description"].strip()}


def _where(call: Call) -> tuple[str, str]:
    """(scope, language) of a call; both are checked."""
    language = call.parameters.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("Invalid language code specified")
    scope = call.parameters.json("scope", "Can't parse BotCommandScope JSON object") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad("BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind in WIDE:
        return str(kind), language
    if kind not in NARROW:
        raise bad("Can't parse BotCommandScope: Unsupported type specified")
    chat = call.emulator.world.seen_by(call.bot, str(scope.get("chat_id", "")))
    if kind == "chat_administrators" and chat.private:
        raise bad("can't set commands for administrators of a private chat")
    who = f"/{scope.get('user_id', 0)}" if kind == "chat_member" else ""
    return f"{kind}/{chat.id}{who}", language


def shown(kept: dict[tuple[str, str], list[Json]], chat: Any, person: Any) -> list[Json]:
    """The commands that a phone offers: the narrowest scope that has any, in the person's language first."""
    scopes = [f"chat_member/{chat.id}/{person.id}"] if not chat.private else []
    if not chat.private and chat.members.get(person.id) in ("creator", "administrator"):
        scopes.append(f"chat_administrators/{chat.id}")
    scopes.append(f"chat/{chat.id}")
    if not chat.private and chat.members.get(person.id) in ("creator", "administrator"):
        scopes.append("all_chat_administrators")
    scopes += ["all_private_chats" if chat.private else "all_group_chats", "default"]
    for scope in scopes:
        for language in (person.language[:2], ""):
            if commands := kept.get((scope, language)):
                return commands
    return []
