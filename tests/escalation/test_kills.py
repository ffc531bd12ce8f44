"""Escalation workers killed at random: every alert is told, and nobody twice."""

import asyncio
import multiprocessing
import os
import random
import signal
from collections import Counter
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from homeplan.db import Database, Tx, migrate, open_database
from homeplan.duty.model import DutyEntry, Roster
from homeplan.escalation import worker
from homeplan.ids import new_id
from homeplan.settings import Settings
from tests.alerts.test_lifecycle import finding
from tests.alerts.test_store import report
from tests.conftest import FakeClock
from tests.duty.test_rules import at
from tests.escalation.scene import HOURS, save_duty
from tests.waiting import until
from tests.world import START, Person, World

ALERTS = 120
KILLS = 12
NOW = at("2026-03-03 10:00")
SETTINGS = Settings(mail_url="smtps://user:password@mail.example:465", mail_from="clinic@mail.example")

CONFIRMED_MAIL = """
INSERT INTO mail_addresses (clinic_id, id, staff_id, email, language, asked_at, confirmed_at)
VALUES (:clinic_id, :id, :staff_id, :email, 'en', 0, 0)"""
NOTICES = "SELECT alert_id, staff_id FROM escalation_notices"
PLANNED = "SELECT topic, recipient_id FROM deliveries WHERE recipient_kind = 'staff' AND kind = 'critical'"


def work(url: str, decided: Any) -> None:
    """The body of a worker process: it ends once nothing is due."""
    worker.BATCH = worker.AT_ONCE = 2
    asyncio.run(_work(url, decided))


async def _work(url: str, decided: Any) -> None:
    db = await open_database(url)
    while count := await worker.tick(SETTINGS, db, NOW):
        decided.value += count
    await db.close()


class Workers:
    """Worker processes of which one is killed and started again as work goes on."""

    def __init__(self, count: int, url: str):
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._url = url
        self.decided = self._context.Value("i", 0)
        self._running = [self._start() for _ in range(count)]

    @property
    def are_done(self) -> bool:
        return all(process.exitcode == 0 for process in self._running)

    def have_decided(self, alerts: int) -> bool:
        return bool(self.decided.value >= alerts) or self.are_done

    def kill_one(self) -> None:
        place = random.randrange(len(self._running))
        victim = self._running[place]
        if victim.is_alive() and victim.pid is not None:
            os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        self._running[place] = self._start()

    def _start(self) -> BaseProcess:
        process = self._context.Process(target=work, args=(self._url, self.decided), daemon=True)
        process.start()
        return process


async def give_mail(db: Database, *people: Person) -> None:
    """A proved mail address for each of these people."""

    async def write(tx: Tx) -> None:
        for person in people:
            address = f"{person.id}@clinic.example"
            await tx.execute(
                CONFIRMED_MAIL, clinic_id=person.clinic.id, id=new_id(START), staff_id=person.id, email=address
            )

    await db.write(write)


@pytest.mark.drill
async def test_twelve_kills_lose_no_alert_and_tell_nobody_twice(db: Database, engine: str, scratch: Path) -> None:
    """Two workers on PostgreSQL, one on SQLite."""
    url = engine if engine != "sqlite" else f"sqlite:///{scratch}/{os.urandom(6).hex()}.sqlite"
    store = await open_database(url)
    await migrate(store, START)
    world = World(store, FakeClock(START))
    clinic = await world.clinic()
    therapist, on_duty, admin = await world.therapist(clinic), await world.therapist(clinic), await world.admin(clinic)
    await give_mail(store, therapist, on_duty)
    roster = Roster(entries=(DutyEntry(id="d", staff_id=on_duty.id, kind="duty"),))
    await save_duty(store, admin, hours=HOURS, roster=roster)
    for _ in range(ALERTS):
        patient = await world.patient(clinic, therapist, consents=False)
        critical = finding("safety-yes", "2026-03-03", 3, frozenset({"saddle"}), "critical")
        await report(store, patient, critical, now=NOW - timedelta(seconds=5))
    await store.close()

    workers = Workers(1 if db.engine == "sqlite" else 2, url)
    for threshold in sorted(random.Random(5).sample(range(ALERTS), KILLS)):
        await until(partial(workers.have_decided, threshold))
        await asyncio.to_thread(workers.kill_one)
    await until(lambda: workers.are_done)

    store = await open_database(url)
    notices = Counter((row["alert_id"], row["staff_id"]) for row in await store.read(lambda tx: tx.fetch(NOTICES)))
    planned = Counter((row["topic"], row["recipient_id"]) for row in await store.read(lambda tx: tx.fetch(PLANNED)))
    await store.close()
    assert len(notices) == len(planned) == 2 * ALERTS
    assert set(notices.values()) == set(planned.values()) == {1}
