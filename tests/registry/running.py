"""A registry that is served: in a thread of this process, or as the command, to be killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot.commands.registry import READY
from bot.registry.api.application import application
from bot.registry.options import Options
from bot.registry.registry import Registry, build
from storage.vault import Vault
from tests.registry.office import IN_TESTS, KEY

ROOT = Path(__file__).parents[2]
CHEAP = ("--port", "0", "--people", "400", "--hash-cost", "8,1,1", "--approval", "hand")


@contextlib.contextmanager
def in_thread(url: str, options: Options = IN_TESTS) -> Iterator[tuple[str, Registry]]:
    """The address of a registry that runs in a thread."""
    with build(url, Vault(KEY), options) as registry, socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(application(registry), log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", registry
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@dataclass(slots=True)
class Running:
    """The command `bot registry` as a process."""

    process: subprocess.Popen[str]
    url: str  # up to and with /v1

    def kill(self) -> None:
        """kill -9."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def start(folder: Path, *arguments: str, database: str = "") -> Running:
    """Start the command with everything in `folder` and wait until it is ready; RuntimeError with its words if it ends."""
    url = database or f"sqlite:///{folder}/kept/registry.db"
    return _started(folder, "bot", "registry", "--database", url, *(arguments or CHEAP))


def start_serving(folder: Path, url: str, sms_url: str, death: str = "never", mutant: str = "") -> Running:
    """Start `tests.registry.serve`, which ends itself when it is told to."""
    return _started(folder, "tests.registry.serve", url, sms_url, str(folder / "registry.key"), death, mutant)


def _started(folder: Path, module: str, *arguments: str) -> Running:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DONGHANH_")}
    key = folder / "registry.key"
    if not key.exists():
        key.write_text(KEY.hex(), encoding="ascii")
    environment = {
        **clean,
        "DONGHANH_KEY_FILE": str(key),
        "DONGHANH_DATABASE_URL": f"sqlite:///{folder}/house/house.db",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        if line.startswith(READY):
            return Running(process, line.removeprefix(READY).strip())
        said.append(line)
    process.stdout.close()
    raise RuntimeError(f"it ended with {process.wait(timeout=30)}: {''.join(said)}")
