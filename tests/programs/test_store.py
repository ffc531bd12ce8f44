"""Episodes, sessions, revisions, drafts and logs, kept on both engines."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from homeplan.db import Database, Violated
from homeplan.errors import NotFound
from homeplan.library.model import Dosage
from homeplan.programs import store
from homeplan.programs.entries import ChangeSummary, Draft, DraftEntry, PrescriptionEntry, RevisionEntry
from homeplan.programs.model import (
    DraftConflict,
    EpisodeOfCare,
    EpisodeStillOpen,
    ExerciseLog,
    LogEntry,
    NeedledMuscle,
    NeedlingEntry,
    NeedlingSession,
    NoOpenEpisode,
    NotInPlan,
    Program,
    Screen,
    SessionChanged,
    Stage,
    StageNotAllowed,
    VersionConflict,
)
from tests.conftest import START, FakeClock
from tests.world import Person, World

DENVER = ZoneInfo("America/Denver")


class Care:
    """A therapist with one patient, and the store's functions called as they would."""

    def __init__(self, db: Database, clock: FakeClock, therapist: Person, patient: Person):
        self.db, self.clock, self.therapist, self.patient = db, clock, therapist, patient
        self.clinic_id = patient.clinic.id

    async def episode(self) -> EpisodeOfCare:
        return await self.db.write(
            lambda tx: store.open_episode_of(tx, self.therapist.scope, self.patient.id, self.clock.now())
        )

    async def step(self, to: Stage) -> EpisodeOfCare:
        episode = await self.episode()
        return await self.db.write(lambda tx: store.take_step(tx, self.therapist.scope, episode, to, self.clock.now()))

    async def needle(self, ended_at: datetime | None = None, **changes: Any) -> NeedlingSession:
        episode, now = await self.episode(), self.clock.now()
        entry = needling(ended_at or now, **changes)
        return await self.db.write(lambda tx: store.add_session(tx, self.therapist.scope, episode, entry, now))

    async def publish(self, *slugs: str, based_on: int | None = None, **changes: Any) -> Program:
        episode, now = await self.episode(), self.clock.now()
        entry = plan(*slugs, based_on=based_on, **changes)
        return await self.db.write(lambda tx: store.publish(tx, self.therapist.scope, episode, entry, now))

    async def log(self, log_id: str, prescription_id: str, **changes: Any) -> ExerciseLog:
        now = self.clock.now()
        given: dict[str, Any] = {
            "prescription_id": prescription_id,
            "day": now.astimezone(DENVER).date(),
            "occurred_at": now,
            "time_zone": "America/Denver",
            "outcome": "completed",
        }
        entry = LogEntry(**(given | changes))
        return await self.db.write(lambda tx: store.save_log(tx, self.clinic_id, self.patient.id, log_id, entry, now))

    async def logs(self) -> list[ExerciseLog]:
        return await self.db.read(
            lambda tx: store.logs_between(tx, self.clinic_id, self.patient.id, date(2026, 1, 1), date(2026, 12, 31))
        )

    async def chart(self) -> store.Chart:
        return await self.db.read(lambda tx: store.read_chart(tx, self.clinic_id, self.patient.id))


def needling(ended_at: datetime, **changes: Any) -> NeedlingEntry:
    given: dict[str, Any] = {
        "started_at": ended_at - timedelta(minutes=20),
        "ended_at": ended_at,
        "muscles": (NeedledMuscle(muscle="multifidus", side="left", technique="pistoning"),),
        "screen": Screen(present=(), decision="go-ahead"),
    }
    return NeedlingEntry(**(given | changes))


def plan(*slugs: str, based_on: int | None = None, **changes: Any) -> RevisionEntry:
    items = [PrescriptionEntry(kind="exercise", slug=slug, phases=("p0", "p3", "p4", "p5")) for slug in slugs]
    given: dict[str, Any] = {
        "based_on": based_on,
        "change_summary": ChangeSummary(en="New.", es="Nuevo."),
        "prescriptions": tuple(items),
    }
    return RevisionEntry(**(given | changes))


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist, problem="Low back pain.", goal="Lift my grandchild.")
    return Care(db, clock, therapist, patient)


# Episodes


async def test_the_first_episode_opens_by_itself_with_the_words_of_registration(care: Care) -> None:
    assert (await care.chart()).episode is None
    episode = await care.episode()
    assert (episode.problem, episode.goal, episode.stage) == ("Low back pain.", "Lift my grandchild.", Stage.INVITED)
    assert [(c.stage, c.at, c.by_id) for c in episode.changes] == [(Stage.INVITED, START, care.therapist.id)]
    assert (await care.episode()).id == episode.id


async def test_an_episode_keeps_every_step_with_when_and_who(care: Care) -> None:
    await care.episode()
    for at, to in enumerate((Stage.ACTIVE, Stage.GOAL_REACHED, Stage.DISCHARGED), start=1):
        care.clock.advance(days=1)
        episode = await care.step(to)
        assert episode.changes[at].at == START + timedelta(days=at)
    assert [c.stage.value for c in episode.changes] == ["invited", "active", "goal_reached", "discharged"]


async def test_a_step_that_is_not_allowed_changes_nothing(care: Care) -> None:
    await care.episode()
    with pytest.raises(StageNotAllowed):
        await care.step(Stage.GOAL_REACHED)
    assert (await care.episode()).stage is Stage.INVITED


async def test_after_a_discharge_a_new_episode_must_be_opened(care: Care) -> None:
    await care.step(Stage.DISCHARGED)
    with pytest.raises(NoOpenEpisode):
        await care.episode()
    care.clock.advance(days=30)
    opened = await care.db.write(
        lambda tx: store.open_episode(
            tx, care.therapist.scope, care.patient.id, care.clock.now(), problem="Again.", goal=None
        )
    )
    assert (await care.chart()).episode == opened
    with pytest.raises(EpisodeStillOpen):
        await care.db.write(
            lambda tx: store.open_episode(
                tx, care.therapist.scope, care.patient.id, care.clock.now(), problem=None, goal=None
            )
        )


async def test_opening_the_plan_makes_an_invitation_active_once(care: Care) -> None:
    async def read() -> EpisodeOfCare | None:
        return await care.db.write(
            lambda tx: store.activate_episode(tx, care.patient.scope, care.patient.id, care.clock.now())
        )

    first = await read()
    assert first is not None
    assert [(c.stage, c.by_id) for c in first.changes][-1] == (Stage.ACTIVE, care.patient.id)
    care.clock.advance(days=1)
    assert await read() == first
    await care.step(Stage.DISCHARGED)
    assert await read() is None


async def test_many_phones_opening_the_plan_at_once_take_one_step(care: Care) -> None:
    await asyncio.gather(
        *(
            care.db.write(lambda tx: store.activate_episode(tx, care.patient.scope, care.patient.id, START))
            for _ in range(10)
        )
    )
    episode = (await care.chart()).episode
    assert episode is not None
    assert [c.stage for c in episode.changes] == [Stage.INVITED, Stage.ACTIVE]


# Needling sessions


async def test_sessions_are_kept_as_written_and_read_oldest_first(care: Care) -> None:
    late = await care.needle(note="Second.")
    early = await care.needle(START - timedelta(days=7), pain_before=7, pain_after=3)
    assert [s.id for s in (await care.chart()).sessions] == [early.id, late.id]
    assert (early.pain_before, early.pain_after, early.version, early.recorded_by) == (7, 3, 1, care.therapist.id)


async def test_an_amendment_replaces_the_session_and_keeps_the_first_writing(care: Care) -> None:
    session = await care.needle()
    corrected = needling(START - timedelta(hours=2), note="The clock was wrong.")

    async def amend(based_on: int) -> NeedlingSession:
        return await care.db.write(
            lambda tx: store.amend_session(
                tx, care.therapist.scope, care.patient.id, session.id, corrected, based_on=based_on, now=START
            )
        )

    amended = await amend(1)
    assert (amended.ended_at, amended.version) == (START - timedelta(hours=2), 2)
    with pytest.raises(SessionChanged):
        await amend(1)
    versions = await care.db.read(lambda tx: tx.fetch("SELECT version FROM needling_session_versions ORDER BY version"))
    assert [row["version"] for row in versions] == [1, 2]
    assert await care.db.read(lambda tx: store.needling_ends(tx, care.clinic_id, care.patient.id)) == [
        START - timedelta(hours=2)
    ]


async def test_a_voided_session_counts_nowhere(care: Care) -> None:
    session = await care.needle()

    async def void() -> None:
        await care.db.write(lambda tx: store.void_session(tx, care.therapist.scope, care.patient.id, session.id, START))

    await void()
    assert (await care.chart()).sessions == ()
    assert await care.db.read(lambda tx: store.needling_ends(tx, care.clinic_id, care.patient.id)) == []
    with pytest.raises(NotFound):
        await void()


async def test_a_session_without_needles_has_no_needling_end(care: Care) -> None:
    await care.needle(muscles=(), screen=Screen(present=("no-consent",), decision="do-not-needle"))
    assert len((await care.chart()).sessions) == 1
    assert await care.db.read(lambda tx: store.needling_ends(tx, care.clinic_id, care.patient.id)) == []


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
        lambda tx: store.open_episode(tx, care.therapist.scope, care.patient.id, START, problem=None, goal=None)
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


async def test_of_two_revisions_published_at_once_one_wins(care: Care) -> None:
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


async def test_many_charts_are_read_as_each_by_itself(care: Care, world: World) -> None:
    await care.needle()
    await care.publish("bridge")
    blank = await world.patient(care.patient.clinic, care.therapist)
    charts = await care.db.read(lambda tx: store.read_charts(tx, care.clinic_id, [care.patient.id, blank.id]))
    assert charts[care.patient.id] == await care.chart()
    assert charts[blank.id] == store.Chart(episode=None, program=None, sessions=())
    assert await care.db.read(lambda tx: store.read_charts(tx, care.clinic_id, [])) == {}


async def test_today_is_read_with_what_was_done(care: Care) -> None:
    await care.needle(START - timedelta(days=4))
    program = await care.publish("easy-walk")
    await care.log("log-1", program.revisions[0].prescriptions[0].id, outcome="tiny")
    today = await care.db.read(lambda tx: store.today_of(tx, care.clinic_id, care.patient.id, START, DENVER))
    assert [(item.slug, item.draft) for item in today.items] == [("easy-walk", True)]
    assert (today.progress[0].times_done, today.progress[0].times_left) == (1, 1)


# Drafts


async def test_a_draft_is_overwritten_and_counts_its_versions(care: Care) -> None:
    episode = await care.episode()

    async def save(known_version: int | None = None, **fields: Any) -> Draft:
        entry = DraftEntry(known_version=known_version, **fields)
        return await care.db.write(
            lambda tx: store.save_draft(tx, care.therapist.scope, episode, entry, care.clock.now())
        )

    assert (await save()).version == 1
    assert (await save(known_version=1, prescriptions=plan("bridge").prescriptions)).version == 2
    with pytest.raises(DraftConflict):
        await save(known_version=1)
    found = await care.db.read(lambda tx: store.find_draft(tx, care.clinic_id, episode.id))
    assert found is not None
    assert (found.version, [i.slug for i in found.prescriptions], found.saved_by) == (
        2,
        ["bridge"],
        care.therapist.id,
    )
    assert await care.db.write(lambda tx: store.discard_draft(tx, care.clinic_id, episode.id))
    assert not await care.db.write(lambda tx: store.discard_draft(tx, care.clinic_id, episode.id))


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


async def test_a_phone_whose_clock_runs_ahead_is_answered_alike_each_time(care: Care) -> None:
    walk = (await care.publish("easy-walk")).revisions[0].prescriptions[0].id
    ahead = START + timedelta(days=300)
    first = await care.log("log-1", walk, occurred_at=ahead, day=date(2026, 3, 2))
    assert first.occurred_at == START
    care.clock.advance(minutes=5)
    assert await care.log("log-1", walk, occurred_at=ahead, day=date(2026, 3, 2)) == first


async def test_a_part_is_held_against_the_tiny_dose(care: Care) -> None:
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
        lambda tx: store.logs_between(tx, care.clinic_id, care.patient.id, date(2026, 3, 1), date(2026, 3, 2))
    )
    assert [log.day for log in found] == [date(2026, 3, 1), date(2026, 3, 2)]


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


async def test_a_dose_survives_the_database_to_the_last_field(care: Care) -> None:
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
