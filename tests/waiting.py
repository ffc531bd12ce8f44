"""Waiting for a state. Only this module of the tests sleeps, between two checks."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar, overload

from homeplan.clock import Clock

LIMIT_S = 60.0
"""Longest wait for a state before its test fails; the machine may be busy. No assertion depends on it."""

LOOK_AGAIN_S = 0.005

Answer = TypeVar("Answer")


@overload
async def until(ask: Callable[[], Awaitable[Answer]], what: str = ...) -> Answer: ...
@overload
async def until(ask: Callable[[], Answer], what: str = ...) -> Answer: ...
async def until(ask: Callable[[], Any], what: str = "a state") -> Any:
    """The first true answer; another task, a server or a browser may change the state.

    Raises TimeoutError, which says what was waited for and what was answered last.
    """
    deadline = time.monotonic() + LIMIT_S
    while not (answer := await _answer(ask)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: {answer!r} after {LIMIT_S:.0f} s")
        await asyncio.sleep(LOOK_AGAIN_S)
    return answer


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
        """Wait until the loop has run `rounds` more times."""
        wanted = self._looks + rounds
        await until(lambda: self._looks >= wanted)


async def _answer(ask: Callable[[], Any]) -> Any:
    found = ask()
    return await found if inspect.isawaitable(found) else found
