"""Whether soreness is still asked for after needling, and the alert that the answer raises."""

from collections.abc import Mapping
from typing import Any

from bench.clinical_parts.clinic import HOUR, NOW, ZONE
from bench.clinical_parts.judging import alert_wrongs, differences
from homeplan.alerts.model import Answer, Evidence
from homeplan.alerts.rules import assess, severity_of
from homeplan.checkins.soreness import SorenessAnswer, is_soreness_expected
from homeplan.clock import local_day
from homeplan.library.content import outcomes, starter


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    since = given["hours_since_needling"] * HOUR
    found = differences([("asked", _is_asked(given), expect["asked"])] if "asked" in expect else [])
    if given.get("answer") is None:
        return found
    answer = Answer(
        day=local_day(NOW, ZONE),
        received_at=NOW,
        pain_now=3,
        pain_worst_24h=4,
        soreness=given["answer"],
        since_needling=since,
    )
    raised = [
        {"rule": one.rule, "severity": severity_of(one, starter().alert_rules)}
        for one in assess(Evidence(zone=ZONE, answers=(answer,)), NOW, starter().alert_rules)
    ]
    return found + alert_wrongs(expect.get("alert"), raised)


def _is_asked(given: Mapping[str, Any]) -> bool:
    since = given["hours_since_needling"] * HOUR
    last = given.get("last_soreness")
    scores = [] if last is None else list(last) if isinstance(last, list) else [last]
    earlier = [SorenessAnswer(one["score"], one["hours"] * HOUR) for one in scores]
    return is_soreness_expected(since, earlier, outcomes().soreness)
