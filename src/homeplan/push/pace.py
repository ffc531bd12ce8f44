"""How fast pushes leave: evenly, so that encrypting a burst does not make patients' requests wait."""

from msgspec import Struct


class Pace(Struct, frozen=True):
    """`per_s` pushes a second (None: as fast as possible), at most `per_host` at once to one service."""

    per_s: float | None = 250.0
    per_host: int = 16


BESIDE_REQUESTS = Pace()
"""Inside the app: measured to keep the event loop's delay under 2.1 ms at p99."""

ALONE = Pace(per_s=None, per_host=20)
"""In a process of its own, where nobody waits."""


class Turns:
    """Hands out evenly spaced moments. Times are seconds of a monotonic clock."""

    def __init__(self, per_s: float | None):
        self._gap = 1 / per_s if per_s else 0.0
        self._next = 0.0

    def wait_s(self, now: float, *, at_most: float) -> float | None:
        """The seconds until this push's turn; None, taking no turn, if that is later than `at_most`."""
        turn = max(self._next, now)
        if turn - now > at_most:
            return None
        self._next = turn + self._gap
        return turn - now
