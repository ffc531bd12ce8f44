"""The shelf: the library items that patients may be shown. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from homeplan.library.review import Library


class Shelf(Struct, frozen=True, kw_only=True):
    """The library items that patients may be shown: those that the clinic signed, and drafts where it allows them."""

    signed_at: Mapping[str, datetime]
    """The time at which each signed item was signed in its current version, by slug."""
    known: Collection[str]
    """Every slug in the clinic's library."""
    drafts_allowed: bool

    def shows(self, slug: str, at: datetime) -> bool:
        """Whether a patient may see the item at `at`."""
        return slug in self.known and (self.drafts_allowed or not self.is_draft(slug, at))

    def is_draft(self, slug: str, at: datetime) -> bool:
        """Whether the item was not signed by `at`."""
        return slug not in self.signed_at or at < self.signed_at[slug]


def shelf_of(library: Library) -> Shelf:
    """The shelf of the clinic's library."""
    signed = {slug: review.signed_at for slug, review in library.reviews.items()}
    return Shelf(
        signed_at={slug: at for slug, at in signed.items() if at is not None},
        known=library.reviews.keys(),
        drafts_allowed=library.drafts_allowed,
    )
