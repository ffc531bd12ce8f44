"""The clinic report: the structs."""

from datetime import date

from msgspec import Struct

from homeplan.library.outcome_content import InstrumentId
from homeplan.values import Value

FEWEST = 5
"""Patients below whom a figure is not shown: it would tell of single persons."""


class PatientFigures(Struct, frozen=True, kw_only=True):
    """The part of one patient's record that the report counts."""

    due: int
    done: int
    changes: tuple[float, ...]
    """Change of pain per session with needles, as the patient page shows it; negative is less pain."""
    sessions: int
    verdicts: dict[InstrumentId, str]
    """`better`, `same` or `worse` per instrument with two answers in the latest episode."""


class AdherenceOfClinic(Value, frozen=True, kw_only=True):
    """Done exercises over due ones."""

    patients: int
    """With anything due."""
    done: int | None
    due: int | None
    """None below five patients, as all figures."""


class ResponseOfClinic(Value, frozen=True, kw_only=True):
    """The change of pain from before to after a session, over all sessions that have one."""

    patients: int
    sessions: int | None
    """Sessions with needles."""
    compared: int | None
    """Sessions among them with enough answers before and after."""
    less: int | None
    """Less pain by two points or more."""
    more: int | None
    """More pain by two points or more."""
    median: float | None


class OutcomeOfClinic(Value, frozen=True, kw_only=True):
    """The first and latest answers to one instrument, per patient."""

    instrument: InstrumentId
    patients: int
    """With two answers that can be compared."""
    better: int | None
    """By the cited minimal difference or more."""
    worse: int | None


class ClinicReport(Value, frozen=True, kw_only=True):
    """The figures of the clinic. Each has its denominator; none is shown for fewer than five patients."""

    first: date
    """The sessions are since this day; adherence covers the last 14 days, outcomes the latest episode."""
    last: date
    patients: int
    """Active patients."""
    fewest: int
    adherence: AdherenceOfClinic
    response: ResponseOfClinic
    outcomes: list[OutcomeOfClinic]
