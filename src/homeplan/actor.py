"""Who acts: people with a role, the operator, and visitors."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a signed-in person may do."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    ADMIN = "admin"


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts, and through which sign-in and request; for a patient `id` is the patient's id."""

    id: str
    role: Role
    session_id: str = ""
    session_seen_at: datetime | None = None
    """When the sign-in was last noted as in use; None without one."""
    session_expires_at: datetime | None = None
    ip: str = ""
    request_id: str = ""


OPERATOR = Actor(id="operator", role=Role.ADMIN)
"""Whoever runs a command on the host, and the workers: the audit trail calls them "operator"."""

NOBODY = Actor(id="", role=Role.PATIENT)
"""A visitor who has not proved who they are."""
