"""Plans made from templates: ready to edit, and to publish as they are."""

from datetime import UTC, datetime, timedelta

import pytest

from homeplan.library.content import starter, starter_hashes, text_hashes
from homeplan.library.review import assemble
from homeplan.programs.authoring.publish import make_revision
from homeplan.programs.authoring.templates import library_overlay, revision_from_template
from homeplan.programs.model import Revision
from homeplan.programs.timeline.segments import what_is_on
from tests.programs.build import DENVER, NEEDLED, program, session

LIBRARY = assemble(starter(), starter_hashes(), text_hashes(), [], [], drafts_allowed=True)
PLANS = [slug for slug, template in starter().templates.items() if template.kind == "plan"]


def published(slug: str, *, needled: bool = True) -> Revision:
    entry = revision_from_template(starter().templates[slug], LIBRARY, needled=needled)
    numbers = iter(range(100))
    return make_revision(
        entry,
        earlier=[],
        library=LIBRARY,
        change_summary=entry.change_summary,
        author_id="therapist",
        author="Therapist Example",
        now=NEEDLED,
        effective_from=None,
        fresh_id=lambda: f"id-{next(numbers)}",
    )


def exercises_on(revision: Revision, h: float, *, needled: bool = True) -> list[str]:
    plan = program(revision, anchor_session_id="first" if needled else None)
    sessions = [session(muscles=["rectus-abdominis"])] if needled else []
    today = what_is_on(plan, sessions, [], NEEDLED + timedelta(hours=h), DENVER, rules=starter().plan_rules)
    return [item.slug for item in today.items if item.kind == "exercise"]


@pytest.mark.parametrize("slug", PLANS)
def test_every_template_of_the_library_can_be_published_as_it_is(slug: str) -> None:
    for needled in (True, False):
        assert published(slug, needled=needled).prescriptions


@pytest.mark.parametrize("slug", PLANS)
def test_a_patient_always_has_an_exercise_in_the_week(slug: str) -> None:
    for needled in (True, False):
        revision = published(slug, needled=needled)
        for start in (0, 24, 48, 72, 504, 1344, 5000):
            week = [exercises_on(revision, start + 24 * day, needled=needled) for day in range(7)]
            assert any(week), (slug, needled, start)


def test_the_first_three_days_after_needling_are_the_overlays() -> None:
    revision = published("starter-general")
    assert exercises_on(revision, 1) == ["easy-walk", "pelvic-tilt", "belly-breathing"]
    assert exercises_on(revision, 25) == ["easy-walk", "cat-camel", "belly-brace"]
    assert exercises_on(revision, 72) == ["belly-brace", "bridge", "easy-walk"]


def test_each_phase_has_the_exercises_that_the_template_names_and_the_last_ones_go_on() -> None:
    general = published("starter-general")
    assert exercises_on(general, 504) == ["bird-dog", "sit-to-stand", "steady-walk"]
    assert exercises_on(general, 1344) == ["bird-dog", "sit-to-stand", "brisk-walk"]
    side = published("side-muscle-ql")
    assert exercises_on(side, 504) == ["knee-side-plank", "suitcase-carry", "steady-walk"]
    assert exercises_on(side, 1344) == exercises_on(side, 2016) == ["knee-side-plank", "suitcase-carry", "brisk-walk"]


@pytest.mark.parametrize("slug", PLANS)
def test_every_plan_walks_in_the_later_phases_and_tells_how_to_stay_well(slug: str) -> None:
    revision = published(slug)
    assert "steady-walk" in exercises_on(revision, 504)
    assert "brisk-walk" in exercises_on(revision, 1344)
    assert "staying-well" in {p.slug for p in revision.prescriptions}


def test_without_needling_the_plan_begins_at_once() -> None:
    revision = published("starter-general", needled=False)
    assert exercises_on(revision, 1, needled=False) == ["belly-brace", "bridge", "easy-walk"]
    assert exercises_on(revision, 504, needled=False) == ["bird-dog", "sit-to-stand", "steady-walk"]


def test_advice_is_on_from_its_own_first_phase() -> None:
    by_slug = {p.slug: p for p in published("starter-general").prescriptions}
    assert by_slug["sitting-breaks"].phases == ("p0", "p1", "p2", "p3", "p4", "p5")
    assert by_slug["lifting-from-floor"].phases == ("p2", "p3", "p4", "p5")
    assert by_slug["staying-well"].phases == ("p5",)


def test_the_overlay_has_one_walk_for_all_three_days() -> None:
    walks = [entry for entry in library_overlay(LIBRARY) if entry.slug == "easy-walk"]
    assert [walk.phases for walk in walks] == [("p0", "p1", "p2")]


def test_a_proposal_says_what_it_is_based_on() -> None:
    entry = revision_from_template(starter().templates["no-floor"], LIBRARY, needled=True, based_on=4)
    assert entry.based_on == 4
    assert entry.effective_from is None


def test_a_starter_plan_of_a_monday_patient_reads_as_written() -> None:
    plan = program(published("starter-general"))
    today = what_is_on(plan, [session()], [], datetime(2026, 3, 6, 18, tzinfo=UTC), DENVER, rules=starter().plan_rules)
    assert [(item.kind, item.slug) for item in today.items] == [
        ("exercise", "belly-brace"),
        ("exercise", "bridge"),
        ("exercise", "easy-walk"),
        ("activity", "sitting-breaks"),
        ("activity", "lifting-from-floor"),
        ("activity", "return-to-gym"),
        ("education", "sensitive-nerves"),
    ]
