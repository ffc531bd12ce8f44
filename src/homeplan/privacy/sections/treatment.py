"""The treatment record: episodes, needling, programs."""

from homeplan.privacy.sections.section import COLLEAGUES, INTERNAL, STAFF, Section, through

SECTIONS = (
    Section("episodesOfCare", "episodes", "id problem goal no_floor opened_at discharged_at", "opened_at id"),
    Section(
        "episodeSteps",
        "episode_steps",
        "episode_id seq stage at",
        "episode_id seq",
        of=through("episodes", "episode_id"),
        left_out={"by_id": STAFF},
    ),
    Section(
        "needlingSessions",
        "needling_sessions",
        "id episode_id version ended_at needled_at voided_at",
        "ended_at id",
        left_out={"voided_by": STAFF, "void_reason": COLLEAGUES},
    ),
    Section(
        "needlingSessionVersions",
        "needling_session_versions",
        "session_id version document findings recorded_at",
        "session_id version",
        of=through("needling_sessions", "session_id"),
        left_out={"recorded_by": STAFF, "reason": COLLEAGUES},
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
        of=through("programs", "program_id"),
        left_out={
            "author_id": "the author's name is there, as the patient's phone shows it",
            "entry_id": INTERNAL,
            "entry_hash": INTERNAL,
        },
    ),
    Section("prescriptions", "prescriptions", "id program_id kind slug", "id"),
)
