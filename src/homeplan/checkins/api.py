"""Check-ins and safety answers, of the patient's phone and for the chart."""

from datetime import date, timedelta
from typing import Annotated

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
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
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.errors import Invalid
from homeplan.http.access import Access
from homeplan.programs.store import needling_ends
from homeplan.values import Value

LONGEST_RANGE = timedelta(days=400)
USUAL_RANGE = timedelta(days=90)

DayFrom = Annotated[str | None, QueryParameter(name="from", description="First day, 2026-03-02.")]
DayTo = Annotated[str | None, QueryParameter(name="to", description="Last day, 2026-03-02.")]


@put("/api/me/checkins/{day:str}", access=Access.PATIENT, operation_id="saveCheckIn", audit="checkin.save")
async def put_checkin(
    day: FromPath[str],
    data: JSONBody[CheckInEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> CheckIn:
    """Save the answers of a local day; sending them again changes nothing. Answers with what is stored.

    Of two answers the later one (`answeredAt`) stays. The day must have been open when the answers were given: that
    day and the two before it. `safetyLevel` says which action the patient must be shown.
    """
    now, local_day = clock.now(), parse_day(day)

    async def work(tx: Tx) -> CheckIn:
        saved = await record_checkin(
            tx, now, clinic_id=who.clinic_id, patient_id=who.actor_id, day=local_day, entry=data
        )
        await record(tx, who, now, action="checkin.save", object_id=str(local_day), patient_id=who.actor_id)
        return saved

    return await db.write(work)


@get("/api/me/checkins", access=Access.PATIENT, operation_id="listMyCheckIns", audit="checkin.read")
async def get_my_checkins(
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    first: DayFrom = None,
    last: DayTo = None,
) -> list[CheckIn]:
    """My own check-ins by day; without a range those of the last 90 days."""
    return await _list(db, clock, who, who.actor_id, first, last)


@get(
    "/api/patients/{patient_id:str}/checkins",
    access=Access.CHART,
    operation_id="listCheckInsOfPatient",
    audit="checkin.read",
)
async def get_checkins_of_patient(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    first: DayFrom = None,
    last: DayTo = None,
) -> list[CheckIn]:
    """The patient's check-ins by day; without a range those of the last 90 days."""
    return await _list(db, clock, who, patient_id, first, last)


@post(
    "/api/me/safety-answers",
    access=Access.PATIENT,
    operation_id="saveSafetyAnswer",
    status_code=201,
    audit="safety-answer.save",
)
async def post_safety_answer(
    data: JSONBody[SafetyAnswerEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> SafetyAnswer:
    """Save an answer to the safety screen outside a check-in; sending it again changes nothing."""
    now = clock.now()

    async def work(tx: Tx) -> SafetyAnswer:
        saved = await record_safety_answer(tx, now, clinic_id=who.clinic_id, patient_id=who.actor_id, entry=data)
        await record(tx, who, now, action="safety-answer.save", object_id=data.id, patient_id=who.actor_id)
        return saved

    return await db.write(work)


@get(
    "/api/patients/{patient_id:str}/safety-answers",
    access=Access.CHART,
    operation_id="listSafetyAnswersOfPatient",
    audit="safety-answer.read",
)
async def get_safety_answers(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> list[SafetyAnswer]:
    """The patient's answers to the safety screen outside check-ins, the newest first; at most 200."""
    now = clock.now()

    async def work(tx: Tx) -> list[SafetyAnswer]:
        found = await safety_answers(tx, clinic_id=who.clinic_id, patient_id=patient_id)
        await record(tx, who, now, action="safety-answer.read", patient_id=patient_id)
        return found

    return await db.write(work)


class PauseState(Value, frozen=True, kw_only=True):
    """Whether the patient may exercise."""

    pause: ExercisePause | None
    """The pause that holds now; None when there is none."""


@get(
    "/api/me/exercise-pause",
    access=Access.PATIENT,
    operation_id="readMyExercisePause",
    audit="exercise-pause.read",
)
async def get_my_pause(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> PauseState:
    """Whether my exercises are paused after a worrying answer."""
    return await _pause_state(db, clock, who, who.actor_id)


@get(
    "/api/patients/{patient_id:str}/exercise-pause",
    access=Access.CHART,
    operation_id="readExercisePause",
    audit="exercise-pause.read",
)
async def get_pause(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> PauseState:
    """Whether the patient's exercises are paused after a worrying answer."""
    return await _pause_state(db, clock, who, patient_id)


@delete(
    "/api/patients/{patient_id:str}/exercise-pause",
    access=Access.CHART,
    operation_id="liftExercisePause",
    audit="exercise-pause.lift",
)
async def delete_pause(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Let the patient exercise again, after somebody has spoken with them."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await lift_pause(tx, who, now, patient_id=patient_id)
        await record(tx, who, now, action="exercise-pause.lift", patient_id=patient_id)

    await db.write(work)


routes = [
    put_checkin,
    get_my_checkins,
    get_checkins_of_patient,
    post_safety_answer,
    get_safety_answers,
    get_my_pause,
    get_pause,
    delete_pause,
]


async def _list(
    db: Database, clock: Clock, who: Scope, patient_id: str, first: str | None, last: str | None
) -> list[CheckIn]:
    now = clock.now()
    tomorrow = now.date() + timedelta(days=1)  # somewhere on earth it may be today
    until = tomorrow if last is None else parse_day(last, field="to")
    since = _before(until, USUAL_RANGE) if first is None else parse_day(first, field="from")
    if not timedelta(0) <= until - since <= LONGEST_RANGE:
        raise Invalid("A range goes from a day to the same or a later one, at most 400 days.", field="to")

    async def work(tx: Tx) -> list[CheckIn]:
        found = await checkins_between(tx, clinic_id=who.clinic_id, patient_id=patient_id, first=since, last=until)
        ends = await needling_ends(tx, who.clinic_id, patient_id)
        await record(tx, who, now, action="checkin.read", patient_id=patient_id)
        home = await home_zone(tx, who.clinic_id, patient_id)
        return [check_in(one, ends, home) for one in found]

    return await db.write(work)


async def _pause_state(db: Database, clock: Clock, who: Scope, patient_id: str) -> PauseState:
    now = clock.now()

    async def work(tx: Tx) -> PauseState:
        pause = await exercise_paused(tx, who.clinic_id, patient_id)
        await record(tx, who, now, action="exercise-pause.read", patient_id=patient_id)
        return PauseState(pause=pause)

    return await db.write(work)


def _before(day: date, span: timedelta) -> date:
    return day - span if day - date.min >= span else date.min
