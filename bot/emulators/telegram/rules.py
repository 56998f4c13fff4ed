"""Every rule of Telegram's that this emulator enforces, with where it is known from and how surely.

Each is tried by two clients that are not ours: tests/channels/test_telegram_emulator_*.py; one without a test fails.
"""

from dataclasses import dataclass
from enum import Enum


class Certainty(Enum):
    """How well a rule is known."""

    SOURCE = "source"  # read in the source of Telegram's own Bot API server or of TDLib under it
    DOCUMENTED = "documented"  # said on core.telegram.org
    REPORTED = "reported"  # told by people who ran into it, in several places
    STRICTER = "stricter"  # not known exactly; refused here so that nothing depends on it


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing Telegram does."""

    name: str
    says: str
    source: str
    certainty: Certainty


PLACES = {
    "@api": "core.telegram.org/bots/api",
    "@faq": "core.telegram.org/bots/faq",
    "@server": "tdlib/telegram-bot-api",
    "@td": "tdlib/td",
}

# A rule is its name, how surely it is known and from where; under it, indented, what it says.
TABLE = """
# texts
text-length | stricter | @api#sendmessage says characters; units are the narrower reading
    A text has at most 4096 UTF-16 units after its formatting is read; a longer one is 400 “message is too long”.
text-bytes | source | @server get_formatted_text
    Before anything is read, 32768 bytes are the most: “text is too long”.
text-empty | source | @server get_input_message_text; @td fix_formatted_text
    No text is “message text is empty”; nothing left to show is “text must be non-empty”.
text-trimmed | source | @td fix_formatted_text
    Blanks around a text are taken away, and entities move with it.
caption-length | documented | @api#sendphoto
    A caption has at most 1024 units: “message caption is too long”.
html-strict | source | @td MessageEntity.cpp parse_html
    HTML that is not well formed, or has a tag Telegram does not know, is 400 with the byte offset in the description.
html-entities | source | @td MessageEntity.cpp
    HTML becomes entities with offsets in UTF-16 units, nested ones too; &lt; &gt; &amp; &quot; and numbers are read,
    other names stay as written.
entities-given | source | @server get_text_entity
    Entities that the bot gives itself are checked; those that Telegram finds by itself are overlooked.
html-dead-link | source | @td parse_html
    A link without a usable address loses its entity, and nobody is told.
parse-mode | source | @server get_formatted_text
    An unknown parse_mode is “unsupported parse_mode”.
links-found | documented | @api#messageentity
    Addresses, commands, mentions and numbers in any text are marked by Telegram itself.
link-preview | documented | @api#linkpreviewoptions
    link_preview_options is_disabled takes the preview away; otherwise the first address is previewed.
protected | documented | @api#sendmessage
    protect_content: the message says so, and a phone does not forward it.
typing | documented | @api#sendchataction
    A chat action shows for 5 seconds or until a message comes; an unknown one is refused.
reply | source | @server check_reply_parameters
    A reply to a message that is not there is “message to be replied not found”, unless sending without it is allowed.

# buttons
callback-data | documented | @api#inlinekeyboardbutton; python-telegram-bot#528
    callback_data has 1 to 64 bytes, not letters: “BUTTON_DATA_INVALID”.
inline-count | reported | TelegramBots#218, pyTelegramBotAPI#511
    More than 100 inline buttons are “reply markup is too long”.
inline-row | stricter | constants of python-telegram-bot; real apps squeeze them
    More than 8 inline buttons in a row are refused.
inline-action | source | @server get_inline_keyboard_button
    An inline button that does nothing is “text buttons are unallowed in the inline keyboard”.
inline-address | stricter | @td ReplyMarkup.cpp check_link, which also takes a bare host
    An inline button's url that is no http, https or tg address is refused.
label-empty | stricter | @td ReplyMarkup.cpp
    A button without a label is refused. (Telegram's server drops it in silence, which is worse to find.)
markup-json | source | @server get_reply_markup
    A reply_markup that is no JSON object is refused before the message is.
contact-button | documented | @api#keyboardbutton
    Asking for a phone number by a button works in private chats only.
keyboard-stays | documented | @api#replykeyboardremove
    The keyboard under the field stays until another one comes or remove_keyboard.

# photos
photo-upload | documented | @api#sending-files
    A photo comes as multipart/form-data, at most 10 MB.
photo-address | documented | @api#sending-files
    A photo may be an address, which Telegram fetches; what is no picture is refused. (Only this machine's addresses are
    fetched here; others are believed.)
photo-again | documented | @api#sending-files
    A file_id sends what was sent before; one that is not known is refused.
photo-measures | documented | @api#sendphoto
    A picture that cannot be read, or is longer than 10000 in both sides or 20 times as long as wide, is refused.
file-download | documented | @api#getfile
    getFile gives a path under /file/bot<token>/ from which it can be fetched.

# editing, deleting, answering
edit-same | source | @server fail_query_with_error
    An edit that changes nothing is 400 “message is not modified…”.
edit-own | source | @server and @td can_edit_message
    A bot edits its own messages only: “message can't be edited”.
edit-gone | source | @server check_message
    What is not there is “message to edit not found”.
edit-inline | source | @td ReplyMarkup.cpp
    An edit may carry an inline keyboard only; without one the old one is taken away.
edit-keyboard | reported | reports of “message can't be edited”
    A message that brought a keyboard for the field cannot be edited.
edit-photo | source | @td edit_message_text
    A photo has no text to edit; its caption is edited by editMessageCaption.
edit-markup | documented | @api#editmessagereplymarkup
    editMessageReplyMarkup changes the buttons alone and leaves no edit date.
delete-private | documented | @api#deletemessage
    In a private chat a bot may delete its own and the person's messages.
delete-group | documented | @api#deletemessage
    In a group a bot deletes others' messages only as an administrator.
delete-48h | documented | @api#deletemessage
    After 48 hours: “message can't be deleted for everyone”.
delete-gone | source | @server check_message
    Deleting what is not there is “message to delete not found”.
delete-many | documented | @api#deletemessages
    deleteMessages takes 1 to 100 numbers and passes over those that are not there.
answer-once | reported | @server QUERY_ID_INVALID; reports
    A press is answered once; then its query is invalid.
answer-late | stricter | LonamiWebs/Telethon#4073 and others
    A press must be answered soon (15 s here; nobody says how soon).
answer-length | documented | @api#answercallbackquery
    The words that answer a press have at most 200 letters.

# commands
commands-checked | documented | @api#botcommand
    At most 100 commands, names of 1-32 letters a-z 0-9 _, descriptions of 1-256.
commands-scopes | documented | @api#determining-list-of-commands
    A phone offers the commands of the narrowest scope that has any, in the person's language first.
commands-language | source | @td validate_bot_language_code
    A language code is two small letters.

# who may be written to
token | source | @server ClientManager
    A token that is not registered is 401 “Unauthorized”.
method | source | @server on_cmd
    A method that does not exist is 404.
parameters | documented | @api#making-requests
    Parameters come in the query, as JSON, form or multipart, and mean the same.
me | documented | @api#getme
    getMe tells whether the bot may join groups and read all of them.
chat | documented | @api#getchat
    getChat gives the full form of a private chat and of a group.
chat-unknown | source | @server check_chat
    A chat that the bot has not met is 400 “chat not found”.
chat-not-started | reported | reports; the wording is the server's
    A person known from a group who never wrote to the bot is 403 “bot can't initiate conversation with a user”.
blocked | source | @server USER_IS_BLOCKED
    Who blocked the bot is 403 “bot was blocked by the user”.
removed | source | @server check_chat_access
    A group the bot is no longer in is 403, with words for left and for kicked.
upgraded | source | @server check_chat_access
    A group that became a supergroup is 400 with migrate_to_chat_id.

# pace
pace-chat | stricter | @faq
    About one message a second to one chat, after a short burst (3 here); then 429 with retry_after.
pace-group | documented | @faq
    20 messages a minute to one group.
pace-bot | documented | @faq
    30 messages a second to all chats.
pace-edits | reported | @td#3034
    Edits are counted with the messages.
pace-free | reported | @server#648
    Answers to presses, deletions and questions are not counted.

# polling
poll-offset | documented | @api#getupdates
    What is before the offset is confirmed and gone; without one the same comes again.
poll-last | documented | @api#getupdates
    A negative offset keeps that many of the last ones.
poll-limit | source | @server process_get_updates_query
    limit is kept within 1 and 100.
poll-long | documented | @api#getupdates
    With a timeout the answer waits for the first update, or comes empty when the time is over.
poll-webhook | source | @server process_get_updates_query
    While a webhook is set getUpdates is 409.
poll-other | source | @server abort_long_poll
    Another getUpdates ends the one that waits: that one is 409.
allowed | documented | @api#getupdates
    allowed_updates says which kinds come; left out it stays as it was, an empty list is the default.

# webhook
hook-secret | documented | @api#setwebhook
    Each delivery has the header X-Telegram-Bot-Api-Secret-Token.
hook-secret-form | source | @server do_set_webhook
    A secret has at most 256 of A-Z a-z 0-9 _ -.
hook-address | source | @server WebhookActor::start_up
    HTTPS on port 443, 80, 88 or 8443; only for this machine anything, as the server's --local.
hook-order | source | @server WebhookActor
    Messages of one chat come one after the other, of other chats meanwhile.
hook-presses | source | @server process_new_callback_query_queue
    Presses have a lane of their own: one may overtake a message that is waited for.
hook-again | source | @server on_update_error
    What is not answered 2xx comes again: at once, then after 2, 4, 8 … s up to 60-120.
hook-retry-after | source | @server on_update_error
    Retry-After of the answer is kept, up to an hour.
hook-patience | source | @server WebhookActor
    An answer has 60 seconds to come; then it is tried again.
hook-gone | source | @server WebhookActor::handle
    A webhook that answers nothing but 410 for 23 hours is taken away.
hook-info | documented | @api#webhookinfo
    getWebhookInfo tells how many wait and what went wrong last.
hook-call | documented | @api#making-requests-when-getting-updates
    An answer may hold a call, which is carried out; its result is not told.
hook-drop | documented | @api#setwebhook
    drop_pending_updates forgets what waits.
hook-most | documented | @api#setwebhook
    At most max_connections deliveries at once.
day | documented | @api#getting-updates
    An update that nobody took for 24 hours is gone.
press-life | source | @server process_new_callback_query_queue
    A press nobody took for 150 seconds is gone.
update-id | documented | @api#update
    Numbers of updates go up by one, but after a week without any the next one is random.

# what people do
start | documented | core.telegram.org/bots/features#deep-linking
    A link t.me/<bot>?start=<payload> of 1-64 letters comes as /start <payload>.
contact | documented | @api#contact
    A contact has user_id when that number has Telegram: the sender's own, somebody else's, or none.
forward | documented | @api#messageorigin
    A forwarded message says where it is from; who hides the account is a name only.
media | documented | @api#message
    Photo, voice, video, document, sticker and location come each in their field.
edited | documented | @api#update
    A corrected message comes as edited_message with the same number.
press | documented | @api#callbackquery
    A press comes as callback_query with the message, chat_instance and the data as it was sent.
member-blocked | documented | @api#update
    Blocking and unblocking come as my_chat_member: member, kicked, member.

# groups
member-group | documented | @api#chatmemberupdated
    Being added, made administrator or removed comes as my_chat_member.
privacy | documented | core.telegram.org/bots/features#privacy-mode
    In privacy mode a bot sees only commands to it, replies to it and service messages.
privacy-general | documented | core.telegram.org/bots/features#privacy-mode
    A command without a name reaches it if it was the last bot to write there.
privacy-mention | reported | archestra#6562, chatgpt-telegram-bot#39, telegraf#545
    A mention alone does not reach it (a setting turns it on: BotFather's words promise it).
privacy-off | documented | core.telegram.org/bots/features#privacy-mode
    Without privacy mode, or as an administrator, it sees all that people write.
topics | documented | @api#message
    Messages in a topic carry message_thread_id; sending to one that is not there is refused, to a closed one too.
migration | documented | @api#message
    A group that becomes a supergroup says so in both chats: another id, members kept.
numbers | documented | @api#user, @api#message
    Ids of people go beyond 32 bits; message numbers of a supergroup begin at 1 and so repeat between chats.
several-bots | documented | @api#chat
    Two bots have each their own private chat with one person, under the same chat id.
"""


def _read(table: str) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for line in table.splitlines():
        if line.startswith("    "):
            last = rules.pop()
            rules.append(Rule(last.name, f"{last.says} {line.strip()}".strip(), last.source, last.certainty))
        elif line and not line.startswith("#"):
            name, certainty, source = (part.strip() for part in line.split("|", 2))
            for short, place in PLACES.items():
                source = source.replace(short, place)
            rules.append(Rule(name, "", source, Certainty(certainty)))
    return tuple(rules)


RULES = _read(TABLE)
