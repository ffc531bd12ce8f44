"""Retention of occurrences and deliveries: deleting old ones changes nothing that is still needed."""

import asyncio
from datetime import datetime, time, timedelta

import pytest

from homeplan.db import Database
from homeplan.delivery.actions import receive_receipt
from homeplan.delivery.model import Retry
from homeplan.errors import NotFound, Unavailable
from homeplan.reminders import retention
from homeplan.reminders.model import ReminderKind
from homeplan.worker_loop import Pace
from tests.reminders.scene import Scene, local, wall_times
from tests.waiting import WatchedClock
from tests.world import context

KEEP = timedelta(days=30)


async def forget(scene: Scene, most: int = 100) -> int:
    before = scene.clock.now() - KEEP
    return await scene.db.write(lambda tx: retention.delete_old(context(tx), before, most))


async def stored(scene: Scene, table: str) -> int:
    [row] = await scene.rows(f"SELECT COUNT(*) AS n FROM {table}")
    return int(row["n"])


async def rung_for(scene: Scene, days: int, at: str = "19:00") -> datetime:
    """A patient with two phones is reminded on `days` days; returns the time of the last ring."""
    patient = await scene.patient(devices=2)
    await scene.remind(patient, at)
    first = local(f"2026-03-02 {at}", "America/Denver")
    for n in range(days):
        await scene.tick(first + timedelta(days=n))
    return scene.clock.now()


async def test_older_rows_are_deleted_and_newer_rows_stay(scene: Scene) -> None:
    await rung_for(scene, 40)

    assert await forget(scene) == 18, "of nine days, two devices each"

    assert (await stored(scene, "occurrences"), await stored(scene, "deliveries")) == (31, 62)
    [oldest] = await scene.rows("SELECT MIN(planned_at) AS at FROM deliveries")
    assert oldest["at"] >= int((scene.clock.now() - KEEP).timestamp() * 1000)
    assert await forget(scene) == 0


async def test_no_transaction_deletes_more_than_its_limit(scene: Scene) -> None:
    await rung_for(scene, 40)

    deleted = [await forget(scene, most=8) for _ in range(4)]

    assert deleted == [8, 8, 2, 0]


async def test_the_ledger_balances_after_every_batch(scene: Scene) -> None:
    await rung_for(scene, 40)
    await scene.test_push(await scene.patient())
    before = await scene.ledger()
    while await forget(scene, most=3):
        assert await scene.ledger() == before
    assert (before.unbalanced, before.open) == (0, 1)


async def test_an_open_delivery_is_kept_until_it_ends(scene: Scene) -> None:
    await scene.remind(await scene.patient(), "19:00")
    scene.push.always = Retry("unreachable")
    await scene.tick("2026-03-02 19:00")
    scene.clock.advance(days=31)
    await forget(scene)
    assert await stored(scene, "deliveries") == 1

    await scene.tick()
    await forget(scene)

    assert await scene.rows("SELECT 1 FROM deliveries WHERE planned_at < :at", at=1_774_000_000_000) == []


async def test_a_day_that_has_rung_is_not_rung_again_and_the_cap_still_counts(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=1)
    reminder = await scene.remind(patient, "09:00")
    for n in range(40):
        await scene.tick(local("2026-03-02 09:00") + timedelta(days=n))
    scene.push.sent.clear()
    await forget(scene)

    await scene.remind(patient, "12:00", ReminderKind.CHECKIN)
    await scene.tick("2026-04-10 12:00")
    changed = await scene.change(patient, reminder, wall_time=time(13))
    for at in ("2026-04-10 13:00", "2026-04-10 13:01", "2026-04-11 13:00"):
        await scene.tick(at)

    assert changed.next_due_at == local("2026-04-10 13:00"), "once more, because it was asked for by hand"
    assert wall_times(scene.push) == ["04-10 13:00", "04-11 13:00"], "one place a day, and the first had been taken"
    assert (await scene.skipped())[-4:] == ["cap", None, None, "cap"]


async def test_a_reminder_without_any_occurrence_left_rings_like_a_new_one(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    off = await scene.change(patient, reminder, enabled=False)
    scene.clock.advance(days=500)
    await forget(scene)
    assert await stored(scene, "occurrences") == 0

    await scene.change(patient, off, enabled=True)
    scene.push.sent.clear()
    for n in range(2):
        await scene.tick(local("2027-07-16 19:00") + timedelta(days=n))

    assert wall_times(scene.push) == ["07-16 19:00", "07-17 19:00"]


async def test_a_receipt_for_a_deleted_delivery_is_not_found(scene: Scene) -> None:
    await rung_for(scene, 1)
    [delivery, _] = await scene.rows("SELECT clinic_id, id FROM deliveries")
    now = scene.clock.advance(days=31)
    await forget(scene)

    with pytest.raises(NotFound):
        await scene.db.write(
            lambda tx: receive_receipt(context(tx, now, delivery["clinic_id"]), delivery["id"], "shown", now)
        )


async def test_several_workers_delete_at_the_same_time(scene: Scene) -> None:
    await rung_for(scene, 50)

    while any(await asyncio.gather(*(forget(scene, most=5) for _ in range(3)))):
        pass

    assert (await stored(scene, "occurrences"), await stored(scene, "deliveries")) == (31, 62)


class AwayAtFirst:
    """A database that cannot be reached once."""

    engine = "any"

    def __init__(self, db: Database):
        self._db, self._tried = db, False

    async def write(self, work: object) -> object:
        if not self._tried:
            self._tried = True
            raise Unavailable
        return await self._db.write(work)  # type: ignore[arg-type]


async def test_the_loop_goes_on_batch_by_batch_and_survives_an_unavailable_database(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rung_for(scene, 40)
    monkeypatch.setattr(retention, "IDLE_S", 0.01)
    stop, clock = asyncio.Event(), WatchedClock(scene.clock)
    loop = asyncio.create_task(
        retention.run(AwayAtFirst(scene.db), clock, stop, KEEP, pace=Pace(batch=4))  # type: ignore[arg-type]
    )
    await clock.seen(8)
    stop.set()
    await loop

    assert (await stored(scene, "occurrences"), await stored(scene, "deliveries")) == (31, 62)
