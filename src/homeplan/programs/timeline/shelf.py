"""Which library items patients may be shown. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from homeplan.library.review import Library


class Shelf(Struct, frozen=True, kw_only=True):
    """Which library items patients may be shown: those that the clinic signed, and drafts where it allows them."""

    signed_at: Mapping[str, datetime]
    """Since when an item, by slug, has been signed in the version that is shown now."""
    known: Collection[str]
    """Every slug that the clinic's library has."""
    drafts_allowed: bool

    def shows(self, slug: str, at: datetime) -> bool:
        """Whether a patient may see the item at `at`."""
        return slug in self.known and (self.drafts_allowed or not self.is_draft(slug, at))

    def is_draft(self, slug: str, at: datetime) -> bool:
        """Whether nobody had signed the item by `at`."""
        return slug not in self.signed_at or at < self.signed_at[slug]


def shelf_of(library: Library) -> Shelf:
    """Which items of the clinic's library its patients may be shown."""
    signed = {slug: review.signed_at for slug, review in library.reviews.items()}
    return Shelf(
        signed_at={slug: at for slug, at in signed.items() if at is not None},
        known=library.reviews.keys(),
        drafts_allowed=library.drafts_allowed,
    )
