"""The soundness of a database file, and the entries that it has of each phone."""

from collections.abc import Sequence
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from drills.clinic import Phone, number_of

SELECT_ENTRIES = "SELECT patient_id, client_event_id FROM checkins"


def damaged(file: Path) -> bool:
    """Whether a page or a reference of the database is not sound."""
    db = sqlite3.connect(file)
    try:
        return db.execute("PRAGMA integrity_check").fetchall() != [("ok",)] or bool(
            db.execute("PRAGMA foreign_key_check").fetchall()
        )
    finally:
        db.close()


def entries_in(file: Path, phones: Sequence[Phone]) -> list[int]:
    """The number of the latest entry of each phone; -1 before the first."""
    db = sqlite3.connect(file)
    try:
        found = [(patient_id, number_of(event_id)) for patient_id, event_id in db.execute(SELECT_ENTRIES)]
    finally:
        db.close()
    return [max((n for patient_id, n in found if patient_id == phone.patient_id), default=-1) for phone in phones]
