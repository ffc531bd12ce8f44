"""Plays pain courses through the alert rules, check-in by check-in, and judges what was put on the staff's list.

A course has one token per day and series, `-` for no check-in. Day 0 is the first check-in and the start of the
episode; check-ins are at 18:00 and needling sessions end at 10:00, local. Every alert is acknowledged at noon of the
next day, so that nothing hides behind an open one; "again" under an open alert is the same alert.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from homeplan.alerts.lifecycle import first_told, news, told_again
from homeplan.alerts.model import Answer, EarlierAlert, Evidence, Finding, FirstAnswer, News, RuleId
from homeplan.alerts.rules import assess, severity_of
from homeplan.library.content import starter

ZONE = ZoneInfo("America/Phoenix")
DAY_0 = date(2026, 3, 2)
CHECK_IN_HOUR = 18
SESSION_ENDS_HOUR = 10
ACKNOWLEDGED_HOUR = 12
LOOK_BACK = 30
"""Days of answers before today that the product reads (checkins/evidence.py: 28 before the oldest open day)."""
WEEK = 7
MONTH = 30
WORSE = frozenset({"severe-pain", "rise-two", "rise-three", "pain-rise"})
BETTER = frozenset({"improving"})

Raised = list[tuple[int, RuleId]]
"""Day and rule of each alert that was put on the list."""


class Verdict(msgspec.Struct, frozen=True):
    """The verdict on one course."""

    must: bool
    """It holds a deterioration that has to be found."""
    in_time: bool
    at_all: bool
    false_days: tuple[int, ...]
    days_at_risk: int
    """Days on which an alert is false: up to the deterioration."""
    better_right: bool


def series(text: str) -> list[int | None]:
    """The scores of a series by day; None where there was no check-in."""
    return [None if one == "-" else int(one) for one in str(text).split()]


def play(course: Mapping[str, Any]) -> Raised:
    """The alerts that the rules put on the staff's list over the course."""
    now, worst, sore = (series(course[name]) for name in ("now", "worst", "sore"))
    ends = [_at(day, SESSION_ENDS_HOUR) for day in course["sessions"]]
    answers = [
        Answer(
            day=DAY_0 + timedelta(days=day),
            received_at=_at(day, CHECK_IN_HOUR),
            pain_now=score,
            pain_worst_24h=score if worst[day] is None else int(worst[day] or 0),
            soreness=sore[day] if day < len(sore) else None,
            since_needling=_since(ends, _at(day, CHECK_IN_HOUR)),
        )
        for day, score in enumerate(now)
        if score is not None
    ]
    alerts: dict[str, EarlierAlert] = {}
    raised: Raised = []
    for at, answer in enumerate(answers):
        moment, known = answer.received_at, answers[: at + 1]
        evidence = Evidence(
            zone=ZONE,
            answers=tuple(one for one in known if one.day >= answer.day - timedelta(days=LOOK_BACK)),
            judged=frozenset({answer.day}),
            first_week=first_week_of(known),
        )
        for one in put_on_list(alerts, assess(evidence, moment, starter().alert_rules), moment):
            if one.under is None:
                raised.append(((answer.day - DAY_0).days, one.finding.rule))
    return raised


def put_on_list(alerts: dict[str, EarlierAlert], findings: Sequence[Finding], moment: datetime) -> list[News]:
    """The news among the findings; `alerts`, by id, are acknowledged at noon and changed as the product does."""
    for alert in list(alerts.values()):
        alerts[alert.id] = _acknowledged(alert, moment)
    found = news(findings, alerts.values(), moment, starter().alert_rules.repeats)
    for one in found:
        severity = severity_of(one.finding, starter().alert_rules)
        if one.under is None:
            id = f"{one.finding.rule} {len(alerts)}"
            alerts[id] = first_told(id, one.finding, severity, moment)
        else:
            alerts[one.under] = told_again(alerts[one.under], one.finding, severity, moment)
    return found


def first_week_of(answers: Sequence[Answer]) -> tuple[FirstAnswer, ...]:
    """The answers of the seven days from the first on; `answers` is by day."""
    return tuple(
        FirstAnswer(day=one.day, pain_now=one.pain_now, pain_worst_24h=one.pain_worst_24h)
        for one in answers
        if one.day < answers[0].day + timedelta(days=WEEK)
    )


def judge(course: Mapping[str, Any], raised: Sequence[tuple[int, str]]) -> Verdict:
    """The verdict by the course's `expect`: an alert before `fair_from`, or where none may come, is false."""
    want = course["expect"]["worse"]
    days = [day for day, rule in raised if rule in WORSE]
    better = [day for day, rule in raised if rule in BETTER]
    if want == "never":
        false, must = days, False
        found: list[int] = []
        at_risk = len(series(course["now"]))
    else:
        false, must = [day for day in days if day < want["fair_from"]], True
        found = [day for day in days if day >= want["fair_from"]]
        at_risk = want["fair_from"]
    return Verdict(
        must=must,
        in_time=bool(found) and found[0] <= want["must_by"],
        at_all=bool(found),
        false_days=tuple(false),
        days_at_risk=at_risk,
        better_right=_better_is_right(course["expect"].get("better", "never"), better),
    )


def figures(verdicts: Iterable[Verdict]) -> dict[str, float]:
    """The totals: shares of 1, false alerts per patient-month, and the most for one patient in 30 days."""
    seen = list(verdicts)
    must = [one for one in seen if one.must]
    months = sum(one.days_at_risk for one in seen) / MONTH
    false = sum(len(one.false_days) for one in seen)
    return {
        "courses": len(seen),
        "in_time": round(_share([one.in_time for one in must]), 4),
        "at_all": round(_share([one.at_all for one in must]), 4),
        "false_per_patient_month": round(false / months, 4) if months else 0.0,
        "most_false_in_30_days": max((_most_in_a_month(one.false_days) for one in seen), default=0),
    }


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held) if held else 1.0


def _most_in_a_month(days: Sequence[int]) -> int:
    return max((sum(first <= day < first + MONTH for day in days) for first in days), default=0)


def _better_is_right(want: Any, days: Sequence[int]) -> bool:
    if want == "never":
        return not days
    fair = [day for day in days if day >= want["fair_from"]]
    return len(fair) == len(days) and bool(fair) and fair[0] <= want["must_by"]


def _at(day: int, hour: int) -> datetime:
    moment = datetime(DAY_0.year, DAY_0.month, DAY_0.day, hour, tzinfo=ZONE) + timedelta(days=day)
    return moment.astimezone(UTC)


def _since(ends: Sequence[datetime], moment: datetime) -> timedelta | None:
    before = [end for end in ends if end <= moment]
    return moment - max(before) if before else None


def _acknowledged(alert: EarlierAlert, moment: datetime) -> EarlierAlert:
    """Closed at noon of the day after its last event, once that is over."""
    day = (alert.last_event_at.astimezone(ZONE).date() - DAY_0).days
    noon = _at(day + 1, ACKNOWLEDGED_HOUR)
    closes = alert.closed_at is None and noon <= moment
    return msgspec.structs.replace(alert, closed_at=noon) if closes else alert
