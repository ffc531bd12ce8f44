"""Bounded texts in both languages: what a patient or therapist reads."""

from typing import Annotated

from msgspec import Meta

from homeplan.typed import LINE, PROSE
from homeplan.values import Text, Value

Note = Annotated[str, Meta(min_length=1, max_length=300, extra=PROSE)]
"""A short text for clinicians, in English."""


class Title(Text, frozen=True, kw_only=True):
    """A heading in both languages, at most 80 characters."""

    en: Annotated[str, Meta(min_length=1, max_length=80, extra=LINE)]
    es: Annotated[str, Meta(min_length=1, max_length=80, extra=LINE)]


class Sentence(Text, frozen=True, kw_only=True):
    """A sentence or two in both languages, at most 300 characters."""

    en: Annotated[str, Meta(min_length=1, max_length=300, extra=PROSE)]
    es: Annotated[str, Meta(min_length=1, max_length=300, extra=PROSE)]


class Lines(Value, frozen=True, kw_only=True):
    """Up to 12 lines in both languages, each at most 400 characters; line n says the same in both."""

    en: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=400, extra=PROSE)], ...], Meta(max_length=12)]
    es: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=400, extra=PROSE)], ...], Meta(max_length=12)]
