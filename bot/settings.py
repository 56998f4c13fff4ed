"""What the environment says: every setting with its default, checked in one place; a wrong one is a sentence."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

from flows.core.hours import Week

PREFIX = "DONGHANH_"
SQLITE = "sqlite:///"
SAMPLE_UNIT = Path(__file__).parent / "unit_sample.toml"


class SettingError(Exception):
    """A setting is wrong or missing; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class UnitCard:
    """The unit that runs this assistant, as citizens read it. `week`: its hours as `flows/core/hours.py` reads them; `code`:
    which unit of the console it is; both may be left out."""

    name: str
    address: str
    hours: str
    phone: str
    week: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `port` 0 takes a free one; `public_url` is where people reach the page, if not host and port. A channel
    is on when it has a token (or, Zalo OA, an app id). `registry_url` empty is the simulated registry in this process, over a
    database and a key of its own (beside the house's, if not said); "none" is none (guidance only); else an address."""

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = "sqlite:///data/donghanh.db"
    public_url: str = ""
    key_file: Path = Path("keys/donghanh.key")
    unit_file: Path = SAMPLE_UNIT
    keep_days: int = 90
    backup_days: int = 30
    erasures_file: Path = Path()
    telegram_token: tuple[str, ...] = ()
    telegram_api: str = "https://api.telegram.org"
    telegram_secret: str = ""
    telegram_mode: str = "webhook"
    zalo_bot_token: tuple[str, ...] = ()
    zalo_bot_api: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_secret: str = ""
    zalo_bot_mode: str = "webhook"
    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: str = ""
    zalo_oa_secret_key: str = ""
    zalo_oa_api: str = "https://openapi.zalo.me"
    zalo_oauth: str = "https://oauth.zaloapp.com"
    zalo_zbs: str = "https://business.openapi.zalo.me"
    zalo_switches: tuple[str, ...] = ()
    registry_url: str = ""
    registry_client: str = "donghanh"
    registry_secret: str = ""
    registry_database_url: str = ""
    registry_key_file: Path = Path()

    def __repr__(self) -> str:
        """Without a value: half of them are secrets."""
        return f"Settings({', '.join(f.name for f in fields(self) if getattr(self, f.name) != f.default)} set)"

    @property
    def home(self) -> str:
        """Where people reach the house."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people come by HTTPS (then the cookie may only travel so)."""
        return self.public_url.startswith("https://")

    @property
    def erasures(self) -> Path:
        """Where it is written down that something was erased: beside a SQLite database, if not said."""
        if self.erasures_file.name:
            return self.erasures_file
        if self.database_url.startswith(SQLITE):
            return Path(self.database_url.removeprefix(SQLITE)).with_name("erasures.log")
        return Path("data/erasures.log")

    @property
    def registry_database(self) -> str:
        """Where the simulated registry keeps what is its own."""
        if self.registry_database_url or not self.database_url.startswith(SQLITE):
            return self.registry_database_url or f"{SQLITE}data/registry.db"
        return f"{SQLITE}{Path(self.database_url.removeprefix(SQLITE)).with_name('registry.db')}"

    @property
    def registry_key(self) -> Path:
        """The key of the simulated registry's database."""
        return self.registry_key_file if self.registry_key_file.name else self.key_file.with_name("registry.key")


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from DONGHANH_… variables. SettingError names every wrong one at once."""
    wrong: list[str] = []
    given = {k.removeprefix(PREFIX).lower(): v.strip() for k, v in environment.items() if k.startswith(PREFIX)}
    known = {f.name for f in fields(Settings)}
    values: dict[str, object] = {}
    for name, value in sorted(given.items()):
        if name not in known:
            near = ", ".join(PREFIX + k.upper() for k in sorted(known))
            wrong.append(f"{PREFIX}{name.upper()} is no setting of ours; there are {near}.")
        elif value:
            _read_one(name, value, values, wrong)
    settings = Settings(**values)  # type: ignore[arg-type]
    wrong += dict.fromkeys(_wrong_together(settings))
    if wrong:
        raise SettingError("\n".join(wrong))
    return settings


def _wrong_together(settings: Settings) -> list[str]:
    """What is wrong only beside something else."""
    wrong = []
    keys = {"KEY_FILE": settings.key_file, "REGISTRY_KEY_FILE": settings.registry_key}
    for url in (settings.database_url, settings.registry_database):
        folder = Path(url.removeprefix(SQLITE)).parent.absolute()
        for name, key in keys.items():
            if url.startswith(SQLITE) and key.absolute().is_relative_to(folder):
                wrong.append(
                    f"{PREFIX}{name} lies in the folder of the database ({folder}); whoever copies that folder would "
                    "have the key as well. Put it elsewhere."
                )
    if settings.registry_database == settings.database_url:
        wrong.append(f"{PREFIX}REGISTRY_DATABASE_URL is the database of the conversations; the registry needs its own.")
    if settings.registry_url not in ("", "none") and not settings.registry_secret:
        wrong.append(
            f"{PREFIX}REGISTRY_URL is given without {PREFIX}REGISTRY_SECRET, the secret by which that registry knows this "
            "house."
        )
    return wrong


def _read_one(name: str, value: str, values: dict[str, object], wrong: list[str]) -> None:
    label = PREFIX + name.upper()
    match name:
        case "port":
            if value.isascii() and value.isdecimal() and int(value) <= 65535:
                values[name] = int(value)
            else:
                wrong.append(f"{label} is “{value}”; give a number from 0 to 65535 (0 takes a free port).")
        case "keep_days" | "backup_days":
            if value.isascii() and value.isdecimal() and 1 <= int(value) <= 3650:
                values[name] = int(value)
            else:
                wrong.append(f"{label} is “{value}”; give a number of days from 1 to 3650.")
        case "database_url" | "registry_database_url":
            if value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
                values[name] = value.replace("postgresql://", "postgresql+psycopg://", 1)
            else:
                wrong.append(f"{label} must begin with sqlite:/// or postgresql://.")
        case "telegram_token" | "zalo_bot_token":
            tokens = tuple(dict.fromkeys(value.replace(",", " ").split()))
            if all(":" in token for token in tokens):
                values[name] = tokens
            else:
                wrong.append(
                    f"{label} lists something that is no token (number, colon, letters). It is not repeated here."
                )
        case "zalo_switches":
            values[name] = tuple(value.replace(",", " ").split())
        case "telegram_mode" | "zalo_bot_mode":
            if value in ("webhook", "polling"):
                values[name] = value
            else:
                wrong.append(f"{label} is “{value}”; give webhook or polling.")
        case "telegram_api" | "zalo_bot_api" | "zalo_oa_api" | "zalo_oauth" | "zalo_zbs" | "public_url":
            if value.startswith(("http://", "https://")):
                values[name] = value.rstrip("/")
            else:
                wrong.append(f"{label} is “{value}”; give an address with https:// before it.")
        case "registry_url":
            if value == "none" or value.startswith(
                ("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")
            ):
                values[name] = value.rstrip("/")
            else:
                wrong.append(
                    f"{label} is “{value}”; give an address with https:// before it, none for no registry, or nothing for the "
                    "simulated one."
                )
        case "key_file" | "unit_file" | "registry_key_file" | "erasures_file":
            values[name] = Path(value)
        case _:
            values[name] = value


def unit_cards(path: Path) -> tuple[UnitCard, dict[str, UnitCard]]:
    """The card of the unit, from TOML, and those of other units by the bot that is theirs (`[bots."telegram:123456"]`; what
    such a card leaves out is the main one's). SettingError for a file that is missing, unreadable or incomplete."""
    label = f"{PREFIX}UNIT_FILE"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingError(f"{label}: there is no file {path}; copy {SAMPLE_UNIT.name} and fill it in.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{label}: {path} cannot be read: {error}.") from error
    wanted = [f.name for f in fields(UnitCard) if f.default is MISSING]
    lost = [w for w in wanted if not str(written.get(w, "")).strip()]
    if lost:
        raise SettingError(f"{label}: {path} lacks {', '.join(lost)}; people read these, so none may be empty.")
    main = {w: str(written[w]).strip() for w in wanted}
    bots = written.get("bots", {})
    if not isinstance(bots, dict) or not all(isinstance(card, dict) for card in bots.values()):
        raise SettingError(f'{label}: in {path}, write a bot\'s own card under [bots."telegram:123456"].')
    own = {bot: {w: str(card.get(w, "")).strip() or main[w] for w in wanted} for bot, card in bots.items()}
    week, code = (str(written.get(w, "")).strip() for w in ("week", "code"))
    if week and Week.read(week) is None:
        raise SettingError(
            f"{label}: {path}: “{week}” is no week; write it like “2-6 07:30-11:30 13:30-16:30; 7 08:00-11:00”."
        )
    return UnitCard(**main, week=week, code=code), {bot: UnitCard(**card) for bot, card in own.items()}
