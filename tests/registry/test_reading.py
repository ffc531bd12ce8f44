"""CSV files as spreadsheets save them: separators, encodings, column names, dates."""

from datetime import date

import pytest

from homeplan.registry.identity import Identity, Register
from homeplan.registry.imports.model import FaultCode, ImportFile, ImportPreview, TooManyRows, UnreadableFile
from homeplan.registry.imports.reading import birth_year, order_of, read_table
from homeplan.registry.imports.rules import Surroundings, judge

TODAY = date(2026, 3, 2)


def surroundings(*known: Identity) -> Surroundings:
    return Surroundings(
        known=list(known),
        therapists={"tom@clinic.example": "tom"},
        phone_region="US",
        default_language="en",
        today=TODAY,
    )


def judged(csv: str, *known: Identity, anyway: tuple[int, ...] = ()) -> ImportPreview:
    return judge(ImportFile(csv=csv, time_zone="America/Denver"), surroundings(*known), anyway).preview


@pytest.mark.parametrize(
    "text",
    [
        "First name,Last name\nJosé,Núñez\n",
        "\ufeffNombre;Apellidos\r\nJosé;Núñez\r\n",
        "given_name\tSURNAME\nJosé\tNúñez",
        "sep=;\nNombre;Apellidos\nJosé;Núñez\n",
        '"First name","Last name"\n"José","Núñez"\n\n,\n',
    ],
)
def test_a_file_is_read_as_spreadsheets_save_it(text: str) -> None:
    [(_, cells)] = read_table(text).rows
    assert cells == {"given-name": "José", "family-name": "Núñez"}


def test_rows_are_named_by_the_line_at_which_they_begin() -> None:
    table = read_table('First name,Last name,Diagnosis\nAna,"Two\nlines",x\n\nEva,Example,y\n')
    assert ([line for line, _ in table.rows], table.unknown_columns) == ([2, 5], ("Diagnosis",))


@pytest.mark.parametrize("text", ["", "First name\nAna\n", "a,b\nc,d\n", 'First name,Last name\n"Ana,Example\n'])
def test_what_is_no_file_of_patients_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_table(text)


def test_a_file_of_too_many_rows_is_refused() -> None:
    with pytest.raises(TooManyRows):
        read_table("First name,Last name\n" + "Ana,Example\n" * 5001)


@pytest.mark.parametrize(
    ("cell", "order", "year"),
    [
        ("1980", "auto", 1980),
        ("1980-12-31", "auto", 1980),
        ("31/12/1980", "auto", 1980),
        ("12/31/1980", "auto", 1980),
        ("4.4.1980", "auto", 1980),
        ("3/4/1980", "day-first", 1980),
        ("3/4/1980", "auto", "ambiguous-date"),
        ("31/12/1980", "month-first", "not-a-date"),
        ("31/02/1980", "auto", "not-a-date"),
        ("1980-02-30", "auto", "not-a-date"),
        ("3/4/80", "day-first", "two-digit-year"),
        ("1899", "auto", "impossible-year"),
        ("2027", "auto", "impossible-year"),
        ("about 1980", "auto", "not-a-date"),
    ],
)
def test_a_date_that_can_be_read_in_two_ways_is_refused(cell: str, order: str, year: int | FaultCode) -> None:
    assert birth_year(cell, order, TODAY) == year  # type: ignore[arg-type]


def test_one_day_over_twelve_settles_the_order_of_the_whole_column() -> None:
    assert order_of(["3/4/1980", "31/12/1980"], "auto") == "day-first"
    assert order_of(["3/4/1980", "12/31/1980"], "auto") == "month-first"
    assert order_of(["31/12/1980", "12/31/1980"], "auto") == "auto"
    assert order_of(["3/4/1980"], "auto") == "auto"


def test_each_row_says_all_that_is_wrong_with_it() -> None:
    csv = (
        "First name,Last name,Date of birth,Phone,Language,Time zone,Therapist\n"
        ",Example,32/13/1980,12,de,Mars/Olympus,nobody@clinic.example\n"
        "Ana,Example,1980,303 555 0142,Español,America/Denver,Tom@Clinic.example\n"
    )
    bad, good = judged(csv).rows
    assert [(fault.field, fault.code) for fault in bad.faults] == [
        ("given-name", "missing"),
        ("birth-year", "not-a-date"),
        ("telephone", "unusable-number"),
        ("language", "unknown-language"),
        ("time-zone", "unknown-zone"),
        ("therapist", "unknown-therapist"),
    ]
    assert (bad.state, good.state) == ("fault", "new")


def test_patients_and_earlier_rows_are_recognized_by_number_name_and_year() -> None:
    known = Identity(id="p", given_name="José", family_name="Núñez", birth_year=1980, record_number="A-17")
    csv = (
        "First name,Last name,Birth year,MRN\n"
        "Pepe,Nunez,1980,a 17\n"
        "JOSE,NUNEZ,1980,\n"
        "Núñez,José,,B-1\n"
        "José,Núñez,1981,B-2\n"
        "Eva,Example,1970,C-1\n"
        "Eva,Example,1970,\n"
    )
    rows = judged(csv, known).rows
    assert [(row.state, row.likeness) for row in rows] == [
        ("duplicate", "record-number"),
        ("duplicate", "name-and-birth-year"),
        ("duplicate", "name"),
        ("new", None),
        ("new", None),
        ("repeated", "name-and-birth-year"),
    ]
    assert (rows[0].like_patient, rows[5].like_line) == ("p", 6)
    assert [row.state for row in judged(csv, known, anyway=(3,)).rows][:2] == ["duplicate", "new"]


def test_the_apostrophe_of_an_export_is_taken_off_again() -> None:
    [row] = judged("First name,Last name\n'=Ana,Example\n").rows
    assert row.given_name == "=Ana"


def test_a_register_finds_nobody_where_nobody_is() -> None:
    assert Register().like(Identity(id="x", given_name="Ana", family_name="Example")) is None
