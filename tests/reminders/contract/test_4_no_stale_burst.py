"""4. After downtime a reminder past its useful life is marked stale and never sent; the TTL is the remaining life."""

from datetime import timedelta

import pytest

from homeplan.delivery.model import Retry, Sent
from tests.reminders.scene import Scene, local, wall_times

LIFE = 2 * 60 * 60


async def test_after_days_of_downtime_nothing_comes_at_once(scene: Scene) -> None:
    patient = await scene.patient()
    for at in ("08:00", "12:00", "18:00"):
        await scene.remind(patient, at)

    await scene.tick("2026-03-06 17:00")

    assert scene.push.sent == []
    assert await scene.skipped() == ["stale"] * 3
    await scene.tick("2026-03-06 18:00")
    assert len(scene.push.sent) == 1


@pytest.mark.parametrize(("late", "sent"), [("20:58", True), ("20:59:01", False), ("21:00", False)])
async def test_up_to_two_hours_late_is_still_sent(scene: Scene, late: str, sent: bool) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")

    await scene.tick(f"2026-03-02 {late}")

    assert bool(scene.push.sent) is sent


async def test_the_ttl_is_the_remaining_life(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")

    await scene.tick("2026-03-02 19:45")

    assert [push.ttl_s for push in scene.push.sent] == [LIFE - 45 * 60]


async def test_the_next_ring_ends_the_life_of_the_one_before(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00", second_chance_minutes=30)

    await scene.tick("2026-03-02 19:00")

    assert [push.ttl_s for push in scene.push.sent] == [30 * 60]


async def test_a_ring_and_its_second_chance_missed_together_are_one_ring(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00", second_chance_minutes=30)

    for at in ("19:40", "19:50", "20:30", "21:10"):
        await scene.tick(f"2026-03-02 {at}")

    assert wall_times(scene.push) == ["03-02 19:40"]


async def test_a_push_service_that_is_down_for_hours_leaves_it_stale(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    scene.push.always = Retry("unreachable")
    for minutes in range(0, 130, 5):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))
    scene.push.always = Sent(201)

    await scene.tick("2026-03-02 22:00")

    assert (scene.push.sent, [status for status, _ in await scene.deliveries()]) == ([], ["stale"])


async def test_within_its_life_a_retry_gets_through_once(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    scene.push.always = Retry("unreachable")
    for minutes in range(0, 60, 5):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))
    scene.push.always = Sent(201)

    for minutes in range(60, 180, 5):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert len(scene.push.sent) == 1
    assert scene.push.sent[0].ttl_s <= LIFE - 3600
