"""Databases without a schema, on both engines."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from homeplan.db import Database, open_database


@pytest.fixture
async def empty_url(engine: str, scratch: Path) -> AsyncIterator[str]:
    """The URL of a database that nobody has open."""
    name = f"empty_{os.urandom(6).hex()}"
    if engine == "sqlite":
        yield f"sqlite:///{scratch}/{name}.sqlite"
        return
    admin = await asyncpg.connect(engine)
    await admin.execute(f"CREATE DATABASE {name}")
    yield engine.rsplit("/", 1)[0] + f"/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    db = await open_database(empty_url)
    yield db
    await db.close()


@pytest.fixture
async def new_url(postgres_url: str) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"rows_{os.urandom(6).hex()}"
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"CREATE DATABASE {name}")
    yield postgres_url.rsplit("/", 1)[0] + f"/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()
