"""What is told, told again, or not: one open alert a rule, and nothing that nobody has seen gets lost."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from homeplan.alerts.model import Finding, RuleId, Severity, Standing
from homeplan.alerts.rules import news
from tests.alerts.evidence import NOW


def finding(
    rule: RuleId = "soreness-high",
    trigger: str = "2026-03-02",
    value: float = 8,
    marks: frozenset[str] = frozenset(),
    severity: Severity | None = None,
    known_at: datetime = NOW,
) -> Finding:
    return Finding(
        rule=rule,
        version=1,
        trigger=trigger,
        value=value,
        marks=marks,
        severity=severity,
        known_at=known_at,
        inputs={"value": value},
    )


def standing(told: Finding, closed_at: datetime | None = None) -> Standing:
    return Standing(
        id="a1",
        rule=told.rule,
        trigger=told.trigger,
        value=told.value,
        marks=told.marks,
        severity=told.severity or "normal",
        closed_at=closed_at,
    )


LATER = NOW + timedelta(hours=1)


def test_a_finding_without_an_earlier_alert_is_raised() -> None:
    [raised] = news([finding()], [])
    assert (raised.finding.value, raised.replaces) == (8, None)


def test_an_open_alert_is_not_raised_again_by_the_same_or_a_lower_value() -> None:
    assert news([finding(trigger="2026-03-03")], [standing(finding())]) == []
    assert news([finding(trigger="2026-03-03", value=7)], [standing(finding())]) == []


def test_an_open_alert_is_replaced_when_the_value_rises() -> None:
    [raised] = news([finding(value=9)], [standing(finding())])
    assert (raised.finding.value, raised.replaces) == (9, "a1")


def test_after_it_was_closed_a_new_trigger_raises_it_again() -> None:
    [raised] = news([finding(trigger="2026-03-04", known_at=LATER)], [standing(finding(), closed_at=NOW)])
    assert raised.replaces is None


def test_the_same_checkin_saved_again_does_not_reopen_what_was_closed() -> None:
    assert news([finding(known_at=LATER)], [standing(finding(), closed_at=NOW)]) == []


def test_the_same_checkin_with_a_higher_value_does_reopen_it() -> None:
    assert news([finding(value=9, known_at=LATER)], [standing(finding(), closed_at=NOW)])


def test_what_was_known_when_the_alert_was_closed_counts_as_seen() -> None:
    assert news([finding(trigger="2026-03-01", known_at=NOW)], [standing(finding(), closed_at=LATER)]) == []


def test_an_alert_of_another_rule_changes_nothing() -> None:
    assert news([finding(rule="soreness-72h")], [standing(finding())])


def test_two_findings_of_one_rule_become_one_alert_with_the_higher_value() -> None:
    [raised] = news([finding(trigger="2026-03-01", value=9), finding(value=8)], [])
    assert (raised.finding.trigger, raised.finding.value) == ("2026-03-01", 9)


def test_a_lesser_new_safety_sign_never_hides_an_emergency_that_nobody_has_seen() -> None:
    emergency = finding("safety-yes", "s1", 3, frozenset({"saddle"}), "high")
    [raised] = news([finding("safety-yes", "s2", 1, frozenset({"weight"}), "normal")], [standing(emergency)])
    assert raised.finding.severity == "high"
    assert raised.finding.marks == {"saddle", "weight"}
    assert raised.finding.inputs["alreadyReported"] == ["saddle"]


def test_a_second_emergency_sign_is_told_although_the_level_is_the_same() -> None:
    first = finding("safety-yes", "s1", 3, frozenset({"saddle"}), "high")
    assert news([finding("safety-yes", "s2", 3, frozenset({"bladder"}), "high")], [standing(first)])
    assert news([finding("safety-yes", "s2", 3, frozenset({"saddle"}), "high")], [standing(first)]) == []


RULES: list[RuleId] = ["safety-yes", "soreness-high", "leg-spread"]
FINDINGS = st.lists(
    st.tuples(
        st.sampled_from(RULES),
        st.sampled_from(["d1", "d2", "d3"]),
        st.integers(1, 3),
        st.frozensets(st.sampled_from("abc")),
    ).map(lambda one: finding(*one, severity="high" if one[2] > 1 else "normal")),
    max_size=8,
)
"""As in life, a higher value is never less severe."""


def tell(findings: list[Finding], opened: list[Standing]) -> list[Standing]:
    """The open alerts after these findings."""
    kept = {one.id: one for one in opened}
    for raised in news(findings, opened):
        if raised.replaces is not None:
            del kept[raised.replaces]
        new_id = f"{raised.finding.rule}-{len(kept)}-{raised.finding.trigger}"
        kept[new_id] = Standing(
            id=new_id,
            rule=raised.finding.rule,
            trigger=raised.finding.trigger,
            value=raised.finding.value,
            marks=raised.finding.marks,
            severity=raised.finding.severity or "normal",
            closed_at=None,
        )
    return list(kept.values())


@given(FINDINGS, FINDINGS)
def test_there_is_never_more_than_one_open_alert_a_rule(first: list[Finding], second: list[Finding]) -> None:
    opened = tell(second, tell(first, []))
    assert len({one.rule for one in opened}) == len(opened)


@given(FINDINGS, FINDINGS)
def test_telling_the_same_twice_is_telling_it_once(first: list[Finding], second: list[Finding]) -> None:
    opened = tell(second, tell(first, []))
    assert news(first, opened) == news(second, opened) == []


@given(FINDINGS, FINDINGS)
def test_no_value_no_mark_and_no_severity_is_lost(first: list[Finding], second: list[Finding]) -> None:
    opened = {one.rule: one for one in tell(second, tell(first, []))}
    for told in first + second:
        assert opened[told.rule].value >= told.value
        assert opened[told.rule].marks >= told.marks
        assert opened[told.rule].severity == "high" or told.severity == "normal"
