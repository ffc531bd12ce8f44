"""The escalation ladder of each severity, in clinic hours and outside them, until somebody acknowledges."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeplan.alerts.model import Severity
from homeplan.duty.model import Cover, Duty
from homeplan.escalation.model import RUNGS, Escalation, People, Plan
from homeplan.escalation.rules import CHECK_AFTER, people_of, step_due
from homeplan.escalation.rules import decide as decide_with
from homeplan.library.content import starter
from tests.duty.test_rules import MONDAY, at, duty, entry

PEOPLE = People(
    therapists=("therapist",), on_duty=("duty",), covers=("cover",), team=("team",), administrators=("admin",)
)
EVERYBODY = {"therapist", "duty", "cover", "team", "admin"}
NOBODY_ON_DUTY = People(therapists=("therapist",), on_duty=(), covers=(), team=(), administrators=("admin", "boss"))
IN_HOURS = at("2026-03-02 10:00")
AT_NIGHT = at("2026-03-02 22:00")


def escalation(severity: Severity, **changed: Any) -> Escalation:
    first: dict[str, Any] = {"clinic_id": "c", "alert_id": "a", "patient_id": "p", "since": IN_HOURS, "step": -1}
    return Escalation(**(first | {"severity": severity, "notified_at": None, "next_attempt_due_at": None} | changed))


FOLLOW_UP = starter().alert_rules.follow_up


def decide(state: Escalation, clinic: Duty, people: People, working: set[str], now: datetime) -> Plan:
    return decide_with(state, clinic, people, working, now, FOLLOW_UP)


def recipients(plan: Plan) -> list[str]:
    return [each.staff_id for each in plan.notices]


def loud(plan: Plan) -> list[str]:
    return [each.staff_id for each in plan.notices if each.critical]


def climb(
    severity: Severity,
    begins_at: datetime,
    clinic: Duty,
    people: People = PEOPLE,
    working: set[str] = EVERYBODY,
    steps: int = 5,
) -> list[tuple[datetime, list[str]]]:
    """The first times at which people are told while nobody acknowledges, with who is told."""
    state = escalation(severity, since=begins_at)
    now, found = begins_at, []
    for _ in range(100):
        plan = decide(state, clinic, people, working, now)
        if plan.notices:
            found.append((now, recipients(plan)))
        if len(found) == steps:
            return found
        assert plan.next_at is not None
        assert plan.next_at > now
        state = escalation(
            severity, since=begins_at, step=plan.step, notified_at=now if plan.notices else state.notified_at
        )
        now = plan.next_at
    return found


def test_critical_in_clinic_hours_goes_to_the_next_person_every_fifteen_minutes() -> None:
    quarter = timedelta(minutes=15)
    assert climb("critical", IN_HOURS, duty()) == [
        (IN_HOURS, ["therapist", "duty"]),
        (IN_HOURS + quarter, ["therapist", "duty", "cover"]),
        (IN_HOURS + 2 * quarter, ["therapist", "duty", "cover", "team"]),
        (IN_HOURS + 3 * quarter, ["therapist", "duty", "cover", "team", "admin"]),
        (IN_HOURS + 4 * quarter, ["therapist", "duty", "cover", "team", "admin"]),
    ]


def test_critical_at_night_is_told_at_once_and_again_from_the_moment_hours_begin() -> None:
    people = People(therapists=("therapist",), on_duty=(), covers=("cover",), team=(), administrators=("admin",))
    first, second, third = climb("critical", AT_NIGHT, duty(), people, steps=3)
    assert first == (AT_NIGHT, ["therapist", "admin"])
    assert second == (at("2026-03-03 08:00"), ["therapist", "cover", "admin"])
    assert third[0] == at("2026-03-03 08:15")


def test_critical_at_night_climbs_at_once_where_somebody_is_on_call() -> None:
    on_call = duty(entries=(entry("duty", "on-call"),))
    times = [each for each, _ in climb("critical", AT_NIGHT, on_call, steps=3)]
    assert times == [AT_NIGHT, AT_NIGHT + timedelta(minutes=15), AT_NIGHT + timedelta(minutes=30)]


def test_critical_without_anybody_on_duty_goes_to_all_administrators_at_once() -> None:
    plan = decide(escalation("critical"), duty(), NOBODY_ON_DUTY, {"therapist", "admin", "boss"}, IN_HOURS)
    assert recipients(plan) == ["therapist", "admin", "boss"]
    assert loud(plan) == ["admin", "boss"]


def test_critical_goes_to_the_administrators_when_nobody_on_duty_has_a_channel() -> None:
    plan = decide(escalation("critical"), duty(), PEOPLE, {"therapist", "admin"}, IN_HOURS)
    assert recipients(plan) == ["therapist", "admin"]


def test_quiet_hours_do_not_hold_for_people_on_duty_and_hold_for_others() -> None:
    plan = decide(escalation("critical"), duty(), PEOPLE, EVERYBODY, AT_NIGHT)
    assert loud(plan) == ["duty"]


def test_high_is_told_at_once_and_every_hour_of_the_clinic_to_the_next_person() -> None:
    hour = timedelta(hours=1)
    late = at("2026-03-02 16:30")
    assert climb("high", IN_HOURS, duty(), steps=2) == [
        (IN_HOURS, ["therapist"]),
        (IN_HOURS + hour, ["therapist", "duty"]),
    ]
    assert [each for each, _ in climb("high", late, duty(), steps=3)] == [
        late,
        at("2026-03-03 08:00"),
        at("2026-03-03 09:00"),
    ]


def test_high_never_breaks_quiet_hours() -> None:
    assert loud(decide(escalation("high"), duty(), PEOPLE, EVERYBODY, IN_HOURS)) == []


def test_a_person_without_a_channel_is_passed_over() -> None:
    assert climb("high", IN_HOURS, duty(), working={"team", "admin"}, steps=2) == [
        (IN_HOURS, ["team"]),
        (IN_HOURS + timedelta(hours=1), ["team", "admin"]),
    ]


@pytest.mark.parametrize("severity", ["critical", "high"])
def test_without_any_channel_it_is_tried_again_and_starts_with_the_first_person(severity: Severity) -> None:
    plan = decide(escalation(severity), duty(), PEOPLE, set(), IN_HOURS)
    assert (plan.notices, plan.step) == ((), -1)
    assert plan.next_at is not None
    later = decide(escalation(severity, step=plan.step), duty(), PEOPLE, EVERYBODY, plan.next_at)
    assert recipients(later)[0] == "therapist"


@pytest.mark.parametrize(("severity", "minutes"), [("critical", 15), ("high", 60)])
def test_an_attempt_without_success_lets_the_escalation_go_on_when_the_next_one_is_due(
    severity: Severity, minutes: int
) -> None:
    attempted = IN_HOURS + timedelta(minutes=5)
    due = attempted + timedelta(minutes=minutes)
    state = escalation(severity, step=1, notified_at=IN_HOURS, next_attempt_due_at=due)
    plan = decide(state, duty(), PEOPLE, EVERYBODY, attempted)
    assert (plan.notices, plan.step, plan.next_at) == ((), 1, due)
    assert step_due(state, duty(), FOLLOW_UP) == due
    assert recipients(decide(state, duty(), PEOPLE, EVERYBODY, due)) != []


def test_an_attempt_before_the_last_event_puts_nothing_off() -> None:
    state = escalation("critical", next_attempt_due_at=IN_HOURS + timedelta(minutes=14))
    assert recipients(decide(state, duty(), PEOPLE, EVERYBODY, IN_HOURS)) == ["therapist", "duty"]


def test_the_next_person_is_told_at_once_where_the_notices_arrive_nowhere() -> None:
    lost = escalation("critical", step=1, notified_at=IN_HOURS, notice_states={"therapist": "lost", "duty": "lost"})
    soon = IN_HOURS + CHECK_AFTER
    assert recipients(decide(lost, duty(), PEOPLE, {"cover", "admin"}, soon)) == ["cover", "admin"]
    high = escalation("high", step=0, notified_at=AT_NIGHT, notice_states={"therapist": "lost"})
    assert recipients(decide(high, duty(), PEOPLE, EVERYBODY - {"therapist"}, AT_NIGHT + CHECK_AFTER)) == ["duty"]


def test_a_critical_alert_that_reached_nobody_on_duty_goes_on_at_once() -> None:
    state = escalation("critical", step=1, notified_at=IN_HOURS, notice_states={"therapist": "reached", "duty": "lost"})
    plan = decide(state, duty(), PEOPLE, {"therapist", "admin"}, IN_HOURS + CHECK_AFTER)
    assert recipients(plan) == ["therapist", "admin"]


def test_a_notice_that_was_lost_is_not_repeated_where_nobody_else_is_left() -> None:
    state = escalation("critical", step=4, notified_at=IN_HOURS, notice_states=dict.fromkeys(EVERYBODY, "lost"))
    plan = decide(state, duty(), PEOPLE, EVERYBODY, IN_HOURS + CHECK_AFTER)
    assert (plan.notices, plan.next_at) == ((), IN_HOURS + timedelta(minutes=15))


def test_it_is_checked_whether_a_notice_arrived_until_that_is_known() -> None:
    waiting = escalation(
        "critical", step=1, notified_at=IN_HOURS, notice_states={"therapist": "reached", "duty": "open"}
    )
    first = decide(waiting, duty(), PEOPLE, EVERYBODY, IN_HOURS + CHECK_AFTER)
    assert (first.notices, first.next_at) == ((), IN_HOURS + 2 * CHECK_AFTER)
    later = decide(waiting, duty(), PEOPLE, EVERYBODY, IN_HOURS + timedelta(minutes=4))
    assert later.next_at == IN_HOURS + timedelta(minutes=6)
    known = escalation("critical", step=1, notified_at=IN_HOURS, notice_states={"therapist": "lost", "duty": "reached"})
    assert decide(known, duty(), PEOPLE, EVERYBODY, IN_HOURS + CHECK_AFTER).next_at == IN_HOURS + timedelta(minutes=15)


def test_normal_waits_for_the_digest_and_goes_to_the_next_person_after_two_working_days() -> None:
    assert climb("normal", IN_HOURS, duty(), steps=5) == [
        (at("2026-03-03 08:00"), ["therapist"]),
        (at("2026-03-04 08:00"), ["therapist", "duty"]),
        (at("2026-03-05 08:00"), ["therapist", "duty"]),
        (at("2026-03-06 08:00"), ["therapist", "duty", "cover"]),
        (at("2026-03-09 08:00"), ["therapist", "duty", "cover"]),
    ]


def test_a_digest_is_not_sent_twice() -> None:
    digest = at("2026-03-03 08:00")
    plan = decide(escalation("normal", step=0, notified_at=digest), duty(), PEOPLE, EVERYBODY, digest)
    assert (plan.notices, plan.next_at) == ((), at("2026-03-04 08:00"))


@pytest.mark.parametrize("severity", ["low", "positive"])
def test_low_and_positive_alerts_are_not_sent(severity: Severity) -> None:
    assert decide(escalation(severity), duty(), PEOPLE, EVERYBODY, IN_HOURS) == Plan(notices=(), step=-1, next_at=None)


def test_a_clinic_without_hours_is_told_at_every_hour() -> None:
    times = [each for each, _ in climb("critical", AT_NIGHT, duty(week=None), steps=2)]
    assert times == [AT_NIGHT, AT_NIGHT + timedelta(minutes=15)]


def test_every_step_is_a_rung_and_comes_later_than_the_one_before() -> None:
    for severity in ("critical", "high", "normal"):
        times = [each for each, _ in climb(severity, datetime(2026, 3, 8, 8, 30, tzinfo=UTC), duty())]
        assert times == sorted(set(times))
    assert len(RUNGS) == 5


def test_the_therapist_is_who_is_in_the_care_team_longest_and_the_cover_person_in_an_absence() -> None:
    standing = Cover(id="s", staff_id="ana", cover_id="eva")
    absence = Cover(id="a", staff_id="ana", cover_id="ben", first_day=MONDAY, last_day=MONDAY)
    clinic = duty(entries=(entry("dan"),), covers=(standing, absence))
    away = people_of(clinic, ["ana", "tom"], ["admin"], IN_HOURS)
    assert (away.therapists, away.covers) == (("ben",), ("ben",))
    back = people_of(clinic, ["ana", "tom"], ["admin"], IN_HOURS + timedelta(days=1))
    assert back == People(
        therapists=("ana",), on_duty=("dan",), covers=("eva",), team=("tom",), administrators=("admin",)
    )
