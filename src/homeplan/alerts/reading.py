"""Alerts with everything that belongs to them, and what the patient reads about the latest warning sign."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import structs

from homeplan.accounts.store import find_staff
from homeplan.alerts.model import Alert, FollowUp
from homeplan.alerts.outcomes import with_outcomes
from homeplan.alerts.safety import latest_safety_alert
from homeplan.alerts.store import find_alert
from homeplan.contact.numbers.actions import own_telephones
from homeplan.context import Context

TELLING = timedelta(days=3)
"""The time for which the patient is told the outcome of a warning sign."""


async def completed(ctx: Context, alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts with attempts, outcome and, while they are open, the patient's telephone."""
    telephones = await own_telephones(ctx, [one.patient_id for one in alerts if one.closed_at is None])
    return [
        structs.replace(one, telephone=telephones.get(one.patient_id)) if one.closed_at is None else one
        for one in await with_outcomes(ctx, alerts)
    ]


async def read_alert(ctx: Context, patient_id: str, alert_id: str) -> Alert:
    """That alert of that patient, complete. Raises NotFound."""
    [alert] = await completed(ctx, [await find_alert(ctx, patient_id, alert_id)])
    return alert


async def read_follow_up(ctx: Context, patient_id: str) -> FollowUp | None:
    """The latest step about the latest warning sign: the last attempt while it is open, and for three days the
    acknowledgement. None when nobody did anything yet."""
    alert_id = await latest_safety_alert(ctx, patient_id)
    if alert_id is None:
        return None
    [alert] = await with_outcomes(ctx, [await find_alert(ctx, patient_id, alert_id)])
    if alert.acknowledgement is not None:
        seen = alert.acknowledgement
        if seen.at <= ctx.now - TELLING:
            return None
        return FollowUp(
            kind="acknowledged", by_name=seen.by_name, at=seen.at, outcome=seen.outcome, next_attempt_due_at=None
        )
    if alert.closed_at is not None or not alert.attempts:
        return None
    tried = alert.attempts[-1]
    staff = await find_staff(ctx, tried.by_id)
    return FollowUp(
        kind="attempt",
        by_name=staff.name,
        at=tried.at,
        outcome=None,
        next_attempt_due_at=alert.next_attempt_due_at,
    )
