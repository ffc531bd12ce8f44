"""The tables of check-ins, one module per noun; import every function from here."""

from homeplan.checkins.store.checkins import (
    checkins_between,
    day_of_checkin,
    delete_notes,
    find_checkin,
    first_checkins,
    last_checkin_day,
    notes_of_days,
    save_checkin,
    signs_in_checkins,
    stored_from,
)
from homeplan.checkins.store.pauses import exercise_paused, is_lifted_after, lift_pause, pause_exercise, pauses_since
from homeplan.checkins.store.reviews import DueReview, delete_review, due_reviews, put_off, waiting_reviews
from homeplan.checkins.store.safety import (
    delete_worries,
    find_safety_answer,
    safety_answers,
    save_safety_answer,
    signs_answered,
    was_entered_by,
    was_screened,
)
from homeplan.checkins.store.scores import (
    Scores,
    answered_since,
    last_pain,
    pain_since,
    scores_of,
    scores_to_judge,
)

__all__ = [
    "DueReview",
    "Scores",
    "answered_since",
    "checkins_between",
    "day_of_checkin",
    "delete_notes",
    "delete_review",
    "delete_worries",
    "due_reviews",
    "exercise_paused",
    "find_checkin",
    "find_safety_answer",
    "first_checkins",
    "is_lifted_after",
    "last_checkin_day",
    "last_pain",
    "lift_pause",
    "notes_of_days",
    "pain_since",
    "pause_exercise",
    "pauses_since",
    "put_off",
    "safety_answers",
    "save_checkin",
    "save_safety_answer",
    "scores_of",
    "scores_to_judge",
    "signs_answered",
    "signs_in_checkins",
    "stored_from",
    "waiting_reviews",
    "was_entered_by",
    "was_screened",
]
