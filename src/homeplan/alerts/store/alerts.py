"""Alerts and their acknowledgements in the database.

An alert is inserted once, may become worse while it is open, and is closed once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import msgspec

from homeplan.accounts.store.patients import MAY_SEE, actor
from homeplan.alerts.model import (
    SEVERITIES,
    Acknowledgement,
    Alert,
    AlertSnooze,
    EarlierAlert,
    Finding,
    OpenAlert,
    Owner,
    Repeat,
    RuleId,
    Severity,
)
from homeplan.alerts.rules import next_attempt_due, severity_of
from homeplan.alerts.store.repeats import repeats_of
from homeplan.clock import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.ids import new_id
from homeplan.library.alert_rules import AlertRules
from homeplan.library.content import starter

MAX_LISTED = 500

SELECT_EARLIER = """
SELECT a.id, a.rule, a.trigger_key, a.value, a.marks, a.severity, a.raised_at, a.closed_at,
  r.trigger_key AS again_key, r.at AS again_at
FROM alerts a LEFT JOIN alert_repeats r ON r.clinic_id = a.clinic_id AND r.alert_id = a.id
WHERE a.clinic_id = :clinic_id AND a.patient_id = :patient_id AND a.rule IN (:rules)
  AND (a.closed_reason IS NULL OR a.closed_reason <> 'raised-again')
ORDER BY a.id, r.position"""


async def earlier_alerts(ctx: Context, patient_id: str, rules: Collection[RuleId]) -> list[EarlierAlert]:
    """The patient's open and closed alerts of these rules, without those that a newer alert replaced."""
    rows = await ctx.tx.fetch(SELECT_EARLIER, clinic_id=ctx.clinic_id, patient_id=patient_id, rules=sorted(rules))
    return [_earlier(list(events)) for _, events in groupby(rows, key=itemgetter("id"))]


INSERT_ALERT = """
INSERT INTO alerts (clinic_id, id, patient_id, rule, rule_version, rule_text, severity, basis, trigger_key, value,
  marks, inputs, raised_at)
VALUES (:clinic_id, :id, :patient_id, :rule, :rule_version, :rule_text, :severity, :basis, :trigger_key, :value,
  :marks, :inputs, :now)"""


async def insert_alert(ctx: Context, patient_id: str, finding: Finding, rules: AlertRules | None = None) -> None:
    """Add an open alert, with the words and basis of the rule that judged; homeplan's own without `rules`."""
    rules = rules or starter().alert_rules
    rule = rules.rule(finding.rule)
    await ctx.tx.execute(
        INSERT_ALERT,
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        patient_id=patient_id,
        rule=finding.rule,
        rule_version=finding.version,
        rule_text=rule.says,
        severity=severity_of(finding, rules),
        basis=rule.basis,
        trigger_key=finding.trigger,
        value=float(finding.value),
        marks=msgspec.json.encode(sorted(finding.marks)).decode(),
        inputs=msgspec.json.encode(finding.inputs).decode(),
        now=to_ms(ctx.now),
    )


RAISE_ALERT = """
UPDATE alerts SET severity = :severity, value = :value, marks = :marks,
  snoozed_until = NULL, snooze_reason = NULL, snoozed_by = NULL,
  next_attempt_due_at = CASE WHEN next_attempt_due_at > :soonest THEN :soonest ELSE next_attempt_due_at END
WHERE clinic_id = :clinic_id AND id = :id AND closed_at IS NULL"""


async def raise_open_alert(ctx: Context, alert: EarlierAlert) -> None:
    """Let an open alert hold this severity, value and marks; a snooze ends, and an attempt may be due sooner."""
    due = next_attempt_due(alert.severity, ctx.now, starter().alert_rules.follow_up)
    await ctx.tx.execute(
        RAISE_ALERT,
        clinic_id=ctx.clinic_id,
        id=alert.id,
        severity=alert.severity,
        value=float(alert.value),
        marks=msgspec.json.encode(sorted(alert.marks)).decode(),
        soonest=to_ms_or_none(due),
    )


CLOSE_ALERT = """
UPDATE alerts SET closed_at = :now, closed_reason = 'acknowledged', next_attempt_due_at = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND closed_at IS NULL"""


async def close_alert(ctx: Context, patient_id: str, alert_id: str) -> bool:
    """Close an open alert as acknowledged. Returns False when it is closed already."""
    closed = await ctx.tx.execute(
        CLOSE_ALERT, clinic_id=ctx.clinic_id, patient_id=patient_id, id=alert_id, now=to_ms(ctx.now)
    )
    return closed > 0


CLOSE_OF_RULES = """
UPDATE alerts SET closed_at = :now, closed_reason = 'over'
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND rule IN (:rules) AND closed_at IS NULL"""


async def close_alerts(ctx: Context, patient_id: str, rules: Collection[RuleId]) -> None:
    """Close the patient's open alerts of these rules, because the rules no longer hold."""
    await ctx.tx.execute(
        CLOSE_OF_RULES, clinic_id=ctx.clinic_id, patient_id=patient_id, rules=sorted(rules), now=to_ms(ctx.now)
    )


CLOSE_BUT = """
UPDATE alerts SET closed_at = :now, closed_reason = 'over'
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND closed_at IS NULL AND NOT (severity IN (:kept))"""


async def close_but(ctx: Context, patient_id: str, kept: Collection[Severity]) -> None:
    """Close every open alert of the patient but those of these severities."""
    await ctx.tx.execute(
        CLOSE_BUT, clinic_id=ctx.clinic_id, patient_id=patient_id, kept=sorted(kept), now=to_ms(ctx.now)
    )


SELECT_IS_OPEN = """
SELECT 1 FROM alerts
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND closed_at IS NULL AND severity IN (:severities) LIMIT 1"""


async def is_open(ctx: Context, patient_id: str, severities: Collection[Severity]) -> bool:
    """Whether an alert of the patient with one of these severities is open."""
    found = await ctx.tx.fetch_value(
        SELECT_IS_OPEN, clinic_id=ctx.clinic_id, patient_id=patient_id, severities=sorted(severities)
    )
    return found is not None


_COLUMNS = """
a.id, a.patient_id, p.given_name, p.family_name, a.rule, a.rule_version, a.rule_text, a.severity, a.basis, a.value,
a.inputs, a.raised_at, a.closed_at, a.closed_reason,
k.note, k.at, k.by_id, b.name AS by_name, k.owner_id, o.name AS owner_name, a.next_attempt_due_at,
a.owner_id AS carer_id, c.name AS carer_name, a.snoozed_until, a.snooze_reason, n.name AS snoozed_by"""

_TABLES = """
alerts a
JOIN patients p ON p.clinic_id = a.clinic_id AND p.id = a.patient_id
LEFT JOIN acknowledgements k ON k.clinic_id = a.clinic_id AND k.alert_id = a.id
LEFT JOIN staff b ON b.clinic_id = k.clinic_id AND b.id = k.by_id
LEFT JOIN staff o ON o.clinic_id = k.clinic_id AND o.id = k.owner_id
LEFT JOIN staff c ON c.clinic_id = a.clinic_id AND c.id = a.owner_id
LEFT JOIN staff n ON n.clinic_id = a.clinic_id AND n.id = a.snoozed_by"""

_RANKS = " ".join(f"WHEN '{severity}' THEN {rank}" for rank, severity in enumerate(SEVERITIES))
_LAST_EVENT = """
(SELECT MAX(r.at) FROM alert_repeats r WHERE r.clinic_id = a.clinic_id AND r.alert_id = a.id)"""
_BY_URGENCY = f"""
CASE WHEN a.snoozed_until > :now THEN 1 ELSE 0 END, CASE a.severity {_RANKS} END,
COALESCE({_LAST_EVENT}, a.raised_at) DESC, a.id DESC"""

SELECT_OPEN = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE a.clinic_id = :clinic_id AND a.closed_at IS NULL AND {MAY_SEE}
ORDER BY {_BY_URGENCY} LIMIT :most"""  # noqa: S608 - constants


async def open_alerts(ctx: Context) -> list[Alert]:
    """Open alerts of the patients whom the actor may see: the most severe first, then the latest event; snoozed ones
    last; at most 500."""
    rows = await ctx.tx.fetch(SELECT_OPEN, most=MAX_LISTED, now=to_ms(ctx.now), **actor(ctx))
    return await _with_repeats(ctx, rows)


SELECT_OF_PATIENT = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE a.clinic_id = :clinic_id AND a.patient_id = :patient_id AND (CAST(:id AS TEXT) IS NULL OR a.id = :id)
ORDER BY a.raised_at DESC, a.id DESC LIMIT :most"""  # noqa: S608 - constants


async def alerts_of_patient(ctx: Context, patient_id: str) -> list[Alert]:
    """Open and closed alerts of one patient, the newest first; at most 500."""
    return await _of_patient(ctx, patient_id, None)


async def find_alert(ctx: Context, patient_id: str, alert_id: str) -> Alert:
    """That alert of that patient. Raises NotFound, also for an alert of another patient."""
    found = await _of_patient(ctx, patient_id, alert_id)
    if not found:
        raise NotFound
    return found[0]


async def _of_patient(ctx: Context, patient_id: str, alert_id: str | None) -> list[Alert]:
    rows = await ctx.tx.fetch(
        SELECT_OF_PATIENT, clinic_id=ctx.clinic_id, patient_id=patient_id, id=alert_id, most=MAX_LISTED
    )
    return await _with_repeats(ctx, rows)


async def _with_repeats(ctx: Context, rows: Sequence[Row]) -> list[Alert]:
    repeats = await repeats_of(ctx, [row["id"] for row in rows])
    return [_alert(row, tuple(one for _, one in repeats.get(row["id"], ())), ctx.now) for row in rows]


SELECT_OPEN_OF_MANY = """
SELECT a.patient_id, a.rule, a.severity, a.raised_at,
  (SELECT COUNT(*) FROM alert_repeats r
   WHERE r.clinic_id = a.clinic_id AND r.alert_id = a.id AND r.kind = 'again') AS again,
  (SELECT MAX(r.at) FROM alert_repeats r
   WHERE r.clinic_id = a.clinic_id AND r.alert_id = a.id AND r.kind = 'again') AS last_at,
  a.next_attempt_due_at, a.snoozed_until, a.inputs
FROM alerts a
WHERE a.clinic_id = :clinic_id AND a.patient_id IN (:patient_ids) AND a.closed_at IS NULL
ORDER BY a.patient_id, a.raised_at"""


async def open_alerts_of(ctx: Context, patient_ids: Sequence[str]) -> dict[str, list[OpenAlert]]:
    """The open alerts by patient, the longest waiting first."""
    rows = await ctx.tx.fetch(SELECT_OPEN_OF_MANY, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    found: dict[str, list[OpenAlert]] = {patient_id: [] for patient_id in patient_ids}
    for of_patient, rule, severity, raised_at, again, last_at, next_attempt_at, snoozed_until, inputs in rows:
        times = from_ms(raised_at), again, from_ms_or_none(last_at), from_ms_or_none(next_attempt_at)
        is_snoozed = snoozed_until is not None and snoozed_until > to_ms(ctx.now)
        found[of_patient].append(OpenAlert(rule, severity, *times, is_snoozed, msgspec.json.decode(inputs)))
    return found


class StandingAlert(NamedTuple):
    """The facts of an alert that its escalation needs."""

    patient_id: str
    severity: Severity
    closed_at: datetime | None
    next_attempt_due_at: datetime | None
    """The time of the next attempt, after one that did not reach the patient."""


SELECT_STANDING = """
SELECT patient_id, severity, closed_at, next_attempt_due_at FROM alerts
WHERE clinic_id = :clinic_id AND id = :alert_id"""


async def find_standing_alert(ctx: Context, alert_id: str) -> StandingAlert | None:
    """The alert of that id as far as its escalation asks; None when there is none."""
    row = await ctx.tx.fetch_one(SELECT_STANDING, clinic_id=ctx.clinic_id, alert_id=alert_id)
    if row is None:
        return None
    closed_at, due_at = from_ms_or_none(row["closed_at"]), from_ms_or_none(row["next_attempt_due_at"])
    return StandingAlert(row["patient_id"], row["severity"], closed_at, due_at)


INSERT_ACKNOWLEDGEMENT = """
INSERT INTO acknowledgements (clinic_id, alert_id, by_id, owner_id, note, at)
VALUES (:clinic_id, :alert_id, :by_id, :owner_id, :note, :now)"""


async def insert_acknowledgement(ctx: Context, alert_id: str, *, owner_id: str, note: str) -> None:
    """Record that the actor acted on the alert, and who follows it up."""
    await ctx.tx.execute(
        INSERT_ACKNOWLEDGEMENT,
        clinic_id=ctx.clinic_id,
        alert_id=alert_id,
        by_id=ctx.actor.id,
        owner_id=owner_id,
        note=note,
        now=to_ms(ctx.now),
    )


def _earlier(events: Sequence[Row]) -> EarlierAlert:
    """An alert from its rows: one per event under it, or one without any."""
    row, last = events[0], events[-1]["again_at"]
    return EarlierAlert(
        id=row["id"],
        rule=row["rule"],
        triggers=frozenset([row["trigger_key"], *(one["again_key"] for one in events if one["again_key"] is not None)]),
        value=row["value"],
        marks=frozenset(msgspec.json.decode(row["marks"], type=list[str])),
        severity=row["severity"],
        last_event_at=from_ms(row["raised_at"] if last is None else last),
        closed_at=from_ms_or_none(row["closed_at"]),
    )


def _alert(row: Row, repeats: tuple[Repeat, ...], now: datetime) -> Alert:
    return Alert(
        id=row["id"],
        patient_id=row["patient_id"],
        patient_name=f"{row['given_name']} {row['family_name']}",
        rule=row["rule"],
        rule_version=row["rule_version"],
        when=row["rule_text"],
        severity=row["severity"],
        basis=row["basis"],
        inputs=msgspec.json.decode(row["inputs"]),  # as stored: whole numbers stay whole
        value=row["value"],
        raised_at=from_ms(row["raised_at"]),
        last_event_at=repeats[-1].at if repeats else from_ms(row["raised_at"]),
        times=repeats[-1].times if repeats else 1,
        repeats=repeats,
        closed_at=from_ms_or_none(row["closed_at"]),
        closed_reason=row["closed_reason"],
        acknowledgement=_acknowledgement(row),
        next_attempt_due_at=from_ms_or_none(row["next_attempt_due_at"]),
        owner=None if row["carer_id"] is None else Owner(id=row["carer_id"], name=row["carer_name"]),
        snooze=_snooze(row, now),
    )


def _snooze(row: Row, now: datetime) -> AlertSnooze | None:
    until = from_ms_or_none(row["snoozed_until"])
    if until is None or until <= now or row["closed_at"] is not None:
        return None
    return AlertSnooze(until=until, reason=row["snooze_reason"], by_name=row["snoozed_by"])


def _acknowledgement(row: Row) -> Acknowledgement | None:
    if row["at"] is None:
        return None
    return Acknowledgement(
        note=row["note"],
        by_id=row["by_id"],
        by_name=row["by_name"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        at=from_ms(row["at"]),
    )
