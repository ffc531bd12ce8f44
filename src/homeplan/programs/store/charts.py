"""What the rules need of a patient, read at once: the episode, its program, all needling sessions."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.review import Library
from homeplan.library.store import effective_library
from homeplan.programs.model import EpisodeOfCare, NeedlingSession, Program
from homeplan.programs.store.episodes import latest_episode, latest_episodes
from homeplan.programs.store.logs import logs_between
from homeplan.programs.store.needling import sessions_of, sessions_of_many
from homeplan.programs.store.revisions import find_program, find_programs
from homeplan.programs.timeline.model import Shelf, Today
from homeplan.programs.timeline.segments import what_is_on


class Chart(Struct, frozen=True, kw_only=True):
    """A patient's care as it stands."""

    episode: EpisodeOfCare | None
    """The open episode, else the one that was discharged last."""
    program: Program | None
    """The program of that episode, from its first revision on."""
    sessions: tuple[NeedlingSession, ...]
    """Every needling session of the patient that counts, the latest end last."""


async def read_chart(ctx: Context, patient_id: str) -> Chart:
    """The patient's chart; empty for a patient for whom nothing was written yet."""
    episode = await latest_episode(ctx, patient_id)
    return Chart(
        episode=episode,
        program=None if episode is None else await find_program(ctx, episode.id),
        sessions=tuple(await sessions_of(ctx, patient_id)),
    )


async def read_charts(ctx: Context, patient_ids: Sequence[str]) -> dict[str, Chart]:
    """As `read_chart`, for many patients with as few statements as for one."""
    episodes = await latest_episodes(ctx, patient_ids)
    programs = await find_programs(ctx, [episode.id for episode in episodes.values()])
    sessions = await sessions_of_many(ctx, patient_ids)
    return {
        patient_id: Chart(
            episode=episodes.get(patient_id),
            program=programs.get(episodes[patient_id].id) if patient_id in episodes else None,
            sessions=tuple(sessions[patient_id]),
        )
        for patient_id in patient_ids
    }


async def today_of(ctx: Context, patient_id: str, zone: ZoneInfo) -> Today:
    """What is on for the patient at `now` in their `zone`, and what of it is done."""
    chart = await read_chart(ctx, patient_id)
    day = local_day(ctx.now, zone)
    logs = await logs_between(ctx, patient_id, day, day)
    shelf = shelf_of(await effective_library(ctx))
    return what_is_on(chart.program, chart.sessions, logs, ctx.now, zone, shelf)


def shelf_of(library: Library) -> Shelf:
    """Which items of the clinic's library its patients may be shown."""
    signed = {slug: review.signed_at for slug, review in library.reviews.items()}
    return Shelf(
        signed_at={slug: at for slug, at in signed.items() if at is not None},
        known=library.reviews.keys(),
        drafts_allowed=library.drafts_allowed,
    )
