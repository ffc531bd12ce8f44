"""The export: everything that the clinic holds about one patient, in one document."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from homeplan.accounts.model import Clinic
from homeplan.values import Language, Value

FORMAT = "homeplan-export"
VERSION = 1
"""One more whenever a reader of the file would have to change; docs/export.md tells the shape."""

Rows = list[dict[str, Any]]


class Carer(Value, frozen=True):
    """Someone who treats the patient."""

    name: str
    since: datetime


class PlannedItem(Value, frozen=True):
    """One item of a revision in words."""

    title: str
    dose: str
    note: str
    when: str
    """The phases in which it is on."""


class PlannedProgram(Value, frozen=True):
    """One revision in words, in the patient's language."""

    number: int
    effective_from: datetime
    author: str
    change_summary: str
    items: list[PlannedItem]


class Export(Struct, frozen=True, kw_only=True, rename="camel"):
    """All about one patient. `records` holds the rows as the clinic keeps them, one list per section."""

    format: str = FORMAT
    version: int = VERSION
    exported_at: datetime
    language: Language
    clinic: Clinic
    care_team: list[Carer]
    programs_in_words: list[PlannedProgram]
    titles: dict[str, str]
    """The titles of exercises, muscles and regions in the patient's language, by slug."""
    signs: dict[str, str]
    """The items of the safety screen in the patient's language, by id."""
    conditions: dict[str, str]
    """The items of the intake in the patient's language, by slug."""
    events: dict[str, str]
    """The events after needling in the patient's language, by id."""
    severities: dict[str, str]
    """Their severities in the patient's language, by id."""
    records: dict[str, Rows]
    not_included: dict[str, str]
    """Tables, and columns as table.column, that stay at the clinic's server, each with its reason."""
