"""What patients did: exercise logs, stored once however often the phone sends them."""

from collections.abc import Sequence
from datetime import date, datetime

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.programs.model import ExerciseLog, LogEntry, NotInPlan, Prescription, Program
from homeplan.programs.records.logs import believed_time, check_log
from homeplan.programs.store.revisions import find_program
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.dosage import counts

_COLUMNS = """
l.id, l.prescription_id, p.kind, p.slug, l.day, l.occurred_at, l.stated_at, l.time_zone, l.outcome, l.skip_reason,
l.sets_done, l.reps_done, l.seconds_done, l.pain_during, l.effort, l.stopped, l.revision, l.counts"""

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
SELECT l.patient_id, {_COLUMNS} {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id IN (:patient_ids) AND l.day BETWEEN :first AND :last
ORDER BY l.day, l.occurred_at, l.id"""


async def logs_of_many(
    ctx: Context, patient_ids: Sequence[str], first: date, last: date
) -> dict[str, list[ExerciseLog]]:
    """As `logs_between`, for many patients at once; who logged nothing is missing."""
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


SELECT_LOG = f"""
SELECT {_COLUMNS} {_FROM}
WHERE l.clinic_id = :clinic_id AND l.patient_id = :patient_id AND l.id = :id"""

SELECT_PRESCRIBED = """
SELECT p.episode_id FROM prescriptions x
JOIN programs p ON p.clinic_id = x.clinic_id AND p.id = x.program_id
WHERE x.clinic_id = :clinic_id AND x.patient_id = :patient_id AND x.id = :prescription_id"""

SAVE_LOG = """
INSERT INTO exercise_logs (clinic_id, patient_id, id, prescription_id, day, occurred_at, stated_at, received_at,
  time_zone, outcome, skip_reason, sets_done, reps_done, seconds_done, pain_during, effort, stopped, revision, counts)
VALUES (:clinic_id, :patient_id, :id, :prescription_id, :day, :occurred_at, :stated_at, :received_at,
  :time_zone, :outcome, :skip_reason, :sets_done, :reps_done, :seconds_done, :pain_during, :effort, :stopped,
  :revision, :counts)
ON CONFLICT (clinic_id, patient_id, id) DO UPDATE
SET prescription_id = excluded.prescription_id, day = excluded.day, occurred_at = excluded.occurred_at,
  stated_at = excluded.stated_at, received_at = excluded.received_at, time_zone = excluded.time_zone,
  outcome = excluded.outcome, skip_reason = excluded.skip_reason, sets_done = excluded.sets_done,
  reps_done = excluded.reps_done, seconds_done = excluded.seconds_done, pain_during = excluded.pain_during,
  effort = excluded.effort, stopped = excluded.stopped, revision = excluded.revision, counts = excluded.counts
WHERE excluded.occurred_at >= exercise_logs.occurred_at"""


async def save_log(ctx: Context, patient_id: str, log_id: str, entry: LogEntry) -> ExerciseLog:
    """Store the log under the phone's id and return what stands.

    The same log again changes nothing; under one id the answer that was made later stays, whichever arrives last.
    Raises Invalid, LogDayClosed, and NotInPlan for what was never prescribed to this patient.
    """
    before = await ctx.tx.fetch_one(SELECT_LOG, clinic_id=ctx.clinic_id, patient_id=patient_id, id=log_id)
    made_at = believed_time(entry.occurred_at, ctx.now)
    if before is not None and before["stated_at"] == to_ms(entry.occurred_at):
        made_at = from_ms(before["occurred_at"])  # sent again, or edited: it was made when it was made
    check_log(entry, made_at)
    episode_id = await ctx.tx.fetch_value(
        SELECT_PRESCRIBED, clinic_id=ctx.clinic_id, patient_id=patient_id, prescription_id=entry.prescription_id
    )
    program = None if episode_id is None else await find_program(ctx, episode_id)
    if program is None:
        raise NotInPlan(field="prescriptionId")
    prescribed, revision = _prescribed(program, entry.prescription_id, made_at)
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
        counts=_yes_or_no(counts(entry, prescribed.dosage, prescribed.tiny)),
    )
    stored = await ctx.tx.fetch_one(SELECT_LOG, clinic_id=ctx.clinic_id, patient_id=patient_id, id=log_id)
    if stored is None:
        raise LookupError(log_id)
    return _log(stored)


DELETE_LOG = """
DELETE FROM exercise_logs WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def undo_log(ctx: Context, patient_id: str, log_id: str) -> None:
    """Forget a log that the patient made by mistake; one that is not there, or somebody else's, changes nothing."""
    await ctx.tx.execute(DELETE_LOG, clinic_id=ctx.clinic_id, patient_id=patient_id, id=log_id)


def _prescribed(program: Program, prescription_id: str, made_at: datetime) -> tuple[Prescription, int]:
    """The item as it was prescribed then, and the number of the revision in force (0: none).

    A phone that was offline may log an item that the revision in force has dropped: then as it was last prescribed.
    """
    in_force = revision_in_force(program, made_at)
    newest_first = (*([in_force] if in_force is not None else []), *reversed(program.revisions))
    prescribed = next(p for r in newest_first for p in (*r.prescriptions, *r.overlay) if p.id == prescription_id)
    return prescribed, 0 if in_force is None else in_force.number


def _yes_or_no(flag: bool) -> str:
    return "yes" if flag else "no"


def _log(row: Row) -> ExerciseLog:
    return ExerciseLog(
        id=row["id"],
        prescription_id=row["prescription_id"],
        kind=row["kind"],
        slug=row["slug"],
        day=date.fromisoformat(row["day"]),
        occurred_at=from_ms(row["occurred_at"]),
        time_zone=row["time_zone"],
        outcome=row["outcome"],
        skip_reason=row["skip_reason"],
        sets_done=row["sets_done"],
        reps_done=row["reps_done"],
        seconds_done=row["seconds_done"],
        pain_during=row["pain_during"],
        effort=row["effort"],
        stopped=row["stopped"] == "yes",
        revision=row["revision"],
        counts=row["counts"] == "yes",
    )
