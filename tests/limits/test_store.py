"""Tries in the database, on each engine: counted together, forgotten in time, and never too many."""

import asyncio
from datetime import timedelta

import pytest

from homeplan.actor import Role
from homeplan.db import Database, Tx
from homeplan.errors import TooMany
from homeplan.limits import store
from homeplan.limits.actions import count_failure, count_use
from homeplan.limits.model import Counter, Limit, Tries
from tests.conftest import FakeClock
from tests.world import context

TEN = Limit(name="ten", most=10, within=timedelta(minutes=1))
SLIDING = Limit(name="sliding", most=5, within=timedelta(hours=1), slides=True, longest_wait=timedelta(minutes=5))


async def count(db: Database, clock: FakeClock, counter: Counter) -> Tries:
    return await db.write(lambda tx: store.count_try(context(tx, clock.now()), counter))


async def find(db: Database, clock: FakeClock, counter: Counter) -> Tries | None:
    found = await db.read(lambda tx: store.find_tries(context(tx, clock.now()), [counter]))
    return found.get(counter.subject)


async def rows(db: Database) -> int:
    return int(await db.read(lambda tx: tx.fetch_value("SELECT count(*) FROM tries")))


async def test_tries_count_from_the_first_one_and_end_with_their_time(db: Database, clock: FakeClock) -> None:
    counter, first = TEN.of("here"), clock.now()
    await count(db, clock, counter)
    last = clock.advance(seconds=59)
    assert await count(db, clock, counter) == Tries(2, last, first + TEN.within)
    assert await find(db, clock, counter) == Tries(2, last, first + TEN.within)
    assert await find(db, clock, TEN.of("there")) is None
    now = clock.advance(seconds=1)
    assert await find(db, clock, counter) is None
    assert await count(db, clock, counter) == Tries(1, now, now + TEN.within)


async def test_sliding_tries_are_forgotten_an_hour_after_the_last_one(db: Database, clock: FakeClock) -> None:
    counter = SLIDING.of("ana")
    for times in range(1, 4):
        assert (await count(db, clock, counter)).times == times
        clock.advance(minutes=59)
    clock.advance(minutes=1)
    assert await find(db, clock, counter) is None


async def test_tries_at_once_are_all_counted(db: Database, clock: FakeClock) -> None:
    await asyncio.gather(*(count(db, clock, TEN.of("here")) for _ in range(20)))
    found = await find(db, clock, TEN.of("here"))
    assert found is not None
    assert found.times == 20


async def test_tries_are_forgotten_on_request(db: Database, clock: FakeClock) -> None:
    for name in ("a", "b"):
        await count(db, clock, TEN.of(name))
    await db.write(lambda tx: store.forget_tries(context(tx, clock.now()), [TEN.of("a").subject]))
    assert await find(db, clock, TEN.of("a")) is None
    assert await find(db, clock, TEN.of("b")) is not None


async def test_ended_rows_go_when_a_new_one_comes(db: Database, clock: FakeClock) -> None:
    for n in range(30):
        await count(db, clock, TEN.of(str(n)))
    assert await rows(db) == 30
    clock.advance(minutes=2)
    await count(db, clock, TEN.of("new"))
    assert await rows(db) == 1


async def test_strangers_with_many_addresses_fill_no_disk_and_push_no_long_wait_out(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_KEPT", 50)
    guarded = SLIDING.of("ana")
    await count(db, clock, guarded)
    for n in range(200):
        clock.advance(milliseconds=1)
        await count(db, clock, TEN.of(str(n)))
    assert await rows(db) <= 51
    assert await find(db, clock, guarded) is not None


async def test_a_use_too_many_is_refused_with_the_time_to_wait_and_not_counted(db: Database, clock: FakeClock) -> None:
    async def use(tx: Tx, actor: str = "ana") -> None:
        ctx = context(tx, clock.now(), "clinic")
        ctx.act_as("clinic", actor, Role.THERAPIST)
        await count_use(ctx, TEN)

    for _ in range(10):
        await db.write(use)
    clock.advance(seconds=15)
    for _ in range(3):
        with pytest.raises(TooMany) as refused:
            await db.write(use)
        assert refused.value.retry_after_s == 45
    await db.write(lambda tx: use(tx, "ben"))
    clock.advance(seconds=45)
    await db.write(use)


async def test_failures_beyond_the_limit_write_nothing(db: Database, clock: FakeClock) -> None:
    async def fail(tx: Tx) -> int | None:
        refusal = await count_failure(context(tx, clock.now()), TEN.of("here"))
        return None if refusal is None else refusal.retry_after_s

    assert [await db.write(fail) for _ in range(12)] == [None] * 10 + [60, 60]
    found = await find(db, clock, TEN.of("here"))
    assert found is not None
    assert found.times == 10
