"""Saves and undoes a patient's exercise logs."""

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.programs import store
from homeplan.programs.exercise_log import ExerciseLog, ExerciseLogEntry, NotInPlan
from homeplan.programs.records.logs import believed_time, check_log, prescription_at
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.dosage import counts


async def save_log(ctx: Context, patient_id: str, log_id: str, entry: ExerciseLogEntry) -> ExerciseLog:
    """Store the log under the id that the phone made, and return what is stored.

    The same log again changes nothing. A later answer under the same id replaces an earlier one, also when the earlier
    one arrives last. Raises Invalid, LogDayClosed, and NotInPlan for an item never prescribed to this patient.
    """
    before = await store.find_log(ctx, patient_id, log_id)
    made_at = believed_time(entry.occurred_at, ctx.now)
    if before is not None and before.stated_ms == to_ms(entry.occurred_at):
        made_at = before.log.occurred_at  # sent again, or edited: it was made when it was made first
    check_log(entry, made_at)
    program = await store.find_program_of_prescription(ctx, patient_id, entry.prescription_id)
    if program is None:
        raise NotInPlan(field="prescriptionId")
    in_force = revision_in_force(program, made_at)
    prescribed = prescription_at(program, entry.prescription_id, made_at)
    await store.upsert_log(
        ctx,
        patient_id,
        log_id,
        entry,
        made_at=made_at,
        revision=0 if in_force is None else in_force.number,
        counts=counts(entry, prescribed.dosage, prescribed.tiny),
    )
    stored = await store.find_log(ctx, patient_id, log_id)
    if stored is None:
        raise LookupError(log_id)
    return stored.log


async def undo_log(ctx: Context, patient_id: str, log_id: str) -> None:
    """Delete a log made by mistake. One that is not there, or is another patient's, changes nothing."""
    await store.delete_log(ctx, patient_id, log_id)
