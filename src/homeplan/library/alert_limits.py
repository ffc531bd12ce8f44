"""The numbers of alert rules that a clinic or a therapist may change, and how far. Pure."""

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, structs

from homeplan.library.clinical_rule import ClinicalRule, ExactPoints
from homeplan.library.rules import Flaw
from homeplan.library.texts import Note
from homeplan.values import Value

SetBy = Literal["clinic", "patient"]
"""The level that changed a number: the whole clinic, or one patient's chart, which goes before."""
V = TypeVar("V", bound=Value)


class Limits(Value, frozen=True, kw_only=True):
    """A number of an alert rule that may be changed within these limits."""

    of: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The fields of the rule that hold it, dots between their names; the first one names it."""
    least: ExactPoints
    most: ExactPoints
    basis: Note
    """The source of the limits."""

    @property
    def name(self) -> str:
        return self.of[0].replace("_", "-")


def number_at(rule: Value, path: str) -> int | Fraction:
    """The number that a field holds. Raises AttributeError."""
    found = reduce(getattr, path.split("."), rule)
    if not isinstance(found, int | Fraction):
        raise AttributeError(path)
    return found


def with_number(rule: V, path: str, value: Fraction) -> V:
    """The rule with another number in that field."""
    name, _, rest = path.partition(".")
    now = getattr(rule, name)
    if rest:
        return structs.replace(rule, **{name: with_number(now, rest, value)})
    return structs.replace(rule, **{name: value if isinstance(now, Fraction) else int(value)})


def step_of(number: int | Fraction) -> Fraction:
    """The smallest change of a number: whole ones change by one, means by a quarter of a point."""
    return Fraction(1, 4) if isinstance(number, Fraction) else Fraction(1)


def fits(value: Fraction, limits: Limits, step: Fraction) -> bool:
    """Whether the number lies within the limits and is a multiple of the step."""
    return limits.least <= value <= limits.most and value % step == 0


def limit_flaws(name: str, rule: ClinicalRule, limits: tuple[Limits, ...]) -> Iterator[Flaw]:
    """Limits of a field that holds no number, that leave out the rule's own number, or in steps that do not fit."""
    for one in limits:
        for path in one.of:
            try:
                number = number_at(rule, path)
            except AttributeError:
                yield Flaw(path=f"{name}.limits", text=f"{path} is not a number of the rule")
                continue
            if not all(fits(Fraction(value), one, step_of(number)) for value in (number, one.least, one.most)):
                yield Flaw(path=f"{name}.limits", text=f"{path} lies outside its limits, or between two steps")
