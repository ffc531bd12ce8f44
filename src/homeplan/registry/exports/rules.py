"""Writes rows as CSV that a spreadsheet opens and never runs. Pure."""

import csv
import json
from collections.abc import Iterable, Mapping
from typing import Any

from homeplan.clock import from_ms
from homeplan.registry.exports.datasets import DATASETS, Column, Dataset
from homeplan.registry.imports.reading import FORMULA_SIGNS
from homeplan.values import Language

MARK = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""


def safe(value: Any) -> Any:
    """The cell, with an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def head(dataset: Dataset) -> str:
    """The first line: the mark of UTF-8 and the names of the columns."""
    return MARK + lines([["patient_id", *(each.name for each in dataset.columns)]])


def body(dataset: Dataset, rows: Iterable[Mapping[str, Any]]) -> str:
    """The lines of these rows."""
    return lines([row["patient_id"], *(_cell(each, row) for each in dataset.columns)] for row in rows)


def dictionary(language: Language) -> str:
    """The data dictionary: dataset, column, kind and meaning of each column."""
    found = [["dataset", "column", "kind", "meaning"]]
    meaning = {"en": "The patient's id in homeplan", "es": "Id del paciente en homeplan"}[language]
    for name, dataset in DATASETS.items():
        found.append([name, "patient_id", "text", meaning])
        found += [[name, each.name, each.kind, each.meaning.in_language(language)] for each in dataset.columns]
    return MARK + lines(found)


def lines(rows: Iterable[Iterable[Any]]) -> str:
    """Lines of a CSV file with commas, quotes where needed and CRLF; texts cannot run as formulas."""
    written = _Lines()
    csv.writer(written, lineterminator="\r\n").writerows([[safe(cell) for cell in row] for row in rows])
    return "".join(written)


class _Lines(list[str]):
    """Takes what a CSV writer writes."""

    write = list.append


def _cell(column: Column, row: Mapping[str, Any]) -> Any:
    if column.json_key:
        value = json.loads(row["document"]).get(column.json_key)
        return json.dumps(value, ensure_ascii=False) if column.kind == "JSON" else value
    value = row[column.name]
    if column.kind == "instant" and value is not None:
        return from_ms(value).isoformat().replace("+00:00", "Z")
    return value
