"""A limit, what it counts, and how often that was tried."""

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct


class Limit(Struct, frozen=True, kw_only=True):
    """The number of tries within a time, and the wait after them."""

    name: str
    """Limits with one name count together and may differ in `most`."""
    most: int
    """Tries without a wait."""
    within: timedelta
    """Time after the first try for which tries count; after the last one when it `slides`."""
    slides: bool = False
    longest_wait: timedelta | None = None
    """The wait after each further try doubles from 1 s up to this. None: the wait lasts until `within` is over."""

    def of(self, *values: str) -> "Counter":
        return Counter(self, values)


class Counter(Struct, frozen=True):
    """One thing that a limit counts, for example the failures from one network."""

    limit: Limit
    values: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The name under which it is stored, in which no value can be read."""
        digest = hashlib.sha256("\n".join((self.limit.name, *self.values)).encode()).hexdigest()
        return f"{self.limit.name} {digest[:32]}"


class Tries(Struct, frozen=True):
    """Tries that count until `until`: their number, and the instant of the last one."""

    times: int
    last_at: datetime
    until: datetime
