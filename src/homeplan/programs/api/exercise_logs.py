"""A patient's exercise logs: the phone saves and undoes them, the chart lists them."""

from homeplan.context import Context
from homeplan.http.access import Helping
from homeplan.http.day_range import DayFrom, DayTo, day_range
from homeplan.http.routes import chart, me
from homeplan.programs import store
from homeplan.programs.actions import exercise_logs as actions
from homeplan.programs.exercise_log import ExerciseLog, ExerciseLogEntry
from homeplan.values import Id


@me.put("exercise-logs/{log_id}", audit="log.save", helper=Helping.ALWAYS)
async def save_exercise_log(ctx: Context, log_id: Id, data: ExerciseLogEntry) -> ExerciseLog:
    """Save what I did under an id that my phone made; sending it again changes nothing. Answers with what is stored.

    A later answer (by `occurredAt`) under the same id replaces an earlier one. A helper changes only what they noted.
    """
    return await actions.save_log(ctx, ctx.own_patient_id, log_id, data)


@me.delete("exercise-logs/{log_id}", audit="log.undo", helper=Helping.ALWAYS)
async def undo_exercise_log(ctx: Context, log_id: Id) -> None:
    """Take back what I noted by mistake. Asking again, or for a log that never arrived, changes nothing.

    A helper takes back only what they noted themselves; anything else is Forbidden.
    """
    await actions.undo_log(ctx, ctx.own_patient_id, log_id)


@chart.get("exercise-logs", audit="log.list")
async def list_exercise_logs(
    ctx: Context, patient_id: str, first: DayFrom = None, last: DayTo = None
) -> list[ExerciseLog]:
    """The patient's logs by local day, both ends included; without a range those of the last 90 days."""
    since, until = day_range(first, last, ctx.now)
    return await store.logs_between(ctx, patient_id, since, until)


routes = [save_exercise_log, undo_exercise_log, list_exercise_logs]
