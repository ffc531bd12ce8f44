"""How a story waits: for a state, never for a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

LIMIT_S = 60.0
"""Far longer than any state takes, since the machine may be busy."""
TURN_S = 0.05

Answer = TypeVar("Answer")


async def until(ask: Callable[[], Awaitable[Answer]], what: str) -> Answer:
    """The first answer that is true. Raises TimeoutError, which says what was waited for and what was answered last."""
    deadline = asyncio.get_running_loop().time() + LIMIT_S
    while not (answer := await ask()):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{what}: {answer!r} after {LIMIT_S:.0f} s")
        await asyncio.sleep(TURN_S)
    return answer
