"""The findings that become alerts: one open alert per rule, and nothing unseen is lost."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from homeplan.alerts.model import EarlierAlert, Finding, RuleId, Severity
from homeplan.alerts.rules import new_alerts
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


def earlier(reported: Finding, closed_at: datetime | None = None) -> EarlierAlert:
    return EarlierAlert(
        id="a1",
        rule=reported.rule,
        trigger=reported.trigger,
        value=reported.value,
        marks=reported.marks,
        severity=reported.severity or "normal",
        closed_at=closed_at,
    )


LATER = NOW + timedelta(hours=1)


def test_a_finding_without_an_earlier_alert_is_raised() -> None:
    [raised] = new_alerts([finding()], [])
    assert (raised.finding.value, raised.replaces) == (8, None)


def test_an_open_alert_is_not_raised_again_by_the_same_or_a_lower_value() -> None:
    assert new_alerts([finding(trigger="2026-03-03")], [earlier(finding())]) == []
    assert new_alerts([finding(trigger="2026-03-03", value=7)], [earlier(finding())]) == []


def test_an_open_alert_is_replaced_when_the_value_rises() -> None:
    [raised] = new_alerts([finding(value=9)], [earlier(finding())])
    assert (raised.finding.value, raised.replaces) == (9, "a1")


def test_after_it_was_closed_a_new_trigger_raises_it_again() -> None:
    [raised] = new_alerts([finding(trigger="2026-03-04", known_at=LATER)], [earlier(finding(), closed_at=NOW)])
    assert raised.replaces is None


def test_the_same_checkin_saved_again_does_not_reopen_what_was_closed() -> None:
    assert new_alerts([finding(known_at=LATER)], [earlier(finding(), closed_at=NOW)]) == []


def test_the_same_checkin_with_a_higher_value_does_reopen_it() -> None:
    assert new_alerts([finding(value=9, known_at=LATER)], [earlier(finding(), closed_at=NOW)])


def test_evidence_received_before_the_alert_was_closed_counts_as_seen() -> None:
    assert new_alerts([finding(trigger="2026-03-01", known_at=NOW)], [earlier(finding(), closed_at=LATER)]) == []


def test_evidence_received_when_the_alert_was_closed_counts_as_seen() -> None:
    assert new_alerts([finding(trigger="2026-03-01", known_at=NOW)], [earlier(finding(), closed_at=NOW)]) == []


def test_an_alert_of_another_rule_changes_nothing() -> None:
    assert new_alerts([finding(rule="soreness-72h")], [earlier(finding())])


def test_two_findings_of_one_rule_become_one_alert_with_the_higher_value() -> None:
    [raised] = new_alerts([finding(trigger="2026-03-01", value=9), finding(value=8)], [])
    assert (raised.finding.trigger, raised.finding.value) == ("2026-03-01", 9)


def test_a_lesser_new_safety_sign_never_hides_an_emergency_that_nobody_has_seen() -> None:
    emergency = finding("safety-yes", "s1", 3, frozenset({"saddle"}), "high")
    [raised] = new_alerts([finding("safety-yes", "s2", 1, frozenset({"weight"}), "normal")], [earlier(emergency)])
    assert raised.finding.severity == "high"
    assert raised.finding.marks == {"saddle", "weight"}
    assert raised.finding.inputs["alreadyReported"] == ["saddle"]


def test_a_second_emergency_sign_is_raised_although_the_level_is_the_same() -> None:
    first = finding("safety-yes", "s1", 3, frozenset({"saddle"}), "high")
    assert new_alerts([finding("safety-yes", "s2", 3, frozenset({"bladder"}), "high")], [earlier(first)])
    assert new_alerts([finding("safety-yes", "s2", 3, frozenset({"saddle"}), "high")], [earlier(first)]) == []


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
"""A higher value is never less severe, as with the real rules."""


def after(findings: list[Finding], opened: list[EarlierAlert]) -> list[EarlierAlert]:
    """The open alerts after these findings."""
    kept = {one.id: one for one in opened}
    for raised in new_alerts(findings, opened):
        if raised.replaces is not None:
            del kept[raised.replaces]
        new_id = f"{raised.finding.rule}-{len(kept)}-{raised.finding.trigger}"
        kept[new_id] = EarlierAlert(
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
def test_there_is_never_more_than_one_open_alert_per_rule(first: list[Finding], second: list[Finding]) -> None:
    opened = after(second, after(first, []))
    assert len({one.rule for one in opened}) == len(opened)


@given(FINDINGS, FINDINGS)
def test_the_same_findings_twice_raise_nothing_the_second_time(first: list[Finding], second: list[Finding]) -> None:
    opened = after(second, after(first, []))
    assert new_alerts(first, opened) == new_alerts(second, opened) == []


@given(FINDINGS, FINDINGS)
def test_no_value_no_mark_and_no_severity_is_lost(first: list[Finding], second: list[Finding]) -> None:
    opened = {one.rule: one for one in after(second, after(first, []))}
    for given_ in first + second:
        assert opened[given_.rule].value >= given_.value
        assert opened[given_.rule].marks >= given_.marks
        assert opened[given_.rule].severity == "high" or given_.severity == "normal"
