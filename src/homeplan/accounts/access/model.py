"""Access to one clinic as a database has it, and the changes of it by a restore."""

from msgspec import Struct

from homeplan.actor import Role


class Phone(Struct, frozen=True):
    """A living sign-in of a patient."""

    patient_id: str
    token_hash: str


class Member(Struct, frozen=True):
    """A member of staff as far as access goes."""

    email: str
    role: Role
    has_access: bool
    secrets: frozenset[str]
    """Password hash, credential ids of passkeys, the time of setting up the authenticator app."""


class ClinicAccess(Struct, frozen=True, kw_only=True):
    """Everybody who can reach the clinic, and who left."""

    phones: dict[str, Phone]
    """By the sign-in's id."""
    staff: dict[str, Member]
    care_team: frozenset[tuple[str, str]]
    """Patient and member of staff."""
    patients: frozenset[str]
    left: dict[str, str]
    """Patients who left, with their codes."""


class Noted(Struct, frozen=True, kw_only=True):
    """A patient who left, or the access of a member of staff after a change, as noted beside the database."""

    clinic_id: str
    patient_id: str = ""
    code: str = ""
    """The code of a patient who left."""
    staff_id: str = ""
    """Either this or the patient is given."""
    has_access: bool = False


class Changes(Struct, frozen=True, kw_only=True):
    """The changes of one clinic's access by a restore, and the people whom the clinic has to look at."""

    vouched: bool
    """Whether the replaced database continues the backup, so that its sign-ins could be compared."""
    disabled: dict[str, str]
    """Members of staff whose access ended since the backup, with their e-mail addresses. They come first."""
    left: dict[str, str]
    """Patients who left since the backup, with their codes."""
    ended_phones: dict[str, str]
    """Sign-ins of patients that end, with the patients' ids."""
    asked_again: tuple[str, ...]
    """Patients who have to join again."""
    demoted: dict[str, tuple[str, Role]]
    """Members who have fewer rights since the backup: their e-mail addresses and present roles."""
    reset: dict[str, str]
    """Members whose password or factors changed since the backup, with their e-mail addresses."""
    off_team: tuple[tuple[str, str], ...]
    """Patient and member of staff who was taken off the care team since the backup."""
    lost_patients: int
    """Patients registered since the backup."""
    lost_staff: tuple[str, ...]
    """E-mail addresses of members who joined since the backup."""
