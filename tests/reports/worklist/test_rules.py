"""The ranking of the worklist."""

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from homeplan.alerts.model import SEVERITIES, OpenAlert, RuleId
from homeplan.reports.model import Reason
from homeplan.reports.worklist.rules import GROUP_OF, NOBODY, RANKS, bit_of, groups_of, rank_of, reasons

NOON = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def hours(n: float) -> datetime:
    return NOON + timedelta(hours=n)


def needs(*alerts: OpenAlert, **since: datetime | None) -> list[str]:
    return [one.need for one in found(*alerts, **since)]


def found(*alerts: OpenAlert, **since: datetime | None) -> tuple[Reason, ...]:
    return reasons(alerts, **{"paused_since": None, "unreachable_since": None, **since})


def test_a_red_flag_comes_before_all_else_and_good_news_is_no_need() -> None:
    alerts = (
        OpenAlert("improving", "positive", NOON),
        OpenAlert("no-checkin", "low", NOON),
        OpenAlert("pain-rise", "normal", NOON),
        OpenAlert("safety-yes", "critical", hours(1)),
    )
    assert needs(*alerts) == ["alert-critical", "worsening", "silent"]
    assert needs(OpenAlert("improving", "positive", NOON)) == []


def test_a_rise_that_is_high_is_a_red_flag() -> None:
    assert needs(OpenAlert("pain-rise", "high", NOON)) == ["alert-high"]


def test_soreness_that_lasts_comes_before_silence_and_after_what_the_clinic_owes() -> None:
    ranked = needs(
        OpenAlert("soreness-72h", "normal", NOON),
        OpenAlert("no-exercise", "low", NOON),
        unanswered_since=NOON,
        next_step_due=NOON,
        unreachable_since=NOON,
        paused_since=NOON,
    )
    assert ranked == [
        "exercise-paused",
        "message-unanswered",
        "next-step-due",
        "lasting-soreness",
        "silent",
        "phone-unreachable",
    ]


def test_who_was_not_reached_is_there_with_the_time_of_the_next_attempt() -> None:
    critical = OpenAlert("safety-yes", "critical", NOON, next_attempt_at=hours(1))
    assert found(critical)[1] == Reason(need="not-reached", since=hours(1))
    assert found(OpenAlert("pain-rise", "normal", NOON, is_snoozed=True)) == ()


def test_two_alerts_of_one_need_count_from_the_earlier() -> None:
    later, earlier = OpenAlert("pain-rise", "normal", hours(3)), OpenAlert("severe-pain", "normal", hours(2))
    assert found(later, earlier) == (Reason(need="worsening", since=hours(2)),)


def test_every_need_has_a_group_and_a_patient_without_needs_comes_last() -> None:
    assert set(GROUP_OF) == set(RANKS)
    assert rank_of(()) == NOBODY > len(RANKS)
    assert groups_of(()) == 0


alerts = st.builds(
    OpenAlert,
    st.sampled_from(get_args(RuleId)),
    st.sampled_from(SEVERITIES),
    st.integers(0, 1000).map(hours),
    next_attempt_at=st.none() | st.integers(0, 1000).map(hours),
)
since = st.none() | st.integers(0, 1000).map(hours)


@given(st.lists(alerts, max_size=6), since, since)
def test_reasons_are_in_the_order_of_the_ranking_each_once_and_in_their_groups(
    open_alerts: list[OpenAlert], paused: datetime | None, unreachable: datetime | None
) -> None:
    result = found(*open_alerts, paused_since=paused, unreachable_since=unreachable)
    places = [RANKS[one.need] for one in result]
    assert places == sorted(set(places))
    assert all(groups_of(result) & bit_of(GROUP_OF[one.need]) for one in result)
    awake = [one for one in open_alerts if not one.is_snoozed]
    pressing = [one for one in awake if one.severity != "positive" or one.next_attempt_at]
    assert bool(result) == bool(pressing or paused or unreachable)
