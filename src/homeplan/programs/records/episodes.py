"""The steps of an episode of care: invited → active → goal reached → discharged. Pure."""

from collections.abc import Sequence
from datetime import datetime

from homeplan.programs.episode import Stage, StageChange, StageNotAllowed

STEPS: dict[Stage, frozenset[Stage]] = {
    Stage.INVITED: frozenset({Stage.ACTIVE, Stage.DISCHARGED}),
    Stage.ACTIVE: frozenset({Stage.GOAL_REACHED, Stage.DISCHARGED}),
    Stage.GOAL_REACHED: frozenset({Stage.ACTIVE, Stage.DISCHARGED}),
    Stage.DISCHARGED: frozenset(),
}
"""The stages that may follow each stage. After "goal reached" a new goal may be set; a discharge is final, and care
goes on in a new episode."""


def step(changes: Sequence[StageChange], to: Stage, *, at: datetime, by_id: str) -> StageChange:
    """The change to the stage `to`. Raises StageNotAllowed, also for the current stage."""
    now_in = changes[-1].stage
    if to not in STEPS[now_in]:
        raise StageNotAllowed(f"From {now_in.value} it cannot go to {to.value}.", field="stage")
    return StageChange(stage=to, at=at, by_id=by_id)


def discharged_at(changes: Sequence[StageChange]) -> datetime | None:
    """The end of the episode; None while it is open."""
    return changes[-1].at if changes[-1].stage is Stage.DISCHARGED else None
