"""Dosage: how much of an exercise, its tiny form, and the ranges of both."""

from typing import Annotated

from msgspec import Meta

from homeplan.library.texts import Sentence
from homeplan.typed import LINE
from homeplan.values import Value


class Dosage(Value, frozen=True, kw_only=True):
    """The amount of an exercise: exactly one of `reps` and `duration_s`, in each of `sets` sets."""

    sets: Annotated[int, Meta(ge=1, le=10)]
    reps: Annotated[int, Meta(ge=1, le=100)] | None = None
    """Repetitions per set."""
    duration_s: Annotated[int, Meta(ge=1, le=7200)] | None = None
    """Seconds per set, for timed items."""
    hold_s: Annotated[int, Meta(ge=0, le=300)] = 0
    """Seconds held in each repetition; 0 means no hold."""
    rest_s: Annotated[int, Meta(ge=0, le=600)] = 0
    """Seconds of rest between sets."""
    per_side: bool = False
    """True when sets, reps and times count for each side of the body."""
    load: Annotated[str, Meta(min_length=1, max_length=60, extra=LINE)] | None = None
    """The resistance in the therapist's words, for example "2 kg" or "red band"."""
    times_per_day: Annotated[int, Meta(ge=1, le=12)] = 1
    weekdays: Annotated[int, Meta(ge=1, le=127)] = 127
    """The days it is due, as a sum: Monday 1, Tuesday 2, Wednesday 4, … Sunday 64; 127 is every day."""


class TinyDose(Value, frozen=True, kw_only=True):
    """The smallest version that still counts as done; never more than the dose it stands for."""

    sets: Annotated[int, Meta(ge=1, le=10)] = 1
    reps: Annotated[int, Meta(ge=1, le=100)] | None = None
    """Repetitions per set."""
    duration_s: Annotated[int, Meta(ge=1, le=7200)] | None = None
    """Seconds per set."""
    text: Sentence


class DoseRange(Value, frozen=True, kw_only=True):
    """The smallest and largest value that the editor offers; None leaves a field to the limits of Dosage."""

    sets: tuple[int, int] | None = None
    reps: tuple[int, int] | None = None
    duration_s: tuple[int, int] | None = None
    """Seconds."""
    hold_s: tuple[int, int] | None = None
    """Seconds."""
    times_per_day: tuple[int, int] | None = None
