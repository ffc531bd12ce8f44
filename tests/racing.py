"""Two requests at once, one of them stopped at a known place: at its guard, or just before its commit."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Literal, TypeVar

import httpx

from homeplan.db import Database
from tests.waiting import turn, until

T = TypeVar("T")

Place = Literal["guard", "commit"]
"""The place in its writing transaction at which a request stops: after its access rule, or after all its work."""
STOP_AT = "x-stop-at"
"""The header that asks a request to stop; its value is a `Place`."""

SELECT_WAITING = """
SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"""


class Race:
    """Takes the place of the app's database and admission, and stops the requests that ask for it."""

    def __init__(self, db: Database, admission: Any):
        self._db = db
        self._admission = admission
        self._stopping: dict[int, Place] = {}
        self._asked = 0
        self._stopped = asyncio.Event()
        self._go_on = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        """Everything else is done by the admission or the database itself."""
        return getattr(self._admission if hasattr(self._admission, name) else self._db, name)

    async def admit(self, ctx: Any, request: Any, *rule: Any, **options: Any) -> None:
        await self._admission.admit(ctx, request, *rule, **options)
        place = request.headers.get(STOP_AT)
        if place is None or not ctx.tx.writes:
            return
        if place == "guard":
            await self._stop()
        else:
            self._stopping[id(ctx.tx)] = place

    async def write(self, work: Any) -> Any:
        self._asked += 1

        async def stopped(tx: Any) -> Any:
            result = await work(tx)
            if self._stopping.pop(id(tx), None) is not None:
                await self._stop()
            return result

        return await self._db.write(stopped)

    async def _stop(self) -> None:
        self._stopped.set()
        await self._go_on.wait()

    async def run(self, first: Awaitable[httpx.Response], second: Awaitable[httpx.Response]) -> "Finish":
        """Send the first request until it stops, then the second until it is answered or waits; then let both go on."""
        self._stopped.clear()
        self._go_on.clear()
        one = asyncio.ensure_future(first)
        await until(lambda: self._stopped.is_set() or one.done(), "the first request stops")
        was_stopped = not one.done()
        asked = self._asked
        two = asyncio.ensure_future(second)
        if was_stopped:
            await until(lambda: self._is_settled(two, asked), "the second request is answered or waits")
        overtook = was_stopped and two.done()
        self._go_on.set()
        return Finish(was_stopped, overtook, await one, await two)

    async def _is_settled(self, second: "asyncio.Future[Any]", asked: int) -> bool:
        await turn()
        if second.done():
            return True
        if self._db.engine == "sqlite":
            return self._asked > asked  # it waits for the only writer
        return bool(await self._db.read(lambda tx: tx.fetch_value(SELECT_WAITING)))


class Finish:
    """The course and the answers of a race."""

    def __init__(self, was_stopped: bool, overtook: bool, first: httpx.Response, second: httpx.Response):
        self.was_stopped = was_stopped
        """Whether the first request came to the place where it was to stop."""
        self.overtook = overtook
        """Whether the second request was answered while the first one was stopped."""
        self.first = first
        self.second = second
