"""`python -m tests.registry.serve URL SMS_URL KEY_FILE [before:7|after:7|never] [forgets]`: a registry that ends itself by
kill -9 around its seventh write, right before or right after the commit. Codes may follow each other at once, since an SMS
that was perhaps sent is never sent again; everything else is as in earnest."""

import os
import signal
import socket
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from bot.commands.registry import READY
from bot.registry.api.application import application
from bot.registry.options import SMALLEST, Approval, Options, Scope
from bot.registry.registry import build
from bot.registry.sitting import Desk
from flows.core.codes import CodePolicy
from storage.registry import answers
from storage.vault import open_key
from tests.registry.office import UNHURRIED

PATIENT = Options(
    people=400,
    hashing=SMALLEST,
    codes=CodePolicy(first_wait=timedelta(0), a_day=1_000),
    approval=Approval.BY_HAND,
    paces=UNHURRIED,
    clients={"storm": frozenset(Scope)},
)


def die_around(when: str, write: int) -> None:
    """End this process around its n-th write."""
    together, sit, begun, done = Desk._together, Desk.sit, 0, 0

    def before(desk: Desk, *given: Any) -> Any:
        nonlocal begun
        made = together(desk, *given)
        begun += 1
        if begun == write:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    async def after(desk: Desk, *given: Any, **named: Any) -> Any:
        nonlocal done
        made = await sit(desk, *given, **named)
        done += 1
        if done == write:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    if when == "before":
        Desk._together = before  # type: ignore[method-assign,assignment]
    else:
        Desk.sit = after  # type: ignore[method-assign,assignment]


def main(url: str, sms_url: str, key_file: str, death: str = "never", mutant: str = "") -> None:
    when, _, write = death.partition(":")
    if write:
        die_around(when, int(write))
    if mutant == "forgets":
        answers.given = lambda *_: None
        answers.keep = lambda *_: None
    options = replace(PATIENT, sms_url=sms_url)
    with build(url, open_key(Path(key_file)), options) as registry, socket.create_server(("127.0.0.1", 0)) as listening:
        app = application(registry)
        sys.stdout.write(f"{READY}http://127.0.0.1:{listening.getsockname()[1]}/v1\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(app, log_level="error", loop="uvloop")).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
