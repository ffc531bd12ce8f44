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
