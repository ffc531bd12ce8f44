"""The worker, step by step: large batches, damaged rows, several workers, clock changes, cost of an idle tick."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

import pytest

from homeplan.db import Database, Tx
from homeplan.delivery import worker as push_worker
from homeplan.delivery.model import Retry
from homeplan.errors import Unavailable
from homeplan.reminders import worker
from homeplan.reminders.claims import claim_due
from homeplan.reminders.model import ReminderKind
from homeplan.worker_loop import Pace
from tests.reminders.scene import Scene, local, wall_times
from tests.waiting import WatchedClock
from tests.world import context

T = TypeVar("T")


async def test_more_than_a_batch_is_due_at_once_and_all_of_it_is_planned(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=10)
    people = [patient]
    for _ in range(12):
        people.append(await scene.patient())
        await scene.settings(people[-1], daily_cap=10)
    for person in people:
        for _ in range(9):
            await scene.remind(person, "19:00")

    ended = await scene.tick("2026-03-02 19:00")

    assert ended == {"sent": 9 * len(people)}
    assert ended.total() > Pace().batch
    assert await scene.skipped() == [None] * ended.total()
    assert await scene.tick() == {}


async def test_patients_of_many_clinics_are_decided_each_by_their_own_facts(scene: Scene) -> None:
    done, open_ = await scene.patient(), await scene.patient()
    for patient in (done, open_):
        await scene.publish(patient)
        await scene.remind(patient, "19:00", ReminderKind.CHECKIN)
        await scene.remind(patient, "19:00", ReminderKind.EXERCISE)
    await scene.check_in(done)
    await scene.log_all(done, ReminderKind.EXERCISE)

    await scene.tick("2026-03-02 19:00")

    rows = await scene.rows("SELECT patient_id, skipped FROM occurrences")
    assert Counter((row["patient_id"], row["skipped"]) for row in rows) == {(done.id, "done"): 2, (open_.id, None): 2}


async def test_a_row_whose_day_is_decided_already_moves_on_and_rings_no_second_time(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    [before] = await scene.rows("SELECT due_at, day FROM reminder_due")
    await scene.tick("2026-03-02 19:00")
    await scene.execute("UPDATE reminder_due SET due_at = :due_at, day = :day", **dict(before))

    now = local("2026-03-02 19:01")
    claimed = await scene.db.write(lambda tx: claim_due(context(tx, now), 10))

    assert claimed == (1, []), "the row is taken and nothing is sent"
    [row] = await scene.rows("SELECT day FROM reminder_due")
    assert (row["day"], await scene.skipped()) == ("2026-03-03", [None])


class TestARowThatCannotBeComputed:
    async def test_is_put_off_for_an_hour_and_reported_while_the_others_ring(
        self, scene: Scene, caplog: pytest.LogCaptureFixture
    ) -> None:
        damaged, sound = await scene.patient(), await scene.patient()
        reminder = await scene.remind(damaged, "19:00")
        await scene.remind(sound, "19:00")
        await scene.execute("UPDATE patients SET time_zone = 'Mars/Olympus' WHERE id = :id", id=damaged.id)

        with caplog.at_level(logging.ERROR):
            await scene.tick("2026-03-02 19:00")

        assert len(scene.push.sent) == 1
        assert f"reminder {reminder.id} cannot be computed" in caplog.text
        [row] = await scene.rows("SELECT due_at FROM reminder_due WHERE reminder_id = :id", id=reminder.id)
        assert row["due_at"] == local("2026-03-02 20:00").timestamp() * 1000
        assert "homeplan_reminders_put_off_total 1.0\n" in await scene.metrics()

    async def test_rings_again_once_it_is_repaired(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.execute("UPDATE patients SET time_zone = 'Mars/Olympus' WHERE id = :id", id=patient.id)
        await scene.tick("2026-03-02 19:00")
        await scene.execute("UPDATE patients SET time_zone = 'America/Denver' WHERE id = :id", id=patient.id)

        for minutes in (30, 59, 60, 120, 1439, 1440):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert wall_times(scene.push) == ["03-02 19:30", "03-03 19:00"]

    async def test_a_damaged_occurrence_does_not_hold_up_other_deliveries(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.push.answers.append(Retry("503"))
        await scene.tick("2026-03-02 19:00")
        await scene.execute("UPDATE occurrences SET time_zone = 'Mars/Olympus'")

        await scene.tick("2026-03-02 19:01")

        assert len(scene.push.sent) == 1, "rather once too often than never"


class TestSeveralWorkers:
    async def test_decide_each_occurrence_once(self, scene: Scene) -> None:
        people = [await scene.patient() for _ in range(10)]
        for person in people:
            for _ in range(3):
                await scene.remind(person, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))

        async def loop() -> None:
            while (await scene.db.write(lambda tx: claim_due(context(tx, scene.clock.now()), 4)))[0]:
                pass

        await asyncio.gather(*(loop() for _ in range(4)))

        assert await scene.skipped() == [None] * 30
        assert (await scene.ledger()).unbalanced == 0

    async def test_do_not_grant_the_last_place_under_the_cap_twice(self, scene: Scene) -> None:
        people = [await scene.patient() for _ in range(6)]
        for person in people:
            await scene.settings(person, daily_cap=1)
            for _ in range(4):
                await scene.remind(person, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))

        async def loop() -> None:
            for _ in range(12):
                await scene.db.write(lambda tx: claim_due(context(tx, scene.clock.now()), 1))

        await asyncio.gather(*(loop() for _ in range(4)))
        await scene.tick()

        assert Counter(await scene.skipped()) == {None: 6, "cap": 18}

    async def test_send_each_delivery_once(self, scene: Scene) -> None:
        people = [await scene.patient(devices=2) for _ in range(5)]
        for person in people:
            await scene.remind(person, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))

        await asyncio.gather(*(scene.tick() for _ in range(3)))

        assert Counter(Counter(push.endpoint for push in scene.push.sent).values()) == {1: 10}


class TestTheLoop:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(push_worker, "IDLE_S", 0.01)

    async def test_plans_and_sends_until_it_is_stopped(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "08:01")
        clock, stop = WatchedClock(scene.clock), asyncio.Event()
        running = asyncio.create_task(worker.run(scene.db, {"webpush": scene.push}, clock, stop))
        await clock.seen()

        scene.clock.advance(minutes=1)
        await clock.seen(5)
        stop.set()
        await asyncio.wait_for(running, 10)

        assert len(scene.push.sent) == 1
        assert await scene.deliveries() == [("sent", "accepted")]

    async def test_holds_everything_when_the_clock_was_set(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        clock, stop = WatchedClock(scene.clock), asyncio.Event()
        running = asyncio.create_task(worker.run(scene.db, {"webpush": scene.push}, clock, stop))
        await clock.seen()

        scene.clock.set(local("2026-03-03 19:00"))
        await clock.seen(5)
        stop.set()
        await asyncio.wait_for(running, 10)

        assert (scene.push.sent, await scene.skipped()) == ([], [])
        assert "homeplan_clock_set_total 1.0\n" in await scene.metrics()

    async def test_goes_on_after_the_database_was_away(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "08:01")
        scene.clock.advance(minutes=1)
        flaky, clock, stop = Flaky(scene.db), WatchedClock(scene.clock), asyncio.Event()
        running = asyncio.create_task(worker.run(cast(Database, flaky), {"webpush": scene.push}, clock, stop))
        await clock.seen()

        flaky.recover()
        await clock.seen()
        stop.set()
        await asyncio.wait_for(running, 10)

        assert flaky.refused > 1
        assert await scene.skipped() == [None]


class Flaky:
    """A database that is unavailable until `recover` is called."""

    engine = "any"

    def __init__(self, db: Database):
        self._db = db
        self._away = True
        self.refused = 0

    def recover(self) -> None:
        self._away = False

    async def read(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        if self._away:
            self.refused += 1
            raise Unavailable
        return await self._db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        return await self._db.write(work)


class Listening:
    """A database that records every statement."""

    engine = "any"

    def __init__(self, db: Database):
        self._db = db
        self.statements: list[str] = []

    async def read(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        return await self._db.read(lambda tx: work(cast(Tx, ListeningTx(tx, self.statements))))

    async def write(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        return await self._db.write(lambda tx: work(cast(Tx, ListeningTx(tx, self.statements))))


class ListeningTx:
    def __init__(self, tx: Tx, statements: list[str]):
        self._tx = tx
        self._statements = statements
        self.skip_locked = tx.skip_locked

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._tx, name)

        def listen(sql: str, *rows: Any, **params: Any) -> Any:
            self._statements.append(sql)
            return method(sql, *rows, **params)

        return listen


async def test_a_tick_with_nothing_due_touches_only_the_two_queues(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    listening = Listening(scene.db)

    await worker.tick(cast(Database, listening), {"webpush": scene.push}, scene.clock.now())

    assert 1 <= len(listening.statements) <= 3
    for statement in listening.statements:
        tables = {name for name in ("reminder", "patients", "occurrences", "devices", "checkins") if name in statement}
        assert tables <= {"reminder"}, statement
        assert "reminders" not in statement


async def test_a_batch_costs_the_same_number_of_statements_however_many_patients(scene: Scene) -> None:
    statements = []
    for people in (2, 6):
        for _ in range(people):
            await scene.remind(await scene.patient(), "19:00")
        listening = Listening(scene.db)
        scene.clock.set(local("2026-03-02 19:00") if people == 2 else local("2026-03-03 19:00"))
        await worker.tick(cast(Database, listening), {"webpush": scene.push}, scene.clock.now())
        statements.append(len(listening.statements))

    assert statements[1] <= statements[0] + 6 * 5, "a handful of statements a clinic; these patients have a clinic each"
