"""The list at an instant: phases, revisions, weekdays, topics, and the items done."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from homeplan.library.dosage import Dosage
from homeplan.programs.timeline.model import TodayReason
from homeplan.programs.timeline.segments import progress_of
from tests.programs.build import (
    NEEDLED,
    activity,
    codes,
    exercise,
    hours,
    log,
    on,
    program,
    revision,
    session,
    slugs,
    topic,
)

MONDAY = date(2026, 3, 2)
PROGRESS = json.loads(Path(__file__).parents[1].joinpath("vectors", "progress.json").read_text("utf-8"))["cases"]


# The plan clock


def test_a_phase_begins_on_its_hour_and_ends_before_the_next() -> None:
    plan = program(revision(exercise("early", phases=("p3",)), exercise("late", phases=("p4",))))
    assert slugs(on(plan, 503.999)) == ["early"]
    assert slugs(on(plan, 504)) == ["late"]
    assert on(plan, 503.999).phase == "p3"
    assert on(plan, 504).phase == "p4"


def test_the_last_phase_has_no_end() -> None:
    assert slugs(on(program(revision(exercise("walk", phases=("p5",)))), 20_000)) == ["walk"]


def test_a_later_session_does_not_reset_the_plan_clock() -> None:
    plan = program(revision(exercise("late", phases=("p4",))))
    again = session(NEEDLED + hours(500), id="second")
    today = on(plan, 505, [session(), again])
    assert today.phase == "p4"
    assert today.hours_since_needling == 5


def test_without_a_session_there_is_nothing_to_recover_from_and_the_plan_starts_in_p3() -> None:
    plan = program(revision(exercise("early")), anchor_session_id=None)
    today = on(plan, 1, sessions=[])
    assert (today.phase, today.hours_since_needling, today.aftercare_phase) == ("p3", None, None)
    assert on(plan, 1 + 431.9, sessions=[]).phase == "p3"
    assert on(plan, 1 + 432, sessions=[]).phase == "p4"


def test_a_first_session_after_publishing_does_not_move_the_plan_clock() -> None:
    plan = program(revision(exercise("any")), anchor_session_id=None)
    assert on(plan, 101, [session(NEEDLED + hours(100))]).phase == "p3"


def test_amending_the_end_of_the_anchor_session_moves_both_clocks() -> None:
    plan = program(revision(exercise("any")))
    corrected = session(NEEDLED - hours(24))
    assert on(plan, 50).phase == "p2"
    assert on(plan, 50, [corrected]).phase == "p3"
    assert on(plan, 50, [corrected]).hours_since_needling == 74


def test_an_anchor_session_entered_by_mistake_leaves_a_plan_that_starts_in_p3() -> None:
    plan = program(revision(exercise("any")))
    assert on(plan, 24.5, sessions=[]).phase == "p3"


def test_a_session_without_needles_starts_no_clock() -> None:
    called_off = session(NEEDLED + hours(200), id="second", muscles=())
    assert on(program(revision(exercise("any"))), 201, [session(), called_off]).hours_since_needling == 201


def test_a_session_that_has_not_ended_yet_starts_no_clock() -> None:
    plan = program(revision(exercise("bridge", load_type="strengthens", primary_muscles=("gluteus-maximus",))))
    ahead = session(NEEDLED + hours(200), id="second", muscles=["gluteus-maximus"])
    assert not on(plan, 199.9, [session(), ahead]).items[0].held
    assert on(plan, 200, [session(), ahead]).items[0].held


# Revisions


def test_before_its_first_revision_is_effective_a_program_shows_only_when_it_starts() -> None:
    today = on(program(revision(exercise("walk"))), 0.5)
    assert today.items == ()
    assert today.reasons == (TodayReason(code="not-started", until=NEEDLED + hours(1)),)
    assert today.aftercare_phase == "p0"


def test_without_a_program_there_is_aftercare_and_a_reason() -> None:
    today = on(None, 30)
    assert (today.items, codes(today), today.aftercare_phase) == ((), ["no-program"], "p1")


def test_a_revision_takes_over_at_the_instant_it_is_effective() -> None:
    first, second = revision(exercise("old")), revision(exercise("new"), number=2, effective_from=NEEDLED + hours(100))
    plan = program(first, second)
    assert (slugs(on(plan, 99.999)), on(plan, 99.999).revision) == (["old"], 1)
    assert (slugs(on(plan, 100)), on(plan, 100).revision) == (["new"], 2)


def test_a_newer_revision_replaces_one_that_was_to_take_effect_later() -> None:
    planned = revision(exercise("planned"), number=2, effective_from=NEEDLED + hours(200))
    newest = revision(exercise("newest"), number=3, effective_from=NEEDLED + hours(100))
    plan = program(revision(exercise("old")), planned, newest)
    assert [slugs(on(plan, h)) for h in (99, 100, 200)] == [["old"], ["newest"], ["newest"]]


def test_nothing_is_on_from_the_discharge() -> None:
    plan = program(revision(exercise("walk")), ended_at=NEEDLED + hours(300))
    assert slugs(on(plan, 299.999)) == ["walk"]
    assert (on(plan, 300).items, codes(on(plan, 300))) == ((), ["discharged"])


# Days


def test_items_are_on_only_on_their_weekdays_of_the_patients_own_day() -> None:
    monday = exercise("monday", dosage=Dosage(sets=1, reps=10, weekdays=1))
    plan = program(revision(monday))
    assert slugs(on(plan, 14.9)) == ["monday"]  # 23:54 on Monday in Denver, Tuesday in UTC
    assert slugs(on(plan, 15)) == []
    assert codes(on(plan, 15)) == ["after-needling", "rest-day"]


def test_an_item_due_several_times_per_day_says_how_often() -> None:
    plan = program(revision(exercise("walk", dosage=Dosage(sets=1, reps=10, times_per_day=3))))
    assert on(plan, 2).items[0].times_due == 3


# Education


def test_one_topic_per_day_in_turn() -> None:
    plan = program(revision(topic("a"), topic("b"), topic("c")))
    shown = [slugs(on(plan, 2 + 24 * day)) for day in range(5)]
    assert shown == [["a"], ["b"], ["c"], ["a"], ["b"]]


def test_after_needling_its_own_topics_come_in_order_and_the_last_stays() -> None:
    plan = program(revision(topic("plan"), overlay=(topic("sore"), topic("help"))))
    sessions = [session(NEEDLED + hours(10))]  # Monday 19:00 to Thursday 19:00
    shown = [slugs(on(plan, 11 + 24 * day, sessions)) for day in range(3)]
    assert shown == [["sore"], ["help"], ["help"]]
    assert slugs(on(plan, 82, sessions)) == ["plan"]


def test_the_topic_comes_last_at_any_position() -> None:
    assert slugs(on(program(revision(topic("a"), exercise("walk"), activity("sit"))), 2)) == ["walk", "sit", "a"]


# Logs


def test_the_tiny_dose_counts_as_done() -> None:
    today = on(program(revision(exercise("walk"))), 2, logs=[log("walk", MONDAY, outcome="tiny")])
    assert (today.progress[0].times_done, today.progress[0].times_left) == (1, 0)
    assert progress_of(today.items[0], [log("walk", MONDAY, outcome="tiny")]).times_done >= today.items[0].times_due


def test_what_was_done_yesterday_is_due_again_today() -> None:
    plan = program(revision(exercise("walk")))
    assert on(plan, 2 + 24, logs=[log("walk", MONDAY)]).progress[0].times_left == 1


def test_an_item_due_twice_per_day_needs_two_logs() -> None:
    plan = program(revision(exercise("walk", dosage=Dosage(sets=1, reps=10, times_per_day=2))))
    once = [log("walk", MONDAY)]
    assert on(plan, 2, logs=once).progress[0].times_left == 1
    assert progress_of(on(plan, 2).items[0], once).times_done < on(plan, 2).items[0].times_due
    assert on(plan, 2, logs=[*once, log("walk", MONDAY, id="again")]).progress[0].times_left == 0


def test_a_skip_does_not_count_as_done_and_is_not_due_again() -> None:
    skipped = log("walk", MONDAY, outcome="skipped", skip_reason="time", counts=False)
    today = on(program(revision(exercise("walk"))), 2, logs=[skipped])
    assert (today.progress[0].times_done, today.progress[0].times_left) == (0, 0)
    assert progress_of(today.items[0], [skipped]).times_done < today.items[0].times_due


def test_stopping_because_of_pain_ends_the_item_for_the_day() -> None:
    plan = program(revision(exercise("bridge", dosage=Dosage(sets=1, reps=10, times_per_day=3))))
    broken_off = log("bridge", MONDAY, outcome="partly", counts=False, stopped=True, pain_during=7)
    progress = on(plan, 2, logs=[broken_off]).progress[0]
    assert (progress.times_left, progress.stopped) == (0, True)


def test_a_log_stays_valid_when_a_new_revision_lists_the_item_again() -> None:
    plan = program(
        revision(exercise("walk", id="old")),
        revision(exercise("walk", id="new"), number=2, effective_from=NEEDLED + hours(5)),
    )
    done = [log("walk", MONDAY, prescription_id="old")]
    assert on(plan, 6, logs=done).progress[0].times_left == 0


@pytest.mark.parametrize("case", PROGRESS, ids=[case["name"] for case in PROGRESS])
def test_progress_is_counted_as_the_phone_counts_it(case: dict[str, Any]) -> None:
    listed = on(program(revision(exercise(case["item"]["slug"]))), 100).items[0]
    item = msgspec.structs.replace(listed, times_due=case["item"]["timesDue"])
    logs = [log(id=f"log-{n}", day=MONDAY, **fields) for n, fields in enumerate(case["logs"])]
    progress = progress_of(item, logs)
    assert (progress.times_done, progress.times_left, progress.stopped) == (
        case["timesDone"],
        case["timesLeft"],
        case["stopped"],
    )
