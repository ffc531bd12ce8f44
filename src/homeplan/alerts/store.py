"""Alerts: raised once, closed by a person, by what is worse, or by being over; never changed otherwise."""

from collections.abc import Collection, Sequence

import msgspec

from homeplan.accounts.store.patients import MAY_SEE, actor
from homeplan.alerts.model import (
    Acknowledgement,
    AcknowledgementEntry,
    Alert,
    AlreadyClosed,
    Finding,
    Raise,
    RuleId,
    Standing,
)
from homeplan.alerts.rules import news, severity_of
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import Invalid, NotFound
from homeplan.ids import new_id
from homeplan.library.content import starter

MAX_LISTED = 500

SELECT_STANDING = """
SELECT id, rule, trigger_key, value, marks, severity, closed_at FROM alerts
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND rule IN (:rules)
  AND (closed_reason IS NULL OR closed_reason <> 'raised-again')"""


async def raise_alerts(ctx: Context, *, patient_id: str, findings: Sequence[Finding]) -> list[Raise]:
    """Put on the therapist's list what is news among the findings; returns what was put there."""
    if not findings:
        return []
    await ctx.tx.lock(f"alerts:{ctx.clinic_id}:{patient_id}")
    rules = sorted({finding.rule for finding in findings})
    rows = await ctx.tx.fetch(SELECT_STANDING, clinic_id=ctx.clinic_id, patient_id=patient_id, rules=rules)
    raised = news(findings, [_standing(row) for row in rows])
    for one in raised:
        if one.replaces is not None:
            await ctx.tx.execute(
                CLOSE_ALERT, clinic_id=ctx.clinic_id, id=one.replaces, now=to_ms(ctx.now), reason="raised-again"
            )
        await _insert(ctx, patient_id, one.finding)
    return raised


CLOSE_ALERT = """
UPDATE alerts SET closed_at = :now, closed_reason = :reason
WHERE clinic_id = :clinic_id AND id = :id AND closed_at IS NULL"""

INSERT_ALERT = """
INSERT INTO alerts (clinic_id, id, patient_id, rule, rule_version, rule_text, severity, basis, trigger_key, value,
  marks, inputs, raised_at)
VALUES (:clinic_id, :id, :patient_id, :rule, :rule_version, :rule_text, :severity, :basis, :trigger_key, :value,
  :marks, :inputs, :now)"""


async def _insert(ctx: Context, patient_id: str, finding: Finding) -> None:
    texts = starter().alert_rules
    await ctx.tx.execute(
        INSERT_ALERT,
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        patient_id=patient_id,
        rule=finding.rule,
        rule_version=finding.version,
        rule_text=texts[finding.rule].when,
        severity=severity_of(finding, texts),
        basis=texts[finding.rule].basis,
        trigger_key=finding.trigger,
        value=float(finding.value),
        marks=msgspec.json.encode(sorted(finding.marks)).decode(),
        inputs=msgspec.json.encode(finding.inputs).decode(),
        now=to_ms(ctx.now),
    )


CLOSE_OVER = """
UPDATE alerts SET closed_at = :now, closed_reason = 'over'
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND rule IN (:rules) AND closed_at IS NULL"""


async def close_over(ctx: Context, *, patient_id: str, rules: Collection[RuleId]) -> None:
    """Close the open alerts of rules that no longer hold."""
    if rules:
        await ctx.tx.execute(
            CLOSE_OVER, clinic_id=ctx.clinic_id, patient_id=patient_id, rules=sorted(rules), now=to_ms(ctx.now)
        )


_COLUMNS = """
a.id, a.patient_id, p.given_name, p.family_name, a.rule, a.rule_version, a.rule_text, a.severity, a.basis, a.value,
a.inputs, a.raised_at, a.closed_at, a.closed_reason,
k.note, k.at, k.by_id, b.name AS by_name, k.owner_id, o.name AS owner_name"""

_TABLES = """
alerts a
JOIN patients p ON p.clinic_id = a.clinic_id AND p.id = a.patient_id
LEFT JOIN acknowledgements k ON k.clinic_id = a.clinic_id AND k.alert_id = a.id
LEFT JOIN staff b ON b.clinic_id = k.clinic_id AND b.id = k.by_id
LEFT JOIN staff o ON o.clinic_id = k.clinic_id AND o.id = k.owner_id"""

_PRESSING_FIRST = (
    "CASE a.severity WHEN 'high' THEN 0 WHEN 'normal' THEN 1 WHEN 'low' THEN 2 ELSE 3 END, a.raised_at, a.id"
)

SELECT_OPEN = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE a.clinic_id = :clinic_id AND a.closed_at IS NULL AND {MAY_SEE}
ORDER BY {_PRESSING_FIRST} LIMIT :most"""  # noqa: S608 - constants


async def open_alerts(ctx: Context) -> list[Alert]:
    """What is open among the patients whom the actor may see: the most severe first, then the oldest; at most 500."""
    return [_alert(row) for row in await ctx.tx.fetch(SELECT_OPEN, most=MAX_LISTED, **actor(ctx))]


SELECT_OF_PATIENT = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE a.clinic_id = :clinic_id AND a.patient_id = :patient_id
ORDER BY a.raised_at DESC, a.id DESC LIMIT :most"""  # noqa: S608 - constants


async def alerts_of_patient(ctx: Context, patient_id: str) -> list[Alert]:
    """Open and closed alerts of one patient, the newest first; at most 500."""
    rows = await ctx.tx.fetch(SELECT_OF_PATIENT, clinic_id=ctx.clinic_id, patient_id=patient_id, most=MAX_LISTED)
    return [_alert(row) for row in rows]


SELECT_ALERT = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE a.clinic_id = :clinic_id AND a.patient_id = :patient_id AND a.id = :id"""  # noqa: S608 - constants


async def find_alert(ctx: Context, patient_id: str, alert_id: str) -> Alert:
    """Raises NotFound, also for an alert of another patient."""
    row = await ctx.tx.fetch_one(SELECT_ALERT, clinic_id=ctx.clinic_id, patient_id=patient_id, id=alert_id)
    if row is None:
        raise NotFound
    return _alert(row)


SELECT_OWNER = """
SELECT 1 FROM staff WHERE clinic_id = :clinic_id AND id = :owner_id AND disabled_at IS NULL"""

INSERT_ACKNOWLEDGEMENT = """
INSERT INTO acknowledgements (clinic_id, alert_id, by_id, owner_id, note, at)
VALUES (:clinic_id, :alert_id, :by_id, :owner_id, :note, :now)"""


async def acknowledge(ctx: Context, *, patient_id: str, alert_id: str, entry: AcknowledgementEntry) -> Alert:
    """Close the alert with a note and an owner. Raises NotFound, AlreadyClosed, and Invalid for an unknown owner."""
    clinic_id, owner_id = ctx.clinic_id, entry.owner or ctx.actor.id
    await find_alert(ctx.of_clinic(clinic_id), patient_id, alert_id)
    if await ctx.tx.fetch_value(SELECT_OWNER, clinic_id=clinic_id, owner_id=owner_id) is None:
        raise Invalid("Nobody of that id works at this clinic.", field="owner")
    closed = await ctx.tx.execute(
        CLOSE_ALERT, clinic_id=clinic_id, id=alert_id, now=to_ms(ctx.now), reason="acknowledged"
    )
    if not closed:
        raise AlreadyClosed
    await ctx.tx.execute(
        INSERT_ACKNOWLEDGEMENT,
        clinic_id=clinic_id,
        alert_id=alert_id,
        by_id=ctx.actor.id,
        owner_id=owner_id,
        note=entry.note,
        now=to_ms(ctx.now),
    )
    return await find_alert(ctx.of_clinic(clinic_id), patient_id, alert_id)


def _standing(row: Row) -> Standing:
    return Standing(
        id=row["id"],
        rule=row["rule"],
        trigger=row["trigger_key"],
        value=row["value"],
        marks=frozenset(msgspec.json.decode(row["marks"], type=list[str])),
        severity=row["severity"],
        closed_at=from_ms_or_none(row["closed_at"]),
    )


def _alert(row: Row) -> Alert:
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
        closed_at=from_ms_or_none(row["closed_at"]),
        closed_reason=row["closed_reason"],
        acknowledgement=_acknowledgement(row),
    )


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
