"""Reads the figures of each patient as the patient page shows them, and sums them up."""

from typing import get_args

from homeplan.accounts.store import list_known
from homeplan.context import Context
from homeplan.library.outcome_content import InstrumentId
from homeplan.outcomes.reading import read_outcomes
from homeplan.reports.clinic import rules
from homeplan.reports.clinic.model import FEWEST, ClinicReport, PatientFigures
from homeplan.reports.course import read_report


async def read_clinic_report(ctx: Context) -> ClinicReport:
    """The figures of all active patients. It reads half a year of rows: run it apart from the event loop."""
    figures, first, last = [], ctx.now.date(), ctx.now.date()
    for patient in await list_known(ctx):
        if patient.archived_at is not None:
            continue
        report = await read_report(ctx, patient.id)
        first, last = min(first, report.first), max(last, report.last)
        outcomes = await read_outcomes(ctx, patient.id)
        figures.append(
            PatientFigures(
                due=report.adherence.due,
                done=report.adherence.done,
                changes=tuple(each.pain_change for each in report.sessions if each.pain_change is not None),
                sessions=len(report.sessions),
                verdicts={each.instrument: each.verdict for each in outcomes.episode},
            )
        )
    return ClinicReport(
        first=first,
        last=last,
        patients=len(figures),
        fewest=FEWEST,
        adherence=rules.adherence(figures),
        response=rules.response(figures),
        outcomes=[rules.outcome(each, figures) for each in get_args(InstrumentId)],
    )
