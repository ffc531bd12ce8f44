"""Outcome instruments: when each is asked, whether scores fit, and what changed between two answers. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from homeplan.library.outcome_content import Change, Instrument, InstrumentId
from homeplan.outcomes.model import (
    Activity,
    ActivityDifference,
    ActivityScore,
    Ask,
    Difference,
    EpisodeDays,
    OutcomeAnswer,
    OutcomeEntry,
    UnfitScores,
    Verdict,
)

DAY = timedelta(days=1)
AHEAD = timedelta(days=14)
"""Time for which a phone that is offline knows what to ask."""


def rounds(instrument: Instrument, episode: EpisodeDays, until: date) -> list[Ask]:
    """The rounds of an instrument that begin up to `until`; the discharge is a round of its own and ends the others."""
    ask, found = instrument.ask, []
    last_day = until if episode.discharged is None else min(until, episode.discharged - DAY)
    first = episode.opened + ask.from_day * DAY
    if ask.until_day is not None and first <= last_day:
        found.append(Ask(instrument=instrument.id, first=first, last=episode.opened + ask.until_day * DAY))
        first = episode.opened + ask.every_days * DAY
    while first <= last_day:
        found.append(Ask(instrument=instrument.id, first=first, last=first + (ask.open_days - 1) * DAY))
        first += ask.every_days * DAY
    if episode.discharged is not None:
        found = [one for one in found if one.last < episode.discharged]
        if ask.at_discharge:
            end = episode.discharged + (ask.open_days - 1) * DAY
            found.append(Ask(instrument=instrument.id, first=episode.discharged, last=end))
    return found


def asks(
    instruments: Iterable[Instrument],
    episode: EpisodeDays,
    answers: Iterable[OutcomeAnswer],
    today: date,
    *,
    has_activity: bool,
) -> list[Ask]:
    """Rounds without an answer that are open today or begin within two weeks, by first day.

    The weekly question needs an activity, and rests in a week whose PSFS asks the same.
    """
    known = list(instruments)
    answered = [(one.instrument, one.day) for one in answers]
    psfs = [one for each in known if each.id == "psfs" for one in rounds(each, episode, today + AHEAD)]
    found = [one for each in known for one in rounds(each, episode, today + AHEAD)]
    left = [
        one
        for one in found
        if one.last >= today
        and not any(instrument == one.instrument and one.first <= day <= one.last for instrument, day in answered)
        and not (one.instrument == "weekly" and not has_activity)
        and not (one.instrument == "weekly" and any(each.first <= one.first <= each.last for each in psfs))
    ]
    return sorted(left, key=lambda one: (one.first, one.instrument))


def require_scores(entry: OutcomeEntry, instrument: Instrument, activities: Sequence[Activity]) -> list[Activity]:
    """The activities that the entry names for the first time, without their episode. Raises UnfitScores."""
    known = {one.id: one for one in activities}
    named: list[Activity] = []
    for at, score in enumerate(entry.scores):
        if not instrument.min <= score.value <= instrument.max:
            raise UnfitScores(field=f"scores[{at}].value")
        if (instrument.id == "groc") != (score.activity is None) or (instrument.id == "groc" and at > 0):
            raise UnfitScores(field=f"scores[{at}].activity")
        if score.activity in [each.activity for each in entry.scores[:at]]:
            raise UnfitScores(field=f"scores[{at}].activity")
        if score.activity is None or score.activity in known:
            continue
        full = len(known) + len(named) >= (instrument.max_activities or 0)
        if instrument.id != "psfs" or score.words is None or full:
            raise UnfitScores(field=f"scores[{at}].activity")
        position = len(known) + len(named) + 1
        named.append(Activity(id=score.activity, episode_id="", position=position, words=score.words))
    if instrument.id == "weekly" and (len(entry.scores) > 1 or known[entry.scores[0].activity or ""].position != 1):
        raise UnfitScores(field="scores[0].activity")
    return named


def verdict(change: float, limits: Change, *, single: bool = False) -> Verdict:
    """Whether a change counts: from the cited difference on, in either direction."""
    better = limits.single if single and limits.single is not None else limits.better
    worse = -limits.single if single and limits.single is not None else limits.worse
    return "better" if change >= better else "worse" if change <= worse else "same"


def difference(before: OutcomeAnswer, after: OutcomeAnswer, instrument: Instrument) -> Difference | None:
    """The change of the mean over the activities that both answers rate; None when there is none."""
    earlier = {one.activity: one.value for one in before.scores}
    both = [(earlier[one.activity], one.value) for one in after.scores if one.activity in earlier]
    if not both:
        return None
    first, last = (sum(values) / len(both) for values in zip(*both, strict=True))
    return Difference(
        instrument=instrument.id,
        before=round(first, 1),
        before_day=before.day,
        after=round(last, 1),
        after_day=after.day,
        change=round(last - first, 1),
        rated=len(both),
        verdict=verdict(last - first, instrument.change, single=len(both) == 1 and instrument.id == "psfs"),
    )


def since_first(first: OutcomeAnswer, answer: OutcomeAnswer, instrument: Instrument) -> Difference | None:
    """The change since the first answer of the episode; None for the first one itself.

    The global rating of change compares with the start by itself: its score counts, the first one too.
    """
    if instrument.id != "groc":
        return None if answer.id == first.id else difference(first, answer, instrument)
    return Difference(
        instrument="groc",
        before=0,
        before_day=first.day,
        after=answer.mean,
        after_day=answer.day,
        change=answer.mean,
        rated=1,
        verdict=verdict(answer.mean, instrument.change),
    )


def of_episode(answers: Sequence[OutcomeAnswer], instruments: Mapping[InstrumentId, Instrument]) -> list[Difference]:
    """The change from the first to the latest answer, per instrument that has one."""
    own = {each: [one for one in answers if one.instrument == each] for each in instruments}
    changes = [since_first(each[0], each[-1], instruments[key]) for key, each in own.items() if each]
    return [one for one in changes if one]


def single_changes(answers: Sequence[OutcomeAnswer], instrument: Instrument) -> list[ActivityDifference]:
    """The change of each activity between the first and the latest PSFS that rate it."""
    own = [one for one in answers if one.instrument == "psfs"]
    found = []
    for activity in dict.fromkeys(score.activity for one in own for score in one.scores):
        values = [score.value for one in own for score in one.scores if score.activity == activity]
        if activity is not None and len(values) > 1:
            change = verdict(values[-1] - values[0], instrument.change, single=True)
            found.append(ActivityDifference(activity=activity, before=values[0], after=values[-1], verdict=change))
    return found


def scores_of(activity: str, answers: Iterable[OutcomeAnswer]) -> list[ActivityScore]:
    """The scores of an activity, whichever instrument asked for them."""
    return [
        ActivityScore(day=one.day, value=score.value)
        for one in answers
        for score in one.scores
        if score.activity == activity
    ]


def around_session(
    answers: Sequence[OutcomeAnswer], ended_at: datetime, next_end: datetime | None, instrument: Instrument
) -> Difference | None:
    """The last PSFS before the end of a session and the first one after it and before the next session."""
    own = [one for one in answers if one.instrument == "psfs"]
    before = [one for one in own if one.answered_at < ended_at]
    after = [one for one in own if one.answered_at >= ended_at and (next_end is None or one.answered_at < next_end)]
    return difference(before[-1], after[0], instrument) if before and after else None


def is_on(instrument: Instrument, permitted: Collection[str]) -> bool:
    """Whether a clinic uses the instrument: no permission is needed, or it is recorded."""
    return not instrument.needs_permission or (instrument.permission_of or instrument.id) in permitted
