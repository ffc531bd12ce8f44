"""The figures that sum up the course of one patient."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.library.content import starter
from homeplan.programs.timeline.model import Due, JudgedDay
from homeplan.reports.rules import (
    DatedScores,
    adherence,
    exercise_days,
    markers,
    pain_sentence,
    progress_days,
    session_answer,
    session_responses,
)
from tests.programs.build import session

RULES = starter().alert_rules
DENVER = ZoneInfo("America/Denver")
TODAY = date(2026, 3, 16)
NEEDLED = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)


def day(before: int) -> date:
    return TODAY - timedelta(days=before)


def judged(before: int, *due_and_done: tuple[int, int], kind: Any = "exercise") -> JudgedDay:
    return JudgedDay(
        day=day(before),
        revision=1,
        phase="p3",
        due=tuple(
            Due(prescription_id=f"p{n}", slug="bridge", kind=kind, times=due, done=done)
            for n, (due, done) in enumerate(due_and_done)
        ),
    )


def scores(before: int, pain: int = 3, soreness: int | None = None, interference: int | None = None) -> DatedScores:
    at = datetime(2026, 3, 16, 15, 0, tzinfo=UTC) - timedelta(days=before)
    return DatedScores(
        day=day(before),
        at=at,
        pain_now=pain,
        pain_worst_24h=min(10, pain + 1),
        soreness=soreness,
        interference=interference,
    )


def test_adherence_is_done_over_due() -> None:
    summed = adherence([judged(2, (2, 1), (1, 1)), judged(1, (2, 2), (1, 0))], first=day(14), last=day(1))
    assert (summed.due, summed.done, summed.share) == (6, 4, 0.667)
    assert (summed.days_due, summed.days_done, summed.habit) == (2, 2, 1.0)


def test_habit_and_dose_are_two_figures() -> None:
    summed = adherence([judged(2, (4, 1)), judged(1, (4, 0))], first=day(14), last=day(1))
    assert (summed.habit, summed.share) == (0.5, 0.125)


def test_adherence_without_anything_due_is_unknown_and_not_zero() -> None:
    assert adherence([judged(2), judged(1)], first=day(14), last=day(1)).share is None
    assert adherence([], first=day(14), last=day(1)).share is None


def test_adherence_counts_exercises_and_neither_activities_nor_education() -> None:
    days = [judged(2, (1, 1)), judged(1, (3, 0), kind="activity")]
    summed = adherence(days, first=day(14), last=day(1))
    assert (summed.due, summed.done, summed.days_due) == (1, 1, 1)


def test_adherence_leaves_out_other_days_and_paused_ones() -> None:
    days = [judged(15, (1, 0)), judged(2, (1, 0)), judged(1, (1, 1)), judged(0, (1, 0))]
    summed = adherence(days, first=day(14), last=day(1), out={day(2)})
    assert (summed.due, summed.done, summed.share) == (1, 1, 1.0)


@given(st.lists(st.tuples(st.integers(0, 14), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3))))
def test_adherence_lies_between_zero_and_one(days: list[tuple[int, list[tuple[int, int]]]]) -> None:
    once = dict(days)
    asked = [judged(before, *((due, min(due, done)) for due, done in pairs)) for before, pairs in once.items()]
    summed = adherence(asked, first=day(14), last=day(1))
    assert 0 <= summed.done <= summed.due
    assert summed.days_done <= summed.days_due <= 14
    assert (summed.share is None) == (summed.due == 0)


def test_five_of_seven_days() -> None:
    week = [judged(n, (1, 0 if n in (2, 4) else 1)) for n in range(6, -1, -1)]
    assert exercise_days(week, today=TODAY) == exercise_days([judged(7, (1, 1)), *week], today=TODAY)
    counted = exercise_days(week, today=TODAY)
    assert (counted.done, counted.of) == (5, 7)


def test_today_counts_once_something_was_done() -> None:
    assert exercise_days([judged(1, (1, 1)), judged(0, (2, 0))], today=TODAY).of == 1
    assert exercise_days([judged(1, (1, 1)), judged(0, (2, 1))], today=TODAY).of == 2


def test_a_day_counts_once_however_often_something_was_done() -> None:
    counted = exercise_days([judged(2, (3, 3), (2, 1)), judged(1, (3, 0))], today=TODAY)
    assert (counted.done, counted.of) == (1, 2)


def test_a_rest_day_is_neither_done_nor_missed() -> None:
    counted = exercise_days([judged(2, (1, 1)), judged(1)], today=TODAY)
    assert (counted.done, counted.of) == (1, 1)


def test_progress_keeps_gaps_as_gaps() -> None:
    days = progress_days([judged(2, (1, 1)), judged(1, (1, 0)), judged(0)], [scores(2, 0, soreness=4), scores(0, 5)])
    assert [(one.pain_now, one.soreness, one.exercise) for one in days] == [
        (0, 4, "done"),
        (None, None, "open"),
        (5, None, "rest"),
    ]


def test_progress_marks_a_paused_day_as_rest_unless_something_was_done() -> None:
    days = progress_days([judged(1, (1, 0)), judged(0, (1, 1))], [], out={day(1), day(0)})
    assert [one.exercise for one in days] == ["rest", "done"]


def test_progress_says_how_much_of_a_day_was_done_and_asks_nothing_of_a_day_of_rest() -> None:
    days = progress_days([judged(2, (1, 1), (2, 1)), judged(1, (1, 0)), judged(0, (1, 0))], [], out={day(1)})
    assert [(one.due, one.done) for one in days] == [(3, 2), (0, 0), (1, 0)]


def at_hours(hours: float, pain: int, soreness: int | None = None, interference: int | None = None) -> DatedScores:
    at = NEEDLED + timedelta(hours=hours)
    return DatedScores(
        day=at.astimezone(DENVER).date(),
        at=at,
        pain_now=pain,
        pain_worst_24h=pain,
        soreness=soreness,
        interference=interference,
    )


def test_a_response_compares_the_week_before_with_day_four_to_ten() -> None:
    answers = [
        at_hours(-200, 9),  # more than seven days before
        at_hours(-50, 6, interference=5),
        at_hours(-20, 7),
        at_hours(10, 8, soreness=6),
        at_hours(40, 5, soreness=7),
        at_hours(71.9, 5, soreness=3),
        at_hours(72, 4, soreness=1, interference=2),
        at_hours(239.9, 3),
        at_hours(240, 10),
    ]
    [response] = session_responses([session(NEEDLED)], answers, DENVER, RULES.session_response)
    assert (response.before.check_ins, response.before.pain_now, response.before.interference) == (2, 6.5, 5.0)
    assert (response.first_days.check_ins, response.first_days.soreness_peak) == (3, 7)
    assert (response.after.check_ins, response.after.pain_now) == (2, 3.5)
    assert (response.pain_change, response.interference_change) == (-3.0, -3.0)
    assert (response.day, response.muscles) == (date(2026, 3, 2), ("multifidus",))


def test_a_response_ends_where_the_next_session_begins() -> None:
    second = NEEDLED + timedelta(days=5)
    answers = [at_hours(100, 2), at_hours(121, 8)]
    both = [session(NEEDLED), session(second, id="second")]
    newest, oldest = session_responses(both, answers, DENVER, RULES.session_response)
    assert (oldest.session_id, newest.session_id) == ("first", "second")
    assert (oldest.after.check_ins, newest.before.check_ins) == (1, 1)
    assert newest.before.pain_now == 2.0


def test_a_response_without_answers_is_unknown_and_not_zero() -> None:
    [response] = session_responses([session(NEEDLED)], [], DENVER, RULES.session_response)
    assert (response.before.pain_now, response.after.check_ins, response.pain_change) == (None, 0, None)
    assert response.first_days.soreness_peak is None


def test_a_session_without_needles_has_no_response() -> None:
    assert session_responses([session(NEEDLED, muscles=())], [], DENVER, RULES.session_response) == ()


@pytest.mark.parametrize(("before", "after", "change"), [
    (6, 4, "lower"),
    (6, 5, "same"),
    (6, 7, "same"),
    (6, 8, "higher"),
    (6, None, None),
])  # fmt: skip
def test_pain_has_changed_since_a_session_from_two_points_on(before: int, after: int | None, change: str) -> None:
    answers = [at_hours(-20, before), at_hours(20, 10)] + ([] if after is None else [at_hours(100, after)])
    [marker] = markers([session(NEEDLED)], answers, DENVER, RULES)
    assert (marker.before, marker.after, marker.change) == (before, after, change)


def test_markers_come_in_the_order_of_the_sessions() -> None:
    both = [session(NEEDLED + timedelta(days=9), id="second"), session(NEEDLED)]
    assert [one.session_id for one in markers(both, [], DENVER, RULES)] == ["first", "second"]


def course(first: Sequence[int], last: Sequence[int], start: int = 13) -> list[DatedScores]:
    return [scores(start - n, score) for n, score in enumerate(first)] + [
        scores(len(last) - 1 - n, score) for n, score in enumerate(last)
    ]


@pytest.mark.parametrize(("first", "last", "code"), [
    ([6, 6, 6], [4, 4, 4], "lower"),
    ([6, 6, 6], [4, 4, 5], "a-little-lower"),
    ([6, 6, 6], [5, 5, 5], "a-little-lower"),
    ([6, 6, 6], [5, 5, 6], "same"),
    ([6, 6, 6], [6, 7, 7], "same"),
    ([6, 6, 6], [7, 7, 7], "a-little-higher"),
    ([6, 6, 6], [8, 8, 8], "higher"),
    ([6, 6], [4, 4, 4], "too-few"),
    ([6, 6, 6], [4, 4], "too-few"),
])  # fmt: skip
def test_the_pain_sentence_follows_the_change_of_the_mean(first: list[int], last: list[int], code: str) -> None:
    assert pain_sentence(course(first, last), TODAY, RULES).code == code


def test_the_pain_sentence_waits_for_two_weeks() -> None:
    assert pain_sentence(course([6, 6, 6], [4, 4, 4], start=12), TODAY, RULES).code == "first-days"
    assert pain_sentence([], TODAY, RULES).code == "first-days"


def test_a_week_of_the_pain_sentence_has_seven_days() -> None:
    answers = [
        scores(20, 6),
        scores(19, 6),
        scores(14, 6),
        scores(13, 0),
        scores(7, 0),
        scores(6, 6),
        scores(1, 6),
        scores(0, 6),
    ]
    sentence = pain_sentence(answers, TODAY, RULES)
    assert (sentence.code, sentence.first_week, sentence.last_week) == ("same", 6.0, 6.0)


def test_the_weeks_of_the_pain_sentence_are_those_of_the_rules() -> None:
    shorter = msgspec.structs.replace(RULES, week_mean=msgspec.structs.replace(RULES.week_mean, days=3))
    answers = [*(scores(n, 6) for n in (9, 8, 7)), *(scores(n, 2) for n in (2, 1, 0))]
    assert [pain_sentence(answers, TODAY, rules).code for rules in (RULES, shorter)] == ["first-days", "lower"]


def test_the_pain_sentence_gives_the_two_means() -> None:
    sentence = pain_sentence(course([6, 7, 7], [2, 2, 3]), TODAY, RULES)
    assert (sentence.first_week, sentence.last_week) == (6.7, 2.3)


def around(hours: float, pain: int, soreness: int | None = None, interference: int | None = None) -> DatedScores:
    """A check-in that many hours after the end of the session at NEEDLED."""
    at = NEEDLED + timedelta(hours=hours)
    return DatedScores(
        day=at.date(), at=at, pain_now=pain, pain_worst_24h=pain, soreness=soreness, interference=interference
    )


@pytest.mark.parametrize(
    ("later", "verdict", "change"),
    [
        ([(72, 3), (168, 4)], "helped", -2.0),
        ([(72, 3)], "helped", -3.0),
        ([(72, 3), (168, 5)], "no-clear-change", -1.0),
        ([(168, 8)], "worse", 2.0),
        ([(24, 1)], "too-early", None),
        ([], "too-early", None),
    ],
)
def test_a_session_is_answered_by_the_latest_pain_from_72_hours_on(
    later: list[tuple[int, int]], verdict: str, change: float | None
) -> None:
    scores = [around(-48, 6), around(-24, 6), *(around(*each) for each in later)]
    answer = session_answer([session(NEEDLED)], scores, RULES)
    assert answer is not None
    assert (answer.verdict, answer.pain_change) == (verdict, change)
    assert (answer.counts_from, answer.basis) == (RULES.pain_in_words.counts, RULES.pain_in_words.basis)


def test_the_answer_shows_pain_soreness_and_function_before_and_at_three_times() -> None:
    scores = [around(-30, 6, interference=7), around(20, 5, 6, 6), around(26, 4, 5, 6), around(74, 3, 2, 4)]
    answer = session_answer([session(NEEDLED)], scores, RULES)
    assert answer is not None
    assert [(one.at, one.check_ins, one.pain_now, one.soreness, one.interference) for one in answer.points] == [
        ("before", 1, 6.0, None, 7.0),
        ("h24", 2, 4.5, 5.5, 6.0),
        ("h72", 1, 3.0, 2.0, 4.0),
        ("d7", 0, None, None, None),
    ]


def test_the_days_before_are_cut_at_the_session_before_and_without_them_nothing_is_said() -> None:
    earlier = session(NEEDLED - timedelta(days=3))
    scores = [around(-100, 9), around(-24, 6), around(72, 4)]
    answer = session_answer([earlier, session(NEEDLED)], scores, RULES)
    assert answer is not None
    assert answer.points[0].pain_now == 6.0
    alone = session_answer([session(NEEDLED)], scores[2:], RULES)
    assert alone is not None
    assert (alone.verdict, alone.pain_change) == ("nothing-before", None)
    assert session_answer([], scores, RULES) is None
