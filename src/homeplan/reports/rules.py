"""Sums up the course of one patient. Pure. Means are exact until they are rounded to one decimal."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import local_day
from homeplan.library.alert_rules import AlertRules
from homeplan.library.alert_terms import PainInWords, SessionResponseRule
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.model import JudgedDay
from homeplan.reports.model import (
    Adherence,
    ExerciseDays,
    Marker,
    PainChange,
    PainCode,
    PainSentence,
    ProgressDay,
    ResponsePoint,
    ResponseTime,
    SessionAnswer,
    SessionResponse,
    SessionVerdict,
    Window,
)

ADHERENCE_DAYS = 14
"""Local days before today that the figures of adherence sum up: a choice of what to show, no clinical decision. No rule
and no alert reads them; a plan's gate counts its own days (plan-rules.yaml, gate)."""
WEEK = timedelta(days=7)
"""A unit, no clinical decision."""


class DatedScores(Struct, frozen=True, kw_only=True):
    """The scores of a check-in with the instant that they describe. Scores 0-10; None was not answered."""

    day: date
    at: datetime
    pain_now: int
    pain_worst_24h: int
    soreness: int | None
    interference: int | None


def adherence(judged: Iterable[JudgedDay], *, first: date, last: date, out: Collection[date] = ()) -> Adherence:
    """The adherence from `first` to `last`, both included, without the days in `out`. Adherence defines what counts."""
    days = [_exercises(day) for day in judged if first <= day.day <= last and day.day not in out]
    due_days = [(due, done) for due, done in days if due]
    due = sum(due for due, _ in due_days)
    done = sum(done for _, done in due_days)
    days_done = sum(done > 0 for _, done in due_days)
    return Adherence(
        first=first,
        last=last,
        due=due,
        done=done,
        share=round(done / due, 3) if due else None,
        days_due=len(due_days),
        days_done=days_done,
        habit=round(days_done / len(due_days), 3) if due_days else None,
    )


def exercise_days(judged: Iterable[JudgedDay], *, today: date, out: Collection[date] = ()) -> ExerciseDays:
    """The last seven days with an exercise due; today counts once something was done."""
    due_days = [
        (day.day, done)
        for day in judged
        if today - WEEK < day.day <= today and day.day not in out
        for due, done in [_exercises(day)]
        if due
    ]
    counted = [done for day, done in due_days if day < today or done]
    return ExerciseDays(done=sum(done > 0 for done in counted), of=len(counted))


def progress_days(
    judged: Iterable[JudgedDay], scores: Iterable[DatedScores], out: Collection[date] = ()
) -> tuple[ProgressDay, ...]:
    """One entry per judged day, with gaps where nothing was answered."""
    answers = {one.day: one for one in scores}
    return tuple(_progress_day(day, answers.get(day.day), out) for day in judged)


def session_responses(
    sessions: Iterable[NeedlingSession], scores: Sequence[DatedScores], zone: ZoneInfo, windows: SessionResponseRule
) -> tuple[SessionResponse, ...]:
    """The scores before and after each session with needles, the newest first."""
    needled = sorted((one for one in sessions if one.muscles), key=lambda one: one.ended_at)
    found = []
    for at, session in enumerate(needled):
        previous = needled[at - 1].ended_at if at else None
        following = needled[at + 1].started_at if at + 1 < len(needled) else None
        found.append(_response(session, scores, previous, following, zone, windows))
    return tuple(reversed(found))


def markers(
    sessions: Iterable[NeedlingSession], scores: Sequence[DatedScores], zone: ZoneInfo, rules: AlertRules
) -> tuple[Marker, ...]:
    """Each session with needles and the pain around it, the oldest first."""
    found = session_responses(sessions, scores, zone, rules.session_response)
    return tuple(
        Marker(
            session_id=one.session_id,
            day=one.day,
            ended_at=one.ended_at,
            before=one.before.pain_now,
            after=one.after.pain_now,
            change=None if one.pain_change is None else _pain_change(one.pain_change, rules.pain_in_words),
        )
        for one in reversed(found)
    )


def pain_sentence(scores: Sequence[DatedScores], today: date, rules: AlertRules) -> PainSentence:
    """The latest week, today included, compared with the one from the first check-in; `scores` is by day.

    The lengths of both, and the check-ins that each needs, are those of alert-rules.yaml, week_mean.
    """
    week = timedelta(days=rules.week_mean.days)
    last = [one.pain_now for one in scores if today - week < one.day <= today]
    if not scores or today - scores[0].day < 2 * week - timedelta(days=1):
        return PainSentence(code="first-days", first_week=None, last_week=_mean(last))
    first = [one.pain_now for one in scores if one.day < scores[0].day + week]
    if min(len(first), len(last)) < rules.week_mean.answers:
        return PainSentence(code="too-few", first_week=_mean(first), last_week=_mean(last))
    change = Fraction(sum(last), len(last)) - Fraction(sum(first), len(first))
    return PainSentence(code=_direction(change, rules.pain_in_words), first_week=_mean(first), last_week=_mean(last))


def _progress_day(day: JudgedDay, answers: DatedScores | None, out: Collection[date]) -> ProgressDay:
    due, done = _exercises(day)
    rest = not done and (not due or day.day in out)
    return ProgressDay(
        day=day.day,
        pain_now=None if answers is None else answers.pain_now,
        soreness=None if answers is None else answers.soreness,
        exercise="done" if done else "rest" if rest else "open",
        due=0 if rest else due,
        done=done,
    )


def _exercises(day: JudgedDay) -> tuple[int, int]:
    """Number of exercises due on the day, and of those done."""
    exercises = [due for due in day.due if due.kind == "exercise"]
    return sum(due.times for due in exercises), sum(due.done for due in exercises)


def _response(
    session: NeedlingSession,
    scores: Sequence[DatedScores],
    previous: datetime | None,
    following: datetime | None,
    zone: ZoneInfo,
    windows: SessionResponseRule,
) -> SessionResponse:
    start, end = session.started_at, session.ended_at
    since = start - windows.before if previous is None else max(start - windows.before, previous)
    until = end + windows.after if following is None else min(end + windows.after, following)
    before = [one for one in scores if since <= one.at < start]
    first_days = [one for one in scores if end <= one.at < min(end + windows.first, until)]
    after = [one for one in scores if end + windows.first <= one.at < until]
    return SessionResponse(
        session_id=session.id,
        ended_at=end,
        day=local_day(end, zone),
        muscles=tuple(dict.fromkeys(one.muscle for one in session.muscles)),
        pain_before=session.pain_before,
        pain_after=session.pain_after,
        before=_window(before),
        first_days=_window(first_days),
        after=_window(after),
        pain_change=_change(before, after, lambda one: one.pain_now),
        interference_change=_change(before, after, lambda one: one.interference),
    )


def _window(scores: Sequence[DatedScores]) -> Window:
    return Window(
        check_ins=len(scores),
        pain_now=_mean([one.pain_now for one in scores]),
        pain_worst_24h=_mean([one.pain_worst_24h for one in scores]),
        interference=_mean([one.interference for one in scores if one.interference is not None]),
        soreness_peak=max((one.soreness for one in scores if one.soreness is not None), default=None),
    )


def _change(
    before: Sequence[DatedScores], after: Sequence[DatedScores], score: Callable[[DatedScores], int | None]
) -> float | None:
    earlier = [value for one in before if (value := score(one)) is not None]
    later = [value for one in after if (value := score(one)) is not None]
    if not earlier or not later:
        return None
    return round(float(Fraction(sum(later), len(later)) - Fraction(sum(earlier), len(earlier))), 1)


def _direction(change: Fraction, words: PainInWords) -> PainCode:
    if abs(change) < words.little:
        return "same"
    if abs(change) < words.counts:
        return "a-little-lower" if change < 0 else "a-little-higher"
    return "lower" if change < 0 else "higher"


def _pain_change(change: float, words: PainInWords) -> PainChange:
    if abs(change) < words.counts:
        return "same"
    return "lower" if change < 0 else "higher"


def _mean(scores: Sequence[int]) -> float | None:
    return round(float(Fraction(sum(scores), len(scores))), 1) if scores else None


AROUND: tuple[tuple[ResponseTime, timedelta, timedelta], ...] = (
    ("h24", timedelta(hours=12), timedelta(hours=36)),
    ("h72", timedelta(hours=60), timedelta(hours=84)),
    ("d7", timedelta(days=6), timedelta(days=8)),
)
"""The check-ins that are shown as those of 24 h, 72 h and 7 days: a choice of what to show, no clinical decision."""


def session_answer(
    sessions: Iterable[NeedlingSession], scores: Sequence[DatedScores], rules: AlertRules
) -> SessionAnswer | None:
    """Whether the latest session with needles helped; None before the first.

    The days before are those of `session_response`, cut at the session before. The pain of the latest time from 72 h on
    is compared, since the first days are sore.
    """
    needled = sorted((one for one in sessions if one.muscles), key=lambda one: one.ended_at)
    if not needled:
        return None
    last = needled[-1]
    since = last.started_at - rules.session_response.before
    if len(needled) > 1:
        since = max(since, needled[-2].ended_at)
    points = (
        _response_point("before", [one for one in scores if since <= one.at < last.started_at]),
        *(
            _response_point(name, [one for one in scores if last.ended_at + begin <= one.at < last.ended_at + end])
            for name, begin, end in AROUND
        ),
    )
    before, later = points[0].pain_now, [one for one in points[2:] if one.pain_now is not None]
    compared = later[-1] if later else None
    change = None
    if before is not None and compared is not None and compared.pain_now is not None:
        change = round(compared.pain_now - before, 1)
    return SessionAnswer(
        session_id=last.id,
        ended_at=last.ended_at,
        muscles=tuple(dict.fromkeys(one.muscle for one in last.muscles)),
        verdict=_verdict(before, change, rules.pain_in_words.counts),
        pain_change=change,
        compared=None if compared is None else compared.at,
        counts_from=rules.pain_in_words.counts,
        basis=rules.pain_in_words.basis,
        points=points,
    )


def _verdict(before: float | None, change: float | None, counts: float) -> SessionVerdict:
    if before is None:
        return "nothing-before"
    if change is None:
        return "too-early"
    if abs(change) < counts:
        return "no-clear-change"
    return "helped" if change < 0 else "worse"


def _response_point(at: ResponseTime, scores: Sequence[DatedScores]) -> ResponsePoint:
    return ResponsePoint(
        at=at,
        check_ins=len(scores),
        pain_now=_mean([one.pain_now for one in scores]),
        soreness=_mean([one.soreness for one in scores if one.soreness is not None]),
        interference=_mean([one.interference for one in scores if one.interference is not None]),
    )
