"""Exercise logs in the database: one per patient and id that the phone made."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from homeplan.accounts.model import EnteredBy
from homeplan.accounts.rules import entered_as
from homeplan.accounts.rules import entered_by as by_whom
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.programs.exercise_log import ExerciseBout, ExerciseLog, ExerciseLogEntry

_COLUMNS = """
l.id, l.prescription_id, p.kind, p.slug, l.day, l.occurred_at, l.stated_at, l.time_zone, l.outcome, l.skip_reason,
l.sets_done, l.reps_done, l.seconds_done, l.pain_during, l.effort, l.stopped, l.revision, l.counts,
l.entered_by, l.entered_by_name, l.entered_as"""
"""In the order in which `_log` takes them."""

_FROM = """
FROM exercise_logs l
JOIN prescriptions p ON p.clinic_id = l.clinic_id AND p.id = l.prescription_id"""

SELECT_LOGS = f"""
SELECT {_COLUMNS} {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id = :patient_id AND l.day BETWEEN :first AND :last
ORDER BY l.day, l.occurred_at, l.id"""


async def logs_between(ctx: Context, patient_id: str, first: date, last: date) -> list[ExerciseLog]:
    """The patient's logs of the local days from `first` to `last`, both included, oldest first."""
    rows = await ctx.tx.fetch(
        SELECT_LOGS,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return [_log(row) for row in rows]


SELECT_LOGS_OF_MANY = f"""
SELECT {_COLUMNS}, l.patient_id {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id IN (:patient_ids) AND l.day BETWEEN :first AND :last
ORDER BY l.day, l.occurred_at, l.id"""


async def logs_of_many(
    ctx: Context, patient_ids: Sequence[str], first: date, last: date
) -> dict[str, list[ExerciseLog]]:
    """Like `logs_between`, but for many patients at once; patients without logs are missing."""
    rows = await ctx.tx.fetch(
        SELECT_LOGS_OF_MANY,
        clinic_id=ctx.clinic_id,
        patient_ids=list(patient_ids),
        first=first.isoformat(),
        last=last.isoformat(),
    )
    found: dict[str, list[ExerciseLog]] = {}
    for row in rows:
        found.setdefault(row["patient_id"], []).append(_log(row))
    return found


class Done(NamedTuple):
    """The exercises of a patient over some local days."""

    times: dict[tuple[date, str], int]
    """Number of times that an item, by slug, counts as done on a day."""
    stopped: frozenset[date]
    """The days on which the patient stopped an exercise because it hurt too much."""


SELECT_DONE = f"""
SELECT l.patient_id, l.day, p.slug, SUM(CASE WHEN l.counts = 'yes' THEN 1 ELSE 0 END) AS times,
  MAX(l.stopped) AS stopped {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id IN (:patient_ids) AND l.day BETWEEN :first AND :last
  AND (l.counts = 'yes' OR l.stopped = 'yes')
GROUP BY l.patient_id, l.day, p.slug"""


async def done_between(ctx: Context, patient_ids: Sequence[str], first: date, last: date) -> dict[str, Done]:
    """The exercises done by each patient on the days from `first` to `last`, both included."""
    rows = await ctx.tx.fetch(
        SELECT_DONE,
        clinic_id=ctx.clinic_id,
        patient_ids=patient_ids,
        first=first.isoformat(),
        last=last.isoformat(),
    )
    times: dict[str, dict[tuple[date, str], int]] = {patient_id: {} for patient_id in patient_ids}
    stopped: dict[str, set[date]] = {patient_id: set() for patient_id in patient_ids}
    for row in rows:
        day = date.fromisoformat(row["day"])
        if row["times"]:
            times[row["patient_id"]][day, row["slug"]] = row["times"]
        if row["stopped"] == "yes":
            stopped[row["patient_id"]].add(day)
    return {patient_id: Done(times[patient_id], frozenset(stopped[patient_id])) for patient_id in patient_ids}


SELECT_BOUTS = f"""
SELECT l.day, l.occurred_at, l.received_at, l.pain_during, l.stopped {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id = :patient_id AND l.day >= :first AND p.kind = 'exercise'
  AND (l.outcome <> 'skipped' OR l.stopped = 'yes')
ORDER BY l.occurred_at, l.id"""


async def exercise_bouts(ctx: Context, patient_id: str, first: date) -> list[ExerciseBout]:
    """The times since `first` that the patient exercised, in order of time."""
    rows = await ctx.tx.fetch(SELECT_BOUTS, clinic_id=ctx.clinic_id, patient_id=patient_id, first=first.isoformat())
    return [
        ExerciseBout(
            day=date.fromisoformat(row["day"]),
            occurred_at=from_ms(row["occurred_at"]),
            received_at=from_ms(row["received_at"]),
            pain_during=row["pain_during"],
            stopped=row["stopped"] == "yes",
        )
        for row in rows
    ]


SELECT_LOG = f"""
SELECT {_COLUMNS} {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id = :patient_id AND l.id = :id"""


class StoredLog(NamedTuple):
    """A log, and the time that the phone stated for it, which may lie beyond what a datetime in UTC can hold."""

    log: ExerciseLog
    stated_ms: int


async def find_log(ctx: Context, patient_id: str, log_id: str) -> StoredLog | None:
    row = await ctx.tx.fetch_one(SELECT_LOG, clinic_id=ctx.clinic_id, patient_id=patient_id, id=log_id)
    return None if row is None else StoredLog(_log(row), row["stated_at"])


SAVE_LOG = """
INSERT INTO exercise_logs (clinic_id, patient_id, id, prescription_id, day, occurred_at, stated_at, received_at,
  time_zone, outcome, skip_reason, sets_done, reps_done, seconds_done, pain_during, effort, stopped, revision, counts,
  entered_by, entered_by_name, entered_as)
VALUES (:clinic_id, :patient_id, :id, :prescription_id, :day, :occurred_at, :stated_at, :received_at,
  :time_zone, :outcome, :skip_reason, :sets_done, :reps_done, :seconds_done, :pain_during, :effort, :stopped,
  :revision, :counts, :entered_by, :entered_by_name, :entered_as)
ON CONFLICT (clinic_id, patient_id, id) DO UPDATE
SET prescription_id = excluded.prescription_id, day = excluded.day, occurred_at = excluded.occurred_at,
  stated_at = excluded.stated_at, received_at = excluded.received_at, time_zone = excluded.time_zone,
  outcome = excluded.outcome, skip_reason = excluded.skip_reason, sets_done = excluded.sets_done,
  reps_done = excluded.reps_done, seconds_done = excluded.seconds_done, pain_during = excluded.pain_during,
  effort = excluded.effort, stopped = excluded.stopped, revision = excluded.revision, counts = excluded.counts,
  entered_by = excluded.entered_by, entered_by_name = excluded.entered_by_name, entered_as = excluded.entered_as
WHERE excluded.occurred_at >= exercise_logs.occurred_at"""


async def upsert_log(
    ctx: Context,
    patient_id: str,
    log_id: str,
    entry: ExerciseLogEntry,
    *,
    made_at: datetime,
    revision: int,
    counts: bool,
    entered_by: EnteredBy | None = None,
) -> None:
    """Store the log, unless one of this id was made later. `revision`: the number of the one in force, 0 for none."""
    await ctx.tx.execute(
        SAVE_LOG,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=log_id,
        prescription_id=entry.prescription_id,
        day=entry.day.isoformat(),
        occurred_at=to_ms(made_at),
        stated_at=to_ms(entry.occurred_at),
        received_at=to_ms(ctx.now),
        time_zone=entry.time_zone,
        outcome=entry.outcome,
        skip_reason=entry.skip_reason,
        sets_done=entry.sets_done,
        reps_done=entry.reps_done,
        seconds_done=entry.seconds_done,
        pain_during=entry.pain_during,
        effort=entry.effort,
        stopped=_yes_or_no(entry.stopped),
        revision=revision,
        counts=_yes_or_no(counts),
        entered_by=None if entered_by is None else entered_by.id,
        entered_by_name=None if entered_by is None else entered_by.name,
        entered_as=entered_as(entered_by),
    )


DELETE_LOG = """
DELETE FROM exercise_logs WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def delete_log(ctx: Context, patient_id: str, log_id: str) -> None:
    """Delete the log, if it is there."""
    await ctx.tx.execute(DELETE_LOG, clinic_id=ctx.clinic_id, patient_id=patient_id, id=log_id)


FORGET_HELPERS = """
UPDATE exercise_logs SET entered_by_name = ''
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND entered_as IS NOT NULL"""


async def forget_helpers(ctx: Context, patient_id: str) -> None:
    """Erase the names of helpers in all of the patient's logs."""
    await ctx.tx.execute(FORGET_HELPERS, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _yes_or_no(flag: bool) -> str:
    return "yes" if flag else "no"


def _log(row: Row) -> ExerciseLog:
    (log_id, prescription_id, kind, slug, day, occurred_at, _stated_at, zone_name, outcome, skip_reason, sets, reps,
     seconds, pain_during, effort, stopped, revision, counts, by_id, by_name, by_kind, *_) = row  # fmt: skip
    return ExerciseLog(
        id=log_id,
        prescription_id=prescription_id,
        kind=kind,
        slug=slug,
        day=date.fromisoformat(day),
        occurred_at=from_ms(occurred_at),
        time_zone=zone_name,
        outcome=outcome,
        skip_reason=skip_reason,
        sets_done=sets,
        reps_done=reps,
        seconds_done=seconds,
        pain_during=pain_during,
        effort=effort,
        stopped=stopped == "yes",
        revision=revision,
        counts=counts == "yes",
        entered_by=by_whom(by_id, by_name, by_kind),
    )
