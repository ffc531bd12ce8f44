"""One list of the export, and the reasons why a column is left out."""

from typing import NamedTuple

OF_PATIENT = "t.patient_id = :patient_id"

KEY = "a secret, of use to an attacker only"
INTERNAL = "says how the server does its work, nothing about the patient"
STAFF = "names a member of staff, who has a privacy of their own"
COLLEAGUES = "written for colleagues; the clinic gives it on request"


class Section(NamedTuple):
    """The rows of one table that are about the patient, as one list of the export."""

    name: str
    table: str
    columns: str
    """Separated by spaces, as they are written down (snake_case becomes camelCase)."""
    order: str
    of: str = OF_PATIENT
    """The condition that selects the patient's rows of `t`."""
    left_out: dict[str, str] = {}  # noqa: RUF012 - a constant
    """Columns that stay, each with its reason."""

    def statement(self) -> str:
        columns = ", ".join(f"t.{name}" for name in self.columns.split())
        order = ", ".join(f"t.{name}" for name in self.order.split())
        return f"SELECT {columns} FROM {self.table} t WHERE t.clinic_id = :clinic_id AND {self.of} ORDER BY {order}"  # noqa: S608 - constants


def through(table: str, key: str) -> str:
    """The rows that hang on one of the patient's rows of another table."""
    return f"t.{key} IN (SELECT o.id FROM {table} o WHERE o.clinic_id = :clinic_id AND o.patient_id = :patient_id)"  # noqa: S608 - constants
