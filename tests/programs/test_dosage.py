"""Smaller doses after needling, and the logs that count as done."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.library.content import starter
from homeplan.library.dosage import Dosage, TinyDose
from homeplan.programs.exercise_log import ExerciseLogEntry
from homeplan.programs.timeline.dosage import counts, shrunk, state_of, volume
from tests.programs.build import tiny

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors", "log_counts.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("reps", "factor", "left"),
    [(10, 0.5, 5), (8, 0.75, 6), (5, 0.5, 3), (3, 0.5, 2), (1, 0.5, 1), (100, 0.25, 25), (10, 1.0, 10)],
)
def test_repetitions_shrink_to_whole_ones_rounded_half_up(reps: int, factor: float, left: int) -> None:
    assert shrunk(Dosage(sets=2, reps=reps), factor, None) == Dosage(sets=2, reps=left)


@pytest.mark.parametrize(
    ("seconds", "factor", "left"),
    [(300, 0.5, 150), (900, 0.75, 675), (45, 0.75, 35), (15, 0.5, 8), (10, 0.5, 5), (25, 0.5, 15), (1, 0.5, 1)],
)
def test_seconds_shrink_to_what_a_timer_can_show(seconds: int, factor: float, left: int) -> None:
    assert shrunk(Dosage(sets=1, duration_s=seconds), factor, None) == Dosage(sets=1, duration_s=left)


def test_a_dose_never_shrinks_below_the_tiny_dose_in_total() -> None:
    assert shrunk(Dosage(sets=2, reps=4), 0.25, tiny(reps=3)) == Dosage(sets=2, reps=2)
    assert shrunk(Dosage(sets=1, duration_s=60), 0.5, tiny(duration_s=60)) == Dosage(sets=1, duration_s=60)


def test_only_the_amount_shrinks() -> None:
    dose = Dosage(sets=3, reps=8, hold_s=5, rest_s=30, per_side=True, load="2 kg", times_per_day=2, weekdays=21)
    assert shrunk(dose, 0.5, None) == msgspec.structs.replace(dose, reps=4)


def test_an_activity_has_nothing_to_shrink() -> None:
    assert shrunk(Dosage(sets=1, times_per_day=4), 0.5, None) == Dosage(sets=1, times_per_day=4)


@st.composite
def dose_and_tiny(draw: st.DrawFn) -> tuple[Dosage, TinyDose]:
    """Any dose with a tiny version of the same measure that is no bigger."""
    sets = draw(st.integers(1, 10))
    if draw(st.booleans()):
        dose = Dosage(sets=sets, reps=draw(st.integers(1, 100)))
        return dose, tiny(sets=1, reps=draw(st.integers(1, min(100, volume(dose)))))
    dose = Dosage(sets=sets, duration_s=draw(st.integers(1, 7200)))
    return dose, tiny(sets=1, duration_s=draw(st.integers(1, min(7200, volume(dose)))))


@given(dose_and_tiny(), st.floats(0.25, 1.0))
def test_a_shrunk_dose_is_between_the_tiny_dose_and_the_prescribed_one(
    pair: tuple[Dosage, TinyDose], factor: float
) -> None:
    dose, least = pair
    assert volume(least) <= volume(shrunk(dose, factor, least)) <= volume(dose)
    assert shrunk(dose, 1.0, least) == dose


@given(dose_and_tiny(), st.floats(0.25, 1.0), st.floats(0.25, 1.0))
def test_a_smaller_factor_never_gives_a_bigger_dose(pair: tuple[Dosage, TinyDose], one: float, other: float) -> None:
    dose, least = pair
    small, large = sorted((one, other))
    assert volume(shrunk(dose, small, least)) <= volume(shrunk(dose, large, least))


def test_every_exercise_of_the_library_shrinks_within_its_bounds() -> None:
    for item in starter().exercises.values():
        for phase in starter().phases.values():
            smaller = shrunk(item.dose, phase.dose_factor, item.tiny)
            assert volume(item.tiny) <= volume(smaller) <= volume(item.dose), item.slug


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
def test_what_counts_as_done(case: dict[str, object]) -> None:
    dosage = msgspec.convert(case["dosage"], Dosage | None)
    least = msgspec.convert(case["tiny"], TinyDose | None)
    entry = msgspec.convert(VECTORS["log"] | case["log"], ExerciseLogEntry)
    assert counts(entry, dosage, least) is case["counts"]


@pytest.mark.parametrize(
    ("reps", "state"), [(1, "started"), (2, "partly"), (12, "partly"), (23, "partly"), (24, "done")]
)
def test_a_dose_per_side_is_whole_with_both_sides(reps: int, state: str) -> None:
    dose = Dosage(sets=2, reps=6, per_side=True)
    entry = msgspec.convert(VECTORS["log"] | {"outcome": "partly", "repsDone": reps}, ExerciseLogEntry)
    assert state_of(entry, dose, tiny(reps=1)) == state
