"""The app on SQLite with a burst of reminders that waits for the word. Run by bench/lag.py.

`python -m bench.host CONFIG` prints {"port", "cookie"}; a line on its standard input starts the worker; it prints
{"seconds"} when the burst is over and ends when its standard input does.
"""

import asyncio
import json
import os
import socket
import sys
import tempfile
import time

import msgspec
import uvloop
from msgspec import Struct

from bench.crowd import KEY, SUBJECT, add_patients, make_due, subscriptions
from homeplan.accounts.actions import sign_in_patient
from homeplan.clock import SystemClock
from homeplan.db import Database, migrate, open_database
from homeplan.delivery.webpush.send import web_push_of
from homeplan.ids import new_id
from homeplan.reminders import worker as reminders
from homeplan.server import Listener, run_server
from homeplan.settings import Settings
from homeplan.worker_loop import Pace, beside_requests
from tests.world import context

SENT = "SELECT COUNT(*) FROM deliveries WHERE status = 'sent'"


class Config(Struct, frozen=True, kw_only=True):
    """`per_s` paces the sender in the app's process; 0 is as fast as possible, None as the app does it."""

    origin: str
    reminders: int
    per_s: float | None = None


async def host(config: Config) -> None:
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        db = await open_database(f"sqlite:///{folder}/homeplan.sqlite")
        try:
            await _host(config, db)
        finally:
            await db.close()


async def _host(config: Config, db: Database) -> None:
    now = SystemClock().now()
    await migrate(db, now)
    await add_patients(db, subscriptions(config.reminders, config.origin), clinics=1, now=now)
    await make_due(db, config.reminders, clinics=1, turn="burst", now=now)
    sign_in = await db.write(lambda tx: sign_in_patient(context(tx, now, "c0"), "p0", new_id(now), label="bench"))
    await db.write(lambda tx: tx.execute("ANALYZE"))
    settings = Settings(vapid_private_key=KEY, vapid_subject=SUBJECT, push_hosts=(config.origin,))
    port = _free_port()
    words = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)

    async def ready() -> None:
        print(json.dumps({"port": port, "cookie": f"__Host-hp={sign_in.token}"}), flush=True)

    serving = asyncio.create_task(
        run_server(settings, db, [Listener(host="127.0.0.1", port=port)], worker=False, ready=ready)
    )
    await words.readline()
    began = time.monotonic()
    stop = asyncio.Event()
    working = asyncio.create_task(_work(config, settings, db, stop))
    while await db.read(lambda tx: tx.fetch_value(SENT)) < config.reminders:  # noqa: ASYNC110
        await asyncio.sleep(0.25)
    print(json.dumps({"seconds": time.monotonic() - began}), flush=True)
    await words.read()
    stop.set()
    await working
    os.kill(os.getpid(), 15)
    await serving


async def _work(config: Config, settings: Settings, db: Database, stop: asyncio.Event) -> None:
    web_push = web_push_of(settings)
    assert web_push is not None
    pace = beside_requests() if config.per_s is None else Pace(config.per_s or None, 10 if config.per_s else 100)
    async with web_push:
        await reminders.run(db, {"webpush": web_push}, SystemClock(), stop, pace=pace)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    uvloop.run(host(msgspec.json.decode(sys.argv[1], type=Config)))
