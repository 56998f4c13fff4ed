"""The table of contents: every place of every conversation. A place's name is also its text's name.

A place that has been released is never removed; when it is renamed, `moved.py` says where it lives now.
"""

from enum import Enum


class Welcome(Enum):
    """Who we are, and where the person stands."""

    START = "start"
    WHERE = "where"
    BEFORE = "before"
    APP_ONLY = "app_only"


class Approval(Enum):
    """Has the notice come, is it genuine, how do the seven days stand."""

    START = "start"
    SENDER = "sender"
    PASTE = "paste"
    GENUINE = "genuine"
    ALTERED = "altered"
    NOT_IT = "not_it"
    SCAM = "scam"
    SCAM_DONE = "scam_done"
    SCAM_SAFE = "scam_safe"
    WHEN = "when"
    WINDOW = "window"
    IN_TIME = "in_time"
    LAST_DAY = "last_day"
    PAST = "past"
    UNKNOWN_DAY = "unknown_day"
    NOTHING = "nothing"
    LONG_WAIT = "long_wait"
    WAIT = "wait"


class Activate(Enum):
    """From the button to the message of success (F7-F14)."""

    READY = "ready"
    ENTRY = "entry"
    BUTTON = "button"
    LOGIN_BUTTON = "login_button"
    PROMPT_BUTTON = "prompt_button"
    WEB = "web"
    NUMBER = "number"
    PHONE = "phone"
    SEND = "send"
    LEVEL = "level"
    NOT_IDENTIFIED = "not_identified"
    ALREADY = "already"
    DEVICE = "device"
    OTHER_DEVICE = "other_device"
    CODE = "code"
    NEXT_SCREEN = "next_screen"
    PASSWORD = "password"
    PASSCODE = "passcode"
    QUESTIONS = "questions"
    END_SCREEN = "end_screen"
    LOOKALIKE = "lookalike"
    LOOKALIKE_LATER = "lookalike_later"
    NO_MATCH = "no_match"


class Trouble(Enum):
    """What goes wrong, each a short tree that ends in "did it help?" and in a person."""

    ENTRY = "entry"
    FORM = "form"
    PHONE = "phone"
    OLD_NUMBER = "old_number"
    SEND = "send"
    CODE = "code"
    CODE_SIM = "code_sim"
    CODE_INBOX = "code_inbox"
    CODE_AGAIN = "code_again"
    CODE_REFUSED = "code_refused"
    PASSWORD = "password"
    PASSWORD_OR_PASSCODE = "password_or_passcode"
    FORGOT_PASSWORD = "forgot_password"
    PASSCODE = "passcode"
    QUESTIONS = "questions"
    APP = "app"
    APP_WAIT = "app_wait"
    APP_UNSAFE = "app_unsafe"
    NOT_MINE = "not_mine"
    PERSON = "person"
    SOLVED = "solved"


class After(Enum):
    """Logging in, and keeping the account safe."""

    START = "start"
    LOG_IN = "log_in"
    SAFE_SECRETS = "safe_secrets"
    SAFE_CODE = "safe_code"
    SAFE_LENDING = "safe_lending"
    FINISH = "finish"


class Everywhere(Enum):
    """Understood at every place; each comes back to where the person was."""

    MENU = "menu"
    HELP = "help"
    PERSON = "person"
    ABOUT = "about"
    ADDRESS = "address"
    STOP = "stop"
    RESTART = "restart"
    BACK = "back"
