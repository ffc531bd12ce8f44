"""Actions on reminders, on both engines: what is planned when a patient sets, changes or snoozes one, or travels."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from homeplan.accounts import store as accounts
from homeplan.errors import NotFound
from homeplan.ids import new_id
from homeplan.reminders import actions
from homeplan.reminders.model import (
    FIRST_SETTINGS,
    MOST_REMINDERS,
    InQuietHours,
    Reminder,
    ReminderEntry,
    ReminderKind,
    ReminderOff,
    ReminderSettings,
    Slot,
    TooManyReminders,
)
from homeplan.reminders.store import queue, reminders
from homeplan.reminders.store.reminders import entry_of
from tests.reminders.scene import Scene, day, local
from tests.world import Person, context

EVENING = ReminderEntry(kind=ReminderKind.CHECKIN, weekdays=127, wall_time=time(19), zone_policy="home", enabled=True)


async def save(scene: Scene, patient: Person, entry: ReminderEntry, reminder_id: str = "r1") -> Any:
    return await scene.save(patient, reminder_id, entry)


async def delete(scene: Scene, patient: Person, reminder_id: str) -> None:
    await scene.act(patient, lambda ctx: actions.delete_reminder(ctx, patient.id, reminder_id))


async def kept(scene: Scene, patient: Person) -> list[Reminder]:
    return await scene.act(patient, lambda ctx: reminders.reminders_of(ctx, patient.id))


async def settings(scene: Scene, patient: Person) -> ReminderSettings:
    return await scene.act(patient, lambda ctx: reminders.settings_of(ctx, patient.id))


async def due(scene: Scene) -> list[tuple[int, datetime]]:
    rows = await scene.rows("SELECT slot, due_at FROM reminder_due ORDER BY due_at, slot")
    return [(row["slot"], datetime.fromtimestamp(row["due_at"] / 1000, UTC)) for row in rows]


async def test_a_saved_reminder_is_read_back_with_its_next_ring(scene: Scene) -> None:
    patient = await scene.patient()

    saved = await save(scene, patient, EVENING)

    assert saved.next_due_at == local("2026-03-02 19:00")
    assert entry_of(saved) == EVENING
    assert await kept(scene, patient) == [saved]


async def test_a_reminder_that_is_off_is_kept_and_not_planned(scene: Scene) -> None:
    patient = await scene.patient()

    saved = await save(scene, patient, msgspec.structs.replace(EVENING, enabled=False))

    assert saved.next_due_at is None
    assert await due(scene) == []


async def test_saving_the_same_again_keeps_a_snooze(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await save(scene, patient, EVENING)
    snoozed = await scene.snooze(patient, reminder, minutes=30)

    again = await save(scene, patient, EVENING)

    assert again == snoozed
    assert await due(scene) == [(2, scene.clock.now() + timedelta(minutes=30)), (0, local("2026-03-02 19:00"))]


async def test_a_changed_time_is_planned_and_ends_the_snooze(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await save(scene, patient, EVENING)
    await scene.snooze(patient, reminder, minutes=30)

    changed = await save(scene, patient, msgspec.structs.replace(EVENING, wall_time=time(20, 15)))

    assert changed.snoozed_until is None
    assert await due(scene) == [(0, local("2026-03-02 20:15"))]


async def test_turning_off_and_on_again_is_silent_in_between(scene: Scene) -> None:
    patient = await scene.patient()
    await save(scene, patient, EVENING)
    await save(scene, patient, msgspec.structs.replace(EVENING, enabled=False))
    assert await due(scene) == []

    await save(scene, patient, EVENING)

    assert await due(scene) == [(0, local("2026-03-02 19:00"))]


async def test_a_deleted_reminder_leaves_list_and_queue_and_can_be_saved_again(scene: Scene) -> None:
    patient = await scene.patient()
    await save(scene, patient, EVENING)

    await delete(scene, patient, "r1")

    assert await kept(scene, patient) == []
    assert await due(scene) == []
    with pytest.raises(NotFound):
        await delete(scene, patient, "r1")
    assert (await save(scene, patient, EVENING)).next_due_at == local("2026-03-02 19:00")


async def test_a_reminder_of_another_patient_is_not_found(scene: Scene) -> None:
    patient, stranger = await scene.patient(), await scene.patient()
    neighbour = await scene.world.patient(patient.clinic)
    mine = await save(scene, patient, EVENING)

    for other in (neighbour, stranger):
        with pytest.raises(NotFound):
            await delete(scene, other, mine.id)
        with pytest.raises(NotFound):
            await scene.snooze(other, mine, minutes=10)
    with pytest.raises(NotFound):
        await save(scene, neighbour, EVENING, mine.id)
    assert (await save(scene, stranger, EVENING, mine.id)).id == mine.id, "another clinic has its own ids"
    assert await kept(scene, patient) == [mine]


async def test_a_patient_has_at_most_twelve_reminders(scene: Scene) -> None:
    patient = await scene.patient()
    for n in range(MOST_REMINDERS):
        await save(scene, patient, EVENING, f"r{n}")

    with pytest.raises(TooManyReminders):
        await save(scene, patient, EVENING, "one-more")

    assert await save(scene, patient, msgspec.structs.replace(EVENING, wall_time=time(18)), "r3")


class TestSettings:
    async def test_begin_with_a_quiet_night_and_three_rings_per_day(self, scene: Scene) -> None:
        patient = await scene.patient()

        found = await settings(scene, patient)

        assert found == FIRST_SETTINGS
        assert (found.quiet_from, found.quiet_until, found.daily_cap) == (time(22), time(6), 3)

    async def test_are_kept(self, scene: Scene) -> None:
        patient = await scene.patient()
        wanted = ReminderSettings(
            quiet_from=time(21, 30), quiet_until=time(7), daily_cap=2, paused_until=day("2026-03-05")
        )

        await scene.act(patient, lambda ctx: actions.save_settings(ctx, patient.id, wanted))

        assert await settings(scene, patient) == wanted

    async def test_quiet_hours_over_an_enabled_reminder_are_refused(self, scene: Scene) -> None:
        patient = await scene.patient()
        await save(scene, patient, EVENING)

        with pytest.raises(InQuietHours, match="19:00"):
            await scene.settings(patient, quiet_from=time(18), quiet_until=time(6))

    async def test_a_time_in_quiet_hours_is_refused(self, scene: Scene) -> None:
        patient = await scene.patient()

        with pytest.raises(InQuietHours):
            await save(scene, patient, msgspec.structs.replace(EVENING, wall_time=time(22)))


class TestSnooze:
    async def test_replaces_second_chance_and_earlier_snooze(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await save(scene, patient, EVENING)
        await scene.execute(
            queue.PLAN,
            clinic_id=patient.clinic.id,
            reminder_id=reminder.id,
            slot=int(Slot.SECOND_CHANCE),
            due_at=1,
            day="2026-03-02",
            asked_at=1,
        )
        await scene.snooze(patient, reminder, minutes=10)

        snoozed = await scene.snooze(patient, reminder, minutes=60)

        assert snoozed.snoozed_until == scene.clock.now() + timedelta(minutes=60)
        assert await due(scene) == [(2, scene.clock.now() + timedelta(minutes=60)), (0, local("2026-03-02 19:00"))]

    async def test_of_a_reminder_that_is_off_is_refused(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await save(scene, patient, msgspec.structs.replace(EVENING, enabled=False))

        with pytest.raises(ReminderOff):
            await scene.snooze(patient, reminder, minutes=10)


class TestZones:
    async def test_a_phone_in_another_zone_moves_only_reminders_that_follow_it(self, scene: Scene) -> None:
        patient = await scene.patient()
        await save(scene, patient, EVENING, "home")
        await save(scene, patient, msgspec.structs.replace(EVENING, zone_policy="phone"), "phone")

        await scene.travel(patient, "America/New_York")

        rows = await scene.rows("SELECT reminder_id, due_at FROM reminder_due ORDER BY due_at")
        assert [(row["reminder_id"], row["due_at"] == 0) for row in rows] == [("phone", True), ("home", False)]

    async def test_the_same_zone_again_changes_nothing(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.travel(patient, "America/New_York")
        saved = await save(scene, patient, msgspec.structs.replace(EVENING, zone_policy="phone"))
        assert saved.next_due_at == local("2026-03-02 19:00", "America/New_York")

        await scene.travel(patient, "America/New_York")

        assert await due(scene) == [(0, saved.next_due_at)]

    async def test_reporting_a_zone_keeps_the_settings(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.settings(patient, daily_cap=7)

        await scene.travel(patient, "America/New_York")

        found = await settings(scene, patient)
        assert found == ReminderSettings(daily_cap=7)

    async def test_a_new_home_zone_replans_the_reminders(self, scene: Scene) -> None:
        patient = await scene.patient()
        await save(scene, patient, EVENING)

        moved = msgspec.structs.replace(patient.who, time_zone="Europe/Madrid")
        await scene.db.write(lambda tx: accounts.save_patient(context(tx, clinic_id=patient.clinic.id), moved))  # type: ignore[arg-type]

        assert [at for _, at in await due(scene)] == [datetime.fromtimestamp(0, UTC)]

    async def test_any_other_change_of_a_patient_plans_nothing(self, scene: Scene) -> None:
        patient = await scene.patient()
        await save(scene, patient, EVENING)

        renamed = msgspec.structs.replace(patient.who, given_name=new_id(scene.clock.now())[:8])
        await scene.db.write(lambda tx: accounts.save_patient(context(tx, clinic_id=patient.clinic.id), renamed))  # type: ignore[arg-type]

        assert await due(scene) == [(0, local("2026-03-02 19:00"))]
