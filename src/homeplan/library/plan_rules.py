"""The shape of plan-rules.yaml: the clock, gates and hours by which a plan moves on its own; and its checks. Pure."""

from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.library.clinical_rule import (
    ClinicalRule,
    Count,
    Days,
    Hours,
    Minutes,
    Percent,
    Points,
    RulesMeta,
    rule_flaws,
)
from homeplan.library.reference import PhaseTemplate
from homeplan.library.rules import PHASES, Flaw
from homeplan.values import Value

WEEK = 7
"""Days: the unit of weekly totals, no clinical decision."""


class AfterNeedlingHours(ClinicalRule, frozen=True, kw_only=True):
    """The hours after a needling session; they count from its end."""

    first_h: Hours
    second_h: Hours
    overlay_h: Hours
    """Ends of p0, p1 and p2, the first phases of every plan; the overlay runs until the last."""
    rest_h: Hours
    """Hours in which a needled muscle is neither loaded nor stretched."""
    aftercare_h: Hours
    """Hours for which an aftercare text is shown."""
    told_days: Days
    """Age up to which a session is told on the card of a warning sign."""

    @property
    def first_phases(self) -> tuple[tuple[str, int, int], ...]:
        """Name, start and end of the first three phases in hours: the same in every plan."""
        return (
            ("p0", 0, self.first_h),
            ("p1", self.first_h, self.second_h),
            ("p2", self.second_h, self.overlay_h),
        )


class SoreDay(ClinicalRule, frozen=True, kw_only=True):
    """A day in the first 72 hours after needling."""

    exercises: Count
    """Exercises due at most, and the times due when the plan has a day off."""


class PlanStart(ClinicalRule, frozen=True, kw_only=True):
    """The start of the plan clock."""

    building_h: Hours
    """Reading at which p3 begins: nobody starts beyond it, and from here on the clock stands still during a pause."""
    anchor_days: Days
    """Age from which a session is no anchor for a program that begins."""


class Away(ClinicalRule, frozen=True, kw_only=True):
    """Time away after which the phase begins again."""

    days: Days
    easing_days: Days
    dose_percent: Percent

    @property
    def time(self) -> timedelta:
        return timedelta(days=self.days)

    @property
    def easing(self) -> timedelta:
        return timedelta(days=self.easing_days)

    @property
    def dose_factor(self) -> float:
        return self.dose_percent / 100


class GateRule(ClinicalRule, frozen=True, kw_only=True):
    """The condition besides hours at which the later phases begin."""

    first_phase: Literal["p4", "p5"]
    """The first phase that begins at a gate: by symptoms and use as well as by hours."""
    pain_rise: Points
    """Points by which the median of the last week may be above the start."""
    pain_days: Days
    """Local days, today included, whose pain now is compared."""
    due_days: Days
    """Local days before today that the use of the plan is judged by."""
    percent: Percent
    """Share of the due days with an exercise done, at least."""

    @property
    def first_place(self) -> int:
        """The place of the first phase at a gate among the phases of a plan, from 0 on."""
        return PHASES.index(self.first_phase)


class Walking(ClinicalRule, frozen=True, kw_only=True):
    """Walking by minutes, a weekly total."""

    start_minutes: Minutes
    start_times: Count
    """Per day, in the first week of a plan whose walks say no time."""
    goal_minutes: Minutes
    """Also the longest single walk."""
    goal_days: Count
    least_minutes: Minutes
    least_days: Count
    """The week that a painful one never goes below."""
    enough_days: Count
    """Days of a week with a walk after which the next week is longer."""
    morning_rise: Points
    """Points by which pain may be higher on the morning after a walk."""
    growth_percent: Percent
    retreat_percent: Percent
    """The next week, of the one before: after a good and after a painful one."""

    @property
    def start_s(self) -> int:
        return self.start_minutes * 60 * self.start_times * WEEK

    @property
    def most_s(self) -> int:
        return self.goal_minutes * 60 * self.goal_days

    @property
    def longest_s(self) -> int:
        return self.goal_minutes * 60

    @property
    def least_s(self) -> int:
        return self.least_minutes * 60 * self.least_days


class Counting(ClinicalRule, frozen=True, kw_only=True):
    """The waking hours on the patient's wall clock, which decide what was due on a day."""

    awake_from: time
    awake_until: time


class Renewal(ClinicalRule, frozen=True, kw_only=True):
    """The next review of content."""

    longest_days: Annotated[int, Meta(ge=1, le=731)]
    """Most days from the date of the content until its next review, and those after which an item without a day of its
    own is reviewed again, from its signature on; at most 24 months."""
    warning_days: Days

    @property
    def longest(self) -> timedelta:
        return timedelta(days=self.longest_days)

    @property
    def warning(self) -> timedelta:
        return timedelta(days=self.warning_days)


class PlanRules(Value, frozen=True, kw_only=True):
    """plan-rules.yaml."""

    meta: RulesMeta
    after_needling: AfterNeedlingHours
    sore_day: SoreDay
    start: PlanStart
    away: Away
    gate: GateRule
    walking: Walking
    renewal: Renewal
    counting: Counting


def plan_flaws(rules: PlanRules, phases: Sequence[PhaseTemplate]) -> Iterator[Flaw]:
    """Rules whose words or numbers do not fit each other, or the library's phases."""
    yield from rule_flaws(rules)
    written = tuple((phase.slug, phase.from_h, phase.to_h) for phase in phases[:3])
    if rules.after_needling.first_phases != written:
        yield Flaw(path="afterNeedling", text="its hours are not those of the library's first phases")
    if rules.start.building_h != rules.after_needling.overlay_h:
        yield Flaw(path="start.buildingH", text="is not where the overlay ends")
    if rules.renewal.warning_days >= rules.renewal.longest_days:
        yield Flaw(path="renewal.warningDays", text="is not shorter than the time until the next review")
    if rules.counting.awake_from >= rules.counting.awake_until:
        yield Flaw(path="counting", text="ends before it begins")
