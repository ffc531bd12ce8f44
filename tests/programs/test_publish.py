"""The checks of publishing a revision, and what is copied into it from the library."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest

from homeplan.errors import Invalid
from homeplan.library.content import starter, starter_hashes, text_hashes
from homeplan.library.dosage import Dosage
from homeplan.library.review import Library, assemble
from homeplan.programs.authoring.entries import ItemNote, PlanEntry, PrescriptionEntry, entry_of
from homeplan.programs.authoring.publish import make_revision
from homeplan.programs.authoring.templates import library_overlay, library_phases
from homeplan.programs.model import Revision
from homeplan.values import Text
from tests.programs.build import tiny

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
LIBRARY: Library = assemble(starter(), starter_hashes(), text_hashes(), [], [], drafts_allowed=True)
P3 = ("p3", "p4", "p5")


def item(slug: str = "bridge", **fields: Any) -> PrescriptionEntry:
    return PrescriptionEntry(**({"kind": "exercise", "slug": slug, "phases": P3} | fields))


def publish(
    *items: PrescriptionEntry,
    earlier: Sequence[Revision] = (),
    library: Library = LIBRARY,
    effective_from: datetime | None = None,
    **plan: Any,
) -> Revision:
    numbers = count(100 * len(earlier))
    return make_revision(
        PlanEntry(prescriptions=items, **plan),
        earlier=earlier,
        library=library,
        change_summary=Text(en="New.", es="Nuevo."),
        author_id="therapist",
        author="Therapist Example",
        now=NOW,
        effective_from=effective_from,
        fresh_id=lambda: f"fresh-{next(numbers)}",
    )


def refusal(*items: PrescriptionEntry, **given: Any) -> str | None:
    """The field that the refusal of publishing these items names."""
    with pytest.raises(Invalid) as refused:
        publish(*items, **given)
    return refused.value.field


def test_a_revision_copies_from_the_library_what_the_rules_need() -> None:
    (bridge,) = publish(item()).prescriptions
    source = LIBRARY.exercises["bridge"]
    assert bridge.dosage == source.dose
    assert bridge.tiny == source.tiny
    assert (bridge.load_type, bridge.primary_muscles) == ("strengthens", ("gluteus-maximus", "erector-spinae"))
    assert bridge.version == source.version


def test_the_first_revision_takes_effect_now_with_the_librarys_phases_and_overlay() -> None:
    made = publish(item())
    assert (made.number, made.effective_from, made.published_at) == (1, NOW, NOW)
    assert made.phases == library_phases(starter())
    assert [p.slug for p in made.overlay] == [entry.slug for entry in library_overlay(LIBRARY)]


def test_an_overlay_stays_as_it_was_until_another_is_given() -> None:
    first = publish(item(), overlay=[item("easy-walk", phases=("p0",))])
    second = publish(item(), earlier=[first])
    assert [(p.id, p.slug) for p in second.overlay] == [(p.id, "easy-walk") for p in first.overlay]
    assert publish(item(), earlier=[first], overlay=[]).overlay == ()


def test_a_prescription_keeps_its_id_while_it_stays_in_the_program() -> None:
    first = publish(item("bridge"), item("bird-dog"))
    by_id = publish(*map(entry_of, reversed(first.prescriptions)), earlier=[first])
    assert {p.slug: p.id for p in by_id.prescriptions} == {p.slug: p.id for p in first.prescriptions}
    by_slug = publish(item("bird-dog"), earlier=[first])
    assert by_slug.prescriptions[0].id == first.prescriptions[1].id


def test_an_item_that_comes_back_continues_under_its_old_id() -> None:
    first = publish(item("bridge"), item("bird-dog"))
    second = publish(item("bird-dog"), earlier=[first])
    third = publish(item("bridge"), item("bird-dog"), earlier=[first, second])
    assert third.prescriptions[0].id == first.prescriptions[0].id


def test_an_id_that_the_program_does_not_know_is_replaced() -> None:
    assert publish(item(id="of-another-patient")).prescriptions[0].id.startswith("fresh-")
    first = publish(item("bridge"))
    moved = publish(item("bird-dog", id=first.prescriptions[0].id), earlier=[first])
    assert moved.prescriptions[0].id.startswith("fresh-")


def test_the_same_exercise_twice_in_a_plan_has_two_ids() -> None:
    early, late = item(phases=("p3",)), item(phases=("p4",), dosage=Dosage(sets=3, reps=10))
    first = publish(early, late)
    assert len({p.id for p in first.prescriptions}) == 2
    again = publish(late, early, earlier=[first])
    assert {p.id for p in again.prescriptions} == {p.id for p in first.prescriptions}


def test_of_an_activity_only_how_often_is_kept() -> None:
    breaks = item("sitting-breaks", kind="activity", dosage=Dosage(sets=2, reps=5, hold_s=3, weekdays=31))
    kept = publish(breaks).prescriptions[0]
    assert (kept.dosage, kept.tiny) == (Dosage(sets=1, weekdays=31), None)
    assert publish(item("sitting-breaks", kind="activity")).prescriptions[0].dosage == Dosage(sets=1, times_per_day=4)


def test_a_topic_has_no_dose() -> None:
    topic = publish(item("hurt-and-harm", kind="education", dosage=Dosage(sets=1, reps=1))).prescriptions[0]
    assert (topic.dosage, topic.tiny, topic.load_type) == (None, None, None)


def test_phases_are_kept_in_the_order_of_the_clock_and_positions_in_that_of_the_list() -> None:
    made = publish(item("bridge", phases=("p5", "p3")), item("bird-dog"))
    assert [(p.phases, p.position) for p in made.prescriptions] == [(("p3", "p5"), 0), (P3, 1)]


def test_an_empty_note_is_none_and_one_language_is_enough() -> None:
    assert publish(item(note=ItemNote(en=" ", es=""))).prescriptions[0].note is None
    assert publish(item(note=ItemNote(en="Slowly.", es=""))).prescriptions[0].note == Text(en="Slowly.", es="")


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "prescriptions"),
        ([item("no-such-thing")], "prescriptions[0].slug"),
        ([item(), item("sitting-breaks")], "prescriptions[1].slug"),  # an activity, not an exercise
        ([item(phases=("p9",))], "prescriptions[0].phases[0]"),
        ([item(phases=("p3", "p3"))], "prescriptions[0].phases[1]"),
        ([item(), item(phases=("p4",))], "prescriptions[1].phases[0]"),
        ([item(dosage=Dosage(sets=1))], "prescriptions[0].dosage"),
        ([item(dosage=Dosage(sets=1, reps=5, duration_s=30))], "prescriptions[0].dosage"),
        ([item(dosage=Dosage(sets=1, duration_s=30))], "prescriptions[0].tiny"),  # the library's tiny counts reps
        ([item(dosage=Dosage(sets=1, reps=2))], "prescriptions[0].tiny"),
        ([item(tiny=tiny(reps=50))], "prescriptions[0].tiny"),
        ([item("clamshell", side="left")], "prescriptions[0].side"),  # its dose counts per side
        ([item("sitting-breaks", kind="activity", side="left")], "prescriptions[0].side"),
    ],
)  # fmt: skip
def test_publishing_names_the_field_that_does_not_fit(items: list[PrescriptionEntry], field: str) -> None:
    assert refusal(*items) == field


def test_one_side_needs_a_dose_that_counts_for_it_alone() -> None:
    left = item("clamshell", side="left", dosage=Dosage(sets=2, reps=10))
    assert publish(left).prescriptions[0].side == "left"


def test_the_overlay_has_only_the_first_three_days() -> None:
    assert refusal(item(), overlay=[item("easy-walk", phases=("p3",))]) == "overlay[0].phases[0]"


def test_phases_beyond_the_third_day_are_the_therapists() -> None:
    given = library_phases(starter())
    longer = (
        *given[:3],
        msgspec.structs.replace(given[3], slug="habit", to_h=1000),
        msgspec.structs.replace(given[5], from_h=1000),
    )
    assert publish(item(phases=("habit",)), phases=longer).phases == longer


@pytest.mark.parametrize(
    ("at", "change", "field"),
    [
        (0, {"to_h": 48}, "phases[0]"),
        (1, {"slug": "px"}, "phases[1]"),
        (4, {"from_h": 600}, "phases[4].fromH"),
        (3, {"to_h": 72}, "phases[3].toH"),
        (4, {"slug": "p3"}, "phases[4].slug"),
        (5, {"to_h": 5000}, "phases[5].toH"),
    ],
)
def test_phases_leave_no_gap_and_no_end(at: int, change: dict[str, Any], field: str) -> None:
    phases = list(library_phases(starter()))
    phases[at] = msgspec.structs.replace(phases[at], **change)
    assert refusal(item(phases=("p5",)), phases=tuple(phases)) == field
    assert refusal(item(), phases=library_phases(starter())[:2]) == "phases[2]"


def test_a_revision_never_takes_effect_in_the_past_nor_far_ahead() -> None:
    assert publish(item(), effective_from=NOW + timedelta(days=3)).effective_from == NOW + timedelta(days=3)
    assert refusal(item(), effective_from=NOW - timedelta(seconds=1)) == "effectiveFrom"
    assert refusal(item(), effective_from=NOW + timedelta(days=91)) == "effectiveFrom"


def test_an_item_whose_review_is_overdue_stays_in_its_program_and_is_not_newly_assigned() -> None:
    bridge = msgspec.structs.replace(LIBRARY.exercises["bridge"], review_by=NOW.date())
    overdue = msgspec.structs.replace(LIBRARY, exercises={**LIBRARY.exercises, "bridge": bridge})
    first = publish(item("bridge"))
    assert publish(item("bridge"), earlier=[first], library=overdue).prescriptions[0].slug == "bridge"
    assert refusal(item("bird-dog"), item("bridge"), library=overdue) == "prescriptions[1].slug"


def test_a_plan_without_the_floor_takes_its_overlay_off_it() -> None:
    overlay = {p.slug: p.body_position for p in publish(item("sit-to-stand"), no_floor=True).overlay if p.body_position}
    assert overlay == {
        "easy-walk": "walking",
        "pelvic-tilt": "sitting",
        "belly-breathing": "sitting",
        "belly-brace": "sitting",
        "high-sit-to-stand": "sitting",
        "counter-plank": "standing",
    }


def test_an_exercise_is_only_put_in_a_position_of_its_own() -> None:
    assert publish(item("belly-brace", body_position="sitting")).prescriptions[0].body_position == "sitting"
    assert refusal(item("belly-brace", body_position="prone")) == "prescriptions[0].bodyPosition"


def test_a_retired_item_stays_in_its_program_and_cannot_be_added_to_another() -> None:
    retired = msgspec.structs.replace(LIBRARY, retired={"bridge": NOW})
    first = publish(item("bridge"))
    assert publish(item("bridge"), earlier=[first], library=retired).prescriptions[0].slug == "bridge"
    assert refusal(item("bird-dog"), item("bridge"), library=retired) == "prescriptions[1].slug"
    overlay = [item("bridge", phases=("p0",))]
    assert refusal(item("bird-dog"), overlay=overlay, library=retired) == "overlay[0].slug"
