"""What happens to groups: founded, joined, left, made a supergroup, given topics; and what bots are told of it."""

from typing import Any

from bot.emulators.telegram.citizens import CannotError
from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.members import changed
from bot.emulators.telegram.people import Account, BotAccount, Chat, Kind, Message, Person

Json = dict[str, Any]


class Groups:
    """Changes of groups by their people."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator, self.world = emulator, emulator.world

    def founds(self, who: Person, title: str, *, supergroup: bool = False, forum: bool = False) -> Chat:
        chat = self.world.add_group(title, supergroup=supergroup, forum=forum)
        chat.members[who.id] = "creator"
        self._service(
            chat, who, {"supergroup_chat_created" if chat.kind is Kind.SUPERGROUP else "group_chat_created": True}
        )
        return chat

    def adds(self, who: Person, chat: Chat, whom: Account) -> Message:
        """Somebody adds a person or a bot (or joins, when both are one)."""
        self._open(chat)
        before = chat.members.get(whom.id, "left")
        chat.members[whom.id] = "member"
        self._tell_bot(chat, who, whom, before, "member")
        return self._service(chat, who, {"new_chat_members": [whom.user()], "new_chat_member": whom.user()})

    def removes(self, who: Person, chat: Chat, whom: Account, *, for_ever: bool = False) -> Message:
        """Somebody removes an account, or leaves. A removed bot still sees that."""
        self._open(chat)
        if not chat.has(whom.id):
            raise CannotError("It is not in the group.")
        before = chat.members[whom.id]
        after = "kicked" if for_ever else "left"
        message = self._service(chat, who, {"left_chat_member": whom.user()})
        chat.members[whom.id] = after
        self._tell_bot(chat, who, whom, before, after)
        return message

    def ranks(self, who: Person, chat: Chat, whom: Account, *, administrator: bool) -> None:
        """Makes someone an administrator, or a simple member again."""
        if not chat.has(whom.id):
            raise CannotError("It is not in the group.")
        before, after = chat.members[whom.id], "administrator" if administrator else "member"
        chat.members[whom.id] = after
        self._tell_bot(chat, who, whom, before, after)

    def upgrades(self, who: Person, chat: Chat) -> Chat:
        """A group becomes a supergroup: another chat with another id, and the old one closed."""
        self._open(chat)
        if chat.kind is not Kind.GROUP:
            raise CannotError("It is a supergroup already.")
        wide = self.world.add_group(chat.title, supergroup=True)
        wide.members = dict(chat.members)
        self._service(chat, who, {"migrate_to_chat_id": wide.id})
        chat.upgraded_to = wide.id
        self._service(wide, who, {"migrate_from_chat_id": chat.id})
        return wide

    def opens_topic(self, who: Person, chat: Chat, name: str) -> int:
        """A new topic; its thread id is the number of the message that tells of it."""
        if not chat.forum:
            raise CannotError("Only a forum has topics.")
        thread = self.world.next_message(chat)
        chat.topics[thread] = name
        content = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = Message(
            thread, chat, who, int(self.emulator.clock.time()), content, thread=thread, in_topic=True, service=True
        )
        chat.messages[thread] = message
        self.emulator.spread(message)
        return thread

    def closes_topic(self, who: Person, chat: Chat, thread: int) -> None:
        if thread not in chat.topics:
            raise CannotError("There is no such topic.")
        chat.closed_topics.add(thread)
        self._service(chat, who, {"forum_topic_closed": {}}, thread=thread)

    def _service(self, chat: Chat, who: Person, content: Json, *, thread: int = 0) -> Message:
        message = self.world.add_message(chat, who, content, service=True, thread=thread, in_topic=bool(thread))
        self.emulator.spread(message)
        return message

    def _tell_bot(self, chat: Chat, who: Person, whom: Account, before: str, after: str) -> None:
        if isinstance(whom, BotAccount) and before != after:
            body = changed(chat, who, whom, before, after, int(self.emulator.clock.time()))
            self.emulator.tell(whom, "my_chat_member", body, f"member{chat.key}")

    def _open(self, chat: Chat) -> None:
        if chat.private:
            raise CannotError("That is not a group.")
        if chat.upgraded_to:
            raise CannotError("This group has become a supergroup.")
