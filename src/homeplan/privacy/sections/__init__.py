"""The contents of an export: every column of every table with data about patients, or the reason why it is left out.

tests/privacy/test_sections.py holds this list against the schema.
"""

from homeplan.privacy.sections import care, entries, person, reminding, treatment
from homeplan.privacy.sections.section import INTERNAL

OWN_ID = "the same in every row: the patient's own id is at the top"

ALWAYS_LEFT_OUT = {"clinic_id": OWN_ID, "patient_id": OWN_ID}

SECTIONS = (*person.SECTIONS, *treatment.SECTIONS, *entries.SECTIONS, *care.SECTIONS, *reminding.SECTIONS)

LEFT_OUT_TABLES = {
    "care_team": "as careTeam, with the names of those who treat the patient",
    "program_drafts": "what a therapist is still writing; it is not in force and the patient was never told it",
    "plan_versions": INTERNAL,
    "patient_merges": "which records of the clinic were taken for one person: the clinic's own order",
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
