"""Routes of check-ins, safety answers and the exercise pause, for the patient's phone and the chart."""

from datetime import date

from homeplan.alerts.model import FollowUp
from homeplan.alerts.reading import read_follow_up
from homeplan.checkins import actions
from homeplan.checkins.after_needling import enter_event, keep_signs_of_refused, record_after_needling
from homeplan.checkins.kept_lists import encoded_check_ins
from homeplan.checkins.model import (
    AnsweredByAnother,
    CheckIn,
    CheckInByStaff,
    CheckInEntry,
    ExercisePause,
    LiftEntry,
    OpenWarning,
    RecentNeedling,
    SafetyAnswer,
    SafetyAnswerEntry,
)
from homeplan.checkins.store import exercise_paused, safety_answers
from homeplan.checkins.warnings import read_needling, read_warning
from homeplan.context import Context
from homeplan.errors import Invalid, SentBefore
from homeplan.http.access import Helping
from homeplan.http.answers import Pieces
from homeplan.http.day_range import DayFrom, DayTo, day_range
from homeplan.http.routes import chart, me
from homeplan.outcomes.model import AdverseEvent, AdverseEventByStaff, AfterNeedlingAnswer, AfterNeedlingEntry
from homeplan.values import Value


@me.put("checkins/{day}", audit="checkin.save", refused=actions.keep_warning_of_refused, helper=Helping.ALWAYS)
async def save_check_in(ctx: Context, day: date, data: CheckInEntry) -> CheckIn | Invalid | AnsweredByAnother:
    """Save the answers of a local day and return what is stored; sending them again changes nothing.

    A later answer (by `answeredAt`) replaces an earlier one. The day must have been open when the answers were given:
    today or one of the two days before. `safetyLevel` says which action the patient must be shown. Warning signs are
    stored, raise their alert and pause exercises even when the check-in is refused. A helper's answers do not
    replace what the patient or staff answered, and nothing is returned of it.
    """
    return await actions.record_on_phone(ctx, day, data)


@me.get("checkins", helper=Helping.HISTORY)
async def list_my_check_ins(ctx: Context, first: DayFrom = None, last: DayTo = None) -> Pieces[list[CheckIn]]:
    """My own check-ins by day; without a range, those of the last 90 days."""
    return await encoded_check_ins(ctx, ctx.own_patient_id, *day_range(first, last, ctx.now))


@chart.post("checkins", audit="checkin.enter", refused=actions.keep_warning_of_refused)
async def enter_check_in(ctx: Context, patient_id: str, data: CheckInByStaff) -> CheckIn | Invalid | SentBefore:
    """Enter a check-in for a patient who telephones; it is marked with who entered it.

    The usual rules hold: which days are open, later answers, alerts and pauses. Warning signs count even if the body is
    refused.
    """
    ctx.object_id = data.client_event_id
    return await actions.enter_checkin(ctx, patient_id, data)


@chart.get("checkins", audit="checkin.read")
async def list_check_ins_of_patient(
    ctx: Context, patient_id: str, first: DayFrom = None, last: DayTo = None
) -> Pieces[list[CheckIn]]:
    """The patient's check-ins by day; without a range, those of the last 90 days."""
    return await encoded_check_ins(ctx, patient_id, *day_range(first, last, ctx.now))


@me.post("safety-answers", audit="safety-answer.save", refused=actions.keep_warning_of_refused, helper=Helping.ALWAYS)
async def save_safety_answer(ctx: Context, data: SafetyAnswerEntry) -> SafetyAnswer | SentBefore:
    """Save an answer to the safety screen outside a check-in; sending it again changes nothing.

    No item is refused: one that is not known counts as urgent. Warning signs count even if the body is refused.
    """
    ctx.object_id = data.id
    return await actions.record_safety_on_phone(ctx, data)


@me.post("after-needling", audit="after-needling.save", refused=keep_signs_of_refused)
async def save_after_needling(ctx: Context, data: AfterNeedlingEntry) -> AfterNeedlingAnswer | Invalid | SentBefore:
    """Save my answer to a prompt after needling; sending it again changes nothing.

    A moderate or severe event raises an alert. Warning signs go to `/api/me/safety-answers`, before this. Shortness of
    breath or numbness without an answer to the safety screen in the hour before counts as a warning sign, even if the
    body is refused.
    """
    ctx.object_id = data.id
    return await record_after_needling(ctx, ctx.actor.id, data)


@chart.post("adverse-events", audit="adverse-event.enter", refused=keep_signs_of_refused)
async def enter_adverse_event(
    ctx: Context, patient_id: str, data: AdverseEventByStaff
) -> AdverseEvent | Invalid | SentBefore:
    """Enter an event that the patient told me; it is marked with who entered it. Sending it again changes nothing.

    A moderate or severe event raises the same alert as one that the patient reports. Shortness of breath or numbness
    counts as a warning sign, even if the body is refused, unless `endedAt` says that it is over or staff entered an
    answer to the safety screen in the hour before.
    """
    ctx.object_id = data.id
    return await enter_event(ctx, patient_id, data)


@chart.post("safety-answers", audit="safety-answer.enter", refused=actions.keep_warning_of_refused)
async def enter_safety_answer(ctx: Context, patient_id: str, data: SafetyAnswerEntry) -> SafetyAnswer | SentBefore:
    """Enter a warning sign for a patient who telephones; it is marked with who entered it.

    Warning signs count even if the body is refused.
    """
    ctx.object_id = data.id
    return await actions.enter_safety_answer(ctx, patient_id, data)


@chart.get("safety-answers", audit="safety-answer.read")
async def list_safety_answers_of_patient(ctx: Context, patient_id: str) -> list[SafetyAnswer]:
    """The patient's answers to the safety screen outside check-ins, the newest first; at most 200."""
    return await safety_answers(ctx, patient_id)


class PauseState(Value, frozen=True, kw_only=True):
    """Whether the patient may exercise, and the warning signs that nobody of the clinic has acknowledged."""

    pause: ExercisePause | None
    """The current pause; None when there is none."""
    warning: OpenWarning | None
    """None when every warning sign has been acknowledged."""
    needling: RecentNeedling | None
    """The latest session with needles of the last seven days."""
    follow_up: FollowUp | None
    """The latest step of the clinic about the latest warning sign; None when nobody did anything yet."""


@me.get("exercise-pause", helper=Helping.ALWAYS)
async def read_my_exercise_pause(ctx: Context) -> PauseState:
    """Whether my exercises are paused after a worrying answer, and what is open of it."""
    return await _pause_state(ctx, ctx.own_patient_id)


@chart.get("exercise-pause", audit="exercise-pause.read")
async def read_exercise_pause(ctx: Context, patient_id: str) -> PauseState:
    """Whether the patient's exercises are paused after a worrying answer, and what is open of it."""
    return await _pause_state(ctx, patient_id)


@chart.post("exercise-pause/lift", audit="exercise-pause.lift", status=200)
async def lift_exercise_pause(ctx: Context, patient_id: str, data: LiftEntry) -> PauseState:
    """Let the patient exercise again: who spoke with whom, when, and with what advice.

    The warning sign must have been acknowledged. The conversation enters the log of contacts.
    """
    ctx.object_id = data.id
    await actions.lift_pause(ctx, patient_id, data)
    return await _pause_state(ctx, patient_id)


routes = [
    save_check_in,
    enter_check_in,
    list_my_check_ins,
    list_check_ins_of_patient,
    save_safety_answer,
    save_after_needling,
    enter_adverse_event,
    enter_safety_answer,
    list_safety_answers_of_patient,
    read_my_exercise_pause,
    read_exercise_pause,
    lift_exercise_pause,
]


async def _pause_state(ctx: Context, patient_id: str) -> PauseState:
    return PauseState(
        pause=await exercise_paused(ctx, patient_id),
        warning=await read_warning(ctx, patient_id),
        needling=await read_needling(ctx, patient_id),
        follow_up=await read_follow_up(ctx, patient_id),
    )
