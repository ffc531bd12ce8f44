"""Workers killed at random and a failing push service: no reminder is lost, none arrives too late."""

import asyncio
import os
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeplan.db import Database, migrate, open_database
from homeplan.delivery import worker as push_worker
from homeplan.delivery.model import Retry, Sent
from homeplan.reminders import ledger, worker
from tests.conftest import FakeClock
from tests.push_service import Fault, PushService
from tests.reminders.drill import FastClock, Workers, crowd, settle
from tests.reminders.scene import Scene, local, wall_times
from tests.waiting import WatchedClock, until
from tests.world import World, context

PATIENTS = 300
EACH = 10
KILLS = 20

DUE = datetime(2026, 3, 2, 19, tzinfo=UTC)
DEADLINE = DUE + timedelta(hours=2)

LOST_ACCEPTS = ("hang", "reset")
"""Faults that accept the push and lose the answer: besides a kill, the only reason for a repeated push."""


@pytest.fixture
def url(engine: str, scratch: Path) -> str:
    return engine if engine != "sqlite" else f"sqlite:///{scratch}/{os.urandom(6).hex()}.sqlite"


@pytest.mark.drill
async def test_three_thousand_reminders_twenty_kills_and_every_fault(db: Database, url: str) -> None:
    """Two workers on PostgreSQL, one on SQLite."""
    chance = random.Random(7)
    clock = FastClock(DUE, time.time())
    async with PushService(now=clock.now) as service:
        store = await open_database(url)  # on SQLite another file: only the killed process opens its own
        await migrate(store, DUE)
        endpoints = await crowd(store, World(store, FakeClock(DUE)), service, DUE, PATIENTS, EACH)
        await store.close()
        gone = chance.sample(sorted(endpoints.values()), 5)
        for endpoint in gone:
            service.end(endpoint)
        faults = [
            *[Fault(429, {"Retry-After": "5"})] * 40,
            *[Fault(500)] * 40,
            *[Fault(mode="reset")] * 20,
            *[Fault(mode="hang")] * 10,
        ]
        for fault in faults:
            service.fail_with(fault, endpoint=chance.choice(sorted(endpoints.values())))

        clock.began = time.time()
        workers = Workers(1 if db.engine == "sqlite" else 2, url, service.origin, clock.start, clock.began)
        wanted = (PATIENTS - len(gone)) * EACH
        try:
            for pushes in sorted(chance.sample(range(wanted), KILLS)):
                await _received(service, pushes)
                await asyncio.to_thread(workers.kill_one)
            await until(lambda: len(_topics(service)) == wanted)
        finally:
            await asyncio.to_thread(workers.stop)
        await settle(url, service.origin, clock)

        assert service.violations == []
        accepted = Counter((push.token, push.headers["Topic"]) for push in service.received)
        assert len(accepted) == wanted, "each reminder arrived"
        assert all(push.at < DEADLINE for push in service.received)
        repeated = sum(accepted.values()) - len(accepted)
        lost_answers = sum(fault.mode in LOST_ACCEPTS for fault in faults)
        assert repeated <= lost_answers + workers.kills * 400, "a worker has at most 400 in flight"
        distinct = {(push.token, push.headers["Topic"], push.plaintext) for push in service.received}
        assert len(distinct) == len(accepted), "a repetition says the same under the same Topic"

    store = await open_database(url)
    book = (await store.read(lambda tx: ledger.figures(context(tx, clock.now())))).ledger
    await store.close()
    assert book.unbalanced == 0
    assert (book.due, book.sent, book.gone) == (PATIENTS * EACH, wanted, len(gone) * EACH)
    assert (book.stale, book.superseded, book.failed, book.open) == (0, 0, 0, 0)


async def test_after_an_outage_what_is_still_of_use_arrives_once_and_the_rest_is_stale(scene: Scene) -> None:
    people = {at: await scene.patient() for at in ("16:30", "18:10", "18:50")}
    for at, patient in people.items():
        await scene.remind(patient, at)
    down_from, down_until = local("2026-03-02 16:20"), local("2026-03-02 19:00")

    now = down_from
    while now < local("2026-03-02 22:00"):
        scene.push.always = Retry("unreachable") if now < down_until else Sent(201)
        await scene.tick(now)
        now += timedelta(minutes=1)

    by_endpoint = Counter(push.endpoint for push in scene.push.sent)
    assert sorted(by_endpoint.values()) == [1, 1]
    assert all(down_until <= push.at <= local("2026-03-02 19:20") for push in scene.push.sent)
    assert sorted(status for status, _ in await scene.deliveries()) == ["sent", "sent", "stale"]
    assert len(await scene.rows("SELECT 1 FROM devices WHERE ended_at IS NULL")) == 3
    assert (await scene.ledger()).unbalanced == 0


async def test_a_clock_set_back_by_a_day_rings_no_day_twice(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    await scene.tick("2026-03-03 19:00")

    for at in ("2026-03-02 18:00", "2026-03-02 19:00", "2026-03-03 19:00", "2026-03-04 19:00"):
        await scene.tick(at)

    assert wall_times(scene.push) == ["03-02 19:00", "03-03 19:00", "03-04 19:00"]


async def test_a_clock_set_forward_by_a_day_and_right_again_rings_as_usual(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_worker, "IDLE_S", 0.01)
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    stop = asyncio.Event()
    clock = WatchedClock(scene.clock)
    running = asyncio.create_task(worker.run(scene.db, {"webpush": scene.push}, clock, stop))
    await clock.seen()
    for at in ("2026-03-03 19:00", "2026-03-02 08:01"):
        scene.clock.set(local(at))
        await clock.seen()
    stop.set()
    await running

    assert (scene.push.sent, await scene.skipped()) == ([], [])
    await scene.tick("2026-03-02 19:00")
    await scene.tick("2026-03-03 19:00")
    assert wall_times(scene.push) == ["03-02 19:00", "03-03 19:00"]


async def _received(service: PushService, pushes: int) -> None:
    await until(lambda: len(service.received) >= pushes)


def _topics(service: PushService) -> set[tuple[str, str]]:
    return {(push.token, push.headers["Topic"]) for push in service.received}
