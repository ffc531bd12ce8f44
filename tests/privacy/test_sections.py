"""The export is complete by construction: a new table or column is exported, or says why not."""

from pathlib import Path

import pytest

from homeplan.db import Database, Tx, migrate, open_database
from homeplan.privacy.sections import ALWAYS_LEFT_OUT, LEFT_OUT_TABLES, SECTIONS
from tests.world import START

Schema = dict[str, set[str]]


@pytest.fixture
async def schema(tmp_path: Path) -> Schema:
    """Every table that is about patients, with its columns: it names a patient, or hangs on one that does."""

    async def read(tx: Tx) -> Schema:
        names = [row["name"] for row in await tx.fetch("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: {row["name"] for row in await tx.fetch(f"PRAGMA table_info({name})")} for name in names}
        parents = {name: {row["table"] for row in await tx.fetch(f"PRAGMA foreign_key_list({name})")} for name in names}
        about = {"patients"} | {name for name in names if {"patient_id", "recipient_id"} & columns[name]}
        while more := {name for name in names if parents[name] & about} - about:
            about |= more
        return {name: columns[name] for name in about}

    db: Database = await open_database(f"sqlite:///{tmp_path}/schema.sqlite")
    await migrate(db, START)
    found = await db.read(read)
    await db.close()
    return found


async def test_every_table_about_patients_is_exported_or_says_why_not(schema: Schema) -> None:
    assert {"checkins", "episode_steps", "deliveries", "audit_events"} < schema.keys(), "the walk finds them"
    assert {each.table for each in SECTIONS} | LEFT_OUT_TABLES.keys() == schema.keys()
    assert not {each.table for each in SECTIONS} & LEFT_OUT_TABLES.keys()


async def test_every_column_is_exported_or_says_why_not(schema: Schema) -> None:
    wrong = {}
    for section in SECTIONS:
        exported, left_out = set(section.columns.split()), {*section.left_out, *ALWAYS_LEFT_OUT}
        if exported & left_out or (exported | left_out) - ALWAYS_LEFT_OUT.keys() != (
            schema[section.table] - ALWAYS_LEFT_OUT.keys()
        ):
            wrong[section.table] = (exported | left_out) ^ schema[section.table]
    assert wrong == {}
