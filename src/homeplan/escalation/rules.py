"""The escalation ladder: who is told about an open alert, and when again: pure decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from homeplan.alerts.model import Severity
from homeplan.alerts.rules import next_attempt_due
from homeplan.clock import local_day
from homeplan.delivery.staff.model import NoticeDelivery
from homeplan.duty.model import Duty
from homeplan.duty.rules import (
    covers_of,
    is_absent,
    last_digest,
    next_attended,
    next_digest,
    next_opening,
    on_duty,
    working_days_since,
)
from homeplan.escalation.model import RUNGS, Escalation, Notice, NoticeState, People, Plan, Rung
from homeplan.library.alert_terms import FollowUpRule

CHECK_AFTER = timedelta(seconds=10)
"""Time after which it is checked whether a notice arrived; each check waits longer than the one before."""
WORKING_DAYS_PER_STEP = 2
"""Working days after which a normal alert goes to the next person."""
LAST = len(RUNGS) - 1
UNKNOWN_OPENING = timedelta(days=1)
"""Time until an escalation is evaluated again whose clinic never opens."""


def rung_people(people: People, rung: Rung) -> tuple[str, ...]:
    """The people of one rung."""
    return {
        "therapist": people.therapists,
        "duty": people.on_duty,
        "cover": people.covers,
        "team": people.team,
        "administrators": people.administrators,
    }[rung]


def told_at(severity: Severity, step: int, people: People, working: Collection[str]) -> tuple[str, ...]:
    """Everybody whom a step tells, in the order of the rungs: people of all rungs up to it who have a channel.

    A critical alert tells therapist and duty at its first step, and all administrators where nobody is on duty.
    """
    rungs: list[Rung] = list(RUNGS[: step + 1])
    if severity == "critical":
        rungs = list(RUNGS[: max(step, 1) + 1])
        if not any(each in working for each in people.on_duty):
            rungs.append("administrators")
    listed = (each for rung in rungs for each in rung_people(people, rung) if each in working)
    return tuple(dict.fromkeys(listed))


def step_after(severity: Severity, step: int, people: People, working: Collection[str]) -> int:
    """The next step that tells somebody new; the last rung when there is none."""
    reached = set(told_at(severity, step, people, working)) if step >= 0 else set()
    for following in range(step + 1, LAST + 1):
        if set(told_at(severity, following, people, working)) - reached:
            return max(following, 1) if severity == "critical" else following
    return LAST


def notice_state(sent: Collection[NoticeDelivery]) -> NoticeState:
    """Whether one person was told: by any of the messages to their addresses. What was withdrawn counts as told."""
    if all(each.is_lost for each in sent):
        return "lost"
    return "open" if all(each.is_lost or each.end == "open" for each in sent) else "reached"


def decide(
    escalation: Escalation,
    duty: Duty,
    people: People,
    working: Collection[str],
    now: datetime,
    follow_up: FollowUpRule,
) -> Plan:
    """The notices and the next step of an alert that is due at `now`. `working`: ids of people with a channel.

    The next person is told at once where the notices of the step before did not arrive.
    """
    if escalation.severity in ("low", "positive"):
        return Plan(notices=(), step=escalation.step, next_at=None)
    if escalation.severity == "normal":
        return _decide_normal(escalation, duty, people, working, now)
    due_at = step_due(escalation, duty, follow_up)
    step = step_after(escalation.severity, escalation.step, people, working)
    listed = told_at(escalation.severity, step, people, working)
    is_lost = _is_lost(escalation, people) and any(each not in escalation.notice_states for each in listed)
    if due_at is not None and now < due_at and not is_lost:
        return Plan(notices=(), step=escalation.step, next_at=min(due_at, _next_check(escalation, now) or due_at))
    notices = tuple(
        Notice(staff_id=each, critical=_is_loud(escalation.severity, each, people, working)) for each in listed
    )
    if notices:
        return Plan(notices=notices, step=step, next_at=now + CHECK_AFTER)
    return Plan(notices=(), step=escalation.step, next_at=_repeated(escalation.severity, now, duty, follow_up))


def step_due(escalation: Escalation, duty: Duty, follow_up: FollowUpRule) -> datetime | None:
    """The time of the next step after somebody was told; None while nobody was: it is due at once.

    An attempt to reach the patient puts it off until the next attempt is due.
    """
    if escalation.notified_at is None:
        return None
    due_at = _repeated(escalation.severity, escalation.notified_at, duty, follow_up)
    attempt = escalation.next_attempt_due_at
    return due_at if attempt is None or attempt <= due_at else _attended(escalation.severity, duty, attempt)


def _repeated(severity: Severity, at: datetime, duty: Duty, follow_up: FollowUpRule) -> datetime:
    """The time of the step after one at `at`."""
    return _attended(severity, duty, next_attempt_due(severity, at, follow_up) or at + UNKNOWN_OPENING)


def _is_lost(escalation: Escalation, people: People) -> bool:
    """Whether the last step told nobody. Of a critical alert somebody on duty, or an administrator, must be told."""
    wanted = [
        each
        for each in escalation.notice_states
        if escalation.severity != "critical" or each in people.on_duty or each in people.administrators
    ]
    return bool(escalation.notice_states) and all(escalation.notice_states[each] == "lost" for each in wanted)


def _next_check(escalation: Escalation, now: datetime) -> datetime | None:
    """The time at which it is checked again whether the notices arrived; None when that is known of all."""
    if escalation.notified_at is None or "open" not in escalation.notice_states.values():
        return None
    return now + max(CHECK_AFTER, (now - escalation.notified_at) / 2)


def _attended(severity: Severity, duty: Duty, at: datetime) -> datetime:
    """The first instant from `at` on at which a step is made: clinic hours, for critical also somebody on call."""
    found = next_attended(duty, at) if severity == "critical" else next_opening(duty, at)
    return at + UNKNOWN_OPENING if found is None else found


def _decide_normal(escalation: Escalation, duty: Duty, people: People, working: Collection[str], now: datetime) -> Plan:
    """In the digest of each working day; after two working days to the next person too."""
    following = next_digest(duty, now) or now + UNKNOWN_OPENING
    digest = last_digest(duty, now)
    notified = escalation.notified_at
    if digest is None or digest <= escalation.since or (notified is not None and notified >= digest):
        return Plan(notices=(), step=escalation.step, next_at=following)
    step = -1
    for _ in range(1 + working_days_since(duty, escalation.since, now) // WORKING_DAYS_PER_STEP):
        step = step_after("normal", step, people, working)
    listed = told_at("normal", step, people, working)
    notices = tuple(Notice(staff_id=each, critical=False) for each in listed)
    return Plan(notices=notices, step=step if notices else escalation.step, next_at=following)


def _is_loud(severity: Severity, staff_id: str, people: People, working: Collection[str]) -> bool:
    """Critical ignores quiet hours for people on duty; for administrators where nobody on duty can be told."""
    if severity != "critical":
        return False
    if any(each in working for each in people.on_duty):
        return staff_id in people.on_duty
    return staff_id in people.administrators


def people_of(duty: Duty, team: Sequence[str], administrators: Sequence[str], now: datetime) -> People:
    """The people who can be told about a patient's alert. `team`: the care team's working members.

    The longest in it is the first and counts as the therapist; a cover person takes their place in an absence.
    """
    day = local_day(now, duty.zone)
    lead = team[:1]
    covers = tuple(each for staff_id in lead for each in covers_of(duty, staff_id, day))
    is_away = bool(lead) and is_absent(duty, lead[0], day)
    return People(
        therapists=covers if is_away else tuple(lead),
        on_duty=on_duty(duty, now),
        covers=covers,
        team=tuple(each for each in team[1:] if not is_absent(duty, each, day)),
        administrators=tuple(administrators),
    )
