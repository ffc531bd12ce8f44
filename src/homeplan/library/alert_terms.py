"""The terms of alert-rules.yaml that several alert rules and reports share. Pure."""

from datetime import time, timedelta

from homeplan.library.clinical_rule import (
    ClinicalRule,
    Count,
    Days,
    Hours,
    Minutes,
    Points,
)


class StartingPain(ClinicalRule, frozen=True, kw_only=True):
    """The median of the first days of an episode."""

    days: Days
    answers: Count
    """Check-ins from which it is known."""


class WeekMean(ClinicalRule, frozen=True, kw_only=True):
    """The mean of the first or the latest days of an episode."""

    days: Days
    answers: Count


class RollingPain(ClinicalRule, frozen=True, kw_only=True):
    """The median of the days before a run."""

    days: Days
    answers: Count


class RecentPain(RollingPain, frozen=True, kw_only=True):
    """The median of the week before a run, which counts after an improvement."""

    below_start: Points


class Light(ClinicalRule, frozen=True, kw_only=True):
    """The traffic light of an exercise bout: pain during it against the pain before."""

    before_h: Hours
    """Greatest age of a check-in that counts as the pain before."""
    amber: Points
    red: Points
    """Pain during the exercise from which the light is amber or red when the pain before is unknown."""
    amber_rise: Points
    red_rise: Points
    """Points above the pain before that make it amber or red at any score."""
    usual_rise: Points
    """Points above the pain before that do not yet make pain of `red` or more red."""

    @property
    def before(self) -> timedelta:
        return timedelta(hours=self.before_h)


class PainInWords(ClinicalRule, frozen=True, kw_only=True):
    """The sentence of a report about the change between the first and the latest week."""

    little: Points
    """Points from which the change is told as a little one."""
    counts: Points
    """Points from which it counts."""


class SessionResponseRule(ClinicalRule, frozen=True, kw_only=True):
    """The check-ins around a needling session that a report compares."""

    before_days: Days
    first_h: Hours
    after_days: Days

    @property
    def before(self) -> timedelta:
        return timedelta(days=self.before_days)

    @property
    def first(self) -> timedelta:
        return timedelta(hours=self.first_h)

    @property
    def after(self) -> timedelta:
        return timedelta(days=self.after_days)


class DailyReview(ClinicalRule, frozen=True, kw_only=True):
    """The review of patients who sent nothing."""

    at: time
    """On the patient's wall clock."""


class Repeats(ClinicalRule, frozen=True, kw_only=True):
    """Repetition of a rule about worsening pain that still holds."""

    step: Points
    """Points by which its value must rise above what was told."""
    rest_days: Days
    """Days after it was told or acknowledged in which only such a rise is told."""
    beyond_rise: Points
    """Points above the mean of a rise that was told from which severe pain is news of its own."""

    @property
    def rest(self) -> timedelta:
        return timedelta(days=self.rest_days)


class FollowUpRule(ClinicalRule, frozen=True, kw_only=True):
    """The next attempt to reach a patient who was not reached about an urgent alert."""

    critical_minutes: Minutes
    high_minutes: Minutes
