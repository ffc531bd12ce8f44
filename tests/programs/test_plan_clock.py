"""The plan clock: nobody starts beyond p3, it stands still in a pause, and p4 and p5 begin at a gate."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeplan.library.content import starter
from homeplan.library.dosage import Dosage
from homeplan.programs.model import PlanStep, Program
from homeplan.programs.timeline.model import Today, TodayReason
from homeplan.programs.timeline.phone_plan import changes_next
from homeplan.programs.timeline.plan_clock import Pause, PlanClock, PlanFacts, plan_clock, zero_of
from homeplan.programs.timeline.segments import segments, what_is_on
from homeplan.programs.timeline.shelf import Shelf
from tests.programs.build import DENVER, NEEDLED, PHASES, exercise, hours, program, revision, session

JOINED = PlanFacts(joined_at=NEEDLED + hours(1))
DAY = timedelta(days=1)


PUBLISHED = NEEDLED + hours(1)


def plan(published: datetime = PUBLISHED, **changes: object) -> Program:
    return program(revision(exercise("bridge"), effective_from=published), **changes)


def at(h: float, plan: Program, facts: PlanFacts | None = JOINED) -> Today:
    return what_is_on(plan, [session()], [], NEEDLED + hours(h), DENVER, facts=facts, rules=starter().plan_rules)


def phase(h: float, plan: Program, facts: PlanFacts | None = JOINED) -> str | None:
    return at(h, plan, facts).phase


def paused(since_h: float, until_h: float | None) -> PlanFacts:
    until = None if until_h is None else NEEDLED + hours(until_h)
    return PlanFacts(joined_at=NEEDLED, pauses=(Pause(NEEDLED + hours(since_h), until),))


# Where it starts


def test_a_plan_published_weeks_after_the_session_starts_in_p3() -> None:
    late = plan(NEEDLED + 22 * DAY)
    assert phase(22 * 24 + 5, late, None) == "p3"
    assert phase(22 * 24 + 504 - 72, late, None) == "p4"


def test_a_phone_that_joins_late_starts_in_p3() -> None:
    facts = PlanFacts(joined_at=NEEDLED + 30 * DAY)
    assert phase(30 * 24, plan(), facts) == "p3"
    assert phase(30 * 24 + 431, plan(), facts) == "p3"
    assert phase(30 * 24 + 432, plan(), facts) == "p4"


def test_before_the_phone_joins_the_clock_waits_in_p3() -> None:
    invited = PlanFacts(joined_at=None)
    assert phase(25, plan(), invited) == "p1"
    assert phase(2000, plan(), invited) == "p3"


@pytest.mark.parametrize(("days", "zero_h"), [(2, 0), (3, 0), (6, 72), (8, 120)])
def test_an_anchor_holds_for_a_week_and_never_puts_anyone_beyond_p3(days: int, zero_h: int) -> None:
    published = NEEDLED + days * DAY
    assert zero_of(plan(published), [session()], None, rules=starter().plan_rules) == NEEDLED + hours(zero_h)


# Pauses


def test_a_pause_before_p3_moves_nothing() -> None:
    assert phase(504, plan(), paused(10, 60)) == "p4"


def test_from_p3_on_the_clock_stands_still_in_a_pause() -> None:
    facts = paused(100, 200)
    assert phase(603, plan(), facts) == "p3"
    assert phase(604, plan(), facts) == "p4"


def test_a_pause_that_began_earlier_counts_from_p3_on() -> None:
    facts = paused(60, 172)
    assert phase(603, plan(), facts) == "p3"
    assert phase(604, plan(), facts) == "p4"


def test_in_an_open_pause_no_phase_begins() -> None:
    assert phase(5000, plan(), paused(100, None)) == "p3"


def test_after_two_weeks_of_pause_the_phase_begins_again_at_half_the_dose_for_a_week() -> None:
    back = 600 + 14 * 24
    facts = paused(600, back)
    assert phase(back, plan(), facts) == "p4"
    assert phase(back + 1344 - 504 - 1, plan(), facts) == "p4"
    assert phase(back + 1344 - 504, plan(), facts) == "p5"
    [item] = at(back, plan(), facts).items
    assert item.dosage == Dosage(sets=2, reps=5)
    assert item.reasons[-1] == TodayReason(
        code="starting-again", factor=0.5, until=NEEDLED + hours(back) + timedelta(days=7)
    )
    [later] = at(back + 168, plan(), facts).items
    assert later.dosage == Dosage(sets=2, reps=10)


def test_a_shorter_pause_does_not_start_the_phase_again() -> None:
    [item] = at(600 + 13 * 24, plan(), paused(600, 600 + 13 * 24)).items
    assert item.dosage == Dosage(sets=2, reps=10)


# Gates


def step(h: float, slug: str, kind: str = "phase") -> PlanStep:
    return PlanStep(at=NEEDLED + hours(h), kind=kind, phase=slug)  # type: ignore[arg-type]


def test_a_gated_phase_waits_and_says_why() -> None:
    waiting = plan(gated=True, gate_waits=("pain", "too-few-days"))
    assert phase(503, waiting) == "p3"
    assert not any(reason.code == "phase-waiting" for reason in at(503, waiting).reasons)
    assert phase(504, waiting) == "p3"
    expected = TodayReason(code="phase-waiting", phase="p4", waits=("pain", "too-few-days"))
    assert expected in at(504, waiting).reasons


def test_an_open_gate_begins_the_phase_and_the_next_counts_from_there() -> None:
    opened = plan(gated=True, steps=(step(600, "p4"),))
    assert [phase(h, opened) for h in (599, 600, 1439, 1440, 9999)] == ["p3", "p4", "p4", "p4", "p4"]
    assert at(1439, opened).reasons == ()
    assert at(1440, opened).reasons[0].code == "phase-waiting"
    both = plan(gated=True, steps=(step(600, "p4"), step(1500, "p5")))
    assert phase(1500, both) == "p5"


def test_a_therapist_moves_the_phase_by_hand_in_both_directions() -> None:
    moved = plan(gated=True, steps=(step(100, "p4"), step(200, "p3")))
    assert [phase(h, moved) for h in (99, 100, 199, 200, 631, 632)] == ["p3", "p4", "p4", "p3", "p3", "p3"]
    assert at(632, moved).reasons[0].phase == "p4"


def test_a_program_of_an_older_release_goes_on_by_hours() -> None:
    assert phase(504, plan(gated=False)) == "p4"


def test_a_restart_begins_the_phase_again_at_half_the_dose() -> None:
    again = plan(gated=True, steps=(step(600, "p4"), step(900, "p4", "restart")))
    [item] = at(901, again).items
    assert item.dosage == Dosage(sets=2, reps=5)
    assert at(900 + 840 - 1, again).reasons == ()
    assert at(900 + 840, again).reasons[0].code == "phase-waiting"


# Properties

instants = st.integers(-100, 3000).map(lambda h: NEEDLED + hours(h))


@st.composite
def clocks(draw: st.DrawFn) -> tuple[Program, PlanFacts]:
    cuts = draw(st.lists(st.integers(0, 2500), max_size=6, unique=True).map(sorted))
    pauses = [
        Pause(NEEDLED + hours(since), NEEDLED + hours(until))
        for since, until in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    if len(cuts) % 2:
        pauses.append(Pause(NEEDLED + hours(cuts[-1]), None))
    facts = PlanFacts(joined_at=draw(st.none() | instants), pauses=tuple(pauses))
    steps = tuple(
        step(h, draw(st.sampled_from(["p3", "p4", "p5"])), draw(st.sampled_from(["phase", "restart"])))
        for h in sorted(draw(st.lists(st.integers(0, 2500), max_size=3, unique=True)))
    )
    published = NEEDLED + hours(draw(st.integers(0, 900)))
    return plan(published, gated=draw(st.booleans()), steps=steps), facts


def clock_of(given_: tuple[Program, PlanFacts]) -> PlanClock:
    return plan_clock(given_[0], [session()], given_[1], PHASES, rules=starter().plan_rules)


@given(clocks())
def test_nobody_starts_beyond_p3(case: tuple[Program, PlanFacts]) -> None:
    made, facts = case
    clock = clock_of((program(*made.revisions), facts))
    start = max(made.revisions[0].effective_from, facts.joined_at or NEEDLED)
    assert clock.reading(start) <= timedelta(hours=starter().plan_rules.start.building_h)
    if facts.joined_at is None:
        assert clock.reading(NEEDLED + 1000 * DAY) == timedelta(hours=starter().plan_rules.start.building_h)


@given(clocks(), instants)
def test_the_clock_never_runs_faster_than_time_and_stands_still_in_a_pause(
    case: tuple[Program, PlanFacts], now: datetime
) -> None:
    made, facts = case
    clock = clock_of((program(*made.revisions), facts))
    later = now + timedelta(hours=1)
    went = clock.reading(later) - clock.reading(now)
    assert went <= timedelta(hours=1)
    in_pause = any(p.since <= now and (p.until is None or later < p.until) for p in facts.pauses)
    if in_pause and clock.reading(now) >= timedelta(hours=starter().plan_rules.start.building_h):
        assert went == timedelta(0)


@given(clocks(), instants)
@settings(max_examples=60)
def test_segments_follow_the_clock(case: tuple[Program, PlanFacts], now: datetime) -> None:
    made, facts = case
    for segment in segments(made, [session()], now, DENVER, facts=facts, rules=starter().plan_rules):
        for instant in (segment.start, segment.until - timedelta(microseconds=1)):
            today = what_is_on(made, [session()], [], instant, DENVER, facts=facts, rules=starter().plan_rules)
            assert (today.phase, today.items, today.reasons) == (segment.phase, segment.items, segment.reasons)


@given(clocks(), instants)
@settings(max_examples=60)
def test_a_plan_stays_the_same_until_it_says_that_it_changes(case: tuple[Program, PlanFacts], now: datetime) -> None:
    made, facts = case
    shelf = Shelf(signed_at={}, known=["bridge"], drafts_allowed=True)
    until = changes_next(made, [session()], shelf, now, DENVER, facts, rules=starter().plan_rules)
    before = until - timedelta(microseconds=1)
    assert at_(now, made, facts).phase == at_(before, made, facts).phase


@given(clocks(), instants)
def test_a_gated_phase_never_begins_without_a_step(case: tuple[Program, PlanFacts], now: datetime) -> None:
    made, facts = case
    gated = program(*made.revisions, gated=True)
    assert at_(now, gated, facts).phase in (None, "p0", "p1", "p2", "p3")


def at_(now: datetime, made: Program, facts: PlanFacts) -> Today:
    return what_is_on(made, [session()], [], now, DENVER, facts=facts, rules=starter().plan_rules)
