"""Opens, rewords and advances a patient's episodes of care."""

from contextlib import suppress

from msgspec import structs

from homeplan.accounts.store import find_patient
from homeplan.context import Context
from homeplan.errors import Invalid, SentBefore
from homeplan.ids import new_id
from homeplan.programs import store
from homeplan.programs.episode import (
    EpisodeChanges,
    EpisodeEntry,
    EpisodeOfCare,
    EpisodeStillOpen,
    NoOpenEpisode,
    Stage,
    StageChange,
)
from homeplan.programs.records.episodes import step
from homeplan.values import changed


async def open_episode(ctx: Context, patient_id: str, episode_id: str, entry: EpisodeEntry) -> EpisodeOfCare:
    """Open an episode once, under the id that the form made.

    Raises EpisodeStillOpen until the one before is discharged, and SentBefore when the id is in use.
    """
    await store.lock_patient(ctx, patient_id)
    for known in await store.episodes_of(ctx, patient_id):
        if known.id == episode_id:
            ctx.repeated = True
            if (known.problem, known.goal, known.no_floor) != (entry.problem, entry.goal, entry.no_floor):
                raise SentBefore(field="id")
            return known
        if known.stage is not Stage.DISCHARGED:
            raise EpisodeStillOpen
    return await _open(ctx, patient_id, episode_id, entry)


async def require_open_episode(ctx: Context, patient_id: str) -> EpisodeOfCare:
    """The open episode. A patient's first one opens by itself, with the problem and goal noted at registration.

    Raises NoOpenEpisode after a discharge and for a patient who left, and NotFound for one whom the actor may not see.
    """
    await store.lock_patient(ctx, patient_id)
    episode = await store.latest_episode(ctx, patient_id)
    if episode is None:
        patient = await find_patient(ctx, patient_id)
        if patient.left_at is not None:
            raise NoOpenEpisode
        return await _open(ctx, patient_id, new_id(ctx.now), EpisodeEntry(problem=patient.problem, goal=patient.goal))
    if episode.stage is Stage.DISCHARGED:
        raise NoOpenEpisode
    return episode


async def open_first_episode(ctx: Context, patient_id: str) -> None:
    """Open the patient's first episode, unless there is one already or the patient left."""
    if await store.latest_episode(ctx, patient_id) is None:
        with suppress(NoOpenEpisode):
            await require_open_episode(ctx, patient_id)


async def change_episode(ctx: Context, patient_id: str, episode_id: str, changes: EpisodeChanges) -> EpisodeOfCare:
    """Reword the problem or goal, keep the patient off the floor, or go to another stage.

    Raises NotFound, StageNotAllowed and Invalid.
    """
    words = changed(changes)
    if not words:
        raise Invalid("Say what to change.")
    stage = words.pop("stage", None)
    episode = await store.find_episode(ctx, patient_id, episode_id)
    if words:
        episode = structs.replace(episode, **words)
        await store.update_episode(ctx, episode)
    if stage is not None:
        episode = await take_step(ctx, patient_id, episode_id, stage)
    return episode


async def take_step(ctx: Context, patient_id: str, episode_id: str, to: Stage) -> EpisodeOfCare:
    """Go to the stage `to`. Raises NotFound and StageNotAllowed."""
    await store.lock_patient(ctx, patient_id)
    episode = await store.find_episode(ctx, patient_id, episode_id)
    await store.add_step(ctx, episode, step(episode.changes, to, at=ctx.now, by_id=ctx.actor.id))
    return await store.find_episode(ctx, patient_id, episode_id)


async def activate_episode(ctx: Context, patient_id: str) -> EpisodeOfCare | None:
    """Make an invited episode active, since the patient opened the plan. None after a discharge."""
    episode = await store.latest_episode(ctx, patient_id)
    if episode is None or episode.stage is Stage.INVITED:
        try:
            episode = await require_open_episode(ctx, patient_id)
        except NoOpenEpisode:
            return None
    if episode.stage is not Stage.INVITED:
        return None if episode.stage is Stage.DISCHARGED else episode
    return await take_step(ctx, patient_id, episode.id, Stage.ACTIVE)


async def discharge(ctx: Context, patient_id: str) -> None:
    """End the open episode, if there is one."""
    episode = await store.latest_episode(ctx, patient_id)
    if episode is not None and episode.stage is not Stage.DISCHARGED:
        await take_step(ctx, patient_id, episode.id, Stage.DISCHARGED)


async def forget(ctx: Context, patient_id: str) -> None:
    """Discharge a patient who leaves, erase goals and helpers' names, delete drafts; the treatment record stays."""
    await discharge(ctx, patient_id)
    await store.delete_goals(ctx, patient_id)
    await store.delete_drafts(ctx, patient_id)
    await store.forget_helpers(ctx, patient_id)


async def _open(ctx: Context, patient_id: str, episode_id: str, entry: EpisodeEntry) -> EpisodeOfCare:
    invited = StageChange(stage=Stage.INVITED, at=ctx.now, by_id=ctx.actor.id)
    if not await store.insert_episode(ctx, patient_id, episode_id, entry, invited):
        raise SentBefore(field="id")  # of another patient
    return await store.find_episode(ctx, patient_id, episode_id)
