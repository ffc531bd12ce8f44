"""Decides whether each row of a file is new, like a patient, like an earlier row, or faulty. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, get_args
from zoneinfo import available_timezones

from msgspec import Struct

from homeplan.accounts.model import RecordNumber
from homeplan.accounts.rules import clean_email
from homeplan.contact.numbers.model import UnusableNumber
from homeplan.contact.numbers.rules import e164
from homeplan.errors import Invalid
from homeplan.registry.identity import Identity, Register
from homeplan.registry.imports.model import (
    Fault,
    FaultCode,
    Field,
    ImportFile,
    ImportPreview,
    ImportRow,
    Person,
    RowState,
)
from homeplan.registry.imports.reading import birth_year, order_of, read_table
from homeplan.typed import fold, typed_line
from homeplan.values import Language, Name

_LANGUAGES: dict[str, Language] = {
    **dict.fromkeys(("en", "eng", "english", "ingles"), "en"),
    **dict.fromkeys(("es", "spa", "spanish", "espanol", "castellano"), "es"),
}
_ZONES = frozenset(available_timezones())
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Surroundings(Struct, frozen=True, kw_only=True):
    """The part of the clinic that the rows are judged by."""

    known: list[Identity]
    """Its patients."""
    therapists: Mapping[str, str]
    """E-mail → id of the staff who may be part of a care team."""
    phone_region: str
    default_language: Language
    today: date


class Judged(Struct, frozen=True):
    """The preview, and the people of the rows without faults by line."""

    preview: ImportPreview
    people: dict[int, Person]


def judge(file: ImportFile, clinic: Surroundings, anyway: Collection[int] = ()) -> Judged:
    """Judge all rows of the file, each by the clinic's patients and the rows before it. Raises UnreadableFile and
    TooManyRows. `anyway`: lines that count as new although they are like another record.
    """
    table = read_table(file.csv)
    order = order_of((cells.get("birth-year", "") for _, cells in table.rows), file.date_order)
    patients, earlier = Register(clinic.known), Register()
    lines: dict[str, int] = {}
    rows: list[ImportRow] = []
    people: dict[int, Person] = {}
    for line, cells in table.rows:
        reader = _RowReader(cells, clinic)
        person = reader.person(order, file.time_zone)
        if person is None:
            rows.append(_row(line, "fault", reader.shown, faults=tuple(reader.faults)))
            continue
        people[line] = person
        one = Identity(
            id=str(line),
            given_name=person.given_name,
            family_name=person.family_name,
            birth_year=person.birth_year,
            record_number=person.record_number,
        )
        like_patient, like_row = patients.like(one), earlier.like(one)
        if line in anyway or (like_patient is None and like_row is None):
            rows.append(_row(line, "new", one))
            earlier.add(one)
            lines[one.id] = line
        elif like_patient is not None:
            other, sign = like_patient
            named = f"{other.given_name} {other.family_name}"
            rows.append(_row(line, "duplicate", one, likeness=sign, like_patient=other.id, like_name=named))
        elif like_row is not None:
            other, sign = like_row
            named = f"{other.given_name} {other.family_name}"
            rows.append(_row(line, "repeated", one, likeness=sign, like_line=lines[other.id], like_name=named))
    count = {state: sum(row.state == state for row in rows) for state in get_args(RowState)}
    return Judged(
        ImportPreview(
            rows=rows,
            new=count["new"],
            duplicates=count["duplicate"],
            repeated=count["repeated"],
            faults=count["fault"],
            unknown_columns=table.unknown_columns,
            date_order=order,
        ),
        people,
    )


def _row(line: int, state: RowState, one: Identity, **more: Any) -> ImportRow:
    return ImportRow(
        line=line,
        state=state,
        given_name=one.given_name,
        family_name=one.family_name,
        birth_year=one.birth_year,
        record_number=one.record_number,
        **more,
    )


class _RowReader:
    """Reads one row and collects all its faults."""

    def __init__(self, cells: Mapping[Field, str], clinic: Surroundings):
        self._cells = cells
        self._clinic = clinic
        self.faults: list[Fault] = []
        self.shown = Identity(
            id="",
            given_name=cells.get("given-name", "")[:80],
            family_name=cells.get("family-name", "")[:80],
            record_number=cells.get("record-number", "")[:40] or None,
        )

    def person(self, order: Any, time_zone: str) -> Person | None:
        """The person of the row; None when it has faults."""
        person = Person(
            given_name=self._text("given-name", Name, 80),
            family_name=self._text("family-name", Name, 80),
            birth_year=self._year(order),
            record_number=self._text("record-number", RecordNumber, 40, needed=False) or None,
            telephone=self._telephone(),
            language=self._language(),
            time_zone=self._zone(time_zone),
            therapist_id=self._therapist(),
        )
        return None if self.faults else person

    def _fault(self, field: Field, code: FaultCode) -> None:
        self.faults.append(Fault(field, code))

    def _text(self, field: Field, kind: Any, most: int, *, needed: bool = True) -> str:
        cell = self._cells.get(field, "")
        if not cell:
            if needed:
                self._fault(field, "missing")
            return ""
        if len(cell) > most:
            self._fault(field, "too-long")
            return ""
        try:
            return typed_line(cell, kind)
        except Invalid:
            self._fault(field, "unreadable")
            return ""

    def _year(self, order: Any) -> int | None:
        cell = self._cells.get("birth-year", "")
        if not cell:
            return None
        found = birth_year(cell, order, self._clinic.today)
        if isinstance(found, str):
            self._fault("birth-year", found)
            return None
        return found

    def _telephone(self) -> str | None:
        cell = self._cells.get("telephone", "")
        if not cell:
            return None
        try:
            return e164(cell, self._clinic.phone_region, field="telephone")
        except UnusableNumber:
            self._fault("telephone", "unusable-number")
            return None

    def _language(self) -> Language:
        cell = fold(self._cells.get("language", ""))
        if not cell:
            return self._clinic.default_language
        found = _LANGUAGES.get(cell)
        if found is None:
            self._fault("language", "unknown-language")
        return found or self._clinic.default_language

    def _zone(self, otherwise: str) -> str:
        cell = self._cells.get("time-zone", "") or otherwise
        if cell not in _ZONES:
            self._fault("time-zone", "unknown-zone")
        return cell

    def _therapist(self) -> str | None:
        cell = self._cells.get("therapist", "")
        if not cell:
            return None
        found = self._clinic.therapists.get(clean_email(cell))
        if found is None:
            self._fault("therapist", "unknown-therapist")
        return found
