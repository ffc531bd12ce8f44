"""The checks of an episode's step, a needling session and an exercise log."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from homeplan.errors import Invalid
from homeplan.library.content import starter
from homeplan.programs.episode import Stage, StageChange, StageNotAllowed
from homeplan.programs.exercise_log import ExerciseLogEntry, LogDayClosed
from homeplan.programs.needling_session import NeedledMuscle, NeedlingEntry, NeedlingScreen, ScreenForbids
from homeplan.programs.records.episodes import STEPS, discharged_at, step
from homeplan.programs.records.logs import believed_time, check_log
from homeplan.programs.records.needling import check_session

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


# Episodes


@pytest.mark.parametrize(
    ("stage", "allowed"),
    [
        (Stage.INVITED, {Stage.ACTIVE, Stage.DISCHARGED}),
        (Stage.ACTIVE, {Stage.GOAL_REACHED, Stage.DISCHARGED}),
        (Stage.GOAL_REACHED, {Stage.ACTIVE, Stage.DISCHARGED}),
        (Stage.DISCHARGED, set()),
    ],
)
def test_an_episode_takes_only_these_steps(stage: Stage, allowed: set[Stage]) -> None:
    changes = [StageChange(stage=stage, at=NOW, by_id="ana")]
    for to in Stage:
        if to in allowed:
            assert step(changes, to, at=NOW, by_id="ana") == StageChange(stage=to, at=NOW, by_id="ana")
        else:
            with pytest.raises(StageNotAllowed):
                step(changes, to, at=NOW, by_id="ana")


def test_every_stage_has_its_steps_and_a_discharge_has_its_time() -> None:
    assert set(STEPS) == set(Stage)
    invited = StageChange(stage=Stage.INVITED, at=NOW, by_id="ana")
    assert discharged_at([invited]) is None
    assert discharged_at([invited, step([invited], Stage.DISCHARGED, at=NOW, by_id="ana")]) == NOW


# Needling sessions


def needling(**changes: Any) -> NeedlingEntry:
    given: dict[str, Any] = {
        "started_at": NOW - timedelta(minutes=30),
        "ended_at": NOW,
        "muscles": (NeedledMuscle(muscle="multifidus", side="left", technique="pistoning"),),
        "screen": NeedlingScreen(decision="go-ahead"),
    }
    return NeedlingEntry(**(given | changes))


def check(entry: NeedlingEntry) -> None:
    check_session(entry, now=NOW, muscles=starter().muscles)


def test_an_ordinary_session_is_accepted() -> None:
    check(needling())
    check(needling(ended_at=NOW + timedelta(hours=1)))
    check(needling(muscles=(), screen=NeedlingScreen(decision="do-not-needle")))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": NOW}, "endedAt"),
        ({"started_at": NOW - timedelta(hours=4, seconds=1)}, "endedAt"),
        ({"ended_at": NOW + timedelta(hours=1, seconds=1)}, "endedAt"),
        (
            {"started_at": NOW - timedelta(days=367), "ended_at": NOW - timedelta(days=367) + timedelta(hours=1)},
            "startedAt",
        ),
        ({"muscles": ()}, "muscles"),
        ({"muscles": (NeedledMuscle(muscle="no-such", side="left", technique="in-situ"),)}, "muscles[0].muscle"),
        ({"muscles": needling().muscles * 2}, "muscles[1]"),
        ({"muscles": (NeedledMuscle(muscle="multifidus", side="middle", technique="in-situ"),)}, "muscles[0].side"),
    ],
)
def test_a_session_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(needling(**changes))
    assert refused.value.field == field


def test_without_needles_no_muscle_is_needled() -> None:
    with pytest.raises(ScreenForbids) as refused:
        check(needling(screen=NeedlingScreen(decision="do-not-needle")))
    assert refused.value.field == "muscles"


def test_the_same_muscle_on_two_sides_or_with_two_techniques_is_accepted() -> None:
    left = NeedledMuscle(muscle="multifidus", side="left", technique="pistoning")
    others = [msgspec.structs.replace(left, side="right"), msgspec.structs.replace(left, technique="electrical")]
    check(needling(muscles=(left, *others)))


# Exercise logs


def entry(**changes: Any) -> ExerciseLogEntry:
    given: dict[str, Any] = {
        "prescription_id": "rx",
        "day": date(2026, 3, 2),
        "occurred_at": NOW,
        "time_zone": "America/Denver",
        "outcome": "completed",
    }
    return ExerciseLogEntry(**(given | changes))


def checked(log: ExerciseLogEntry, now: datetime = NOW) -> None:
    check_log(log, believed_time(log.occurred_at, now))


@pytest.mark.parametrize("back", [0, 1, 2])
def test_a_log_belongs_to_its_day_or_the_two_before(back: int) -> None:
    checked(entry(day=date(2026, 3, 2) - timedelta(days=back)))


@pytest.mark.parametrize("day", [date(2026, 2, 26), date(2026, 3, 4), date(1, 1, 1), date(9999, 12, 31)])
def test_a_log_of_another_day_is_refused(day: date) -> None:
    with pytest.raises(LogDayClosed):
        checked(entry(day=day))


def test_a_log_may_arrive_weeks_after_it_was_made() -> None:
    checked(entry(), now=NOW + timedelta(days=80))
    with pytest.raises(LogDayClosed):
        checked(entry(), now=NOW + timedelta(days=91))


def test_a_time_at_the_edge_of_the_calendar_is_refused_like_any_other() -> None:
    for edge in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        with pytest.raises(LogDayClosed):
            checked(entry(occurred_at=datetime.fromisoformat(edge), day=date(1, 1, 1)))


def test_a_log_from_a_clock_that_runs_ahead_counts_as_made_now() -> None:
    assert believed_time(NOW + timedelta(days=400), NOW) == NOW
    assert believed_time(NOW + timedelta(minutes=9), NOW) == NOW + timedelta(minutes=9)
    with pytest.raises(LogDayClosed):
        checked(entry(occurred_at=NOW + timedelta(days=400), day=date(2027, 4, 6)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"skip_reason": "time"}, "skipReason"),
        ({"stopped": True}, "stopped"),
        ({"outcome": "skipped", "sets_done": 1}, "setsDone"),
        ({"outcome": "skipped", "reps_done": 1}, "repsDone"),
        ({"outcome": "skipped", "seconds_done": 1}, "secondsDone"),
    ],
)
def test_answers_that_contradict_each_other_are_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(entry(**changes))
    assert refused.value.field == field


def test_a_log_with_an_unknown_time_zone_is_accepted() -> None:
    checked(entry(time_zone="Etc/Unknown"))


def test_a_skip_with_zeros_and_a_reason_is_accepted() -> None:
    checked(entry(outcome="skipped", skip_reason="pain", sets_done=0, stopped=True))
