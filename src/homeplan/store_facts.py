"""Facts about the database as a whole, not about one clinic: its identity, counters, and a mark of the last probe."""

import secrets
from collections.abc import Collection

from homeplan.clock import to_ms
from homeplan.context import Context

SELECT_EPOCH = "SELECT value FROM store_facts WHERE name = 'epoch'"
INSERT_EPOCH = "INSERT INTO store_facts (name, value) VALUES ('epoch', :value) ON CONFLICT (name) DO NOTHING"


async def store_epoch(ctx: Context) -> str:
    """The identity of this database; `delete_epoch` gives it another one.

    It is made at the first call, so it needs a write transaction.
    """
    if (known := await ctx.tx.fetch_value(SELECT_EPOCH)) is None:
        await ctx.tx.execute(INSERT_EPOCH, value=secrets.token_hex(8))
        known = await ctx.tx.fetch_value(SELECT_EPOCH)
    return str(known)


DELETE_EPOCH = "DELETE FROM store_facts WHERE name = 'epoch'"


async def delete_epoch(ctx: Context) -> None:
    """Let the next `store_epoch` make a new identity."""
    await ctx.tx.execute(DELETE_EPOCH)


ADD_TO_COUNTER = """
INSERT INTO store_facts (name, value) VALUES (:name, :times_text)
ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(store_facts.value AS BIGINT) + :times AS TEXT)"""


async def add_to_counter(ctx: Context, name: str, times: int) -> None:
    """Raise a counter, from 0 when it is new."""
    await ctx.tx.execute(ADD_TO_COUNTER, name=name, times_text=str(times), times=times)


SELECT_COUNTERS = "SELECT name, value FROM store_facts WHERE name IN (:names)"


async def read_counters(ctx: Context, names: Collection[str]) -> dict[str, int]:
    """The value of each counter, 0 for one that was never raised."""
    rows = await ctx.tx.fetch(SELECT_COUNTERS, names=list(names))
    return dict.fromkeys(names, 0) | {row["name"]: int(row["value"]) for row in rows}


SELECT_FACT = "SELECT value FROM store_facts WHERE name = :name"
UPSERT_FACT = """
INSERT INTO store_facts (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


async def write_fact(ctx: Context, name: str, value: str) -> None:
    """Store a fact in place of the one of that name."""
    await ctx.tx.execute(UPSERT_FACT, name=name, value=value)


SELECT_BELOW = "SELECT name, value FROM store_facts WHERE name LIKE :pattern ORDER BY name"


async def facts_below(ctx: Context, room: str) -> dict[str, str]:
    """The facts named `room/…`, by the rest of their name. The table has some dozens of rows."""
    rows = await ctx.tx.fetch(SELECT_BELOW, pattern=f"{room}/%")
    return {row["name"].removeprefix(f"{room}/"): row["value"] for row in rows}


async def read_fact(ctx: Context, name: str) -> str | None:
    """The fact of that name; None when there is none."""
    found: str | None = await ctx.tx.fetch_value(SELECT_FACT, name=name)
    return found


DELETE_FACT = "DELETE FROM store_facts WHERE name = :name"


async def delete_fact(ctx: Context, name: str) -> None:
    await ctx.tx.execute(DELETE_FACT, name=name)


UPSERT_PROBE = """
INSERT INTO store_facts (name, value) VALUES ('ready', :now)
ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


async def write_probe(ctx: Context) -> None:
    """Write one row, to find out whether the database accepts writes."""
    await ctx.tx.execute(UPSERT_PROBE, now=str(to_ms(ctx.now)))


SELECT_MOVE = "SELECT value FROM store_facts WHERE name = 'moving'"
INSERT_MOVE = "INSERT INTO store_facts (name, value) VALUES ('moving', :source)"
DELETE_MOVE = "DELETE FROM store_facts WHERE name = 'moving'"


async def moved_from(ctx: Context) -> str | None:
    """The identity of the database that is being copied into this one; None when none is."""
    source: str | None = await ctx.tx.fetch_value(SELECT_MOVE)
    return source


async def begin_move(ctx: Context, source: str) -> None:
    """Note that another database is being copied into this one."""
    await ctx.tx.execute(INSERT_MOVE, source=source)


async def end_move(ctx: Context) -> None:
    """Note that all of it is there."""
    await ctx.tx.execute(DELETE_MOVE)


async def read_number(ctx: Context, name: str) -> int | None:
    """The number that is kept under the name; None when there is none."""
    found = await read_fact(ctx, name)
    return None if found is None else int(found)


async def keep_number(ctx: Context, name: str, value: int) -> None:
    """Keep a number under the name, in place of an earlier one."""
    await write_fact(ctx, name, str(value))
