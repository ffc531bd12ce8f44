"""The daily review of silent patients, on both engines; the test moves the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from homeplan.accounts.model import Patient
from homeplan.accounts.store import save_patient
from homeplan.alerts.model import Alert
from homeplan.alerts.store import alerts_of_patient
from homeplan.alerts.thresholds.actions import change_threshold
from homeplan.alerts.thresholds.model import ThresholdEntry
from homeplan.checkins import worker
from homeplan.checkins.actions import record_checkin
from homeplan.checkins.store import pause_exercise
from homeplan.checkins.worker import BATCH, run, tick
from homeplan.clock import from_ms, to_ms
from homeplan.db import Database
from homeplan.library.content import starter
from homeplan.programs.episode import Stage
from tests.checkins.answers import entry
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.waiting import LIMIT_S, WatchedClock
from tests.world import START, World, context

NOON = START + timedelta(hours=4)
"""Monday, 12:00 in Denver."""


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    """A patient with an active plan, published on Monday at 08:00."""
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    care = Care(db, clock, therapist, await world.patient(clinic, therapist))
    await care.publish("belly-breathing", "pelvic-tilt")
    await care.step(Stage.ACTIVE)
    return care


async def check_in(care: Care, **changes: Any) -> None:
    now = care.clock.now()
    await care.db.write(
        lambda tx: record_checkin(context(tx, now, care.clinic_id), care.patient.id, now.date(), entry(now, **changes))
    )


async def exercise(care: Care, log_id: str, **changes: Any) -> None:
    program = (await care.chart()).program
    assert program is not None
    await care.log(log_id, program.revisions[-1].prescriptions[0].id, **changes)


async def day_by_day(care: Care, until: datetime) -> None:
    """Step from noon to noon."""
    at = NOON
    while at <= until:
        care.clock.set(max(at, care.clock.now()))
        while await tick(care.db, care.clock.now()):
            pass
        at += timedelta(days=1)


async def alerts(care: Care) -> list[Alert]:
    return await care.db.read(lambda tx: alerts_of_patient(context(tx, clinic_id=care.clinic_id), care.patient.id))


async def due_at(care: Care) -> datetime:
    return from_ms(await care.db.read(lambda tx: tx.fetch_value("SELECT due_at FROM reviews_due")))


async def test_publishing_puts_the_patient_into_the_queue(care: Care) -> None:
    assert await due_at(care) == from_ms(0)
    assert await tick(care.db, START) == 1
    assert await due_at(care) == NOON
    assert await tick(care.db, NOON - timedelta(milliseconds=1)) == 0
    assert await tick(care.db, NOON) == 1
    assert await due_at(care) == NOON + timedelta(days=1)


async def test_three_silent_days_raise_an_alert_at_noon_of_the_fourth(care: Care) -> None:
    await day_by_day(care, NOON + timedelta(days=3))
    assert await alerts(care) == []
    await day_by_day(care, NOON + timedelta(days=4))
    [alert] = await alerts(care)
    assert (alert.rule, alert.severity, alert.raised_at) == ("no-checkin", "low", NOON + timedelta(days=4))
    assert alert.inputs == {
        "silentDays": 3,
        "lastCheckIn": None,
        "planSince": "2026-03-02",
        "thresholds": ["no-checkin.days 3 homeplan"],
    }


async def test_a_silence_is_told_after_the_days_that_were_chosen_for_the_patient(care: Care) -> None:
    chosen = ThresholdEntry(value=2, reason="Lives alone.")
    await care.db.write(
        lambda tx: change_threshold(care.therapist.context(tx, START), "no-checkin.days", chosen, care.patient.id)
    )
    await day_by_day(care, NOON + timedelta(days=3))
    [alert] = await alerts(care)
    assert (alert.rule, alert.inputs["silentDays"]) == ("no-checkin", 2)
    assert alert.inputs["thresholds"] == ["no-checkin.days 2 patient"]


@pytest.mark.parametrize("of_patient", [False, True])
async def test_a_changed_number_is_looked_at_in_the_next_round(care: Care, world: World, of_patient: bool) -> None:
    elsewhere = await world.patient(care.therapist.clinic, care.therapist)
    other = Care(care.db, care.clock, care.therapist, elsewhere)
    await other.publish("belly-breathing")
    await day_by_day(care, NOON + timedelta(days=3))
    assert await alerts(care) == []
    now = care.clock.advance(minutes=5)
    chosen, whose = ThresholdEntry(value=2, reason="Lives alone."), care.patient.id if of_patient else ""
    await care.db.write(lambda tx: change_threshold(care.therapist.context(tx, now), "no-checkin.days", chosen, whose))
    assert await tick(care.db, now) == (1 if of_patient else 2)
    [alert] = await alerts(care)
    assert (alert.rule, alert.raised_at) == ("no-checkin", now)


async def test_a_silence_over_a_clock_change_counts_local_days(care: Care) -> None:
    care.clock.set(START + timedelta(days=4))  # Friday; the clocks go forward on Sunday
    await tick(care.db, care.clock.now())
    await check_in(care)
    for days in range(1, 4):
        care.clock.set(NOON + timedelta(days=4 + days) - timedelta(hours=1 if days >= 2 else 0))
        assert await tick(care.db, care.clock.now()) == 1
        assert "no-checkin" not in {one.rule for one in await alerts(care)}
    care.clock.set(NOON + timedelta(days=8) - timedelta(hours=1))
    await tick(care.db, care.clock.now())
    assert "no-checkin" in {one.rule for one in await alerts(care)}


async def test_a_longer_silence_is_told_again_every_three_days_and_ends_with_a_checkin(care: Care) -> None:
    await day_by_day(care, NOON + timedelta(days=7))
    silence = [one for one in await alerts(care) if one.rule == "no-checkin"]
    assert [(one.value, one.times, one.closed_reason) for one in silence] == [(6, 2, None)]
    await check_in(care)
    silence = [one for one in await alerts(care) if one.rule == "no-checkin"]
    assert [one.closed_reason for one in silence] == ["over"]


async def test_before_noon_nobody_counts_as_silent(care: Care) -> None:
    await day_by_day(care, NOON + timedelta(days=3))
    morning = NOON + timedelta(days=4) - timedelta(hours=2)
    await care.db.write(lambda tx: tx.execute("UPDATE reviews_due SET due_at = 0"))
    assert await tick(care.db, morning) == 1
    assert await alerts(care) == []


async def test_a_week_with_one_exercise_day_raises_an_alert_until_the_second(care: Care) -> None:
    await day_by_day(care, NOON)
    await exercise(care, "log-1")
    for _ in range(8):
        await check_in(care)
        care.clock.advance(days=1)
        await tick(care.db, care.clock.now())
    # The log of Monday left the window on the following Tuesday.
    raised = {one.rule: one for one in await alerts(care) if one.closed_at is None}
    assert set(raised) == {"no-exercise"}
    await exercise(care, "log-2")
    care.clock.advance(days=1)
    await exercise(care, "log-3")
    care.clock.advance(days=1)
    await tick(care.db, care.clock.now())
    assert next(one for one in await alerts(care) if one.rule == "no-exercise").closed_reason == "over"


async def test_paused_exercises_are_not_missed(care: Care) -> None:
    await care.db.write(
        lambda tx: pause_exercise(context(tx, START, care.clinic_id), care.patient.id, since=START, reason="urgent")
    )
    await day_by_day(care, NOON + timedelta(days=9))
    assert {one.rule for one in await alerts(care)} == {"no-checkin"}


async def test_an_exercise_that_hurts_twice_raises_an_alert_at_the_next_tick(care: Care) -> None:
    await tick(care.db, START)
    await exercise(care, "log-1", pain_during=6)
    await tick(care.db, care.clock.advance(minutes=1))
    assert await alerts(care) == []
    care.clock.advance(days=1)
    await exercise(care, "log-2", pain_during=starter().alert_rules.light.red)
    await tick(care.db, care.clock.advance(minutes=1))
    [alert] = await alerts(care)
    assert (alert.rule, alert.inputs["days"]) == ("exercise-red", ["2026-03-02", "2026-03-03"])


LEAST_RED = starter().alert_rules.light.red_rise
"""Pain during an exercise that is red after no pain at all."""


async def test_an_exercise_below_the_red_threshold_waits_for_noon(care: Care) -> None:
    await tick(care.db, START)
    await exercise(care, "log-1", pain_during=LEAST_RED - 1)
    assert await tick(care.db, care.clock.advance(minutes=1)) == 0


async def test_an_exercise_that_hurt_more_than_before_or_was_stopped_is_reviewed_at_once(care: Care) -> None:
    await tick(care.db, START)
    await exercise(care, "log-1", pain_during=LEAST_RED)
    assert await tick(care.db, care.clock.advance(minutes=1)) == 1
    await exercise(care, "log-2", outcome="partly", stopped=True)
    assert await tick(care.db, care.clock.advance(minutes=1)) == 1


async def test_pain_during_exercises_is_judged_against_the_checkin_before(care: Care) -> None:
    for n in range(2):
        await check_in(care, painNow=5)
        await exercise(care, f"log-{n}", pain_during=6)
        await tick(care.db, care.clock.advance(days=1))
    assert await alerts(care) == []
    for n in range(2, 4):
        await check_in(care, painNow=1)
        await exercise(care, f"log-{n}", pain_during=4)
        await tick(care.db, care.clock.advance(days=1))
    [alert] = await alerts(care)
    assert (alert.rule, alert.inputs["painBefore"], alert.inputs["worstPainDuring"]) == ("exercise-red", 1, 4)


async def test_a_log_corrected_to_red_is_reviewed_at_once(care: Care) -> None:
    await tick(care.db, START)
    await exercise(care, "log-1", pain_during=1)
    care.clock.advance(minutes=1)
    await exercise(care, "log-1", pain_during=9)
    assert await tick(care.db, care.clock.advance(minutes=1)) == 1


async def test_an_invited_patient_is_not_silent_yet(care: Care, world: World) -> None:
    waiting = Care(care.db, care.clock, care.therapist, await world.patient(care.therapist.clinic, care.therapist))
    await waiting.publish("pelvic-tilt")
    await day_by_day(care, NOON + timedelta(days=10))
    assert await alerts(waiting) == []
    assert await alerts(care) != []


async def test_a_discharged_patient_is_reviewed_once_per_week_without_alerts(care: Care) -> None:
    await care.step(Stage.DISCHARGED)
    assert await tick(care.db, NOON) == 1
    assert await due_at(care) == NOON + timedelta(days=7)
    assert await tick(care.db, NOON + timedelta(days=7)) == 1
    assert await alerts(care) == []


async def test_two_workers_review_a_patient_once(care: Care) -> None:
    await day_by_day(care, NOON + timedelta(days=3))
    at = NOON + timedelta(days=4)
    await asyncio.gather(tick(care.db, at), tick(care.db, at))
    assert len(await alerts(care)) == 1
    assert await due_at(care) == at + timedelta(days=1)


async def test_a_patient_who_cannot_be_judged_does_not_stop_the_others(
    care: Care, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Care(care.db, care.clock, care.therapist, await world.patient(care.therapist.clinic, care.therapist))
    await broken.publish("pelvic-tilt")
    await care.db.write(
        lambda tx: tx.execute("UPDATE patients SET time_zone = 'Mars/Olympus' WHERE id = :id", id=broken.patient.id)
    )
    await tick(care.db, NOON)
    rows = await care.db.read(lambda tx: tx.fetch("SELECT patient_id, due_at FROM reviews_due"))
    assert {row["patient_id"]: from_ms(row["due_at"]) for row in rows} == {
        care.patient.id: NOON + timedelta(days=1),
        broken.patient.id: NOON + timedelta(hours=1),
    }
    assert "Mars" not in caplog.text
    assert broken.patient.id not in caplog.text


async def test_a_patient_who_moved_is_reviewed_at_noon_of_the_new_zone(care: Care) -> None:
    assert isinstance(care.patient.who, Patient)
    moved = structs.replace(care.patient.who, time_zone="Asia/Kolkata")
    await care.db.write(lambda tx: save_patient(context(tx, clinic_id=care.clinic_id), moved))
    await tick(care.db, START)
    assert await due_at(care) == datetime.fromisoformat("2026-03-03T06:30:00+00:00")


async def due_at_noon(db: Database, world: World, patients: int) -> None:
    """`patients` patients in the queue, due on Monday at noon."""
    clinic = await world.clinic()
    patient = await world.patient(clinic)

    columns = "clinic_id, given_name, family_name, search_key, language, time_zone, created_at"

    async def fill(tx: Any) -> None:
        await tx.execute_many(
            f"INSERT INTO patients (id, {columns}) SELECT :new_id, {columns} FROM patients WHERE id = :id",
            [{"new_id": f"p{n}", "id": patient.id} for n in range(patients)],
        )
        await tx.execute_many(
            "INSERT INTO reviews_due (due_at, clinic_id, patient_id) VALUES (:due_at, :clinic_id, :id)",
            [{"due_at": to_ms(NOON), "clinic_id": clinic.id, "id": f"p{n}"} for n in range(patients)],
        )

    await db.write(fill)


async def test_the_cost_follows_what_is_due(db: Database, world: World) -> None:
    await due_at_noon(db, world, BATCH + 5)
    assert await tick(db, START) == 0
    assert [await tick(db, NOON) for _ in range(3)] == [BATCH, 5, 0]


async def test_the_loop_goes_on_at_once_after_a_full_batch_only(
    db: Database, world: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due_at_noon(db, world, BATCH + 5)
    goes_on: list[bool] = []

    async def two_rounds(step: Callable[[], Awaitable[bool]], *_: Any, **__: Any) -> None:
        goes_on.extend([await step(), await step()])

    monkeypatch.setattr(worker, "run_rounds", two_rounds)
    clock.set(NOON)
    await run(db, clock, asyncio.Event())
    assert goes_on == [True, False]


async def test_the_loop_reviews_until_it_is_stopped(care: Care) -> None:
    care.clock.set(NOON)
    clock, stop = WatchedClock(care.clock), asyncio.Event()
    running = asyncio.create_task(run(care.db, clock, stop))
    await clock.seen(1)
    stop.set()
    await asyncio.wait_for(running, LIMIT_S)
    assert await due_at(care) == NOON + timedelta(days=1)


def test_the_first_day_of_the_story_is_a_monday() -> None:
    assert (START.date(), START.date().weekday()) == (date(2026, 3, 2), 0)
