"""sendMessage, sendPhoto, sendChatAction: a bot writes."""

from typing import Any

from bot.emulators.telegram.formatting import entities_given, parsed
from bot.emulators.telegram.hypertext import units
from bot.emulators.telegram.keyboard import markup
from bot.emulators.telegram.methods.call import Call, method
from bot.emulators.telegram.parameters import Parameters
from bot.emulators.telegram.people import BotAccount, Chat, Message
from bot.emulators.telegram.picture import photo
from bot.emulators.telegram.refusal import bad, too_many

Json = dict[str, Any]

LONGEST_TEXT = 4096  # UTF-16 units, after the formatting is read
LONGEST_CAPTION = 1024
ACTION_SECONDS = 5.0
ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_audio", "record_voice", "upload_audio", "upload_voice",
    "upload_document", "choose_sticker", "pick_up_location", "find_location", "record_video_note", "upload_video_note", "cancel",
)  # fmt: skip


@method("sendMessage")
async def send_message(call: Call) -> Any:
    content, preview = text_content(call)
    return _sent(call, content, preview)


@method("sendPhoto")
async def send_photo(call: Call) -> Any:
    content = await photo(call.emulator, call.parameters)
    extra = {"has_media_spoiler": True} if call.parameters.flag("has_spoiler") else {}
    if call.parameters.flag("show_caption_above_media"):
        extra["show_caption_above_media"] = True
    return _sent(call, {**content, **caption(call.parameters)}, extra)


@method("sendChatAction")
async def send_chat_action(call: Call) -> Any:
    action = call.parameters.text("action").lower()
    if action not in ACTIONS:
        raise bad("Wrong parameter action in request")
    chat = call.emulator.world.writable_by(call.bot, call.parameters.text("chat_id"))
    _thread(chat, call.parameters.message_id("message_thread_id"))
    chat.doing[call.bot.id] = (action, call.emulator.clock.time() + ACTION_SECONDS)
    return True


def text_content(call: Call) -> tuple[Json, Json]:
    """(text with its entities, link preview options) of a message to be sent or edited."""
    given = call.parameters
    preview = given.json("link_preview_options", "Can't parse link preview options JSON object")
    if preview is not None and not isinstance(preview, dict):
        raise bad("Object expected as link preview options")
    if given.flag("disable_web_page_preview"):
        preview = {"is_disabled": True}
    if not given.text("text"):
        raise bad("Message text is empty")
    text, entities = parsed(given.text("text"), given.text("parse_mode"), entities_given(given.text("entities")))
    if not text:
        raise bad("Text must be non-empty")
    if units(text) > LONGEST_TEXT:
        raise bad("Message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}, {
        "link_preview_options": preview
    } if preview else {}


def caption(given: Parameters) -> Json:
    """The caption of a photo with its entities; nothing when there is none."""
    marked = entities_given(given.text("caption_entities"))
    text, entities = parsed(given.text("caption"), given.text("parse_mode"), marked)
    if units(text) > LONGEST_CAPTION:
        raise bad("Message caption is too long")
    return {**({"caption": text} if text else {}), **({"caption_entities": entities} if entities else {})}


def spend(call: Call, chat: Chat) -> None:
    """One message of this bot to this chat, or 429. Sending and editing share it."""
    if wait := call.emulator.pace.spend(call.bot.id, chat.id, not chat.private, call.emulator.clock.time()):
        raise too_many(wait)


def _sent(call: Call, content: Json, extra: Json) -> Json:
    given, world = call.parameters, call.emulator.world
    chat = world.writable_by(call.bot, given.text("chat_id"))
    keyboard = markup(given.text("reply_markup"), private=chat.private)
    reply = _reply(chat, given)
    thread = _thread(chat, given.message_id("message_thread_id") or (reply.thread if reply else 0))
    spend(call, chat)
    if given.flag("protect_content"):
        extra = {**extra, "has_protected_content": True}
    message = world.add_message(
        chat, call.bot, content, thread=thread, in_topic=bool(thread), reply_to=reply, markup=keyboard, extra=extra
    )
    chat.last_speaking_bot = call.bot.id
    chat.doing.pop(call.bot.id, None)
    return message.json()


def _reply(chat: Chat, given: Parameters) -> Message | None:
    options = given.json("reply_parameters", "Can't parse reply parameters JSON object") or {}
    if not isinstance(options, dict):
        raise bad("Object expected as reply parameters")
    number = options.get("message_id") or given.message_id("reply_to_message_id")
    if not number:
        return None
    if type(number) is not int:
        raise bad('Field "message_id" must be of type Number')
    message = chat.messages.get(number)
    if message and not message.deleted:
        return message
    if options.get("allow_sending_without_reply") or given.flag("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _thread(chat: Chat, thread: int) -> int:
    if not thread:
        return 0
    if thread not in chat.topics:
        raise bad("message thread not found")
    if thread in chat.closed_topics:
        raise bad("TOPIC_CLOSED")
    return thread


def own(call: Call, chat: Chat, verb: str) -> Message:
    """The message a call means, written by this bot."""
    number = call.parameters.message_id()
    message = chat.messages.get(number)
    if message is None or message.deleted:
        raise bad(f"message to {verb} not found")
    if message.sender is not call.bot or not isinstance(message.sender, BotAccount):
        raise bad(f"message can't be {verb}ed")
    return message
