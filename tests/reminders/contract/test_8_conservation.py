"""8. due = sent + gone + stale + superseded + failed + open, at any moment."""

import random
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from homeplan.clock import local_day
from homeplan.delivery.actions import remove_device
from homeplan.delivery.model import Gone, Outcome, Refused, Retry, Sent
from tests.reminders.scene import Scene
from tests.world import Person

DENVER = ZoneInfo("America/Denver")


@pytest.mark.parametrize("seed", range(4))
async def test_holds_after_every_step_of_a_random_week(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    patients = [await scene.patient(devices=chance.randrange(3)) for _ in range(4)]
    reminders = []
    for patient in patients:
        for at in ("08:30", "13:00", "19:00", "20:45")[: chance.randrange(2, 5)]:
            minutes = chance.choice([None, 30, 60])
            reminders.append((patient, await scene.remind(patient, at, second_chance_minutes=minutes)))
    answers: list[Outcome] = [Sent(201), Sent(201), Gone(410), Retry("429"), Retry("500", 1200.0), Refused("413")]
    due = 0
    for _ in range(50):
        scene.push.always = chance.choice(answers)
        scene.clock.advance(minutes=chance.choice([1, 10, 45, 180, 900]))
        patient, reminder = chance.choice(reminders)
        match chance.randrange(6):
            case 0:
                await scene.check_in(patient)
            case 1:
                await scene.settings(patient, paused_until=local_day(scene.clock.now(), DENVER) + timedelta(days=1))
            case 2:
                await scene.settings(patient, quiet_from=time(22), quiet_until=time(6))
            case 3:
                await scene.device(patient)
            case 4 if 7 <= scene.clock.now().astimezone(DENVER).hour < 20:
                await scene.snooze(patient, reminder, minutes=chance.choice([10, 30, 60]))
            case 5:
                await remove_some_device(scene, patient)
            case _:
                pass
        await scene.tick()
        book = await scene.ledger()
        assert book.unbalanced == 0, book
        due = max(due, book.due)
    assert due > 3, "nothing happened in this week"


async def remove_some_device(scene: Scene, patient: Person) -> None:
    rows = await scene.rows("SELECT id FROM devices WHERE patient_id = :id AND ended_at IS NULL", id=patient.id)
    if rows:
        now = scene.clock.now()
        await scene.db.write(lambda tx: remove_device(patient.context(tx, now), patient.recipient, rows[0]["id"]))


async def test_what_is_not_wanted_any_more_stays_in_the_sum(scene: Scene) -> None:
    patient = await scene.patient(devices=2)
    await scene.remind(patient, "19:00")
    scene.push.always = Retry("500")
    await scene.tick("2026-03-02 19:00")
    await scene.check_in(patient)
    await scene.tick("2026-03-02 19:10")
    book = await scene.ledger()
    assert (book.due, book.superseded, book.unbalanced) == (2, 2, 0)


async def test_a_lost_delivery_shows(scene: Scene) -> None:
    patient = await scene.patient(devices=2)
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    assert (await scene.ledger()).unbalanced == 0

    await scene.execute("DELETE FROM deliveries WHERE id = (SELECT MIN(id) FROM deliveries)")

    assert (await scene.ledger()).unbalanced == 1


async def test_a_second_delivery_of_the_same_ring_shows(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")

    await scene.execute("UPDATE occurrences SET planned = 0")

    assert (await scene.ledger()).unbalanced == -1


async def test_metrics_export_it(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    await scene.test_push(patient)

    text = await scene.metrics()

    assert "homeplan_reminders_due 3.0\n" in text
    assert 'homeplan_reminders{state="sent"} 2.0\n' in text
    assert 'homeplan_reminders{state="open"} 1.0\n' in text
    assert "homeplan_reminders_unbalanced 0.0\n" in text
