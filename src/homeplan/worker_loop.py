"""The loop of every scheduled worker: run a step, run it again while there is more, wait for the next round or the end.

A failed step is logged by the kind of its error, never by its words, which may repeat data; the next round tries again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress


async def run_rounds(
    step: Callable[[], Awaitable[bool]], stop: asyncio.Event, *, idle_s: float, log: logging.Logger, task: str
) -> None:
    """Run `step` until `stop` is set: again at once while it returns True, otherwise after `idle_s` seconds.

    `task` names the step in the log.
    """
    while not stop.is_set():
        is_more = False
        with logged_failure(log, task):
            is_more = await step()
        if not is_more:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), idle_s)


@contextmanager
def logged_failure(log: logging.Logger, task: str) -> Iterator[None]:
    """Log an error instead of raising it, for work that is tried again: the database is away, or the disk is full."""
    try:
        yield
    except Exception as failed:
        log.error("%s failed: %s", task, type(failed).__name__)
