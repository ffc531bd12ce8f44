"""Decides whether two records may be of one person, by record number, name and year of birth. Pure."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from homeplan.accounts.rules import search_key
from homeplan.typed import fold

Likeness = Literal["record-number", "name-and-birth-year", "name"]
"""The strongest sign that two records are of one person. `name`: a year of birth is missing."""


class Identity(Struct, frozen=True, kw_only=True):
    """The part of a record that tells people apart."""

    id: str
    given_name: str
    family_name: str
    birth_year: int | None = None
    record_number: str | None = None

    @property
    def name(self) -> str:
        """The name as it is compared: without regard to case, accents and the order of the words."""
        return " ".join(sorted(search_key(self.given_name, self.family_name).split()))

    @property
    def number(self) -> str:
        """The record number as it is compared; empty without one."""
        return fold(self.record_number or "").replace(" ", "").replace("-", "")


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """The sign that both records are of one person; None when nothing says so."""
    if one.number and one.number == other.number:
        return "record-number"
    if one.name != other.name:
        return None
    if one.birth_year is None or other.birth_year is None:
        return "name"
    return "name-and-birth-year" if one.birth_year == other.birth_year else None


class Register:
    """Records in which those like a given one are found without comparing all of them."""

    def __init__(self, known: Sequence[Identity] = ()):
        self._by_number: dict[str, list[Identity]] = {}
        self._by_name: dict[str, list[Identity]] = {}
        for each in known:
            self.add(each)

    def add(self, one: Identity) -> None:
        if one.number:
            self._by_number.setdefault(one.number, []).append(one)
        self._by_name.setdefault(one.name, []).append(one)

    def like(self, one: Identity) -> tuple[Identity, Likeness] | None:
        """The record that is most likely of the same person, with the sign for it; None when there is none."""
        for each in (*self._by_number.get(one.number, ()), *self._by_name.get(one.name, ())):
            sign = likeness(one, each)
            if sign is not None:
                return each, sign
        return None
