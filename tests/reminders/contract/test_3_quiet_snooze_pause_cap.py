"""3. The patient sets times, snoozes, pauses days; the cap counts all kinds together."""

from collections import Counter
from datetime import time, timedelta

import pytest

from homeplan.delivery.model import Retry
from homeplan.reminders.model import InQuietHours, ReminderKind
from tests.reminders.scene import Scene, day, local, wall_times


async def test_a_snoozed_reminder_rings_when_the_snooze_is_over(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    scene.clock.set(local("2026-03-02 19:05"))
    await scene.snooze(patient, reminder, minutes=30)

    for at in ("19:06", "19:34", "19:35", "19:50"):
        await scene.tick(f"2026-03-02 {at}")

    assert wall_times(scene.push) == ["03-02 19:00", "03-02 19:35"]


@pytest.mark.parametrize("minutes", [10, 30, 60])
async def test_a_snooze_takes_as_long_as_the_patient_said(scene: Scene, minutes: int) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")

    snoozed = await scene.snooze(patient, reminder, minutes=minutes)
    for minute in range(1, 100):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minute))

    assert snoozed.snoozed_until == local("2026-03-02 19:00") + timedelta(minutes=minutes)
    assert [push.at for push in scene.push.sent] == [local("2026-03-02 19:00"), snoozed.snoozed_until]


async def test_a_snooze_does_not_count_against_the_cap(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=2)
    reminder = await scene.remind(patient, "18:00")
    await scene.remind(patient, "19:00", ReminderKind.CHECKIN)
    await scene.tick("2026-03-02 18:00")
    await scene.snooze(patient, reminder, minutes=10)

    await scene.tick("2026-03-02 18:10")
    await scene.tick("2026-03-02 19:00")

    assert wall_times(scene.push) == ["03-02 18:00", "03-02 18:10", "03-02 19:00"]


async def test_a_snooze_rings_though_the_cap_is_reached(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=1)
    reminder = await scene.remind(patient, "18:00")
    await scene.tick("2026-03-02 18:00")
    await scene.snooze(patient, reminder, minutes=10)

    await scene.tick("2026-03-02 18:10")

    assert len(scene.push.sent) == 2


async def test_a_time_in_quiet_hours_and_quiet_hours_over_a_time_are_refused(scene: Scene) -> None:
    patient = await scene.patient()
    with pytest.raises(InQuietHours):
        await scene.remind(patient, "23:30")
    await scene.remind(patient, "21:00")
    with pytest.raises(InQuietHours):
        await scene.settings(patient, quiet_from=time(20, 30), quiet_until=time(6))

    await scene.tick("2026-03-02 21:00")
    await scene.tick("2026-03-02 23:30")

    assert wall_times(scene.push) == ["03-02 21:00"]


async def test_a_reminder_snoozed_ahead_of_its_time_stays_silent_until_then(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    scene.clock.set(local("2026-03-02 18:55"))
    await scene.snooze(patient, reminder, minutes=60)

    await scene.tick("2026-03-02 19:00")
    await scene.tick("2026-03-02 19:55")

    assert await scene.skipped() == ["snoozed", None]


async def test_snoozed_until_tonight_and_once_more(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "09:00")
    await scene.tick("2026-03-02 09:00")
    await scene.snooze(patient, reminder, until="tonight")
    await scene.tick("2026-03-02 20:00")
    await scene.snooze(patient, reminder, minutes=10)

    await scene.tick("2026-03-02 20:10")

    assert wall_times(scene.push) == ["03-02 09:00", "03-02 20:00", "03-02 20:10"]


async def test_a_snooze_supersedes_the_open_delivery(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    scene.push.answers.append(Retry("busy", 300.0))
    await scene.tick("2026-03-02 19:00")
    await scene.snooze(patient, reminder, minutes=60)

    await scene.tick("2026-03-02 19:10")

    assert (scene.push.sent, await scene.deliveries()) == ([], [("superseded", "snoozed")])


async def test_a_snoozed_reminder_rings_once_even_if_the_first_ring_was_to_be_retried(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00", second_chance_minutes=20)
    scene.push.answers.append(Retry("busy", 900.0))
    await scene.tick("2026-03-02 19:00")
    await scene.snooze(patient, reminder, minutes=10)

    for minutes in range(5, 120, 5):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert wall_times(scene.push) == ["03-02 19:10"]


async def test_a_later_time_set_after_the_ring_rings_once_more_on_the_same_day(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "09:00")
    await scene.tick("2026-03-02 09:00")
    changed = await scene.change(patient, reminder, wall_time=time(9, 5))

    for minutes in (0, 5, 10, 65, 600, 24 * 60, 24 * 60 + 5, 24 * 60 + 10):
        await scene.tick(local("2026-03-02 09:00") + timedelta(minutes=minutes))

    assert changed.next_due_at == local("2026-03-02 09:05")
    assert wall_times(scene.push) == ["03-02 09:00", "03-02 09:05", "03-03 09:05"]


async def test_a_snooze_that_would_end_in_quiet_hours_is_refused_or_dropped(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "21:30")
    await scene.tick("2026-03-02 21:30")
    with pytest.raises(InQuietHours):
        await scene.snooze(patient, reminder, minutes=30)
    await scene.snooze(patient, reminder, minutes=10)
    await scene.settings(patient, quiet_from=time(21, 35), quiet_until=time(6))

    await scene.tick("2026-03-02 21:40")

    assert await scene.skipped() == [None, "quiet"]


async def test_a_late_phone_does_not_ring_in_quiet_hours(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "21:30")

    await scene.tick("2026-03-02 21:30")

    assert scene.push.sent[0].ttl_s == 30 * 60


async def test_paused_days_are_silent(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.settings(patient, paused_until=day("2026-03-04"))

    for date in ("2026-03-02", "2026-03-03", "2026-03-04"):
        await scene.tick(f"{date} 19:00")

    assert await scene.skipped() == ["paused", "paused", None]


async def test_the_cap_counts_all_kinds_together(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.publish(patient)
    for at, kind in (
        ("18:00", ReminderKind.CHECKIN),
        ("18:10", ReminderKind.EXERCISE),
        ("18:20", ReminderKind.ACTIVITY),
    ):
        await scene.remind(patient, at, kind)
    await scene.remind(patient, "18:30", ReminderKind.CHECKIN)

    for at in ("18:00", "18:10", "18:20", "18:30"):
        await scene.tick(f"2026-03-02 {at}")

    assert await scene.skipped() == [None, None, None, "cap"]


async def test_the_cap_holds_for_reminders_of_the_same_minute(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=2)
    for _ in range(5):
        await scene.remind(patient, "18:00")

    await scene.tick("2026-03-02 18:00")

    assert Counter(await scene.skipped()) == {None: 2, "cap": 3}
    assert len(scene.push.sent) == 2


async def test_a_missed_day_does_not_count_against_the_cap_of_the_next(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=1, quiet_from=time(3), quiet_until=time(6))
    await scene.remind(patient, "23:30")
    await scene.remind(patient, "00:10")

    await scene.tick("2026-03-03 00:15")

    assert sorted(wall_times(scene.push)) == ["03-03 00:15"] * 2, "one for the evening, one for the new day"


async def test_the_cap_counts_per_day_and_patient(scene: Scene) -> None:
    first, second = await scene.patient(), await scene.patient()
    for patient in (first, second):
        await scene.settings(patient, daily_cap=1)
        await scene.remind(patient, "18:00")

    await scene.tick("2026-03-02 18:00")
    await scene.tick("2026-03-03 18:00")

    assert await scene.skipped() == [None] * 4
