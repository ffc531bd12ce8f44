"""Reminders and notifications: what is planned, to which devices, and how it ended."""

from homeplan.privacy.sections.section import INTERNAL, KEY, Section

SECTIONS = (
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
    Section("secondWays", "second_ways", "channel after_minutes chosen_at", "chosen_at"),
    Section("calendarLinks", "calendar_links", "made_at", "made_at", left_out={"token_hash": KEY}),
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
        "id email language asked_at confirmed_at last_accepted_at gone_at unsubscribed_at",
        "asked_at id",
        left_out={
            "staff_id": "none: the address is a patient's",
            "confirm_token": KEY,
            "unsubscribe_token": KEY,
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
)
