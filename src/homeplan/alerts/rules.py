"""Decides which alert rules hold for a patient, and which findings become alerts. Pure.

The rules are those of library/data/checkin.yaml; the sources of the thresholds are the rules' `basis`. Where the text
leaves something open, the docstring of the rule says how it is read. A day is the patient's local day; hours since
needling are elapsed hours, also over a DST night.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from homeplan.alerts import engagement, pain
from homeplan.alerts.model import (
    SEVERITIES,
    EarlierAlert,
    Evidence,
    Finding,
    Input,
    NewAlert,
    RuleId,
    SafetyReport,
    Severity,
)
from homeplan.clock import local_day
from homeplan.library.instrument import AlertRuleText, SafetyLevel
from homeplan.phone_time import DAYS_BACK

_RANK: dict[SafetyLevel, int] = {"soon": 1, "urgent": 2, "emergency": 3}
_SEVERITY: dict[SafetyLevel, Severity] = {"soon": "normal", "urgent": "high", "emergency": "high"}
"""checkin.yaml, safety_screen.actions: alert_therapist_normal and alert_therapist_high."""


def assess(evidence: Evidence, now: datetime) -> list[Finding]:
    """Every rule that holds, by rule and then by day."""
    today = local_day(now, evidence.zone)
    oldest = today - timedelta(days=DAYS_BACK)  # open check-ins are judged each time
    found: list[Finding | None] = [safety_yes(report) for report in evidence.safety]
    for rule in pain.OF_A_CHECKIN:
        for at, answer in enumerate(evidence.answers):
            if answer.day >= oldest or answer.day in evidence.judged:
                found.append(rule(answer, evidence.answers[:at]))
    found.append(pain.improving(evidence.answers, evidence.starting_pain))
    found.append(engagement.exercise_red(evidence.bouts, today))
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
    if len(engagement.in_the_week_before(evidence.bouts, today)) >= engagement.BOUTS_PER_WEEK:
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


def severity_of(finding: Finding, texts: Mapping[str, AlertRuleText]) -> Severity:
    """The finding's own severity, or else the fixed one of its rule."""
    fixed = texts[finding.rule].severity
    if finding.severity is not None:
        return finding.severity
    if fixed == "by_level":
        raise ValueError(f"{finding.rule} needs a severity")
    return fixed


def new_alerts(findings: Sequence[Finding], earlier: Iterable[EarlierAlert]) -> list[NewAlert]:
    """The findings to raise as alerts: at most one per rule.

    checkin.yaml: one open alert per rule per patient; raised again only when the value rises or after it was closed.
    "After it was closed" means new evidence: a finding with the trigger of the closed alert, or received before the
    alert was closed, is not raised again.
    """
    known = list(earlier)
    by_rule: dict[RuleId, NewAlert] = {}
    for finding in findings:
        pending = by_rule.get(finding.rule)
        opened = next((one for one in known if one.rule == finding.rule and one.closed_at is None), None)
        if pending is not None:
            if _rises(finding, pending.finding.value, pending.finding.marks):
                by_rule[finding.rule] = NewAlert(
                    finding=_merged(finding, pending.finding.value, pending.finding.marks, pending.finding.severity),
                    replaces=pending.replaces,
                )
        elif opened is not None:
            if _rises(finding, opened.value, opened.marks):
                merged = _merged(finding, opened.value, opened.marks, opened.severity)
                by_rule[finding.rule] = NewAlert(finding=merged, replaces=opened.id)
        elif not any(_was_reported(finding, one) for one in known):
            by_rule[finding.rule] = NewAlert(finding=finding, replaces=None)
    return list(by_rule.values())


def _rises(finding: Finding, value: float, marks: frozenset[str]) -> bool:
    return finding.value > value or not finding.marks <= marks


def _was_reported(finding: Finding, closed: EarlierAlert) -> bool:
    if closed.rule != finding.rule or closed.closed_at is None or _rises(finding, closed.value, closed.marks):
        return False
    return closed.trigger == finding.trigger or finding.known_at <= closed.closed_at


def _merged(finding: Finding, value: float, marks: frozenset[str], severity: Severity | None) -> Finding:
    """The finding with the content of the alert it replaces, so that nothing unseen is lost."""
    already: dict[str, Input] = {"alreadyReported": sorted(marks)} if marks else {}
    if finding.severity is not None and severity is not None:
        severity = min(finding.severity, severity, key=SEVERITIES.index)
    else:
        severity = finding.severity
    return msgspec.structs.replace(
        finding,
        value=max(finding.value, value),
        marks=finding.marks | marks,
        severity=severity,
        inputs={**finding.inputs, **already},
    )
