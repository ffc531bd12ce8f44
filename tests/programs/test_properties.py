"""Properties that hold for every program, every session and every instant, DST nights included."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeplan.clock import local_day
from homeplan.library.content import starter
from homeplan.library.dosage import Dosage
from homeplan.localtime import start_of_day
from homeplan.programs.model import Prescription, Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.dosage import volume
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.listing import waits_for
from homeplan.programs.timeline.model import Moment, Segment, Today
from homeplan.programs.timeline.segments import segments, segments_between, what_is_on
from homeplan.programs.timeline.shelf import Shelf
from tests.programs.build import (
    EVERY_PHASE,
    NEEDLED,
    activity,
    exercise,
    program,
    revision,
    session,
    tiny,
    topic,
)

pytestmark = pytest.mark.slow

ZONES = [
    "America/Denver",
    "America/St_Johns",  # half an hour
    "Australia/Lord_Howe",  # clocks move by half an hour
    "America/Santiago",  # midnight is skipped
    "Africa/Casablanca",  # clocks move around Ramadan
    "Asia/Kolkata",  # half an hour, no clock changes
    "Pacific/Chatham",  # quarter of an hour, southern
    "Pacific/Kiritimati",  # 14 hours ahead
]
MUSCLES = ["multifidus", "iliopsoas", "gluteus-medius", "quadratus-lumborum"]
SLUGS = ["a", "b", "c", "d", "e", "f"]

instants = st.integers(-48, 24 * 90).flatmap(
    lambda h: st.integers(0, 59).map(lambda m: NEEDLED + timedelta(hours=h, minutes=m))
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


Nature = tuple[str, str, tuple[str, ...]]
"""Kind, load type and primary muscles of an item, the same in every revision."""

natures = st.fixed_dictionaries(
    {
        slug: st.tuples(
            st.sampled_from(["exercise", "exercise", "exercise", "activity", "education"]),
            st.sampled_from(["strengthens", "stretches", "activates", "moves", "aerobic"]),
            st.lists(st.sampled_from(MUSCLES), unique=True, max_size=2).map(tuple),
        )
        for slug in SLUGS
    }
)


@st.composite
def prescriptions(
    draw: st.DrawFn, library: dict[str, Nature], phases: Sequence[str] = EVERY_PHASE
) -> tuple[Prescription, ...]:
    """Up to six items of all kinds, each slug once."""
    made = []
    for at, slug in enumerate(draw(st.lists(st.sampled_from(SLUGS), unique=True, max_size=6))):
        where = tuple(draw(st.lists(st.sampled_from(phases), min_size=1, unique=True)))
        kind, load_type, muscles = library[slug]
        if kind == "education":
            made.append(topic(slug, phases=where, position=at))
        elif kind == "activity":
            made.append(activity(slug, phases=where, position=at))
        else:
            sets, reps = draw(st.integers(1, 4)), draw(st.integers(1, 20))
            made.append(
                exercise(
                    slug,
                    phases=where,
                    position=at,
                    dosage=Dosage(
                        sets=sets,
                        reps=reps,
                        times_per_day=draw(st.integers(1, 4)),
                        weekdays=draw(st.integers(1, 127)),
                    ),
                    tiny=tiny(reps=draw(st.integers(1, reps))),
                    load_type=load_type,
                    primary_muscles=muscles,
                )
            )
    return tuple(made)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """One to three revisions, perhaps discharged, anchored at session 0 or at the first effective_from."""
    revisions = []
    published = NEEDLED
    for number in range(1, draw(st.integers(1, 3)) + 1):
        published += timedelta(hours=draw(st.integers(1, 400)))
        library = draw(natures)
        revisions.append(
            revision(
                *draw(prescriptions(library)),
                number=number,
                effective_from=published + timedelta(hours=draw(st.sampled_from([0, 0, 30]))),
                published_at=published,
                overlay=draw(prescriptions(library, phases=("p0", "p1", "p2"))),
            )
        )
    ended = draw(st.none() | instants)
    return program(*revisions, ended_at=ended, anchor_session_id=draw(st.sampled_from(["s0", None])))


@st.composite
def needlings(draw: st.DrawFn) -> list[NeedlingSession]:
    ends = draw(st.lists(instants, max_size=4, unique=True))
    return [
        session(end, id=f"s{n}", muscles=draw(st.lists(st.sampled_from(MUSCLES), max_size=3, unique=True)))
        for n, end in enumerate(ends)
    ]


@given(programs(), needlings(), instants, zones, st.data())
@settings(max_examples=150)
def test_segments_show_at_every_instant_what_is_on_then(
    plan: Program, sessions: list[NeedlingSession], now: datetime, zone: ZoneInfo, data: st.DataObject
) -> None:
    shelf = Shelf(
        signed_at=data.draw(st.dictionaries(st.sampled_from(SLUGS), instants)),
        known=SLUGS,
        drafts_allowed=data.draw(st.booleans()),
    )
    for segment in segments(plan, sessions, now, zone, shelf=shelf, rules=starter().plan_rules):
        length = (segment.until - segment.start) // timedelta(microseconds=1)
        for at in (0, length // 3, length - 1):
            instant = segment.start + timedelta(microseconds=at)
            today = what_is_on(plan, sessions, [], instant, zone, shelf, rules=starter().plan_rules)
            assert _without_hours(today) == _without_hours(segment)


@given(programs(), needlings(), instants, zones)
def test_nothing_that_strains_a_needled_muscle_is_due_within_48_hours(
    plan: Program, sessions: list[NeedlingSession], now: datetime, zone: ZoneInfo
) -> None:
    resting = {
        needled.muscle
        for past in sessions
        if timedelta(0) <= now - past.ended_at < timedelta(hours=starter().plan_rules.after_needling.rest_h)
        for needled in past.muscles
    }
    today = what_is_on(plan, sessions, [], now, zone, rules=starter().plan_rules)
    # An item keeps its id from one revision to the next, also when everything else changes.
    known = {p.id: p for r in plan.revisions if r.number == today.revision for p in (*r.prescriptions, *r.overlay)}
    for item, progress in zip(today.items, today.progress, strict=True):
        prescribed = known[item.prescription_id]
        strains = not resting.isdisjoint(waits_for(prescribed))
        assert item.held == strains
        if strains:
            assert item.times_due == progress.times_left == 0


@given(programs(), needlings(), instants, zones)
def test_a_dose_is_never_above_the_prescribed_nor_below_the_tiny_one(
    plan: Program, sessions: list[NeedlingSession], now: datetime, zone: ZoneInfo
) -> None:
    today = what_is_on(plan, sessions, [], now, zone, rules=starter().plan_rules)
    by_number = {r.number: r for r in plan.revisions}
    for item in today.items:
        if item.dosage is None or item.tiny is None or today.revision is None:
            continue
        source = by_number[today.revision]
        same = [p for p in (*source.prescriptions, *source.overlay) if p.slug == item.slug and p.dosage]
        assert volume(item.tiny) <= volume(item.dosage)
        assert volume(item.dosage) <= max(volume(p.dosage) for p in same if p.dosage)


@given(programs(), needlings(), instants, zones)
def test_every_item_is_listed_once_in_a_stable_order_with_a_reason(
    plan: Program, sessions: list[NeedlingSession], now: datetime, zone: ZoneInfo
) -> None:
    today = what_is_on(plan, sessions, [], now, zone, rules=starter().plan_rules)
    assert today == what_is_on(plan, list(reversed(sessions)), [], now, zone, rules=starter().plan_rules)
    assert [item.position for item in today.items] == list(range(len(today.items)))
    not_topics = [item for item in today.items if item.kind != "education"]
    assert len({item.slug for item in not_topics}) == len(not_topics)
    assert len(today.items) - len(not_topics) <= 1
    assert all(item.reasons for item in today.items)
    after_needling = ["after-needling" in {r.code for r in item.reasons} for item in not_topics]
    assert after_needling == sorted(after_needling, reverse=True)


@given(programs(), needlings(), st.integers(-2, 90), zones)
@settings(max_examples=50)
def test_what_was_due_on_a_day_was_on_at_some_time_of_it(
    plan: Program, sessions: list[NeedlingSession], days: int, zone: ZoneInfo
) -> None:
    day = local_day(NEEDLED, zone) + timedelta(days=days)
    judged = due_on_day(plan, sessions, [], day, zone, rules=starter().plan_rules)
    start, end = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    on = {
        (item.prescription_id, item.times_due)
        for segment in segments_between(plan, sessions, start, end, zone, rules=starter().plan_rules)
        for item in segment.items
        if not item.held
    }
    assert {(due.prescription_id, due.times) for due in judged.due} <= on


@pytest.mark.parametrize("name", ZONES)
def test_a_year_has_every_local_day_once_and_every_weekday_item_on_its_day(name: str) -> None:
    zone = ZoneInfo(name)
    plan = program(
        revision(
            exercise("daily"),
            exercise("mondays", dosage=Dosage(sets=1, reps=5, weekdays=1)),
            effective_from=datetime(2026, 1, 1, tzinfo=UTC),
            published_at=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        anchor_session_id=None,
    )
    day = local_day(datetime(2026, 1, 3, tzinfo=UTC), zone)
    start, end = start_of_day(day, zone), start_of_day(day + timedelta(days=365), zone)
    found = segments_between(plan, [], start, end, zone, rules=starter().plan_rules)
    days = [segment.day for segment in found]
    assert sorted(set(days)) == [day + timedelta(days=n) for n in range(365)]
    assert days == sorted(days)
    for segment in found:
        assert local_day(segment.start, zone) == segment.day
        assert local_day(segment.until - timedelta(microseconds=1), zone) == segment.day
        expected = ["daily", "mondays"] if segment.day.weekday() == 0 else ["daily"]
        assert [item.slug for item in segment.items] == expected
    assert sum((segment.until - segment.start for segment in found), timedelta()) == end - start


def _without_hours(moment: Today | Segment) -> dict[str, object]:
    return {name: getattr(moment, name) for name in Moment.__struct_fields__ if name != "hours_since_needling"}
