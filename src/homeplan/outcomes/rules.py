"""The prompt after needling that is open, and the alert that follows from a reported event. Pure.

Hours count from the end of the session as elapsed hours, also over a DST night.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from homeplan.alerts.model import Finding, Severity
from homeplan.library.alert_rules import AlertRule, Soreness
from homeplan.library.outcome_content import EventKind, EventSeverity, OutcomesDocument, Prompt, PromptHour
from homeplan.outcomes.model import OpenPrompt, ReportedEvent, UnfitScores

HOUR = timedelta(hours=1)
RANK: dict[EventSeverity, int] = {"mild": 1, "moderate": 2, "severe": 3}


def prompts_of(session_id: str, ended_at: datetime, prompts: Iterable[Prompt]) -> list[OpenPrompt]:
    """The prompts of one session, with the instants between which each is open."""
    return [
        OpenPrompt(
            session_id=session_id,
            hour=each.hour,
            opens_at=ended_at + each.from_h * HOUR,
            closes_at=ended_at + each.skip_after_h * HOUR,
            ask=each.ask,
        )
        for each in prompts
    ]


def unanswered(
    ends: Mapping[str, datetime],
    answered: Collection[tuple[str, PromptHour]],
    now: datetime,
    prompts: Sequence[Prompt],
) -> list[OpenPrompt]:
    """Prompts that are open at `now` or will open, in the order in which they close.

    `ends`: ends of the sessions with needles by id. `answered`: session and hour of the answers.
    """
    found = [each for session, end in ends.items() for each in prompts_of(session, end, prompts)]
    left = [each for each in found if each.closes_at > now and (each.session_id, each.hour) not in answered]
    return sorted(left, key=lambda each: (each.closes_at, each.session_id))


def require_events(events: Sequence[ReportedEvent], kinds: Iterable[EventKind]) -> None:
    """Check that each event occurs once and fits. Raises UnfitScores."""
    known = list(kinds)
    for at, one in enumerate(events):
        if one.event in [each.event for each in events[:at]]:
            raise UnfitScores(field=f"events[{at}].event")
        require_event(one, known, path=f"events[{at}].")


def require_event(one: ReportedEvent, kinds: Iterable[EventKind], *, path: str = "") -> None:
    """Check that something happened, and that words are given for a free text only. Raises UnfitScores."""
    if one.event == "none":
        raise UnfitScores(field=f"{path}event")
    if one.words is not None and one.event not in {kind.id for kind in kinds if kind.free_text}:
        raise UnfitScores(field=f"{path}words")


def event_finding(
    answer_id: str,
    events: Sequence[ReportedEvent],
    *,
    known_at: datetime,
    hours: float,
    content: OutcomesDocument,
    rule: AlertRule,
) -> Finding | None:
    """The finding of the worst reported event; None when no event raises an alert. It holds no words of the patient."""
    levels: dict[EventSeverity, Severity | None] = {one.id: one.alert for one in content.severities}
    telling = [one for one in events if levels[one.severity] is not None]
    if not telling:
        return None
    worst = max(telling, key=lambda one: RANK[one.severity]).severity
    return Finding(
        rule="adverse-event",
        version=rule.version,
        trigger=answer_id,
        value=RANK[worst],
        marks=frozenset(f"{one.event} {one.severity}" for one in telling),
        severity=levels[worst],
        known_at=known_at,
        inputs={
            "events": sorted(f"{one.event} {one.severity}" for one in events),
            "hoursSinceNeedling": hours,
        },
    )


def soreness_finding(
    answer_id: str, soreness: int | None, *, known_at: datetime, hours: float, rule: Soreness
) -> Finding | None:
    """Soreness of 4 or more, given to a prompt more than 72 h after needling, as in a check-in."""
    if soreness is None or soreness < rule.score or hours <= rule.hours:
        return None
    return Finding(
        rule="soreness-72h",
        version=rule.version,
        trigger=answer_id,
        value=soreness,
        known_at=known_at,
        inputs={"soreness": soreness, "hoursSinceNeedling": hours},
    )
