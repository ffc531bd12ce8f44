"""Ranks patients by what they need from a human. Pure.

The order of `Need` is the ranking, and within one need the longest waiting comes first:

1. `alert-critical`, `alert-high`: a red flag, which somebody must follow up now or today
2. `not-reached`: an alert that was followed up without reaching the patient; the next attempt has a time
3. `warning-sign`: a sign to look at this week
4. `worsening`: pain rises, is severe or spreads, exercises hurt, or an event after needling changed the day
5. `exercise-paused`: the patient waits for somebody to lift the pause
6. `message-unanswered`, `next-step-due`: the clinic owes an answer or a call
7. `lasting-soreness`: the needled muscle is sore for longer than it should be
8. `silent`: no check-ins or no exercises
9. `phone-unreachable`: reminders do not arrive
10. `alert-normal`, `alert-low`: any other alert, except good news
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import get_args

from homeplan.alerts.model import OpenAlert, RetiredRuleId, RuleId
from homeplan.reports.model import Need, NeedGroup, Reason

RANKS: Mapping[Need, int] = {need: rank for rank, need in enumerate(get_args(Need))}
NOBODY = 99
"""The rank of a patient who needs nobody."""

OF_RULE: Mapping[RuleId | RetiredRuleId, Need] = {
    "safety-yes": "warning-sign",
    "pain-rise": "worsening",
    "rise-two": "worsening",
    "rise-three": "worsening",
    "severe-pain": "worsening",
    "leg-spread": "worsening",
    "exercise-red": "worsening",
    "adverse-event": "worsening",
    "soreness-72h": "lasting-soreness",
    "soreness-high": "lasting-soreness",
    "no-checkin": "silent",
    "no-exercise": "silent",
}
"""The need behind an alert that is neither critical nor high; of any other rule it is its severity."""

GROUP_OF: Mapping[Need, NeedGroup] = {
    "alert-critical": "red-flag",
    "alert-high": "red-flag",
    "not-reached": "red-flag",
    "warning-sign": "red-flag",
    "worsening": "worsening",
    "exercise-paused": "worsening",
    "lasting-soreness": "worsening",
    "message-unanswered": "answer",
    "next-step-due": "answer",
    "silent": "silent",
    "phone-unreachable": "silent",
    "alert-normal": "other",
    "alert-low": "other",
}
GROUPS: tuple[NeedGroup, ...] = get_args(NeedGroup)


def reasons(
    alerts: Sequence[OpenAlert],
    *,
    paused_since: datetime | None,
    unreachable_since: datetime | None,
    unanswered_since: datetime | None = None,
    next_step_due: datetime | None = None,
) -> tuple[Reason, ...]:
    """The reasons why the patient needs a human, the most urgent first, each once with the time since which it holds.

    Good news (`positive`) is none, nor is an alert while it is snoozed. `alerts` are open.
    """
    found: list[Reason] = []
    for alert in alerts:
        if alert.is_snoozed:
            continue
        if (need := _need_of(alert)) is not None:
            found.append(Reason(need=need, since=alert.raised_at))
        if alert.next_attempt_at is not None:
            found.append(Reason(need="not-reached", since=alert.next_attempt_at))
    others: list[tuple[Need, datetime | None]] = [
        ("exercise-paused", paused_since),
        ("message-unanswered", unanswered_since),
        ("next-step-due", next_step_due),
        ("phone-unreachable", unreachable_since),
    ]
    found += [Reason(need=need, since=since) for need, since in others if since is not None]
    earliest: dict[Need, Reason] = {}
    for reason in sorted(found, key=lambda one: (RANKS[one.need], one.since)):
        earliest.setdefault(reason.need, reason)
    return tuple(earliest.values())


def rank_of(found: Sequence[Reason]) -> int:
    """The place of the most urgent reason in the ranking, 0 for the first need."""
    return RANKS[found[0].need] if found else NOBODY


def groups_of(found: Sequence[Reason]) -> int:
    """The groups of all reasons as a sum of `bit_of`."""
    return sum({bit_of(GROUP_OF[reason.need]) for reason in found})


def bit_of(group: NeedGroup) -> int:
    """1, 2, 4 … by the order of `NeedGroup`."""
    return 1 << GROUPS.index(group)


def _need_of(alert: OpenAlert) -> Need | None:
    if alert.severity == "critical":
        return "alert-critical"
    if alert.severity == "high":
        return "alert-high"
    if alert.severity == "positive":
        return None
    return OF_RULE.get(alert.rule, "alert-low" if alert.severity == "low" else "alert-normal")
