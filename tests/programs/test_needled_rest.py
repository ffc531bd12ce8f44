"""The shipped plans after needling: needled muscles rest for 48 hours, and a sore day never asks for more than usual.

Every plan is tried with every muscle that may be needled, at every hour of the two days, on days 14, 28 and 63.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

import pytest

from homeplan.library.content import starter, starter_hashes, text_hashes
from homeplan.library.dosage import Dosage
from homeplan.library.model import resting_for
from homeplan.library.review import Library, assemble
from homeplan.programs.authoring.entries import PrescriptionEntry
from homeplan.programs.authoring.prescribing import prescribe
from homeplan.programs.authoring.templates import revision_from_template
from homeplan.programs.model import Prescription, Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.model import Segment, TodayItem
from homeplan.programs.timeline.segments import segments_between, what_is_on
from homeplan.values import Text
from tests.programs.build import DENVER, NEEDLED, activity, exercise, hours, on, program, revision, session, slugs

NOT_NEEDLED = {"diaphragm", "pelvic-floor", "shoulder-girdle", "grip"}
MUSCLES = [slug for slug in starter().muscles if slug not in NOT_NEEDLED]
PLANS = [slug for slug, template in starter().templates.items() if template.kind == "plan"]
DAYS = (14, 28, 63)
FLOOR = {"supine", "prone", "side-lying", "hands-knees", "half-kneeling"}

WAITS_FOR = {
    "bridge": {"gluteus-maximus", "erector-spinae", "multifidus", "hamstrings"},
    "press-up": {"iliopsoas", "rectus-abdominis"},
    "seated-nerve-glide": {"hamstrings", "piriformis"},
    "heel-slide": {"transversus-abdominis"},  # by its load type
    "cat-camel": set(),
    "easy-walk": set(),
    "belly-breathing": set(),
}


@cache
def shipped() -> Library:
    return assemble(starter(), starter_hashes(), text_hashes(), [], [], drafts_allowed=True)


@cache
def plan_of(slug: str) -> Program:
    """The template as published an hour after the first session."""
    entry = revision_from_template(shipped().templates[slug], shipped(), needled=True)

    def listed(entries: tuple[PrescriptionEntry, ...] | None) -> tuple[Prescription, ...]:
        return tuple(
            prescribe(one, prescription_id=f"{n}-{one.slug}", position=n, library=shipped(), path="x")
            for n, one in enumerate(entries or ())
        )

    made = revision(
        *listed(entry.prescriptions),
        overlay=listed(entry.overlay),
        phases=entry.phases,
        no_floor=entry.no_floor,
        change_summary=Text(en="-", es="-"),
    )
    return program(made)


def two_days(plan: Program, sessions: list[NeedlingSession], start: datetime) -> list[Segment]:
    """One segment for each stretch in which the list stays the same: no hour needs to be tried twice."""
    return list(
        segments_between(plan, sessions, start, start + timedelta(hours=48), DENVER, rules=starter().plan_rules)
    )


def hour_by_hour(
    plan: Program, needled: list[NeedlingSession], usual: list[NeedlingSession], start: datetime
) -> Iterator[tuple[Segment, Segment]]:
    """The different pairs of lists, sore and usual, over the hours 0 to 47."""
    sore_segments, usual_segments = two_days(plan, needled, start), two_days(plan, usual, start)
    pairs = {}
    for hour in range(48):
        at = start + timedelta(hours=hour)
        sore = next(n for n, one in enumerate(sore_segments) if one.start <= at < one.until)
        same = next(n for n, one in enumerate(usual_segments) if one.start <= at < one.until)
        pairs[sore, same] = (sore_segments[sore], usual_segments[same])
    yield from pairs.values()


def times(items: tuple[TodayItem, ...], *kinds: str) -> int:
    return sum(item.times_due for item in items if item.kind in kinds)


@pytest.mark.parametrize("plan_slug", PLANS)
def test_no_hour_of_any_plan_loads_a_resting_muscle_or_asks_for_more_than_usual(plan_slug: str) -> None:
    plan = plan_of(plan_slug)
    loaded, more, more_of_all, too_many = [], [], [], []
    for muscle in MUSCLES:
        for days in DAYS:
            again = NEEDLED + timedelta(days=days)
            usual = [session(muscles=["calf"])]
            for sore, ordinary in hour_by_hour(plan, [*usual, session(again, "second", [muscle])], usual, again):
                case = (muscle, days, sore.start)
                due = [item for item in sore.items if item.kind == "exercise" and item.times_due]
                if any(muscle in resting_for(shipped().exercises[item.slug]) for item in due):
                    loaded.append(case)
                usually = times(ordinary.items, "exercise")
                if times(sore.items, "exercise") > (usually or 3):
                    more.append(case)
                if times(sore.items, "exercise", "activity") > max(times(ordinary.items, "exercise", "activity"), 3):
                    more_of_all.append(case)
                if len(due) > 3:
                    too_many.append(case)
    assert (loaded, more, more_of_all, too_many) == ([], [], [], [])


@pytest.mark.parametrize("muscle", MUSCLES)
def test_the_plan_without_the_floor_never_asks_anyone_to_lie_or_kneel(muscle: str) -> None:
    plan = plan_of("no-floor")
    for days in DAYS:
        again = NEEDLED + timedelta(days=days)
        start = again - timedelta(hours=24)
        sessions = [session(muscles=["calf"]), session(again, "second", [muscle])]
        for segment in segments_between(
            plan, sessions, start, again + timedelta(hours=96), DENVER, rules=starter().plan_rules
        ):
            exercises = [item for item in segment.items if item.kind == "exercise"]
            assert {item.body_position for item in exercises} & FLOOR == set()


@pytest.mark.parametrize("plan_slug", PLANS)
def test_an_episode_without_the_floor_holds_or_moves_every_item(plan_slug: str) -> None:
    plan = program(*plan_of(plan_slug).revisions, no_floor=True)
    for hour in (1, 30, 60, 100, 600, 1400):
        for item in on(plan, hour).items:
            assert item.held or item.body_position not in FLOOR, item.slug
            if item.body_position in FLOOR:
                assert item.reasons[-1].code == "needs-floor"


@pytest.mark.parametrize(("slug", "muscles"), WAITS_FOR.items())
def test_an_exercise_waits_for_the_muscles_that_it_loads(slug: str, muscles: set[str]) -> None:
    assert set(resting_for(shipped().exercises[slug])) == muscles


def test_an_item_rests_for_the_muscles_that_it_waits_for_and_for_no_others() -> None:
    loads = {"load_type": "strengthens", "primary_muscles": ("gluteus-maximus",)}
    plan = program(
        revision(
            exercise("helper", waits_for=("hamstrings",), **loads),
            exercise("light", waits_for=(), **loads | {"primary_muscles": ("hamstrings",)}),
            exercise("older", **loads | {"primary_muscles": ("hamstrings",)}),
        )
    )
    today = on(plan, 601, [session(), session(NEEDLED + hours(600), "second", muscles=["hamstrings"])])
    assert {item.slug: item.held for item in today.items} == {"helper": True, "light": False, "older": True}


def test_what_does_not_fit_in_a_sore_day_is_listed_and_never_due() -> None:
    overlay = tuple(exercise(slug, phases=("p0",)) for slug in ("walk", "tilt", "breathe"))
    plan = program(revision(exercise("bridge"), exercise("squat"), activity("desk"), overlay=overlay))
    today = on(plan, 601, [session(), session(NEEDLED + hours(600), "second")])
    assert slugs(today) == ["walk", "tilt", "breathe", "bridge", "squat", "desk"]
    assert [item.times_due for item in today.items] == [1, 1, 0, 0, 0, 1]
    assert [item.optional for item in today.items] == [False, False, True, True, True, False]
    assert today.items[2].reasons[-1].code == "if-you-like"
    assert today.items[2].reasons[-1].until == NEEDLED + hours(672)


def test_the_walk_comes_before_everything_else_and_only_one_walk_is_due() -> None:
    own = exercise("long-walk", load_type="aerobic")
    overlay = (exercise("tilt", phases=("p0",)), exercise("short-walk", phases=("p0",), load_type="aerobic"))
    again = [session(), session(NEEDLED + hours(600), "second")]
    today = on(program(revision(own, overlay=overlay)), 601, again)
    assert {item.slug: item.times_due for item in today.items} == {"tilt": 0, "short-walk": 1, "long-walk": 0}
    today = on(program(revision(own, exercise("bridge"), overlay=overlay)), 601, again)
    due = {item.slug: item.times_due for item in today.items}
    assert due == {"tilt": 1, "short-walk": 1, "long-walk": 0, "bridge": 0}


def test_on_a_day_off_three_times_are_enough() -> None:
    overlay = tuple(exercise(slug, phases=("p0",)) for slug in ("walk", "tilt", "breathe", "roll"))
    plan = program(revision(exercise("bridge", phases=("p5",)), overlay=overlay))
    today = on(plan, 601, [session(), session(NEEDLED + hours(600), "second")])
    assert [item.times_due for item in today.items] == [1, 1, 1, 0]


def test_an_item_that_fits_in_part_is_due_fewer_times() -> None:
    often = exercise("walk", phases=("p0",), dosage=Dosage(sets=1, reps=5, times_per_day=4))
    plan = program(revision(exercise("bridge", dosage=Dosage(sets=1, reps=5, times_per_day=3)), overlay=(often,)))
    walk = on(plan, 601, [session(), session(NEEDLED + hours(600), "second")]).items[0]
    assert (walk.times_due, walk.optional, walk.reasons[-1].code) == (3, False, "if-you-like")


def test_after_three_days_the_plan_is_as_it_was() -> None:
    plan = program(revision(exercise("bridge"), exercise("squat")))
    again = [session(), session(NEEDLED + hours(600), "second")]
    assert [item.times_due for item in on(plan, 672, again).items] == [1, 1]
    assert (
        what_is_on(plan, again, [], NEEDLED + hours(672), DENVER, rules=starter().plan_rules).items[0].reasons[0].code
        == "plan-phase"
    )
