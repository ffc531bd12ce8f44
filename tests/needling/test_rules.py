"""Each pair of needling.yaml and each limit: a stop, a reason to give, or a note."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeplan.errors import Invalid
from homeplan.library.content import needling_rules
from homeplan.library.needling import NeedlingPair, Technique
from homeplan.needling.model import Facts
from homeplan.needling.rules import (
    as_chosen,
    consent_state,
    is_reason,
    judge,
    months_later,
    outcome,
    require_decided,
    unanswered,
)
from homeplan.programs.needling_session import NeedledMuscle, NeedlingScreen, ScreenAnswer, ScreenForbids
from tests.world import START

RULES = needling_rules()
ALL_NO = {item.slug: ScreenAnswer(answer="no") for item in RULES.screen}
CLEAR = Facts(consent="valid", certification="not-asked")
REASON = "Discussed with the physician."
MUSCLES = {muscle.slug: muscle for muscle in RULES.muscles}


def needled(*slugs: str, technique: Technique = "pistoning") -> list[NeedledMuscle]:
    return [NeedledMuscle(muscle=slug, side="left", technique=technique) for slug in slugs]


def found(
    muscles: Sequence[NeedledMuscle],
    answers: Mapping[str, ScreenAnswer] = ALL_NO,
    facts: Facts = CLEAR,
    minutes: float | None = 20,
) -> list[tuple[str, str]]:
    return [(one.effect, one.rule) for one in judge(RULES, muscles, answers, facts, START, minutes)]


def yes(item: str, **details: Any) -> dict[str, ScreenAnswer]:
    asks = {one.slug: one.asks for one in RULES.screen}[item]
    if asks == "site":
        details.setdefault("at_site", True)
    return ALL_NO | {item: ScreenAnswer(answer="yes", **details)}


def fitting(pair: NeedlingPair) -> NeedledMuscle:
    """A muscle that the pair is about, and that no other rule is about if there is one."""
    slugs = pair.muscles or tuple(
        slug
        for slug, muscle in MUSCLES.items()
        if muscle.needleable == "yes"
        and pair.deep in (None, muscle.deep)
        and (pair.near is None or pair.near in muscle.near)
    )
    if pair.id == "anticoagulant-deep":
        slugs = ("multifidus",)
    return NeedledMuscle(muscle=slugs[-1], side="left", technique=pair.technique or "superficial")


OF_ITEMS = [pair for pair in RULES.pairs if pair.item is not None]


def test_a_routine_session_finds_nothing() -> None:
    assert found(needled("gluteus-medius", "multifidus", "quadratus-lumborum")) == []


@pytest.mark.parametrize("pair", OF_ITEMS, ids=lambda pair: pair.id)
def test_each_pair_holds_with_a_yes_and_a_muscle_that_it_is_about(pair: NeedlingPair) -> None:
    assert pair.item is not None
    muscle = fitting(pair)
    answers = yes(pair.item, trimester=pair.trimester or (2 if pair.item == "pregnancy" else None))
    assert (pair.effect, pair.id) in found([muscle], answers)
    assert pair.id not in [rule for _, rule in found([muscle])]
    (finding,) = [one for one in judge(RULES, [muscle], answers, CLEAR, START, 20) if one.rule == pair.id]
    assert (finding.basis, finding.text, finding.item, finding.because) == (pair.basis, pair.text, pair.item, "yes")


@pytest.mark.parametrize("pair", OF_ITEMS, ids=lambda pair: pair.id)
def test_not_known_turns_a_stop_into_a_reason_and_leaves_a_note(pair: NeedlingPair) -> None:
    assert pair.item is not None
    effect = "note" if pair.effect == "note" else "override"
    assert (effect, pair.id) in found([fitting(pair)], ALL_NO | {pair.item: ScreenAnswer(answer="not-known")})


@pytest.mark.parametrize(
    ("item", "details", "muscle", "technique", "expected"),
    [
        ("anticoagulant", {}, "gluteus-medius", "superficial", [("note", "anticoagulant-shallow")]),
        ("anticoagulant", {}, "piriformis", "pistoning", [("override", "anticoagulant-deep")]),
        ("anticoagulant", {}, "quadratus-lumborum", "pistoning", [("stop", "anticoagulant-hip-flexor-or-side")]),
        ("bleeding-disorder", {}, "calf", "pistoning", [("override", "bleeding-disorder-shallow")]),
        ("pacemaker", {}, "multifidus", "pistoning", []),
        ("pacemaker", {}, "multifidus", "electrical", [("stop", "pacemaker-electrical")]),
        ("implant", {"at_site": False}, "multifidus", "pistoning", []),
        ("local-infection", {"at_site": False}, "multifidus", "pistoning", []),
        ("low-bmi-thorax", {}, "gluteus-medius", "pistoning", []),
        ("travel-soon", {}, "erector-spinae", "pistoning", [("override", "travel-near-lung")]),
        ("travel-soon", {}, "calf", "pistoning", []),
        ("epilepsy", {}, "calf", "pistoning", []),
        ("pregnancy", {"trimester": 2}, "calf", "pistoning", []),
        ("pregnancy", {"trimester": 3}, "multifidus", "pistoning", [("override", "pregnancy-lumbopelvic")]),
        ("pregnancy", {"trimester": 1}, "calf", "pistoning", [("stop", "pregnancy-first-trimester")]),
        ("pregnancy", {}, "calf", "pistoning", [("override", "pregnancy-first-trimester")]),
        ("diabetes-neuropathy", {}, "calf", "pistoning", [("note", "diabetes")]),
    ],
)
def test_look_alikes(
    item: str, details: dict[str, Any], muscle: str, technique: Technique, expected: list[tuple[str, str]]
) -> None:
    answers = ALL_NO | {item: ScreenAnswer(answer="yes", **details)}
    assert found(needled(muscle, technique=technique), answers) == expected


def test_a_deep_muscle_beside_a_shallow_one_is_told_apart() -> None:
    judged = judge(RULES, needled("iliopsoas", "piriformis", "calf"), yes("anticoagulant"), CLEAR, START, 20)
    assert {one.rule: one.muscles for one in judged if one.item == "anticoagulant"} == {
        "anticoagulant-hip-flexor-or-side": ("iliopsoas",),
        "anticoagulant-deep": ("piriformis",),
        "anticoagulant-shallow": ("calf",),
    }


def test_a_clinic_turns_only_the_stops_into_overrides_that_it_may() -> None:
    chosen = as_chosen(RULES, ["anticoagulant-hip-flexor-or-side", "pacemaker-electrical"])
    changed = [pair.id for pair, before in zip(chosen.pairs, RULES.pairs, strict=True) if pair != before]
    assert changed == ["anticoagulant-hip-flexor-or-side"]
    judged = judge(chosen, needled("quadratus-lumborum"), yes("anticoagulant"), CLEAR, START, 20)
    assert [(one.effect, one.rule) for one in judged] == [("override", "anticoagulant-hip-flexor-or-side")]
    assert as_chosen(RULES, []) == RULES


@pytest.mark.parametrize("slug", MUSCLES)
def test_each_muscle_is_needled_as_its_entry_says(slug: str) -> None:
    expected = {"yes": [], "restricted": [("override", "restricted-muscle")], "no": [("stop", "not-needleable")]}
    assert found(needled(slug)) == expected[MUSCLES[slug].needleable]


@pytest.mark.parametrize(
    ("muscles", "minutes", "expected"),
    [
        (1, 4.9, [("stop", "too-short")]),
        (1, 5, []),
        (7, 6, [("stop", "too-short")]),
        (7, 7, []),
        (1, 90, []),
        (1, 91, [("override", "long")]),
        (1, 120, [("override", "long")]),
        (1, 121, [("stop", "too-long")]),
        (1, None, []),
    ],
)
def test_minutes(muscles: int, minutes: float | None, expected: list[tuple[str, str]]) -> None:
    free = [slug for slug, muscle in MUSCLES.items() if muscle.needleable == "yes"]
    assert found(needled(*free[:muscles]), minutes=minutes) == expected


def test_more_than_eight_muscles_need_a_reason() -> None:
    free = [slug for slug, muscle in MUSCLES.items() if muscle.needleable == "yes"]
    assert found(needled(*free[:8])) == []
    assert found(needled(*free[:9])) == [("override", "many-muscles")]


@pytest.mark.parametrize(("hours", "held"), [(0, True), (47.9, True), (48, False), (-1, False)])
def test_the_same_muscle_within_48_hours_needs_a_reason(hours: float, held: bool) -> None:
    facts = Facts(
        consent="valid",
        certification="valid",
        earlier=((START - timedelta(hours=hours), frozenset({"multifidus"})),),
    )
    assert found(needled("multifidus"), facts=facts) == ([("override", "same-muscle-again")] if held else [])
    assert found(needled("calf"), facts=facts) == []


@pytest.mark.parametrize(
    ("alert", "held"),
    [
        (("safety-yes", "critical"), True),
        (("safety-yes", "high"), True),
        (("safety-yes", "normal"), False),
        (("leg-spread", "high"), False),
    ],
)
def test_an_open_safety_alert_stops(alert: tuple[str, str], held: bool) -> None:
    facts = Facts(consent="valid", certification="valid", open_alerts=(alert,))
    assert found(needled("calf"), facts=facts) == ([("stop", "open-safety-alert")] if held else [])


@pytest.mark.parametrize("state", ["none", "expired", "other-version", "withdrawn"])
def test_without_a_valid_consent_nothing_is_needled(state: Any) -> None:
    assert found(needled("calf"), facts=Facts(consent=state, certification="valid")) == [("stop", "consent")]


@pytest.mark.parametrize("state", ["missing", "expired"])
def test_without_a_valid_certification_nothing_is_needled(state: Any) -> None:
    assert found(needled("calf"), facts=Facts(consent="valid", certification=state)) == [("stop", "certification")]


# The decision


def test_every_item_must_be_answered_and_a_site_item_says_where() -> None:
    assert unanswered(NeedlingScreen(decision="go-ahead"), RULES) == tuple(ALL_NO)
    screen = NeedlingScreen(answers=ALL_NO | {"implant": ScreenAnswer(answer="yes")}, decision="go-ahead")
    assert unanswered(screen, RULES) == ("implant",)
    known = NeedlingScreen(answers=ALL_NO | {"implant": ScreenAnswer(answer="not-known")}, decision="go-ahead")
    assert unanswered(known, RULES) == ()


@pytest.mark.parametrize(
    ("text", "enough"), [("", False), ("ok", False), ("1" * 20, False), ("Ab. " * 7, False), ("Ab. " * 7 + "é", True)]
)
def test_a_reason_has_fifteen_letters(text: str, enough: bool) -> None:
    assert is_reason(text, RULES) is enough


def decide(answers: Mapping[str, ScreenAnswer], *slugs: str, despite: str | None = None, **screen: Any) -> None:
    entry = NeedlingScreen(answers=dict(answers), **({"decision": "go-ahead"} | screen))
    require_decided(entry, judge(RULES, needled(*slugs), answers, CLEAR, START, 20), RULES, despite)


def test_an_override_asks_for_a_reason_and_a_note_does_not() -> None:
    with pytest.raises(Invalid) as refused:
        decide(yes("metal-allergy"), "calf", reason="ok")
    assert refused.value.field == "screen.reason"
    decide(yes("metal-allergy"), "calf", reason=REASON)
    decide(yes("diabetes-neuropathy"), "calf")


def test_a_stop_is_not_overridden_by_any_reason_but_a_session_that_took_place_is_stored() -> None:
    for despite, field in ((None, "despiteStop"), ("ok", "despiteStop")):
        with pytest.raises(Invalid) as refused:
            decide(yes("needle-phobia"), "calf", reason=REASON, despite=despite)
        assert refused.value.field == field
        assert isinstance(refused.value, ScreenForbids) is (despite is None)
    decide(yes("needle-phobia"), "calf", despite="The fear was told after the second needle.")


def test_a_session_that_no_rule_stops_took_place_despite_none() -> None:
    for answers in (ALL_NO, yes("metal-allergy")):
        with pytest.raises(Invalid) as refused:
            decide(answers, "calf", despite="The fear was told after the second needle.")
        assert refused.value.field == "despiteStop"


def test_an_unanswered_item_refuses_even_a_session_that_took_place() -> None:
    with pytest.raises(Invalid) as refused:
        decide({}, "calf", despite="The fear was told after the second needle.")
    assert refused.value.field == "screen.answers.no-consent"


def test_an_adapted_session_says_how() -> None:
    with pytest.raises(Invalid) as refused:
        decide(ALL_NO, "calf", decision="adapt")
    assert refused.value.field == "screen.reason"
    decide(ALL_NO, "calf", decision="adapt", reason="Fewer needles.")


def test_the_outcome_of_a_check() -> None:
    screen = NeedlingScreen(answers=ALL_NO, decision="go-ahead")
    override = judge(RULES, needled("calf"), yes("metal-allergy"), CLEAR, START, None)
    assert outcome((), screen, RULES) == "go"
    assert outcome((), screen, RULES, ["epilepsy"]) == "stop"
    assert outcome(override, screen, RULES) == "reason-needed"
    assert outcome(override, NeedlingScreen(decision="go-ahead", reason=REASON), RULES) == "go"


# Consent


@pytest.mark.parametrize(
    ("signed", "withdrawn", "version", "state"),
    [
        (None, None, None, "none"),
        (START + timedelta(seconds=1), None, RULES.consent.version, "none"),
        (START, None, RULES.consent.version, "valid"),
        (START.replace(year=2025) + timedelta(seconds=1), None, RULES.consent.version, "valid"),
        (START.replace(year=2025), None, RULES.consent.version, "expired"),
        (START, None, "0.9", "other-version"),
        (START - timedelta(days=2), START, RULES.consent.version, "withdrawn"),
        (START - timedelta(days=2), START + timedelta(seconds=1), RULES.consent.version, "valid"),
    ],
)
def test_a_consent_holds_for_twelve_months_its_version_and_until_it_is_withdrawn(
    signed: datetime | None, withdrawn: datetime | None, version: str | None, state: str
) -> None:
    assert consent_state(signed, withdrawn, version, START, RULES) == state


def test_a_consent_of_a_leap_day_holds_until_the_end_of_february() -> None:
    assert months_later(datetime(2024, 2, 29, 9, tzinfo=UTC), 12) == datetime(2025, 2, 28, 9, tzinfo=UTC)
