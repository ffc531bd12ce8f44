"""Saves and undoes a patient's exercise logs."""

from homeplan.accounts.helpers.actions import helper_entering
from homeplan.accounts.model import EnteredBy
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.errors import Forbidden
from homeplan.programs import store
from homeplan.programs.exercise_log import ExerciseLog, ExerciseLogEntry, NotInPlan
from homeplan.programs.records.logs import believed_time, check_log, prescription_at
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.dosage import counts


async def save_log(ctx: Context, patient_id: str, log_id: str, entry: ExerciseLogEntry) -> ExerciseLog:
    """Store the log under the id that the phone made, and return what is stored.

    The same log again changes nothing. A later answer under the same id replaces an earlier one, also when the earlier
    one arrives last. Raises Invalid, LogDayClosed, Forbidden for a helper
    and a log that somebody else made, and NotInPlan for an item never prescribed to this patient.
    """
    helper = await helper_entering(ctx)
    before = await store.find_log(ctx, patient_id, log_id)
    _require_own(before, helper)
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
        entered_by=helper,
    )
    stored = await store.find_log(ctx, patient_id, log_id)
    if stored is None:
        raise LookupError(log_id)
    return stored.log


async def undo_log(ctx: Context, patient_id: str, log_id: str) -> None:
    """Delete a log made by mistake. One that is not there, or is another patient's, changes nothing.

    Raises Forbidden for a helper and a log that somebody else made.
    """
    helper = await helper_entering(ctx)
    if helper is not None:
        _require_own(await store.find_log(ctx, patient_id, log_id), helper)
    await store.delete_log(ctx, patient_id, log_id)


def _require_own(log: store.StoredLog | None, helper: EnteredBy | None) -> None:
    """Raise Forbidden when a helper wants to change a log that somebody else made."""
    if helper is None or log is None:
        return
    if log.log.entered_by is None or log.log.entered_by.id != helper.id:
        raise Forbidden
