"""The 72 hours after needling: which items come first, which doses are smaller, which items are held."""

import pytest
from msgspec import structs

from homeplan.library.dosage import Dosage
from homeplan.programs.timeline.model import TodayReason
from tests.programs.build import NEEDLED, activity, exercise, hours, on, program, revision, session, slugs, tiny

# The overlay after needling


@pytest.mark.parametrize(
    ("h", "phase", "aftercare"),
    [(0, "p0", "p0"), (23.9, "p0", "p0"), (24, "p1", "p1"), (48, "p2", "p2"), (71.9, "p2", "p2"),
     (72, None, "p3"), (95.9, None, "p3"), (96, None, None)],
)  # fmt: skip
def test_the_overlay_runs_72_hours_and_aftercare_96(h: float, phase: str | None, aftercare: str | None) -> None:
    overlay = tuple(exercise(f"for-{p}", phases=(p,)) for p in ("p0", "p1", "p2"))
    plan = program(revision(overlay=overlay, effective_from=NEEDLED - hours(2000)), anchor_session_id="other")
    today = on(plan, h)
    assert slugs(today) == ([] if phase is None else [f"for-{phase}"])
    assert today.aftercare_phase == aftercare


def test_overlay_items_come_first_and_plan_items_stay_with_a_smaller_dose() -> None:
    twice = exercise("bridge", dosage=Dosage(sets=2, reps=10, times_per_day=2))
    plan = program(revision(twice, overlay=(exercise("walk", phases=("p0", "p1", "p2")),)))
    again = session(NEEDLED + hours(600), id="second")
    today = on(plan, 601, [session(), again])
    assert slugs(today) == ["walk", "bridge"]
    walk, bridge = today.items
    assert walk.dosage == Dosage(sets=2, reps=10)
    assert bridge.dosage == Dosage(sets=2, reps=5, times_per_day=2)
    assert walk.reasons == (TodayReason(code="after-needling", phase="p0", until=again.ended_at + hours(72)),)
    assert bridge.reasons == (
        TodayReason(code="plan-phase", phase="p4"),
        TodayReason(code="dose-reduced", factor=0.5, until=again.ended_at + hours(24)),
        TodayReason(code="if-you-like", until=again.ended_at + hours(72)),
    )
    assert TodayReason(code="after-needling", phase="p0", until=again.ended_at + hours(72)) in today.reasons


def test_doses_grow_back_in_steps() -> None:
    plan = program(revision(exercise("bridge")))
    doses = [on(plan, h).items[0].dosage for h in (1, 24, 48, 72)]
    assert [dose.reps for dose in doses if dose] == [5, 5, 8, 10]


def test_a_dose_that_is_tiny_already_is_not_shown_as_reduced() -> None:
    plan = program(revision(exercise("breaths", dosage=Dosage(sets=1, reps=3), tiny=tiny(reps=3))))
    assert [reason.code for reason in on(plan, 2).items[0].reasons] == ["plan-phase"]


def test_activities_are_not_made_smaller() -> None:
    plan = program(revision(activity("sitting-breaks")))
    assert [reason.code for reason in on(plan, 2).items[0].reasons] == ["plan-phase"]


def test_an_item_of_both_overlay_and_plan_is_shown_once_with_the_patients_own_dose() -> None:
    own = exercise("walk", id="own", dosage=Dosage(sets=1, duration_s=600), tiny=tiny(duration_s=60))
    extra = exercise("walk", id="extra", dosage=Dosage(sets=1, duration_s=300), tiny=tiny(duration_s=60))
    today = on(program(revision(exercise("bridge"), own, overlay=(extra,))), 2)
    assert [item.prescription_id for item in today.items] == ["own", "id-bridge"]
    assert today.items[0].dosage == Dosage(sets=1, duration_s=300)
    assert [reason.code for reason in today.items[0].reasons] == ["after-needling", "plan-phase", "dose-reduced"]


def test_on_its_day_off_the_patients_own_walk_gives_way_to_the_overlays() -> None:
    own = exercise("walk", id="own", dosage=Dosage(sets=1, reps=10, weekdays=2))
    today = on(program(revision(own, overlay=(exercise("walk", id="extra"),))), 2)
    assert [item.prescription_id for item in today.items] == ["extra"]


def test_when_the_plan_starts_later_only_the_overlay_is_on() -> None:
    plan = program(revision(exercise("bridge", phases=("p3",)), overlay=(exercise("walk", phases=("p0",)),)))
    assert slugs(on(plan, 2)) == ["walk"]
    assert slugs(on(plan, 25)) == []
    assert TodayReason(code="nothing-in-phase", phase="p1", until=NEEDLED + hours(72)) in on(plan, 25).reasons
    assert slugs(on(plan, 72)) == ["bridge"]


def test_an_overlapping_second_session_starts_the_overlay_again() -> None:
    plan = program(revision(exercise("bridge"), overlay=(exercise("rest", phases=("p0",)),)))
    again = session(NEEDLED + hours(30), id="second")
    assert slugs(on(plan, 29, [session(), again])) == ["bridge"]
    assert slugs(on(plan, 31, [session(), again])) == ["rest", "bridge"]


# Needled muscles rest


@pytest.mark.parametrize("load_type", ["strengthens", "stretches", "activates"])
def test_a_needled_muscle_is_neither_loaded_nor_stretched_for_48_hours(load_type: str) -> None:
    hip = exercise("hip", load_type=load_type, primary_muscles=("iliopsoas", "quadriceps"))
    needled = [session(muscles=["iliopsoas"])]
    held = on(program(revision(hip)), 47.999, needled).items[0]
    assert (held.held, held.times_due) == (True, 0)
    assert TodayReason(code="held-needled-muscle", muscles=("iliopsoas",), until=NEEDLED + hours(48)) in held.reasons
    free = on(program(revision(hip)), 48, needled).items[0]
    assert (free.held, free.times_due) == (False, 1)


def test_a_held_item_keeps_its_dose() -> None:
    bird_dog = exercise("bird-dog", load_type="strengthens", primary_muscles=("multifidus",))
    held = on(program(revision(bird_dog)), 2).items[0]
    assert held.dosage == bird_dog.dosage
    assert [reason.code for reason in held.reasons] == ["plan-phase", "held-needled-muscle"]


@pytest.mark.parametrize("load_type", ["relaxes", "moves", "aerobic"])
def test_gentle_work_of_a_needled_muscle_goes_on(load_type: str) -> None:
    brace = exercise("brace", load_type=load_type, primary_muscles=("multifidus",))
    assert not on(program(revision(brace)), 2).items[0].held


def test_work_of_other_muscles_goes_on() -> None:
    plan = program(revision(exercise("squat", load_type="strengthens", primary_muscles=("quadriceps",))))
    assert not on(plan, 2).items[0].held


def test_two_days_in_a_row_hold_the_muscles_of_both() -> None:
    plan = program(
        revision(
            exercise("bird-dog", load_type="strengthens", primary_muscles=("multifidus",)),
            exercise("hip", load_type="stretches", primary_muscles=("iliopsoas",)),
        )
    )
    sessions = [session(), session(NEEDLED + hours(24), id="second", muscles=["iliopsoas"])]
    assert [item.held for item in on(plan, 30, sessions).items] == [True, True]
    assert [item.held for item in on(plan, 49, sessions).items] == [False, True]
    assert [item.held for item in on(plan, 72, sessions).items] == [False, False]


def test_a_muscle_needled_again_rests_48_hours_from_the_last_time() -> None:
    plan = program(revision(exercise("bird-dog", load_type="strengthens", primary_muscles=("multifidus",))))
    sessions = [session(NEEDLED + hours(40), id="second"), session()]
    assert on(plan, 45, sessions).items[0].reasons[-1].until == NEEDLED + hours(88)


def test_the_overlay_itself_spares_needled_muscles() -> None:
    clam = exercise("clamshell", load_type="strengthens", primary_muscles=("gluteus-medius",))
    plan = program(revision(overlay=(clam,)))
    assert on(plan, 2, [session(muscles=["gluteus-medius"])]).items[0].held


def test_in_the_overlay_activities_fill_only_what_exercises_leave_of_the_usual_day() -> None:
    breaks = structs.replace(activity("sitting-breaks"), dosage=Dosage(sets=1, times_per_day=4))
    overlay = (exercise("walk", load_type="aerobic"), exercise("breaths", load_type="relaxes"))
    today = on(program(revision(breaks, overlay=overlay)), 2)
    assert {item.slug: item.times_due for item in today.items} == {"walk": 1, "breaths": 1, "sitting-breaks": 2}
    assert on(program(revision(breaks, overlay=overlay)), 80).items[0].times_due == 4


def test_what_needs_the_floor_does_not_make_the_usual_day_of_a_plan_without_it_larger() -> None:
    lying = exercise("bridge", body_position="supine", dosage=Dosage(sets=2, reps=10, times_per_day=3))
    standing = exercise("heel-raise", body_position="standing", without_floor="standing")
    walk = exercise("walk", load_type="aerobic", body_position="standing", without_floor="standing")
    plan = program(revision(lying, standing, overlay=(walk,)), no_floor=True)
    today = on(plan, 2)
    assert {item.slug: item.times_due for item in today.items if not item.held} == {"walk": 1, "heel-raise": 0}
