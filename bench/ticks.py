"""The database time of a tick of the reminder worker, by stored and by due reminders.

Run by bench/reminders.py as `python -m bench.ticks CONFIG`. Pushes are answered at once, without a network.
"""

import json
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta

import msgspec
import uvloop
from msgspec import Struct

from bench.crowd import KEY, SUBJECT, add_patients, make_due, store, subscriptions
from homeplan.clock import SystemClock
from homeplan.db import Database, migrate, open_database
from homeplan.delivery.model import Claimed, Outcome, Sent, Subscription
from homeplan.delivery.webpush.compose import Message, compose
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.reminders import worker

KEYRING = Keyring(KEY, subject=SUBJECT)
DUE = 1000
EMPTY_TICKS = 500
ROUNDS = 5


class Config(Struct, frozen=True, kw_only=True):
    """Number of stored reminders that are not due; without a url it is SQLite on a disk."""

    stored: int
    url: str | None = None


class Instant:
    """Takes every push at once."""

    def validate(self, to: Subscription) -> None:
        """Every address is good."""

    def compose(self, claimed: Claimed, to: Subscription, now: datetime) -> Message:
        return compose(claimed, to, now, site="https://clinic.example", keyring=KEYRING)

    async def send(self, message: Message, now: datetime) -> Outcome:  # noqa: ARG002
        return Sent(201)


async def measure(config: Config) -> dict[str, float]:
    """The median tick with nothing due (µs) and the median one with 1,000 due, to its last record (ms)."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        db = await open_database(config.url or f"sqlite:///{folder}/homeplan.sqlite")
        try:
            now = SystemClock().now()
            await migrate(db, now)
            await add_patients(db, subscriptions(DUE, "https://push.example"), clinics=1, now=now)
            await store(db, config.stored)
            await db.write(lambda tx: tx.execute("ANALYZE"))
            await make_due(db, DUE, clinics=1, turn="warm-up", now=now)
            await _tick(db, now)
            await db.write(lambda tx: tx.execute("ANALYZE"))
            empty = [await _timed(db, now) for _ in range(EMPTY_TICKS)]
            due = []
            for i in range(ROUNDS):
                await make_due(db, DUE, clinics=1, turn=f"round-{i}", now=now)
                due.append(await _timed(db, now + timedelta(seconds=1)))
        finally:
            await db.close()
    return {"empty_us": statistics.median(empty) * 1e6, "due_ms": statistics.median(due) * 1e3}


async def _timed(db: Database, now: datetime) -> float:
    began = time.perf_counter()
    await _tick(db, now)
    return time.perf_counter() - began


async def _tick(db: Database, now: datetime) -> None:
    await worker.tick(db, {"webpush": Instant()}, now)


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(msgspec.json.decode(sys.argv[1], type=Config)))))
