"""The workers of all processes say that they live, what failed, and what went to which service."""

import asyncio
import logging

import pytest

from homeplan.db import Database
from homeplan.delivery.model import Gone, Retry, Sent
from homeplan.delivery.transmissions import count_transmission, take_transmissions
from homeplan.errors import Unavailable
from homeplan.metrics import worker
from homeplan.metrics.worker import Heart
from homeplan.worker_loop import TASKS, run_rounds
from tests.conftest import FakeClock
from tests.metrics.figures import read_metrics
from tests.waiting import until
from tests.world import Api

log = logging.getLogger(__name__)


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    TASKS.succeeded.clear()
    TASKS.take_failed()
    take_transmissions()


async def test_before_the_first_worker_there_is_no_heartbeat(api: Api) -> None:
    found = await read_metrics(api)
    assert found("homeplan_workers") == 0
    assert found("homeplan_worker_heartbeat_age_seconds") is None
    assert (await api.anyone.get("/readyz")).json()["heartbeatAgeSeconds"] is None


async def test_each_process_beats_and_the_latest_beat_tells_its_age(api: Api, db: Database, clock: FakeClock) -> None:
    killed, alive = Heart(db, clock), Heart(db, clock)
    await killed.step()
    await alive.step()
    assert (await read_metrics(api))("homeplan_workers") == 2
    clock.advance(seconds=50)
    await alive.step()
    clock.advance(seconds=20)
    found = await read_metrics(api)
    assert (found("homeplan_workers"), found("homeplan_worker_heartbeat_age_seconds")) == (1, 20)
    assert (await api.anyone.get("/readyz")).json()["heartbeatAgeSeconds"] == 20


async def test_a_late_heartbeat_takes_no_reads_away(api: Api, db: Database, clock: FakeClock) -> None:
    await Heart(db, clock).step()
    clock.advance(days=3)
    ready = await api.anyone.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert ready.json()["heartbeatAgeSeconds"] == 3 * 24 * 3600
    assert ready.json()["at"] == clock.now().isoformat().replace("+00:00", "Z")


async def test_a_process_that_ends_in_order_is_no_longer_told_of(api: Api, db: Database, clock: FakeClock) -> None:
    heart = Heart(db, clock)
    await heart.step()
    await heart.end()
    assert (await read_metrics(api))("homeplan_workers") == 0


async def test_a_killed_process_is_forgotten_after_a_day(db: Database, clock: FakeClock) -> None:
    await Heart(db, clock).step()
    clock.advance(days=1, seconds=1)
    await Heart(db, clock).step()
    rows = await db.read(lambda tx: tx.fetch("SELECT name FROM store_facts WHERE name LIKE 'worker/%'"))
    assert len(rows) == 1


async def test_a_task_that_only_fails_shows_by_its_age_and_its_failures(
    api: Api, db: Database, clock: FakeClock
) -> None:
    stop, rounds = asyncio.Event(), 0

    async def step() -> bool:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            stop.set()
        if rounds > 1:
            raise Unavailable
        return True

    heart = Heart(db, clock)
    await run_rounds(step, stop, idle_s=0.001, log=log, task="counting")
    TASKS.succeeded["counting"] -= 600
    await heart.step()
    found = await read_metrics(api)
    assert found("homeplan_worker_failures_total", task="counting") == 2
    assert 600 <= (found("homeplan_worker_task_age_seconds", task="counting") or 0) < 660


async def test_a_task_of_a_process_that_is_gone_is_no_longer_told_of(api: Api, db: Database, clock: FakeClock) -> None:
    TASKS.succeeded["mailing"] = 0.0
    await Heart(db, clock).step()
    del TASKS.succeeded["mailing"]
    clock.advance(minutes=2)
    await Heart(db, clock).step()
    assert (await read_metrics(api))("homeplan_worker_task_age_seconds", task="mailing") is None


async def test_what_went_where_is_counted_over_all_processes(api: Api, db: Database, clock: FakeClock) -> None:
    for _ in range(2):  # two processes, each with its own counts
        count_transmission("webpush", "push.example", Sent(201))
        count_transmission("webpush", "push.example", Gone(410))
        count_transmission("mail", "mail.example", Retry("timeout"))
        await Heart(db, clock).step()
    found = await read_metrics(api)
    assert found("homeplan_transmissions_total", channel="webpush", host="push.example", outcome="sent") == 2
    assert found("homeplan_transmissions_total", channel="webpush", host="push.example", outcome="gone") == 2
    assert found("homeplan_transmissions_total", channel="mail", host="mail.example", outcome="retry") == 2


async def test_counts_that_could_not_be_stored_are_told_later(
    api: Api, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*_: object) -> None:
        raise Unavailable

    heart = Heart(db, clock)
    count_transmission("mail", "mail.example", Sent(250))
    with monkeypatch.context() as broken:
        broken.setattr(db, "write", refuses)
        with pytest.raises(Unavailable):
            await heart.step()
    await heart.step()
    assert (await read_metrics(api))(
        "homeplan_transmissions_total", channel="mail", host="mail.example", outcome="sent"
    ) == 1


async def test_the_worker_beats_by_itself_and_leaves_when_it_is_stopped(
    api: Api, db: Database, clock: FakeClock
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(db, clock, stop))

    async def workers() -> float | None:
        return (await read_metrics(api))("homeplan_workers")

    await until(workers, "a heartbeat")
    stop.set()
    await running
    assert await workers() == 0
