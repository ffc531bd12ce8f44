"""A patient's episodes of care."""

import msgspec
from msgspec import UNSET, UnsetType

from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.http.routes import chart
from homeplan.programs import store
from homeplan.programs.model import EpisodeOfCare, Goal, Problem, Stage
from homeplan.values import Value, changed


class NewEpisode(Value, frozen=True, kw_only=True):
    """A new course of treatment."""

    problem: Problem | None = None
    goal: Goal | None = None


class EpisodeChanges(Value, frozen=True, kw_only=True):
    """What to change; what is left out stays."""

    problem: Problem | UnsetType | None = UNSET
    goal: Goal | UnsetType | None = UNSET
    stage: Stage | UnsetType = UNSET


@chart.get("episodes", audit="episode.list")
async def list_episodes(ctx: Context, patient_id: str) -> list[EpisodeOfCare]:
    """The patient's episodes of care, oldest first; only the last can be open."""
    return await store.episodes_of(ctx, patient_id)


@chart.post("episodes", audit="episode.open")
async def open_episode(ctx: Context, patient_id: str, data: NewEpisode) -> EpisodeOfCare:
    """Open an episode of care. The first one opens by itself; another needs the one before to be discharged."""
    opened = await store.open_episode(ctx, patient_id, problem=data.problem, goal=data.goal)
    ctx.object_id = opened.id
    return opened


@chart.patch("episodes/{episode_id}", audit="episode.change")
async def change_episode(ctx: Context, patient_id: str, episode_id: str, data: EpisodeChanges) -> EpisodeOfCare:
    """Reword problem or goal, or take a step: active, goal reached, discharged."""
    words = changed(data)
    if not words:
        raise Invalid("Say what to change.")
    stage = words.pop("stage", None)
    episode = await store.find_episode(ctx, patient_id, episode_id)
    if words:
        episode = msgspec.structs.replace(episode, **words)
        await store.reword_episode(ctx, episode)
    if stage is not None:
        episode = await store.take_step(ctx, episode, stage)
    ctx.object_id = episode.id
    return episode


routes = [list_episodes, open_episode, change_episode]
