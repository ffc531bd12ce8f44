"""Episodes of care: one course of treatment for one problem, and its errors."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from homeplan.errors import Conflict
from homeplan.typed import PROSE
from homeplan.values import Id, Value

Problem = Annotated[str, Meta(min_length=1, max_length=500, extra=PROSE)]
Goal = Annotated[str, Meta(min_length=1, max_length=500, extra=PROSE)]
"""An ability that the patient wants to regain, in the patient's own words."""


class Stage(StrEnum):
    """The stage that an episode of care has reached."""

    INVITED = "invited"
    ACTIVE = "active"
    GOAL_REACHED = "goal_reached"
    DISCHARGED = "discharged"


class StageChange(Value, frozen=True, kw_only=True):
    """A change of stage: to which one, when, and by whom (a staff member's or the patient's id)."""

    stage: Stage
    at: datetime
    by_id: Id


class EpisodeOfCare(Value, frozen=True, kw_only=True):
    """One course of treatment for one problem, from the invitation to the discharge; one is open at a time."""

    id: Id
    patient_id: Id
    problem: Problem | None
    goal: Goal | None
    changes: tuple[StageChange, ...]
    """Every change of stage, oldest first; never empty."""
    stage: Stage
    """The stage of the last change."""
    no_floor: bool = False
    """True for a patient who is not to lie or kneel on the floor."""


class EpisodeEntry(Value, frozen=True, kw_only=True):
    """A new course of treatment."""

    problem: Problem | None = None
    goal: Goal | None = None
    no_floor: bool = False
    """True for a patient who is not to lie or kneel on the floor."""


class EpisodeChanges(Value, frozen=True, kw_only=True):
    """Changes to an episode of care; a field that is left out stays as it is."""

    problem: Problem | UnsetType | None = UNSET
    goal: Goal | UnsetType | None = UNSET
    stage: Stage | UnsetType = UNSET
    no_floor: bool | UnsetType = UNSET


class NoOpenEpisode(Conflict):
    """There is no open episode of care. Open one first."""

    code = "no-open-episode"


class EpisodeStillOpen(Conflict):
    """This patient already has an open episode of care. Discharge it before you open another."""

    code = "episode-still-open"


class StageNotAllowed(Conflict):
    """An episode of care cannot take that step from where it stands."""

    code = "stage-not-allowed"
