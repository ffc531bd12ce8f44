"""Decides which alert rules hold for a patient. Pure.

The rules and their numbers are those of library/data/alert-rules.yaml, each with its `basis`. Where the text
leaves something open, the docstring of the rule says how it is read. A day is the patient's local day; hours since
needling are elapsed hours, also over a DST night.
"""

from datetime import datetime, timedelta
from typing import get_args

from homeplan.alerts import course, engagement, pain
from homeplan.alerts.lifecycle import WORSENING
from homeplan.alerts.model import (
    CannotSnooze,
    Evidence,
    Finding,
    RetiredRuleId,
    RuleId,
    SafetyReport,
    Severity,
    SnoozeEntry,
    UnfitSnooze,
)
from homeplan.alerts.rise import pain_rise
from homeplan.clock import local_day
from homeplan.library.alert_rules import AlertRule, AlertRules
from homeplan.library.alert_terms import FollowUpRule
from homeplan.library.instrument import SafetyLevel
from homeplan.phone_time import DAYS_BACK

_RANK: dict[SafetyLevel, int] = {"soon": 1, "urgent": 2, "emergency": 3}
_SEVERITY: dict[SafetyLevel, Severity] = {"soon": "normal", "urgent": "high", "emergency": "critical"}


def assess(evidence: Evidence, now: datetime, rules: AlertRules) -> list[Finding]:
    """Every rule that holds, by rule and then by day."""
    today = local_day(now, evidence.zone)
    oldest = today - timedelta(days=DAYS_BACK)  # open check-ins are judged each time
    found: list[Finding | None] = [safety_yes(report, rules.safety_yes) for report in evidence.safety]
    for at, answer in enumerate(evidence.answers):
        if answer.day >= oldest or answer.day in evidence.judged:
            earlier = evidence.answers[:at]
            found.append(course.severe_pain(answer, earlier, evidence.first_week, rules))
            found += [rule(answer, earlier, rules) for rule in pain.OF_A_CHECKIN]
    if evidence.answers and evidence.answers[-1].day >= min([oldest, *evidence.judged]):
        found.append(pain_rise(evidence.answers, evidence.first_week, rules))
    weeks = course.two_weeks(evidence.answers, evidence.first_week, rules)
    if weeks is not None:
        of_the_course = (course.improving, course.no_change)
        found += [rule(weeks, evidence.answers, evidence.first_week, rules) for rule in of_the_course]
    found.append(engagement.exercise_red(evidence.bouts, evidence.pains, today, rules))
    if evidence.engagement is not None:
        found.append(engagement.no_checkin(evidence.engagement, today, now, rules))
        found.append(engagement.no_exercise(evidence.engagement, evidence.bouts, today, now, rules))
    return [finding for finding in found if finding is not None]


def resolved_rules(evidence: Evidence, now: datetime, rules: AlertRules) -> frozenset[RuleId]:
    """The time-based rules that no longer hold. Their alerts close automatically; all others wait for a person."""
    today = local_day(now, evidence.zone)
    resolved: set[RuleId] = set()
    if evidence.answers and evidence.answers[-1].day >= today - timedelta(days=rules.no_checkin.days):
        resolved.add("no-checkin")
    if len(engagement.exercised_before(evidence.bouts, today, rules.no_exercise)) >= rules.no_exercise.days:
        resolved.add("no-exercise")
    return frozenset(resolved)


def safety_yes(report: SafetyReport, rule: AlertRule) -> Finding | None:
    """Any safety item answered with yes; the most urgent level decides the severity."""
    if not report.yes:
        return None
    level = max(report.yes.values(), key=_RANK.__getitem__)
    return Finding(
        rule="safety-yes",
        version=rule.version,
        trigger=report.source,
        value=_RANK[level],
        marks=frozenset(report.yes),
        severity=_SEVERITY[level],
        known_at=report.received_at,
        inputs={"level": level, "items": sorted(report.yes), "source": report.source},
    )


def holds_back(rule: str, severity: Severity) -> bool:
    """Whether an open alert of that rule and severity holds progression back: something is urgent or got worse."""
    return severity in ("critical", "high") or rule in WORSENING or rule in get_args(RetiredRuleId)


def next_attempt_due(severity: Severity, now: datetime, rule: FollowUpRule) -> datetime | None:
    """The time by which somebody tries again after an attempt at `now`; None for alerts that are not urgent."""
    minutes = {"critical": rule.critical_minutes, "high": rule.high_minutes}.get(severity)
    return None if minutes is None else now + timedelta(minutes=minutes)


LONGEST_SNOOZE = timedelta(days=28)
SHORTEST_REASON = 3
"""Letters of the reason of a snooze."""


def require_snooze(severity: Severity, entry: SnoozeEntry, now: datetime) -> None:
    """Raises CannotSnooze for an urgent alert, and UnfitSnooze naming the field."""
    if severity in ("critical", "high"):
        raise CannotSnooze
    if sum(character.isalpha() for character in entry.reason) < SHORTEST_REASON:
        raise UnfitSnooze(field="reason")
    if not now < entry.until <= now + LONGEST_SNOOZE:
        raise UnfitSnooze(field="until")


def severity_of(finding: Finding, rules: AlertRules) -> Severity:
    """The finding's own severity, or else the fixed one of its rule."""
    fixed = rules.rule(finding.rule).severity
    if finding.severity is not None:
        return finding.severity
    if fixed == "by_level":
        raise ValueError(f"{finding.rule} needs a severity")
    return fixed
