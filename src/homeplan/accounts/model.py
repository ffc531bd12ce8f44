"""Who is who: the clinic, its staff, its patients, and the Scope in which every request acts."""

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a signed-in person may do."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    ADMIN = "admin"


class Scope(Struct, frozen=True, kw_only=True):
    """Who acts, for which clinic, through which session. Only authentication builds one.

    For a patient `actor_id` is the patient's id.
    """

    clinic_id: str
    actor_id: str
    role: Role
    session_id: str
    ip: str
    request_id: str
