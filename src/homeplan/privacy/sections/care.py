"""Contact with the clinic: calls, visits, messages, and the alerts that staff follow up."""

from homeplan.privacy.sections.section import COLLEAGUES, STAFF, Section, through

SECTIONS = (
    Section(
        "contacts",
        "contacts",
        "id version alert_id kind reached spoke_with started_at minutes outcome patient_words next_step next_step_due "
        "next_step_done_at recorded_at replaced_at",
        "started_at id version",
        left_out={
            "by_id": STAFF,
            "recorded_by": STAFF,
            "note": COLLEAGUES,
        },
    ),
    Section(
        "staffNotes",
        "staff_notes",
        "id version written_at recorded_at replaced_at",
        "written_at id version",
        left_out={"words": COLLEAGUES, "recorded_by": STAFF},
    ),
    Section(
        "visits",
        "visits",
        "id kind day wall_time time_zone starts_at note state moved_to session_id created_at changed_at",
        "starts_at id",
        left_out={"created_by": STAFF, "changed_by": STAFF},
    ),
    Section(
        "messages",
        "messages",
        "id kind author words day version stated_at written_at received_at edited_at time_zone read_at answered_at "
        "settled_at waits_since",
        "written_at id",
        left_out={
            "author_id": "the author's name is there, as the patient's phone shows it",
            **dict.fromkeys(("read_by", "answered_by", "settled_by"), STAFF),
        },
    ),
    Section(
        "messageVersions",
        "message_versions",
        "message_id version words stated_at",
        "message_id version",
    ),
    Section(
        "alerts",
        "alerts",
        "id rule rule_version rule_text severity basis trigger_key value marks inputs raised_at closed_at "
        "closed_reason snoozed_until next_attempt_due_at",
        "raised_at id",
        left_out={"owner_id": STAFF, "snoozed_by": STAFF, "snooze_reason": COLLEAGUES},
    ),
    Section(
        "alertRepeats",
        "alert_repeats",
        "alert_id position kind trigger_key severity value inputs at",
        "alert_id position",
        of=through("alerts", "alert_id"),
    ),
    Section(
        "alertChanges",
        "alert_changes",
        "id alert_id kind until at",
        "at id",
        of=through("alerts", "alert_id"),
        left_out={"owner_id": STAFF, "by_id": STAFF, "reason": COLLEAGUES},
    ),
    Section(
        "alertThresholds",
        "alert_thresholds",
        "version threshold value changed_at",
        "version",
        left_out={
            "numbers": "all that hold since; each of them is a row of its own",
            "changed_by": STAFF,
            "by_name": STAFF,
            "reason": COLLEAGUES,
        },
    ),
    Section(
        "acknowledgements",
        "acknowledgements",
        "alert_id at",
        "at alert_id",
        of=through("alerts", "alert_id"),
        left_out={"by_id": STAFF, "owner_id": STAFF, "note": COLLEAGUES},
    ),
    Section(
        "alertOutcomes",
        "alert_outcomes",
        "id alert_id outcome at",
        "at id",
        of=through("alerts", "alert_id"),
        left_out={"by_id": STAFF, "note": COLLEAGUES},
    ),
)
