"""Wall-clock arithmetic of reminders, in every kind of night that a zone can have."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from homeplan.clock import local_day
from homeplan.reminders.due import OUTDATED, DueTime, QueuedReminder, RowPlan
from homeplan.reminders.model import (
    InQuietHours,
    QuietHours,
    ReminderEntry,
    ReminderSettings,
    Slot,
    Snooze,
    TooLateTonight,
)
from homeplan.reminders.rules import deadline, in_quiet_hours, next_due, plan_row, snoozed_until, wall_instant

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "next_reminder.json").read_text("utf-8"))["cases"]

ZONES = [
    "America/Denver",
    "America/St_Johns",  # half an hour, with clock changes
    "America/Phoenix",  # no clock changes
    "Europe/Madrid",
    "Africa/Cairo",  # changes at midnight
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Chatham",
    "Pacific/Auckland",
]
DENVER = ZoneInfo("America/Denver")
NIGHT = QuietHours(time(22), time(6))


def daily(at: time, weekdays: int = 127) -> ReminderEntry:
    return ReminderEntry(kind="checkin", weekdays=weekdays, wall_time=at, zone_policy="home", enabled=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_next_reminder_follows_the_vectors(case: dict[str, Any]) -> None:
    reminder = daily(time.fromisoformat(case["wallTime"]), case["weekdays"])

    due = next_due(reminder, ZoneInfo(case["zone"]), datetime.fromisoformat(case["after"]))

    assert (due.day.isoformat(), due.at.isoformat().replace("+00:00", "Z")) == (case["day"], case["due"])


@pytest.mark.parametrize("zone_name", ZONES)
@settings(max_examples=12, deadline=None)
@given(
    minute=st.integers(0, 1439),
    year=st.integers(2024, 2031),
    weekdays=st.one_of(st.just(127), st.integers(1, 127)),
)
def test_a_simulated_year_rings_once_per_local_day(zone_name: str, minute: int, year: int, weekdays: int) -> None:
    zone = ZoneInfo(zone_name)
    reminder = daily(time(minute // 60, minute % 60), weekdays)
    now = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) - timedelta(microseconds=1)
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    rung: Counter[date] = Counter()
    while (now := next_due(reminder, zone, now).at) < end:
        rung[local_day(now, zone)] += 1

    first = date(year, 1, 1)
    days = [first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days)]
    assert rung == Counter(day for day in days if weekdays & 1 << day.weekday())


@settings(max_examples=300, deadline=None)
@example(zone_name="Africa/Cairo", after=datetime(2028, 4, 26, 22, tzinfo=UTC), minute=0)  # the gap begins at midnight
@given(
    zone_name=st.sampled_from(ZONES),
    after=st.integers(1_704_067_200, 1_956_528_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    minute=st.integers(0, 1439),
)
def test_the_wall_clock_shows_the_set_time_or_the_gap_explains_it(zone_name: str, after: datetime, minute: int) -> None:
    zone, at = ZoneInfo(zone_name), time(minute // 60, minute % 60)

    due = next_due(daily(at), zone, after)

    wanted, shown = datetime.combine(due.day, at), due.at.astimezone(zone)
    assert due.at > after
    if shown.replace(tzinfo=None) != wanted:
        before = (due.at - timedelta(seconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < wanted < shown.replace(tzinfo=None), "the clock skips the set time here"
    assert shown.fold == 0, "a repeated time rings at its first pass"


def test_a_traveller_to_the_west_is_reminded_once_on_the_day() -> None:
    rung_in_new_york = next_due(daily(time(8)), ZoneInfo("America/New_York"), datetime(2026, 5, 4, 3, tzinfo=UTC))

    in_los_angeles = next_due(
        daily(time(8)), ZoneInfo("America/Los_Angeles"), rung_in_new_york.at, rung=rung_in_new_york.day
    )

    assert rung_in_new_york.day == date(2026, 5, 4)
    assert in_los_angeles.day == date(2026, 5, 5)


def test_a_day_that_a_zone_skipped_has_no_instant() -> None:
    apia = ZoneInfo("Pacific/Apia")

    assert wall_instant(date(2011, 12, 30), time(8), apia) is None
    assert wall_instant(date(2011, 12, 31), time(8), apia) == datetime(2011, 12, 30, 18, tzinfo=UTC)


def test_a_time_lost_in_a_gap_over_midnight_still_belongs_to_its_day() -> None:
    toronto = ZoneInfo("America/Toronto")  # 30 March 1919: from 23:30 straight to 00:30

    due = next_due(daily(time(23, 45)), toronto, datetime(1919, 3, 31, 3, tzinfo=UTC))

    assert due.day == date(1919, 3, 30)
    assert due.at.astimezone(toronto) == datetime(1919, 3, 31, 0, 30, tzinfo=toronto)


class TestPlanRow:
    """The plan for a queue row whose stored due time has come."""

    due = datetime(2026, 3, 2, 19, tzinfo=DENVER).astimezone(UTC)

    def row(self, **changes: Any) -> QueuedReminder:
        row = QueuedReminder(
            clinic_id="c",
            reminder_id="r",
            patient_id="p",
            slot=Slot.FIRST,
            day=date(2026, 3, 2),
            due_at=self.due,
            asked_at=self.due,
            entry=daily(time(19)),
            settings=ReminderSettings(),
            home_time_zone="America/Denver",
            second_way_after=None,
            phone_time_zone=None,
            snoozed_until=None,
        )
        return msgspec.structs.replace(row, **changes)

    def test_a_due_row_becomes_an_occurrence_and_tomorrows_ring(self) -> None:
        plan = plan_row(self.row(), DENVER, self.due)

        assert plan.occurrence is not None
        assert (plan.occurrence.day, plan.occurrence.due_at) == (date(2026, 3, 2), self.due)
        assert plan.next_ring == DueTime(date(2026, 3, 3), self.due + timedelta(days=1))
        assert plan.second_chance_at is None

    def test_a_second_chance_is_planned_with_it(self) -> None:
        entry = msgspec.structs.replace(daily(time(19)), second_chance_minutes=45)

        plan = plan_row(self.row(entry=entry), DENVER, self.due)

        assert plan.second_chance_at == self.due + timedelta(minutes=45)

    @pytest.mark.parametrize(("left_s", "is_planned"), [(61, True), (60, False), (30, False)])
    def test_a_second_chance_with_less_than_a_minute_left_is_not_planned(self, left_s: int, is_planned: bool) -> None:
        """A late ring would be stale by then, and two rings within a minute help nobody."""
        entry = msgspec.structs.replace(daily(time(19)), second_chance_minutes=45)
        second_chance = self.due + timedelta(minutes=45)

        plan = plan_row(self.row(entry=entry), DENVER, second_chance - timedelta(seconds=left_s))

        assert plan.second_chance_at == (second_chance if is_planned else None)

    def test_when_the_wall_clock_is_behind_the_stored_time_nothing_rings_yet(self) -> None:
        """The patient moved, or a government changed its rules, after the due time was stored."""
        chicago_due = datetime(2026, 3, 2, 19, tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)

        plan = plan_row(self.row(due_at=chicago_due), DENVER, chicago_due)

        assert plan == RowPlan(next_ring=DueTime(date(2026, 3, 2), self.due))

    def test_when_the_wall_clock_is_ahead_of_the_stored_time_it_was_due_by_the_wall_clock(self) -> None:
        plan = plan_row(self.row(), ZoneInfo("America/Chicago"), self.due)

        assert plan.occurrence is not None
        assert plan.occurrence.due_at == self.due - timedelta(hours=1)

    def test_a_day_that_had_its_ring_is_not_planned_again_after_flying_west(self) -> None:
        tomorrow = self.row(day=date(2026, 3, 3), due_at=OUTDATED)

        plan = plan_row(tomorrow, ZoneInfo("Pacific/Honolulu"), self.due)

        assert plan.next_ring is not None
        assert plan.next_ring.day == date(2026, 3, 3)

    def test_a_ring_that_was_skipped_by_flying_east_is_late_or_stale(self) -> None:
        plan = plan_row(self.row(due_at=OUTDATED), ZoneInfo("Asia/Tokyo"), self.due)

        assert plan.occurrence is not None
        assert plan.occurrence.due_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
        assert plan.next_ring == DueTime(date(2026, 3, 3), datetime(2026, 3, 3, 10, tzinfo=UTC))

    def test_a_repeat_has_no_next_ring_and_remembers_when_it_was_asked_for(self) -> None:
        plan = plan_row(self.row(slot=Slot.BY_HAND, asked_at=self.due - timedelta(minutes=10)), DENVER, self.due)

        assert (plan.next_ring, plan.second_chance_at) == (None, None)
        assert plan.occurrence is not None
        assert plan.occurrence.asked_at == self.due - timedelta(minutes=10)

    def test_a_reminder_that_is_off_leaves_the_queue(self) -> None:
        off = msgspec.structs.replace(daily(time(19)), enabled=False)

        assert plan_row(self.row(entry=off), DENVER, self.due) == RowPlan()


class TestDeadline:
    due = datetime(2026, 3, 2, 18, 30, tzinfo=DENVER).astimezone(UTC)

    def test_is_two_hours_after_due(self) -> None:
        assert deadline(self.due, None, None, DENVER) == self.due + timedelta(hours=2)

    def test_is_the_next_ring_when_that_comes_first(self) -> None:
        next_ring = self.due + timedelta(minutes=45)

        assert deadline(self.due, next_ring, None, DENVER) == next_ring

    def test_is_the_beginning_of_quiet_hours_so_that_a_late_phone_stays_silent_at_night(self) -> None:
        late = datetime(2026, 3, 2, 21, 30, tzinfo=DENVER).astimezone(UTC)

        assert deadline(late, None, NIGHT, DENVER).astimezone(DENVER).time() == time(22)

    def test_counts_real_hours_over_a_clock_change(self) -> None:
        before_gap = datetime(2026, 3, 8, 1, 30, tzinfo=DENVER).astimezone(UTC)

        assert deadline(before_gap, None, None, DENVER).astimezone(DENVER).time() == time(4, 30)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("at", "quiet"),
        [(time(21, 59), False), (time(22), True), (time(0), True), (time(5, 59), True), (time(6), False)],
    )
    def test_run_over_midnight(self, at: time, quiet: bool) -> None:
        assert NIGHT.cover(at) is quiet

    def test_may_lie_within_a_day(self) -> None:
        siesta = QuietHours(time(14), time(16))

        assert [siesta.cover(time(h)) for h in (13, 14, 15, 16)] == [False, True, True, False]

    def test_are_read_on_the_clock_of_the_zone(self) -> None:
        at = datetime(2026, 3, 2, 5, tzinfo=UTC)  # 22:00 in Denver

        assert in_quiet_hours(at, NIGHT, DENVER)
        assert not in_quiet_hours(at, NIGHT, ZoneInfo("Asia/Tokyo"))


class TestSnooze:
    now = datetime(2026, 3, 2, 12, 5, tzinfo=DENVER).astimezone(UTC)

    @pytest.mark.parametrize("minutes", [10, 30, 60])
    def test_by_minutes(self, minutes: Any) -> None:
        assert snoozed_until(Snooze(minutes=minutes), self.now, NIGHT, DENVER) == self.now + timedelta(minutes=minutes)

    def test_until_tonight_is_eight_in_the_evening(self) -> None:
        at = snoozed_until(Snooze(until="tonight"), self.now, NIGHT, DENVER)

        assert at.astimezone(DENVER) == datetime(2026, 3, 2, 20, tzinfo=DENVER)

    def test_until_tonight_keeps_half_an_hour_from_early_quiet_hours(self) -> None:
        at = snoozed_until(Snooze(until="tonight"), self.now, QuietHours(time(19, 30), time(7)), DENVER)

        assert at.astimezone(DENVER).time() == time(19)

    def test_into_quiet_hours_is_refused(self) -> None:
        late = datetime(2026, 3, 2, 21, 45, tzinfo=DENVER).astimezone(UTC)

        with pytest.raises(InQuietHours):
            snoozed_until(Snooze(minutes=30), late, NIGHT, DENVER)

    def test_until_tonight_is_refused_once_the_evening_has_begun(self) -> None:
        late = datetime(2026, 3, 2, 20, tzinfo=DENVER).astimezone(UTC)

        with pytest.raises(TooLateTonight):
            snoozed_until(Snooze(until="tonight"), late, NIGHT, DENVER)

    @pytest.mark.parametrize("given", [{}, {"minutes": 10, "until": "tonight"}])
    def test_needs_exactly_one_of_minutes_and_tonight(self, given: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="either"):
            Snooze(**given)
