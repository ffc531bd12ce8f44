"""A patient's episodes of care."""

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.errors import Invalid
from homeplan.http.access import Access
from homeplan.programs import store
from homeplan.programs.model import EpisodeOfCare, Goal, Problem, Stage
from homeplan.values import Value


class NewEpisode(Value, frozen=True, kw_only=True):
    """A new course of treatment."""

    problem: Problem | None = None
    goal: Goal | None = None


class EpisodeChanges(Value, frozen=True, kw_only=True):
    """What to change; what is left out stays."""

    problem: Problem | UnsetType | None = UNSET
    goal: Goal | UnsetType | None = UNSET
    stage: Stage | UnsetType = UNSET


@get(
    "/api/patients/{patient_id:str}/episodes",
    access=Access.CHART,
    operation_id="listEpisodes",
    audit="episode.list",
)
async def get_episodes(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> list[EpisodeOfCare]:
    """The patient's episodes of care, oldest first; only the last can be open."""
    now = clock.now()

    async def work(tx: Tx) -> list[EpisodeOfCare]:
        found = await store.episodes_of(tx, who.clinic_id, patient_id)
        await record(tx, who, now, action="episode.list", patient_id=patient_id)
        return found

    return await db.write(work)


@post(
    "/api/patients/{patient_id:str}/episodes",
    access=Access.CHART,
    operation_id="openEpisode",
    status_code=201,
    audit="episode.open",
)
async def post_episode(
    patient_id: FromPath[str],
    data: JSONBody[NewEpisode],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> EpisodeOfCare:
    """Open an episode of care. The first one opens by itself; another needs the one before to be discharged."""
    now = clock.now()

    async def work(tx: Tx) -> EpisodeOfCare:
        opened = await store.open_episode(tx, who, patient_id, now, problem=data.problem, goal=data.goal)
        await record(tx, who, now, action="episode.open", object_id=opened.id, patient_id=patient_id)
        return opened

    return await db.write(work)


@patch(
    "/api/patients/{patient_id:str}/episodes/{episode_id:str}",
    access=Access.CHART,
    operation_id="changeEpisode",
    audit="episode.change",
)
async def patch_episode(
    patient_id: FromPath[str],
    episode_id: FromPath[str],
    data: JSONBody[EpisodeChanges],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> EpisodeOfCare:
    """Reword problem or goal, or take a step: active, goal reached, discharged."""
    now = clock.now()
    if data == EpisodeChanges():
        raise Invalid("Say what to change.")

    async def work(tx: Tx) -> EpisodeOfCare:
        episode = await store.find_episode(tx, who.clinic_id, patient_id, episode_id)
        words = {name: getattr(data, name) for name in ("problem", "goal") if getattr(data, name) is not UNSET}
        if words:
            episode = msgspec.structs.replace(episode, **words)
            await store.reword_episode(tx, who.clinic_id, episode)
        if data.stage is not UNSET:
            episode = await store.take_step(tx, who, episode, data.stage, now)
        await record(tx, who, now, action="episode.change", object_id=episode.id, patient_id=patient_id)
        return episode

    return await db.write(work)


routes = [get_episodes, post_episode, patch_episode]
