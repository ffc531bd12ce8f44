"""The daily check of a phase's gate, on both engines; the test moves the clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from homeplan.alerts.model import Alert
from homeplan.alerts.store import alerts_of_patient
from homeplan.checkins.actions import record_checkin
from homeplan.checkins.plan_gates import advance_plan
from homeplan.checkins.store import lift_pause, pause_exercise
from homeplan.clock import local_day
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.library.content import starter
from homeplan.programs.actions.phases import move_phase
from homeplan.programs.episode import Stage
from homeplan.programs.model import Program
from homeplan.programs.store import read_chart
from homeplan.programs.timeline.clocks import read_clocks
from homeplan.programs.timeline.gates import GateFacts, closed_by, waiting
from homeplan.programs.timeline.segments import what_is_on
from homeplan.values import zone
from tests.checkins.answers import entry
from tests.conftest import FakeClock
from tests.programs.care import DENVER, Care
from tests.world import Api, World, context

GOOD = GateFacts(start=[4, 5, 4], week=[4, 5, 5], alert_open=False, paused=False, days_due=10, days_done=5)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, ()),
        ({"week": [5, 5, 6]}, ()),
        ({"week": [6, 6, 5]}, ("pain",)),
        ({"week": []}, ("pain",)),
        ({"start": []}, ("pain",)),
        ({"alert_open": True}, ("alert",)),
        ({"paused": True}, ("paused",)),
        ({"days_done": 4}, ("too-few-days",)),
        ({"days_due": 0, "days_done": 0}, ("too-few-days",)),
        ({"week": [9], "paused": True, "days_done": 0}, ("pain", "paused", "too-few-days")),
    ],
)
def test_a_gate_says_what_keeps_it_closed(changes: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert closed_by(structs.replace(GOOD, **changes), starter().plan_rules.gate) == reasons


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock, api: Api) -> Care:
    """A patient whose phone has joined, with a plan of every phase published on Monday at 08:00."""
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist)
    await api.signed_in(patient)
    care = Care(db, clock, therapist, patient)
    await care.publish("belly-breathing", "pelvic-tilt")
    await care.step(Stage.ACTIVE)
    return care


async def check_in(care: Care, pain: int) -> None:
    now = care.clock.now()
    day = local_day(now, DENVER)
    await care.db.write(
        lambda tx: record_checkin(context(tx, now, care.clinic_id), care.patient.id, day, entry(now, painNow=pain))
    )


async def exercise(care: Care) -> None:
    program = await program_of(care)
    await care.log(f"log-{care.clock.now():%Y%m%d}", program.revisions[-1].prescriptions[0].id)


async def program_of(care: Care) -> Program:
    program = (await care.chart()).program
    assert program is not None
    return program


async def review(care: Care) -> None:
    now = care.clock.now()

    async def work(tx: Tx) -> None:
        ctx = operator_context(tx, now, care.clinic_id)
        chart, rules = await read_chart(ctx, care.patient.id), starter().alert_rules
        await advance_plan(ctx, care.patient.id, chart, zone("America/Denver"), rules)

    await care.db.write(work)


async def phase_now(care: Care) -> str | None:
    chart = await care.chart()
    reading = read_clocks(
        chart.program, chart.sessions, care.clock.now(), DENVER, chart.facts, rules=starter().plan_rules
    )
    return None if reading.plan is None else reading.plan.phase.slug


async def live(care: Care, days: int, *, pain: int = 4, exercises: bool = True) -> None:
    """Go through the days: a check-in, perhaps an exercise, then the review."""
    for _ in range(days):
        await check_in(care, pain)
        if exercises:
            await exercise(care)
        await review(care)
        care.clock.advance(days=1)


async def test_the_next_phase_begins_where_pain_and_use_allow_it(care: Care) -> None:
    await live(care, 18)
    assert await phase_now(care) == "p3"  # by hours it is over, and nobody has checked the gate today
    await live(care, 1)
    assert await phase_now(care) == "p4"
    [step] = (await program_of(care)).steps
    assert (step.kind, step.phase, step.by_id) == ("phase", "p4", None)


async def test_without_exercise_the_phase_waits_and_the_list_says_why(care: Care) -> None:
    await live(care, 10)
    await live(care, 9, exercises=False)
    assert await phase_now(care) == "p3"
    assert (await program_of(care)).gate_waits == ("too-few-days",)


async def test_more_pain_than_at_the_start_keeps_the_gate_closed(care: Care) -> None:
    await live(care, 12)
    await live(care, 8, pain=6)
    assert await phase_now(care) == "p3"
    program = await program_of(care)
    assert program.gate_waits[0] == "pain"
    chart = await care.chart()
    today = what_is_on(
        program, chart.sessions, [], care.clock.now(), DENVER, facts=chart.facts, rules=starter().plan_rules
    )
    [reason] = [one for one in today.reasons if one.code == "phase-waiting"]
    assert (reason.phase, reason.waits) == ("p4", program.gate_waits)
    reading = read_clocks(
        program, chart.sessions, care.clock.now() + timedelta(days=13), DENVER, chart.facts, rules=starter().plan_rules
    )
    assert reading.plan is not None
    found = waiting(program, reading.plan.clock, reading.at)
    assert found is not None
    assert reading.at - found.since >= starter().alert_rules.phase_waiting.time


async def test_after_two_weeks_at_a_gate_the_therapist_is_told_once(care: Care) -> None:
    await live(care, 10)
    await live(care, 9, exercises=False)
    assert [one.rule for one in await alerts_now(care)] == []
    await live(care, 16, pain=6)
    [alert] = [one for one in await alerts_now(care) if one.rule == "phase-waiting"]
    assert (alert.severity, alert.inputs["phase"], alert.times) == ("low", "p4", 1)


async def alerts_now(care: Care) -> list[Alert]:
    now = care.clock.now()
    return await care.db.read(lambda tx: alerts_of_patient(context(tx, now, care.clinic_id), care.patient.id))


async def test_a_pause_closes_the_gate_and_stops_the_clock(care: Care) -> None:
    await live(care, 10)
    since = care.clock.now()
    await care.db.write(
        lambda tx: pause_exercise(context(tx, since, care.clinic_id), care.patient.id, since=since, reason="urgent")
    )
    await live(care, 12, exercises=False)
    assert (await program_of(care)).steps == ()
    assert await phase_now(care) == "p3"
    now = care.clock.now()
    await care.db.write(lambda tx: lift_pause(care.therapist.context(tx, now), care.patient.id, None, None))
    assert not any(one.code == "phase-waiting" for one in await reasons_now(care))


async def reasons_now(care: Care) -> tuple[Any, ...]:
    chart = await care.chart()
    return what_is_on(
        chart.program, chart.sessions, [], care.clock.now(), DENVER, facts=chart.facts, rules=starter().plan_rules
    ).reasons


async def test_two_weeks_without_exercise_begin_the_phase_again_until_the_patient_is_back(care: Care) -> None:
    await live(care, 5)
    await live(care, 16, exercises=False)
    [step] = (await program_of(care)).steps
    assert (step.kind, step.phase) == ("restart", "p3")
    first = step.at
    await live(care, 2, exercises=False)
    [step] = (await program_of(care)).steps
    assert step.at == first + timedelta(days=2)
    await live(care, 3)
    [unmoved] = (await program_of(care)).steps
    assert unmoved.at == step.at


async def test_after_a_good_week_walks_are_longer_and_after_a_painful_one_shorter(
    db: Database, world: World, clock: FakeClock, api: Api
) -> None:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist)
    await api.signed_in(patient)
    care = Care(db, clock, therapist, patient)
    await care.publish("easy-walk")
    await care.step(Stage.ACTIVE)
    await live(care, 8)
    [step] = (await program_of(care)).steps
    assert (step.kind, step.walk_s) == ("walk", 4620)
    await care.log("painful", (await program_of(care)).revisions[-1].prescriptions[0].id, pain_during=7)
    care.clock.advance(days=1)
    await live(care, 7)
    assert [step.walk_s for step in (await program_of(care)).steps] == [4620, 3696]


async def test_a_therapist_moves_the_phase_by_hand(care: Care) -> None:
    async def move(ctx: Context) -> None:
        await move_phase(ctx, care.patient.id, "p4")

    now: datetime = care.clock.now()
    for _ in range(2):  # sent again it stays one step
        await care.db.write(lambda tx: move(care.therapist.context(tx, now)))
    assert await phase_now(care) == "p4"
    [step] = (await program_of(care)).steps
    assert step.by_id == care.therapist.id
