"""A patient's exercise logs: the phone saves and undoes them, the chart lists them."""

import re
from datetime import date, timedelta
from typing import Annotated

from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.http.routes import chart, me
from homeplan.http.seam import Query
from homeplan.programs import store
from homeplan.programs.actions import exercise_logs as actions
from homeplan.programs.model import ExerciseLog, ExerciseLogEntry

USUAL_RANGE = timedelta(days=90)
LONGEST_RANGE = timedelta(days=400)

_LOG_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

DayFrom = Annotated[date | None, Query(name="from", description="First day, 2026-03-02.")]
DayTo = Annotated[date | None, Query(name="to", description="Last day, 2026-03-02.")]


@me.put("exercise-logs/{log_id}", audit="log.save")
async def save_exercise_log(ctx: Context, log_id: str, data: ExerciseLogEntry) -> ExerciseLog:
    """Save what I did under an id that my phone made; sending it again changes nothing. Answers with what is stored.

    A later answer (by `occurredAt`) under the same id replaces an earlier one.
    """
    _check_id(log_id)
    return await actions.save_log(ctx, ctx.actor.id, log_id, data)


@me.delete("exercise-logs/{log_id}", audit="log.undo")
async def undo_exercise_log(ctx: Context, log_id: str) -> None:
    """Take back what I noted by mistake. Asking again, or for a log that never arrived, changes nothing."""
    _check_id(log_id)
    await actions.undo_log(ctx, ctx.actor.id, log_id)


@chart.get("exercise-logs", audit="log.list")
async def list_exercise_logs(
    ctx: Context, patient_id: str, first: DayFrom = None, last: DayTo = None
) -> list[ExerciseLog]:
    """The patient's logs by local day, both ends included; without a range those of the last 90 days."""
    last = last or ctx.now.date() + timedelta(days=1)
    first = first or date.fromordinal(max(1, last.toordinal() - USUAL_RANGE.days))
    if not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise Invalid(f"A range of at most {LONGEST_RANGE.days} days, the first day first.", field="from")
    since, until = first, last
    return await store.logs_between(ctx, patient_id, since, until)


routes = [save_exercise_log, undo_exercise_log, list_exercise_logs]


def _check_id(log_id: str) -> None:
    if _LOG_ID.fullmatch(log_id) is None:
        raise Invalid("A log's id has 1 to 64 letters, digits, - or _.", field="logId")
