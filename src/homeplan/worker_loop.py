"""The loop of every scheduled worker: run a step, run it again while there is more, wait for the next round or the end;
and the pace of a worker beside requests.

A failed step is logged by the kind of its error, never by its words, which may repeat data; the next round tries again.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress


class Tasks:
    """Successes and failures of the loops of this process, by the name of the task in the log."""

    def __init__(self) -> None:
        self.succeeded: dict[str, float] = {}
        """The last success of each, or its start, by `time.monotonic`."""
        self.failed: Counter[str] = Counter()
        """Failures that nobody has taken yet."""

    def take_failed(self) -> Counter[str]:
        """The failures since the last call."""
        failed, self.failed = self.failed, Counter()
        return failed


TASKS = Tasks()
"""metrics/worker.py tells the database of them."""


async def run_rounds(
    step: Callable[[], Awaitable[bool]], stop: asyncio.Event, *, idle_s: float, log: logging.Logger, task: str
) -> None:
    """Run `step` until `stop` is set: again at once while it returns True, otherwise after `idle_s` seconds.

    `task` names the step in the log.
    """
    TASKS.succeeded[task] = time.monotonic()
    while not stop.is_set():
        is_more = False
        with logged_failure(log, task):
            is_more = await step()
            TASKS.succeeded[task] = time.monotonic()
        if not is_more:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), idle_s)


@contextmanager
def logged_failure(log: logging.Logger, task: str) -> Iterator[None]:
    """Log an error instead of raising it, for work that is tried again: the database is away, or the disk is full."""
    try:
        yield
    except Exception as failed:
        TASKS.failed[task] += 1
        log.error("%s failed: %s", task, type(failed).__name__)


REST_PER_LATENESS = 3.0
"""Rest for each second by which a place came late: a worker takes at most a quarter of a busy event loop."""

LONGEST_REST_S = 0.25
"""Longest rest of a worker whose event loop is busy: at least four rows per second go on."""


class Pace:
    """Places in time, evenly spaced, so that a worker in the app's process does not delay patients' requests.

    A place that comes late shows that the event loop is busy: the next ones then wait longer, and none is made up for.
    A step takes `batch` rows per transaction; on SQLite that is what a request may have to wait for.
    """

    def __init__(
        self,
        per_s: float | None = None,
        batch: int = 100,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        """`per_s` rows per second at most; None is as fast as possible."""
        self.batch = batch
        self._spacing_s = 1 / per_s if per_s else 0.0
        self._free_at = 0.0
        self._waiting = 0
        self._order = asyncio.Lock()
        self._monotonic = monotonic
        self._sleep = sleep

    async def place(self) -> float:
        """Wait for the next free place; returns the seconds waited."""
        if not self._spacing_s:
            return 0.0
        began = self._monotonic()
        self._waiting += 1
        try:
            async with self._order:
                await self._next_place()
        finally:
            self._waiting -= 1
        return self._monotonic() - began

    def spend(self, rows: int) -> None:
        """Use the next places for `rows` rows that need no waiting."""
        self._free_at = max(self._free_at, self._monotonic()) + rows * self._spacing_s

    async def ready(self) -> None:
        """Wait until at most half a batch waits for its place: the next batch comes in time."""
        while (many := self._waiting - self.batch // 2) > 0:
            await self._sleep(many * self._spacing_s)
        if self._spacing_s and (wait_s := self._free_at - self._monotonic() - self._spacing_s) > 0:
            await self._sleep(wait_s)

    async def _next_place(self) -> None:
        due = max(self._free_at, self._monotonic())
        if (wait_s := due - self._monotonic()) > 0:
            await self._sleep(wait_s)
        late_s = self._monotonic() - due
        if late_s <= self._spacing_s / 2:
            self._free_at = due + self._spacing_s
        else:
            self._free_at = self._monotonic() + self._spacing_s + min(REST_PER_LATENESS * late_s, LONGEST_REST_S)


def beside_requests() -> Pace:
    """The pace in the app's process; a process of its own needs none. Measured in docs/performance.md."""
    return Pace(per_s=100, batch=10)
