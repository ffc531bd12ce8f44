"""needling.yaml fits the library, and what does not fit is found."""

from typing import Any

import pytest
from msgspec import structs

from homeplan.library.content import needling_rules, starter
from homeplan.library.needling import NeedlingRules
from homeplan.library.needling_checks import needling_flaws

RULES = needling_rules()


def test_the_packaged_rules_have_no_flaw_and_a_basis_each() -> None:
    assert needling_flaws(RULES, starter()) == []
    assert RULES.meta.region == "low-back"
    entries = [*RULES.screen, *RULES.muscles, *RULES.pairs, *RULES.record.rules, *RULES.intake, RULES.consent]
    assert all(entry.basis for entry in entries)


def without(field: str, name: str) -> NeedlingRules:
    """The rules without one entry of a list."""
    kept = [entry for entry in getattr(RULES, field) if getattr(entry, "slug", getattr(entry, "id", "")) != name]
    return structs.replace(RULES, **{field: tuple(kept)})


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        (without("muscles", "calf"), "muscles.calf"),
        (without("screen", "epilepsy"), "screen.epilepsy"),
        (without("pairs", "epilepsy-electrical"), "screen.epilepsy"),
        (without("groups", "site"), "screen.group.site"),
        (without("intake", "implant"), "prefill.intake.implant"),
        (structs.replace(RULES, pairs=(*RULES.pairs, RULES.pairs[0])), "pairs.no-consent"),
        (structs.replace(RULES, record=structs.replace(RULES.record, rules=())), "record.rules.consent"),
    ],
)
def test_a_flaw_is_named_by_its_path(rules: Any, path: str) -> None:
    assert path in [flaw.path for flaw in needling_flaws(rules, starter())]


# What the clinical rules 0.2 say, held apart from the file: an edit of the data that nobody decided fails here.

YES, RESTRICTED, NO = "yes", "restricted", "no"
MUSCLES: dict[str, tuple[str, bool, set[str]]] = {
    "quadratus-lumborum": (YES, True, {"lung", "belly"}),
    "multifidus": (YES, True, {"spine"}),
    "iliopsoas": (RESTRICTED, True, {"belly"}),
    "erector-spinae": (YES, False, {"lung"}),
    "gluteus-maximus": (YES, False, {"nerve"}),
    "gluteus-medius": (YES, False, set()),
    "piriformis": (YES, True, {"nerve"}),
    "transversus-abdominis": (RESTRICTED, True, {"belly"}),
    "rectus-abdominis": (RESTRICTED, False, {"belly"}),
    "obliques": (RESTRICTED, False, {"belly", "lung"}),
    "diaphragm": (NO, False, set()),
    "pelvic-floor": (NO, False, set()),
    "hamstrings": (YES, False, {"nerve"}),
    "quadriceps": (YES, False, set()),
    "calf": (YES, False, set()),
    "latissimus-dorsi": (RESTRICTED, False, {"lung"}),
    "shoulder-girdle": (NO, False, set()),
    "grip": (NO, False, set()),
}
"""Whether a muscle may be needled, whether it is deep, and what is near it."""

EFFECTS = {
    "stop": {
        "no-consent", "needle-phobia", "acute-emergency", "open-safety-alert", "systemic-infection",
        "local-infection-at-site", "lymphedema-at-site", "implant-at-site", "pacemaker-electrical",
        "pregnancy-electrical", "epilepsy-electrical", "pregnancy-first-trimester", "bleeding-disorder-deep",
        "anticoagulant-hip-flexor-or-side",
        "consent", "certification", "not-needleable", "too-short", "too-long",
    },
    "override": {
        "pregnancy-lumbopelvic", "bleeding-disorder-shallow", "anticoagulant-deep", "immune-compromise",
        "thin-near-lung", "travel-near-lung", "metal-allergy", "recent-surgery", "same-muscle-again", "many-muscles",
        "restricted-muscle", "long",
    },
    "note": {"anticoagulant-shallow", "diabetes"},
}  # fmt: skip
"""The pairs and the rules of the record by what follows from them."""


def test_the_muscles_are_those_of_the_clinical_rules() -> None:
    assert {one.slug: (one.needleable, one.deep, {*one.near}) for one in RULES.muscles} == MUSCLES


def test_each_rule_has_the_effect_of_the_clinical_rules() -> None:
    found: dict[str, set[str]] = {}
    for effect, name in [(one.effect, one.id) for one in RULES.pairs] + [
        (one.effect, one.id) for one in RULES.record.rules
    ]:
        found.setdefault(effect, set()).add(name)
    assert found == EFFECTS


def test_only_the_blood_thinner_stop_is_for_a_clinic_to_choose() -> None:
    assert [pair.id for pair in RULES.pairs if pair.override_text] == ["anticoagulant-hip-flexor-or-side"]


def test_only_a_stop_can_be_turned_into_an_override() -> None:
    pairs = tuple(
        structs.replace(pair, override_text=pair.text if pair.id == "diabetes" else None) for pair in RULES.pairs
    )
    flaws = needling_flaws(structs.replace(RULES, pairs=pairs), starter())
    assert [flaw.path for flaw in flaws] == ["pairs.diabetes.overrideText"]


def test_the_numbers_of_the_record_are_those_of_the_clinical_rules() -> None:
    minutes = RULES.record.minutes
    assert (minutes.least, minutes.per_muscle, minutes.most, minutes.most_with_reason) == (5, 1, 90, 120)
    assert (RULES.record.reason_letters, RULES.record.consent_months, RULES.record.prefill_days) == (15, 12, 14)
