"""Outcomes of following up an alert in the database: each attempt, and the one that goes with the acknowledgement."""

from collections.abc import Sequence

from msgspec import structs

from homeplan.alerts.model import COULD_NOT_REACH, Acknowledgement, Alert, Attempt, Outcome
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

INSERT_OUTCOME = """
INSERT INTO alert_outcomes (clinic_id, id, alert_id, outcome, note, by_id, at)
VALUES (:clinic_id, :id, :alert_id, :outcome, :note, :by_id, :now)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_outcome(ctx: Context, alert_id: str, outcome_id: str, outcome: Outcome, note: str) -> bool:
    """Add what the actor found out about the alert. Returns False when the id is stored already."""
    added = await ctx.tx.execute(
        INSERT_OUTCOME,
        clinic_id=ctx.clinic_id,
        id=outcome_id,
        alert_id=alert_id,
        outcome=outcome,
        note=note,
        by_id=ctx.actor.id,
        now=to_ms(ctx.now),
    )
    return bool(added)


SELECT_OUTCOMES = """
SELECT id, alert_id, outcome, note, by_id, at FROM alert_outcomes
WHERE clinic_id = :clinic_id AND alert_id IN (:alert_ids)
ORDER BY at, id"""


async def with_outcomes(ctx: Context, alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts with the attempts to reach the patient, the earliest first, and the outcome of the acknowledgement."""
    found: dict[str, list[Row]] = {}
    if alerts:
        ids = [alert.id for alert in alerts]
        for row in await ctx.tx.fetch(SELECT_OUTCOMES, clinic_id=ctx.clinic_id, alert_ids=ids):
            found.setdefault(row["alert_id"], []).append(row)
    return [_with(alert, found.get(alert.id, ())) for alert in alerts]


def _with(alert: Alert, rows: Sequence[Row]) -> Alert:
    if not rows:
        return alert
    attempts = tuple(_attempt(row) for row in rows if row["outcome"] == COULD_NOT_REACH)
    final = next((row["outcome"] for row in rows if row["outcome"] != COULD_NOT_REACH), None)
    acknowledgement: Acknowledgement | None = alert.acknowledgement
    if acknowledgement is not None:
        acknowledgement = structs.replace(acknowledgement, outcome=final)
    return structs.replace(alert, attempts=attempts, acknowledgement=acknowledgement)


def _attempt(row: Row) -> Attempt:
    return Attempt(id=row["id"], note=row["note"], by_id=row["by_id"], at=from_ms(row["at"]))
