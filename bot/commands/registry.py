"""Start the simulated registry alone (MÔ PHỎNG, invented people only), or show its document or a client's secret."""

import argparse
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from datetime import timedelta

from bot.settings import SettingError, Settings, read
from storage.store import AlreadyServedError
from storage.vault import KeyMissingError, open_key

READY = "MÔ PHỎNG, the simulated registry is ready: "
DRAIN_SECONDS = 5


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    try:
        if given.openapi:
            sys.stdout.write(document())
            return 0
        settings = read(os.environ)
        if given.client:
            sys.stdout.write(_secret(settings, given.client) + "\n")
            return 0
        return serve(settings, given)
    except SettingError as error:
        sentence = str(error)
    except KeyMissingError as error:
        sentence = f"The key does not fit: {error}. Give the key file this registry was made with (DONGHANH_REGISTRY_KEY_FILE)."
    except AlreadyServedError as error:
        sentence = f"Another process serves {error} already. Stop that one first, or give --database another file."
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        sentence = (
            'PostgreSQL needs one package more: .venv/bin/python -m pip install "psycopg[binary]". Or use SQLite.'
        )
    except OSError as error:
        sentence = f"It did not work: {error}."
    sys.stderr.write(sentence + "\n")
    return 2


def document() -> str:
    """The OpenAPI document as `docs/registry-openapi.json` keeps it."""
    from bot.registry.api import application

    return json.dumps(application.document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def serve(settings: Settings, given: argparse.Namespace) -> int:
    """Serve until told to stop."""
    import uvicorn

    from bot.registry.api.application import application
    from bot.registry.options import Approval, Cost, Notice, Options
    from bot.registry.registry import build

    options = Options(
        people=given.people, hashing=Cost(*given.hash_cost), approval=Approval(given.approval),
        approval_after=timedelta(seconds=given.approval_seconds), notice=Notice(given.notice), sms_url=given.sms_url,
        sms_token=os.environ.get("REGISTRY_SMS_TOKEN", ""), public_url=given.public_url,
    )  # fmt: skip
    url = _database(settings, given)
    with (
        _listen(settings.host, given.port) as listening,
        build(url, open_key(settings.registry_key), options, serve=True) as registry,
    ):
        host, port = listening.getsockname()[:2]
        config = uvicorn.Config(
            application(registry), log_level="warning", access_log=False, server_header=False, loop="uvloop",
            http="httptools", ws="none", timeout_graceful_shutdown=DRAIN_SECONDS,
        )  # fmt: skip

        class Server(uvicorn.Server):
            """Says one ready line, and lets long polls go when it is told to stop."""

            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets=sockets)
                sys.stdout.write(f"{READY}http://{f'[{host}]' if ':' in host else host}:{port}/v1\n")
                sys.stdout.flush()

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                registry.closing.set()
                await super().shutdown(sockets=sockets)

        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, lambda *_: None)
        Server(config).run(sockets=[listening])
    return 0


def _secret(settings: Settings, client: str) -> str:
    """The secret of a client: it follows from the key, so whoever can read the key file can know it."""
    from bot.registry.clients import Clients
    from bot.registry.options import Options

    options = Options()
    if client not in options.clients:
        raise SettingError(f"There is no client “{client}”; there are {', '.join(sorted(options.clients))}.")
    return Clients(open_key(settings.registry_key), options).secret(client)


def _database(settings: Settings, given: argparse.Namespace) -> str:
    url: str = given.database or settings.registry_database
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url == settings.database_url:
        raise SettingError(
            "The registry is another house: it needs a database of its own, not the assistant's (DONGHANH_DATABASE_URL)."
        )
    return url


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingError(
            f"{host}:{port} cannot be taken ({error.strerror}). Give --port another number, or 0 for a free one."
        ) from error
    return listening


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bot registry", description=__doc__)
    add = parser.add_argument
    add("--port", type=_number(0, 65_535), default=8090, help="the port; 0 takes a free one")
    add("--people", type=_number(1, 999_999), default=1_000, help="how many invented people; the same ones every time")
    add("--database", default="", help="a database of its own (DONGHANH_REGISTRY_DATABASE_URL)")
    add("--approval", choices=("hand", "clock", "queue"), default="clock", help="who answers applications")
    add("--approval-seconds", type=_number(0, 864_000), default=20, help="after how long, or one each so long")
    add("--notice", choices=("sms", "app"), default="sms", help="how a person learns of the approval")
    add(
        "--sms-url",
        default="",
        help="a provider to POST SMS to (token: REGISTRY_SMS_TOKEN); default: an inbox in memory",
    )
    add("--public-url", default="", help="where people reach its own pages (/lien-ket); default: where it is asked")
    add("--hash-cost", type=_cost, default=(19 * 1024, 2, 1), help="argon2id: KiB,rounds,lanes")
    add("--openapi", action="store_true", help="print the OpenAPI document and end")
    add("--client", default="", help="print the secret of a client (donghanh, officer) and end")
    return parser


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"give a number from {least} to {most}")
        return int(text)

    return number


def _cost(text: str) -> tuple[int, int, int]:
    parts = text.split(",")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError("give three numbers, such as 19456,2,1")
    return int(parts[0]), int(parts[1]), int(parts[2])
