"""What one send costs: ours, python-telegram-bot as it comes and on the same backend, and aiohttp alone.

    python -m benchmarks.send [COUNT]

CPU of this process per `sendMessage` with two buttons, against a sink on the loopback in another process; best of three rounds.
"""

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from bot.channels.telegram import Telegram
from bot.channels.telegram.wire import Wire
from bot.house import signs
from bot.message import Letter, Mark, Sent
from bot.ports import SystemClock
from bot.settings import Settings
from flows.speech import Address, Offer

TOKEN = "9000000001:AAmoPhong_khong_phai_that_0123456789"
TEXT = "Bác bấm “Kích hoạt tài khoản định danh điện tử” ở màn hình đầu.\nKhông thấy thì bác cho cháu biết màn hình hiện gì."
OFFER = Offer("activate.entry", (("welcome_screen", "Thấy nút đó rồi"), ("other", "Màn hình khác")))
ANSWER = {
    "ok": True,
    "result": {"message_id": 1, "date": 1795320000, "chat": {"id": 1, "type": "private"}, "text": "x"},
}


def sink(pipe: "multiprocessing.connection.Connection") -> None:
    """Answers every call at once."""

    async def serve() -> None:
        async def answer(request: web.Request) -> web.Response:
            await request.read()
            return web.json_response(ANSWER)

        app = web.Application()
        app.router.add_post("/{tail:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        pipe.send(site._server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    asyncio.run(serve())


async def measured(name: str, send: Callable[[], Awaitable[object]], count: int) -> None:
    for at_once in (1, 32):
        best_cpu, best_rate = float("inf"), 0.0
        for _ in range(3):
            waiting = iter(range(count))

            async def lane(waiting: "object" = waiting) -> None:
                for _ in waiting:  # type: ignore[attr-defined]
                    await send()

            before, begun = _cpu(), time.perf_counter()
            await asyncio.gather(*(lane() for _ in range(at_once)))
            best_cpu = min(best_cpu, (_cpu() - before) / count * 1e6)
            best_rate = max(best_rate, count / (time.perf_counter() - begun))
        sys.stdout.write(f"{name:42} {at_once:3} in flight {best_cpu:7.0f} µs CPU a send {best_rate:7.0f}/s\n")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main(count: int) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sink, args=(theirs,), daemon=True)
    process.start()
    base = f"http://127.0.0.1:{ours.recv()}"
    settings = Settings(telegram_token=(TOKEN,), telegram_api=base, telegram_mode="polling")
    channel = Telegram(settings, None, SystemClock(), lambda _: None, signs("commands", "buttons"))  # type: ignore[arg-type]
    letter = Letter(Address("telegram", "9000000001", "77"), 1, TEXT, OFFER, Mark.NONE, "activate.entry")
    rows = [[InlineKeyboardButton(label, callback_data=f"{OFFER.place}|{exit_}")] for exit_, label in OFFER.choices]
    markup = InlineKeyboardMarkup(rows)

    async def house() -> None:
        assert isinstance(await channel.send(letter), Sent)

    await measured("ours: a letter through the channel", house, count)
    await channel.stop()
    wire = Wire()
    same = Bot(TOKEN, base_url=f"{base}/bot", request=wire)
    await measured("python-telegram-bot, our backend", lambda: same.send_message(77, TEXT, reply_markup=markup), count)
    await wire.shutdown()
    request = HTTPXRequest(connection_pool_size=64)
    plain = Bot(TOKEN, base_url=f"{base}/bot", request=request)
    await request.initialize()
    await measured(
        "python-telegram-bot, its own backend", lambda: plain.send_message(77, TEXT, reply_markup=markup), count
    )
    await request.shutdown()
    fields = {"chat_id": "77", "text": TEXT, "reply_markup": markup.to_json()}
    async with aiohttp.ClientSession() as session:

        async def bare() -> None:
            async with session.post(f"{base}/bot{TOKEN}/sendMessage", data=fields) as answer:
                await answer.json()

        await measured("aiohttp alone", bare, count)
    process.terminate()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500))
