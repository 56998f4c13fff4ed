"""What each role may do. A missing pair is the prohibition; whose conversations, the unit says."""

from collections.abc import Mapping
from enum import Enum

from storage.audit import Act
from storage.staff import Role


class Action(Enum):
    """Something that can be asked of the console; the value is what an attempt is called in the audit."""

    LIST = Act.LIST
    VIEW = Act.VIEW
    SEARCH = Act.SEARCH
    STREAM = Act.STREAM
    TAKE = Act.TAKE
    REPLY = Act.REPLY
    GIVE_BACK = Act.GIVE_BACK
    NOTE = Act.NOTE
    REVEAL = Act.REVEAL
    EXPORT = Act.EXPORT
    CANNED = Act.CANNED
    MOVE = Act.UNIT
    HEALTH = Act.HEALTH
    SEND_AGAIN = Act.SEND_AGAIN
    AUDIT = Act.AUDIT
    STAFF = Act.STAFF


_LOOK = frozenset({Action.LIST, Action.VIEW, Action.SEARCH, Action.STREAM})
_HELP = frozenset({Action.TAKE, Action.REPLY, Action.GIVE_BACK, Action.NOTE, Action.REVEAL})

RIGHTS: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _LOOK,
    Role.OFFICER: _LOOK | _HELP,
    Role.EDITOR: _LOOK | {Action.CANNED},
    Role.ADMINISTRATOR: frozenset(Action),
}


def may(role: Role, action: Action) -> bool:
    return action in RIGHTS[role]


def mays(role: Role) -> dict[str, bool]:
    """Every action by its name in small letters, and whether this role may: for the pages."""
    return {action.name.lower(): may(role, action) for action in Action}
