"""What check-ins keep: one module a noun, all of it importable from here."""

from homeplan.checkins.store.checkins import (
    Stored,
    checkins_between,
    find_checkin,
    first_checkins,
    last_checkin_day,
    save_checkin,
    stored_from,
)
from homeplan.checkins.store.pauses import exercise_paused, lift_pause, pause_exercise, pauses_since
from homeplan.checkins.store.reviews import DueReview, due_reviews, put_off
from homeplan.checkins.store.safety import find_safety_answer, safety_answers, save_safety_answer

__all__ = [
    "DueReview",
    "Stored",
    "checkins_between",
    "due_reviews",
    "exercise_paused",
    "find_checkin",
    "find_safety_answer",
    "first_checkins",
    "last_checkin_day",
    "lift_pause",
    "pause_exercise",
    "pauses_since",
    "put_off",
    "safety_answers",
    "save_checkin",
    "save_safety_answer",
    "stored_from",
]
