"""The changes from one revision to the next, and the change summary made of them."""

from homeplan.library.dosage import Dosage
from homeplan.programs.authoring.changes import PlanChange, describe_changes, suggest_summary
from homeplan.programs.authoring.templates import FIRST_PLAN
from homeplan.values import Text
from tests.programs.build import PHASES, activity, exercise, revision, tiny

TITLES = {"bridge": Text(en="Bridge", es="Puente"), "walk": Text(en="Easy walk", es="Caminata fácil")}


def test_two_equal_revisions_differ_in_nothing() -> None:
    assert describe_changes(revision(exercise("walk")), revision(exercise("walk"), number=2)) == ()


def test_in_a_first_revision_every_item_is_added() -> None:
    found = describe_changes(None, revision(exercise("walk"), overlay=(exercise("rest"),)))
    dose = Dosage(sets=2, reps=10)
    assert found == (
        PlanChange(code="added", kind="exercise", slug="walk", after=dose),
        PlanChange(code="added", after_needling=True, kind="exercise", slug="rest", after=dose),
    )


def test_additions_doses_and_removals_are_named() -> None:
    old = revision(exercise("bridge"), exercise("walk"))
    new = revision(exercise("walk", dosage=Dosage(sets=3, reps=10)), activity("sit"))
    assert describe_changes(old, new) == (
        PlanChange(
            code="dose", kind="exercise", slug="walk", before=Dosage(sets=2, reps=10), after=Dosage(sets=3, reps=10)
        ),
        PlanChange(code="added", kind="activity", slug="sit", after=Dosage(sets=1)),
        PlanChange(code="removed", kind="exercise", slug="bridge"),
    )


def test_each_kind_of_change_has_its_own_code() -> None:
    before = exercise("walk")
    for change, code in (
        ({"side": "left"}, "dose"),
        ({"tiny": tiny(reps=1)}, "tiny"),
        ({"phases": ("p3",)}, "phases"),
        ({"note": Text(en="Slowly.", es="Despacio.")}, "note"),
        ({"version": 2}, "content"),
        ({"body_position": "sitting"}, "position"),
    ):
        found = describe_changes(revision(before), revision(exercise("walk", **change)))
        assert [c.code for c in found] == [code]


def test_another_order_is_one_change() -> None:
    old = revision(exercise("bridge"), exercise("walk"), exercise("gone"))
    new = revision(exercise("new"), exercise("walk"), exercise("bridge"))
    assert [c.code for c in describe_changes(old, new)] == ["added", "removed", "order"]


def test_other_hours_are_one_change() -> None:
    old, new = revision(exercise("walk")), revision(exercise("walk"), phases=PHASES[:3])
    assert describe_changes(old, new) == (PlanChange(code="clock"),)


def test_a_plan_that_leaves_the_floor_is_one_change() -> None:
    old, new = revision(exercise("walk")), revision(exercise("walk"), no_floor=True)
    assert describe_changes(old, new) == (PlanChange(code="floor"),)


def test_the_first_summary_is_a_welcome() -> None:
    found = describe_changes(None, revision(exercise("walk")))
    assert suggest_summary(found, TITLES, first=True) == FIRST_PLAN


def test_a_summary_names_what_changed_in_both_languages() -> None:
    old = revision(exercise("bridge"), exercise("sit"))
    new = revision(exercise("walk"), exercise("sit", dosage=Dosage(sets=1, reps=5)))
    summary = suggest_summary(describe_changes(old, new), TITLES, first=False)
    assert summary.en == "New: Easy walk. No longer in your plan: Bridge. New amount: sit."
    assert summary.es == "Nuevo: Caminata fácil. Ya no está en su plan: Puente. Cantidad nueva: sit."


def test_a_summary_of_small_changes_says_small_corrections() -> None:
    assert suggest_summary((), TITLES, first=False).en == "Small corrections."


def test_a_summary_fits_into_its_field() -> None:
    many = revision(*(exercise(f"item-{n}") for n in range(40)))
    titles = {f"item-{n}": Text(en="A rather long title " * 3, es="Un título bastante largo " * 3) for n in range(40)}
    summary = suggest_summary(describe_changes(revision(exercise("walk")), many), titles, first=False)
    assert (len(summary.en), len(summary.es)) == (500, 500)
