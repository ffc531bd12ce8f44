"""The shape of alert-rules.yaml: rules, on the terms of alert_terms.py, by which an answer becomes an alert. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta, field

from homeplan.library.alert_limits import Limits, SetBy, limit_flaws
from homeplan.library.alert_terms import (
    DailyReview,
    FollowUpRule,
    Light,
    PainInWords,
    RecentPain,
    Repeats,
    RollingPain,
    SessionResponseRule,
    StartingPain,
    WeekMean,
)
from homeplan.library.clinical_rule import (
    ClinicalRule,
    Count,
    Days,
    ExactPoints,
    Hours,
    Percent,
    Points,
    RulesMeta,
    rule_flaws,
    rules_of,
)
from homeplan.library.reference import TrafficLight
from homeplan.library.rules import Flaw
from homeplan.values import Slug, Value


class AlertRule(ClinicalRule, frozen=True, kw_only=True):
    """A rule that puts a patient on the therapist's list."""

    version: Annotated[int, Meta(ge=1, le=1000)]
    """Raised with each change of the rule; an alert keeps the one that raised it."""
    severity: Literal["high", "normal", "low", "positive", "by_level"]
    limits: tuple[Limits, ...] = ()
    """The numbers that may be changed."""
    set_by: dict[str, SetBy] = field(default_factory=dict)
    """The numbers that were changed for a patient, by the name that their limits have; never in the file."""


class RunShape(Value, frozen=True, kw_only=True):
    """A shape of run, and what makes it a rise. Points are on the scale of 0-10."""

    answers: Count
    days: Days
    """Days between the first and the last answer, at least."""
    rise: ExactPoints
    """Points by which the mean lies above the reference, at least."""
    rise_from_high: ExactPoints
    """The same from a high reference on."""
    each: Points
    """Points by which every answer lies above the reference, at least."""
    lower: Annotated[int, Meta(ge=0, le=3)]
    """Answers before the latest that may be lower than that."""


class PainRise(AlertRule, frozen=True, kw_only=True):
    """A rise of pain against what was usual."""

    most_days: Days
    """Days that a run spans at most."""
    high: Points
    """A reference from which a rise is measured against the end of the scale, and a mean that makes a rise urgent."""
    mean_from_high: Points
    usual: RunShape
    clear: RunShape
    """Known a day earlier."""
    long: RunShape
    """With one better day."""

    @property
    def shapes(self) -> tuple[RunShape, ...]:
        return (self.usual, self.clear, self.long)


class SeverePain(AlertRule, frozen=True, kw_only=True):
    """Severe pain on two days."""

    worst: Points
    above_start: Points
    days_apart: Days


class Soreness(AlertRule, frozen=True, kw_only=True):
    """Soreness of the needled muscle, before or after these hours since the session."""

    score: Points
    hours: Hours

    @property
    def time(self) -> timedelta:
        return timedelta(hours=self.hours)


class LegSpread(AlertRule, frozen=True, kw_only=True):
    """A new place below the knee."""

    days: Days
    regions: frozenset[Slug]
    """Body regions of checkin.yaml."""


class ExerciseRed(AlertRule, frozen=True, kw_only=True):
    """Exercise that hurt too much."""

    within_days: Days
    days: Count
    worst: Points
    """Pain during an exercise that is enough on one day."""


class NoCheckin(AlertRule, frozen=True, kw_only=True):
    """Whole days of an active plan without a check-in."""

    days: Days


class NoExercise(AlertRule, frozen=True, kw_only=True):
    """A week of the plan without exercise."""

    days: Count
    """Days with exercise that are enough."""
    within_days: Days

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.within_days)


class PhaseWaiting(AlertRule, frozen=True, kw_only=True):
    """A phase that waits at its gate."""

    days: Days

    @property
    def time(self) -> timedelta:
        return timedelta(days=self.days)


class Improving(AlertRule, frozen=True, kw_only=True):
    """Less pain than in the first week."""

    points: Points
    percent: Percent
    points_with_percent: ExactPoints
    """Points from which the share counts."""
    from_start: Points


class NoChange(AlertRule, frozen=True, kw_only=True):
    """As much pain as in the first week."""

    from_start: Points
    within: Points
    days: Days
    answers: Count


class AlertRules(Value, frozen=True, kw_only=True):
    """alert-rules.yaml. The field of a rule is its id with underscores."""

    meta: RulesMeta
    starting_pain: StartingPain
    week_mean: WeekMean
    rolling_pain: RollingPain
    recent_pain: RecentPain
    light: Light
    repeats: Repeats
    pain_in_words: PainInWords
    session_response: SessionResponseRule
    daily_review: DailyReview
    follow_up: FollowUpRule
    safety_yes: AlertRule
    pain_rise: PainRise
    severe_pain: SeverePain
    starts_high: AlertRule
    soreness_72h: Soreness
    soreness_high: Soreness
    adverse_event: AlertRule
    leg_spread: LegSpread
    exercise_red: ExerciseRed
    no_checkin: NoCheckin
    no_exercise: NoExercise
    phase_waiting: PhaseWaiting
    improving: Improving
    no_change: NoChange
    needled_despite_stop: AlertRule
    consent_withdrawn: AlertRule

    @property
    def look_back(self) -> timedelta:
        """Time before the judged days for which the rules need check-ins."""
        return timedelta(days=max(self.pain_rise.most_days + self.rolling_pain.days, self.no_change.days))

    @property
    def around_exercises(self) -> timedelta:
        """Time whose exercises are judged, and the day before it for the pain before them."""
        return timedelta(days=max(self.exercise_red.within_days, self.no_exercise.within_days) + 1)

    def rule(self, rule_id: str) -> AlertRule:
        """The rule of that id. Raises LookupError."""
        found = getattr(self, rule_id.replace("-", "_"), None)
        if not isinstance(found, AlertRule):
            raise LookupError(rule_id)
        return found

    def ids(self) -> frozenset[str]:
        """The ids of the rules."""
        found = {name.replace("_", "-") for name, one in rules_of(self).items() if isinstance(one, AlertRule)}
        return frozenset(found)


def alert_flaws(rules: AlertRules, lights: tuple[TrafficLight, ...], regions: frozenset[str]) -> Iterator[Flaw]:
    """Rules whose words or numbers do not fit; `lights` and `regions` are those of the patient's screens."""
    yield from rule_flaws(rules)
    for name, rule in rules_of(rules).items():
        if isinstance(rule, AlertRule):
            yield from limit_flaws(name, rule, rule.limits)
            if rule.set_by:
                yield Flaw(path=f"{name}.setBy", text="is for the numbers of a patient")
    from_score = {light.color: light.min for light in lights}
    for color in ("amber", "red"):
        if from_score.get(color) != getattr(rules.light, color):
            yield Flaw(path=f"light.{color}", text="is not the score that the patient's traffic light says")
    for region in sorted(rules.leg_spread.regions - regions):
        yield Flaw(path="legSpread.regions", text=f"{region} is not a body region")
    if rules.soreness_72h.hours != rules.soreness_high.hours:
        yield Flaw(path="sorenessHigh.hours", text="is not where soreness-72h begins")
