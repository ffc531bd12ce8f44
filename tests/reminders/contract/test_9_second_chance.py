"""9. If nothing is logged, one repeat after a delay that the patient chose; never more."""

from datetime import timedelta

from homeplan.reminders.model import ReminderKind
from tests.reminders.scene import Scene, day, local, wall_times


async def test_one_repeat_and_never_more(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00", second_chance_minutes=30)

    for minutes in range(0, 100, 10):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert wall_times(scene.push) == ["03-02 19:00", "03-02 19:30"]
    assert scene.push.sent[0].topic != scene.push.sent[1].topic, "the repeat must be heard"


async def test_none_without_the_patients_choice(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")

    for minutes in range(0, 100, 10):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert len(scene.push.sent) == 1


async def test_none_once_it_was_done(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00", second_chance_minutes=30)
    await scene.tick("2026-03-02 19:00")
    await scene.check_in(patient)

    await scene.tick("2026-03-02 19:30")

    assert await scene.skipped() == [None, "done"]


async def test_none_once_something_was_logged(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.publish(patient)
    await scene.remind(patient, "18:00", ReminderKind.EXERCISE, second_chance_minutes=60)
    await scene.tick("2026-03-02 18:00")
    await scene.log_all(patient, ReminderKind.EXERCISE, but=1)

    await scene.tick("2026-03-02 19:00")

    assert await scene.skipped() == [None, "done"]


async def test_none_in_quiet_hours(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "21:45", second_chance_minutes=30)
    await scene.tick("2026-03-02 21:45")

    await scene.tick("2026-03-02 22:15")

    assert await scene.skipped() == [None, "quiet"]


async def test_none_after_a_ring_that_was_silent(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, paused_until=day("2026-03-03"))
    await scene.remind(patient, "19:00", second_chance_minutes=30)
    await scene.tick("2026-03-02 19:00")
    await scene.settings(patient)

    await scene.tick("2026-03-02 19:30")

    assert await scene.skipped() == ["paused"]


async def test_a_snooze_replaces_it(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00", second_chance_minutes=30)
    await scene.tick("2026-03-02 19:00")
    await scene.snooze(patient, reminder, minutes=60)

    for minutes in range(10, 100, 10):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert wall_times(scene.push) == ["03-02 19:00", "03-02 20:00"]
