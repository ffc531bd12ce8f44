"""The alert rules with the numbers of a clinic and of a patient; a patient's go before those of their clinic. Pure."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from msgspec import structs

from homeplan.alerts.model import Finding
from homeplan.library.alert_limits import Limits, SetBy, fits, number_at, step_of, with_number
from homeplan.library.alert_rules import AlertRule, AlertRules
from homeplan.library.clinical_rule import rules_of

NUMBERS_OF = {"starts-high": "severe-pain"}
"""Rules that judge by the numbers of another rule."""


class Changeable(NamedTuple):
    """A number that may be changed."""

    field: str
    """The rule's field in AlertRules."""
    limits: Limits
    number: Fraction
    step: Fraction

    def fits(self, value: Fraction) -> bool:
        return fits(value, self.limits, self.step)


def changeable(rules: AlertRules) -> dict[str, Changeable]:
    """Every number that may be changed, by its id."""
    found: dict[str, Changeable] = {}
    for field, rule in rules_of(rules).items():
        for limits in rule.limits if isinstance(rule, AlertRule) else ():
            number = number_at(rule, limits.of[0])
            found[f"{field.replace('_', '-')}.{limits.name}"] = Changeable(
                field, limits, Fraction(number), step_of(number)
            )
    return found


def with_thresholds(rules: AlertRules, clinic: Mapping[str, float], own: Mapping[str, float]) -> AlertRules:
    """The rules with these numbers. One that no longer lies within its limits does not count."""
    levels: tuple[tuple[SetBy, Mapping[str, float]], ...] = (("patient", own), ("clinic", clinic))
    for number_id, one in changeable(rules).items():
        for set_by, numbers in levels:
            if number_id in numbers and one.fits(value := exact(numbers[number_id])):
                rules = structs.replace(rules, **{one.field: _changed(getattr(rules, one.field), one, value, set_by)})
                break
    return rules


def _changed(rule: AlertRule, one: Changeable, value: Fraction, set_by: SetBy) -> AlertRule:
    for path in one.limits.of:
        rule = with_number(rule, path, value)
    return structs.replace(rule, set_by={**rule.set_by, one.limits.name: set_by})


def with_numbers_used(finding: Finding, rules: AlertRules) -> Finding:
    """The finding with the changeable numbers that it was judged by among its inputs, and whose they are."""
    rule_id = NUMBERS_OF.get(finding.rule, finding.rule)
    rule = rules.rule(rule_id)
    used = [
        f"{rule_id}.{one.name} {float(number_at(rule, one.of[0])):g} {rule.set_by.get(one.name, 'homeplan')}"
        for one in rule.limits
    ]
    return structs.replace(finding, inputs={**finding.inputs, "thresholds": used}) if used else finding


def exact(number: float) -> Fraction:
    """The number as it was written, without the error of a binary fraction."""
    return Fraction(str(number))
