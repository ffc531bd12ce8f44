"""Whether a due reminder rings: each reason for silence, and what a patient may set."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.errors import Invalid
from homeplan.reminders.due import Facts, Occurrence, Ring, Skip
from homeplan.reminders.model import (
    InQuietHours,
    QuietHours,
    ReminderEntry,
    ReminderKind,
    ReminderSettings,
    SilenceReason,
    Slot,
)
from homeplan.reminders.rules import check_entry, check_settings, should_ring

DUE = datetime(2026, 3, 2, 16, tzinfo=UTC)
DAY = date(2026, 3, 2)

WAITING = Facts(
    enabled=True,
    in_care=True,
    left=2,
    on_plan=True,
    logged_at=None,
    exercise_paused=False,
    rings_today=0,
    snoozed_until=None,
    in_quiet_hours=False,
    paused_until=None,
    daily_cap=3,
)
"""A patient who has something to do and wants to be reminded."""


def occurrence(**changes: Any) -> Occurrence:
    first = Occurrence(
        kind=ReminderKind.EXERCISE,
        day=DAY,
        slot=Slot.FIRST,
        due_at=DUE,
        asked_at=DUE,
        deadline_at=DUE + timedelta(hours=2),
    )
    return msgspec.structs.replace(first, **changes)


def facts(**changes: Any) -> Facts:
    return msgspec.structs.replace(WAITING, **changes)


def test_rings_when_something_is_left_to_do_with_the_remaining_life() -> None:
    answer = should_ring(occurrence(), WAITING, DUE + timedelta(minutes=5))

    assert answer == Ring(timedelta(hours=1, minutes=55))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"enabled": False}, SilenceReason.OFF),
        ({"in_care": False}, SilenceReason.DISCHARGED),
        ({"paused_until": date(2026, 3, 3)}, SilenceReason.PAUSED),
        ({"on_plan": False, "left": 0}, SilenceReason.NO_PLAN),
        ({"left": 0}, SilenceReason.DONE),
        ({"exercise_paused": True}, SilenceReason.SAFETY),
        ({"snoozed_until": DUE + timedelta(minutes=10)}, SilenceReason.SNOOZED),
        ({"rings_today": 3}, SilenceReason.CAP),
    ],
)
def test_stays_silent_for(changed: dict[str, Any], reason: SilenceReason) -> None:
    assert should_ring(occurrence(), facts(**changed), DUE) == Skip(reason)


@pytest.mark.parametrize(("late_s", "rings"), [(7140, True), (7141, False), (7200, False), (86_400, False)])
def test_is_stale_when_less_than_a_minute_of_life_is_left(late_s: int, rings: bool) -> None:
    answer = should_ring(occurrence(), WAITING, DUE + timedelta(seconds=late_s))

    assert isinstance(answer, Ring) is rings
    assert rings or answer == Skip(SilenceReason.STALE)


def test_a_pause_ends_on_its_day() -> None:
    assert isinstance(should_ring(occurrence(), facts(paused_until=DAY), DUE), Ring)


def test_a_safety_answer_silences_exercises_and_activities_but_not_the_check_in() -> None:
    paused = facts(exercise_paused=True)

    assert should_ring(occurrence(kind=ReminderKind.ACTIVITY), paused, DUE) == Skip(SilenceReason.SAFETY)
    assert isinstance(should_ring(occurrence(kind=ReminderKind.CHECKIN), paused, DUE), Ring)


class TestSecondChance:
    second = occurrence(slot=Slot.SECOND_CHANCE, asked_at=DUE - timedelta(minutes=30))

    def test_rings_when_nothing_was_logged(self) -> None:
        assert isinstance(should_ring(self.second, WAITING, DUE), Ring)

    def test_stays_silent_once_something_was_logged_even_if_more_is_left(self) -> None:
        started = facts(left=1, logged_at=DUE - timedelta(minutes=5))

        assert should_ring(self.second, started, DUE) == Skip(SilenceReason.DONE)

    def test_ignores_a_log_from_before_the_first_ring(self) -> None:
        this_morning = facts(left=1, logged_at=DUE - timedelta(hours=8))

        assert isinstance(should_ring(self.second, this_morning, DUE), Ring)

    def test_is_dropped_in_quiet_hours(self) -> None:
        assert should_ring(self.second, facts(in_quiet_hours=True), DUE) == Skip(SilenceReason.QUIET)

    def test_counts_against_the_cap(self) -> None:
        assert should_ring(self.second, facts(rings_today=3), DUE) == Skip(SilenceReason.CAP)


class TestSnoozed:
    snoozed = occurrence(slot=Slot.BY_HAND, asked_at=DUE - timedelta(minutes=10))

    def test_rings_at_its_time_regardless_of_the_cap(self) -> None:
        asked_for = facts(snoozed_until=DUE, rings_today=3)

        assert isinstance(should_ring(self.snoozed, asked_for, DUE), Ring)

    def test_stays_silent_when_it_was_done_meanwhile(self) -> None:
        assert should_ring(self.snoozed, facts(logged_at=DUE), DUE) == Skip(SilenceReason.DONE)

    def test_is_dropped_in_quiet_hours(self) -> None:
        assert should_ring(self.snoozed, facts(in_quiet_hours=True), DUE) == Skip(SilenceReason.QUIET)


@given(
    late=st.timedeltas(timedelta(0), timedelta(days=3)),
    rings_today=st.integers(0, 9),
    left=st.integers(0, 3),
    slot=st.integers(0, 5),
)
def test_never_rings_past_the_deadline_nor_for_what_is_done(
    late: timedelta, rings_today: int, left: int, slot: int
) -> None:
    answer = should_ring(occurrence(slot=slot), facts(rings_today=rings_today, left=left), DUE + late)

    if isinstance(answer, Ring):
        assert late + answer.life == timedelta(hours=2)
        assert left > 0
        assert rings_today < 3 or slot >= Slot.BY_HAND


class TestEntries:
    entry = ReminderEntry(kind=ReminderKind.CHECKIN, weekdays=127, wall_time=time(23), zone_policy="home", enabled=True)
    night = QuietHours(time(22), time(6))

    def test_a_time_in_quiet_hours_is_refused_with_its_field(self) -> None:
        with pytest.raises(InQuietHours) as refused:
            check_entry(self.entry, self.night)

        assert refused.value.field == "wallTime"

    def test_a_reminder_that_is_off_may_keep_any_time(self) -> None:
        check_entry(msgspec.structs.replace(self.entry, enabled=False), self.night)

    def test_seconds_are_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            check_entry(msgspec.structs.replace(self.entry, wall_time=time(8, 0, 1)), None)

        assert refused.value.field == "wallTime"

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            (ReminderSettings(quiet_from=time(22)), "quietFrom"),
            (ReminderSettings(quiet_from=time(22), quiet_until=time(22)), "quietUntil"),
            (ReminderSettings(quiet_from=time(22), quiet_until=time(6, 0, 30)), "quietUntil"),
            (ReminderSettings(quiet_from=time(22), quiet_until=time(6)), "quietFrom"),
        ],
    )
    def test_quiet_hours_come_in_pairs_and_silence_no_set_time(self, settings: ReminderSettings, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            check_settings(settings, [self.entry])

        assert refused.value.field == field

    def test_quiet_hours_that_touch_no_reminder_are_fine(self) -> None:
        check_settings(ReminderSettings(quiet_from=time(23, 30), quiet_until=time(6)), [self.entry])
