"""The worklist shows what is stored now, though it reads only what has changed since it was last asked for."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from litestar import Litestar
from msgspec import structs

from homeplan.accounts.model import Patient
from homeplan.accounts.store import save_clinic
from homeplan.context import Memory
from homeplan.db import Database
from homeplan.library.content import starter
from homeplan.programs import store
from homeplan.programs.episode import Stage
from homeplan.programs.store import Chart, Done, PatientVersions
from homeplan.programs.timeline.clocks import read_clocks
from homeplan.reports.kept_care import Care as CareOfOne
from homeplan.reports.kept_care import KeptCare
from tests.conftest import FakeClock
from tests.programs.build import DENVER, NEEDLED, program, revision, session
from tests.programs.build import exercise as exercise_item
from tests.programs.care import Care
from tests.reports.test_api import cared_for, check_in, exercise, worklist
from tests.world import Api, Person, World, context


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


async def test_every_change_is_in_the_next_worklist(
    db: Database, world: World, clock: FakeClock, api: Api, litestar: Litestar, therapist: Person
) -> None:
    care = await cared_for(db, world, clock, therapist, given_name="Ana")
    await cared_for(db, world, clock, therapist, given_name="Ben")
    await api.signed_in(care.patient)
    clock.advance(days=3)

    async def both() -> list[dict[str, Any]]:
        """The worklist, which is the same for a process that has kept nothing."""
        rows = await worklist(api, therapist)
        litestar.state.memory = Memory()
        assert await worklist(api, therapist) == rows
        return rows

    changes = (
        lambda: exercise(care, "log-1"),
        lambda: check_in(care),
        lambda: care.needle(),
        lambda: exercise(care, "log-1", outcome="skipped", skip_reason="tired"),
        lambda: care.publish("bird-dog", based_on=1),
        lambda: rename(care),
        lambda: care.step(Stage.DISCHARGED),
    )
    seen = [await both()]
    for change in changes:
        await worklist(api, therapist)
        await change()
        clock.advance(days=1)
        seen.append(await both())
    assert all(before != after for before, after in pairwise(seen))


async def rename(care: Care) -> None:
    renamed = "UPDATE patients SET given_name = 'Anna' WHERE id = :id"
    await care.db.write(lambda tx: tx.execute(renamed, id=care.patient.id))


def test_the_phase_moves_on_by_the_clock_that_is_kept() -> None:
    plan, day = program(revision(exercise_item("walk")), revision(exercise_item("walk"))), NEEDLED.date()
    chart = Chart(episode=None, program=plan, sessions=(session(),))
    ana = Patient(id="ana", given_name="Ana", family_name="Ruiz", language="es", time_zone=DENVER.key)
    state = PatientVersions("", "", ""), day, day
    care = CareOfOne(state=state, patient=ana, chart=chart, done=Done({}, frozenset()))
    times = [NEEDLED + timedelta(hours=since) for since in (-1, 1, 30, 60, 80, 400, 2000)]
    readings = [read_clocks(plan, [session()], at, DENVER, chart.facts, rules=starter().plan_rules) for at in times]
    expected = [None if one.plan is None else one.plan.phase for one in readings]
    assert [care.phase_at(at) for at in times] == expected
    assert len({None if phase is None else phase.slug for phase in expected}) > 4


async def test_the_adherence_follows_what_the_clinic_shows_and_when_exercises_rested(
    db: Database, world: World, clock: FakeClock, api: Api, therapist: Person
) -> None:
    care = await cared_for(db, world, clock, therapist)
    await api.signed_in(care.patient)
    clock.advance(days=2)
    await check_in(care, safetyYes=["fever"])
    clock.advance(days=3)

    async def due() -> int:
        (row,) = await worklist(api, therapist)
        return int(row["adherence"]["due"])

    paused = await due()
    await db.write(
        lambda tx: tx.execute("UPDATE exercise_pauses SET lifted_at = since, lifted_by = :by", by=therapist.id)
    )
    lifted = await due()
    hidden = structs.replace(therapist.clinic, drafts_allowed=False)
    await db.write(lambda tx: save_clinic(context(tx, clock.now(), hidden.id), hidden))
    assert lifted > paused > 0
    assert await due() == 0


async def test_only_changed_patients_are_read_again(
    db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    cares = [await cared_for(db, world, clock, therapist) for _ in range(3)]
    ids = [care.patient.id for care in cares]
    kept, day = KeptCare(), clock.now().date()

    async def read() -> list[store.Chart]:
        found = await db.read(
            lambda tx: kept.of_many(context(tx, clock.now(), therapist.clinic.id), ids, day - timedelta(days=14), day)
        )
        return [found[patient_id].chart for patient_id in ids]

    before = await read()
    await exercise(cares[0], "log-1")
    await cares[1].needle()
    after = await read()
    assert [new is old for new, old in zip(after, before, strict=True)] == [False, False, True]
    assert await read() == after
    assert (len(after[0].sessions), len(after[1].sessions)) == (0, 1)


async def test_the_number_of_kept_patients_is_bounded(
    db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    care: Care = await cared_for(db, world, clock, therapist)
    others = [(await world.patient(therapist.clinic, therapist)).id for _ in range(3)]
    kept, day = KeptCare(most=2), clock.now().date()
    for patient_id in (care.patient.id, *others):
        found = await db.read(
            lambda tx, one=patient_id: kept.of_many(  # type: ignore[misc]
                context(tx, clock.now(), therapist.clinic.id), [one], day, day
            )
        )
        assert list(found) == [patient_id]
    assert len(kept) == 2
