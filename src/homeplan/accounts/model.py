"""Clinics, their staff and patients, invitations and sign-ins: the structs and the errors."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from homeplan.actor import Actor, Role, Stage
from homeplan.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from homeplan.typed import LINE, PROSE
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName

BirthYear = Annotated[int, Meta(ge=1900, le=2100)]
RecordNumber = Annotated[str, Meta(min_length=1, max_length=40, extra=LINE)]
Sentence = Annotated[str, Meta(max_length=500, extra=PROSE)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Phone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+()./ -]*$", extra=LINE)]
EmergencyNumber = Annotated[str, Meta(min_length=2, max_length=40, pattern=r"^[0-9+()./ -]+$", extra=LINE)]
Label = Annotated[str, Meta(max_length=80, extra=LINE)]
TypedSecret = Annotated[str, Meta(max_length=512)]
"""A typed password or email that is only compared, so any text is accepted."""
PrivacyContact = Annotated[str, Meta(max_length=200, extra=LINE)]
RecordYears = Annotated[int, Meta(ge=1, le=100)]
Address = Annotated[str, Meta(max_length=300, extra=PROSE)]
PhoneRegion = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
StaffRole = Literal["front-desk", "therapist", "admin", "owner"]


class Clinic(Value, frozen=True):
    """A practice. Every patient and every member of staff belongs to exactly one."""

    id: Id
    name: Name
    phone: Phone
    emergency_number: EmergencyNumber
    drafts_allowed: bool
    """Whether patients may be shown library items that no therapist of the clinic has signed."""
    privacy_contact: PrivacyContact = ""
    """The contact for questions about personal data, in the privacy notice: a name, a post or e-mail address."""
    record_years: RecordYears | None = None
    """Years for which the clinic keeps a treatment record; None when the notice says to ask the clinic."""
    phone_region: PhoneRegion = "US"
    """The ISO 3166 country of telephone numbers that are typed without a prefix."""
    address: Address = ""
    """The clinic's address, in lines as on a letter."""
    default_language: Language = "en"
    """The language in which the forms of a new patient start."""
    logo: str | None = None
    """The address of the clinic's logo; a new logo has another one."""


class ClinicChanges(Value, frozen=True):
    """The clinic's details that an administrator changes."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    emergency_number: EmergencyNumber | UnsetType = UNSET
    drafts_allowed: bool | UnsetType = UNSET
    privacy_contact: PrivacyContact | UnsetType = UNSET
    record_years: RecordYears | UnsetType | None = UNSET
    phone_region: PhoneRegion | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    default_language: Language | UnsetType = UNSET


class StaffMember(Value, frozen=True):
    """A person who works at the clinic; without access since `disabled_at`."""

    id: Id
    name: Name
    email: Email
    role: Role
    disabled_at: Instant | None = None


class MemberChanges(Value, frozen=True):
    """An administrator's changes to a member of staff."""

    name: Name | UnsetType = UNSET
    role: StaffRole | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class Patient(Value, frozen=True):
    """A person who is treated at the clinic. `problem` and `goal` are as stated at registration."""

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
    """The pairing of the patient's first phone."""
    left_at: Instant | None = None
    """The time at which the patient left: the names are a pseudonym since then, and the record is read-only."""
    archived_at: Instant | None = None
    """Since then the patient is on no list; an alert, a message or a new episode brings them back."""
    merged_into: Id | None = None
    """The record that is worked with instead of this one, which is read-only."""


class NewPatient(Value, frozen=True):
    """The details asked for when a patient is registered, under an id that the form made."""

    id: Id
    given_name: Name
    family_name: Name
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None = None
    record_number: RecordNumber | None = None
    problem: Sentence | None = None
    goal: Sentence | None = None


class PatientChanges(Value, frozen=True):
    """The patient's details that staff correct."""

    given_name: Name | UnsetType = UNSET
    family_name: Name | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: ZoneName | UnsetType = UNSET
    birth_year: BirthYear | UnsetType | None = UNSET
    record_number: RecordNumber | UnsetType | None = UNSET
    problem: Sentence | UnsetType | None = UNSET
    goal: Sentence | UnsetType | None = UNSET


class MyChanges(Value, frozen=True):
    """The details that patients change themselves."""

    language: Language | UnsetType = UNSET
    time_zone: ZoneName | UnsetType = UNSET


class EnteredBy(Value, frozen=True, kw_only=True):
    """The person who entered something for a patient: a member of staff on the telephone, or the patient's helper."""

    id: Id
    name: str
    """Their name then; empty for the helper of a patient who left."""
    helper: bool = False


class CareTeamMember(Value, frozen=True):
    """A member of staff who may see the patient because they treat them."""

    id: Id
    name: Name
    since: Instant


class CareCover(Value, frozen=True, kw_only=True):
    """A colleague who sees the patients of a member of staff from the first to the last day, both included."""

    id: Id
    staff_id: Id
    cover_id: Id
    first_day: date
    last_day: date
    time_zone: ZoneName


class LiveInvitation(Value, frozen=True):
    """An invitation that can still be used."""

    created_at: Instant
    expires_at: Instant


class NewInvitation(Value, frozen=True):
    """The id of an invitation or pairing code that is asked for, made by who asks."""

    id: Id


class Invitation(Struct, frozen=True, kw_only=True):
    """A new invitation with its two secrets, of which the database keeps only hashes."""

    id: str
    token: str
    pairing_code: str
    pairing_code_expires_at: datetime
    expires_at: datetime


class Invited(Struct, frozen=True):
    """The patient whom an invitation is for."""

    clinic_id: str
    invitation_id: str
    patient_id: str
    from_sign_in_id: str | None = None
    """The signed-in phone of the patient that shows the link to a new one; None for the clinic's invitation."""


class StaffInvitation(Value, frozen=True):
    """A new colleague who has not joined yet."""

    id: Id
    email: Email
    role: StaffRole
    created_at: Instant
    expires_at: Instant


class NewStaffInvitation(Struct, frozen=True, kw_only=True):
    """A new set-up link with its secret, of which the database keeps only a hash."""

    id: str
    token: str
    email: str
    role: Role
    staff_id: str | None
    """The member of staff who sets up again; None for a new colleague."""
    expires_at: datetime


class InvitedStaff(Struct, frozen=True, kw_only=True):
    """The person whom a set-up link is for."""

    clinic_id: str
    invitation_id: str
    staff_id: str | None
    email: str
    role: Role


class SignIn(Struct, frozen=True, kw_only=True):
    """A signed-in browser, found by its cookie."""

    clinic_id: str
    id: str
    actor_id: str
    role: Role
    last_seen_at: datetime
    expires_at: datetime
    stage: Stage
    confirmed_at: datetime
    helps: str = ""
    """The id of the patient whom a helper helps; empty for everybody else."""

    def actor(self, visitor: Actor) -> Actor:
        """The visitor as the person who is signed in."""
        return structs.replace(
            visitor,
            id=self.actor_id,
            role=self.role,
            helps=self.helps,
            sign_in_id=self.id,
            sign_in_seen_at=self.last_seen_at,
            sign_in_expires_at=self.expires_at,
            stage=self.stage,
            confirmed_at=self.confirmed_at,
        )


class NewSignIn(Struct, frozen=True, kw_only=True):
    """A new sign-in with the secret that goes into the cookie."""

    id: str
    token: str
    expires_at: datetime


class SignInSummary(Value, frozen=True):
    """One signed-in browser, as its owner sees it in the list."""

    id: Id
    label: Label
    created_at: Instant
    last_seen_at: Instant
    current: bool


class SignInOfStaff(SignInSummary, frozen=True):
    """One signed-in browser of a member of staff, as administrators see it."""

    staff_id: Id
    name: Name


class Credentials(Struct, frozen=True):
    """The stored password hash and state that a sign-in of staff is checked against."""

    clinic_id: str
    member: StaffMember
    password_hash: str
    password_alone: bool
    """Whether the password alone signs in; so it is in the demo clinic only."""


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


class LastOwner(Conflict):
    """A clinic that has an owner keeps at least one who can sign in. Make a colleague an owner first."""

    code = "last-owner"


class OwnersOnly(Forbidden):
    """Only an owner of the clinic makes owners, or changes one."""

    code = "owners-only"


class NothingClinical(Forbidden):
    """The front desk neither reads nor enters anything clinical."""

    code = "nothing-clinical"


class PatientLeft(Conflict):
    """This patient left. The record is kept under a code and does not change any more."""

    code = "patient-left"


class PatientMerged(Conflict):
    """This record was merged into another one of the same person and does not change any more. Open that one."""

    code = "patient-merged"


class NameNeeded(Invalid):
    """A new colleague needs a name."""

    code = "name-needed"


class LinkUnusable(NotFound):
    """This link does not work any more. Ask your administrator for a new one."""

    code = "link-unusable"


class InvitationUnusable(NotFound):
    """This link or code does not work any more. Ask your clinic for a new one."""

    code = "invitation-unusable"
