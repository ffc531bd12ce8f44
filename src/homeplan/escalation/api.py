"""Routes of escalation: who was told about an alert."""

from homeplan.context import Context
from homeplan.escalation import actions
from homeplan.escalation.model import AlertEscalation
from homeplan.http.routes import chart
from homeplan.values import Id


@chart.get("alerts/{alert_id}/escalation", audit="alert.read")
async def read_escalation(ctx: Context, patient_id: str, alert_id: Id) -> AlertEscalation:
    """The people who were told about the alert, by which channels, and the next step."""
    return await actions.escalation_of(ctx, patient_id, alert_id)


routes = [read_escalation]
