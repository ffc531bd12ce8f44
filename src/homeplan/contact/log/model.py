"""Contacts with a patient: the structs and the errors."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.errors import Conflict, Invalid
from homeplan.typed import LINE, PROSE
from homeplan.values import Id, Instant, Value

ContactKind = Literal["call", "video", "in-person", "message"]
SpokeWith = Literal["patient", "emergency-contact", "other"]
ContactOutcome = Literal[
    "sent-to-emergency", "sent-to-doctor", "spoke-continue", "spoke-stay-paused", "entered-by-mistake"
]
"""The outcomes of alerts that a conversation can have."""
ContactNote = Annotated[str, Meta(max_length=1000, extra=PROSE)]
NextStep = Annotated[str, Meta(min_length=1, max_length=200, extra=LINE)]
Minutes = Annotated[int, Meta(ge=0, le=600)]


class ContactDetails(Value, frozen=True, kw_only=True):
    """One contact as staff write it down."""

    kind: ContactKind
    reached: bool
    """Whether somebody was spoken with; for a message, whether it was answered."""
    started_at: Instant
    minutes: Minutes | None = None
    spoke_with: SpokeWith | None = None
    """None when nobody was reached."""
    by: Id | None = None
    """The member of staff who had the contact; None is who records it."""
    outcome: ContactOutcome | None = None
    note: ContactNote = ""
    patient_words: ContactNote | None = None
    """The patient's own words; erased when the patient leaves."""
    next_step: NextStep | None = None
    next_step_due: date | None = None
    """The day on which the next step is due; both or neither."""


class ContactEntry(ContactDetails, frozen=True, kw_only=True):
    """A new contact, under an id that the form made."""

    id: Id


class ContactCorrection(ContactDetails, frozen=True, kw_only=True):
    """The contact as it should have been written; the version before stays on record."""

    based_on: Annotated[int, Meta(ge=1)]


class Contact(ContactDetails, frozen=True, kw_only=True):
    """A stored contact in its current version."""

    id: Id
    version: int
    alert: Id | None
    """The alert that it was about."""
    by_name: str
    recorded_at: datetime
    """The time of this version."""
    next_step_done_at: datetime | None


class UnfitContact(Invalid):
    """This contact does not fit together. Look at who was reached, the times, and the next step with its day."""

    code = "unfit-contact"


class ContactChanged(Conflict):
    """Somebody corrected this contact in the meantime. Reload it and decide again."""

    code = "contact-changed"
