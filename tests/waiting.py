"""Waiting for a state: the only place in these tests that sleeps, between two looks."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from homeplan.clock import Clock

LIMIT_S = 30.0
"""A state that is not reached after so long fails its test. No assertion depends on it."""

LOOK_AGAIN_S = 0.005


async def until(condition: Callable[[], bool | Awaitable[bool]], *, limit_s: float = LIMIT_S) -> None:
    """Until the condition holds, whoever brings it about: another task, a server, a process."""
    async with asyncio.timeout(limit_s):
        while not await _holds(condition):
            await asyncio.sleep(LOOK_AGAIN_S)


def wait_until(condition: Callable[[], bool]) -> bool:
    """The same without an event loop; whether the condition holds at last."""
    deadline = time.monotonic() + LIMIT_S
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN_S)
    return holds


async def turn() -> None:
    """Let everybody else who is ready do something."""
    for _ in range(3):
        await asyncio.sleep(0)


class WatchedClock:
    """A clock that tells when the loop under test has looked at it."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return self._clock.now()

    async def seen(self, rounds: int = 3) -> None:
        """Until the loop had so many rounds since this was asked."""
        wanted = self._looks + rounds
        await until(lambda: self._looks >= wanted)


async def _holds(condition: Callable[[], bool | Awaitable[bool]]) -> bool:
    found = condition()
    return await found if inspect.isawaitable(found) else found
