"""Programs in the database: one module per noun, all of it importable from here."""

from homeplan.programs.store.care_facts import CareFacts, care_facts
from homeplan.programs.store.charts import Chart, read_chart, read_charts
from homeplan.programs.store.drafts import delete_draft, delete_drafts, find_draft, upsert_draft
from homeplan.programs.store.episodes import (
    add_step,
    delete_goals,
    discharged_among,
    ended_before,
    episodes_of,
    find_episode,
    insert_episode,
    latest_episode,
    latest_episodes,
    update_episode,
)
from homeplan.programs.store.lock import lock_patient
from homeplan.programs.store.logs import (
    Done,
    StoredLog,
    delete_log,
    done_between,
    exercise_bouts,
    find_log,
    forget_helpers,
    logs_between,
    logs_of_many,
    upsert_log,
)
from homeplan.programs.store.needling import (
    amend_needling_session,
    find_needling_session,
    insert_needling_session,
    needling_sessions_of,
    needling_sessions_of_many,
    void_needling_session,
)
from homeplan.programs.store.plan_steps import insert_plan_step, put_off_restart, update_gate_waits
from homeplan.programs.store.recent import latest_needling
from homeplan.programs.store.revisions import (
    find_program,
    find_program_of_prescription,
    find_programs,
    find_published,
    insert_program,
    insert_revision,
)
from homeplan.programs.store.versions import (
    PatientVersions,
    PlanVersions,
    patient_versions,
    plan_versions,
    versions_of_many,
)

__all__ = [
    "CareFacts",
    "Chart",
    "Done",
    "PatientVersions",
    "PlanVersions",
    "StoredLog",
    "add_step",
    "amend_needling_session",
    "care_facts",
    "delete_draft",
    "delete_drafts",
    "delete_goals",
    "delete_log",
    "discharged_among",
    "done_between",
    "ended_before",
    "episodes_of",
    "exercise_bouts",
    "find_draft",
    "find_episode",
    "find_log",
    "find_needling_session",
    "find_program",
    "find_program_of_prescription",
    "find_programs",
    "find_published",
    "forget_helpers",
    "insert_episode",
    "insert_needling_session",
    "insert_plan_step",
    "insert_program",
    "insert_revision",
    "latest_episode",
    "latest_episodes",
    "latest_needling",
    "lock_patient",
    "logs_between",
    "logs_of_many",
    "needling_sessions_of",
    "needling_sessions_of_many",
    "patient_versions",
    "plan_versions",
    "put_off_restart",
    "read_chart",
    "read_charts",
    "update_episode",
    "update_gate_waits",
    "upsert_draft",
    "upsert_log",
    "versions_of_many",
    "void_needling_session",
]
