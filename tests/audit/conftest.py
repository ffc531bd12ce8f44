"""A therapist whose reads are appended, and sealed on demand, on both engines."""

from datetime import datetime

import pytest

from homeplan import audit
from homeplan.context import operator_context
from homeplan.db import Database, Row, Tx
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import START, Person, World

SEALED = Settings(audit_key="a key of the tests, long enough to be one")


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
def trail(db: Database, clock: FakeClock, therapist: Person) -> "Trail":
    return Trail(db, clock, therapist)


class Trail:
    """The audit trail of a therapist's clinic."""

    def __init__(self, db: Database, clock: FakeClock, person: Person):
        self.db, self.clock, self._person = db, clock, person

    def of(self, person: Person) -> "Trail":
        """The trail of another clinic in the same database."""
        return Trail(self.db, self.clock, person)

    async def record(self, count: int = 1) -> None:
        """Append events, each in a transaction of its own, a second apart."""
        for n in range(count):
            await self.db.write(lambda tx, n=n: self.append(tx, n))  # type: ignore[misc]

    async def append(self, tx: Tx, n: int = 0) -> None:
        now: datetime = self.clock.advance(seconds=1)
        await audit.append(self._person.context(tx, now), "patient.read", object_id=f"object-{n}", patient_id="p-1")

    async def seal(self, settings: Settings = SEALED) -> bool:
        return await self.db.write(lambda tx: audit.seal(operator_context(tx, START, settings=settings)))

    async def verdict(self, settings: Settings = SEALED) -> audit.Verdict:
        return await self.db.read(
            lambda tx: audit.verify(operator_context(tx, START, self._person.clinic.id, settings))
        )

    async def rows(self, sql: str) -> list[Row]:
        return await self.db.read(lambda tx: tx.fetch(sql))

    async def tamper(self, *statements: str) -> None:
        """Change the database as an attacker without the key would; `@1` is the seq of the first event, `@2` …"""
        first = min((row["seq"] for row in await self.rows("SELECT seq FROM audit_events")), default=1)

        async def work(tx: Tx) -> None:
            await _set_triggers(tx, self.db.engine, on=False)
            for statement in statements:
                for n in range(1, 10):
                    statement = statement.replace(f"@{n}", str(first + n - 1))
                await tx.execute(statement)
            await _set_triggers(tx, self.db.engine, on=True)

        self.first = first
        await self.db.write(work)


async def _set_triggers(tx: Tx, engine: str, *, on: bool) -> None:
    if engine == "postgresql":
        for table in ("audit_events", "audit_seals"):
            await tx.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER USER")
    elif not on:
        for table in ("events", "seals"):
            for name in ("keep", "stay"):
                await tx.execute(f"DROP TRIGGER audit_{table}_{name}")
