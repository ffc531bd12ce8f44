"""The contents of an export: every column of every table with data about patients, or the reason why it is left out.

tests/privacy/test_sections.py holds this list against the schema.
"""

from typing import NamedTuple

OF_PATIENT = "t.patient_id = :patient_id"

KEY = "a secret, of use to an attacker only"
INTERNAL = "says how the server does its work, nothing about the patient"
OWN_ID = "the same in every row: the patient's own id is at the top"
STAFF = "names a member of staff, who has a privacy of their own"

ALWAYS_LEFT_OUT = {"clinic_id": OWN_ID, "patient_id": OWN_ID}


class Section(NamedTuple):
    """The rows of one table that are about the patient, as one list of the export."""

    name: str
    table: str
    columns: str
    """Separated by spaces, as they are written down (snake_case becomes camelCase)."""
    order: str
    of: str = OF_PATIENT
    """The condition that selects the patient's rows of `t`."""
    left_out: dict[str, str] = {}  # noqa: RUF012 - a constant
    """Columns that stay, each with its reason."""

    def statement(self) -> str:
        columns = ", ".join(f"t.{name}" for name in self.columns.split())
        order = ", ".join(f"t.{name}" for name in self.order.split())
        return f"SELECT {columns} FROM {self.table} t WHERE t.clinic_id = :clinic_id AND {self.of} ORDER BY {order}"  # noqa: S608 - constants


def _through(table: str, key: str) -> str:
    """The rows that hang on one of the patient's rows of another table."""
    return f"t.{key} IN (SELECT o.id FROM {table} o WHERE o.clinic_id = :clinic_id AND o.patient_id = :patient_id)"  # noqa: S608 - constants


_ACKNOWLEDGED_BY = {"by_id": STAFF, "owner_id": STAFF, "note": "written for colleagues; the clinic gives it on request"}

SECTIONS = (
    Section(
        "profile",
        "patients",
        "id given_name family_name language time_zone birth_year record_number problem goal created_at",
        "id",
        of="t.id = :patient_id",
        left_out={
            "search_key": "the names once more, in lower case",
            "left_at": "none: a patient who left has no sign-in to export with",
        },
    ),
    Section(
        "invitations",
        "invitations",
        "created_at expires_at used_at voided_at",
        "created_at",
        left_out={
            "id": INTERNAL,
            "token_hash": KEY,
            "code_lookup": KEY,
            "code_hash": KEY,
            "code_expires_at": INTERNAL,
            "code_tries": INTERNAL,
            "sign_in_id": INTERNAL,
            "from_sign_in_id": INTERNAL,
        },
    ),
    Section(
        "helpers",
        "helpers",
        "id name created_at expires_at joined_at ended_at ended_by history_at messages_at",
        "created_at id",
        left_out={"token_hash": KEY, "sign_in_id": INTERNAL},
    ),
    Section(
        "signIns",
        "sign_ins",
        "id label created_at last_seen_at expires_at revoked_at helper_id",
        "created_at id",
        left_out={
            "token_hash": KEY,
            "staff_id": "none: the sign-in is a patient's",
            "device_hash": KEY,
            "idle_expires_at": INTERNAL,
            "reauth_at": INTERNAL,
            "stage": "none: a patient's sign-in has one step",
            "code_tries": "none: a patient enters no code to sign in",
        },
    ),
    Section("episodesOfCare", "episodes", "id problem goal no_floor opened_at discharged_at", "opened_at id"),
    Section(
        "episodeSteps",
        "episode_steps",
        "episode_id seq stage at",
        "episode_id seq",
        of=_through("episodes", "episode_id"),
        left_out={"by_id": STAFF},
    ),
    Section(
        "needlingSessions",
        "needling_sessions",
        "id episode_id version ended_at needled_at voided_at",
        "ended_at id",
        left_out={"voided_by": STAFF},
    ),
    Section(
        "needlingSessionVersions",
        "needling_session_versions",
        "session_id version document findings recorded_at",
        "session_id version",
        of=_through("needling_sessions", "session_id"),
        left_out={"recorded_by": STAFF},
    ),
    Section(
        "needlingConsents",
        "needling_consents",
        "id version language text signed_on signed_name signed_at recorded_at withdrawn_at",
        "signed_at id",
        left_out=dict.fromkeys(("explained_by", "recorded_by", "withdrawn_by"), STAFF),
    ),
    Section(
        "needlingChecks",
        "needling_checks",
        "id document findings outcome checked_at",
        "checked_at id",
        left_out={"checked_by": STAFF},
    ),
    Section("intakes", "intakes", "version document recorded_at", "version", left_out={"recorded_by": STAFF}),
    Section("programs", "programs", "id episode_id anchor_session_id gated gate_waits", "id"),
    Section(
        "planSteps",
        "plan_steps",
        "program_id seq at kind phase walk_s",
        "program_id seq",
        left_out={"by_id": STAFF},
    ),
    Section(
        "revisions",
        "revisions",
        "program_id number effective_from published_at author document",
        "program_id number",
        of=_through("programs", "program_id"),
        left_out={
            "author_id": "the author's name is there, as the patient's phone shows it",
            "entry_id": INTERNAL,
            "entry_hash": INTERNAL,
        },
    ),
    Section("prescriptions", "prescriptions", "id program_id kind slug", "id"),
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
        "telephoneNumbers",
        "phone_numbers",
        "whose number name changed_at",
        "whose",
        left_out={"changed_by": STAFF, "kept_until": "none: a patient who left has no sign-in to export with"},
    ),
    Section(
        "contacts",
        "contacts",
        "id version alert_id kind reached spoke_with started_at minutes outcome patient_words next_step next_step_due "
        "next_step_done_at recorded_at replaced_at",
        "started_at id version",
        left_out={
            "by_id": STAFF,
            "recorded_by": STAFF,
            "note": "written for colleagues; the clinic gives it on request",
        },
    ),
    Section(
        "visits",
        "visits",
        "id kind day wall_time time_zone starts_at note state moved_to session_id created_at changed_at",
        "starts_at id",
        left_out={"created_by": STAFF, "changed_by": STAFF},
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
    Section(
        "alerts",
        "alerts",
        "id rule rule_version rule_text severity basis trigger_key value marks inputs raised_at closed_at "
        "closed_reason snoozed_until next_attempt_due_at",
        "raised_at id",
        left_out={"owner_id": STAFF, "snoozed_by": STAFF, "snooze_reason": _ACKNOWLEDGED_BY["note"]},
    ),
    Section(
        "alertRepeats",
        "alert_repeats",
        "alert_id position kind trigger_key severity value inputs at",
        "alert_id position",
        of=_through("alerts", "alert_id"),
    ),
    Section(
        "acknowledgements",
        "acknowledgements",
        "alert_id at",
        "at alert_id",
        of=_through("alerts", "alert_id"),
        left_out=_ACKNOWLEDGED_BY,
    ),
    Section(
        "alertOutcomes",
        "alert_outcomes",
        "id alert_id outcome at",
        "at id",
        of=_through("alerts", "alert_id"),
        left_out={"by_id": STAFF, "note": _ACKNOWLEDGED_BY["note"]},
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
        "alertChanges",
        "alert_changes",
        "id alert_id kind until at",
        "at id",
        of=_through("alerts", "alert_id"),
        left_out={"owner_id": STAFF, "by_id": STAFF, "reason": _ACKNOWLEDGED_BY["note"]},
    ),
    Section(
        "reminders",
        "reminders",
        "id kind weekdays wall_time zone_policy second_chance_minutes enabled_at snoozed_until deleted_at updated_at",
        "id",
    ),
    Section(
        "reminderSettings",
        "reminder_settings",
        "quiet_from quiet_until daily_cap paused_until phone_time_zone",
        "daily_cap",
    ),
    Section(
        "occurrences",
        "occurrences",
        "id reminder_id kind local_day slot time_zone due_at asked_at deadline_at decided_at skipped",
        "due_at id",
        left_out={"nth": INTERNAL, "planned": INTERNAL},
    ),
    Section(
        "devices",
        "devices",
        "id sign_in_id language platform created_at last_accepted_at last_shown_at ended_at ended_as",
        "created_at id",
        left_out={
            "endpoint": KEY,
            "endpoint_hash": KEY,
            "p256dh": KEY,
            "auth": KEY,
            "staff_id": "none: the device is a patient's",
            **dict.fromkeys(("key_id", "failing_since", "unshown", "unshown_since", "needs_resubscribe_at"), INTERNAL),
        },
    ),
    Section(
        "mailAddresses",
        "mail_addresses",
        "id email language asked_at confirmed_at last_accepted_at gone_at",
        "asked_at id",
        left_out={
            "staff_id": "none: the address is a patient's",
            "confirm_token": KEY,
            "failing_since": INTERNAL,
        },
    ),
    Section(
        "deliveries",
        "deliveries",
        "id channel address_id occurrence_id kind status planned_at deadline_at sent_at accepted_at shown_at opened_at",
        "planned_at id",
        of="t.recipient_kind = 'patient' AND t.recipient_id = :patient_id",
        left_out=dict.fromkeys(
            (
                "recipient_kind",
                "recipient_id",
                "topic",
                "outcome",
                "detail",
                "attempts",
                "next_attempt_at",
                "lease_until",
                "lease_owner",
                "urgent_since",
            ),
            INTERNAL,
        ),
    ),
    Section(
        "auditEvents",
        "audit_events",
        "at role action object_id",
        "seq",
        left_out={
            "seq": INTERNAL,
            "actor_id": STAFF,
            "sign_in_id": STAFF,
            "ip": STAFF,
            "request_id": INTERNAL,
        },
    ),
)

LEFT_OUT_TABLES = {
    "care_team": "as careTeam, with the names of those who treat the patient",
    "program_drafts": "what a therapist is still writing; it is not in force and the patient was never told it",
    "plan_versions": INTERNAL,
    "worklist": INTERNAL,
    "reviews_due": INTERNAL,
    "escalations": INTERNAL,
    "escalation_notices": "whom of the staff the clinic notified about an alert, and when: the staff's own record",
    "reminder_due": INTERNAL,
}
"""Tables with rows about patients that are no section, each with its reason."""

INSTANTS = {"at", "since", "effective_from", "snoozed_until", "until", "waits_since"}
"""Instants whose name does not end in `_at`."""

JSON_COLUMNS = {"document", "events", "findings", "inputs", "marks", "regions", "safety_yes", "scores"}

STATEMENTS = {section.name: section.statement() for section in SECTIONS}
