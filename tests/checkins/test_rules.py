"""The open days, the believed times of phones, and the level of a safety answer."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.checkins.model import AnswerTooOld, DayClosed, ExercisePause, Region, Sign, UnknownRegion
from homeplan.checkins.rules import (
    believed_time,
    believed_time_of_safety_answer,
    levels_of,
    next_review,
    open_days,
    open_warning,
    paused_days,
    places,
    reference_time,
    require_open,
    require_regions,
    safety_level,
    since_needling,
    with_other_item,
)
from homeplan.library.content import starter
from homeplan.phone_time import is_open
from homeplan.values import Side
from tests.checkins.answers import entry

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "open_days.json").read_text("utf-8"))["cases"]
TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
REGIONS = starter().body_regions
REVIEW = starter().alert_rules.daily_review
SCREEN = {item.id: item for item in starter().safety_screen.items}
YEAR = st.integers(0, 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
ZONES = st.sampled_from([
    "America/Denver", "America/Havana", "America/Santiago", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Madrid",
    "Etc/GMT+12", "Pacific/Kiritimati", "Pacific/Chatham",
]).map(ZoneInfo)  # fmt: skip


@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
def test_open_days_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    at = datetime.fromisoformat(case["at"])
    assert [str(day) for day in open_days(at, ZoneInfo(case["zone"]))] == case["open"]
    assert all(is_open(date.fromisoformat(day), at) for day in case["open"] + case["accepts"])
    assert not any(is_open(date.fromisoformat(day), at) for day in case["refuses"])


@given(YEAR, ZONES)
def test_the_server_accepts_every_day_that_a_phone_in_any_zone_offers(at: datetime, zone: ZoneInfo) -> None:
    offered = open_days(at, zone)
    assert len(offered) == 3
    assert all(is_open(day, at) for day in offered)


@given(YEAR, st.integers(-400, 400))
def test_the_server_accepts_at_most_five_days(at: datetime, offset: int) -> None:
    day = at.date() + timedelta(days=offset)
    assert is_open(day, at) is (-3 <= offset <= 1)


def test_a_day_is_open_or_closed_by_the_time_of_the_answer_not_of_its_arrival() -> None:
    require_open(date(2026, 3, 2), answered_at=NOW, stated=NOW)
    with pytest.raises(DayClosed) as refused:
        require_open(date(2026, 3, 2), answered_at=NOW + timedelta(days=30), stated=NOW + timedelta(days=30))
    assert refused.value.field == "day"


def test_a_server_that_is_a_day_behind_takes_the_day_that_it_is_and_no_later_one() -> None:
    true = NOW + timedelta(days=1)
    today_in_auckland = date(2026, 3, 4)
    assert not is_open(today_in_auckland, NOW)
    require_open(today_in_auckland, answered_at=NOW, stated=true)
    with pytest.raises(DayClosed):
        require_open(date(2026, 3, 5), answered_at=NOW, stated=true)
    with pytest.raises(DayClosed):
        require_open(today_in_auckland, answered_at=NOW, stated=NOW + timedelta(days=2))


def test_the_zone_in_which_the_answer_is_written_does_not_change_the_day() -> None:
    same = NOW.astimezone(timezone(timedelta(hours=-7)))
    assert [is_open(NOW.date() + timedelta(days=n), same) for n in range(-4, 3)] == [False, *[True] * 5, False]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=10)])
def test_a_clock_a_few_minutes_ahead_is_believed(ahead: timedelta) -> None:
    assert believed_time(NOW + ahead, NOW) == NOW + ahead


@pytest.mark.parametrize("ahead", [timedelta(minutes=10, seconds=1), timedelta(days=1), timedelta(days=2_000_000)])
def test_an_answer_from_the_future_counts_as_given_now(ahead: timedelta) -> None:
    assert believed_time(NOW + ahead, NOW) == NOW


def test_an_answer_of_up_to_90_days_is_believed_and_no_older() -> None:
    assert believed_time(NOW - timedelta(days=90), NOW) == NOW - timedelta(days=90)
    with pytest.raises(AnswerTooOld) as refused:
        believed_time(NOW - timedelta(days=90, seconds=1), NOW)
    assert refused.value.field == "answeredAt"


@pytest.mark.parametrize("stated", [
    datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
])  # fmt: skip
def test_the_first_and_the_last_datetime_raise_no_error(stated: datetime) -> None:
    assert believed_time_of_safety_answer(stated, NOW) == NOW


def test_a_safety_answer_is_never_refused_for_a_wrong_clock() -> None:
    assert believed_time_of_safety_answer(datetime(1970, 1, 1, tzinfo=UTC), NOW) == NOW
    assert believed_time_of_safety_answer(NOW - timedelta(days=5), NOW) == NOW - timedelta(days=5)


@pytest.mark.parametrize(("slug", "side", "fits"), [
    ("low-back", "left", True), ("low-back", "both", True), ("low-back", "middle", True),
    ("mid-back", "middle", True), ("needle-site", "middle", True),
    ("calf", "right", True), ("calf", "middle", False), ("groin", "middle", False),
    ("tailbone", "middle", True), ("tailbone", "left", False), ("tailbone", "both", False),
])  # fmt: skip
def test_a_region_accepts_only_its_own_sides(slug: str, side: Side, fits: bool) -> None:
    if fits:
        require_regions([Region(slug=slug, side=side)], REGIONS)
        return
    with pytest.raises(UnknownRegion) as refused:
        require_regions([Region(slug="foot", side="left"), Region(slug=slug, side=side)], REGIONS)
    assert refused.value.field == "regions[1].side"


@pytest.mark.parametrize("second", ["elbow", "foot"])
def test_a_region_is_known_and_occurs_once(second: str) -> None:
    with pytest.raises(UnknownRegion) as refused:
        require_regions([Region(slug="foot", side="left"), Region(slug=second, side="right")], REGIONS)
    assert refused.value.field == "regions[1].slug"


def test_both_sides_are_a_left_and_a_right_place() -> None:
    regions = (Region(slug="calf", side="both"), Region(slug="low-back", side="middle"))
    assert places(regions) == {("calf", "left"), ("calf", "right"), ("low-back", "middle")}


@pytest.mark.parametrize(("yes", "level"), [
    ([], None), (["weight"], "soon"), (["weight", "fever"], "urgent"), (["fever", "weight", "saddle"], "emergency"),
    (["cough_after_chest"], "emergency"),
])  # fmt: skip
def test_one_yes_is_enough_and_the_most_urgent_decides(yes: list[str], level: str | None) -> None:
    assert safety_level(yes, SCREEN) == level


def test_every_item_of_the_screen_has_its_level() -> None:
    assert levels_of(SCREEN, SCREEN) == {item.id: item.level for item in starter().safety_screen.items}


def test_an_item_that_was_dropped_from_the_screen_still_counts() -> None:
    assert safety_level(["from_an_older_version"], SCREEN) == "urgent"


@pytest.mark.parametrize(("changes", "yes"), [
    ({"safetyYes": ["fever", "fever"]}, ("fever",)),
    ({"safetyYes": ["fever", "unheard_of"]}, ("fever", "unheard_of")),
    ({"anythingNew": True}, ("other",)),
    ({"anythingNew": True, "safetyYes": ["night"]}, ("night",)),
    ({"otherText": "My foot tingles."}, ("other",)),
    ({"safetyYes": ["night"], "otherText": "My foot tingles."}, ("night", "other")),
    ({"otherText": " "}, ()),
    ({"note": "My foot tingles."}, ()),
])  # fmt: skip
def test_each_sign_counts_once_and_a_worry_in_words_is_one(changes: dict[str, Any], yes: tuple[str, ...]) -> None:
    assert with_other_item(entry(NOW, **changes)).safety_yes == yes


FEVER = Sign(id="a", answered_at=NOW, yes=("fever",))
FAINT = Sign(id="b", answered_at=NOW + timedelta(minutes=1), yes=("faint", "night"))


def mistake(of: str) -> Sign:
    return Sign(id=f"not-{of}", answered_at=NOW + timedelta(minutes=5), yes=(), retracts=of)


@pytest.mark.parametrize(("answers", "retracted"), [
    ([FEVER, FAINT], False), ([FEVER, FAINT, mistake("b")], False),
    ([FEVER, FAINT, mistake("a"), mistake("b")], True), ([mistake("a")], False), ([], False),
])  # fmt: skip
def test_a_warning_is_retracted_once_each_of_its_answers_is(answers: list[Sign], retracted: bool) -> None:
    assert open_warning(["fever", "faint", "night"], NOW, answers, SCREEN).retracted is retracted


def test_a_warning_has_the_worst_level_and_names_the_most_urgent_sign_first() -> None:
    found = open_warning(["fever", "night", "unheard_of", "faint"], NOW, [FAINT, FEVER], SCREEN)
    assert (found.level, found.signs) == ("emergency", ("faint", "fever", "unheard_of", "night"))
    assert (found.since, found.answers) == (NOW, ("b", "a"))


def test_hours_since_needling_count_from_the_latest_session_before_the_answer() -> None:
    ends = [NOW - timedelta(days=9), NOW - timedelta(hours=30), NOW + timedelta(hours=1)]
    assert since_needling(ends, NOW) == timedelta(hours=30)
    assert since_needling(ends, NOW - timedelta(days=10)) is None
    assert since_needling([NOW], NOW) == timedelta(0)


@given(YEAR, ZONES)
def test_the_next_review_is_the_next_local_noon(now: datetime, zone: ZoneInfo) -> None:
    at = next_review(now, zone, REVIEW)
    assert at.astimezone(zone).strftime("%H:%M:%S") == "12:00:00"
    assert timedelta(0) < at - now <= timedelta(hours=25)


def test_another_hour_of_the_daily_review_moves_it() -> None:
    later = msgspec.structs.replace(REVIEW, at=time(13, 30))
    for hour, days in ((1, 0), (23, 1)):
        now = datetime(2026, 3, 2, hour, tzinfo=UTC)
        assert next_review(now, ZoneInfo("UTC"), later) == datetime(2026, 3, 2 + days, 13, 30, tzinfo=UTC)


@given(ZONES)
def test_a_simulated_year_has_one_review_per_local_day(zone: ZoneInfo) -> None:
    at, days = datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(366):
        at = next_review(at, zone, REVIEW)
        days.append(at.astimezone(zone).date())
    assert days == [days[0] + timedelta(days=n) for n in range(366)]


def test_a_pause_covers_each_local_day_that_it_touches() -> None:
    late = datetime(2026, 3, 11, 5, 0, tzinfo=UTC)  # 10 March, 23:00 in Denver
    pause = ExercisePause(
        id="p", since=late, reason="urgent", lifted_at=late + timedelta(days=2), lifted_by="therapist"
    )
    assert sorted(paused_days([pause], ZoneInfo("America/Denver"), TODAY)) == [date(2026, 3, n) for n in (10, 11, 12)]


def test_a_current_pause_covers_today() -> None:
    pause = ExercisePause(id="p", since=datetime(2026, 3, 15, 18, 0, tzinfo=UTC), reason="emergency")
    assert sorted(paused_days([pause], ZoneInfo("America/Denver"), TODAY)) == [date(2026, 3, 15), TODAY]


def test_answers_for_an_earlier_day_describe_the_end_of_that_day() -> None:
    denver = ZoneInfo("America/Denver")
    assert reference_time(date(2026, 3, 2), NOW, denver) == NOW
    assert reference_time(date(2026, 3, 1), NOW, denver) == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert reference_time(date(2026, 3, 3), NOW, denver) == NOW
