"""Sums up the figures of all patients: pure, and silent about fewer than five."""

from collections.abc import Sequence
from statistics import median

from homeplan.library.outcome_content import InstrumentId
from homeplan.reports.clinic.model import (
    FEWEST,
    AdherenceOfClinic,
    OutcomeOfClinic,
    PatientFigures,
    ResponseOfClinic,
)

POINTS = 2
"""Change of pain that counts; less is within the error of the scale."""


def adherence(patients: Sequence[PatientFigures]) -> AdherenceOfClinic:
    """Done over due exercises of the patients with anything due."""
    counted = [each for each in patients if each.due]
    shown = len(counted) >= FEWEST
    return AdherenceOfClinic(
        patients=len(counted),
        done=sum(each.done for each in counted) if shown else None,
        due=sum(each.due for each in counted) if shown else None,
    )


def response(patients: Sequence[PatientFigures]) -> ResponseOfClinic:
    """The change of pain around sessions, over the patients with a session that can be compared."""
    counted = [each for each in patients if each.changes]
    if len(counted) < FEWEST:
        return ResponseOfClinic(patients=len(counted), sessions=None, compared=None, less=None, more=None, median=None)
    changes = [change for each in counted for change in each.changes]
    return ResponseOfClinic(
        patients=len(counted),
        sessions=sum(each.sessions for each in counted),
        compared=len(changes),
        less=sum(change <= -POINTS for change in changes),
        more=sum(change >= POINTS for change in changes),
        median=round(median(changes), 1),
    )


def outcome(instrument: InstrumentId, patients: Sequence[PatientFigures]) -> OutcomeOfClinic:
    """The patients who are better or worse by the instrument."""
    verdicts = [each.verdicts[instrument] for each in patients if instrument in each.verdicts]
    shown = len(verdicts) >= FEWEST
    return OutcomeOfClinic(
        instrument=instrument,
        patients=len(verdicts),
        better=verdicts.count("better") if shown else None,
        worse=verdicts.count("worse") if shown else None,
    )
