"""Events are told as a new alert or again under the open one: one open alert per rule, and nothing is swallowed."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.alerts.lifecycle import WORSENING, news, rules_beside, told_again
from homeplan.alerts.model import SEVERITIES, EarlierAlert, Finding, News, RuleId, Severity
from tests.alerts.evidence import NOW
from tests.alerts.evidence import RULES as NUMBERS

REPEATS = NUMBERS.repeats
LATER = NOW + timedelta(hours=1)


def finding(
    rule: RuleId = "soreness-high",
    trigger: str = "2026-03-02",
    value: float = 8,
    marks: frozenset[str] = frozenset(),
    severity: Severity | None = None,
    known_at: datetime = NOW,
    since: date | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        version=1,
        trigger=trigger,
        value=value,
        marks=marks,
        severity=severity,
        since=since,
        known_at=known_at,
        inputs={"value": value},
    )


def earlier(reported: Finding, closed_at: datetime | None = None, at: datetime = NOW, id: str = "a1") -> EarlierAlert:
    return EarlierAlert(
        id=id,
        rule=reported.rule,
        triggers=frozenset({reported.trigger}),
        value=reported.value,
        marks=reported.marks,
        severity=reported.severity or "normal",
        last_event_at=at,
        closed_at=closed_at,
    )


def one(found: Finding, *known: EarlierAlert, now: datetime = LATER) -> News | None:
    reported = news([found], known, now, REPEATS)
    assert len(reported) <= 1
    return reported[0] if reported else None


def test_a_finding_without_an_earlier_alert_becomes_one() -> None:
    reported = one(finding())
    assert reported is not None
    assert (reported.finding.value, reported.under) == (8, None)


def test_a_new_event_is_told_again_under_the_open_alert() -> None:
    reported = one(finding(trigger="2026-03-03", known_at=LATER), earlier(finding()))
    assert reported is not None
    assert reported.under == "a1"
    assert one(finding(trigger="2026-03-03", value=4, known_at=LATER), earlier(finding())) is not None


def test_the_same_event_is_told_once() -> None:
    assert one(finding(), earlier(finding())) is None
    assert one(finding(known_at=LATER), earlier(finding())) is None


def test_the_same_checkin_with_a_higher_value_is_told_again() -> None:
    reported = one(finding(value=9, known_at=LATER), earlier(finding()))
    assert reported is not None
    assert reported.under == "a1"


def test_evidence_that_was_there_at_the_last_event_is_no_news() -> None:
    assert one(finding(trigger="2026-03-01", known_at=NOW), earlier(finding())) is None


def test_after_it_was_closed_a_new_event_is_a_new_alert() -> None:
    reported = one(finding(trigger="2026-03-04", known_at=LATER), earlier(finding(), closed_at=NOW))
    assert reported is not None
    assert reported.under is None


def test_the_same_checkin_saved_again_does_not_reopen_what_was_closed() -> None:
    assert one(finding(known_at=LATER), earlier(finding(), closed_at=NOW)) is None


def test_the_same_checkin_with_a_higher_value_does_reopen_it() -> None:
    assert one(finding(value=9, known_at=LATER), earlier(finding(), closed_at=NOW)) is not None


@pytest.mark.parametrize("closed_at", [NOW, LATER])
def test_evidence_received_before_the_alert_was_closed_counts_as_seen(closed_at: datetime) -> None:
    assert one(finding(trigger="2026-03-01", known_at=NOW), earlier(finding(), closed_at=closed_at)) is None


def test_an_alert_of_another_rule_changes_nothing() -> None:
    reported = one(finding(rule="soreness-72h"), earlier(finding()))
    assert reported is not None
    assert reported.under is None


def test_two_findings_of_one_rule_become_one_with_the_higher_value() -> None:
    [reported] = news([finding(trigger="2026-03-01", value=9), finding(value=8)], [], NOW, REPEATS)
    assert (reported.finding.trigger, reported.finding.value) == ("2026-03-01", 9)


def test_a_lesser_sign_under_an_open_emergency_keeps_it_an_emergency() -> None:
    emergency = earlier(finding("safety-yes", "s1", 3, frozenset({"saddle"}), "critical"))
    lesser = finding("safety-yes", "s2", 1, frozenset({"weight"}), "normal", known_at=LATER)
    reported = one(lesser, emergency)
    assert reported is not None
    assert reported.under == "a1"
    after = told_again(emergency, lesser, "normal", LATER)
    assert (after.id, after.severity, after.value) == ("a1", "critical", 3)
    assert after.marks == {"saddle", "weight"}


def test_a_more_urgent_event_under_an_open_alert_raises_its_severity() -> None:
    weight = earlier(finding("safety-yes", "s1", 1, frozenset({"weight"}), "normal"))
    emergency = finding("safety-yes", "s2", 3, frozenset({"saddle"}), "critical", known_at=LATER)
    reported = one(emergency, weight)
    assert reported is not None
    assert reported.under == "a1"
    assert told_again(weight, emergency, "critical", LATER).severity == "critical"


def test_the_same_sign_reported_again_is_told_again_also_at_the_same_instant() -> None:
    first = finding("safety-yes", "s1", 3, frozenset({"saddle"}), "critical")
    assert one(finding("safety-yes", "s2", 3, frozenset({"saddle"}), "critical"), earlier(first), now=NOW) is not None
    assert one(finding("safety-yes", "s1", 3, frozenset({"saddle"}), "critical"), earlier(first), now=NOW) is None


def rise(days: int, mean: float, severity: Severity = "normal", since: int | None = None) -> Finding:
    """A rise whose run ends `days` days after NOW."""
    at = NOW + timedelta(days=days)
    first = at - timedelta(days=4) if since is None else NOW + timedelta(days=since)
    return finding("pain-rise", str(at.date()), mean, severity=severity, known_at=at, since=first.date())


def severe(days: int, worst: float) -> Finding:
    at = NOW + timedelta(days=days)
    return finding("severe-pain", str(at.date()), worst, known_at=at, since=(at - timedelta(days=1)).date())


def days_later(days: float) -> datetime:
    return NOW + timedelta(days=days)


@pytest.mark.parametrize(("days", "mean", "reported"), [
    (1, 4.0, False), (1, 4.9, False), (1, 5.0, True), (27, 4.9, False), (28, 4.0, True),
])  # fmt: skip
@pytest.mark.parametrize("is_open", [True, False])
def test_a_rise_is_told_again_one_point_higher_or_after_four_weeks(
    days: int, mean: float, reported: bool, is_open: bool
) -> None:
    known = earlier(rise(0, 4.0), closed_at=None if is_open else NOW)
    again = one(rise(days, mean), known, now=days_later(days))
    assert (again is not None) is reported
    assert again is None or (again.under == "a1") is is_open


def test_severe_pain_is_told_again_one_point_higher_or_after_four_weeks() -> None:
    known = earlier(severe(0, 7), closed_at=NOW)
    assert one(severe(2, 7), known, now=days_later(2)) is None
    assert one(severe(2, 8), known, now=days_later(2)) is not None
    assert one(severe(28, 7), known, now=days_later(28)) is not None


def test_a_rise_that_rests_on_severe_days_that_were_told_has_to_outlast_them() -> None:
    known = earlier(severe(0, 7), closed_at=NOW)
    assert one(rise(3, 5), known, now=days_later(3)) is None
    assert one(rise(5, 5), known, now=days_later(5)) is not None
    assert one(rise(3, 7, "high"), known, now=days_later(3)) is not None


@pytest.mark.parametrize(("days", "worst", "reported"), [(3, 8, False), (3, 9, True), (28, 8, True)])
def test_severe_pain_after_a_rise_that_was_told_lies_clearly_above_it(days: int, worst: int, reported: bool) -> None:
    known = earlier(rise(0, 6), closed_at=NOW)
    assert (one(severe(days, worst), known, now=days_later(days)) is not None) is reported


def test_severe_pain_and_a_rise_of_the_same_days_are_told_once() -> None:
    [reported] = news([severe(0, 8), rise(0, 5)], [], NOW, REPEATS)
    assert reported.finding.rule == "severe-pain"


def test_alerts_of_both_rules_about_worsening_are_asked_for() -> None:
    assert rules_beside(["pain-rise"]) == WORSENING
    assert rules_beside(["leg-spread"]) == {"leg-spread"}


Event = tuple[RuleId, int, int, frozenset[str], Severity, str]
RULES: list[RuleId] = ["safety-yes", "soreness-high", "leg-spread", "pain-rise", "severe-pain"]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(RULES),
        st.integers(0, 3),
        st.integers(1, 9),
        st.frozensets(st.sampled_from("abc")),
        st.sampled_from(["critical", "high", "normal"]),
        st.sampled_from(["report", "report", "acknowledge"]),
    ),
    max_size=25,
)


def play(events: list[Event]) -> list[tuple[News | None, list[EarlierAlert]]]:
    """The news at each event, with all alerts after it; each event is a day later or on the same day."""
    alerts: dict[str, EarlierAlert] = {}
    steps: list[tuple[News | None, list[EarlierAlert]]] = []
    at = NOW
    for number, (rule, later, value, marks, severity, what) in enumerate(events):
        at += timedelta(days=later, seconds=1)
        if what == "acknowledge":
            for alert in [alert for alert in alerts.values() if alert.rule == rule and alert.closed_at is None]:
                alerts[alert.id] = msgspec.structs.replace(alert, closed_at=at)
            steps.append((None, list(alerts.values())))
            continue
        found = finding(rule, f"{at.date()} {number}", value, marks, severity, at, at.date())
        reported = one(found, *alerts.values(), now=at)
        if reported is not None and reported.under is not None:
            alerts[reported.under] = told_again(alerts[reported.under], reported.finding, severity, at)
        elif reported is not None:
            alerts[f"{number}"] = earlier(reported.finding, at=at, id=f"{number}")
        steps.append((reported, list(alerts.values())))
        assert one(found, *alerts.values(), now=at) is None, "the same event twice"
    return steps


@given(EVENTS)
def test_there_is_never_more_than_one_open_alert_per_rule(events: list[Event]) -> None:
    for _, alerts in play(events):
        opened = [alert.rule for alert in alerts if alert.closed_at is None]
        assert len(opened) == len(set(opened))


@given(EVENTS)
def test_every_event_of_a_rule_without_a_step_is_told(events: list[Event]) -> None:
    for event, (reported, _) in zip(events, play(events), strict=True):
        if event[5] == "report" and event[0] not in WORSENING:
            assert reported is not None


@given(EVENTS)
def test_an_open_alert_keeps_its_id_and_never_becomes_less(events: list[Event]) -> None:
    before: dict[str, EarlierAlert] = {}
    for _, alerts in play(events):
        now = {alert.id: alert for alert in alerts}
        for id, alert in before.items():
            assert now[id].value >= alert.value
            assert now[id].marks >= alert.marks
            assert SEVERITIES.index(now[id].severity) <= SEVERITIES.index(alert.severity)
            assert now[id].last_event_at >= alert.last_event_at
        before = now


@given(EVENTS)
def test_a_rise_is_never_told_twice_in_four_weeks_without_a_higher_mean(events: list[Event]) -> None:
    told_at: list[tuple[datetime, float]] = []
    for reported, _ in play(events):
        if reported is not None and reported.finding.rule == "pain-rise" and not reported.finding.marks:
            at, value = reported.finding.known_at, reported.finding.value
            recent = [before for when, before in told_at if at - when < REPEATS.rest]
            assert not recent or value >= min(recent) + 1
            told_at.append((at, value))
