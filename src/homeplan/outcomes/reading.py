"""Reads a patient's outcomes: for the phone that asks, and for the therapist."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from homeplan.accounts.store import home_zone
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.content import outcomes
from homeplan.outcomes import measures, rules, store
from homeplan.outcomes.actions import instruments_of_clinic, needled_ends
from homeplan.outcomes.model import ActivityScore, Ask, EpisodeDays, MyOutcomes, OutcomesOfPatient, SessionDifference
from homeplan.programs.episode import EpisodeOfCare, Stage
from homeplan.programs.store import latest_episode

CALENDARS = timedelta(days=1)
"""Most that the phone's calendar is behind."""


async def read_my_outcomes(ctx: Context, patient_id: str) -> MyOutcomes:
    """The prompts and rounds that are open or will open, for a phone that may be offline."""
    answered = await store.answered_prompts(ctx, [patient_id])
    ends = await needled_ends(ctx, patient_id)
    episode = await latest_episode(ctx, patient_id)
    asks: list[Ask] = []
    scores: list[ActivityScore] = []
    activities = [] if episode is None else await store.activities_of(ctx, patient_id, episode.id)
    if episode is not None:
        zone = ZoneInfo(await home_zone(ctx, patient_id))
        permitted = await store.permissions(ctx)
        answers = [one for one in await store.outcome_answers(ctx, patient_id) if one.episode_id == episode.id]
        scores = measures.scores_of(activities[0].id, answers) if activities else []
        asks = measures.asks(
            [one for one in outcomes().instruments if measures.is_on(one, permitted)],
            _days_of(episode, zone),
            answers,
            local_day(ctx.now, zone),
            has_activity=bool(activities),
        )
    return MyOutcomes(
        prompts=rules.unanswered(ends, answered, ctx.now, outcomes().after_needling.prompts),
        soreness=await store.soreness_since(ctx, patient_id, ctx.now - outcomes().soreness.until - CALENDARS),
        activities=activities,
        scores=scores,
        asks=asks,
    )


async def read_outcomes(ctx: Context, patient_id: str) -> OutcomesOfPatient:
    """The outcomes of the latest episode: each answer, the change per episode and around each needling session."""
    episode = await latest_episode(ctx, patient_id)
    answers = [one for one in await store.outcome_answers(ctx, patient_id) if episode and one.episode_id == episode.id]
    content = {one.id: one for one in outcomes().instruments}
    ends = sorted((await needled_ends(ctx, patient_id)).items(), key=lambda pair: pair[1])
    following = [*[end for _, end in ends[1:]], None][: len(ends)]
    return OutcomesOfPatient(
        instruments=await instruments_of_clinic(ctx),
        activities=[] if episode is None else await store.activities_of(ctx, patient_id, episode.id),
        answers=answers,
        episode=measures.of_episode(answers, content),
        single=measures.single_changes(answers, content["psfs"]),
        sessions=[
            SessionDifference(
                session_id=session_id,
                ended_at=ended_at,
                psfs=measures.around_session(answers, ended_at, next_end, content["psfs"]),
            )
            for (session_id, ended_at), next_end in zip(ends, following, strict=True)
        ],
    )


def _days_of(episode: EpisodeOfCare, zone: ZoneInfo) -> EpisodeDays:
    last = episode.changes[-1]
    ended = local_day(last.at, zone) if last.stage is Stage.DISCHARGED else None
    return EpisodeDays(local_day(episode.changes[0].at, zone), ended)
