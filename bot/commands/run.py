"""Start the house: the web page and the conversation, until SIGTERM or Ctrl-C."""

import argparse
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from bot import main as house_main
from bot.settings import SettingError, Settings, read
from storage.store import AlreadyServedError
from storage.vault import KeyMissingError

DRAIN_SECONDS = 8


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser("python -m bot run", description=__doc__).parse_args(arguments)
    return sentenced(lambda: serve(read(os.environ)))


def sentenced(work: Callable[[], int]) -> int:
    """Run `work`; what is wrong with the surroundings is a sentence and 2, never a traceback."""
    try:
        return work()
    except SettingError as error:
        sentence = str(error)
    except KeyMissingError as error:
        sentence = (
            f"The key does not fit: {error}. Give the key file this database was made with (DONGHANH_KEY_FILE), or "
            "another database (DONGHANH_DATABASE_URL)."
        )
    except AlreadyServedError as error:
        sentence = (
            f"Another process serves {error} already. Stop that one first, or give DONGHANH_DATABASE_URL another file."
        )
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        sentence = (
            'PostgreSQL needs one package more: .venv/bin/python -m pip install "psycopg[binary]". Or use SQLite.'
        )
    except OSError as error:
        sentence = f"It did not work: {error}."
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("sqlalchemy", "storage"):
            raise
        sentence = f"The database cannot be used: {getattr(error, 'orig', None) or error}. See DONGHANH_DATABASE_URL."
    sys.stderr.write(sentence + "\n")
    return 2


def serve(settings: Settings) -> int:
    """Serve until told to stop; then finish what was begun, at most ten seconds."""
    listening = _listen(settings)
    settings = replace(settings, port=listening.getsockname()[1])  # 0 took a free one
    with house_main.build(settings, serve=True) as house:
        app = house_main.application(house)
        server = _Server(
            uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, loop="uvloop", http="httptools",
                ws="none", timeout_graceful_shutdown=DRAIN_SECONDS, timeout_keep_alive=30,
            ),
            closing=lambda: [let_go() for let_go in app.state.letting_go],
            ready=f"Đồng Hành is ready: {_reached(settings, _address(listening))}",
        )  # fmt: skip
        # uvicorn takes the signals while it runs and raises them again when it has drained: then they have done their work.
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, lambda *_: None)
        server.run(sockets=[listening])
    return 0


class _Server(uvicorn.Server):
    """Says one ready line when it can be talked to, and lets open streams go when it is told to stop."""

    def __init__(self, config: uvicorn.Config, *, closing: Callable[[], object], ready: str) -> None:
        super().__init__(config)
        self._closing, self._ready = closing, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        sys.stdout.write(self._ready + "\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing()
        await super().shutdown(sockets=sockets)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        raise SettingError(
            f"{settings.host}:{settings.port} cannot be taken ({error.strerror}). Another program may use the port: "
            "set DONGHANH_PORT to another, or to 0 for a free one."
        ) from error
    return listening


def _reached(settings: Settings, address: str) -> str:
    return f"{settings.public_url} (listening on {address})" if settings.public_url else address


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
