"""Walking by minutes: a weekly total that grows after good weeks, spread over the days of the walk that is on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.library.content import starter
from homeplan.library.dosage import Dosage
from homeplan.programs.model import PlanStep, Program
from homeplan.programs.timeline.walking import WalkingWeek, next_week, start_of, walk_dose
from tests.programs.build import NEEDLED, exercise, hours, on, program, revision, tiny

RULE = starter().plan_rules.walking
GOOD = WalkingWeek(days_done=4, worst_morning=1, red=False)


def walk(slug: str, seconds: int, times: int = 1, weekdays: int = 127, phases: tuple[str, ...] = ("p3",)) -> Program:
    dose = Dosage(sets=1, duration_s=seconds, times_per_day=times, weekdays=weekdays)
    item = exercise(slug, load_type="aerobic", dosage=dose, tiny=tiny(duration_s=60), phases=phases)
    return program(revision(item), gated=True)


@pytest.mark.parametrize(
    ("week", "after"),
    [
        (GOOD, 4620),
        (WalkingWeek(days_done=3, worst_morning=0, red=False), 4200),
        (WalkingWeek(days_done=7, worst_morning=2, red=False), 4200),
        (WalkingWeek(days_done=7, worst_morning=None, red=False), 4200),
        (WalkingWeek(days_done=7, worst_morning=0, red=True), 3360),
    ],
)
def test_a_week_follows_from_the_week_before(week: WalkingWeek, after: int) -> None:
    assert next_week(4200, week, RULE) == after


def test_good_weeks_lead_to_half_an_hour_on_five_days_and_no_further() -> None:
    total = RULE.start_s
    for _ in range(30):
        total = next_week(total, GOOD, RULE)
    assert total == RULE.most_s
    assert walk_dose(Dosage(sets=1, duration_s=900, weekdays=31), total, None, RULE).duration_s == 1800


@given(st.integers(600, 20_000), st.integers(0, 7), st.none() | st.integers(-10, 10), st.booleans())
def test_a_week_never_changes_by_more_than_the_rule(total: int, days: int, rise: int | None, red: bool) -> None:
    after = next_week(total, WalkingWeek(days_done=days, worst_morning=rise, red=red), RULE)
    assert total * 0.8 - 1 <= after <= total * 1.1 + 1
    assert after <= max(total, RULE.most_s)


@given(st.integers(60, 20_000), st.integers(1, 4), st.integers(1, 127), st.integers(30, 300))
def test_one_walk_is_between_the_tiny_version_and_half_an_hour(total: int, times: int, days: int, least: int) -> None:
    dose = walk_dose(
        Dosage(sets=1, duration_s=600, times_per_day=times, weekdays=days), total, tiny(duration_s=least), RULE
    )
    assert dose.duration_s is not None
    assert least <= dose.duration_s <= RULE.longest_s


def test_the_first_week_is_the_first_walk_of_the_plan_or_five_minutes_twice_a_day() -> None:
    assert start_of(walk("easy-walk", 480, 2).revisions[0].prescriptions, RULE) == 480 * 14
    assert start_of([exercise("bridge")], RULE) == RULE.start_s


def test_the_walk_that_is_on_has_the_minutes_of_the_week() -> None:
    easy = walk("easy-walk", 300, 2).revisions[0].prescriptions[0]
    steady = walk("steady-walk", 900, weekdays=31, phases=("p4",)).revisions[0].prescriptions[0]
    steps = (
        PlanStep(at=NEEDLED + hours(300), kind="walk", walk_s=4620),
        PlanStep(at=NEEDLED + hours(504), kind="phase", phase="p4"),
    )
    plan = program(revision(easy, steady), gated=True, steps=steps)
    shown = [on(plan, h).items[0].dosage for h in (100, 310, 510)]
    assert [dose.duration_s for dose in shown if dose] == [300, 330, 930]
    assert on(plan, 310).items[0].reasons[-1].code == "walk-minutes"


def test_in_a_program_of_an_older_release_a_walk_is_as_prescribed() -> None:
    plan = program(*walk("steady-walk", 900, weekdays=31).revisions, gated=False)
    [item] = on(plan, 100).items
    assert item.dosage is not None
    assert item.dosage.duration_s == 900
