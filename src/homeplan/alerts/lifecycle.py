"""Decides which findings are news for a person: a new alert, or again under the alert that is open. Pure.

There is one open alert per rule and patient. An event that its open alert does not know yet is told again under it and
never swallowed; an event after the alert was closed opens a new one. The same event is told once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from homeplan.alerts.model import SEVERITIES, EarlierAlert, Finding, News, RuleId, Severity
from homeplan.library.alert_terms import Repeats

WORSENING: frozenset[RuleId] = frozenset({"pain-rise", "severe-pain"})
"""Two views of the same answers: what one of them told, the other does not tell once more. They hold for weeks, and
each check-in would be a new event: so they are told again only after a rest, or when the value rises by a step."""
REPORTED: frozenset[RuleId] = frozenset({"safety-yes"})
"""Rules whose trigger is something that the patient sent: each is an event, also at the same instant as another."""


def news(findings: Sequence[Finding], earlier: Iterable[EarlierAlert], now: datetime, repeats: Repeats) -> list[News]:
    """The findings to tell, at most one per rule; findings of one rule are told together.

    New is an event with a trigger that was not told, received after the alert's last event or after it was closed; or
    one whose value rises, or that names a new mark. `repeats` and `WORSENING` say what else is no news.
    """
    known = list(earlier)
    by_rule: dict[RuleId, News] = {}
    for finding in findings:
        same = [one for one in known if one.rule == finding.rule]
        opened = next((one for one in same if one.closed_at is None), None)
        judged_against = [opened] if opened is not None else same
        if any(_is_known(finding, one, now, repeats) for one in judged_against):
            continue
        if any(_is_covered(finding, one, now, repeats) for one in known):
            continue
        reported = by_rule.get(finding.rule)
        if reported is None:
            by_rule[finding.rule] = News(finding=finding, under=None if opened is None else opened.id)
        else:
            by_rule[finding.rule] = News(finding=_together(reported.finding, finding), under=reported.under)
        known = [one for one in known if one.id != PENDING] + [
            _as_told(by_rule[rule].finding, now) for rule in by_rule if rule in WORSENING
        ]
    return list(by_rule.values())


PENDING = ""
"""Stands for the id of an alert that is told in this round."""


def _as_told(finding: Finding, now: datetime) -> EarlierAlert:
    """As closed, so that it covers findings of the other rule and nothing is told again under it."""
    alert = first_told(PENDING, finding, finding.severity or "normal", now)
    return msgspec.structs.replace(alert, closed_at=now)


def first_told(id: str, finding: Finding, severity: Severity, now: datetime) -> EarlierAlert:
    """The open alert that a finding becomes."""
    return EarlierAlert(
        id=id,
        rule=finding.rule,
        triggers=frozenset({finding.trigger}),
        value=finding.value,
        marks=finding.marks,
        severity=severity,
        last_event_at=now,
        closed_at=None,
    )


def worse(one: Severity, other: Severity) -> Severity:
    """The more urgent of two severities."""
    return min(one, other, key=SEVERITIES.index)


def told_again(alert: EarlierAlert, finding: Finding, severity: Severity, now: datetime) -> EarlierAlert:
    """The open alert after this event: it keeps its id and holds the worst of both."""
    return msgspec.structs.replace(
        alert,
        triggers=alert.triggers | {finding.trigger},
        value=max(alert.value, finding.value),
        marks=alert.marks | finding.marks,
        severity=worse(alert.severity, severity),
        last_event_at=now,
    )


def rules_beside(rules: Iterable[RuleId]) -> frozenset[RuleId]:
    """The rules whose earlier alerts decide whether findings of `rules` are news."""
    asked = frozenset(rules)
    return asked | WORSENING if asked & WORSENING else asked


def _is_known(finding: Finding, alert: EarlierAlert, now: datetime, repeats: Repeats) -> bool:
    """Whether the alert told this event already, or one that makes it no news."""
    if not finding.marks <= alert.marks:
        return False
    step = repeats.step if finding.rule in WORSENING else None
    if finding.value > alert.value if step is None else finding.value >= alert.value + step:
        return False
    last = alert.last_event_at if alert.closed_at is None else alert.closed_at
    if step is not None and now < last + repeats.rest:
        return True
    if finding.rule in REPORTED and alert.closed_at is None:
        return finding.trigger in alert.triggers
    return finding.trigger in alert.triggers or finding.known_at <= last


def _is_covered(finding: Finding, alert: EarlierAlert, now: datetime, repeats: Repeats) -> bool:
    """Whether an alert of the other rule about worsening told it: never where this one is more urgent.

    What rests on a day that was told has to outlast it. Severe pain after a rise that was told also has to lie clearly
    above the rise.
    """
    if {finding.rule, alert.rule} != WORSENING or now >= alert.last_event_at + repeats.rest:
        return False
    if worse(finding.severity or "normal", alert.severity) != alert.severity:
        return False
    if finding.since is not None and any(str(finding.since) <= day for day in alert.triggers):
        return True
    return finding.rule == "severe-pain" and finding.value < alert.value + repeats.beyond_rise


def _together(one: Finding, other: Finding) -> Finding:
    """Two findings of one rule as one, so that nothing unseen is lost; the content is that of the higher value."""
    main = other if other.value > one.value else one
    severities = [found.severity for found in (one, other) if found.severity is not None]
    return msgspec.structs.replace(
        main,
        value=max(one.value, other.value),
        marks=one.marks | other.marks,
        severity=min(severities, key=SEVERITIES.index, default=None),
    )
