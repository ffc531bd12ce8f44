"""Suggestions to the therapist, at the numbers of global_rules."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from homeplan.alerts.model import PainAt, Severity
from homeplan.alerts.progression import DoneExercise, Suggestion, suggest
from homeplan.alerts.rules import holds_back
from homeplan.library.content import starter
from homeplan.library.reference import PhaseSlug

TODAY = date(2026, 3, 9)
EVENING = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)


def done(
    before: int, pain: int | None = 2, effort: int | None = 3, *, full: bool = True, stopped: bool = False
) -> DoneExercise:
    return DoneExercise(
        day=TODAY - timedelta(days=before),
        occurred_at=EVENING - timedelta(days=before),
        pain_during=pain,
        effort=effort,
        full=full,
        stopped=stopped,
    )


def pain(before: int, score: int = 2, hour: int = 8) -> PainAt:
    at = EVENING.replace(hour=hour) - timedelta(days=before)
    return PainAt(day=TODAY - timedelta(days=before), answered_at=at, pain_now=score)


CALM = [pain(n) for n in range(16, -1, -1)]


def advice(
    bouts: list[DoneExercise],
    pains: list[PainAt] = CALM,
    phase: PhaseSlug = "p3",
    planned: int = 5,
    held_back: bool = False,
    **limits: Any,
) -> tuple[str, str] | None:
    known = starter().global_rules
    progress = msgspec.structs.replace(known.progress_suggestion, **limits)
    made = suggest(
        bouts,
        pains,
        phase=phase,
        planned_days_a_week=planned,
        held_back=held_back,
        rules=msgspec.structs.replace(known, progress_suggestion=progress),
        light=starter().alert_rules.light,
        today=TODAY,
        zone=ZoneInfo("UTC"),
    )
    return None if made is None else (made.advice, made.reason)


MORE = ("progress", "done-often-and-easily")
LESS_RED = ("regress", "pain-during-red")
LESS_STOPPED = ("regress", "stopped-for-pain")
LESS_RISE = ("regress", "rise-that-lasts")
SAME = ("hold", "pain-during-amber")
WEEK = [done(n) for n in range(4, -1, -1)]
"""Five days in a row up to today."""


@pytest.mark.parametrize(("planned", "days", "expected"), [
    (5, 3, None), (5, 4, MORE), (7, 5, None), (7, 6, MORE), (6, 4, None), (6, 5, MORE),
])  # fmt: skip
def test_more_is_suggested_after_four_fifths_of_the_planned_days(
    planned: int, days: int, expected: tuple[str, str] | None
) -> None:
    assert advice([done(n) for n in range(days - 1, -1, -1)], planned=planned) == expected


@pytest.mark.parametrize(("days", "expected"), [
    ([13, 11, 9, 6, 4, 2], MORE), ([13, 11, 9, 6, 4], MORE), ([13, 11, 9, 6], None), ([14, 11, 9, 6, 4], None),
])  # fmt: skip
def test_what_is_planned_on_three_days_a_week_is_judged_over_two_weeks(
    days: list[int], expected: tuple[str, str] | None
) -> None:
    assert advice([done(n) for n in days], planned=3) == expected


def test_other_limits_judge_other_days_and_mornings() -> None:
    some = [done(n) for n in (6, 4, 2, 0)]
    assert (advice(some, planned=3), advice(some, planned=3, days_if_rarer=7)) == (None, MORE)
    assert advice([done(13), *WEEK[1:]], planned=5) == MORE
    assert advice([done(13), *WEEK[1:]], planned=5, days=14) is None
    afternoons = [pain(n, hour=13) for n in range(16, -1, -1)]
    assert (advice(WEEK, afternoons), advice(WEEK, afternoons, morning_until=time(14))) == (None, MORE)


def test_two_sessions_on_one_day_are_one_day() -> None:
    assert advice([done(2), done(2), done(1), done(1)]) is None


def test_what_lies_before_the_week_does_not_count() -> None:
    assert advice([done(7, pain=9), *WEEK]) == MORE


def test_more_needs_four_full_bouts_and_a_tiny_one_is_none() -> None:
    tiny = [done(n, full=False) for n in (4, 3)]
    assert advice([*tiny, done(2), done(1), done(0)]) is None
    assert advice([done(5), *tiny, done(2), done(1), done(0)]) == MORE


@pytest.mark.parametrize(("unrated", "expected"), [(2, MORE), (3, None)])
def test_more_needs_scores_for_half_of_the_full_bouts(unrated: int, expected: tuple[str, str] | None) -> None:
    bouts = [done(n, pain=None, effort=None) for n in range(unrated)] + [done(n) for n in range(unrated, 5)]
    assert advice(bouts[::-1]) == expected


@pytest.mark.parametrize(("score", "expected"), [
    (3, MORE), (4, SAME), (5, LESS_RED), (6, LESS_RED), (10, LESS_RED),
])  # fmt: skip
def test_pain_during_one_of_the_last_three_bouts_decides_by_its_light(score: int, expected: tuple[str, str]) -> None:
    assert advice([*WEEK[:2], done(2, pain=score), *WEEK[3:]]) == expected


def test_too_much_pain_before_the_last_three_bouts_is_no_reason_for_less_nor_for_more() -> None:
    assert advice([WEEK[0], done(3, pain=9), *WEEK[2:]]) == SAME


@pytest.mark.parametrize(("usual", "during", "expected"), [
    (5, 5, MORE), (5, 6, SAME), (5, 7, LESS_RED), (7, 7, MORE), (0, 2, SAME), (0, 3, LESS_RED), (4, 4, MORE),
])  # fmt: skip
def test_pain_no_higher_than_before_is_easy_at_any_score(usual: int, during: int, expected: tuple[str, str]) -> None:
    pains = [pain(n, usual) for n in range(16, -1, -1)]
    assert advice([done(n, pain=during) for n in range(4, -1, -1)], pains) == expected


def test_pain_during_counts_as_it_is_where_the_pain_before_is_unknown() -> None:
    assert advice([done(0, pain=5)], pains=[]) == SAME
    assert advice([done(0, pain=6)], pains=[]) == LESS_RED


@pytest.mark.parametrize(("ago", "expected"), [(2, LESS_STOPPED), (3, SAME)])
def test_stopping_because_it_hurt_counts_without_a_score(ago: int, expected: tuple[str, str]) -> None:
    stopped = done(ago, pain=None, effort=None, full=False, stopped=True)
    assert advice([*(done(n) for n in range(4, ago, -1)), stopped, *(done(n) for n in range(ago - 1, -1, -1))]) == (
        expected
    )


@pytest.mark.parametrize(("effort", "expected"), [(4, MORE), (5, None)])
def test_more_needs_little_effort(effort: int, expected: tuple[str, str] | None) -> None:
    assert advice([done(4, effort=effort), *WEEK[1:]]) == expected


@pytest.mark.parametrize(("rise", "expected"), [(1, MORE), (2, None)])
def test_more_needs_a_quiet_next_morning(rise: int, expected: tuple[str, str] | None) -> None:
    pains = [pain(n, 2 + rise if n == 2 else 2) for n in range(8, -1, -1)]
    assert advice(WEEK, pains) == expected


def test_a_checkin_of_the_next_afternoon_or_after_the_next_bout_says_nothing_about_the_morning() -> None:
    afternoons = [pain(n, hour=13) for n in range(16, -1, -1)]
    assert advice(WEEK, afternoons) is None
    early = [
        DoneExercise(day=one.day, occurred_at=one.occurred_at.replace(hour=6), pain_during=2, effort=3) for one in WEEK
    ]
    assert advice(early, [pain(n, hour=5) for n in range(16, -1, -1)]) == MORE
    assert advice(early, [pain(n, hour=7, score=2) for n in (16, 0)]) is None


@pytest.mark.parametrize(("phase", "expected"), [("p0", None), ("p1", None), ("p2", None), ("p3", MORE), ("p5", MORE)])
def test_nothing_is_suggested_in_the_first_three_days(phase: PhaseSlug, expected: tuple[str, str] | None) -> None:
    assert advice(WEEK, phase=phase) == expected
    assert (advice([done(0, pain=6)], phase=phase) is None) is (expected is None)


def test_nothing_is_suggested_while_it_is_held_back() -> None:
    assert advice(WEEK, held_back=True) is None
    assert advice([done(0, pain=9)], held_back=True) is None


@pytest.mark.parametrize(("rule", "severity", "holds"), [
    ("safety-yes", "critical", True), ("leg-spread", "high", True), ("pain-rise", "normal", True),
    ("severe-pain", "normal", True), ("rise-two", "normal", True),
    ("soreness-72h", "normal", False), ("no-exercise", "low", False),
])  # fmt: skip
def test_urgent_alerts_and_those_about_worsening_hold_progression_back(
    rule: str, severity: Severity, holds: bool
) -> None:
    assert holds_back(rule, severity) is holds


@pytest.mark.parametrize(("score", "expected"), [(3, None), (4, LESS_RISE)])
def test_a_rise_of_two_that_lasts_a_day_suggests_less(score: int, expected: tuple[str, str] | None) -> None:
    assert advice([done(2, pain=None)], [pain(2, 2), pain(1, 4), pain(0, score, hour=17)]) == expected


def test_a_rise_that_is_gone_after_a_day_does_not() -> None:
    assert advice([done(2, pain=None)], [pain(2, 2), pain(1, 5), pain(0, 2, hour=17)]) is None


def test_a_score_that_was_not_recorded_is_not_a_low_one() -> None:
    week = range(4, -1, -1)
    assert advice([done(n, pain=None) for n in week]) is None
    assert advice([done(n, effort=None) for n in week]) is None
    assert advice(WEEK, pains=[]) is None


def test_a_rise_that_came_later_is_not_blamed_on_the_exercise() -> None:
    assert advice([done(2, pain=None)], [pain(2, 2), pain(1, 2), pain(0, 6, hour=17)]) is None


def test_nothing_done_nothing_to_say() -> None:
    assert advice([]) is None


def test_a_suggestion_shows_what_it_rests_on() -> None:
    made = suggest(
        [done(0, pain=7)],
        CALM,
        phase="p3",
        planned_days_a_week=5,
        held_back=False,
        rules=starter().global_rules,
        light=starter().alert_rules.light,
        today=TODAY,
        zone=ZoneInfo("UTC"),
    )
    assert made == Suggestion(advice="regress", reason="pain-during-red", inputs={"painDuring": 7, "painBefore": 2})
