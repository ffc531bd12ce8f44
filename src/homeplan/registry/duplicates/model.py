"""Duplicates and merges: the structs and the errors."""

from homeplan.contact.numbers.model import Whose
from homeplan.errors import Conflict, Invalid
from homeplan.registry.identity import Likeness
from homeplan.values import Id, Instant, Value


class Record(Value, frozen=True, kw_only=True):
    """One record of a pair, as far as it tells people apart."""

    id: Id
    given_name: str
    family_name: str
    birth_year: int | None
    record_number: str | None


class Pair(Value, frozen=True, kw_only=True):
    """Two records that may be of one person, and the sign for it."""

    likeness: Likeness
    first: Record
    """Registered before the second."""
    second: Record


class MergeEntry(Value, frozen=True):
    """The record that is worked with from now on, and the one that is put away beside it."""

    kept: Id
    merged: Id


class Received(Value, frozen=True, kw_only=True):
    """All that the kept record received from the other one; an undo takes exactly this back."""

    birth_year: int | None = None
    record_number: str | None = None
    numbers: tuple[Whose, ...] = ()
    care_team: tuple[Id, ...] = ()
    care_team_of_merged: tuple[Id, ...] = ()
    """Members of the kept record's care team who may read the merged record too."""
    visits: tuple[Id, ...] = ()


class Merge(Value, frozen=True, kw_only=True):
    """A merge of two records."""

    id: Id
    at: Instant
    kept: Record
    merged: Record
    undone_at: Instant | None = None


class CannotMerge(Conflict):
    """The record that would be put away is in use: a phone, a program, an open alert or message. Keep that one."""

    code = "cannot-merge"


class NotTwoRecords(Invalid):
    """A merge needs two records that are both in use."""

    code = "not-two-records"


class MergeUndone(Conflict):
    """This merge was undone already."""

    code = "merge-undone"
