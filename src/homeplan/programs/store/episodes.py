"""Episodes of care and the record of their steps."""

from collections.abc import Iterable, Sequence

from homeplan.accounts.store import find_patient
from homeplan.clock import from_ms, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.ids import new_id
from homeplan.programs.model import EpisodeOfCare, EpisodeStillOpen, NoOpenEpisode, Stage, StageChange
from homeplan.programs.records.episodes import discharged_at, step

SELECT_EPISODES = """
SELECT id, patient_id, problem, goal FROM episodes
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)
ORDER BY CASE WHEN discharged_at IS NULL THEN 1 ELSE 0 END, opened_at, id"""

SELECT_STEPS = """
SELECT episode_id, stage, at, by_id FROM episode_steps
WHERE clinic_id = :clinic_id AND episode_id IN (:episode_ids)
ORDER BY episode_id, seq"""


async def episodes_of(ctx: Context, patient_id: str) -> list[EpisodeOfCare]:
    """All episodes of the patient, oldest first; only the last can be open."""
    return await _episodes(ctx, [patient_id])


async def latest_episodes(ctx: Context, patient_ids: Sequence[str]) -> dict[str, EpisodeOfCare]:
    """For each patient who has one the open episode, else the one that was discharged last."""
    return {episode.patient_id: episode for episode in await _episodes(ctx, patient_ids)}


async def latest_episode(ctx: Context, patient_id: str) -> EpisodeOfCare | None:
    """As `latest_episodes`, for one patient."""
    return (await latest_episodes(ctx, [patient_id])).get(patient_id)


async def _episodes(ctx: Context, patient_ids: Sequence[str]) -> list[EpisodeOfCare]:
    rows = await ctx.tx.fetch(SELECT_EPISODES, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    steps: dict[str, list[Row]] = {row["id"]: [] for row in rows}
    for taken in await ctx.tx.fetch(SELECT_STEPS, clinic_id=ctx.clinic_id, episode_ids=list(steps)):
        steps[taken["episode_id"]].append(taken)
    return [_episode(row, steps[row["id"]]) for row in rows]


async def open_episode_of(ctx: Context, patient_id: str) -> EpisodeOfCare:
    """The episode that is open. The first one opens by itself, from what was said at registration.

    Raises NoOpenEpisode after a discharge and for a patient who left, and NotFound for one whom the actor may not see.
    """
    await one_writer(ctx, patient_id)
    episode = await latest_episode(ctx, patient_id)
    if episode is None:
        patient = await find_patient(ctx, patient_id)
        if patient.left_at is not None:
            raise NoOpenEpisode
        return await _insert(ctx, patient_id, problem=patient.problem, goal=patient.goal)
    if episode.stage is Stage.DISCHARGED:
        raise NoOpenEpisode
    return episode


async def open_episode(ctx: Context, patient_id: str, *, problem: str | None, goal: str | None) -> EpisodeOfCare:
    """A new episode. Raises EpisodeStillOpen."""
    await one_writer(ctx, patient_id)
    latest = await latest_episode(ctx, patient_id)
    if latest is not None and latest.stage is not Stage.DISCHARGED:
        raise EpisodeStillOpen
    return await _insert(ctx, patient_id, problem=problem, goal=goal)


UPDATE_EPISODE = """
UPDATE episodes SET problem = :problem, goal = :goal
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def reword_episode(ctx: Context, episode: EpisodeOfCare) -> None:
    """Overwrite problem and goal with those of `episode`."""
    await ctx.tx.execute(
        UPDATE_EPISODE,
        clinic_id=ctx.clinic_id,
        patient_id=episode.patient_id,
        id=episode.id,
        problem=episode.problem,
        goal=episode.goal,
    )


async def find_episode(ctx: Context, patient_id: str, episode_id: str) -> EpisodeOfCare:
    """That episode of that patient. Raises NotFound."""
    for episode in await episodes_of(ctx, patient_id):
        if episode.id == episode_id:
            return episode
    raise NotFound


INSERT_STEP = """
INSERT INTO episode_steps (clinic_id, episode_id, seq, stage, at, by_id)
VALUES (:clinic_id, :episode_id, :seq, :stage, :at, :by_id)"""

END_EPISODE = """
UPDATE episodes SET discharged_at = :discharged_at WHERE clinic_id = :clinic_id AND id = :episode_id"""


async def take_step(ctx: Context, episode: EpisodeOfCare, to: Stage) -> EpisodeOfCare:
    """The episode one stage on. Raises StageNotAllowed."""
    await one_writer(ctx, episode.patient_id)
    episode = await find_episode(ctx, episode.patient_id, episode.id)
    change = step(episode.changes, to, at=ctx.now, by_id=ctx.actor.id)
    changes = (*episode.changes, change)
    await _insert_step(ctx, episode.id, len(changes), change)
    ended_ms = to_ms_or_none(discharged_at(changes))
    await ctx.tx.execute(END_EPISODE, clinic_id=ctx.clinic_id, episode_id=episode.id, discharged_at=ended_ms)
    return await find_episode(ctx, episode.patient_id, episode.id)


async def activate_episode(ctx: Context, patient_id: str) -> EpisodeOfCare | None:
    """The patient opened the plan: an episode that was only an invitation becomes active. None after a discharge."""
    try:
        episode = await open_episode_of(ctx, patient_id)
    except NoOpenEpisode:
        return None
    return await take_step(ctx, episode, Stage.ACTIVE) if episode.stage is Stage.INVITED else episode


async def one_writer(ctx: Context, patient_id: str) -> None:
    """Whoever changes a patient's episodes, sessions or program does so alone."""
    await ctx.tx.lock(f"programs:{ctx.clinic_id}:{patient_id}")


INSERT_EPISODE = """
INSERT INTO episodes (clinic_id, id, patient_id, problem, goal, opened_at)
VALUES (:clinic_id, :id, :patient_id, :problem, :goal, :now)"""


async def _insert(ctx: Context, patient_id: str, *, problem: str | None, goal: str | None) -> EpisodeOfCare:
    episode_id = new_id(ctx.now)
    await ctx.tx.execute(
        INSERT_EPISODE,
        clinic_id=ctx.clinic_id,
        id=episode_id,
        patient_id=patient_id,
        problem=problem,
        goal=goal,
        now=to_ms(ctx.now),
    )
    invited = StageChange(stage=Stage.INVITED, at=ctx.now, by_id=ctx.actor.id)
    await _insert_step(ctx, episode_id, 1, invited)
    return await find_episode(ctx, patient_id, episode_id)


async def _insert_step(ctx: Context, episode_id: str, seq: int, change: StageChange) -> None:
    await ctx.tx.execute(
        INSERT_STEP,
        clinic_id=ctx.clinic_id,
        episode_id=episode_id,
        seq=seq,
        stage=change.stage.value,
        at=to_ms(change.at),
        by_id=change.by_id,
    )


def _episode(row: Row, steps: Iterable[Row]) -> EpisodeOfCare:
    changes = tuple(StageChange(stage=Stage(s["stage"]), at=from_ms(s["at"]), by_id=s["by_id"]) for s in steps)
    return EpisodeOfCare(
        id=row["id"],
        patient_id=row["patient_id"],
        problem=row["problem"],
        goal=row["goal"],
        changes=changes,
        stage=changes[-1].stage,
    )
