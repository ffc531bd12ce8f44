"""Caseloads: the structs and the errors."""

from datetime import date

from homeplan.errors import Conflict, Invalid
from homeplan.values import Id, Name, Value, ZoneName


class Transfer(Value, frozen=True):
    """The colleagues between whom all patients of the first move."""

    from_staff: Id
    to_staff: Id


class Transferred(Value, frozen=True):
    """Number of patients who were moved."""

    patients: int


class CoverEntry(Value, frozen=True):
    """A colleague who sees the patients of a member of staff from the first to the last day, both included."""

    staff_id: Id
    cover_id: Id
    first_day: date
    last_day: date
    time_zone: ZoneName
    """The zone of the clinic's desk."""


class Caseload(Value, frozen=True):
    """One member of staff with the number of their active patients."""

    staff_id: Id
    name: Name
    patients: int


class UnfitCover(Invalid):
    """A cover is between two colleagues who treat patients, and does not end before it begins."""

    code = "unfit-cover"


class StillInCare(Conflict):
    """This patient is still in care: an open episode, an open alert or an unanswered message. Finish that first."""

    code = "still-in-care"
