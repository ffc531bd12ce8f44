"""The person or process that acts: staff and patients with a role, the operator, and visitors."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a signed-in person may do."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    ADMIN = "admin"


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts, through which sign-in and request; for a patient `id` is the patient's id."""

    id: str
    role: Role
    sign_in_id: str = ""
    sign_in_seen_at: datetime | None = None
    """When the use of the sign-in was last stored; None without a sign-in."""
    sign_in_expires_at: datetime | None = None
    ip: str = ""
    request_id: str = ""


OPERATOR = Actor(id="operator", role=Role.ADMIN)
"""The person who runs a command on the host, and the workers; the audit trail calls both "operator"."""

NOBODY = Actor(id="", role=Role.PATIENT)
"""A visitor who has not proved who they are."""
