"""Episodes of care and the record of their stages, in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from homeplan.clock import from_ms, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.programs.episode import EpisodeEntry, EpisodeOfCare, Stage, StageChange
from homeplan.programs.records.episodes import discharged_at

SELECT_EPISODES = """
SELECT id, patient_id, problem, goal, no_floor FROM episodes
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
    """Like `latest_episodes`, but for one patient."""
    return (await latest_episodes(ctx, [patient_id])).get(patient_id)


async def _episodes(ctx: Context, patient_ids: Sequence[str]) -> list[EpisodeOfCare]:
    rows = await ctx.tx.fetch(SELECT_EPISODES, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    steps: dict[str, list[Row]] = {row["id"]: [] for row in rows}
    for step in await ctx.tx.fetch(SELECT_STEPS, clinic_id=ctx.clinic_id, episode_ids=list(steps)):
        steps[step["episode_id"]].append(step)
    return [_episode(row, steps[row["id"]]) for row in rows]


SELECT_DISCHARGED = """
SELECT patient_id FROM episodes
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)
GROUP BY patient_id HAVING COUNT(*) = COUNT(discharged_at)"""


async def discharged_among(ctx: Context, patient_ids: Sequence[str]) -> set[str]:
    """The patients whose episodes have all ended; a patient without any episode is not among them."""
    rows = await ctx.tx.fetch(SELECT_DISCHARGED, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    return {row["patient_id"] for row in rows}


SELECT_ENDED = """
SELECT clinic_id, patient_id FROM episodes
WHERE (clinic_id, patient_id) > (:clinic_id, :patient_id)
GROUP BY clinic_id, patient_id HAVING COUNT(*) = COUNT(discharged_at) AND MAX(discharged_at) < :before
ORDER BY clinic_id, patient_id LIMIT :most"""


async def ended_before(ctx: Context, before: datetime, after: tuple[str, str], most: int) -> list[tuple[str, str]]:
    """Clinic and patient of those whose last episode ended before then, of all clinics, in order from `after` on."""
    clinic_id, patient_id = after
    rows = await ctx.tx.fetch(SELECT_ENDED, before=to_ms(before), clinic_id=clinic_id, patient_id=patient_id, most=most)
    return [(row["clinic_id"], row["patient_id"]) for row in rows]


DELETE_GOALS = """
UPDATE episodes SET goal = NULL WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND goal IS NOT NULL"""


async def delete_goals(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words about their goals."""
    await ctx.tx.execute(DELETE_GOALS, clinic_id=ctx.clinic_id, patient_id=patient_id)


UPDATE_EPISODE = """
UPDATE episodes SET problem = :problem, goal = :goal, no_floor = :no_floor
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def update_episode(ctx: Context, episode: EpisodeOfCare) -> None:
    """Store the problem, goal and `no_floor` of `episode`."""
    await ctx.tx.execute(
        UPDATE_EPISODE,
        clinic_id=ctx.clinic_id,
        patient_id=episode.patient_id,
        id=episode.id,
        problem=episode.problem,
        goal=episode.goal,
        no_floor=_yes_or_no(episode.no_floor),
    )


async def find_episode(ctx: Context, patient_id: str, episode_id: str) -> EpisodeOfCare:
    """That episode of that patient. Raises NotFound."""
    for episode in await episodes_of(ctx, patient_id):
        if episode.id == episode_id:
            return episode
    raise NotFound


INSERT_EPISODE = """
INSERT INTO episodes (clinic_id, id, patient_id, problem, goal, no_floor, opened_at)
VALUES (:clinic_id, :id, :patient_id, :problem, :goal, :no_floor, :now)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_episode(
    ctx: Context, patient_id: str, episode_id: str, entry: EpisodeEntry, first: StageChange
) -> bool:
    """Add an episode whose record begins with the change `first`; False when the id is in use."""
    added = await ctx.tx.execute(
        INSERT_EPISODE,
        clinic_id=ctx.clinic_id,
        id=episode_id,
        patient_id=patient_id,
        problem=entry.problem,
        goal=entry.goal,
        no_floor=_yes_or_no(entry.no_floor),
        now=to_ms(ctx.now),
    )
    if added:
        await _insert_step(ctx, episode_id, 1, first)
    return bool(added)


INSERT_STEP = """
INSERT INTO episode_steps (clinic_id, episode_id, seq, stage, at, by_id)
VALUES (:clinic_id, :episode_id, :seq, :stage, :at, :by_id)"""

END_EPISODE = """
UPDATE episodes SET discharged_at = :discharged_at WHERE clinic_id = :clinic_id AND id = :episode_id"""


async def add_step(ctx: Context, episode: EpisodeOfCare, change: StageChange) -> None:
    """Add the change to the episode's record; a discharge also ends it."""
    changes = (*episode.changes, change)
    await _insert_step(ctx, episode.id, len(changes), change)
    ended_ms = to_ms_or_none(discharged_at(changes))
    await ctx.tx.execute(END_EPISODE, clinic_id=ctx.clinic_id, episode_id=episode.id, discharged_at=ended_ms)


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
        no_floor=row["no_floor"] == "yes",
    )


def _yes_or_no(flag: bool) -> str:
    """The flag as it is stored."""
    return "yes" if flag else "no"
