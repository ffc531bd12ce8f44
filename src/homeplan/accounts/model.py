"""Who is who: the clinic, its staff, its patients, their invitations and signed-in devices."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from homeplan.actor import Role
from homeplan.errors import Conflict, Invalid, NotFound, NotSignedIn
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName

BirthYear = Annotated[int, Meta(ge=1900, le=2100)]
RecordNumber = Annotated[str, Meta(min_length=1, max_length=40)]
Sentence = Annotated[str, Meta(max_length=500)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Phone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+()./ -]*$")]
EmergencyNumber = Annotated[str, Meta(min_length=2, max_length=40, pattern=r"^[0-9+()./ -]+$")]
Label = Annotated[str, Meta(max_length=80)]


class Clinic(Value, frozen=True):
    """A practice. Everything else belongs to exactly one."""

    id: Id
    name: Name
    phone: Phone
    emergency_number: EmergencyNumber
    drafts_allowed: bool
    """Whether patients may be shown library items that no therapist of the clinic has signed."""


class StaffMember(Value, frozen=True):
    """A therapist or an administrator; from `disabled_at` on without access."""

    id: Id
    name: Name
    email: Email
    role: Role
    disabled_at: Instant | None = None


class Patient(Value, frozen=True):
    """Someone who is treated at the clinic. `problem` and `goal` are as said at registration."""

    id: Id
    given_name: Name
    family_name: Name
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None = None
    record_number: RecordNumber | None = None
    problem: Sentence | None = None
    goal: Sentence | None = None
    joined_at: Instant | None = None
    """When the patient's first phone was paired."""
    left_at: Instant | None = None
    """When the patient left: from then on the names are a pseudonym, and nothing is written any more."""


class CareTeamMember(Value, frozen=True):
    """A member of staff who may see the patient because they treat them."""

    id: Id
    name: Name
    since: Instant


class LiveInvitation(Value, frozen=True):
    """An invitation that can still be used."""

    created_at: Instant
    expires_at: Instant


class Invitation(Struct, frozen=True, kw_only=True):
    """A new invitation with its two secrets, which exist nowhere else: only their hashes are stored."""

    id: str
    token: str
    pairing_code: str
    pairing_code_expires_at: datetime
    expires_at: datetime


class SessionSummary(Value, frozen=True):
    """One signed-in device, as its owner sees it in the list."""

    id: Id
    label: Label
    created_at: Instant
    last_seen_at: Instant
    current: bool


class SignInRefused(NotSignedIn):
    """The email or the password is not right."""

    code = "sign-in-refused"


class WeakPassword(Invalid):
    """This password is too easy to guess."""

    code = "weak-password"


class EmailTaken(Conflict):
    """Somebody already signs in with this email."""

    code = "email-taken"


class LastAdmin(Conflict):
    """A clinic keeps at least one administrator who can sign in."""

    code = "last-admin"


class PatientLeft(Conflict):
    """This patient left. The record is kept under a code and does not change any more."""

    code = "patient-left"


class InvitationUnusable(NotFound):
    """This link or code does not work any more. Ask your clinic for a new one."""

    code = "invitation-unusable"
