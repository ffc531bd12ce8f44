"""Visits: the structs and the errors."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.errors import Conflict
from homeplan.typed import PROSE
from homeplan.values import Id, Value, ZoneName

WallTime = Annotated[time, Meta(tz=False)]
VisitKind = Literal["needling", "follow-up", "video", "other"]
VisitState = Literal["planned", "took-place", "missed", "cancelled", "moved"]


class VisitTime(Value, frozen=True, kw_only=True):
    """A day and wall time on the clinic's clock."""

    day: date
    wall_time: WallTime
    time_zone: ZoneName
    """The zone of the clinic's desk."""


class VisitEntry(VisitTime, frozen=True, kw_only=True):
    """A new visit, under an id that the form made."""

    id: Id
    kind: VisitKind
    note: Annotated[str, Meta(max_length=300, extra=PROSE)] = ""
    """For the patient, who reads it in the app."""


class VisitMove(VisitTime, frozen=True, kw_only=True):
    """The time to which a visit is moved, and the id of the visit that takes its place."""

    id: Id


class VisitChange(Value, frozen=True):
    """The end of a planned visit."""

    state: Literal["took-place", "missed", "cancelled"]


class Visit(VisitEntry, frozen=True, kw_only=True):
    """A stored visit."""

    starts_at: datetime
    state: VisitState
    moved_to: Id | None
    session_id: Id | None
    """The needling session that closed it."""


class MyVisits(Value, frozen=True):
    """The patient's next visit, and what is new about it."""

    next: Visit | None
    moved_from: Visit | None
    """The visit whose place the next one takes; None when it was never moved."""
    cancelled: Visit | None
    """A visit of the next days that the clinic cancelled, while no other is planned."""


class VisitOver(Conflict):
    """This visit is no longer planned. Reload the page."""

    code = "visit-over"
