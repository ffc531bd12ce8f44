"""Imports of patients: the structs and the errors."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.accounts.model import BirthYear, RecordNumber
from homeplan.errors import Conflict, Invalid
from homeplan.registry.identity import Likeness
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName

DateOrder = Literal["auto", "day-first", "month-first"]
"""`auto`: as the dates of the file show; where none shows it, a date with day and month up to 12 is refused."""
Field = Literal[
    "given-name", "family-name", "birth-year", "record-number", "telephone", "language", "time-zone", "therapist"
]
FaultCode = Literal[
    "missing",
    "too-long",
    "not-a-date",
    "ambiguous-date",
    "two-digit-year",
    "impossible-year",
    "unknown-language",
    "unknown-zone",
    "unusable-number",
    "unknown-therapist",
    "unreadable",
]
RowState = Literal["new", "duplicate", "repeated", "fault"]
"""`duplicate`: like a patient of the clinic. `repeated`: like an earlier row of the file."""


class ImportFile(Value, frozen=True):
    """The text of a CSV file and how to read it."""

    csv: Annotated[str, Meta(max_length=1_900_000)]
    time_zone: ZoneName
    """The zone of rows without one."""
    date_order: DateOrder = "auto"


class ImportEntry(ImportFile, frozen=True):
    """A file to import."""

    anyway: Annotated[tuple[int, ...], Meta(max_length=5000)] = ()
    """Lines that are imported although they look like a patient or an earlier row."""


class Fault(Value, frozen=True):
    """A reason for which a row cannot be imported."""

    field: Field
    code: FaultCode


class ImportRow(Value, frozen=True, kw_only=True):
    """One row of the file, as it would be imported."""

    line: int
    """In the file, from 1; the names of the columns are in line 1."""
    state: RowState
    given_name: str
    family_name: str
    birth_year: int | None
    record_number: str | None
    faults: tuple[Fault, ...] = ()
    likeness: Likeness | None = None
    like_patient: Id | None = None
    like_line: int | None = None
    like_name: str | None = None
    """The name of that patient or row."""


class ImportPreview(Value, frozen=True, kw_only=True):
    """All rows of the file; nothing is stored."""

    rows: list[ImportRow]
    new: int
    duplicates: int
    repeated: int
    faults: int
    unknown_columns: tuple[str, ...]
    """Columns that are left out."""
    date_order: DateOrder
    """As the dates were read; `auto` when there are none that need it."""


class PatientImport(Value, frozen=True, kw_only=True):
    """An import that was run."""

    id: Id
    at: Instant
    by_name: Name
    added: int
    left_out: int
    """Rows that were duplicates, repeated, or had faults."""
    undone_at: Instant | None = None
    kept: int = 0
    """Patients who stayed when it was taken back, because somebody had worked with their record."""


class Person(Struct, frozen=True, kw_only=True):
    """The checked content of a row."""

    given_name: Name
    family_name: Name
    birth_year: BirthYear | None
    record_number: RecordNumber | None
    telephone: str | None
    """E.164."""
    language: Language
    time_zone: ZoneName
    therapist_id: str | None


class UnreadableFile(Invalid):
    """This is no CSV file with a row of column names. It needs at least the columns of first and last name."""

    code = "unreadable-file"


class TooManyRows(Invalid):
    """A file has at most 5,000 rows. Split it."""

    code = "too-many-rows"


class ImportUndone(Conflict):
    """This import was taken back already."""

    code = "import-undone"
