"""Programs, revisions and drafts, published and stored on both engines."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from homeplan.db import Violated
from homeplan.errors import NotFound
from homeplan.ids import new_id
from homeplan.library.dosage import Dosage
from homeplan.programs import store
from homeplan.programs.actions import episodes, program
from homeplan.programs.authoring.entries import Draft, DraftEntry, PrescriptionEntry
from homeplan.programs.episode import EpisodeEntry, Stage
from homeplan.programs.model import DraftConflict, Program, VersionConflict
from homeplan.programs.views import today_of
from tests.programs.care import Care, plan
from tests.world import START, World, context

# Programs


async def test_a_revision_is_read_back_as_it_was_published(care: Care) -> None:
    session = await care.needle()
    program = await care.publish("bridge", "easy-walk")
    assert (await care.chart()).program == program
    (revision,) = program.revisions
    assert (revision.number, revision.author, revision.effective_from) == (1, "Therapist Example 1", START)
    assert [p.slug for p in revision.prescriptions] == ["bridge", "easy-walk"]
    assert program.anchor_session_id == session.id


async def test_the_plan_clock_stays_on_the_session_before_the_first_revision(care: Care) -> None:
    first = await care.needle()
    await care.publish("bridge")
    care.clock.advance(days=7)
    await care.needle()
    program = await care.publish("bridge", "bird-dog", based_on=1)
    assert program.anchor_session_id == first.id


async def test_without_a_session_of_this_episode_the_plan_clock_has_no_anchor(care: Care) -> None:
    await care.needle()
    await care.step(Stage.DISCHARGED)
    await care.db.write(
        lambda tx: episodes.open_episode(
            care.therapist.context(tx, START), care.patient.id, new_id(START), EpisodeEntry()
        )
    )
    assert (await care.publish("bridge")).anchor_session_id is None


async def test_a_revision_based_on_an_older_one_is_a_conflict(care: Care) -> None:
    with pytest.raises(VersionConflict):
        await care.publish("bridge", based_on=1)
    await care.publish("bridge")
    for based_on in (None, 2):
        with pytest.raises(VersionConflict):
            await care.publish("bird-dog", based_on=based_on)
    assert [r.number for r in (await care.publish("bird-dog", based_on=1)).revisions] == [1, 2]


async def test_only_one_succeeds_when_two_revisions_are_published_at_once(care: Care) -> None:
    await care.publish("bridge")
    results = await asyncio.gather(
        *(care.publish(slug, based_on=1) for slug in ("bird-dog", "clamshell", "easy-walk")), return_exceptions=True
    )
    assert sum(isinstance(result, VersionConflict) for result in results) == 2
    program = (await care.chart()).program
    assert program is not None
    assert [r.number for r in program.revisions] == [1, 2]


async def test_a_published_revision_cannot_be_rewritten_not_even_by_sql(care: Care) -> None:
    await care.publish("bridge")
    with pytest.raises(Violated):
        await care.db.write(lambda tx: tx.execute("UPDATE revisions SET author = 'Someone else'"))


async def test_a_discharge_ends_the_program(care: Care) -> None:
    await care.publish("bridge")
    care.clock.advance(days=2)
    await care.step(Stage.DISCHARGED)
    program = (await care.chart()).program
    assert program is not None
    assert program.ended_at == START + timedelta(days=2)


async def test_charts_read_at_once_equal_charts_read_one_by_one(care: Care, world: World) -> None:
    await care.needle()
    await care.publish("bridge")
    blank = await world.patient(care.patient.clinic, care.therapist)
    charts = await care.db.read(
        lambda tx: store.read_charts(context(tx, clinic_id=care.clinic_id), [care.patient.id, blank.id])
    )
    assert charts[care.patient.id] == await care.chart()
    assert charts[blank.id] == store.Chart(episode=None, program=None, sessions=())
    assert await care.db.read(lambda tx: store.read_charts(context(tx, clinic_id=care.clinic_id), [])) == {}


async def test_today_is_read_with_what_was_done(care: Care) -> None:
    await care.needle(START - timedelta(days=4))
    program = await care.publish("easy-walk")
    await care.log("log-1", program.revisions[0].prescriptions[0].id, outcome="tiny")
    today = await care.db.read(lambda tx: today_of(context(tx, START, care.clinic_id), care.patient.id))
    assert [(item.slug, item.draft) for item in today.items] == [("easy-walk", True)]
    assert (today.progress[0].times_done, today.progress[0].times_left) == (1, 1)


# Drafts


async def test_a_draft_is_overwritten_and_counts_its_versions(care: Care) -> None:
    episode = await care.episode()

    async def save(known_version: int | None = None, **fields: Any) -> Draft:
        entry = DraftEntry(known_version=known_version, **fields)
        return await care.db.write(
            lambda tx: program.save_draft(care.therapist.context(tx, care.clock.now()), care.patient.id, entry)
        )

    assert (await save()).version == 1
    assert (await save(known_version=1, prescriptions=plan("bridge").prescriptions)).version == 2
    with pytest.raises(DraftConflict):
        await save(known_version=1)
    found = await care.db.read(lambda tx: store.find_draft(context(tx, clinic_id=care.clinic_id), episode.id))
    assert found is not None
    assert (found.version, [i.slug for i in found.prescriptions], found.saved_by) == (
        2,
        ["bridge"],
        care.therapist.id,
    )
    await care.db.write(lambda tx: program.discard_draft(care.therapist.context(tx, START), care.patient.id))
    with pytest.raises(NotFound):
        await care.db.write(lambda tx: program.discard_draft(care.therapist.context(tx, START), care.patient.id))


# Rows stay within their clinic and patient


async def test_no_row_can_point_across_clinics_or_patients(care: Care, world: World) -> None:
    program = await care.publish("easy-walk")
    episode = await care.episode()
    neighbour = await world.patient(care.patient.clinic)
    abroad = await world.patient(await world.clinic("Another Clinic"))
    statements = [
        "INSERT INTO needling_sessions (clinic_id, id, patient_id, episode_id, version, ended_at) "
        "VALUES (:clinic, 'x', :patient, :episode, 1, 0)",
        "INSERT INTO programs (clinic_id, id, patient_id, episode_id) VALUES (:clinic, 'x', :patient, :episode)",
        "INSERT INTO prescriptions (clinic_id, id, patient_id, program_id, kind, slug) "
        "VALUES (:clinic, 'x', :patient, :program, 'exercise', 'x')",
    ]
    for person in (neighbour, abroad):
        values = {"clinic": person.clinic.id, "patient": person.id, "episode": episode.id, "program": program.id}
        for sql in statements:
            used = {name: value for name, value in values.items() if f":{name}" in sql}
            with pytest.raises(Violated):
                await care.db.write(lambda tx, sql=sql, used=used: tx.execute(sql, **used))  # type: ignore[misc]  # bound in the loop


async def test_every_field_of_a_dose_is_stored(care: Care) -> None:
    dose = Dosage(sets=3, reps=8, hold_s=5, rest_s=45, load="2 kg", times_per_day=2, weekdays=21)
    entry = PrescriptionEntry(kind="exercise", slug="clamshell", phases=("p3",), dosage=dose, side="left")
    program = await care.publish(prescriptions=(entry,))
    kept = program.revisions[0].prescriptions[0]
    assert (kept.dosage, kept.side) == (dose, "left")
    assert msgspec.json.decode(msgspec.json.encode(program), type=Program) == program


async def test_sessions_a_year_back_and_instants_with_offsets_keep_their_instant(care: Care) -> None:
    offset = datetime.fromisoformat("2026-03-01T23:30:00-07:00")
    session = await care.needle(offset)
    assert session.ended_at.astimezone(UTC) == offset
    assert (await care.chart()).sessions[0] == session
