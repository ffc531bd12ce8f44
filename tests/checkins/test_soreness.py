"""The time for which soreness of the needled muscle is asked for."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.checkins.soreness import SorenessAnswer, is_soreness_expected
from homeplan.library.content import outcomes
from homeplan.library.outcome_content import SorenessRule

RULE = outcomes().soreness
HOURS = st.floats(min_value=0, max_value=300).map(lambda hours: timedelta(hours=hours))
ANSWERS = st.lists(st.builds(SorenessAnswer, st.integers(0, 10), HOURS), max_size=5)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def is_asked(now: timedelta | None, answers: Sequence[SorenessAnswer] = (), rule: SorenessRule = RULE) -> bool:
    return is_soreness_expected(now, answers, rule)


def test_hours_and_score_are_those_of_the_content() -> None:
    longer = msgspec.structs.replace(RULE, until_h=200, after_h=100, settled=5)
    assert is_asked(hours(199), rule=longer)
    assert is_asked(hours(199), [SorenessAnswer(5, hours(90))], longer)
    assert not is_asked(hours(199), [SorenessAnswer(5, hours(101))], longer)


def test_without_needles_nothing_is_asked() -> None:
    assert not is_asked(None)


@pytest.mark.parametrize(("now", "asked"), [(0, True), (96, True), (110, True), (167.9, True), (168, False)])
def test_it_is_asked_for_seven_days(now: float, asked: bool) -> None:
    assert is_asked(hours(now)) is asked


def test_soreness_of_5_at_60_hours_and_none_since_is_asked_at_110_hours() -> None:
    assert is_asked(hours(110), [SorenessAnswer(5, hours(60))])


@pytest.mark.parametrize(("score", "at", "asked"), [
    (3, 80, False), (0, 80, False), (4, 80, True), (3, 72, True), (0, 30, True),
])  # fmt: skip
def test_one_answer_of_3_or_less_after_72_hours_settles_it(score: int, at: float, asked: bool) -> None:
    assert is_asked(hours(110), [SorenessAnswer(score, hours(at))]) is asked


@given(now=HOURS, answers=ANSWERS)
def test_another_answer_never_opens_the_question_again(now: timedelta, answers: list[SorenessAnswer]) -> None:
    more = [*answers, SorenessAnswer(9, now)]
    assert is_asked(now, more) == is_asked(now, answers)


@given(now=HOURS, later=HOURS, answers=ANSWERS)
def test_once_settled_it_stays_settled(now: timedelta, later: timedelta, answers: list[SorenessAnswer]) -> None:
    if not is_asked(now, answers):
        assert not is_asked(now + later, answers)
