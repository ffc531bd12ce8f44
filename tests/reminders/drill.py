"""Reminder workers in their own processes, on an accelerated clock, so that a test can kill them."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from typing import Any

from aiohttp import ClientTimeout

from homeplan.db import Database, Tx, open_database
from homeplan.delivery import breaker
from homeplan.delivery.actions import add_device
from homeplan.delivery.model import NewDevice, SubscriptionKeys
from homeplan.delivery.rules import LEASE
from homeplan.delivery.webpush import send as sending
from homeplan.delivery.webpush import session
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.ids import new_id
from homeplan.reminders import ledger, worker
from homeplan.reminders.model import FIRST_SETTINGS
from homeplan.reminders.store import queue, reminders
from homeplan.reminders.store.reminders import from_settings
from tests.conftest import VAPID_KEY
from tests.push_service import PushService
from tests.world import World, context

SPEED = 10.0
"""A minute of lease takes six seconds."""

SITE = "https://clinic.example"
SUBJECT = "mailto:operator@clinic.example"


class FastClock:
    """An accelerated clock that all processes of a drill share."""

    def __init__(self, start: datetime, began: float):
        self.start, self.began = start, began

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.time() - self.began) * SPEED)


def work(url: str, origin: str, start: datetime, began: float) -> None:
    """The body of a worker process; SIGTERM asks it to finish."""
    logging.disable()
    # The time limit of a send must stay below the lease, which is shorter here.
    session.LIMITS.update(dict.fromkeys((False, True), ClientTimeout(total=1.5, sock_connect=1.0)))
    sending.WAIT_LIMIT_S = 0.5
    breaker.FIRST_REST_S, breaker.LONGEST_REST_S = breaker.FIRST_REST_S / SPEED, breaker.LONGEST_REST_S / SPEED
    asyncio.run(_work(url, origin, FastClock(start, began)))


async def _work(url: str, origin: str, clock: FastClock) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    db = await open_database(url)
    keyring = Keyring(VAPID_KEY, subject=SUBJECT)
    async with sending.WebPush(keyring, AllowedServices([origin]), site=SITE) as push:
        await worker.run(db, {"webpush": push}, clock, stop)
    await db.close()


class Workers:
    """`count` worker processes; a killed one is started again."""

    def __init__(self, count: int, *arguments: Any):
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._arguments = arguments
        self._running = [self._start() for _ in range(count)]
        self.kills = 0

    def kill_one(self) -> None:
        """Kill a random worker with SIGKILL and start another."""
        place = random.randrange(len(self._running))
        victim = self._running[place]
        if victim.pid is not None:
            os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        self.kills += 1
        self._running[place] = self._start()

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.join(30)
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    def _start(self) -> BaseProcess:
        process = self._context.Process(target=work, args=self._arguments, daemon=True)
        process.start()
        return process


async def settle(url: str, origin: str, clock: FastClock) -> None:
    """Step one more worker, lease by lease, until deliveries whose answer was lost are settled too."""
    db = await open_database(url)
    async with sending.WebPush(Keyring(VAPID_KEY, subject=SUBJECT), AllowedServices([origin]), site=SITE) as push:
        while (await db.read(lambda tx: ledger.figures(context(tx, clock.now())))).ledger.open:
            clock.start += LEASE
            await worker.tick(db, {"webpush": push}, clock.now())
    await db.close()


async def crowd(
    db: Database, world: World, service: PushService, due: datetime, patients: int, each: int
) -> dict[str, str]:
    """`patients` patients with one device and `each` check-in reminders, all due at `due`; returns the endpoints by
    patient."""
    clinic = await world.clinic()
    key = Keyring(VAPID_KEY, subject=SUBJECT).current
    endpoints: dict[str, str] = {}
    for _ in range(patients):
        patient = await world.patient(clinic, zone="UTC")
        made = service.subscribe(key.public)
        device = NewDevice(
            endpoint=made["endpoint"],
            keys=SubscriptionKeys(**made["keys"]),
            key_id=key.id,
            language="en",
            platform="android",
        )

        async def register(tx: Tx, patient: Any = patient, device: NewDevice = device) -> None:
            await add_device(patient.context(tx, due), patient.recipient, device)

        await db.write(register)
        endpoints[patient.id] = made["endpoint"]
    now = int(due.timestamp() * 1000)
    settings = from_settings(FIRST_SETTINGS) | {"daily_cap": each}
    rows = [
        {
            "clinic_id": clinic.id,
            "id": new_id(due),
            "patient_id": patient_id,
            "kind": "checkin",
            "weekdays": 127,
            "wall_time": f"{due.astimezone(UTC):%H:%M}",
            "zone_policy": "home",
            "second_chance_minutes": None,
            "enabled_at": now,
            "now": now,
        }
        for patient_id in endpoints
        for _ in range(each)
    ]

    async def write(tx: Tx) -> None:
        await tx.execute_many(
            reminders.UPSERT_SETTINGS,
            [{"clinic_id": clinic.id, "patient_id": patient_id, **settings} for patient_id in endpoints],
        )
        await tx.execute_many(reminders.UPSERT_REMINDER, rows)
        await tx.execute_many(
            queue.PLAN,
            [
                {
                    "clinic_id": clinic.id,
                    "reminder_id": reminder["id"],
                    "slot": 0,
                    "day": f"{due:%Y-%m-%d}",
                    "due_at": now,
                    "asked_at": now,
                }
                for reminder in rows
            ],
        )

    await db.write(write)
    return endpoints
