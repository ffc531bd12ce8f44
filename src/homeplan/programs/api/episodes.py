"""A patient's episodes of care."""

from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.programs import store
from homeplan.programs.actions import episodes
from homeplan.programs.episode import EpisodeChanges, EpisodeEntry, EpisodeOfCare
from homeplan.values import Id


class NewEpisode(EpisodeEntry, frozen=True, kw_only=True):
    """A new course of treatment under an id that the form made."""

    id: Id


@chart.get("episodes", audit="episode.list")
async def list_episodes(ctx: Context, patient_id: str) -> list[EpisodeOfCare]:
    """The patient's episodes of care, oldest first; only the last can be open."""
    return await store.episodes_of(ctx, patient_id)


@chart.post("episodes", audit="episode.open")
async def open_episode(ctx: Context, patient_id: str, data: NewEpisode) -> EpisodeOfCare:
    """Open an episode of care. The first one opens by itself; another needs the one before to be discharged."""
    ctx.object_id = data.id
    return await episodes.open_episode(ctx, patient_id, data.id, data)


@chart.patch("episodes/{episode_id}", audit="episode.change", exclusive=True)
async def change_episode(ctx: Context, patient_id: str, episode_id: str, data: EpisodeChanges) -> EpisodeOfCare:
    """Reword problem or goal, or take a step: active, goal reached, discharged."""
    return await episodes.change_episode(ctx, patient_id, episode_id, data)


routes = [list_episodes, open_episode, change_episode]
