"""editMessageText, editMessageCaption, editMessageReplyMarkup: a bot changes what it wrote."""

from typing import Any

from bot.emulators.telegram.keyboard import markup
from bot.emulators.telegram.methods.call import Call, method
from bot.emulators.telegram.methods.sending import caption, own, spend, text_content
from bot.emulators.telegram.people import Message
from bot.emulators.telegram.refusal import bad

Json = dict[str, Any]

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


@method("editMessageText")
async def edit_message_text(call: Call) -> Any:
    content, preview = text_content(call)
    message = _meant(call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return _edited(call, message, content, preview)


@method("editMessageCaption")
async def edit_message_caption(call: Call) -> Any:
    changed = caption(call.parameters)
    message = _meant(call)
    if "photo" not in message.content:
        raise bad("there is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _edited(call, message, {**kept, **changed}, None)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> Any:
    message = _meant(call)
    return _edited(call, message, message.content, None)


def _meant(call: Call) -> Message:
    given = call.parameters
    if not given.text("chat_id") and not given.message_id():
        raise bad("Message identifier is not specified")
    chat = call.emulator.world.writable_by(call.bot, given.text("chat_id"))
    message = own(call, chat, "edit")
    if message.markup and "inline_keyboard" not in message.markup:
        raise bad("message can't be edited")
    return message


def _edited(call: Call, message: Message, content: Json, preview: Json | None) -> Json:
    keyboard = markup(call.parameters.text("reply_markup"), private=message.chat.private)
    if keyboard and "inline_keyboard" not in keyboard:
        raise bad("Inline keyboard expected")
    spend(call, message.chat)
    extra = message.extra
    if preview is not None:
        extra = {**{k: v for k, v in extra.items() if k != "link_preview_options"}, **preview}
    if (content, keyboard, extra) == (message.content, message.markup, message.extra):
        raise bad(SAME)
    if content != message.content:
        message.edited = int(call.emulator.clock.time())
    message.content, message.markup, message.extra = content, keyboard, extra
    return message.json()
