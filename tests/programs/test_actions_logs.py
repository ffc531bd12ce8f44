"""Exercise logs, saved and stored on both engines, however often a phone sends them."""

from datetime import date, timedelta

import pytest

from homeplan.programs import store
from homeplan.programs.exercise_log import NotInPlan
from tests.programs.care import Care
from tests.world import START, World, context

# Exercise logs


async def test_the_same_log_sent_often_is_stored_once_with_the_same_answer(care: Care) -> None:
    walk = (await care.publish("easy-walk")).revisions[0].prescriptions[0].id
    first = await care.log("log-1", walk, pain_during=2)
    care.clock.advance(hours=30)
    again = [await care.log("log-1", walk, pain_during=2, occurred_at=START, day=date(2026, 3, 2)) for _ in range(5)]
    assert again == [first] * 5
    assert await care.logs() == [first]


async def test_a_log_knows_its_item_and_the_revision_then_in_force(care: Care) -> None:
    program = await care.publish("easy-walk")
    care.clock.advance(days=1)
    await care.publish("easy-walk", "bridge", based_on=1)
    walk = program.revisions[0].prescriptions[0].id
    before = await care.log("log-1", walk, occurred_at=START + timedelta(hours=1), day=date(2026, 3, 2))
    after = await care.log("log-2", walk)
    assert (before.revision, before.slug, before.kind, before.counts) == (1, "easy-walk", "exercise", True)
    assert after.revision == 2


async def test_an_edit_replaces_the_log_and_a_late_older_answer_does_not(care: Care) -> None:
    walk = (await care.publish("easy-walk")).revisions[0].prescriptions[0].id
    await care.log("log-1", walk)
    edited = await care.log("log-1", walk, effort=4)
    assert edited.effort == 4
    care.clock.advance(hours=2)
    newer = await care.log("log-1", walk, outcome="skipped", skip_reason="pain")
    stale = await care.log("log-1", walk, occurred_at=START, day=date(2026, 3, 2))
    assert stale == newer
    assert await care.logs() == [newer]


async def test_a_phone_whose_clock_runs_ahead_gets_the_same_answer_each_time(care: Care) -> None:
    walk = (await care.publish("easy-walk")).revisions[0].prescriptions[0].id
    ahead = START + timedelta(days=300)
    first = await care.log("log-1", walk, occurred_at=ahead, day=date(2026, 3, 2))
    assert first.occurred_at == START
    care.clock.advance(minutes=5)
    assert await care.log("log-1", walk, occurred_at=ahead, day=date(2026, 3, 2)) == first


async def test_a_part_counts_when_it_reaches_the_tiny_dose(care: Care) -> None:
    bridge = (await care.publish("bridge")).revisions[0].prescriptions[0].id
    assert not (await care.log("log-1", bridge, outcome="partly", reps_done=2)).counts
    assert (await care.log("log-2", bridge, outcome="partly", reps_done=3)).counts


async def test_an_item_that_a_revision_dropped_can_still_be_logged(care: Care) -> None:
    dropped = (await care.publish("bridge")).revisions[0].prescriptions[0].id
    care.clock.advance(days=1)
    await care.publish("easy-walk", based_on=1)
    assert (await care.log("log-1", dropped)).slug == "bridge"


async def test_what_was_never_prescribed_to_this_patient_cannot_be_logged(care: Care, world: World) -> None:
    walk = (await care.publish("easy-walk")).revisions[0].prescriptions[0].id
    other = Care(care.db, care.clock, care.therapist, await world.patient(care.patient.clinic, care.therapist))
    for prescription_id in (walk, "no-such-thing"):
        with pytest.raises(NotInPlan):
            await other.log("log-1", prescription_id)
    assert await other.logs() == []


async def test_two_patients_may_use_the_same_log_id(care: Care, world: World) -> None:
    other = Care(care.db, care.clock, care.therapist, await world.patient(care.patient.clinic, care.therapist))
    for one in (care, other):
        walk = (await one.publish("easy-walk")).revisions[0].prescriptions[0].id
        await one.log("log-1", walk)
    assert len(await care.logs()) == len(await other.logs()) == 1


async def test_logs_are_read_by_local_day(care: Care) -> None:
    walk = (await care.publish("easy-walk")).revisions[0].prescriptions[0].id
    for back in range(3):
        await care.log(f"log-{back}", walk, day=date(2026, 3, 2) - timedelta(days=back))
    found = await care.db.read(
        lambda tx: store.logs_between(
            context(tx, clinic_id=care.clinic_id), care.patient.id, date(2026, 3, 1), date(2026, 3, 2)
        )
    )
    assert [log.day for log in found] == [date(2026, 3, 1), date(2026, 3, 2)]
