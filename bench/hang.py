"""Delay of other reminders while one push service accepts connections and never answers, at production limits.

Run by bench/reminders.py as `python -m bench.hang CONFIG`: a burst, every other reminder of which goes to that service.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct

from bench.crowd import KEY, SUBJECT, add_patients, make_due, subscriptions
from homeplan.clock import SystemClock, to_ms
from homeplan.db import Database, migrate, open_database
from homeplan.delivery.webpush.send import web_push_of
from homeplan.reminders import worker
from homeplan.settings import Settings
from tests.delivery.judge import tls_of_this_machine

LIMIT_S = 120.0

WAITED = """
SELECT deliveries.accepted_at - :began AS ms FROM deliveries
JOIN devices ON devices.clinic_id = deliveries.clinic_id AND devices.id = deliveries.address_id
WHERE devices.endpoint LIKE :service AND deliveries.accepted_at IS NOT NULL ORDER BY ms"""


class Config(Struct, frozen=True, kw_only=True):
    """`origin` is the service that answers. Without a url it is SQLite on a disk."""

    origin: str
    reminders: int
    url: str | None = None


async def measure(config: Config) -> dict[str, float]:
    """Milliseconds from the moment they come up to the answer, of the reminders whose service answers."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        async with _hanging(Path(folder)) as silent:
            url = config.url or f"sqlite:///{folder}/homeplan.sqlite"
            db = await open_database(url)
            try:
                now = SystemClock().now()
                await migrate(db, now)
                phones = [subscriptions(config.reminders // 2, origin) for origin in (config.origin, silent)]
                mixed = [phone for pair in zip(*phones, strict=True) for phone in pair]
                await add_patients(db, mixed, clinics=1, now=now)
                settings = Settings(vapid_private_key=KEY, vapid_subject=SUBJECT, push_hosts=(config.origin, silent))
                return await _burst(config, settings, db)
            finally:
                await db.close()


async def _burst(config: Config, settings: Settings, db: Database) -> dict[str, float]:
    stop, clock = asyncio.Event(), SystemClock()
    web_push = web_push_of(settings)
    assert web_push is not None
    async with web_push:
        await make_due(db, config.reminders, clinics=1, turn="burst", now=clock.now())
        began, started = to_ms(clock.now()), time.monotonic()
        working = asyncio.create_task(worker.run(db, {"webpush": web_push}, clock, stop))
        waited: list[int] = []
        while len(waited) < config.reminders // 2:
            await asyncio.sleep(0.2)
            rows = await db.read(lambda tx: tx.fetch(WAITED, began=began, service=f"{config.origin}/%"))
            waited = [row["ms"] for row in rows]
            if time.monotonic() - started > LIMIT_S:
                raise TimeoutError(f"{len(waited)} of {config.reminders // 2} were taken in {LIMIT_S:.0f} s")
        stop.set()
        await working
    return {"p50_ms": waited[len(waited) // 2], "p99_ms": waited[len(waited) * 99 // 100], "worst_ms": waited[-1]}


@asynccontextmanager
async def _hanging(folder: Path) -> AsyncIterator[str]:
    """The origin of a service that takes what is sent to it and says nothing; this process comes to trust it."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        writer.close()

    tls, certificate = tls_of_this_machine(folder)
    _trust_too(certificate)
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _trust_too(certificate: Path) -> None:
    with certificate.open("ab") as both:
        both.write(Path(os.environ["SSL_CERT_FILE"]).read_bytes())
    os.environ["SSL_CERT_FILE"] = str(certificate)


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(msgspec.json.decode(sys.argv[1], type=Config)))))
