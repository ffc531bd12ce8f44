"""The chart of a patient, read at once: the latest episode, its program, all needling sessions."""

from collections.abc import Sequence

from msgspec import Struct

from homeplan.context import Context
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.model import Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.store.episodes import latest_episode, latest_episodes
from homeplan.programs.store.needling import needling_sessions_of, needling_sessions_of_many
from homeplan.programs.store.plan_facts import NOT_JOINED, plan_facts
from homeplan.programs.store.revisions import find_program, find_programs
from homeplan.programs.timeline.plan_clock import PlanFacts


class Chart(Struct, frozen=True, kw_only=True):
    """The patient's data that the rules need."""

    episode: EpisodeOfCare | None
    """The open episode, else the one that was discharged last."""
    program: Program | None
    """The program of that episode, from its first revision on."""
    sessions: tuple[NeedlingSession, ...]
    """Every needling session of the patient that counts, the latest end last."""
    facts: PlanFacts = NOT_JOINED
    """The joining and the pauses, by which the plan clock stands still."""


async def read_chart(ctx: Context, patient_id: str) -> Chart:
    """The patient's chart, empty for a new patient."""
    episode = await latest_episode(ctx, patient_id)
    return Chart(
        episode=episode,
        program=None if episode is None else await find_program(ctx, episode.id),
        sessions=tuple(await needling_sessions_of(ctx, patient_id)),
        facts=(await plan_facts(ctx, [patient_id])).get(patient_id, NOT_JOINED),
    )


async def read_charts(ctx: Context, patient_ids: Sequence[str]) -> dict[str, Chart]:
    """Like `read_chart`, but for many patients, with as few statements as for one."""
    episodes = await latest_episodes(ctx, patient_ids)
    programs = await find_programs(ctx, [episode.id for episode in episodes.values()])
    sessions = await needling_sessions_of_many(ctx, patient_ids)
    facts = await plan_facts(ctx, patient_ids)
    return {
        patient_id: Chart(
            episode=episodes.get(patient_id),
            program=programs.get(episodes[patient_id].id) if patient_id in episodes else None,
            sessions=tuple(sessions[patient_id]),
            facts=facts.get(patient_id, NOT_JOINED),
        )
        for patient_id in patient_ids
    }
