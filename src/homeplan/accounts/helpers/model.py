"""A patient's helper: the structs and the errors."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Forbidden
from homeplan.typed import LINE
from homeplan.values import Id, Instant, Value

HelperName = Annotated[str, Meta(min_length=1, max_length=60, extra=LINE)]


class EndedBy(StrEnum):
    """The person who ended a helper or withdrew the link."""

    PATIENT = "patient"
    STAFF = "staff"
    HELPER = "helper"


class NewHelper(Value, frozen=True):
    """The id and name of a person whom the patient invites; both are made on the phone."""

    id: Id
    name: HelperName
    """The name that the patient calls them; it is shown beside what they enter."""


class HelperAllowances(Value, frozen=True):
    """The things that a helper may read besides the plan; nothing of it unless the patient allows it."""

    history: bool
    """Earlier check-ins and progress."""
    messages: bool
    """Messages with the clinic, to read."""


class Helper(Value, frozen=True, kw_only=True):
    """A patient's helper, or a person who is invited and has not joined yet."""

    id: Id
    name: str
    invited_at: Instant
    expires_at: Instant
    """The end of the link; it matters until they have joined."""
    joined_at: Instant | None
    allowed: HelperAllowances


class HelperLink(Struct, frozen=True, kw_only=True):
    """A new link with its secret, of which the database keeps only a hash."""

    id: str
    name: str
    token: str
    expires_at: datetime


class InvitedHelper(Struct, frozen=True, kw_only=True):
    """The helper whom a link is for."""

    clinic_id: str
    helper_id: str
    patient_id: str


class HelperExists(Conflict):
    """You have a helper already. End that first, then invite another person."""

    code = "helper-exists"


class NotAllowedByPatient(Forbidden):
    """The person whom you help has not opened this to you."""

    code = "not-allowed-by-patient"
