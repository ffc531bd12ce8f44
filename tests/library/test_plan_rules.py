"""plan-rules.yaml: its numbers fit each other and the library, and they decide what a plan does."""

from datetime import time, timedelta
from typing import Any

import msgspec
import pytest

from homeplan.library import content
from homeplan.library.content import starter, starter_hashes
from homeplan.library.plan_rules import PlanRules, plan_flaws
from homeplan.library.review import Library, Signature, assemble
from homeplan.programs.timeline.clocks import read_clocks
from homeplan.programs.timeline.gates import GateFacts, closed_by
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.walking import WalkingWeek, next_week
from tests.library.build import library
from tests.programs.build import DENVER, NEEDLED, exercise, hours, program, revision, session

WRITTEN = content.read("plan-rules.yaml", PlanRules)
PHASES = library().phases


def edited(rule: str, **numbers: Any) -> PlanRules:
    """The rules with other numbers in one of them."""
    return msgspec.structs.replace(WRITTEN, **{rule: msgspec.structs.replace(getattr(WRITTEN, rule), **numbers)})


def flaws(rules: PlanRules) -> list[str]:
    return [flaw.path for flaw in plan_flaws(rules, PHASES)]


def test_the_packaged_rules_have_no_flaw() -> None:
    assert flaws(WRITTEN) == []


@pytest.mark.parametrize(("rules", "path"), [
    (edited("after_needling", first_h=20), "afterNeedling"),
    (edited("start", building_h=96), "start.buildingH"),
    (edited("counting", awake_from=time(23)), "counting"),
    (edited("renewal", longest_days=60), "renewal.warningDays"),
    (edited("away", says="after two weeks"), "away.says"),
])  # fmt: skip
def test_a_rule_that_does_not_fit_is_found(rules: PlanRules, path: str) -> None:
    assert path in flaws(rules)


def test_other_numbers_close_a_gate_and_change_the_walking() -> None:
    facts = GateFacts(start=[4], week=[5], alert_open=False, paused=False, days_due=10, days_done=5)
    assert closed_by(facts, WRITTEN.gate) == ()
    assert closed_by(facts, edited("gate", pain_rise=0, percent=60).gate) == ("pain", "too-few-days")
    good = WalkingWeek(days_done=4, worst_morning=1, red=False)
    assert next_week(3000, good, WRITTEN.walking) == 3300
    assert next_week(3000, good, edited("walking", enough_days=5).walking) == 3000


def test_another_first_phase_at_a_gate_lets_the_hours_begin_the_one_before() -> None:
    plan = program(revision(exercise("walk")), gated=True)

    def phase(rules: PlanRules) -> str | None:
        found = read_clocks(plan, [session()], NEEDLED + hours(9000), DENVER, rules=rules).plan
        return None if found is None else found.phase.slug

    assert (phase(WRITTEN), phase(edited("gate", first_phase="p5"))) == ("p3", "p4")


def test_another_time_of_warning_or_review_moves_an_items_review() -> None:
    signed = Signature(slug="bridge", content_hash=starter_hashes()["bridge"], signed_by="T", signed_at=NEEDLED)
    undated = msgspec.structs.replace(starter().exercises["bridge"], review_by=None)

    def shelf(rules: PlanRules) -> Library:
        packaged = msgspec.structs.replace(starter(), exercises={"bridge": undated}, plan_rules=rules)
        return assemble(packaged, {"bridge": signed.content_hash}, {}, [], [signed], drafts_allowed=False)

    due = NEEDLED.date() + timedelta(days=731)
    assert shelf(WRITTEN).review_due("bridge") == due
    assert shelf(edited("renewal", longest_days=365)).review_due("bridge") == NEEDLED.date() + timedelta(days=365)
    early = due - timedelta(days=31)
    assert (
        shelf(WRITTEN).renewal("bridge", early),
        shelf(edited("renewal", warning_days=30)).renewal("bridge", early),
    ) == (
        "soon",
        "later",
    )


def test_another_rest_of_needled_muscles_holds_items_for_longer() -> None:
    plan = program(revision(exercise("bridge", waits_for=("gluteus-maximus",), phases=("p2",))))
    needled = [session(muscles=["gluteus-maximus"])]

    def held(rules: PlanRules) -> bool:
        return what_is_on(plan, needled, [], NEEDLED + hours(50), DENVER, rules=rules).items[0].held

    assert (held(WRITTEN), held(edited("after_needling", rest_h=60))) == (False, True)
