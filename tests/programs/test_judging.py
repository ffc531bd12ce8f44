"""The due items of a past day: one list per day, by the revision then in force."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from homeplan.library.content import starter
from homeplan.library.dosage import Dosage
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.model import Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.model import JudgedDay
from tests.programs.build import DENVER, NEEDLED, exercise, log, program, revision, session

MONDAY = date(2026, 3, 2)


def judged(
    plan: Program | None,
    day: int,
    logs: list[ExerciseLog] | None = None,
    sessions: list[NeedlingSession] | None = None,
) -> JudgedDay:
    """The local day `day` days after the Monday of the first needling."""
    return due_on_day(
        plan,
        [session()] if sessions is None else sessions,
        logs or [],
        MONDAY + timedelta(days=day),
        DENVER,
        rules=starter().plan_rules,
    )


def test_a_day_lists_its_due_items_and_counts_what_was_done() -> None:
    plan = program(revision(exercise("walk", dosage=Dosage(sets=1, reps=5, times_per_day=2)), exercise("bridge")))
    tuesday = MONDAY + timedelta(days=1)
    found = judged(plan, 1, [log("walk", tuesday), log("bridge", MONDAY)])
    assert [(due.slug, due.times, due.done) for due in found.due] == [("walk", 2, 1), ("bridge", 1, 0)]


def test_doing_more_than_was_due_counts_as_all_done() -> None:
    plan = program(revision(exercise("walk")))
    tuesday = MONDAY + timedelta(days=1)
    found = judged(plan, 1, [log("walk", tuesday), log("walk", tuesday, id="again")])
    assert found.due[0].done == 1


def test_a_past_day_is_judged_by_the_revision_then_in_force() -> None:
    plan = program(
        revision(exercise("old")),
        revision(exercise("new"), number=2, effective_from=NEEDLED + timedelta(days=5)),
    )
    assert [(judged(plan, d).revision, judged(plan, d).due[0].slug) for d in (4, 6)] == [(1, "old"), (2, "new")]


def test_a_day_whose_list_changes_is_judged_by_the_list_of_most_waking_hours() -> None:
    at_noon = revision(exercise("new"), number=2, effective_from=NEEDLED + timedelta(days=5, hours=3))
    at_night = revision(exercise("new"), number=2, effective_from=NEEDLED + timedelta(days=5, hours=10))
    assert judged(program(revision(exercise("old")), at_noon), 5).due[0].slug == "new"
    assert judged(program(revision(exercise("old")), at_night), 5).due[0].slug == "old"


def test_a_day_whose_phase_ends_in_the_morning_is_of_that_phase() -> None:
    assert [judged(program(revision(exercise("walk"))), day).phase for day in (2, 3, 4)] == ["p1", "p2", "p3"]


def test_the_earlier_list_counts_when_both_last_equally_long() -> None:
    at_two = revision(exercise("new"), number=2, effective_from=NEEDLED + timedelta(days=5, hours=5))
    assert judged(program(revision(exercise("old")), at_two), 5).due[0].slug == "old"


def test_a_plan_published_in_the_evening_has_nothing_due_on_that_day() -> None:
    plan = program(revision(exercise("walk"), effective_from=NEEDLED + timedelta(hours=11)))
    assert judged(plan, 0).due == ()
    assert [due.slug for due in judged(plan, 1).due] == ["walk"]


def test_held_items_are_not_due() -> None:
    plan = program(
        revision(exercise("bird-dog", load_type="strengthens", primary_muscles=("multifidus",)), exercise("walk"))
    )
    assert [due.slug for due in judged(plan, 1).due] == ["walk"]
    assert [due.slug for due in judged(plan, 3).due] == ["bird-dog", "walk"]


def test_what_a_sore_day_leaves_to_the_patient_is_not_due() -> None:
    plan = program(revision(*(exercise(slug) for slug in ("bridge", "clam", "cat", "bird-dog"))))
    assert [len(judged(plan, day, sessions=[session()]).due) for day in (1, 2, 4)] == [3, 3, 4]


def test_nothing_is_due_without_a_program_or_after_the_discharge() -> None:
    assert judged(None, 1).due == ()
    gone = program(revision(exercise("walk")), ended_at=NEEDLED + timedelta(days=3))
    assert (len(judged(gone, 2).due), judged(gone, 4).due) == (1, ())


def test_nothing_is_due_on_a_local_day_that_a_zone_skipped() -> None:
    plan = program(revision(exercise("walk"), effective_from=NEEDLED - timedelta(days=9000)))
    assert due_on_day(plan, [], [], date(2011, 12, 30), ZoneInfo("Pacific/Apia"), rules=starter().plan_rules).due == ()


def test_an_item_is_due_once_on_both_dst_days() -> None:
    plan = program(revision(exercise("walk")))
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        assert [
            due.times for due in due_on_day(plan, [session()], [], day, DENVER, rules=starter().plan_rules).due
        ] == [1]
