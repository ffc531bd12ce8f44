"""The person or process that acts: staff and patients with a role, the operator, and visitors."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """The roles of signed-in people."""

    PATIENT = "patient"
    HELPER = "helper"
    """A person whom a patient lets see the plan and enter answers for them."""
    FRONT_DESK = "front-desk"
    """Registers and invites patients; reads nothing clinical."""
    THERAPIST = "therapist"
    ADMIN = "admin"
    OWNER = "owner"
    """An administrator whom only owners change."""

    @property
    def administers(self) -> bool:
        """Whether the person administers the clinic, and sees all of its patients."""
        return self in (Role.ADMIN, Role.OWNER)


class Stage(StrEnum):
    """The stages of a sign-in. Only a full one reaches anything but the second factor; patients' are always full."""

    CODE = "code"
    """The password is proved, and the second factor is asked for."""
    SET_UP = "set-up"
    """A set-up link was used: the first factor is set up, and nothing else can be done."""
    FULL = "full"


class Actor(Struct, frozen=True, kw_only=True):
    """The person or process that acts, with the sign-in and request it acts through; for a patient `id` is the
    patient's id."""

    id: str
    role: Role
    helps: str = ""
    """The id of the patient whom a helper helps; empty for everybody else."""
    sign_in_id: str = ""
    sign_in_seen_at: datetime | None = None
    """The last stored use of the sign-in; None without a sign-in."""
    sign_in_expires_at: datetime | None = None
    stage: Stage = Stage.FULL
    confirmed_at: datetime | None = None
    """The time at which the person last proved who they are; None without a sign-in."""
    ip: str = ""
    request_id: str = ""


OPERATOR = Actor(id="operator", role=Role.ADMIN)
"""The person who runs a command on the host, and the workers; the audit trail calls both "operator"."""

NOBODY = Actor(id="", role=Role.PATIENT)
"""A visitor who has not proved who they are."""
