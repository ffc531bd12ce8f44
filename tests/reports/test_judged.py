"""Cached days follow the program, the needling sessions and the signatures."""

from datetime import date

from msgspec import structs

from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.store import Chart, Done
from homeplan.programs.timeline.shelf import Shelf
from homeplan.reports.judged import JudgedDays
from tests.programs.build import DENVER, NEEDLED, exercise, hours, program, revision, session

TUESDAY = date(2026, 3, 3)
SIGNED = Shelf(signed_at={"bird-dog": NEEDLED}, known=("bird-dog",), drafts_allowed=False)


def due_on_tuesday(cache: JudgedDays, needled: NeedlingSession, shelf: Shelf = SIGNED) -> list[str]:
    """The exercises due on the day after needling, for a plan with an exercise that loads the multifidus."""
    bird_dog = exercise("bird-dog", load_type="strengthens", primary_muscles=("multifidus",))
    chart = Chart(episode=None, program=program(revision(bird_dog)), sessions=(needled,))
    [day] = cache.of(chart, [TUESDAY], Done({}, frozenset()), DENVER, shelf)
    return [due.slug for due in day.due]


def test_a_corrected_session_changes_a_cached_day() -> None:
    cache, held = JudgedDays(), session(muscles=["multifidus"])
    assert due_on_tuesday(cache, held) == []
    corrected = session(muscles=["iliopsoas"])
    assert due_on_tuesday(cache, structs.replace(corrected, version=2)) == ["bird-dog"]


def test_a_signature_changes_a_cached_day() -> None:
    cache, elsewhere = JudgedDays(), session(muscles=["iliopsoas"])
    unsigned = structs.replace(SIGNED, signed_at={})
    assert due_on_tuesday(cache, elsewhere, unsigned) == []
    assert due_on_tuesday(cache, elsewhere) == ["bird-dog"]
    assert due_on_tuesday(cache, elsewhere, structs.replace(SIGNED, signed_at={"bird-dog": NEEDLED + hours(48)})) == []
    assert due_on_tuesday(cache, elsewhere, structs.replace(unsigned, drafts_allowed=True)) == ["bird-dog"]
