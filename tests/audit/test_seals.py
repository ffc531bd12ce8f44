"""Events are sealed clinic by clinic: in the commit that appends them on SQLite, each second on PostgreSQL."""

import asyncio
import logging

import msgspec
import pytest

from homeplan import audit
from homeplan.audit import seals, worker
from homeplan.context import operator_context
from homeplan.db import Database, Tx, Violated
from homeplan.settings import Settings
from tests.audit.conftest import SEALED, Trail
from tests.conftest import FakeClock
from tests.waiting import until
from tests.world import START, Person, World

WAITING = "SELECT clinic_id, seq FROM audit_unsealed ORDER BY seq"
STORED = "SELECT clinic_id, number, events, key_id FROM audit_seals ORDER BY clinic_id, number"


async def test_an_event_waits_for_its_seal(trail: Trail, therapist: Person) -> None:
    await trail.record(3)
    seqs = [row["seq"] for row in await trail.rows("SELECT seq FROM audit_events ORDER BY seq")]
    waiting = [(row["clinic_id"], row["seq"]) for row in await trail.rows(WAITING)]
    assert waiting == [(therapist.clinic.id, seq) for seq in seqs]
    assert await trail.seal() is False
    assert await trail.rows(WAITING) == []
    [row] = await trail.rows(STORED)
    assert [seq for seq, _ in msgspec.json.decode(row["events"])] == seqs


async def test_with_nothing_to_seal_nothing_is_stored(trail: Trail) -> None:
    assert await trail.seal() is False
    assert await trail.rows(STORED) == []


async def test_each_clinic_has_its_own_chain(trail: Trail, world: World) -> None:
    elsewhere = trail.of(await world.therapist(await world.clinic()))
    for _ in range(2):
        await trail.record(2)
        await elsewhere.record(3)
        await trail.seal()
    assert sorted(row["number"] for row in await trail.rows(STORED)) == [1, 1, 2, 2]
    assert ((await trail.verdict()).events, (await elsewhere.verdict()).events) == (4, 6)


async def test_a_batch_ends_and_says_that_more_wait(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 2)
    await trail.record(5)
    assert [await trail.seal() for _ in range(3)] == [True, True, False]
    assert [row["number"] for row in await trail.rows(STORED)] == [1, 2, 3]
    assert (await trail.verdict()).events == 5


async def test_several_processes_at_once_seal_every_event_once(trail: Trail) -> None:
    await asyncio.gather(*(trail.record(3) for _ in range(5)), *(trail.seal() for _ in range(5)))
    await trail.seal()
    found = await trail.verdict()
    assert (found.events, found.broken_at, found.unsealed) == (15, None, 0)


async def test_seals_are_neither_changed_nor_removed(trail: Trail) -> None:
    await trail.record(2)
    await trail.seal()
    for statement in ("UPDATE audit_seals SET mac = mac", "DELETE FROM audit_seals"):
        with pytest.raises(Violated):
            await trail.db.write(lambda tx, sql=statement: tx.execute(sql))  # type: ignore[misc]


@pytest.mark.parametrize("settings", [Settings(), Settings(audit_key="a different key that is also long enough")])
async def test_a_process_without_the_secret_of_the_chain_leaves_it_alone(
    trail: Trail, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "BATCH", 1)
    await trail.record(1)
    await trail.seal()
    await trail.record(2)
    assert await trail.seal(settings) is False, "it does not try again and again"
    assert (await trail.verdict()).unsealed == 2
    while await trail.seal():
        pass
    found = await trail.verdict()
    assert (found.events, found.broken_at, found.unsealed) == (3, None, 0)


async def test_on_sqlite_a_commit_leaves_nothing_unsealed(trail: Trail, db: Database, clock: FakeClock) -> None:
    assert audit.seal_at_commit(db, clock, SEALED) is (db.engine == "sqlite")
    await asyncio.gather(*(trail.record() for _ in range(20)))
    if db.engine == "sqlite":
        assert await trail.rows(WAITING) == []
        assert (await trail.verdict()).events == 20
        assert len(await trail.rows(STORED)) < 20, "one seal per commit, not per event"


async def test_a_transaction_that_fails_leaves_neither_event_nor_seal(
    trail: Trail, db: Database, clock: FakeClock
) -> None:
    audit.seal_at_commit(db, clock, SEALED)

    async def work(tx: Tx) -> None:
        await trail.append(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.write(work)
    assert await trail.rows("SELECT seq FROM audit_events") == []
    assert await trail.rows(STORED) == []


async def test_when_sealing_fails_the_commit_goes_on_and_the_events_wait(
    trail: Trail, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(tx: Tx) -> None:
        await audit.seal(operator_context(tx, START, settings=SEALED))
        raise LookupError

    if not db.run_before_commit(fails):
        return
    await trail.record(2)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        "the work before a commit failed: LookupError"
    ] * 2
    found = await trail.verdict()
    assert (found.events, found.unsealed, found.broken_at) == (0, 2, None)
    await trail.seal()


async def test_the_worker_seals_where_the_writer_does_not(trail: Trail, db: Database, clock: FakeClock) -> None:
    await trail.record(3)
    stop = asyncio.Event()

    async def nothing_waits() -> bool:
        if db.engine == "sqlite":  # the writer seals with the next event
            await trail.record()
        return not await trail.rows(WAITING)

    running = asyncio.create_task(worker.run(SEALED, db, clock, stop))
    await until(nothing_waits)
    stop.set()
    await asyncio.wait_for(running, 5)
    found = await trail.verdict()
    assert (found.unsealed, found.broken_at) == (0, None)
    assert found.events >= 3
