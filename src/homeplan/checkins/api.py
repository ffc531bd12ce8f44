"""Check-ins and safety answers, of the patient's phone and for the chart."""

from datetime import date, timedelta
from typing import Annotated

from homeplan.accounts.store import home_zone
from homeplan.checkins.model import (
    CheckIn,
    CheckInEntry,
    ExercisePause,
    SafetyAnswer,
    SafetyAnswerEntry,
)
from homeplan.checkins.reading import check_in
from homeplan.checkins.recording import record_checkin, record_safety_answer
from homeplan.checkins.rules import parse_day
from homeplan.checkins.store import checkins_between, exercise_paused, lift_pause, safety_answers
from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.http.routes import chart, me
from homeplan.http.seam import Query
from homeplan.programs.store import needling_ends
from homeplan.values import Value

LONGEST_RANGE = timedelta(days=400)
USUAL_RANGE = timedelta(days=90)

DayFrom = Annotated[str | None, Query(name="from", description="First day, 2026-03-02.")]
DayTo = Annotated[str | None, Query(name="to", description="Last day, 2026-03-02.")]


@me.put("checkins/{day}", audit="checkin.save")
async def save_check_in(ctx: Context, day: str, data: CheckInEntry) -> CheckIn:
    """Save the answers of a local day; sending them again changes nothing. Answers with what is stored.

    Of two answers the later one (`answeredAt`) stays. The day must have been open when the answers were given: that
    day and the two before it. `safetyLevel` says which action the patient must be shown.
    """
    return await record_checkin(ctx, patient_id=ctx.actor.id, day=parse_day(day), entry=data)


@me.get("checkins", audit="checkin.read")
async def list_my_check_ins(ctx: Context, first: DayFrom = None, last: DayTo = None) -> list[CheckIn]:
    """My own check-ins by day; without a range those of the last 90 days."""
    return await _list(ctx, ctx.actor.id, first, last)


@chart.get("checkins", audit="checkin.read")
async def list_check_ins_of_patient(
    ctx: Context, patient_id: str, first: DayFrom = None, last: DayTo = None
) -> list[CheckIn]:
    """The patient's check-ins by day; without a range those of the last 90 days."""
    return await _list(ctx, patient_id, first, last)


@me.post("safety-answers", audit="safety-answer.save")
async def save_safety_answer(ctx: Context, data: SafetyAnswerEntry) -> SafetyAnswer:
    """Save an answer to the safety screen outside a check-in; sending it again changes nothing."""
    ctx.object_id = data.id
    return await record_safety_answer(ctx, patient_id=ctx.actor.id, entry=data)


@chart.get("safety-answers", audit="safety-answer.read")
async def list_safety_answers_of_patient(ctx: Context, patient_id: str) -> list[SafetyAnswer]:
    """The patient's answers to the safety screen outside check-ins, the newest first; at most 200."""
    return await safety_answers(ctx, patient_id=patient_id)


class PauseState(Value, frozen=True, kw_only=True):
    """Whether the patient may exercise."""

    pause: ExercisePause | None
    """The pause that holds now; None when there is none."""


@me.get("exercise-pause", audit="exercise-pause.read")
async def read_my_exercise_pause(ctx: Context) -> PauseState:
    """Whether my exercises are paused after a worrying answer."""
    return await _pause_state(ctx, ctx.actor.id)


@chart.get("exercise-pause", audit="exercise-pause.read")
async def read_exercise_pause(ctx: Context, patient_id: str) -> PauseState:
    """Whether the patient's exercises are paused after a worrying answer."""
    return await _pause_state(ctx, patient_id)


@chart.delete("exercise-pause", audit="exercise-pause.lift")
async def lift_exercise_pause(ctx: Context, patient_id: str) -> None:
    """Let the patient exercise again, after somebody has spoken with them."""
    await lift_pause(ctx, patient_id=patient_id)


routes = [
    save_check_in,
    list_my_check_ins,
    list_check_ins_of_patient,
    save_safety_answer,
    list_safety_answers_of_patient,
    read_my_exercise_pause,
    read_exercise_pause,
    lift_exercise_pause,
]


async def _list(ctx: Context, patient_id: str, first: str | None, last: str | None) -> list[CheckIn]:
    tomorrow = ctx.now.date() + timedelta(days=1)  # somewhere on earth it may be today
    until = tomorrow if last is None else parse_day(last, field="to")
    since = _before(until, USUAL_RANGE) if first is None else parse_day(first, field="from")
    if not timedelta(0) <= until - since <= LONGEST_RANGE:
        raise Invalid("A range goes from a day to the same or a later one, at most 400 days.", field="to")
    found = await checkins_between(ctx, patient_id=patient_id, first=since, last=until)
    ends = await needling_ends(ctx, patient_id)
    home = await home_zone(ctx, patient_id)
    return [check_in(one, ends, home) for one in found]


async def _pause_state(ctx: Context, patient_id: str) -> PauseState:
    return PauseState(pause=await exercise_paused(ctx, patient_id))


def _before(day: date, span: timedelta) -> date:
    return day - span if day - date.min >= span else date.min
