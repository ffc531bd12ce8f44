"""Outcomes in the database: one module per noun, all of it importable from here."""

from homeplan.outcomes.store.answers import answered_prompts, find_answer, save_answer, soreness_since
from homeplan.outcomes.store.events import (
    adverse_events,
    assess_event,
    delete_words,
    find_event,
    insert_entered,
    insert_events,
)
from homeplan.outcomes.store.measures import (
    activities_of,
    delete_activity_words,
    delete_permission,
    insert_activities,
    outcome_answers,
    permissions,
    save_outcome,
    save_permission,
)

__all__ = [
    "activities_of",
    "adverse_events",
    "answered_prompts",
    "assess_event",
    "delete_activity_words",
    "delete_permission",
    "delete_words",
    "find_answer",
    "find_event",
    "insert_activities",
    "insert_entered",
    "insert_events",
    "outcome_answers",
    "permissions",
    "save_answer",
    "save_outcome",
    "save_permission",
    "soreness_since",
]
