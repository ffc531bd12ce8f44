"""Each rule just below, at and above its threshold, over missing days and DST nights."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from homeplan.alerts import pain
from homeplan.alerts.model import Answer, Evidence, RuleId, SafetyReport, StartingPain
from homeplan.alerts.rules import assess, resolved_rules, severity_of
from homeplan.library.content import starter
from homeplan.library.instrument import SafetyLevel
from tests.alerts.evidence import DENVER, LEFT_CALF, LOW_BACK, NOW, TODAY, answer, bout, day, engagement, found


def test_every_rule_of_the_content_has_its_place_in_the_code_and_no_other() -> None:
    assert set(starter().alert_rules) == set(get_args(RuleId))


@pytest.mark.parametrize(("worst", "holds"), [((6, 7), False), ((7, 6), False), ((7, 7), True), ((8, 9), True)])
def test_severe_pain_needs_seven_on_two_checkins_in_a_row(worst: tuple[int, int], holds: bool) -> None:
    calm = [answer(before, worst=3) for before in (5, 4, 3)]
    assert ("severe-pain" in found(*calm, answer(1, worst=worst[0]), answer(0, worst=worst[1]))) is holds


def test_severe_pain_in_a_row_means_no_checkin_between_even_if_days_were_missed() -> None:
    assert "severe-pain" in found(answer(9, worst=3), answer(6, worst=7), answer(0, worst=7))
    assert "severe-pain" not in found(answer(9, worst=3), answer(6, worst=7), answer(5, worst=6), answer(0, worst=7))


@pytest.mark.parametrize(("baseline", "holds"), [(6, True), (7, False), (8, False)])
def test_severe_pain_is_news_only_below_a_baseline_of_seven(baseline: int, holds: bool) -> None:
    before = [answer(n, worst=baseline) for n in (4, 3, 2)]
    assert ("severe-pain" in found(*before, answer(1, worst=9), answer(0, worst=9))) is holds


def test_severe_pain_takes_a_half_point_of_the_median_as_it_is() -> None:
    before = [answer(3, worst=6), answer(2, worst=7)]
    assert found(*before, answer(1, worst=9), answer(0, worst=9))["severe-pain"].inputs["baseline"] == 6.5


def test_severe_pain_without_a_baseline_is_found_and_says_so() -> None:
    inputs = found(answer(1, worst=7), answer(0, worst=8))["severe-pain"].inputs
    assert (inputs["baseline"], inputs["baselineCheckIns"]) == (None, 0)


def test_severe_pain_looks_for_its_baseline_seven_days_back_and_not_eight() -> None:
    assert pain.severe_pain(answer(0, worst=8), [answer(8, worst=7), answer(1, worst=8)]) is None
    assert pain.severe_pain(answer(0, worst=8), [answer(9, worst=7), answer(1, worst=8)]) is not None


@pytest.mark.parametrize(
    ("now", "holds"), [((3, 4), False), ((4, 3), False), ((4, 4), True), ((5, 5), True), ((4, 9), True)]
)
def test_rise_of_two_points_on_two_days_in_a_row(now: tuple[int, int], holds: bool) -> None:
    calm = [answer(n, now=2) for n in (4, 3, 2)]
    assert ("rise-two" in found(*calm, answer(1, now=now[0]), answer(0, now=now[1]))) is holds


def test_rise_of_two_is_broken_by_a_missing_day() -> None:
    calm = [answer(n, now=2) for n in (5, 4, 3)]
    assert "rise-two" not in found(*calm, answer(2, now=5), answer(0, now=5))


def test_rise_of_two_is_not_hidden_by_its_own_first_day() -> None:
    assert found(answer(2, now=2), answer(1, now=4), answer(0, now=4))["rise-two"].value == 2


@pytest.mark.parametrize(("hours", "holds"), [(71.9, False), (72, False), (72.1, True), (None, True)])
def test_rise_of_two_waits_until_needling_no_longer_explains_it(hours: float | None, holds: bool) -> None:
    calm = [answer(n, now=2) for n in (4, 3, 2)]
    assert ("rise-two" in found(*calm, answer(1, now=5), answer(0, now=5, hours=hours))) is holds


def test_rise_of_two_without_a_baseline_is_not_judged() -> None:
    assert "rise-two" not in found(answer(1, now=9), answer(0, now=9))


@pytest.mark.parametrize(("baseline", "now", "holds"), [(7, 9, False), (7, 10, True), (6, 10, False), (8, 10, False)])
def test_rise_of_three_from_a_severe_baseline(baseline: int, now: int, holds: bool) -> None:
    before = [answer(n, now=baseline) for n in (4, 3, 2)]
    assert ("rise-three" in found(*before, answer(0, now=now))) is holds


def test_rise_of_three_takes_the_median_and_not_the_mean() -> None:
    before = [answer(3, now=0), answer(2, now=7), answer(1, now=7)]
    assert found(*before, answer(0, now=10))["rise-three"].value == 3


@pytest.mark.parametrize(("soreness", "hours", "holds"), [
    (3, 80, False), (4, 80, True), (5, 80, True), (4, 72, False), (4, 72.1, True), (4, None, False), (None, 80, False),
])  # fmt: skip
def test_soreness_of_four_beyond_three_days(soreness: int | None, hours: float | None, holds: bool) -> None:
    assert ("soreness-72h" in found(answer(soreness=soreness, hours=hours))) is holds


@pytest.mark.parametrize(("soreness", "hours", "holds"), [
    (7, 20, False), (8, 20, True), (9, 20, True), (8, 72, True), (8, 72.1, False), (8, None, False),
])  # fmt: skip
def test_soreness_of_eight_within_three_days(soreness: int, hours: float | None, holds: bool) -> None:
    assert ("soreness-high" in found(answer(soreness=soreness, hours=hours))) is holds


def test_pain_below_the_knee_is_news_when_the_week_before_did_not_name_it() -> None:
    spread = found(answer(1, places=[LOW_BACK]), answer(0, places=[LOW_BACK, LEFT_CALF]))["leg-spread"]
    assert spread.inputs["newRegions"] == ["calf left"]
    assert "leg-spread" not in found(answer(1, places=[LEFT_CALF]), answer(0, places=[LEFT_CALF]))


def test_the_other_leg_and_the_foot_below_the_calf_are_news() -> None:
    assert "leg-spread" in found(answer(1, places=[LEFT_CALF]), answer(0, places=[("calf", "right")]))
    assert "leg-spread" in found(answer(1, places=[LEFT_CALF]), answer(0, places=[LEFT_CALF, ("foot", "left")]))


@pytest.mark.parametrize("slug", ["thigh-back", "buttock", "needle-site"])
def test_a_new_region_above_the_knee_is_not_leg_spread(slug: str) -> None:
    assert "leg-spread" not in found(answer(1, places=[LOW_BACK]), answer(0, places=[(slug, "left")]))


def test_leg_spread_compares_seven_days_and_not_eight() -> None:
    between = answer(3, places=[LOW_BACK])
    assert "leg-spread" not in found(answer(7, places=[LEFT_CALF]), between, answer(0, places=[LEFT_CALF]))
    assert "leg-spread" in found(answer(8, places=[LEFT_CALF]), between, answer(0, places=[LEFT_CALF]))


def test_leg_spread_after_a_silent_week_compares_the_last_answer() -> None:
    assert "leg-spread" in found(answer(20, places=[LOW_BACK]), answer(0, places=[LEFT_CALF]))
    assert "leg-spread" not in found(answer(20, places=[LEFT_CALF]), answer(0, places=[LEFT_CALF]))
    earlier = [answer(25, places=[LEFT_CALF]), answer(20, places=[LOW_BACK])]
    assert "leg-spread" in found(*earlier, answer(0, places=[LEFT_CALF]))


def test_leg_spread_needs_something_to_compare_with() -> None:
    assert "leg-spread" not in found(answer(0, places=[LEFT_CALF]))
    assert "leg-spread" not in found(answer(1, places=None), answer(0, places=[LEFT_CALF]))
    assert "leg-spread" in found(answer(1, places=[]), answer(0, places=[LEFT_CALF]))


@pytest.mark.parametrize(("pains", "holds"), [((5, 5), False), ((6, 5), False), ((6, 6), True), ((7, 9), True)])
def test_exercise_that_hurts_on_two_days(pains: tuple[int, int], holds: bool) -> None:
    assert ("exercise-red" in found(bouts=[bout(3, pains[0]), bout(1, pains[1])])) is holds


def test_exercise_that_hurts_looks_at_the_last_seven_days() -> None:
    assert "exercise-red" in found(bouts=[bout(6, 6), bout(0, 6)])
    assert "exercise-red" not in found(bouts=[bout(7, 6), bout(0, 6)])


def test_exercise_pain_that_was_not_recorded_is_neither_high_nor_low() -> None:
    assert "exercise-red" not in found(bouts=[bout(2, None), bout(1, 6)])


@pytest.mark.parametrize(("last", "holds"), [(3, False), (4, True), (5, True)])
def test_no_checkin_after_three_whole_silent_days(last: int, holds: bool) -> None:
    assert ("no-checkin" in found(plan=engagement(30, last))) is holds


@pytest.mark.parametrize(("since", "holds"), [(3, False), (4, True)])
def test_no_checkin_counts_from_the_day_after_the_plan_began(since: int, holds: bool) -> None:
    assert ("no-checkin" in found(plan=engagement(since, None))) is holds
    assert ("no-checkin" in found(plan=engagement(since, 20))) is holds


@pytest.mark.parametrize(("last", "value"), [(4, 3), (6, 3), (7, 6), (9, 6), (10, 9)])
def test_a_silence_rises_every_three_days(last: int, value: int) -> None:
    assert found(plan=engagement(30, last))["no-checkin"].value == value


@pytest.mark.parametrize(
    ("days", "holds"), [([], True), ([3], True), ([3, 5], False), ([0, 8, 3], True), ([7, 1], False)]
)
def test_no_exercise_with_fewer_than_two_exercise_days_in_the_seven_days_before(days: list[int], holds: bool) -> None:
    assert ("no-exercise" in found(bouts=map(bout, days), plan=engagement(30, 0))) is holds


@pytest.mark.parametrize(("since", "due", "holds"), [(6, 7, False), (7, 7, True), (30, 1, False), (30, 2, True)])
def test_no_exercise_asks_for_no_more_than_the_plan_asks(since: int, due: int, holds: bool) -> None:
    assert ("no-exercise" in found(plan=engagement(since, 0, due))) is holds


def test_time_based_rules_are_silent_without_an_active_plan() -> None:
    assert found(plan=None) == {}


def _improvement(start: list[int], recent: list[int], first: int = 13) -> bool:
    evidence = Evidence(
        zone=DENVER,
        answers=tuple(answer(len(recent) - 1 - n, now=score) for n, score in enumerate(recent)),
        starting_pain=StartingPain(first_day=day(first), total=sum(start), count=len(start)),
    )
    return "improving" in {finding.rule for finding in assess(evidence, NOW)}


@pytest.mark.parametrize(("start", "recent", "holds"), [
    ([8, 8, 8], [6, 6, 7], False),        # down 1.7 points, 21 percent
    ([8, 8, 8], [6, 6, 6], True),         # 2 points
    ([4, 4, 4], [3, 3, 3], False),        # 25 percent
    ([10, 10, 10], [7, 7, 7], True),
    ([5, 5, 5, 5], [4, 3, 4, 3], True),   # exactly 30 percent, 1.5 points
    ([5, 5, 5, 5], [4, 3, 4, 4], False),  # 25 percent
    ([3, 3, 3], [2, 2, 2], True),         # 33 percent
    ([0, 0, 0], [0, 0, 0], False),
    ([3, 3, 3], [5, 5, 5], False),
    ([8, 8], [2, 2, 2], False),           # two check-ins are no mean
    ([8, 8, 8], [2, 2], False),
])  # fmt: skip
def test_improving_is_two_points_or_thirty_percent(start: list[int], recent: list[int], holds: bool) -> None:
    assert _improvement(start, recent) is holds


@pytest.mark.parametrize(("first", "holds"), [(12, False), (13, True), (40, True)])
def test_improving_never_compares_a_week_with_itself(first: int, holds: bool) -> None:
    assert _improvement([8, 8, 8], [2, 2, 2], first) is holds


@pytest.mark.parametrize(("yes", "severity"), [
    ({"weight": "soon"}, "normal"),
    ({"weight": "soon", "fever": "urgent"}, "high"),
    ({"fever": "urgent", "saddle": "emergency"}, "high"),
])  # fmt: skip
def test_a_safety_yes_is_as_severe_as_its_most_pressing_item(yes: dict[str, SafetyLevel], severity: str) -> None:
    [finding] = assess(Evidence(zone=DENVER, safety=(SafetyReport(source="s", received_at=NOW, yes=yes),)), NOW)
    assert severity_of(finding, starter().alert_rules) == severity
    assert finding.inputs["items"] == sorted(yes)


def test_a_safety_screen_answered_with_no_finds_nothing() -> None:
    assert assess(Evidence(zone=DENVER, safety=(SafetyReport(source="s", received_at=NOW, yes={}),)), NOW) == []


def test_only_open_days_and_those_that_a_late_answer_touches_are_judged() -> None:
    assert set(found(answer(2, soreness=9, hours=20))) == {"soreness-high"}
    assert found(answer(3, soreness=9, hours=20)) == {}
    old = answer(5, soreness=9, hours=20)
    evidence = Evidence(zone=DENVER, answers=(old,), judged=frozenset({day(5)}))
    assert [finding.rule for finding in assess(evidence, NOW)] == ["soreness-high"]


def test_each_finding_carries_its_rule_its_version_and_what_it_looked_at() -> None:
    finding = found(answer(soreness=9, hours=20.25))["soreness-high"]
    assert (finding.rule, finding.version, finding.trigger, finding.value) == ("soreness-high", 1, "2026-03-02", 9)
    assert finding.inputs == {"day": "2026-03-02", "soreness": 9, "hoursSinceNeedling": 20.2}


def test_a_silence_is_over_when_a_checkin_comes_for_one_of_its_last_three_days() -> None:
    assert "no-checkin" in resolved_rules(Evidence(zone=DENVER, answers=(answer(3),)), NOW)
    assert "no-checkin" not in resolved_rules(Evidence(zone=DENVER, answers=(answer(4),)), NOW)


def test_a_week_without_exercise_is_resolved_by_its_second_day_with_exercise() -> None:
    assert "no-exercise" in resolved_rules(Evidence(zone=DENVER, bouts=(bout(3), bout(1))), NOW)
    assert "no-exercise" not in resolved_rules(Evidence(zone=DENVER, bouts=(bout(1),)), NOW)


@pytest.mark.parametrize(("zone", "dst_night"), [
    ("America/Denver", date(2026, 3, 8)),       # 23 hours
    ("America/Denver", date(2026, 11, 1)),      # 25 hours
    ("Europe/Madrid", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
])  # fmt: skip
def test_days_in_a_row_and_hours_since_needling_hold_over_a_dst_night(zone: str, dst_night: date) -> None:
    here = ZoneInfo(zone)
    needled = datetime(dst_night.year, dst_night.month, dst_night.day, 12, tzinfo=here) - timedelta(days=2)
    ended = needled.astimezone(UTC)
    days = [dst_night + timedelta(days=n) for n in (-3, -2, -1, 0, 1)]
    scores = [2, 2, 2, 5, 5]

    def answers(last_at: datetime) -> tuple[Answer, ...]:
        moments = [last_at - timedelta(days=4 - n) for n in range(5)]
        return tuple(
            Answer(day=d, received_at=at, pain_now=s, pain_worst_24h=s, since_needling=max(at - ended, timedelta(0)))
            for d, at, s in zip(days, moments, scores, strict=True)
        )

    on_the_hour = ended + timedelta(hours=72)
    for moment, holds in ((on_the_hour, False), (on_the_hour + timedelta(seconds=1), True)):
        rules = {one.rule for one in assess(Evidence(zone=here, answers=answers(moment)), moment)}
        assert ("rise-two" in rules) is holds


def test_the_local_day_decides_what_today_is_and_not_utc() -> None:
    late = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # 22:00 on 2 March in Denver
    assert "no-checkin" not in found(now=late, plan=engagement(30, 3))
    assert "no-checkin" in found(now=late + timedelta(hours=3), plan=engagement(30, 3))
    assert late.astimezone(DENVER).date() == TODAY
