"""Clinic hours and the duty list in the clinic's own zone: holidays, both nights of a clock change, absences."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.duty.model import (
    ClinicHours,
    Cover,
    Duty,
    DutyEntry,
    DutySettings,
    Holiday,
    HoursInvalid,
    OpenTime,
    Roster,
    RosterInvalid,
)
from homeplan.duty.rules import (
    check,
    covers_of,
    duty_begins,
    is_open,
    last_digest,
    next_attended,
    next_digest,
    next_opening,
    nobody_on_duty,
    on_duty,
    openings,
    working_days_since,
)
from homeplan.errors import Invalid

DENVER = ZoneInfo("America/Denver")
WEEK = tuple(OpenTime(weekday=day, opens=time(8), closes=time(17)) for day in range(5))
MONDAY = date(2026, 3, 2)


def duty(**changed: Any) -> Duty:
    first: dict[str, Any] = {"zone": DENVER, "week": WEEK}
    return Duty(**(first | changed))


def at(text: str, zone: ZoneInfo = DENVER) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def entry(staff_id: str, kind: Any = "duty", **changed: Any) -> DutyEntry:
    return DutyEntry(id=f"{staff_id}-{kind}", staff_id=staff_id, kind=kind, **changed)


def test_the_clinic_is_open_from_the_opening_up_to_the_closing_time() -> None:
    assert not is_open(duty(), at("2026-03-02 07:59"))
    assert is_open(duty(), at("2026-03-02 08:00"))
    assert is_open(duty(), at("2026-03-02 16:59"))
    assert not is_open(duty(), at("2026-03-02 17:00"))
    assert not is_open(duty(), at("2026-03-07 10:00")), "a Saturday"


def test_a_holiday_is_closed_and_the_next_opening_is_after_it() -> None:
    closed = duty(holidays=frozenset({MONDAY}))
    assert not is_open(closed, at("2026-03-02 10:00"))
    assert next_opening(closed, at("2026-02-27 17:00")) == at("2026-03-03 08:00")


def test_a_break_at_noon_is_closed() -> None:
    week = (
        OpenTime(weekday=0, opens=time(8), closes=time(12)),
        OpenTime(weekday=0, opens=time(14), closes=time(18)),
    )
    assert next_opening(duty(week=week), at("2026-03-02 12:00")) == at("2026-03-02 14:00")


def test_a_clinic_without_hours_counts_as_open_at_every_hour() -> None:
    unknown = duty(week=None)
    assert is_open(unknown, at("2026-03-01 03:00"))
    assert next_opening(unknown, at("2026-03-01 03:00")) == at("2026-03-01 03:00")


def test_a_clinic_that_never_opens_has_no_next_opening() -> None:
    assert next_opening(duty(week=()), at("2026-03-02 10:00")) is None


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/Denver", date(2026, 3, 8), 2),  # 02:00 becomes 03:00
        ("America/Denver", date(2026, 11, 1), 4),  # 02:00 becomes 01:00
        ("Europe/Madrid", date(2026, 3, 29), 2),
        ("Europe/Madrid", date(2026, 10, 25), 4),
    ],
)
def test_a_stretch_over_the_night_of_a_clock_change_keeps_its_wall_times(zone: str, day: date, hours: int) -> None:
    night = duty(zone=ZoneInfo(zone), week=(OpenTime(weekday=6, opens=time(1), closes=time(4)),))
    [span] = openings(night, at(f"{day} 00:00", ZoneInfo(zone)), 1)
    assert span.ends_at - span.begins_at == timedelta(hours=hours)
    assert span.begins_at.astimezone(ZoneInfo(zone)).time() == time(1)
    assert span.ends_at.astimezone(ZoneInfo(zone)).time() == time(4)


def test_a_stretch_that_a_clock_change_swallows_is_never_open() -> None:
    swallowed = duty(week=(OpenTime(weekday=6, opens=time(2, 15), closes=time(2, 45)),))
    assert openings(swallowed, at("2026-03-08 00:00"), 1) == []
    assert next_opening(swallowed, at("2026-03-08 00:00")) == at("2026-03-15 02:15")


NIGHTS = (
    OpenTime(weekday=5, opens=time(22), closes=time(0)),
    OpenTime(weekday=6, opens=time(0), closes=time(6)),
)
"""Saturday evening until Sunday morning, entered on two days."""


@pytest.mark.parametrize(
    ("zone", "sunday", "hours"),
    [
        ("America/Denver", date(2026, 3, 1), 8),
        ("America/Denver", date(2026, 3, 8), 7),  # 02:00 becomes 03:00
        ("America/Denver", date(2026, 11, 1), 9),  # 02:00 becomes 01:00
        ("America/Santiago", date(2026, 9, 6), 7),  # midnight becomes 01:00
        ("America/Havana", date(2026, 11, 1), 9),  # 01:00 becomes midnight once more
    ],
)
def test_a_night_clinic_is_open_from_evening_to_morning_without_a_gap(zone: str, sunday: date, hours: int) -> None:
    clinic = duty(zone=ZoneInfo(zone), week=NIGHTS, entries=(entry("ana"),))
    evening = at(f"{sunday - timedelta(days=1)} 22:00", ZoneInfo(zone))
    [night] = openings(clinic, evening - timedelta(hours=1), 2)
    assert (night.begins_at, night.ends_at - night.begins_at) == (evening, timedelta(hours=hours))
    assert night.ends_at.astimezone(ZoneInfo(zone)).time() == time(6)
    inside = [night.begins_at + timedelta(minutes=minutes) for minutes in range(hours * 60)]
    assert all(is_open(clinic, each) and next_opening(clinic, each) == each for each in inside)
    assert not is_open(clinic, night.ends_at)
    assert nobody_on_duty(clinic, evening, night.ends_at) == []


def test_a_stretch_past_midnight_is_refused_with_the_way_to_enter_it() -> None:
    night = ClinicHours(time_zone="America/Denver", week=(OpenTime(weekday=5, opens=time(22), closes=time(6)),))
    with pytest.raises(HoursInvalid, match="until 00:00 on the first, from 00:00 on the next"):
        check(settings(hours=night), {"ana", "ben"})
    check(settings(hours=ClinicHours(time_zone="America/Denver", week=NIGHTS)), {"ana", "ben"})


def test_a_stretch_until_midnight_overlaps_one_of_the_same_evening() -> None:
    week = (*NIGHTS, OpenTime(weekday=5, opens=time(23), closes=time(23, 30)))
    with pytest.raises(HoursInvalid):
        check(settings(hours=ClinicHours(time_zone="America/Denver", week=week)), {"ana", "ben"})


TIMES = st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0, fold=0))
ZONES = st.sampled_from(["America/Denver", "Europe/Madrid", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"])
INSTANTS = st.integers(0, 365 * 86_400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@st.composite
def hours(draw: st.DrawFn) -> Duty:
    week = []
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        opens, closes = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
        closes = draw(st.sampled_from([closes, time(0)]))
        week.append(OpenTime(weekday=weekday, opens=opens, closes=closes))
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=5))
    entries = draw(st.lists(st.integers(1, 127), max_size=2))
    listed = [
        DutyEntry(id=str(n), staff_id=str(n), kind="duty" if n else "on-call", weekdays=mask)
        for n, mask in enumerate(entries)
    ]
    return duty(zone=ZoneInfo(draw(ZONES)), week=tuple(week), holidays=holidays, entries=tuple(listed))


@given(hours(), INSTANTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(clinic: Duty, now: datetime) -> None:
    opening = next_opening(clinic, now)
    assert opening is not None
    assert is_open(clinic, opening)
    assert opening.astimezone(clinic.zone).date() not in clinic.holidays
    before = {now + (opening - now) * share / 16 for share in range(16)} | {opening - timedelta(seconds=1)}
    assert not any(is_open(clinic, each) for each in before if now <= each < opening)


@given(hours(), INSTANTS)
def test_open_means_that_the_wall_clock_is_within_a_stretch(clinic: Duty, now: datetime) -> None:
    shown = now.astimezone(clinic.zone)
    within = any(
        each.weekday == shown.weekday()
        and each.opens <= shown.time()
        and (each.closes == time(0) or shown.time() < each.closes)
        for each in clinic.week or ()
    )
    is_repeated = shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()
    if not is_repeated:  # in the hour that happens twice, a stretch ends and begins with the first pass
        assert is_open(clinic, now) == (within and shown.date() not in clinic.holidays)


@given(hours(), INSTANTS)
def test_the_instant_attended_next_is_open_or_has_somebody_on_call(clinic: Duty, now: datetime) -> None:
    attended, opening = next_attended(clinic, now), next_opening(clinic, now)
    assert attended is not None
    assert opening is not None
    assert now <= attended <= opening
    assert is_open(clinic, attended) or on_duty(clinic, attended)


@given(hours(), INSTANTS, st.integers(1, 48))
def test_a_gap_is_open_and_has_nobody_on_duty(clinic: Duty, now: datetime, ahead: int) -> None:
    end = now + timedelta(hours=ahead)
    gaps = nobody_on_duty(clinic, now, end)
    for gap in gaps:
        assert now <= gap.begins_at < gap.ends_at <= end
        assert is_open(clinic, gap.begins_at)
        assert on_duty(clinic, gap.begins_at) == ()
    for share in range(24):
        each = now + (end - now) * share / 24
        is_gap = any(gap.begins_at <= each < gap.ends_at for gap in gaps)
        assert is_gap == (is_open(clinic, each) and not on_duty(clinic, each))


@given(hours(), INSTANTS)
def test_digests_come_at_the_chosen_wall_time_of_working_days_only(clinic: Duty, now: datetime) -> None:
    last, following = last_digest(clinic, now), next_digest(clinic, now)
    assert last is not None
    assert following is not None
    assert last <= now < following
    for each in (last, following):
        assert openings(clinic, each.astimezone(clinic.zone).replace(hour=0, minute=0).astimezone(UTC), 1) != []


def test_duty_holds_in_clinic_hours_and_on_call_outside_them() -> None:
    clinic = duty(entries=(entry("ana"), entry("ben", "on-call")))
    assert on_duty(clinic, at("2026-03-02 10:00")) == ("ana",)
    assert on_duty(clinic, at("2026-03-02 20:00")) == ("ben",)
    assert on_duty(clinic, at("2026-03-07 10:00")) == ("ben",)
    assert next_attended(clinic, at("2026-03-07 10:00")) == at("2026-03-07 10:00")


def test_an_entry_holds_on_its_weekdays_and_days_only() -> None:
    tuesdays = entry("ana", weekdays=2, first_day=date(2026, 3, 3), last_day=date(2026, 3, 10))
    clinic = duty(entries=(tuesdays,))
    on = [day for day in range(1, 31) if on_duty(clinic, at(f"2026-03-{day:02d} 10:00"))]
    assert on == [3, 10]


def test_the_cover_person_takes_the_place_of_who_is_absent() -> None:
    absence = Cover(id="a", staff_id="ana", cover_id="ben", first_day=MONDAY, last_day=MONDAY)
    clinic = duty(entries=(entry("ana"),), covers=(absence, Cover(id="b", staff_id="ana", cover_id="eva")))
    assert on_duty(clinic, at("2026-03-02 10:00")) == ("ben",)
    assert on_duty(clinic, at("2026-03-03 10:00")) == ("ana",)
    assert covers_of(clinic, "ana", MONDAY) == ("ben",)
    assert covers_of(clinic, "ana", MONDAY + timedelta(days=1)) == ("eva",)


def test_a_cover_person_who_is_absent_too_covers_for_nobody() -> None:
    away = {"first_day": MONDAY, "last_day": MONDAY}
    covers = (
        Cover(id="a", staff_id="ana", cover_id="ben", **away),
        Cover(id="b", staff_id="ben", cover_id="ana", **away),
    )
    assert covers_of(duty(covers=covers), "ana", MONDAY) == ()


def test_everybody_on_duty_in_the_next_day_is_known_with_the_first_instant() -> None:
    clinic = duty(entries=(entry("ana"), entry("ben", "on-call", weekdays=2)))
    begins = duty_begins(clinic, at("2026-03-02 10:00"), at("2026-03-03 10:00"))
    assert begins == {"ana": at("2026-03-02 10:00"), "ben": at("2026-03-03 00:00")}


def test_working_days_leave_out_weekends_holidays_and_the_day_itself() -> None:
    friday = at("2026-02-27 16:00")
    assert working_days_since(duty(), friday, at("2026-03-01 12:00")) == 0
    assert working_days_since(duty(), friday, at("2026-03-02 08:00")) == 1
    assert working_days_since(duty(holidays=frozenset({MONDAY})), friday, at("2026-03-03 08:00")) == 1


def settings(**changed: Any) -> DutySettings:
    given_hours = ClinicHours(time_zone="America/Denver", week=WEEK)
    first: dict[str, Any] = {"version": 0, "hours": given_hours, "roster": Roster()}
    return DutySettings(**(first | changed))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (settings(hours=ClinicHours(time_zone="Mars/Olympus", week=WEEK)), Invalid),
        (settings(hours=ClinicHours(time_zone="America/Denver", week=(WEEK[0], WEEK[0]))), HoursInvalid),
        (
            settings(
                hours=ClinicHours(
                    time_zone="America/Denver", week=(OpenTime(weekday=0, opens=time(9), closes=time(9)),)
                )
            ),
            HoursInvalid,
        ),
        (
            settings(
                hours=ClinicHours(
                    time_zone="America/Denver", week=WEEK, holidays=(Holiday(day=MONDAY), Holiday(day=MONDAY))
                )
            ),
            HoursInvalid,
        ),
        (settings(roster=Roster(entries=(entry("nobody"),))), RosterInvalid),
        (settings(roster=Roster(entries=(entry("ana"), entry("ana")))), RosterInvalid),
        (
            settings(roster=Roster(entries=(entry("ana", first_day=MONDAY, last_day=MONDAY - timedelta(days=1)),))),
            RosterInvalid,
        ),
        (settings(roster=Roster(covers=(Cover(id="c", staff_id="ana", cover_id="ana"),))), RosterInvalid),
        (
            settings(roster=Roster(covers=(Cover(id="c", staff_id="ana", cover_id="ben", first_day=MONDAY),))),
            RosterInvalid,
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: DutySettings, error: type[Invalid]) -> None:
    with pytest.raises(error):
        check(wrong, {"ana", "ben"})


def test_settings_that_fit_are_taken() -> None:
    check(settings(roster=Roster(entries=(entry("ana"), entry("ben", "on-call")))), {"ana", "ben"})
