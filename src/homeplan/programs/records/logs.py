"""Checks an exercise log: its day, its time and its answers. Pure."""

from datetime import datetime

from homeplan.errors import Invalid
from homeplan.phone_time import believed, is_open
from homeplan.programs.exercise_log import ExerciseLogEntry, LogDayClosed
from homeplan.programs.model import Prescription, Program
from homeplan.programs.timeline.clocks import revision_in_force


def check_log(entry: ExerciseLogEntry, made_at: datetime) -> None:
    """Raises LogDayClosed, and Invalid for answers that contradict each other.

    The day is judged by when the log was made, not by when it arrives: a phone may be offline for weeks. The phone's
    local day is believed within what the calendars of the world allow.
    """
    if not is_open(entry.day, made_at, entry.occurred_at):
        raise LogDayClosed(field="day")
    _check_outcome(entry)


def believed_time(stated: datetime, now: datetime) -> datetime:
    """The time at which a log counts as made: the phone's time in UTC, or `now` when the phone's clock runs ahead.

    A log from the future would otherwise win over every later one of the same id. Raises LogDayClosed for one that
    is too old to have waited on a phone.
    """
    made_at = believed(stated, now)
    if made_at is None:
        raise LogDayClosed("This was too long ago to be logged.", field="occurredAt")
    return made_at


def prescription_at(program: Program, prescription_id: str, made_at: datetime) -> Prescription:
    """The item as prescribed by the revision in force at `made_at`.

    A phone that was offline may log an item that this revision no longer has; the latest revision that has it counts.
    """
    in_force = revision_in_force(program, made_at)
    newest_first = (*([in_force] if in_force is not None else []), *reversed(program.revisions))
    return next(p for r in newest_first for p in (*r.prescriptions, *r.overlay) if p.id == prescription_id)


def _check_outcome(entry: ExerciseLogEntry) -> None:
    if entry.outcome != "skipped":
        if entry.skip_reason is not None:
            raise Invalid("A reason for skipping goes with a skip.", field="skipReason")
        if entry.stopped and entry.outcome == "completed":
            raise Invalid("What was broken off was not completed.", field="stopped")
        return
    amounts = (("setsDone", entry.sets_done), ("repsDone", entry.reps_done), ("secondsDone", entry.seconds_done))
    for field, amount in amounts:
        if amount:
            raise Invalid("Of a skipped item nothing was done.", field=field)
