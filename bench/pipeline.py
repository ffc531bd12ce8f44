"""Our whole pipeline: reminders that come up are decided, claimed, encrypted, posted over TLS and recorded.

Run by bench/reminders.py as `python -m bench.pipeline CONFIG`. On SQLite this process is `homeplan worker`;
on PostgreSQL it only watches, and `homeplan worker` processes do the work.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from bench.crowd import KEY, SUBJECT, add_patients, make_due, subscriptions
from bench.processes import ROOT, cpu_s, parent_of
from homeplan.clock import SystemClock, to_ms
from homeplan.db import Database, Tx, migrate, open_database
from homeplan.delivery.webpush.send import web_push_of
from homeplan.reminders import worker as reminders
from homeplan.settings import Settings

CLINICS = 4
LIMIT_S = 300.0

COUNT = """
SELECT MIN(planned_at) AS began, COUNT(*) AS planned, COUNT(CASE WHEN status = 'sent' THEN 1 END) AS sent
FROM deliveries WHERE planned_at >= :since"""


class Config(Struct, frozen=True, kw_only=True):
    """The case to measure. `url` and `workers` are for PostgreSQL; without a url it is SQLite on a disk."""

    origin: str
    service_pid: int
    reminders: int
    rounds: int
    url: str | None = None
    workers: int = 2


async def measure(config: Config) -> dict[str, Any]:
    """The median round, with the processor time that each part took for 1,000 reminders."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        url = config.url or f"sqlite:///{folder}/homeplan.sqlite"
        db = await open_database(url)
        try:
            now = SystemClock().now()
            await migrate(db, now)
            await add_patients(db, subscriptions(config.reminders, config.origin), clinics=CLINICS, now=now)
            settings = Settings(
                database_url=url, vapid_private_key=KEY, vapid_subject=SUBJECT, push_hosts=(config.origin,)
            )
            async with _working(config, settings, db) as pids:
                await _burst(config, db, pids, "warm-up")
                await db.write(lambda tx: tx.execute("ANALYZE"))  # as autovacuum does in the life of a server
                rounds = [await _burst(config, db, pids, f"round-{i}") for i in range(config.rounds)]
        finally:
            await db.close()
    return sorted(rounds, key=lambda found: float(found["per_s"]))[len(rounds) // 2]


async def _burst(config: Config, db: Database, pids: list[int], turn: str) -> dict[str, Any]:
    began = SystemClock().now()
    since = to_ms(began - timedelta(milliseconds=1))
    await make_due(db, config.reminders, clinics=CLINICS, turn=turn, now=began)
    parts = {"ours": pids, "service": [config.service_pid]}
    if config.url is not None:
        parts["database"] = [await db.read(_server_pid)]
    before = {name: sum(map(cpu_s, those)) for name, those in parts.items()}
    sent, first = 0, 0
    while sent < config.reminders:
        await asyncio.sleep(0.05)
        row = await db.read(lambda tx: tx.fetch_one(COUNT, since=since))
        assert row is not None
        sent, first = row["sent"], row["began"] or 0
        if time.time() - began.timestamp() > LIMIT_S:
            raise TimeoutError(f"{sent} of {config.reminders} were sent in {LIMIT_S:.0f} s")
    seconds = time.time() - first / 1000
    used = {name: sum(map(cpu_s, those)) - before[name] for name, those in parts.items()}
    return {
        "per_s": config.reminders / seconds,
        "seconds": seconds,
        "cpu_s": {name: spent / config.reminders * 1000 for name, spent in used.items()},
        "service_busy": used["service"] / seconds,
    }


@asynccontextmanager
async def _working(config: Config, settings: Settings, db: Database) -> AsyncIterator[list[int]]:
    """Workers as they run in production, and the ids of the processes that they are."""
    if config.url is None:
        stop = asyncio.Event()
        task = asyncio.create_task(_work(settings, db, stop))
        try:
            yield [os.getpid()]
        finally:
            stop.set()
            await task
        return
    command = [sys.executable, "-m", "homeplan", "worker"]
    env = {
        **os.environ,
        "HOMEPLAN_DATABASE_URL": config.url,
        "HOMEPLAN_VAPID_PRIVATE_KEY": KEY,
        "HOMEPLAN_VAPID_SUBJECT": SUBJECT,
        "HOMEPLAN_PUSH_HOSTS": config.origin,
    }
    processes = [subprocess.Popen(command, env=env, cwd=ROOT) for _ in range(config.workers)]  # noqa: ASYNC220 - before it counts
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


async def _work(settings: Settings, db: Database, stop: asyncio.Event) -> None:
    web_push = web_push_of(settings)
    assert web_push is not None
    async with web_push:
        await reminders.run(db, {"webpush": web_push}, SystemClock(), stop)


async def _server_pid(tx: Tx) -> int:
    """The server on this machine: the process above the one that answers."""
    backend = await tx.fetch_value("SELECT pg_backend_pid()")
    return parent_of(int(backend))


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(msgspec.json.decode(sys.argv[1], type=Config)))))
