"""alert-rules.yaml: its numbers are bounded, the words of each rule name them, and they decide what the rules find."""

from fractions import Fraction
from importlib.resources import files
from typing import Any

import msgspec
import pytest

from homeplan.library import content
from homeplan.library.alert_limits import Limits
from homeplan.library.alert_rules import AlertRules, alert_flaws
from homeplan.library.clinical_rule import with_numbers
from tests.alerts.evidence import NOW, answer, bout, engagement, found_by
from tests.library.build import checkin, library

WRITTEN = content.read("alert-rules.yaml", AlertRules)
REGIONS = frozenset(region.slug for region in checkin().body_regions)
LIGHTS = library().global_rules.traffic_light


def edited(rule: str, **numbers: Any) -> AlertRules:
    """The rules with other numbers in one of them."""
    return msgspec.structs.replace(WRITTEN, **{rule: msgspec.structs.replace(getattr(WRITTEN, rule), **numbers)})


def limits(field: str, least: float, most: float) -> Limits:
    return Limits(of=(field,), least=Fraction(str(least)), most=Fraction(str(most)), basis="convention")


def flaws(rules: AlertRules) -> list[str]:
    return [f"{flaw.path}: {flaw.text}" for flaw in alert_flaws(rules, LIGHTS, REGIONS)]


def test_the_packaged_rules_have_no_flaw() -> None:
    assert flaws(WRITTEN) == []


def test_the_words_of_a_rule_show_its_numbers() -> None:
    assert with_numbers(WRITTEN).soreness_high.says == "soreness >= 8 within 72 h"
    assert with_numbers(edited("soreness_high", score=9)).soreness_high.says == "soreness >= 9 within 72 h"
    assert with_numbers(edited("severe_pain", worst=6)).starts_high.says.startswith("pain_worst_24h >= 6 on two days")


@pytest.mark.parametrize(("rules", "flaw"), [
    (edited("no_checkin", says="no check-in for 3 days"), "no_checkin.says: writes a number"),
    (edited("no_checkin", says="no check-in for {days} {weeks}"), "no_checkin.says: weeks is not known"),
    (edited("no_checkin", says="no check-in for some days"), "no_checkin.says: leaves out days"),
    (edited("improving", points_with_percent=Fraction(11)), "improving.points_with_percent: lies above 0"),
    (edited("light", red=7), "light.red: is not the score that the patient's traffic light says"),
    (edited("leg_spread", regions=frozenset({"knee"})), "legSpread.regions: knee is not a body region"),
    (edited("no_checkin", limits=(limits("days", 4, 7),)), "no_checkin.limits: days lies outside its limits"),
    (edited("no_checkin", limits=(limits("days", 2, 7.5),)), "no_checkin.limits: days lies outside its limits"),
    (edited("no_checkin", limits=(limits("weeks", 2, 7),)), "no_checkin.limits: weeks is not a number of the rule"),
    (edited("no_checkin", set_by={"days": "clinic"}), "no_checkin.setBy: is for the numbers of a patient"),
    (edited("soreness_high", hours=48), "sorenessHigh.hours: is not where soreness-72h begins"),
])  # fmt: skip
def test_a_rule_that_does_not_fit_is_found(rules: AlertRules, flaw: str) -> None:
    assert any(found.startswith(flaw) for found in flaws(rules))


@pytest.mark.parametrize(("rule", "field", "value"), [
    ("soreness_high", "score", 11), ("no_checkin", "days", 0), ("repeats", "rest_days", 400), ("light", "unknown", 1),
    ("pain_rise", "high", "seven"),
])  # fmt: skip
def test_a_number_outside_its_bounds_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, rule: str, field: str, value: object
) -> None:
    written = content.read_yaml((files("homeplan.library") / "data" / "alert-rules.yaml").read_text("utf-8"))
    written[rule][field] = value
    monkeypatch.setattr(content, "read_yaml", lambda _: written)
    with pytest.raises(content.BrokenLibrary):
        content.read("alert-rules.yaml", AlertRules)


def test_decimals_of_the_file_are_exact() -> None:
    assert (WRITTEN.pain_rise.usual.rise, WRITTEN.pain_rise.usual.rise_from_high) == (Fraction(7, 4), Fraction(6, 5))


def test_other_numbers_find_something_else() -> None:
    sore = answer(soreness=8, hours=20)
    assert "soreness-high" in found_by(WRITTEN, sore)
    assert "soreness-high" not in found_by(edited("soreness_high", score=9), sore)
    silent = engagement(10, last=4)
    assert "no-checkin" in found_by(WRITTEN, plan=silent)
    assert "no-checkin" not in found_by(edited("no_checkin", days=4), plan=silent)
    hurt = [bout(1, 6), bout(0, 6)]
    assert "exercise-red" in found_by(WRITTEN, bouts=hurt)
    assert "exercise-red" not in found_by(edited("exercise_red", days=3), bouts=hurt)
    severe = [answer(2, 3, worst=7), answer(0, 3, worst=7)]
    assert "starts-high" in found_by(WRITTEN, *severe, now=NOW)
    assert "starts-high" not in found_by(edited("severe_pain", worst=8), *severe, now=NOW)


def test_a_rule_is_known_by_its_id_only() -> None:
    assert WRITTEN.rule("leg-spread") is WRITTEN.leg_spread
    for name in ("light", "meta", "no-such-rule"):
        with pytest.raises(LookupError):
            WRITTEN.rule(name)
