"""No rule reads a message: no module that decides imports the feature, and no statement outside it has the words."""

import tomllib

from homeplan.messages.store.messages import SELECT_UNANSWERED
from homeplan.privacy.sections import STATEMENTS as EXPORTED
from tests.test_structure import MODULES, PYPROJECT, imports, reached_from
from tests.test_table_owners import STATEMENTS, tables_of

DECIDING = ("alerts", "checkins", "library", "needling", "outcomes", "programs", "reminders")
TABLES = {"messages", "message_versions"}


def test_no_module_that_decides_reaches_the_feature() -> None:
    deciding = [name for name in MODULES if name.split(".")[1:2] and name.split(".")[1] in DECIDING]
    assert deciding
    reached = {module for name in deciding for module in reached_from(name)}
    assert [name for name in reached if name.startswith("homeplan.messages")] == []


def test_the_contract_of_import_linter_names_every_feature_that_decides() -> None:
    contracts = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [contract] = [each for each in contracts if each["name"] == "No rule reads a message"]
    assert set(contract["source_modules"]) == {f"homeplan.{name}" for name in DECIDING}
    assert contract["forbidden_modules"] == ["homeplan.messages"]


def test_only_the_feature_and_the_export_read_its_tables() -> None:
    readers = {name.split(".")[0] for name, sql in STATEMENTS if tables_of(sql) & TABLES}
    assert readers == {"messages", "privacy", "registry"}, "the registry asks only whether a record has any"
    assert any("messages" in sql for sql in EXPORTED.values())


def test_another_feature_learns_since_when_a_message_waits_and_nothing_of_its_words() -> None:
    used = {
        name: {module for module in imports(tree) if module.startswith("homeplan.messages")}
        for name, tree in MODULES.items()
        if not name.startswith("homeplan.messages")
    }
    assert {name for name, modules in used.items() if modules} <= {
        "homeplan.app",
        "homeplan.demo.patient",
        "homeplan.privacy.actions",
        "homeplan.privacy.worker",
        "homeplan.registry.caseload.actions",
        "homeplan.reports.timeline",
        "homeplan.reports.worklist.needs",
    }
    assert used["homeplan.reports.worklist.needs"] == {"homeplan.messages.reading", "homeplan.messages.store"}
    assert "words" not in SELECT_UNANSWERED
