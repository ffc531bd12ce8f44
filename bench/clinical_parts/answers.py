"""Check-ins day by day, put to the alert rules."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bench.clinical_parts.clinic import HOUR, NOW, ZONE
from bench.clinical_parts.courses import first_week_of, put_on_list
from bench.clinical_parts.judging import alert_wrongs, differences
from homeplan.alerts.model import Answer, EarlierAlert, Evidence, SafetyReport
from homeplan.alerts.rules import assess, severity_of
from homeplan.checkins.rules import levels_of, safety_level
from homeplan.checkins.screen import safety_items
from homeplan.clock import local_day
from homeplan.library.content import starter


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    answers = sorted((answer_of(row) for row in given["check_ins"]), key=lambda one: one.day)
    yes = levels_of(given.get("safetyYes") or (), safety_items())
    raised: list[dict[str, Any]] = []
    alerts: dict[str, EarlierAlert] = {}
    for upto, answer in enumerate(answers, start=1):
        moment = answer.received_at
        is_last = upto == len(answers)
        evidence = Evidence(
            zone=ZONE,
            answers=tuple(answers[:upto]),
            judged=frozenset({answer.day}),
            first_week=first_week_of(answers[:upto]),
            safety=(SafetyReport(source=str(answer.day), received_at=moment, yes=yes),) if is_last else (),
        )
        for one in put_on_list(alerts, assess(evidence, moment, starter().alert_rules), moment):
            severity = severity_of(one.finding, starter().alert_rules)
            raised.append({"rule": one.finding.rule, "severity": severity, "items": sorted(one.finding.marks)})
    found = alert_wrongs(expect.get("alert"), raised)
    level = safety_level(tuple(yes), safety_items())
    pause = level if level in ("emergency", "urgent") else "none"
    return found + differences([("pause", pause, expect["pause"])] if "pause" in expect else [])


def answer_of(row: Mapping[str, Any]) -> Answer:
    """A check-in of a vignette as the rules see it."""
    at = NOW - timedelta(days=row["days_ago"])
    hours, regions = row.get("hours_since_needling"), row.get("regions")
    return Answer(
        day=local_day(at, ZONE),
        received_at=at,
        pain_now=row["painNow"],
        pain_worst_24h=row.get("painWorst24h", row["painNow"]),
        soreness=row.get("soreness"),
        places=None if regions is None else _places(regions),
        since_needling=None if hours is None else hours * HOUR,
    )


def _places(regions: list[list[str]]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (slug, one) for slug, side in regions for one in (("left", "right") if side == "both" else (side,))
    )
