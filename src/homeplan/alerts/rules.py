"""Decides which alert rules hold for a patient. Pure.

The rules are those of library/data/checkin.yaml; the sources of the thresholds are the rules' `basis`. Where the text
leaves something open, the docstring of the rule says how it is read. A day is the patient's local day; hours since
needling are elapsed hours, also over a DST night.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import get_args

from homeplan.alerts import course, engagement, pain
from homeplan.alerts.lifecycle import WORSENING
from homeplan.alerts.model import Evidence, Finding, RetiredRuleId, RuleId, SafetyReport, Severity
from homeplan.alerts.rise import pain_rise
from homeplan.clock import local_day
from homeplan.library.instrument import AlertRuleText, SafetyLevel
from homeplan.phone_time import DAYS_BACK

_RANK: dict[SafetyLevel, int] = {"soon": 1, "urgent": 2, "emergency": 3}
_SEVERITY: dict[SafetyLevel, Severity] = {"soon": "normal", "urgent": "high", "emergency": "critical"}


def assess(evidence: Evidence, now: datetime) -> list[Finding]:
    """Every rule that holds, by rule and then by day."""
    today = local_day(now, evidence.zone)
    oldest = today - timedelta(days=DAYS_BACK)  # open check-ins are judged each time
    found: list[Finding | None] = [safety_yes(report) for report in evidence.safety]
    for at, answer in enumerate(evidence.answers):
        if answer.day >= oldest or answer.day in evidence.judged:
            earlier = evidence.answers[:at]
            found.append(course.severe_pain(answer, earlier, evidence.first_week))
            found += [rule(answer, earlier) for rule in pain.OF_A_CHECKIN]
    if evidence.answers and evidence.answers[-1].day >= min([oldest, *evidence.judged]):
        found.append(pain_rise(evidence.answers, evidence.first_week))
    found += [rule(evidence.answers, evidence.first_week) for rule in (course.improving, course.no_change)]
    found.append(engagement.exercise_red(evidence.bouts, evidence.pains, today))
    if evidence.engagement is not None:
        found.append(engagement.no_checkin(evidence.engagement, today, now))
        found.append(engagement.no_exercise(evidence.engagement, evidence.bouts, today, now))
    return [finding for finding in found if finding is not None]


def resolved_rules(evidence: Evidence, now: datetime) -> frozenset[RuleId]:
    """The time-based rules that no longer hold. Their alerts close automatically; all others wait for a person."""
    today = local_day(now, evidence.zone)
    resolved: set[RuleId] = set()
    if evidence.answers and evidence.answers[-1].day >= today - timedelta(days=engagement.SILENT_DAYS):
        resolved.add("no-checkin")
    if len(engagement.in_the_week_before(evidence.bouts, today)) >= engagement.EXERCISE_DAYS:
        resolved.add("no-exercise")
    return frozenset(resolved)


def safety_yes(report: SafetyReport) -> Finding | None:
    """Any safety item answered with yes; the most urgent level decides the severity."""
    if not report.yes:
        return None
    level = max(report.yes.values(), key=_RANK.__getitem__)
    return Finding(
        rule="safety-yes",
        version=1,
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


def severity_of(finding: Finding, texts: Mapping[str, AlertRuleText]) -> Severity:
    """The finding's own severity, or else the fixed one of its rule."""
    fixed = texts[finding.rule].severity
    if finding.severity is not None:
        return finding.severity
    if fixed == "by_level":
        raise ValueError(f"{finding.rule} needs a severity")
    return fixed
