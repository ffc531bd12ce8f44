"""Counts requests and the seconds that they took, by method, route and status, for /metrics.

A route is its address with the names of its parts, `/api/patients/{patient_id}`, never an id that somebody sent.
Counting takes about a microsecond, and no lock: all requests of a process run in one event loop.
"""

import re
from bisect import bisect_left

from litestar.handlers import HTTPRouteHandler

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram, in seconds; longer requests are counted in one more."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A visitor may send any word as a method; the others are counted together."""
NO_ROUTE = "none"
"""Addresses that are no route, and requests that are refused before a route is looked for."""


class Timing:
    """The requests of one method and route, by duration and by status."""

    def __init__(self) -> None:
        self.by_bound = [0] * (len(BOUNDS_S) + 1)
        """Number of requests up to each bound and above the one before; the last has no bound."""
        self.seconds = 0.0
        self.by_status: dict[int, int] = {}


class RequestFigures:
    """The requests of one process since it started."""

    def __init__(self) -> None:
        self.timings: dict[tuple[str, str], Timing] = {}
        """By method and route."""

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        timing = self.timings.get((method, route))
        if timing is None:
            method = method if method in METHODS else "other"
            timing = self.timings.setdefault((method, route), Timing())
        timing.by_bound[bisect_left(BOUNDS_S, seconds)] += 1
        timing.seconds += seconds
        timing.by_status[status] = timing.by_status.get(status, 0) + 1

    def copy(self) -> "RequestFigures":
        """The figures of this moment, for another thread to write down."""
        copied = RequestFigures()
        for key, timing in self.timings.items():
            other = copied.timings[key] = Timing()
            other.by_bound, other.seconds = [*timing.by_bound], timing.seconds
            other.by_status = {**timing.by_status}
        return copied


def route_of(handler: HTTPRouteHandler | None) -> str:
    """The route's address with the names of its parts."""
    if handler is None:
        return NO_ROUTE
    # The web files have several addresses; the one that takes any path names them all.
    address = max(handler.paths, key=lambda path: (":path}" in path, len(path)))
    return re.sub(r"{(\w+):\w+}", r"{\1}", address)
