"""Each table is named in the SQL of one feature only; another feature asks that feature's store.

A projection is the exception: one read-only statement that joins tables of several owners for one screen or worker.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import homeplan

SOURCES = Path(homeplan.__file__).parent

OWNERS = {
    "accounts": {
        "clinics",
        "live_clinics",
        "staff",
        "patients",
        "care_team",
        "care_covers",
        "helpers",
        "invitations",
        "sign_ins",
        "passkeys",
        "staff_totp",
        "recovery_codes",
        "passkey_challenges",
        "staff_invitations",
    },
    "alerts": {"alerts", "alert_changes", "alert_repeats", "alert_outcomes", "alert_thresholds", "acknowledgements"},
    "audit": {"audit_checks", "audit_cuts", "audit_events", "audit_seals", "audit_unsealed"},
    "checkins": {"checkins", "safety_answers", "exercise_pauses", "reviews_due"},
    "calendar": {"calendar_links"},
    "contact": {"phone_numbers", "contacts", "visits"},
    "db": {"schema_migration"},
    "limits": {"tries"},
    "notes": {"staff_notes"},
    "needling": {
        "needling_consents",
        "needling_checks",
        "intakes",
        "needling_certifications",
        "needling_settings",
        "needling_pair_choices",
    },
    "library": {"clinic_items", "clinic_item_versions", "clinic_pictures", "library_reviews"},
    "programs": {
        "episodes",
        "episode_steps",
        "needling_sessions",
        "needling_session_versions",
        "programs",
        "revisions",
        "prescriptions",
        "plan_versions",
        "program_drafts",
        "plan_steps",
        "exercise_logs",
    },
    "outcomes": {
        "after_needling_answers",
        "adverse_events",
        "psfs_activities",
        "outcome_answers",
        "instrument_permissions",
    },
    "delivery": {"devices", "deliveries", "mail_addresses", "staff_reach"},
    "duty": {"duty_settings", "duty_entries", "duty_covers", "duty_checks"},
    "escalation": {"escalations", "escalation_notices", "escalation_digests"},
    "messages": {"messages", "message_versions", "saved_replies"},
    "reminders": {"reminders", "reminder_settings", "reminder_due", "occurrences", "second_ways"},
    "registry": {"patient_imports", "patient_merges"},
    "reports": {"worklist"},
    "store_facts": {"store_facts"},
}

PROJECTIONS = {
    "accounts.store.own_record.SELECT_OWN_RECORD": "the patient's phone: their record and the identity of the database",
    "alerts.store.alerts.SELECT_OPEN": "the therapist's alert list: names of patients and staff, and who may see whom",
    "alerts.store.alerts.SELECT_OF_PATIENT": "the alerts of a chart: names of patients and staff",
    "checkins.store.scores.SELECT_LAST_PAIN": "the worklist: the last check-in of each patient",
    "contact.log.store.SELECT_CONTACTS": "the contacts of a chart: names of staff",
    "notes.store.SELECT_NOTES": "the notes of a chart: names of staff",
    "notes.store.SELECT_VERSIONS": "the versions of a note: names of staff",
    "programs.store.drafts.SELECT_DRAFT": "the draft of a program: the name of who saved it",
    "programs.store.needling.SELECT_VERSIONS": "the versions of a needling session: names of staff",
    "outcomes.store.events.SELECT_EVENTS": "the adverse events of a chart: names of staff",
    "messages.store.messages.COUNT_UNANSWERED": "the console's bar: who may see whom",
    "messages.store.messages.SELECT_MESSAGE": "one message: names of staff",
    "messages.store.messages.SELECT_THREAD": "a thread: names of staff",
    "messages.store.replies.SELECT_REPLIES": "the clinic's saved replies: names of staff",
    "privacy.sections.STATEMENTS": "the export: every row about one patient",
    "delivery.store.queue.SELECT_TO_RING": "the reminder worker: devices whose sign-in was not revoked",
    "programs.store.care_facts.SELECT_CARE_FACTS": "each check-in: home zone, episode, needling, thresholds",
    "programs.store.plan_facts.SELECT_PLAN_FACTS": "the plan clock: joining and pauses of exercises",
    "programs.store.versions.SELECT_PLAN_VERSIONS": "the phone's plan: its versions and the identity of the database",
    "reports.worklist.store.SELECT_PAGES": "the worklist: places with the last pain and the last needling",
    "reports.worklist.store.SELECT_COUNTS": "the worklist: who may see whom",
    "reports.worklist.store.SELECT_VERSION": "the worklist: who may see whom",
    "reports.worklist.store.SELECT_DUE": "the worklist's worker: whether a patient left",
    "delivery.store.queue.SELECT_CLAIMED": "each worker: what it sends, with the number for text messages",
    "registry.exports.datasets.STATEMENTS": "CSV exports: the rows of some patients",
    "registry.imports.store.SELECT_UNTOUCHED": "taking an import back: patients of whom nothing else is stored",
    "reminders.store.queue.SELECT_WAYS": "the reminder worker: the second way of each patient and its address",
    "reminders.store.queue.SELECT_DUE": "the reminder worker: what is due, with the patient's time zone",
}
"""Constant → the screen or worker that it serves."""

OWNER_OF = {table: owner for owner, tables in OWNERS.items() for table in tables}
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s")
NAMED = re.compile(r"(?:\b(?:FROM|JOIN|INTO|UPDATE)\s+|,\s*)([a-z_]+)")


def modules() -> Iterator[ModuleType]:
    for each in pkgutil.walk_packages([str(SOURCES)], "homeplan."):
        if each.name != "homeplan.__main__":
            yield importlib.import_module(each.name)


def constants(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Name and text of the statements among the module's constants; a collection of statements has one name."""
    for node in ast.parse(Path(str(module.__file__)).read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            value = getattr(module, name)
            texts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
            for text in texts:
                if isinstance(text, str) and not name.startswith("_") and STATEMENT.match(text):
                    yield f"{module.__name__.removeprefix('homeplan.')}.{name}", text


STATEMENTS = sorted({pair for module in modules() for pair in constants(module)})


def tables_of(sql: str) -> set[str]:
    return {name for name in NAMED.findall(sql) if name in OWNER_OF}


def test_every_table_of_the_schema_has_one_owner() -> None:
    created = {
        table
        for path in (SOURCES.parents[1] / "migrations").glob("*.sql")
        for table in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", path.read_text("utf-8"))
    }
    assert created | {"schema_migration"} == set(OWNER_OF)
    assert sum(map(len, OWNERS.values())) == len(OWNER_OF)


def test_every_table_is_found_in_the_statements() -> None:
    assert {table for _, sql in STATEMENTS for table in tables_of(sql)} == set(OWNER_OF)


@pytest.mark.parametrize(("name", "sql"), STATEMENTS, ids=[name for name, _ in STATEMENTS])
def test_a_statement_names_tables_of_its_own_feature_only(name: str, sql: str) -> None:
    foreign = {table for table in tables_of(sql) if OWNER_OF[table] != name.split(".")[0]}
    assert not foreign or name in PROJECTIONS


def test_a_projection_reads_and_names_a_foreign_table() -> None:
    for name in PROJECTIONS:
        found = [sql for known, sql in STATEMENTS if known == name]
        assert all(re.match(r"\s*(SELECT|WITH)\s", sql) for sql in found)
        assert {OWNER_OF[table] for sql in found for table in tables_of(sql)} - {name.split(".")[0]}


def test_no_statement_is_inside_a_function() -> None:
    """Statements are constants, so that the tests above see all of them."""
    assert [place for path in SOURCES.rglob("*.py") for place in statements_in_functions(path)] == []


def statements_in_functions(path: Path) -> Iterator[str]:
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and tables_in_text(node.value):
                    yield f"{path.relative_to(SOURCES)}:{node.lineno}"


def tables_in_text(text: str) -> bool:
    return STATEMENT.match(text) is not None and bool(NAMED.search(text))
