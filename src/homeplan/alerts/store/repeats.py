"""Events under an open alert, in the database: those that came again, and what the patient took back."""

from collections.abc import Mapping, Sequence

import msgspec

from homeplan.alerts.model import Finding, Input, Repeat, RepeatKind, Severity
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context

INSERT_REPEAT = """
INSERT INTO alert_repeats (clinic_id, alert_id, position, kind, trigger_key, severity, value, inputs, at)
VALUES (:clinic_id, :alert_id,
  1 + (SELECT COUNT(*) FROM alert_repeats r WHERE r.clinic_id = :clinic_id AND r.alert_id = :alert_id),
  :kind, :trigger_key, :severity, :value, :inputs, :now)"""


async def insert_again(ctx: Context, alert_id: str, finding: Finding, severity: Severity) -> None:
    """Add an event to an alert."""
    await _insert(ctx, alert_id, "again", finding.trigger, severity, finding.value, finding.inputs)


async def insert_retraction(
    ctx: Context, alert_id: str, *, trigger: str, severity: Severity, inputs: Mapping[str, Input]
) -> None:
    """Add that the patient takes back what was reported."""
    await _insert(ctx, alert_id, "retracted", trigger, severity, 0, inputs)


async def _insert(
    ctx: Context,
    alert_id: str,
    kind: RepeatKind,
    trigger: str,
    severity: Severity,
    value: float,
    inputs: Mapping[str, Input],
) -> None:
    await ctx.tx.execute(
        INSERT_REPEAT,
        clinic_id=ctx.clinic_id,
        alert_id=alert_id,
        kind=kind,
        trigger_key=trigger,
        severity=severity,
        value=float(value),
        inputs=msgspec.json.encode(inputs).decode(),
        now=to_ms(ctx.now),
    )


SELECT_REPEATS = """
SELECT alert_id, position, kind, trigger_key, severity, inputs, at FROM alert_repeats
WHERE clinic_id = :clinic_id AND alert_id IN (:alert_ids) ORDER BY alert_id, position"""


async def repeats_of(ctx: Context, alert_ids: Sequence[str]) -> dict[str, list[tuple[str, Repeat]]]:
    """The events under each alert in order of time, each with its trigger; alerts without anything are missing."""
    found: dict[str, list[tuple[str, Repeat]]] = {}
    if not alert_ids:
        return found
    for row in await ctx.tx.fetch(SELECT_REPEATS, clinic_id=ctx.clinic_id, alert_ids=alert_ids):
        of_alert = found.setdefault(row["alert_id"], [])
        times = 1 + sum(one.kind == "again" for _, one in of_alert)
        repeat = Repeat(
            kind=row["kind"],
            times=times + (row["kind"] == "again"),
            severity=row["severity"],
            inputs=msgspec.json.decode(row["inputs"]),
            at=from_ms(row["at"]),
        )
        of_alert.append((row["trigger_key"], repeat))
    return found
