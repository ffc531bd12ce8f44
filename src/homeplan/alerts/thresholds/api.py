"""Routes of the numbers from which to be warned: those of the clinic, and those of one patient."""

from homeplan.alerts.thresholds import actions
from homeplan.alerts.thresholds.model import Threshold, ThresholdEntry, ThresholdId
from homeplan.context import Context
from homeplan.http.routes import admin, chart, staff


@staff.get("alert-thresholds")
async def list_thresholds(ctx: Context) -> list[Threshold]:
    """The numbers of the alert rules that a clinic may change: homeplan's, the clinic's, and their limits."""
    return await actions.read_thresholds(ctx)


@admin.put("alert-thresholds/{threshold}", audit="threshold.save", confirmed=True)
async def change_threshold(ctx: Context, threshold: ThresholdId, data: ThresholdEntry) -> Threshold:
    """Change one of them for all patients of the clinic, or go back to homeplan's. What is judged later counts it."""
    return await actions.change_threshold(ctx, threshold, data)


@chart.get("alert-thresholds", audit="threshold.read")
async def list_thresholds_of_patient(ctx: Context, patient_id: str) -> list[Threshold]:
    """The same numbers as they hold for one patient."""
    return await actions.read_thresholds(ctx, patient_id)


@chart.put("alert-thresholds/{threshold}", audit="threshold.save")
async def change_threshold_of_patient(
    ctx: Context, patient_id: str, threshold: ThresholdId, data: ThresholdEntry
) -> Threshold:
    """Change one of them for this patient alone, or go back to the clinic's. What is judged later counts it."""
    return await actions.change_threshold(ctx, threshold, data, patient_id)


routes = [list_thresholds, change_threshold, list_thresholds_of_patient, change_threshold_of_patient]
