"""Each rule just below, at and above its threshold, over missing days and DST nights."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from homeplan.alerts.model import Answer, Evidence, RuleId, SafetyReport
from homeplan.alerts.rules import assess, resolved_rules, severity_of
from homeplan.library.instrument import SafetyLevel
from tests.alerts.evidence import (
    DENVER,
    LEFT_CALF,
    LOW_BACK,
    NOW,
    RULES,
    TODAY,
    answer,
    bout,
    day,
    engagement,
    first_week,
    found,
    pain_at,
)


def test_every_rule_of_the_content_has_its_place_in_the_code_and_no_other() -> None:
    assert RULES.ids() == set(get_args(RuleId))


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


def test_two_exercises_of_one_day_are_one_session() -> None:
    assert "exercise-red" not in found(bouts=[bout(1, 6), bout(1, 7)])


@pytest.mark.parametrize(("score", "holds"), [(7, False), (8, True), (10, True)])
def test_pain_of_eight_is_enough_on_one_day(score: int, holds: bool) -> None:
    assert ("exercise-red" in found(bouts=[bout(1, score)])) is holds


def test_stopping_because_it_hurt_counts_without_a_score() -> None:
    finding = found(bouts=[bout(2, stopped=True), bout(1, 6)])["exercise-red"]
    assert (finding.inputs["stopped"], finding.inputs["worstPainDuring"]) == (1, 6)
    assert "exercise-red" in found(bouts=[bout(2, stopped=True), bout(1, stopped=True)])
    assert "exercise-red" not in found(bouts=[bout(2, None), bout(1, 6)])


@pytest.mark.parametrize(("before", "during", "holds"), [
    (1, 4, True), (1, 3, False), (5, 6, False), (5, 7, True), (8, 9, False), (8, 10, True), (3, 5, False),
])  # fmt: skip
def test_pain_during_an_exercise_is_judged_against_the_pain_before(before: int, during: int, holds: bool) -> None:
    pains = [pain_at(2, before), pain_at(1, before)]
    assert ("exercise-red" in found(bouts=[bout(2, during), bout(1, during)], pains=pains)) is holds


def test_pain_a_day_and_longer_before_an_exercise_is_not_the_pain_before() -> None:
    assert "exercise-red" in found(bouts=[bout(2, 6), bout(1, 6)], pains=[pain_at(4, 6)])


def test_a_painful_exercise_that_arrives_late_is_a_new_event() -> None:
    on_time = found(bouts=[bout(3, 6), bout(1, 6)])["exercise-red"]
    late = found(bouts=[bout(3, 6), bout(2, 6, known=0), bout(1, 6)])["exercise-red"]
    assert (on_time.trigger, late.trigger, late.known_at) == (str(day(1)), str(day(2)), NOW)


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


@pytest.mark.parametrize(("yes", "severity"), [
    ({"weight": "soon"}, "normal"),
    ({"weight": "soon", "fever": "urgent"}, "high"),
    ({"fever": "urgent", "saddle": "emergency"}, "critical"),
])  # fmt: skip
def test_a_safety_yes_is_as_severe_as_its_most_pressing_item(yes: dict[str, SafetyLevel], severity: str) -> None:
    [finding] = assess(Evidence(zone=DENVER, safety=(SafetyReport(source="s", received_at=NOW, yes=yes),)), NOW, RULES)
    assert severity_of(finding, RULES) == severity
    assert finding.inputs["items"] == sorted(yes)


def test_a_safety_screen_answered_with_no_finds_nothing() -> None:
    assert assess(Evidence(zone=DENVER, safety=(SafetyReport(source="s", received_at=NOW, yes={}),)), NOW, RULES) == []


def test_only_open_days_and_those_that_a_late_answer_touches_are_judged() -> None:
    assert set(found(answer(2, soreness=9, hours=20))) == {"soreness-high"}
    assert found(answer(3, soreness=9, hours=20)) == {}
    old = answer(5, soreness=9, hours=20)
    evidence = Evidence(zone=DENVER, answers=(old,), judged=frozenset({day(5)}))
    assert [finding.rule for finding in assess(evidence, NOW, RULES)] == ["soreness-high"]


def test_each_finding_carries_its_rule_its_version_and_what_it_looked_at() -> None:
    finding = found(answer(soreness=9, hours=20.25))["soreness-high"]
    assert (finding.rule, finding.version, finding.trigger, finding.value) == ("soreness-high", 1, "2026-03-02", 9)
    assert finding.inputs == {"day": "2026-03-02", "soreness": 9, "hoursSinceNeedling": 20.2}


def test_a_silence_is_over_when_a_checkin_comes_for_one_of_its_last_three_days() -> None:
    assert "no-checkin" in resolved_rules(Evidence(zone=DENVER, answers=(answer(3),)), NOW, RULES)
    assert "no-checkin" not in resolved_rules(Evidence(zone=DENVER, answers=(answer(4),)), NOW, RULES)


def test_a_week_without_exercise_is_resolved_by_its_second_day_with_exercise() -> None:
    assert "no-exercise" in resolved_rules(Evidence(zone=DENVER, bouts=(bout(3), bout(1))), NOW, RULES)
    assert "no-exercise" not in resolved_rules(Evidence(zone=DENVER, bouts=(bout(1),)), NOW, RULES)


@pytest.mark.parametrize(("zone", "dst_night"), [
    ("America/Denver", date(2026, 3, 8)),       # 23 hours
    ("America/Denver", date(2026, 11, 1)),      # 25 hours
    ("Europe/Madrid", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
])  # fmt: skip
def test_runs_of_days_and_hours_since_needling_hold_over_a_dst_night(zone: str, dst_night: date) -> None:
    here = ZoneInfo(zone)
    needled = datetime(dst_night.year, dst_night.month, dst_night.day, 12, tzinfo=here) - timedelta(days=2)
    ended = needled.astimezone(UTC)
    days = [dst_night + timedelta(days=n) for n in range(-10, 2)]
    scores = [2] * 7 + [5] * 5

    def answers(last_at: datetime) -> tuple[Answer, ...]:
        moments = [last_at - timedelta(days=11 - n) for n in range(12)]
        return tuple(
            Answer(
                day=d,
                received_at=at,
                pain_now=s,
                pain_worst_24h=s,
                soreness=4,
                since_needling=max(at - ended, timedelta(0)),
            )
            for d, at, s in zip(days, moments, scores, strict=True)
        )

    on_the_hour = ended + timedelta(hours=72)
    for moment, too_long in ((on_the_hour, False), (on_the_hour + timedelta(seconds=1), True)):
        evidence = Evidence(zone=here, answers=answers(moment), first_week=first_week(*answers(moment)))
        rules = {one.rule for one in assess(evidence, moment, RULES)}
        assert "pain-rise" in rules
        assert ("soreness-72h" in rules) is too_long


def test_the_local_day_decides_what_today_is_and_not_utc() -> None:
    late = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # 22:00 on 2 March in Denver
    assert "no-checkin" not in found(now=late, plan=engagement(30, 3))
    assert "no-checkin" in found(now=late + timedelta(hours=3), plan=engagement(30, 3))
    assert late.astimezone(DENVER).date() == TODAY


def test_only_time_rules_close_by_themselves() -> None:
    calm = Evidence(
        zone=DENVER,
        answers=tuple(answer(before) for before in range(14, -1, -1)),
        bouts=(bout(3), bout(2), bout(1)),
    )
    assert resolved_rules(calm, NOW, RULES) == {"no-checkin", "no-exercise"}
    assert resolved_rules(Evidence(zone=DENVER), NOW, RULES) == frozenset()
