"""1. Once per local day at the wall time, over both clock changes, in the phone's zone or the home zone as chosen."""

from datetime import timedelta
from typing import Any, cast

import msgspec

from homeplan.accounts import store as accounts
from tests.reminders.scene import Scene, day, local, wall_times
from tests.world import context


async def ring_through(scene: Scene, zone: str, first: str, days: int, *wall: str) -> list[str]:
    """Step the worker at these wall times on `days` days; returns the wall time of each ring."""
    for n in range(days):
        date = day(first) + timedelta(days=n)
        for at in sorted(local(f"{date} {each}", zone) + timedelta(hours=h) for each in wall for h in (0, 1)):
            if at > scene.clock.now():
                await scene.tick(at)
    return wall_times(scene.push, zone)


async def test_a_time_that_does_not_exist_rings_when_the_gap_ends(scene: Scene) -> None:
    scene.clock.set(local("2026-03-06 12:00"))
    patient = await scene.patient()
    await scene.settings(patient)
    await scene.remind(patient, "02:30")

    rung = await ring_through(scene, "America/Denver", "2026-03-06", 4, "01:45", "02:30", "03:00")

    assert rung == ["03-07 02:30", "03-08 03:00", "03-09 02:30"]


async def test_a_repeated_time_rings_at_its_first_pass_only(scene: Scene) -> None:
    scene.clock.set(local("2026-10-30 12:00"))
    patient = await scene.patient()
    await scene.settings(patient)
    await scene.remind(patient, "01:30")

    rung = await ring_through(scene, "America/Denver", "2026-10-30", 4, "00:30", "00:45", "01:30")

    assert rung == ["10-31 01:30", "11-01 01:30", "11-02 01:30"]
    assert scene.push.sent[1].at == local("2026-11-01 00:30") + timedelta(hours=1), "the first pass"


async def test_lord_howe_changes_by_half_an_hour(scene: Scene) -> None:
    scene.clock.set(local("2026-10-02 12:00", "Australia/Lord_Howe"))
    patient = await scene.patient(zone="Australia/Lord_Howe")
    await scene.settings(patient)
    await scene.remind(patient, "02:10")

    rung = await ring_through(scene, "Australia/Lord_Howe", "2026-10-02", 4, "01:50", "02:00", "02:10", "02:30")

    assert rung == ["10-03 02:10", "10-04 02:30", "10-05 02:10"]


async def test_only_on_its_weekdays(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00", weekdays=1 | 16)  # Monday and Friday

    rung = await ring_through(scene, "America/Denver", "2026-03-02", 8, "19:00")

    assert rung == ["03-02 19:00", "03-06 19:00", "03-09 19:00"]


async def test_a_traveller_chooses_between_the_phones_clock_and_home_time(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "08:00", zone_policy="phone")
    await scene.remind(patient, "12:00", zone_policy="home")
    scene.clock.set(local("2026-03-03 18:00"))
    await scene.tick()
    scene.push.sent.clear()
    await scene.travel(patient, "Europe/Madrid")

    await ring_through(scene, "Europe/Madrid", "2026-03-04", 1, "07:00", "08:00", "12:00", "19:00", "20:00")

    assert [push.at for push in scene.push.sent] == [
        local("2026-03-04 08:00", "Europe/Madrid"),
        local("2026-03-04 12:00", "America/Denver"),
    ]


async def test_flying_west_over_the_same_wall_time_rings_once_that_day(scene: Scene) -> None:
    patient = await scene.patient(zone="America/New_York")
    await scene.remind(patient, "08:00", zone_policy="phone")
    scene.clock.set(local("2026-03-03 07:00", "America/New_York"))
    await scene.tick("2026-03-03 08:00", "America/New_York")
    await scene.travel(patient, "America/Los_Angeles")

    rung = await ring_through(scene, "America/Los_Angeles", "2026-03-03", 2, "05:30", "08:00", "11:00")

    assert rung == ["03-03 05:00", "03-04 08:00"]


async def test_a_patient_who_moves_is_reminded_by_the_new_home_zone(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    moved = msgspec.structs.replace(patient.who, time_zone="America/New_York")
    await scene.db.write(lambda tx: accounts.save_patient(context(tx, clinic_id=patient.clinic.id), cast(Any, moved)))

    rung = await ring_through(scene, "America/New_York", "2026-03-02", 2, "17:00", "19:00", "21:00")

    assert rung == ["03-02 19:00", "03-03 19:00"]
