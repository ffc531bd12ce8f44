"""PSFS, global rating of change and weekly function as pure functions: when, whether scores fit, what changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.library.content import outcomes
from homeplan.library.outcome_content import InstrumentId
from homeplan.outcomes import measures
from homeplan.outcomes.model import Activity, EpisodeDays, OutcomeAnswer, OutcomeEntry, ScoreEntry, ScoreOf, UnfitScores

OPENED = date(2026, 3, 2)
INSTRUMENTS = {one.id: one for one in outcomes().instruments}
DAYS = st.integers(min_value=0, max_value=200)


def day(n: int) -> date:
    return OPENED + timedelta(days=n)


def at(n: int) -> datetime:
    return datetime(2026, 3, 2, 15, tzinfo=UTC) + timedelta(days=n)


def answer(instrument: InstrumentId, n: int, *values: int) -> OutcomeAnswer:
    named = [None] if instrument == "groc" else ["a", "b", "c"]
    scores = tuple(ScoreOf(activity=one, value=value) for one, value in zip(named, values, strict=False))
    return OutcomeAnswer(
        id=f"{instrument}-{n}",
        instrument=instrument,
        episode_id="e",
        day=day(n),
        answered_at=at(n),
        scores=scores,
        mean=round(sum(values) / len(values), 1),
    )


def asked(n: int, *answers: OutcomeAnswer, discharged: int | None = None, has_activity: bool = True) -> set[str]:
    episode = EpisodeDays(OPENED, None if discharged is None else day(discharged))
    found = measures.asks(INSTRUMENTS.values(), episode, answers, day(n), has_activity=has_activity)
    return {one.instrument for one in found if one.first <= day(n)}


@pytest.mark.parametrize(("n", "instruments"), [
    (0, {"psfs"}), (3, {"psfs"}), (4, set()), (7, {"weekly"}), (8, set()), (13, set()),
    (14, {"psfs", "groc"}), (16, {"psfs", "groc"}), (17, set()), (21, {"weekly"}), (28, {"psfs", "groc"}),
])  # fmt: skip
def test_each_instrument_is_asked_on_its_days(n: int, instruments: set[str]) -> None:
    assert asked(n) == instruments


def test_a_round_that_is_answered_is_not_asked_again() -> None:
    assert asked(2, answer("psfs", 0, 3)) == set()
    assert asked(14, answer("psfs", 0, 3), answer("groc", 14, 2)) == {"psfs"}


def test_the_weekly_question_waits_for_an_activity() -> None:
    assert asked(7, has_activity=False) == set()


def test_the_discharge_asks_once_more_and_ends_the_rounds() -> None:
    assert asked(20, discharged=20) == {"psfs", "groc"}
    assert asked(28, discharged=20) == set()


@given(n=DAYS)
def test_the_weekly_question_is_always_on_the_same_weekday(n: int) -> None:
    if "weekly" in asked(n):
        assert day(n).weekday() == OPENED.weekday()


@given(n=DAYS, back=st.integers(min_value=0, max_value=2))
def test_an_answer_on_an_open_day_ends_what_is_asked(n: int, back: int) -> None:
    for instrument in asked(n):
        assert instrument not in asked(n, answer(instrument, n, 5))  # type: ignore[arg-type]


def entry(instrument: InstrumentId, *scores: dict[str, Any]) -> OutcomeEntry:
    return OutcomeEntry(
        id="x", instrument=instrument, day=OPENED, answered_at=at(0), scores=tuple(ScoreEntry(**one) for one in scores)
    )


KNOWN = [
    Activity(id="a", episode_id="e", position=1, words="sit"),
    Activity(id="b", episode_id="e", position=2, words="lift"),
]


@pytest.mark.parametrize("unfit", [
    entry("psfs", {"activity": "new", "value": 3}),
    entry("psfs", {"value": 3}),
    entry("psfs", {"activity": "a", "value": -1}),
    entry("psfs", {"activity": "a", "value": 3}, {"activity": "a", "value": 4}),
    entry("psfs", {"activity": "c", "words": "x", "value": 3}, {"activity": "d", "words": "y", "value": 3}),
    entry("groc", {"activity": "a", "value": 3}),
    entry("groc", {"value": 8}),
    entry("weekly", {"activity": "b", "value": 3}),
    entry("weekly", {"activity": "new", "words": "x", "value": 3}),
])  # fmt: skip
def test_scores_that_do_not_fit_are_refused(unfit: OutcomeEntry) -> None:
    with pytest.raises(UnfitScores):
        measures.require_scores(unfit, INSTRUMENTS[unfit.instrument], KNOWN)


def test_a_third_activity_may_be_named_later() -> None:
    third = entry("psfs", {"activity": "a", "value": 3}, {"activity": "c", "words": "walk", "value": 5})
    [named] = measures.require_scores(third, INSTRUMENTS["psfs"], KNOWN)
    assert (named.id, named.position, named.words) == ("c", 3, "walk")


@pytest.mark.parametrize(("before", "after", "change", "verdict"), [
    ((3, 4, 5), (5, 6, 7), 2, "better"),
    ((3, 4, 5), (5, 6, 6), 1.7, "same"),
    ((6, 6), (4, 4), -2, "worse"),
    ((3,), (5,), 2, "same"),  # a single activity needs 3
    ((3,), (6,), 3, "better"),
])  # fmt: skip
def test_a_change_counts_from_the_cited_difference_on(
    before: tuple[int, ...], after: tuple[int, ...], change: float, verdict: str
) -> None:
    found = measures.difference(answer("psfs", 0, *before), answer("psfs", 14, *after), INSTRUMENTS["psfs"])
    assert found is not None
    assert (found.change, found.verdict, found.rated) == (change, verdict, len(before))


def test_only_activities_that_both_answers_rate_are_compared() -> None:
    found = measures.difference(answer("psfs", 0, 2), answer("psfs", 14, 5, 9), INSTRUMENTS["psfs"])
    assert found is not None
    assert (found.before, found.after, found.rated) == (2, 5, 1)


@pytest.mark.parametrize(("value", "verdict"), [(4, "better"), (3, "same"), (-1, "same"), (-2, "worse")])
def test_the_global_rating_counts_from_its_own_score(value: int, verdict: str) -> None:
    [found] = measures.of_episode([answer("groc", 14, value)], INSTRUMENTS)
    assert (found.change, found.verdict) == (value, verdict)


def test_a_session_is_compared_with_the_psfs_before_and_after_it() -> None:
    answers = [answer("psfs", 0, 2, 2), answer("psfs", 14, 5, 5), answer("psfs", 28, 9, 9)]
    psfs = INSTRUMENTS["psfs"]
    first = measures.around_session(answers, at(3), at(20), psfs)
    assert first is not None
    assert (first.before, first.after) == (2, 5)
    assert measures.around_session(answers, at(29), None, psfs) is None
    assert measures.around_session(answers, at(15), at(20), psfs) is None


@given(values=st.lists(st.lists(st.integers(0, 10), min_size=2, max_size=2), min_size=2, max_size=6))
def test_a_change_read_backwards_has_the_opposite_sign(values: list[list[int]]) -> None:
    first, last = answer("psfs", 0, *values[0]), answer("psfs", 14, *values[-1])
    there, back = (measures.difference(x, y, INSTRUMENTS["psfs"]) for x, y in ((first, last), (last, first)))
    assert there is not None
    assert back is not None
    assert there.change == -back.change


def test_an_instrument_is_off_until_its_permission_is_recorded() -> None:
    assert [one.id for one in INSTRUMENTS.values() if measures.is_on(one, ())] == ["groc"]
    assert [one.id for one in INSTRUMENTS.values() if measures.is_on(one, ["psfs"])] == ["psfs", "groc", "weekly"]


def test_the_first_answer_has_no_change_since_the_start_but_the_global_rating_has() -> None:
    first, later, rated = answer("psfs", 0, 3, 4), answer("psfs", 14, 5, 6), answer("groc", 14, 4)
    assert measures.since_first(first, first, INSTRUMENTS["psfs"]) is None
    change = measures.since_first(first, later, INSTRUMENTS["psfs"])
    assert change is not None
    assert (change.change, change.verdict) == (2, "better")
    itself = measures.since_first(rated, rated, INSTRUMENTS["groc"])
    assert itself is not None
    assert (itself.change, itself.verdict) == (4, "better")
