"""Reads the text of a CSV file into cells by field: separators, column names in English and Spanish, dates. Pure."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from homeplan.registry.imports.model import DateOrder, FaultCode, Field, TooManyRows, UnreadableFile
from homeplan.typed import fold

MAX_ROWS = 5000
SEPARATORS = ",;\t"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a cell that a spreadsheet would run; an export puts an apostrophe before them."""

_NAMES: dict[Field, str] = {
    "given-name": "first name|given name|forename|nombre|nombres|nombre de pila",
    "family-name": "last name|family name|surname|apellido|apellidos",
    "birth-year": "birth year|year of birth|birth date|birthdate|date of birth|dob|ano de nacimiento"
    "|fecha de nacimiento|nacimiento",
    "record-number": "record number|record|record no|mrn|chart number|patient number|expediente"
    "|numero de expediente|no de expediente|historia|numero de historia",
    "telephone": "telephone|phone|phone number|telephone number|mobile|mobile phone|cell|cell phone|telefono|celular"
    "|movil|numero de telefono",
    "language": "language|lang|idioma|lengua",
    "time-zone": "time zone|timezone|zone|zona horaria|zona",
    "therapist": "therapist|therapist e-mail|therapist email|terapeuta|correo del terapeuta",
}
_FIELD_OF: dict[str, Field] = {name: field for field, names in _NAMES.items() for name in names.split("|")}
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_YEAR = re.compile(r"^\d{4}$")
_PARTS = re.compile(r"^(\d{1,2})[./ -](\d{1,2})[./ -](\d{4}|\d{2})$")


class Table(Struct, frozen=True):
    """The cells of a file by field, one dict per row with the number of its line."""

    rows: list[tuple[int, dict[Field, str]]]
    unknown_columns: tuple[str, ...]


def read_table(text: str) -> Table:
    """The rows of the file; empty rows are left out. Raises UnreadableFile and TooManyRows.

    The separator is the one of "," ";" and tab that line 1 has most of; a line "sep=;" of Excel is obeyed.
    """
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r'"?sep=(.)"?\r?', first.strip("\ufeff"))
    skipped = 0
    if named is not None:
        text, skipped = rest, 1
        first = rest.partition("\n")[0]
    unquoted = re.sub(r'"[^"]*"', "", first)
    separator = named[1] if named is not None else max(SEPARATORS, key=unquoted.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        header = next(reader, [])
        fields = [_FIELD_OF.get(_column(name)) for name in header]
        known = [field for field in fields if field is not None]
        if not {"given-name", "family-name"} <= set(known) or len(set(known)) < len(known):
            raise UnreadableFile
        rows: list[tuple[int, dict[Field, str]]] = []
        line = reader.line_num
        for cells in reader:
            line, at = reader.line_num, line + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MAX_ROWS:
                raise TooManyRows
            rows.append((at + skipped, _by_field(fields, cells)))
    except csv.Error as refused:
        raise UnreadableFile(f"Line {reader.line_num + skipped} cannot be read.") from refused
    unknown = [name.strip() for name, field in zip(header, fields, strict=True) if field is None and name.strip()]
    return Table(rows, tuple(unknown))


def _column(name: str) -> str:
    return " ".join(re.sub(r"[_.:*]", " ", fold(name)).split())


def _by_field(fields: Sequence[Field | None], cells: Sequence[str]) -> dict[Field, str]:
    return {field: _plain(cell) for field, cell in zip(fields, cells, strict=False) if field is not None}


def _plain(cell: str) -> str:
    """The cell without the apostrophe that an export puts before what a spreadsheet would run."""
    return cell[1:].strip() if cell.startswith("'") and cell[1:].startswith(FORMULA_SIGNS) else cell.strip()


def order_of(cells: Iterable[str], wanted: DateOrder) -> DateOrder:
    """The order of day and month in these dates: as wanted, or as a day over 12 shows. `auto`: nothing shows it, or
    they contradict each other."""
    if wanted != "auto":
        return wanted
    shown: set[DateOrder] = set()
    for cell in cells:
        parts = _PARTS.match(cell)
        if parts is None:
            continue
        if int(parts[1]) > 12:
            shown.add("day-first")
        elif int(parts[2]) > 12:
            shown.add("month-first")
    return shown.pop() if len(shown) == 1 else "auto"


def birth_year(cell: str, order: DateOrder, today: date) -> int | FaultCode:
    """The year in a cell with a year or a whole date; only the year is kept. What cannot be told apart is refused."""
    if _YEAR.match(cell):
        year = int(cell)
    elif iso := _ISO.match(cell):
        if not _is_day(int(iso[1]), int(iso[2]), int(iso[3])):
            return "not-a-date"
        year = int(iso[1])
    elif parts := _PARTS.match(cell):
        if len(parts[3]) == 2:
            return "two-digit-year"
        first, second, year = int(parts[1]), int(parts[2]), int(parts[3])
        day_first, month_first = _is_day(year, second, first), _is_day(year, first, second)
        if order == "auto" and day_first and month_first and first != second:
            return "ambiguous-date"
        if not {"day-first": day_first, "month-first": month_first, "auto": day_first or month_first}[order]:
            return "not-a-date"
    else:
        return "not-a-date"
    return year if 1900 <= year <= today.year else "impossible-year"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
