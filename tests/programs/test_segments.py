"""The segments of the days ahead, and items that no therapist has signed."""

from datetime import date, timedelta
from itertools import pairwise

from homeplan.library.content import starter
from homeplan.programs.timeline.model import TodayReason
from homeplan.programs.timeline.segments import segments
from homeplan.programs.timeline.shelf import Shelf
from tests.programs.build import DENVER, NEEDLED, codes, exercise, hours, on, program, revision, session, slugs

MONDAY = date(2026, 3, 2)


# Items that no therapist has signed


def test_unsigned_items_are_held_back_and_named() -> None:
    shelf = Shelf(signed_at={"walk": NEEDLED - hours(100)}, known=["walk", "bridge"], drafts_allowed=False)
    today = on(program(revision(exercise("walk"), exercise("bridge"))), 2, shelf=shelf)
    assert slugs(today) == ["walk"]
    assert TodayReason(code="awaiting-review", slugs=("bridge",)) in today.reasons


def test_a_day_whose_exercises_all_wait_for_a_signature_is_not_called_a_rest_day() -> None:
    nothing_signed = Shelf(signed_at={}, known=["walk"], drafts_allowed=False)
    assert codes(on(program(revision(exercise("walk"))), 100, shelf=nothing_signed)) == ["awaiting-review"]


def test_drafts_that_a_clinic_allows_are_shown_as_drafts() -> None:
    shelf = Shelf(signed_at={"walk": NEEDLED}, known=["walk", "bridge"], drafts_allowed=True)
    today = on(program(revision(exercise("walk"), exercise("bridge"))), 2, shelf=shelf)
    assert [(item.slug, item.draft) for item in today.items] == [("walk", False), ("bridge", True)]


def test_an_item_is_shown_from_the_moment_it_is_signed() -> None:
    shelf = Shelf(signed_at={"walk": NEEDLED + hours(30)}, known=["walk"], drafts_allowed=False)
    plan = program(revision(exercise("walk")))
    assert (slugs(on(plan, 29, shelf=shelf)), slugs(on(plan, 30, shelf=shelf))) == ([], ["walk"])
    cut = segments(plan, [session()], NEEDLED + hours(40), DENVER, shelf=shelf, rules=starter().plan_rules)
    assert NEEDLED + hours(30) in {segment.start for segment in cut}


def test_an_item_that_left_the_library_is_not_shown_even_where_drafts_are() -> None:
    shelf = Shelf(signed_at={}, known=[], drafts_allowed=True)
    assert slugs(on(program(revision(exercise("walk"))), 2, shelf=shelf)) == []


# Segments


def test_segments_run_from_yesterday_to_fourteen_days_ahead_without_a_gap() -> None:
    found = segments(
        program(revision(exercise("walk"))), [session()], NEEDLED + hours(2), DENVER, rules=starter().plan_rules
    )
    assert found[0].start.astimezone(DENVER).isoformat() == "2026-03-01T00:00:00-07:00"
    assert found[-1].until.astimezone(DENVER).isoformat() == "2026-03-17T00:00:00-06:00"
    assert all(one.until == other.start for one, other in pairwise(found))
    assert {segment.day for segment in found} == {MONDAY + timedelta(days=n) for n in range(-1, 15)}


def test_segments_are_cut_only_where_something_changes() -> None:
    found = segments(
        program(revision(exercise("walk"))), [session()], NEEDLED + hours(24 * 20), DENVER, rules=starter().plan_rules
    )
    assert len(found) == 17  # 16 days, one of them with the border from p3 to p4


def test_a_spring_day_has_23_hours_and_an_autumn_day_25() -> None:
    plan = program(revision(exercise("walk")))
    spring = segments(plan, [], NEEDLED, DENVER, rules=starter().plan_rules)
    lengths = {segment.day: segment.until - segment.start for segment in spring}
    assert lengths[date(2026, 3, 8)] == hours(23)
    autumn = segments(plan, [], NEEDLED + timedelta(days=240), DENVER, rules=starter().plan_rules)
    assert {s.day: s.until - s.start for s in autumn}[date(2026, 11, 1)] == hours(25)
