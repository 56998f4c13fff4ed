"""getUpdates, setWebhook, deleteWebhook, getWebhookInfo: how a bot hears."""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from bot.emulators.telegram.faults import Trouble
from bot.emulators.telegram.hook import Hook
from bot.emulators.telegram.methods.call import Call, carried_out, method
from bot.emulators.telegram.parameters import Parameters, is_loopback
from bot.emulators.telegram.refusal import Refused, conflict

PORTS = (443, 80, 88, 8443)
LONGEST_POLL = 50
MOST_CONNECTIONS, USUAL_CONNECTIONS = 100, 40


@method("getUpdates")
async def get_updates(call: Call) -> Any:
    emulator, given = call.emulator, call.parameters
    ear = emulator.ears[call.bot.id]
    if ear.hook:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    offset, limit = given.integer("offset"), given.integer("limit", 100, 1, 100)
    timeout = given.integer("timeout", 0, 0, LONGEST_POLL)
    ear.updates.allow(_allowed(given))
    emulator.end_poll(
        call.bot, "terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    echo = _echo(call, offset)
    until = emulator.clock.time() + timeout
    while not (found := ear.updates.read(offset, limit)) and not echo and timeout:
        over = ear.poll = asyncio.Event()
        changed = ear.updates.changed
        await _either(call, changed, over, until)
        if over.is_set():
            raise conflict(ear.poll_ended_by or "terminated")
        ear.poll = None
        if emulator.clock.time() >= until:
            found = ear.updates.read(offset, limit)
            break
    return [*echo, *(update.json() for update in found)][:limit]


async def _either(call: Call, changed: asyncio.Event, over: asyncio.Event, until: float) -> None:
    ending = asyncio.create_task(over.wait())
    ending.add_done_callback(lambda _: changed.set())
    try:
        await call.emulator.clock.wait(changed, until)
    finally:
        ending.cancel()


def _echo(call: Call, offset: int) -> list[Any]:
    """The fault "duplicate" for who polls: what was just confirmed comes once more."""
    pending = [u for u in call.emulator.ears[call.bot.id].updates.pending() if 0 < u.id < offset]
    if pending and call.emulator.faults.strikes((Trouble.DUPLICATE,)):
        call.emulator.journal.note("fault", kind="duplicate", update=pending[-1].id)
        return [pending[-1].json()]
    return []


@method("setWebhook")
async def set_webhook(call: Call) -> Any:
    emulator, given = call.emulator, call.parameters
    ear, url = emulator.ears[call.bot.id], given.text("url")
    if url:
        _check_address(url)
        secret = given.text("secret_token")
        if len(secret) > 256:
            raise Refused(400, "Bad Request: secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
    if given.flag("drop_pending_updates"):
        ear.updates.clear()
    if ear.hook:
        await ear.hook.close()
        ear.hook = None
    if not url:
        return True
    emulator.end_poll(call.bot, "terminated by setWebhook request")
    ear.updates.allow(_allowed(given))
    most = given.integer("max_connections", USUAL_CONNECTIONS, 1, MOST_CONNECTIONS)

    async def carry_out(answer: dict[str, Any]) -> None:
        name, parameters = str(answer.pop("method")), Parameters.of(answer)
        number = emulator.journal.note(
            "call", bot=call.bot.id, method=name, parameters=parameters.told(), by="webhook answer"
        )
        try:
            result = await carried_out(emulator, call.bot, name, parameters)
            emulator.journal.note("effect", call=number, bot=call.bot.id, method=name, result=result)
        except Refused as refused:
            emulator.journal.note("refused", call=number, bot=call.bot.id, method=name, answer=refused.answer())

    def gone() -> None:
        ear.hook = None

    ear.hook = Hook(
        call.bot.id, url, given.text("secret_token"), most, ear.updates, emulator.clock, emulator.journal, emulator.faults,
        carry_out, gone,
    )  # fmt: skip
    ear.hook.open()
    return True


@method("deleteWebhook")
async def delete_webhook(call: Call) -> Any:
    kept = {name: value for name, value in call.parameters.texts.items() if name == "drop_pending_updates"}
    return await set_webhook(Call(call.emulator, call.bot, Parameters(kept)))


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> Any:
    ear = call.emulator.ears[call.bot.id]
    hook = ear.hook
    told: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(ear.updates.pending()),
    }
    if hook:
        told["max_connections"] = hook.most
        if hook.last_error_at:
            told |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    if ear.updates.allowed is not None:
        told["allowed_updates"] = ear.updates.allowed
    return told


def _check_address(url: str) -> None:
    """As the real server started with --local for this machine, as api.telegram.org for all others."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise Refused(400, "Bad Request: invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(400, "Bad Request: invalid webhook URL specified")
    if is_loopback(url):
        return
    if parts.scheme != "https":
        raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise Refused(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _allowed(given: Parameters) -> list[str] | None:
    try:
        kinds = given.json("allowed_updates", "")
    except Refused:
        return None  # the real server overlooks what it cannot read
    return [str(kind).lower() for kind in kinds] if isinstance(kinds, list) else None
