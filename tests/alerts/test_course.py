"""The rules about the course of pain, each just below, at and above its threshold."""

import pytest

from homeplan.alerts.model import Answer, Finding
from tests.alerts.evidence import answer, day, found


def daily(scores: list[int], worst: list[int] | None = None) -> list[Answer]:
    """One answer per day up to today."""
    last = len(scores) - 1
    return [answer(last - n, now=now, worst=None if worst is None else worst[n]) for n, now in enumerate(scores)]


def rise(answers: list[Answer], start: list[Answer] | None = None) -> Finding | None:
    return found(*answers, start=start).get("pain-rise")


@pytest.mark.parametrize(("run", "holds"), [
    ([4, 4, 4, 4, 4], True),
    ([3, 4, 4, 4, 4], True),    # mean 3.8
    ([3, 3, 4, 4, 4], False),   # mean 3.6
    ([2, 4, 4, 4, 5], False),   # one answer is as usual
    ([4, 4, 4, 4], False),      # four days are no run: the fifth is as usual
])  # fmt: skip
def test_pain_rise_needs_a_whole_run_above_the_start(run: list[int], holds: bool) -> None:
    assert (rise(daily([2] * 14 + run)) is not None) is holds


@pytest.mark.parametrize(("run", "holds"), [
    ([2, 4, 4, 5, 5], True),     # the latest four: mean 4.5
    ([2, 4, 4, 4, 5], False),    # mean 4.2
    ([2, 3, 5, 5, 6], False),    # one of four is less than two points above
    ([2, 2, 7, 7, 7], False),    # three days may be a flare
])  # fmt: skip
def test_a_clear_rise_is_known_after_four_days(run: list[int], holds: bool) -> None:
    assert (rise(daily([2] * 14 + run)) is not None) is holds


def test_a_clear_rise_is_known_although_a_day_was_not_answered() -> None:
    calm = [answer(n, now=2) for n in range(19, 5, -1)]
    assert rise([*calm, *(answer(n, now=5) for n in (4, 3, 1, 0))]) is not None  # the usual run
    assert rise([*calm, answer(5, now=2), *(answer(n, now=5) for n in (3, 2, 1, 0))]) is not None


def test_a_rise_that_ended_days_ago_is_no_news() -> None:
    answers = [answer(n, now=2 if n > 7 else 5) for n in range(20, 2, -1)]
    assert rise([one for one in answers if one.day < day(2)]) is None
    assert rise([*answers, answer(2, now=5)]) is not None


@pytest.mark.parametrize(("run", "holds"), [
    ([4, 4, 4, 2, 4, 4, 5], True),    # mean 3.9
    ([4, 4, 2, 2, 5, 5, 5], False),   # two better days
    ([4, 4, 4, 4, 4, 5, 2], False),   # the latest is better
    ([4, 4, 4, 2, 4, 4, 4], False),   # mean 3.7
    ([4, 4, 2, 4, 4, 5], False),      # six days span five
])  # fmt: skip
def test_a_long_rise_may_have_one_better_day(run: list[int], holds: bool) -> None:
    assert (rise(daily([2] * 14 + run)) is not None) is holds


def test_a_rise_also_lies_above_the_mean_of_what_was_usual() -> None:
    assert rise(daily([2, 2, 3] * 5 + [4, 4, 4, 4, 4])) is None  # median 2, mean 2.3
    assert rise(daily([2, 2, 3] * 5 + [4, 4, 4, 4, 5])) is not None


def test_after_an_improvement_the_latest_week_is_the_reference() -> None:
    finding = rise(daily([7] * 7 + [6] * 4 + [5] * 6 + [2] * 7 + [4] * 5))
    assert finding is not None
    assert (finding.inputs["startingPain"], finding.inputs["rollingPain"]) == (7, 3.5)
    assert (finding.inputs["recentPain"], finding.inputs["reference"]) == (2, 2)


@pytest.mark.parametrize("week", [[2] * 3, [6] * 7])
def test_the_latest_week_counts_from_four_answers_two_points_below_the_start(week: list[int]) -> None:
    run = [answer(n, now=9) for n in range(4, -1, -1)]
    latest = [answer(5 + n, now=score) for n, score in reversed(list(enumerate(week)))]
    finding = rise([*(answer(n, now=7) for n in range(30, 11, -1)), *latest, *run])
    assert finding is not None
    assert "recentPain" not in finding.inputs


def test_pain_rise_says_what_it_compared() -> None:
    finding = rise(daily([2] * 14 + [4, 4, 4, 4, 5]))
    assert finding is not None
    assert (finding.value, finding.severity, finding.trigger, finding.since) == (4.2, "normal", str(day(0)), day(4))
    assert finding.inputs == {
        "day": str(day(0)),
        "runFrom": str(day(4)),
        "runCheckIns": 5,
        "runMean": 4.2,
        "reference": 2,
        "startingPain": 2,
        "rollingPain": 2,
        "risePoints": 2.2,
    }


def test_pain_rise_is_found_in_three_answers_of_an_alternate_day_reporter() -> None:
    calm = [answer(n, now=2) for n in range(20, 5, -2)]
    assert rise([*calm, answer(4, now=4), answer(2, now=4), answer(0, now=4)]) is not None
    assert rise([*calm, answer(2, now=4), answer(0, now=4)]) is None


def test_a_run_of_pain_that_reaches_back_more_than_ten_days_is_none() -> None:
    calm = [answer(n, now=2) for n in range(30, 11, -1)]
    assert rise([*calm, answer(10, now=5), answer(1, now=5), answer(0, now=5)]) is not None
    assert rise([*calm, answer(11, now=5), answer(1, now=5), answer(0, now=5)]) is None


def test_a_flare_of_three_days_after_needling_is_no_rise_and_one_that_stays_is() -> None:
    flare = [answer(n, now=5, hours=8 + 24 * (4 - n)) for n in range(4, -1, -1)]
    calm = [answer(n, now=2) for n in range(18, 4, -1)]
    assert rise([*calm, *flare[:3]]) is None
    assert rise([*calm, *flare[:3], answer(1, now=2), answer(0, now=2)]) is None
    assert rise([*calm, *flare]) is not None


def test_twice_weekly_needling_does_not_hide_a_rise() -> None:
    calm = [answer(n, now=2, hours=10) for n in range(18, 4, -1)]
    assert rise([*calm, *(answer(n, now=5, hours=10 + 24 * (n % 3)) for n in range(4, -1, -1))]) is not None


def test_the_lower_of_start_and_rolling_pain_is_the_reference() -> None:
    better = rise(daily([6] * 7 + [2] * 14 + [4] * 5))
    assert better is not None
    assert (better.inputs["startingPain"], better.inputs["rollingPain"], better.inputs["reference"]) == (6, 2, 2)
    worse = rise(daily([2] * 7 + [4] * 14 + [4] * 5))
    assert worse is not None
    assert (worse.inputs["rollingPain"], worse.inputs["reference"]) == (4, 2)


def test_an_unknown_start_leaves_the_rolling_pain_as_reference() -> None:
    two = [answer(30, now=6), answer(29, now=6)]
    calm = [answer(n, now=2) for n in range(18, 4, -1)]
    run = [answer(n, now=4) for n in range(4, -1, -1)]
    finding = rise([*two, *calm, *run], start=two)
    assert finding is not None
    assert (finding.inputs["startingPain"], finding.inputs["reference"]) == (None, 2)


def test_without_start_and_rolling_pain_nothing_is_a_rise() -> None:
    two = [answer(30, now=1), answer(29, now=1)]
    assert rise([*two, *(answer(n, now=9) for n in range(4, -1, -1))], start=two) is None


def test_answers_of_an_earlier_episode_are_not_compared() -> None:
    before = [answer(n, now=1) for n in range(20, 8, -1)]
    now = [answer(n, now=6) for n in range(8, -1, -1)]
    assert rise([*before, *now], start=now) is None


@pytest.mark.parametrize(("usual", "run", "holds"), [
    (7, [9, 9, 9, 9, 9], True),
    (7, [8, 9, 9, 9, 9], False),     # mean 8.8
    (8, [9, 9, 9, 9, 10], True),     # mean 9.2
    (8, [9, 9, 9, 9, 9], False),
    (8, [8, 10, 10, 10, 10], False),
    (6, [8, 8, 8, 8, 8], True),      # below 7 the usual rise counts
    (9, [10, 10, 10, 10, 10], False),  # the scale has no room
])  # fmt: skip
def test_near_the_end_of_the_scale_less_is_a_rise(usual: int, run: list[int], holds: bool) -> None:
    assert (rise(daily([usual] * 14 + run)) is not None) is holds


@pytest.mark.parametrize(("run", "severity"), [([6, 6, 7, 7, 7], "normal"), ([7, 7, 7, 7, 7], "high")])
def test_a_rise_to_seven_is_urgent(run: list[int], severity: str) -> None:
    finding = rise(daily([3] * 14 + run))
    assert finding is not None
    assert finding.severity == severity


def test_late_answers_for_earlier_days_complete_a_run() -> None:
    calm = [answer(n, now=2) for n in range(18, 4, -1)]
    run = [answer(n, now=5) for n in (4, 3, 0)]
    assert rise([*calm, *run]) is not None  # three answers that span four days
    assert rise([*calm, answer(4, now=5), answer(0, now=5)]) is None
    assert rise([*calm, answer(4, now=5), answer(0, now=5), answer(1, now=5)]) is not None


CALM = [answer(n, worst=3) for n in range(12, 5, -1)]


@pytest.mark.parametrize(("worst", "holds"), [((6, 7), False), ((7, 6), False), ((7, 7), True), ((8, 9), True)])
def test_severe_pain_needs_seven_on_two_days(worst: tuple[int, int], holds: bool) -> None:
    answers = [*CALM, answer(1, worst=worst[0]), answer(0, worst=worst[1])]
    assert ("severe-pain" in found(*answers)) is holds


def test_severe_pain_looks_four_days_back_over_days_that_were_better() -> None:
    assert "severe-pain" in found(*CALM, answer(4, worst=7), answer(2, worst=3), answer(0, worst=7))
    assert "severe-pain" not in found(*CALM, answer(5, worst=7), answer(2, worst=3), answer(0, worst=7))


@pytest.mark.parametrize(("start", "worst", "holds"), [
    (4, 7, True), (5, 7, False), (5, 8, True), (6, 8, False), (6, 9, True), (7, 10, False),
])  # fmt: skip
def test_severe_pain_lies_three_above_a_start_below_seven(start: int, worst: int, holds: bool) -> None:
    usual = [answer(n, worst=start) for n in range(12, 5, -1)]
    assert ("severe-pain" in found(*usual, answer(1, worst=worst), answer(0, worst=worst))) is holds


def test_severe_pain_also_lies_three_above_the_mean_of_the_start() -> None:
    usual = [answer(12 - n, worst=score) for n, score in enumerate([4, 4, 4, 4, 6, 6, 6])]
    assert "severe-pain" not in found(*usual, answer(1, worst=7), answer(0, worst=7))  # median 4, mean 4.9
    assert "severe-pain" in found(*usual, answer(1, worst=8), answer(0, worst=8))


def test_severe_pain_before_the_start_is_known_is_a_high_start_told_once() -> None:
    finding = found(answer(1, worst=8), answer(0, worst=9))["starts-high"]
    assert (finding.trigger, finding.inputs["startingWorst"]) == (str(day(1)), None)
    again = found(answer(20, worst=3), answer(19, worst=3), answer(1, worst=8), answer(0, worst=10))["starts-high"]
    assert (again.trigger, again.value) == (str(day(20)), finding.value)


def improvement(start: list[int], recent: list[int], first: int = 13) -> bool:
    opening = [answer(first - n, now=score) for n, score in enumerate(start)]
    latest = [answer(len(recent) - 1 - n, now=score) for n, score in enumerate(recent)]
    return "improving" in found(*latest, start=opening)


@pytest.mark.parametrize(("start", "recent", "holds"), [
    ([8, 8, 8], [6, 6, 7], False),        # down 1.7 points, 21 percent
    ([8, 8, 8], [6, 6, 6], True),         # 2 points
    ([4, 4, 4], [3, 3, 3], False),        # 25 percent
    ([10, 10, 10], [7, 7, 7], True),
    ([5, 5, 5, 5], [4, 3, 4, 3], True),   # exactly 30 percent, 1.5 points
    ([5, 5, 5, 5], [4, 3, 4, 4], False),  # 25 percent
    ([4, 4, 4], [2, 3, 3], False),        # 33 percent, 1.3 points
    ([3, 3, 3], [1, 1, 1], True),
    ([2, 2, 2], [0, 0, 0], False),        # starts below 3
    ([0, 0, 0], [0, 0, 0], False),
    ([3, 3, 3], [5, 5, 5], False),
    ([8, 8], [2, 2, 2], False),           # two check-ins are no mean
    ([8, 8, 8], [2, 2], False),
])  # fmt: skip
def test_improving_is_two_points_or_thirty_percent(start: list[int], recent: list[int], holds: bool) -> None:
    assert improvement(start, recent) is holds


@pytest.mark.parametrize(("first", "holds"), [(12, False), (13, True), (40, True)])
def test_improving_never_compares_a_week_with_itself(first: int, holds: bool) -> None:
    assert improvement([8, 8, 8], [2, 2, 2], first) is holds


@pytest.mark.parametrize(("start", "latest", "days", "holds"), [
    (4, 4, 28, True), (4, 5, 28, True), (4, 3, 28, True), (5, 3, 28, False), (3, 3, 28, False), (4, 4, 27, False),
])  # fmt: skip
def test_no_change_is_told_after_four_weeks(start: int, latest: int, days: int, holds: bool) -> None:
    scores = [start] * 7 + [latest] * (days - 6)
    assert ("no-change" in found(*daily(scores))) is holds


def test_no_change_needs_twelve_checkins_in_four_weeks() -> None:
    start = [answer(40 - n, now=5) for n in range(3)]
    latest = [answer(n, now=5) for n in range(11, -1, -1)]
    assert "no-change" in found(*latest, start=start)
    assert "no-change" not in found(*latest[1:], start=start)
