"""Routes of alerts: the therapist's alert list, and the alerts of a chart."""

from homeplan.alerts import actions
from homeplan.alerts.model import AcknowledgementEntry, Alert
from homeplan.alerts.outcomes import with_outcomes
from homeplan.alerts.store import alerts_of_patient, open_alerts
from homeplan.context import Context
from homeplan.http.routes import chart, staff


@staff.get("alerts", audit="alert.list")
async def list_open_alerts(ctx: Context) -> list[Alert]:
    """The open alerts of my patients: the most severe first, then the one with the latest event."""
    return await with_outcomes(ctx, await open_alerts(ctx))


@chart.get("alerts", audit="alert.read")
async def list_alerts_of_patient(ctx: Context, patient_id: str) -> list[Alert]:
    """Open and closed alerts of the patient, the newest first."""
    return await with_outcomes(ctx, await alerts_of_patient(ctx, patient_id))


@chart.post("alerts/{alert_id}/acknowledgement", audit="alert.acknowledge", of_who_left=True)
async def acknowledge_alert(ctx: Context, patient_id: str, alert_id: str, data: AcknowledgementEntry) -> Alert:
    """Record that somebody acted on the alert and who follows it up. The alert leaves the list.

    A critical or high alert needs an outcome; one that could not be reached leaves it open. It also outlives leaving.
    """
    return await actions.acknowledge(ctx, patient_id, alert_id, data)


routes = [list_open_alerts, list_alerts_of_patient, acknowledge_alert]
