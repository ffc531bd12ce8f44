"""2. No patient is reminded of what they have done; a delivery that is still open by then is superseded."""

from collections import Counter
from datetime import time

from homeplan.delivery.model import Retry
from homeplan.reminders.model import ReminderKind
from tests.reminders.scene import Scene, wall_times


async def test_no_ring_after_the_check_in(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.check_in(patient)

    await scene.tick("2026-03-02 19:00")

    assert scene.push.sent == []
    assert await scene.skipped() == ["done"]


async def test_a_delivery_still_open_when_the_patient_checks_in_is_superseded(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    scene.push.answers.append(Retry("busy", 600.0))
    await scene.tick("2026-03-02 19:00")
    await scene.check_in(patient)

    assert await scene.tick("2026-03-02 19:11") == Counter()

    assert scene.push.sent == []
    assert await scene.deliveries() == [("superseded", "done")]


async def test_the_next_day_rings_again(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.check_in(patient)
    await scene.tick("2026-03-02 19:00")

    await scene.tick("2026-03-03 19:00")

    assert len(scene.push.sent) == 1


async def test_no_ring_once_all_exercises_of_the_day_are_logged(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.publish(patient)
    await scene.remind(patient, "19:00", ReminderKind.EXERCISE)
    await scene.log_all(patient, ReminderKind.EXERCISE)

    await scene.tick("2026-03-02 19:00")

    assert (scene.push.sent, await scene.skipped()) == ([], ["done"])


async def test_some_exercises_left_still_ring(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.publish(patient)
    await scene.remind(patient, "19:00", ReminderKind.EXERCISE)
    await scene.log_all(patient, ReminderKind.EXERCISE, but=1)

    await scene.tick("2026-03-02 19:00")

    assert [push.body for push in scene.push.sent] == ["You have something to do today."]


async def test_no_exercise_reminder_without_a_plan(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00", ReminderKind.EXERCISE)

    await scene.tick("2026-03-02 19:00")

    assert await scene.skipped() == ["no-plan"]


async def test_no_exercise_reminder_while_a_safety_answer_is_open(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.publish(patient)
    await scene.remind(patient, "19:00", ReminderKind.EXERCISE)
    await scene.remind(patient, "19:00", ReminderKind.CHECKIN)
    await scene.answer_safety(patient, "fever")

    await scene.tick("2026-03-02 19:00")

    assert sorted(await scene.skipped(), key=str) == [None, "safety"]
    assert [push.body for push in scene.push.sent] == ["It is time for your daily note."]


async def test_a_discharged_patient_is_not_reminded(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.discharge(patient)

    await scene.tick("2026-03-02 19:00")

    assert (scene.push.sent, await scene.skipped()) == ([], ["discharged"])


async def test_turning_a_reminder_off_supersedes_its_open_delivery(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    scene.push.answers.append(Retry("busy", 600.0))
    await scene.tick("2026-03-02 19:00")
    await scene.change(patient, reminder, enabled=False)

    await scene.tick("2026-03-02 19:11")

    assert scene.push.sent == []
    assert await scene.deliveries() == [("superseded", "off")]


async def test_changing_the_time_supersedes_the_open_delivery(scene: Scene) -> None:
    patient = await scene.patient()
    reminder = await scene.remind(patient, "19:00")
    scene.push.answers.append(Retry("busy", 600.0))
    await scene.tick("2026-03-02 19:00")
    await scene.change(patient, reminder, wall_time=time(20))

    await scene.tick("2026-03-02 19:11")
    await scene.tick("2026-03-02 20:00")

    assert wall_times(scene.push) == ["03-02 20:00"]
