"""Episodes of care and needling sessions, opened, changed and stored on both engines."""

import asyncio
from datetime import datetime, timedelta

import pytest

from homeplan.context import Context
from homeplan.programs import store
from homeplan.programs.actions import episodes
from homeplan.programs.actions import needling as needling_sessions
from homeplan.programs.episode import (
    EpisodeEntry,
    EpisodeOfCare,
    EpisodeStillOpen,
    NoOpenEpisode,
    Stage,
    StageNotAllowed,
)
from homeplan.programs.needling_session import NeedlingScreen, NeedlingSession, NeedlingSessionChanged
from tests.programs.care import Care, needling
from tests.world import START, context

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
        lambda tx: episodes.open_episode(
            care.therapist.context(tx, care.clock.now()), care.patient.id, "again", EpisodeEntry(problem="Again.")
        )
    )
    assert (await care.chart()).episode == opened
    with pytest.raises(EpisodeStillOpen):
        await care.db.write(
            lambda tx: episodes.open_episode(
                care.therapist.context(tx, care.clock.now()), care.patient.id, "once-more", EpisodeEntry()
            )
        )


async def test_opening_the_plan_makes_an_invitation_active_once(care: Care) -> None:
    async def read() -> EpisodeOfCare | None:
        return await care.db.write(
            lambda tx: episodes.activate_episode(care.patient.context(tx, care.clock.now()), care.patient.id)
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
            care.db.write(lambda tx: episodes.activate_episode(care.patient.context(tx, START), care.patient.id))
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
            lambda tx: needling_sessions.amend_session(
                care.therapist.context(tx, START), care.patient.id, session.id, corrected, based_on=based_on
            )
        )

    amended = await amend(1)
    assert (amended.ended_at, amended.version) == (START - timedelta(hours=2), 2)
    with pytest.raises(NeedlingSessionChanged):
        await amend(1)
    versions = await care.db.read(lambda tx: tx.fetch("SELECT version FROM needling_session_versions ORDER BY version"))
    assert [row["version"] for row in versions] == [1, 2]
    assert await care.db.read(lambda tx: _needled(context(tx, clinic_id=care.clinic_id), care.patient.id)) == [
        START - timedelta(hours=2)
    ]


async def test_a_voided_session_counts_nowhere(care: Care) -> None:
    session = await care.needle()

    async def void() -> None:
        await care.db.write(
            lambda tx: needling_sessions.void_session(
                care.therapist.context(tx, START), care.patient.id, session.id, "Entered twice.", based_on=1
            )
        )

    await void()
    assert (await care.chart()).sessions == ()
    assert await care.db.read(lambda tx: _needled(context(tx, clinic_id=care.clinic_id), care.patient.id)) == []
    await void()
    assert (await care.chart()).sessions == ()


async def test_a_session_without_needles_has_no_needling_end(care: Care) -> None:
    await care.needle(muscles=(), screen=NeedlingScreen(decision="do-not-needle"))
    assert len((await care.chart()).sessions) == 1
    assert await care.db.read(lambda tx: _needled(context(tx, clinic_id=care.clinic_id), care.patient.id)) == []


async def _needled(ctx: Context, patient_id: str) -> list[datetime]:
    return (await store.care_facts(ctx, patient_id)).needled
