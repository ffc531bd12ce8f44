"""Prompts after needling and the alerts of events, as pure functions."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.library.content import outcomes, starter
from homeplan.library.outcome_content import EventSeverity, PromptHour
from homeplan.outcomes.model import OpenPrompt, ReportedEvent, UnfitScores
from homeplan.outcomes.rules import event_finding, require_events, soreness_finding, unanswered

END = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RULES = starter().alert_rules
PROMPTS = outcomes().after_needling.prompts
HOURS = st.floats(min_value=-10, max_value=400)


def asked(
    ends: Mapping[str, datetime], answered: Collection[tuple[str, PromptHour]], now: datetime
) -> OpenPrompt | None:
    """The first prompt that the phone asks of those that the server sends: open, and the first to close."""
    return next((one for one in unanswered(ends, answered, now, PROMPTS) if one.opens_at <= now), None)


def hour_open(hours: float, *answered: PromptHour) -> PromptHour | None:
    found = asked({"s": END}, {("s", hour) for hour in answered}, END + timedelta(hours=hours))
    return None if found is None else found.hour


@pytest.mark.parametrize(("hours", "hour"), [
    (0, None), (1.9, None), (2, 3), (6, 3), (17.9, 3), (18, None),
    (23.9, None), (24, 24), (36, 24), (59.9, 24), (60, None),
    (71.9, None), (72, 72), (96, 72), (167.9, 72), (168, None),
])  # fmt: skip
def test_each_prompt_is_open_from_its_hour_until_it_is_skipped(hours: float, hour: PromptHour | None) -> None:
    assert hour_open(hours) == hour


def test_an_answered_prompt_is_not_asked_again_and_the_next_one_is() -> None:
    assert hour_open(5, 3) is None
    assert hour_open(30, 3) == 24


def test_of_two_sessions_the_prompt_that_closes_first_is_asked() -> None:
    ends = {"old": END - timedelta(hours=150), "new": END}
    now = END + timedelta(hours=3)
    found = asked(ends, set(), now)
    assert found is not None
    assert (found.session_id, found.hour) == ("new", 3)
    later = asked(ends, {("new", 3)}, now)
    assert later is not None
    assert (later.session_id, later.hour) == ("old", 72)


@given(hours=HOURS)
def test_at_most_one_prompt_of_a_session_is_open(hours: float) -> None:
    now = END + timedelta(hours=hours)
    assert len([one for one in unanswered({"s": END}, set(), now, PROMPTS) if one.opens_at <= now]) <= 1


@given(hours=HOURS, answered=st.sets(st.sampled_from([3, 24, 72])))
def test_an_answer_closes_its_own_prompt_only(hours: float, answered: set[PromptHour]) -> None:
    before = hour_open(hours)
    assert hour_open(hours, *answered) == (None if before in answered else before)


@given(hours=HOURS)
def test_prompts_follow_elapsed_hours_over_a_dst_night(hours: float) -> None:
    night = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)  # the evening before clocks go forward in Denver
    shifted = asked({"s": night}, set(), night + timedelta(hours=hours))
    assert (None if shifted is None else shifted.hour) == hour_open(hours)


def finding(*events: tuple[str, EventSeverity]) -> tuple[str, float] | None:
    reported = [ReportedEvent(event=event, severity=severity) for event, severity in events]  # type: ignore[arg-type]
    found = event_finding("a", reported, known_at=END, hours=24, content=outcomes(), rule=RULES.adverse_event)
    return None if found is None else (str(found.severity), found.value)


def test_a_mild_event_raises_nothing() -> None:
    assert finding(("bruise", "mild"), ("tired", "mild")) is None


def test_a_moderate_event_is_normal_and_a_severe_one_high() -> None:
    assert finding(("dizzy", "moderate")) == ("normal", 2)
    assert finding(("dizzy", "severe")) == ("high", 3)


def test_the_worst_of_several_events_decides() -> None:
    assert finding(("bruise", "mild"), ("sick", "severe"), ("tired", "moderate")) == ("high", 3)


def test_the_words_of_the_patient_are_not_in_the_alert() -> None:
    event = ReportedEvent(event="other", severity="severe", words="secret words")
    found = event_finding("a", [event], known_at=END, hours=24, content=outcomes(), rule=RULES.adverse_event)
    assert "secret" not in str(found)


@pytest.mark.parametrize("events", [
    [ReportedEvent(event="none", severity="mild")],
    [ReportedEvent(event="bruise", severity="mild")] * 2,
    [ReportedEvent(event="bruise", severity="mild", words="blue")],
])  # fmt: skip
def test_events_that_contradict_each_other_are_refused(events: list[ReportedEvent]) -> None:
    with pytest.raises(UnfitScores):
        require_events(events, outcomes().events)


@pytest.mark.parametrize(("soreness", "hours", "raised"), [
    (4, 73, True), (3, 73, False), (4, 72, False), (None, 80, False), (10, 60, False),
])  # fmt: skip
def test_soreness_of_a_prompt_alerts_from_4_on_after_72_hours(soreness: int | None, hours: float, raised: bool) -> None:
    found = soreness_finding("a", soreness, known_at=END, hours=hours, rule=RULES.soreness_72h)
    assert (found is not None) == raised
