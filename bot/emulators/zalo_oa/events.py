"""The events of the OA, as bodies: every id and every time is text."""

from typing import Any

from bot.emulators.phones import Chat
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.contacts import Contact

ATTACHED = ("image", "gif", "sticker", "audio", "video", "file", "location", "link", "business_card")
GROUP_CHANGES = {
    # what happened: (one list of names, the other)
    "join": ("user_join_group", "user_join_group"),
    "leave": ("user_out_group", "user_leave_group"),
    "end": ("disperse_group", "delete_group"),
}

Event = dict[str, Any]


class Events:
    """Makes bodies. `now` gives the milliseconds since 1970, as text."""

    def __init__(self, console: Console, switches: Switches) -> None:
        self._console, self._switches = console, switches

    def said(
        self, contact: Contact, chat: Chat, kind: str, message: dict[str, Any], at: str, *, name: str = ""
    ) -> Event:
        """A citizen's message, to the OA or in a group (then the recipient is the group)."""
        prefix = "anonymous_send_" if contact.anonymous else "user_send_group_" if chat.group else "user_send_"
        return {
            **self._between(contact.id, chat.id if chat.group else self._console.oa_id, at),
            **({"oa_id": self._console.oa_id} if chat.group else {}),
            **({} if contact.anonymous else {"user_id_by_app": contact.by_app}),
            "event_name": name or prefix + kind,
            "message": message,
        }

    def echo(self, chat: Chat, kind: str, message: dict[str, Any], at: str, *, anonymous: bool = False) -> Event:
        """What the OA itself sent, told to its own webhook."""
        prefix = "oa_send_group_" if chat.group else "oa_send_anonymous_" if anonymous else "oa_send_"
        event = self._between(self._console.oa_id, chat.id, at)
        event["sender"]["admin_id"] = self._console.oa_id
        return {**event, "event_name": prefix + kind, "message": message}

    def followed(self, contact: Contact, at: str, *, follow: bool) -> Event:
        return {
            "oa_id": self._console.oa_id,
            "follower": {"id": contact.id},
            "user_id_by_app": contact.by_app,
            "event_name": "follow" if follow else "unfollow",
            "source": "oa_profile",
            "app_id": self._console.app_id,
            "timestamp": at,
        }

    def submitted(self, contact: Contact, shared: dict[str, str], at: str) -> Event:
        """The form a citizen filled in; older samples have flat fields and the phone as a number."""
        if self._switches["submit_shape"] == "new":
            told: dict[str, Any] = {
                "name": shared["name"],
                "phone": shared["phone"],
                "user_dob": shared["birthday"],
                "gender": shared["gender"],
                "full_address": {
                    "user_city": shared["city"],
                    "user_ward": shared["ward"],
                    "user_address": shared["address"],
                },
            }
        else:
            told = {
                "name": shared["name"],
                "phone": int(shared["phone"]),
                "address": shared["address"],
                "city": shared["city"],
                "district": "",
                "ward": shared["ward"],
            }
        event = self._between(contact.id, self._console.oa_id, at)
        return {**event, "user_id_by_app": contact.by_app, "event_name": "user_submit_info", "info": told}

    def read(self, contact: Contact, message_ids: list[str], at: str) -> Event:
        return {**self._direction(contact, at), "event_name": "user_seen_message", "message": {"msg_ids": message_ids}}

    def received(self, contact: Contact, message_id: str, at: str) -> Event:
        name = "user_received_message"
        return {**self._direction(contact, at), "event_name": name, "message": {"msg_id": message_id}}

    def template_received(self, phone: str, message_id: str, tracking_id: str, at: str) -> Event:
        """The same name, for a message by phone: told by its delivery_time."""
        message = {"delivery_time": at, "msg_id": message_id, "tracking_id": tracking_id}
        return {
            **self._between(self._console.oa_id, phone, at),
            "event_name": "user_received_message",
            "message": message,
        }

    def chat_now(self, contact: Contact, at: str) -> Event:
        return {
            "app_id": self._console.app_id,
            "oa_id": self._console.oa_id,
            "user_id": contact.id,
            "user_id_by_app": contact.by_app,
            "event_name": "user_click_chatnow",
            "timestamp": at,
        }

    def tagged(self, contact: Contact, tag: str, at: str) -> Event:
        return {
            "app_id": self._console.app_id,
            "oa_id": self._console.oa_id,
            "user_id_by_app": contact.by_app,
            "event_name": "add_user_to_tag",
            "tag": {"user_ids": [contact.id], "name": tag},
            "timestamp": at,
        }

    def group_changed(self, chat: Chat, what: str, contact: Contact | None, at: str) -> Event:
        """join, leave or end; two sources have different names for some."""
        name = GROUP_CHANGES[what][0 if self._switches["group_names"] == "short" else 1]
        event = self._between(contact.id if contact else self._console.oa_id, chat.id, at)
        return {**event, "oa_id": self._console.oa_id, "event_name": name, "group_id": chat.id}

    def permission_revoked(self, at: str) -> Event:
        return {
            "app_id": self._console.app_id,
            "oa_id": self._console.oa_id,
            "event_name": "permission_revoked",
            "timestamp": at,
        }

    def _direction(self, contact: Contact, at: str) -> Event:
        """Who is the sender of "seen" and "received" differs between those who use it."""
        if self._switches["seen_sender"] == "user":
            return self._between(contact.id, self._console.oa_id, at)
        return self._between(self._console.oa_id, contact.id, at)

    def _between(self, sender: str, recipient: str, at: str) -> Event:
        return {
            "app_id": self._console.app_id,
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": at,
        }
