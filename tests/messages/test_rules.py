"""Unanswered messages that are overdue, and the hours in which a push may ring, as pure functions."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.messages.rules import PUSH_LIFE, is_edit, is_overdue, monday_to_friday, overdue_at
from homeplan.reminders.model import NIGHT, QuietHours
from homeplan.reminders.rules import in_quiet_hours, ring_window

DENVER = ZoneInfo("America/Denver")
ZONES = st.sampled_from(["America/Denver", "Pacific/Auckland", "America/Santiago", "UTC"]).map(ZoneInfo)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def local(day: int, at: str) -> datetime:
    """An instant in March 2026 in Denver; the 2nd is a Monday, the clocks go forward on Sunday the 8th."""
    return datetime.combine(date(2026, 3, day), time.fromisoformat(at), DENVER)


@pytest.mark.parametrize(
    ("since", "overdue"),
    [
        pytest.param(local(2, "09:00"), local(3, "09:00"), id="on Monday: the same time on Tuesday"),
        pytest.param(
            local(6, "16:30"), local(9, "16:30"), id="on Friday: the same time on Monday, over a clock change"
        ),
        pytest.param(local(7, "10:00"), local(10, "00:00"), id="on Saturday: when Monday is over"),
        pytest.param(local(8, "23:59"), local(10, "00:00"), id="on Sunday: when Monday is over"),
        pytest.param(local(2, "23:59"), local(3, "23:59"), id="late on Monday: late on Tuesday"),
    ],
)
def test_a_message_is_overdue_after_one_working_day(since: datetime, overdue: datetime) -> None:
    assert overdue_at(since, DENVER, monday_to_friday) == overdue
    assert not is_overdue(since, overdue - timedelta(seconds=1), DENVER, monday_to_friday)
    assert is_overdue(since, overdue, DENVER, monday_to_friday)


def test_a_holiday_is_no_working_day() -> None:
    def open_day(day: date) -> bool:
        return monday_to_friday(day) and day != date(2026, 3, 3)

    assert overdue_at(local(2, "09:00"), DENVER, open_day) == local(4, "09:00")


def test_a_clinic_without_any_working_day_waits_for_one_day_all_the_same() -> None:
    assert overdue_at(local(2, "09:00"), DENVER, lambda _: False) == local(4, "00:00")


@given(INSTANTS, ZONES)
def test_a_message_never_waits_less_than_a_day_or_more_than_four(since: datetime, zone: ZoneInfo) -> None:
    waited = overdue_at(since, zone, monday_to_friday) - since
    assert timedelta(hours=22) <= waited <= timedelta(days=3, hours=26)


@given(INSTANTS, INSTANTS, ZONES)
def test_a_message_that_came_later_is_not_overdue_earlier(one: datetime, other: datetime, zone: ZoneInfo) -> None:
    first, second = sorted([one, other])
    assert overdue_at(first, zone, monday_to_friday) <= overdue_at(second, zone, monday_to_friday) + timedelta(hours=2)


QUIET = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: QuietHours(*pair))


@given(INSTANTS, QUIET, ZONES)
def test_a_push_rings_outside_the_quiet_hours_and_ends_before_the_next(
    now: datetime, quiet: QuietHours, zone: ZoneInfo
) -> None:
    due, deadline = ring_window(now, quiet, zone, PUSH_LIFE)
    assert now <= due < deadline <= due + PUSH_LIFE
    assert not in_quiet_hours(due, quiet, zone) or due > now  # a clock change may cut the quiet hours' end off


def test_a_push_of_the_night_rings_in_the_morning() -> None:
    due, deadline = ring_window(local(2, "23:00"), NIGHT, DENVER, PUSH_LIFE)
    assert (due, deadline) == (local(3, "07:00"), local(3, "19:00"))
    assert ring_window(local(2, "21:00"), NIGHT, DENVER, PUSH_LIFE) == (local(2, "21:00"), local(2, "22:00"))
    assert ring_window(local(2, "23:00"), None, DENVER, PUSH_LIFE) == (local(2, "23:00"), local(3, "11:00"))


def test_an_edit_has_other_words_and_is_later() -> None:
    at = local(2, "09:00")
    later = at + timedelta(seconds=1)
    assert is_edit("b", later, "a", at)
    assert not is_edit("a", later, "a", at)
    assert not is_edit("b", at, "a", at)
    assert not is_edit("b", at - timedelta(seconds=1), "a", at)
