"""Properties of the alert rules that hold for any history of check-ins."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from homeplan.alerts.model import Answer, Evidence, Finding
from homeplan.alerts.rules import assess
from tests.alerts.evidence import LOW_BACK, NOW, RULES, answer

SCORES = st.integers(0, 10)
PLACES = st.one_of(
    st.none(), st.frozensets(st.sampled_from([LOW_BACK, ("calf", "left"), ("calf", "right"), ("foot", "left")]))
)
ANSWERS = st.builds(
    answer,
    before=st.integers(0, 20),
    now=SCORES,
    worst=SCORES,
    soreness=st.none() | SCORES,
    places=PLACES,
    hours=st.none() | st.floats(0, 400, allow_nan=False),
)
HISTORIES = st.lists(ANSWERS, max_size=15, unique_by=lambda one: one.day).map(
    lambda answers: tuple(sorted(answers, key=lambda one: one.day))
)
ZONES = st.sampled_from(
    ["America/Denver", "UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Niue", "Australia/Lord_Howe"]
)

INSTANTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def judge(answers: tuple[Answer, ...], now: datetime = NOW, zone: str = "America/Denver") -> list[Finding]:
    return assess(Evidence(zone=ZoneInfo(zone), answers=answers), now, RULES)


@given(HISTORIES)
def test_the_same_history_gives_the_same_findings(answers: tuple[Answer, ...]) -> None:
    assert judge(answers) == judge(answers)


@given(HISTORIES)
def test_only_open_days_are_judged(answers: tuple[Answer, ...]) -> None:
    assert all(finding.trigger >= "2026-02-28" for finding in judge(answers))


@given(HISTORIES)
def test_each_finding_can_be_read_by_a_person_and_written_as_json(answers: tuple[Answer, ...]) -> None:
    for finding in judge(answers):
        assert msgspec.json.decode(msgspec.json.encode(finding.inputs)) == dict(finding.inputs)
        assert finding.value > 0


@given(HISTORIES, st.integers(0, 14))
def test_a_finding_about_a_checkin_depends_on_no_later_evidence(answers: tuple[Answer, ...], days: int) -> None:
    until = (NOW - timedelta(days=days)).date()
    then = judge(tuple(one for one in answers if one.day <= until), NOW - timedelta(days=days))
    later = assess(
        Evidence(zone=ZoneInfo("America/Denver"), answers=answers, judged=frozenset(one.day for one in answers)),
        NOW,
        RULES,
    )
    of_now = {"pain-rise"}  # judges the latest answer only
    kept = {(one.rule, one.trigger) for one in then if one.rule not in of_now}
    assert kept <= {(one.rule, one.trigger) for one in later}


@given(HISTORIES, ZONES, INSTANTS)
def test_any_zone_at_any_instant_is_judged_without_an_error(
    answers: tuple[Answer, ...], zone: str, now: datetime
) -> None:
    judge(answers, now, zone)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=15))
def test_little_pain_never_raises_anything_that_presses(scores: list[int]) -> None:
    calm = tuple(answer(len(scores) - n, now=2, worst=score, places=[LOW_BACK]) for n, score in enumerate(scores))
    assert judge(calm) == []
