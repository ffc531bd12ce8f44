"""Notes of staff: the structs and the errors."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from homeplan.errors import Conflict
from homeplan.typed import PROSE
from homeplan.values import Id, Value

Words = Annotated[str, Meta(min_length=1, max_length=4000, extra=PROSE)]
Version = Annotated[int, Meta(ge=1)]


class NoteEntry(Value, frozen=True, kw_only=True):
    """A new note, under an id that the form made."""

    id: Id
    words: Words


class NoteEdit(Value, frozen=True, kw_only=True):
    """The note as it should have been written; the version before stays on record."""

    words: Words
    based_on: Version
    """The version that was edited."""


class NoteRemoval(Value, frozen=True, kw_only=True):
    """A note is taken back; what it said stays on record."""

    based_on: Version


class NoteVersion(Value, frozen=True, kw_only=True):
    """The words of a note from `recorded_at` on."""

    version: int
    words: str
    """Empty: it was taken back."""
    recorded_at: datetime
    by: Id
    by_name: str


class StaffNote(Value, frozen=True, kw_only=True):
    """A note in its current version."""

    id: Id
    version: int
    words: str
    """Empty: it was taken back."""
    written_at: datetime
    """The time of its first version."""
    recorded_at: datetime
    """The time of this version."""
    by: Id
    """The author, who alone may edit it."""
    by_name: str


class NoteChanged(Conflict):
    """This note was edited in the meantime. Reload it and decide again."""

    code = "note-changed"


class NoteOfColleague(Conflict):
    """Only its author edits a note. Write a note of your own."""

    code = "note-of-colleague"
