"""The route of the clinic report, for administrators."""

from datetime import timedelta

from homeplan.context import Context
from homeplan.http.routes import admin
from homeplan.limits.model import Limit
from homeplan.reports.clinic.actions import read_clinic_report as read
from homeplan.reports.clinic.model import ClinicReport

REPORTS = Limit(name="clinic-report", most=10, within=timedelta(minutes=1))
"""Each reads half a year of all patients."""


@admin.get("clinic-report", audit="clinic.report", aside=True, limit=REPORTS)
async def read_clinic_report(ctx: Context) -> ClinicReport:
    """Adherence, response per session and outcomes over all active patients; nothing about fewer than five."""
    return await read(ctx)


routes = [read_clinic_report]
