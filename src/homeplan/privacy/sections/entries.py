"""The patient's own entries: exercises, check-ins, safety answers, outcomes."""

from homeplan.privacy.sections.section import INTERNAL, STAFF, Section

SECTIONS = (
    Section(
        "exerciseLogs",
        "exercise_logs",
        "id prescription_id day occurred_at stated_at received_at time_zone outcome skip_reason sets_done reps_done "
        "seconds_done pain_during effort stopped revision counts entered_as",
        "day occurred_at id",
        left_out={"entered_by": INTERNAL, "entered_by_name": "the helpers have it"},
    ),
    Section(
        "checkIns",
        "checkins",
        "day stated_at answered_at received_at time_zone pain_now pain_worst_24h pain_average_24h soreness regions "
        "interference sleep note anything_new safety_yes other_text instrument_version entered_as",
        "day",
        left_out={"client_event_id": INTERNAL, "entered_by": STAFF, "entered_by_name": STAFF},
    ),
    Section(
        "safetyAnswers",
        "safety_answers",
        "id stated_at answered_at received_at time_zone safety_yes other_text retracts entered_as",
        "answered_at id",
        left_out={"entered_by": STAFF, "entered_by_name": STAFF},
    ),
    Section(
        "exercisePauses",
        "exercise_pauses",
        "id since reason lifted_at acknowledged_alert contact_id",
        "since",
        left_out={"lifted_by": STAFF},
    ),
    Section(
        "afterNeedlingAnswers",
        "after_needling_answers",
        "id session_id prompt_hour stated_at answered_at received_at time_zone soreness events",
        "answered_at id",
    ),
    Section(
        "adverseEvents",
        "adverse_events",
        "id session_id answer_id event severity words reported_at began_at ended_at serious causality outcome "
        "assessed_at closed_at",
        "reported_at id",
        left_out=dict.fromkeys(("entered_by", "assessed_by", "closed_by"), STAFF),
    ),
    Section("psfsActivities", "psfs_activities", "id episode_id position words created_at", "created_at position id"),
    Section(
        "outcomeAnswers",
        "outcome_answers",
        "id episode_id instrument day stated_at answered_at received_at time_zone scores",
        "day answered_at id",
    ),
)
