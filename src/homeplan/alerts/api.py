"""Routes of alerts: the therapist's alert list, and the alerts of a chart."""

from homeplan.alerts import actions
from homeplan.alerts.model import AcknowledgementEntry, Alert, OwnerEntry, SnoozeEntry
from homeplan.alerts.reading import completed
from homeplan.alerts.store import alerts_of_patient, open_alerts
from homeplan.context import Context
from homeplan.http.routes import chart, staff
from homeplan.values import Id


@staff.get("alerts", audit="alert.list")
async def list_open_alerts(ctx: Context) -> list[Alert]:
    """The open alerts of my patients: the most severe first, then the one with the latest event; snoozed ones last."""
    return await completed(ctx, await open_alerts(ctx))


@chart.get("alerts", audit="alert.read")
async def list_alerts_of_patient(ctx: Context, patient_id: str) -> list[Alert]:
    """Open and closed alerts of the patient, the newest first."""
    return await completed(ctx, await alerts_of_patient(ctx, patient_id))


@chart.post("alerts/{alert_id}/acknowledgement", audit="alert.acknowledge", of_who_left=True)
async def acknowledge_alert(ctx: Context, patient_id: str, alert_id: str, data: AcknowledgementEntry) -> Alert:
    """Record that somebody acted on the alert and who follows it up. The alert leaves the list.

    A critical or high alert needs an outcome and a note; not having reached the patient leaves it open, and the next
    attempt is due within 15 minutes (critical) or 60 (high). It also outlives leaving. `contact` enters the log.
    """
    return await actions.acknowledge(ctx, patient_id, alert_id, data)


@chart.put("alerts/{alert_id}/owner", audit="alert.assign")
async def assign_alert(ctx: Context, patient_id: str, alert_id: Id, data: OwnerEntry) -> Alert:
    """Give an open alert to a colleague, who is notified, or take it. It stays open until it is acknowledged."""
    ctx.object_id = alert_id
    return await actions.assign(ctx, patient_id, alert_id, data)


@chart.put("alerts/{alert_id}/snooze", audit="alert.snooze")
async def snooze_alert(ctx: Context, patient_id: str, alert_id: Id, data: SnoozeEntry) -> Alert:
    """Put an alert that is not urgent aside, with a reason and an end. A new event brings it back before that."""
    ctx.object_id = alert_id
    return await actions.snooze(ctx, patient_id, alert_id, data)


@chart.delete("alerts/{alert_id}/snooze", audit="alert.wake")
async def wake_alert(ctx: Context, patient_id: str, alert_id: Id) -> None:
    """End the snooze of an alert now."""
    ctx.object_id = alert_id
    await actions.wake(ctx, patient_id, alert_id)


routes = [
    list_open_alerts,
    list_alerts_of_patient,
    acknowledge_alert,
    assign_alert,
    snooze_alert,
    wake_alert,
]
