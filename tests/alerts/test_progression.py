"""Suggestions to the therapist, at the numbers of global_rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

from homeplan.alerts.progression import DoneExercise, PainAt, Suggestion, suggest
from homeplan.library.content import starter
from homeplan.library.reference import PhaseSlug

TODAY = date(2026, 3, 9)
EVENING = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)


def done(before: int, pain: int | None = 2, effort: int | None = 3) -> DoneExercise:
    return DoneExercise(
        day=TODAY - timedelta(days=before),
        occurred_at=EVENING - timedelta(days=before),
        pain_during=pain,
        effort=effort,
    )


def pain(before: int, score: int = 2, hour: int = 8) -> PainAt:
    at = EVENING.replace(hour=hour) - timedelta(days=before)
    return PainAt(day=TODAY - timedelta(days=before), answered_at=at, pain_now=score)


CALM_WEEK = [pain(n) for n in range(8, -1, -1)]


def advice(
    week: list[DoneExercise], pains: list[PainAt] = CALM_WEEK, phase: PhaseSlug = "p3"
) -> tuple[str, str] | None:
    made = suggest(week, pains, phase=phase, rules=starter().global_rules, today=TODAY)
    return None if made is None else (made.advice, made.reason)


MORE = ("progress", "done-often-and-easily")
LESS_RED = ("regress", "pain-during-red")
LESS_RISE = ("regress", "rise-that-lasts")
SAME = ("hold", "pain-during-amber")


@pytest.mark.parametrize(("days", "expected"), [(4, None), (5, MORE), (7, MORE)])
def test_more_is_suggested_after_five_days_in_seven(days: int, expected: tuple[str, str] | None) -> None:
    assert advice([done(n) for n in range(days - 1, -1, -1)]) == expected


def test_two_sessions_on_one_day_are_one_day() -> None:
    assert advice([done(1), done(1), done(2), done(3), done(4)]) is None


def test_what_lies_more_than_seven_days_back_does_not_count() -> None:
    assert advice([done(7, pain=9), *(done(n) for n in range(4, -1, -1))]) == MORE


@pytest.mark.parametrize(("score", "expected"), [(3, MORE), (4, SAME), (5, SAME), (6, LESS_RED), (10, LESS_RED)])
def test_pain_during_decides_by_its_worst(score: int, expected: tuple[str, str]) -> None:
    assert advice([done(4, pain=score), *(done(n) for n in range(3, -1, -1))]) == expected


@pytest.mark.parametrize(("effort", "expected"), [(4, MORE), (5, None)])
def test_more_needs_little_effort(effort: int, expected: tuple[str, str] | None) -> None:
    assert advice([done(4, effort=effort), *(done(n) for n in range(3, -1, -1))]) == expected


@pytest.mark.parametrize(("rise", "expected"), [(1, MORE), (2, None)])
def test_more_needs_a_quiet_next_morning(rise: int, expected: tuple[str, str] | None) -> None:
    week = [done(n) for n in range(4, -1, -1)]
    pains = [pain(n, 2 + rise if n == 2 else 2) for n in range(8, -1, -1)]
    assert advice(week, pains) == expected


@pytest.mark.parametrize(("phase", "expected"), [("p0", None), ("p1", None), ("p2", None), ("p3", MORE), ("p5", MORE)])
def test_more_is_never_suggested_in_the_first_three_days(phase: PhaseSlug, expected: tuple[str, str] | None) -> None:
    assert advice([done(n) for n in range(4, -1, -1)], phase=phase) == expected


def test_less_is_suggested_in_any_phase() -> None:
    assert advice([done(0, pain=6)], phase="p0") == LESS_RED


@pytest.mark.parametrize(("score", "expected"), [(3, None), (4, LESS_RISE)])
def test_a_rise_of_two_that_lasts_a_day_suggests_less(score: int, expected: tuple[str, str] | None) -> None:
    assert advice([done(2, pain=None)], [pain(2, 2), pain(1, 4), pain(0, score, hour=17)]) == expected


def test_a_rise_that_is_gone_after_a_day_does_not() -> None:
    assert advice([done(2, pain=None)], [pain(2, 2), pain(1, 5), pain(0, 2, hour=17)]) is None


def test_a_score_that_was_not_recorded_is_not_a_low_one() -> None:
    week = range(4, -1, -1)
    assert advice([done(n, pain=None) for n in week]) is None
    assert advice([done(n, effort=None) for n in week]) is None
    assert advice([done(n) for n in week], pains=[]) is None


def test_a_rise_that_came_later_is_not_blamed_on_the_exercise() -> None:
    assert advice([done(2, pain=None)], [pain(2, 2), pain(1, 2), pain(0, 6, hour=17)]) is None


def test_nothing_done_nothing_to_say() -> None:
    assert advice([]) is None


def test_a_suggestion_shows_what_it_rests_on() -> None:
    made = suggest([done(0, pain=7)], [], phase="p3", rules=starter().global_rules, today=TODAY)
    assert made == Suggestion(advice="regress", reason="pain-during-red", inputs={"painDuring": 7})
