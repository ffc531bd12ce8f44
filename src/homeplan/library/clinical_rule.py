"""A rule with its numbers, its words and its basis: the common shape of alert-rules.yaml and plan-rules.yaml. Pure."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from string import Formatter
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from homeplan.library.rules import Flaw
from homeplan.library.texts import Note
from homeplan.typed import PROSE
from homeplan.values import Value

Count = Annotated[int, Meta(ge=1, le=100)]
Days = Annotated[int, Meta(ge=1, le=366)]
Hours = Annotated[int, Meta(ge=1, le=672)]
Minutes = Annotated[int, Meta(ge=1, le=240)]
Percent = Annotated[int, Meta(ge=0, le=200)]
Points = Annotated[int, Meta(ge=0, le=10)]
"""A score of pain or soreness, or a difference of two, on the scale of 0-10."""
ExactPoints = Fraction
"""A difference of means in points, above 0 and at most 10; a decimal in the file, exact in the rules."""
MOST_POINTS = 10


class RulesMeta(Value, frozen=True, kw_only=True):
    """Head of a file of rules."""

    schema_version: int
    version: str


class ClinicalRule(Value, frozen=True, kw_only=True):
    """A rule. Its numbers are its other fields; `says` names each of them as `{field}`, and no number otherwise."""

    says: Annotated[str, Meta(min_length=1, max_length=700, extra=PROSE)]
    """The rule in English, for clinicians; once the file is loaded, the numbers replace the names of their fields."""
    basis: Note
    """The source of the numbers: measured in a cited study, or a convention."""


R = TypeVar("R", bound=Value)
_NUMBER = re.compile(r"(?<![\w{])\d")


def rules_of(document: Value) -> dict[str, ClinicalRule]:
    """The rules of a file by the name of their field, in its order."""
    found = {name: getattr(document, name) for name in document.__struct_fields__}
    return {name: one for name, one in found.items() if isinstance(one, ClinicalRule)}


def with_numbers(document: R) -> R:
    """The file with the numbers in the words of its rules. A field may also be that of another rule: `{run.days}`."""
    rules = rules_of(document)
    spoken = {
        name: msgspec.structs.replace(one, says=_Words().vformat(one.says, (), _names(one, rules)))
        for name, one in rules.items()
    }
    return msgspec.structs.replace(document, **spoken)


def rule_flaws(document: Value) -> Iterator[Flaw]:
    """Words that leave out a number of their rule, name an unknown one or write one out; exact points off the scale."""
    rules = rules_of(document)
    for name, rule in rules.items():
        named = {field for _, field, _, _ in Formatter().parse(rule.says) if field is not None}
        if _NUMBER.search(rule.says):
            yield Flaw(path=f"{name}.says", text="writes a number instead of naming its field")
        for field in sorted(named):
            if not _is_known(field, _names(rule, rules)):
                yield Flaw(path=f"{name}.says", text=f"{field} is not known")
        for field, value in _numbers(rule):
            if field not in named:
                yield Flaw(path=f"{name}.says", text=f"leaves out {field}")
            if isinstance(value, Fraction) and not 0 < value <= MOST_POINTS:
                yield Flaw(path=f"{name}.{field}", text=f"lies above 0 and is at most {MOST_POINTS}")


NOT_NUMBERS = frozenset({"says", "basis", "version", "severity", "limits", "set_by"})


def _numbers(rule: Value, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each number of a rule, and list that it names, with its path within the rule."""
    for name in rule.__struct_fields__:
        value = getattr(rule, name)
        if isinstance(value, Value):
            yield from _numbers(value, f"{path}{name}.")
        elif path or name not in NOT_NUMBERS:
            yield f"{path}{name}", value


def _names(rule: ClinicalRule, rules: Mapping[str, ClinicalRule]) -> dict[str, Any]:
    return {**rules, **{name: getattr(rule, name) for name in rule.__struct_fields__ if name not in NOT_NUMBERS}}


def _is_known(field: str, names: Mapping[str, Any]) -> bool:
    try:
        Formatter().get_field(field, (), names)
    except (LookupError, AttributeError):
        return False
    return True


class _Words(Formatter):
    """Writes fractions as decimals, and lists with commas."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Fraction):
            return f"{float(value):g}"
        if isinstance(value, tuple | frozenset):
            return ", ".join(sorted(map(str, value)))
        return str(super().format_field(value, format_spec))
