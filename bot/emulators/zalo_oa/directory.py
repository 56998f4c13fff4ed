"""What may be asked about the OA, its citizens, tags and groups."""

from datetime import timedelta
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.phones import Phones
from bot.emulators.zalo_oa.answers import invalid, oa
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.contacts import Contact, Contacts
from bot.emulators.zalo_oa.events import Events
from bot.emulators.zalo_oa.limits import VIETNAM, Limits
from bot.emulators.zalo_oa.webhook import Webhook

Asked = dict[str, Any]
FARTHEST, MOST = 9951, 50
PERIODS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 7, "L30D": 30}


class Directory:
    """The endpoints that only tell, and the tags."""

    def __init__(
        self,
        clock: Clock,
        console: Console,
        phones: Phones,
        contacts: Contacts,
        limits: Limits,
        events: Events,
        webhook: Webhook,
    ) -> None:
        self._clock, self._console, self._phones, self._contacts = clock, console, phones, contacts
        self._limits, self._events, self._webhook = limits, events, webhook

    async def getoa(self, _: Asked) -> Any:
        return {
            "oaid": self._console.oa_id,
            "name": self._console.name,
            "description": "Tài khoản mô phỏng, chỉ để thử trên máy này",
            "oa_alias": "mo-phong",
            "is_verified": True,
            "oa_type": 2,
            "cate_name": "Cơ quan nhà nước",
            "num_follower": sum(1 for contact in self._contacts.all.values() if contact.follower),
            "avatar": "",
            "cover": "",
            "package_name": "OA Nâng cao",
            "package_valid_through_date": "31/12/2026",
            "package_auto_renew_date": "",
            "linked_ZCA": "",
        }

    async def detail(self, asked: Asked) -> Any:
        contact = self._contacts.named(asked.get("user_id"))
        if not contact.follower:
            raise oa(-213)
        last = "" if contact.last is None else f"{contact.last.astimezone(VIETNAM):%d/%m/%Y}"
        return {
            "user_id": contact.id,
            "user_id_by_app": contact.by_app,
            "user_external_id": "",
            "display_name": contact.name,
            "user_alias": contact.name,
            "is_sensitive": False,
            "user_last_interaction_date": last,
            "user_is_follower": contact.follower,
            "avatar": "",
            "avatars": {"120": "", "240": ""},
            "dynamic_param": "",
            "tags_and_notes_info": {"notes": [], "tag_names": contact.tags},
            "shared_info": contact.shared,
        }

    async def getlist(self, asked: Asked) -> Any:
        offset, count = asked.get("offset", 0), asked.get("count", MOST)
        if not isinstance(offset, int) or not 0 <= offset <= FARTHEST:
            raise invalid("offset")
        if not isinstance(count, int) or not 1 <= count <= MOST:
            raise invalid("count")
        found = [c for c in self._contacts.all.values() if not c.anonymous and self._fits(c, asked)]
        page = found[offset : offset + count]
        users = [{"user_id": contact.id} for contact in page]
        return {"total": len(found), "count": len(page), "offset": offset, "users": users}

    async def quota(self, asked: Asked) -> Any:
        """/v3.0/oa/quota/message: of one citizen, or of the OA."""
        if "user_id" in asked:
            return self._limits.of_person(self._contacts.named(asked["user_id"]))
        if asked.get("quota_owner") not in ("OA", "App"):
            raise invalid("quota_owner")
        return self._limits.of_oa(str(asked.get("quota_type", "")))

    async def groups(self, asked: Asked) -> Any:
        """/v3.0/oa/group/getgroupsofoa, plain query parameters."""
        offset, count = _whole(asked.get("offset", "0")), _whole(asked.get("count", "5"))
        if offset is None:
            raise invalid("offset")
        if not count or count > MOST:
            raise invalid("count")
        known = [chat for chat in self._phones.chats.values() if chat.group and chat.reached]
        listed = [
            {"group_id": chat.id, "name": chat.name, "total_member": len(chat.members), "status": "enabled"}
            for chat in known[offset : offset + count]
        ]
        return {"total": len(known), "count": len(listed), "offset": offset, "groups": listed}

    async def tag(self, asked: Asked) -> Any:
        contact, tag = self._tagging(asked)
        if tag not in contact.tags:
            contact.tags.append(tag)
        self._webhook.happened(self._events.tagged(contact, tag, str(self._clock.ms())))

    async def untag(self, asked: Asked) -> Any:
        contact, tag = self._tagging(asked)
        if tag in contact.tags:
            contact.tags.remove(tag)

    async def remove_tag(self, asked: Asked) -> Any:
        tag = asked.get("tag_name")
        if not isinstance(tag, str) or not tag:
            raise invalid("tag_name")
        for contact in self._contacts.all.values():
            if tag in contact.tags:
                contact.tags.remove(tag)

    async def tags(self, _: Asked) -> Any:
        return sorted({tag for contact in self._contacts.all.values() for tag in contact.tags})

    def _tagging(self, asked: Asked) -> tuple[Contact, str]:
        contact, tag = self._contacts.named(asked.get("user_id")), asked.get("tag_name")
        if not isinstance(tag, str) or not tag:
            raise invalid("tag_name")
        if not contact.follower:
            raise oa(-213)
        return contact, tag

    def _fits(self, contact: Contact, asked: Asked) -> bool:
        if "is_follower" in asked and str(asked["is_follower"]).lower() != str(contact.follower).lower():
            return False
        if asked.get("tag_name") and asked["tag_name"] not in contact.tags:
            return False
        period = asked.get("last_interaction_period")
        if not period:
            return True
        if period not in PERIODS:
            raise invalid("last_interaction_period")
        if contact.last is None:
            return False
        today = self._clock.now().astimezone(VIETNAM).date()
        days = (today - contact.last.astimezone(VIETNAM).date()) // timedelta(days=1)
        return days == PERIODS[period] if PERIODS[period] < 2 else days <= PERIODS[period]


def _whole(text: Any) -> int | None:
    return int(text) if str(text).isdecimal() else None
