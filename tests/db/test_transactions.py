"""Both engines keep the same promises; SQLite's group commit keeps them durable."""

import asyncio
import signal
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite3

from homeplan.db import CannotOpen, Database, NeedsWriting, Tx, Violated, open_database
from homeplan.db.base import Work
from homeplan.db.sql import named, numbered
from homeplan.db.sqlite_connection import FileInUse
from homeplan.errors import Unavailable
from tests.waiting import LIMIT_S, turn

CREATE = "CREATE TABLE note (id TEXT PRIMARY KEY, body TEXT NOT NULL)"
INSERT = "INSERT INTO note (id, body) VALUES (:id, :body)"
COUNT = "SELECT count(*) FROM note"


@pytest.fixture
async def notes(db: Database) -> Database:
    async def create(tx: Tx) -> None:
        await tx.execute("DROP TABLE IF EXISTS note")
        await tx.execute(CREATE)

    await db.write(create)
    return db


async def _insert(note: str, tx: Tx) -> None:
    await tx.execute(INSERT, id=note, body="")


async def _find(note: str, tx: Tx) -> Any:
    return await tx.fetch_value("SELECT id FROM note WHERE id = :id", id=note)


async def _count(db: Database) -> int:
    return int(await db.read(lambda tx: tx.fetch_value(COUNT)))


async def test_what_is_written_can_be_read_in_the_next_transaction(notes: Database) -> None:
    touched = await notes.write(lambda tx: tx.execute(INSERT, id="a", body="one"))
    row = await notes.read(lambda tx: tx.fetch_one("SELECT id, body FROM note WHERE id = :id", id="a"))
    assert touched == 1
    assert row is not None
    assert dict(row) == {"id": "a", "body": "one"}


async def test_who_was_told_of_a_commit_reads_it_however_many_read_beside_them(notes: Database) -> None:
    """On SQLite reads of one round of the event loop share a snapshot."""
    done = False

    async def go_on_reading() -> None:
        while not done:
            await _count(notes)
            await turn()

    async def write_then_read(name: str) -> None:
        for number in range(10):
            note = f"{name}-{number}"
            await notes.write(partial(_insert, note))
            assert await notes.read(partial(_find, note)) == note

    readers = [asyncio.create_task(go_on_reading()) for _ in range(4)]
    await asyncio.gather(*(write_then_read(name) for name in "abcd"))
    done = True
    await asyncio.gather(*readers)


async def test_a_read_that_waits_for_something_else_keeps_its_snapshot_and_the_next_one_has_its_own(
    notes: Database,
) -> None:
    is_counted = asyncio.Event()
    is_written = asyncio.Event()

    async def counts_twice(tx: Tx) -> list[int]:
        first = int(await tx.fetch_value(COUNT))
        is_counted.set()
        await is_written.wait()
        return [first, int(await tx.fetch_value(COUNT))]

    reading = asyncio.create_task(notes.read(counts_twice))
    await is_counted.wait()
    await notes.write(lambda tx: tx.execute(INSERT, id="a", body=""))
    is_written.set()
    assert await reading == [0, 0]
    assert await _count(notes) == 1


async def test_a_work_that_raises_leaves_nothing_behind_while_its_neighbours_are_kept(notes: Database) -> None:
    async def fails(tx: Tx) -> None:
        await tx.execute(INSERT, id="lost", body="x")
        raise LookupError("on purpose")

    outcomes = await asyncio.gather(
        notes.write(lambda tx: tx.execute(INSERT, id="a", body="1")),
        notes.write(fails),
        notes.write(lambda tx: tx.execute(INSERT, id="b", body="2")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], LookupError)
    assert await _count(notes) == 2


async def test_a_broken_constraint_is_told_as_violated_on_both_engines(notes: Database) -> None:
    await notes.write(lambda tx: tx.execute(INSERT, id="a", body="1"))
    with pytest.raises(Violated):
        await notes.write(lambda tx: tx.execute(INSERT, id="a", body="2"))


async def test_a_list_parameter_expands_and_an_empty_one_matches_nothing(notes: Database) -> None:
    rows = [{"id": name, "body": "x"} for name in "abc"]
    await notes.write(lambda tx: tx.execute_many(INSERT, rows))
    some = await notes.read(lambda tx: tx.fetch("SELECT id FROM note WHERE id IN (:ids) ORDER BY id", ids=["a", "c"]))
    none = await notes.read(lambda tx: tx.fetch("SELECT id FROM note WHERE id IN (:ids)", ids=[]))
    assert [row["id"] for row in some] == ["a", "c"]
    assert none == []


async def test_a_read_cannot_write(notes: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only|Unavailable|cannot save"):
        await notes.read(lambda tx: tx.execute(INSERT, id="a", body="1"))
    assert await _count(notes) == 0


async def test_two_hundred_concurrent_writes_are_all_kept(notes: Database) -> None:
    await asyncio.gather(
        *(notes.write(lambda tx, n=n: tx.execute(INSERT, id=str(n), body="x")) for n in range(200))  # type: ignore[misc]
    )
    assert await _count(notes) == 200


def test_parameters_are_found_only_outside_literals_names_and_comments() -> None:
    sql = "SELECT ':no', \"a:b\", x::text FROM t WHERE a = :a AND b = :b AND c = :a -- :never"
    assert numbered(sql) == (
        "SELECT ':no', \"a:b\", x::text FROM t WHERE a = $1 AND b = $2 AND c = $1 -- :never",
        ("a", "b"),
    )


def test_a_list_is_its_members_on_sqlite_and_one_array_on_postgresql() -> None:
    sql = "SELECT 'IN (:ids)' FROM t WHERE id IN (:ids) AND day = :day"
    assert named(sql, (("ids", 2),)) == "SELECT 'IN (:ids)' FROM t WHERE id IN (:ids_0, :ids_1) AND day = :day"
    assert numbered(sql) == ("SELECT 'IN (:ids)' FROM t WHERE id = ANY($1) AND day = $2", ("ids", "day"))


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path}/one.sqlite")
    try:
        with pytest.raises(FileInUse, match="in use by another homeplan process"):
            await open_database(f"sqlite:///{tmp_path}/one.sqlite")
    finally:
        await db.close()


@pytest.mark.parametrize("content", [b"no database, though as long as one\n" * 200, None])
async def test_what_is_no_database_is_refused_in_words_and_let_go_of(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "odd.sqlite"
    path.mkdir() if content is None else path.write_bytes(content)
    for _ in range(2):  # the second time it would be in use, had the first kept it
        with pytest.raises(CannotOpen, match=r"odd\.sqlite cannot be opened"):
            await open_database(f"sqlite:///{path}")


async def test_a_server_out_of_reach_is_told_in_words() -> None:
    with pytest.raises(CannotOpen, match="PostgreSQL cannot be reached"):
        await open_database("postgresql://homeplan@127.0.0.1:1/homeplan")


async def test_a_write_after_the_end_is_refused_and_never_waits(tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path}/closed.sqlite")
    closing = asyncio.create_task(db.close())
    await turn()
    with pytest.raises(Unavailable):
        await asyncio.wait_for(db.write(lambda tx: tx.fetch_value("SELECT 1")), LIMIT_S)
    await closing


@pytest.mark.slow
async def test_a_server_that_stops_in_the_middle_is_told_as_unavailable(postgres_url: str) -> None:
    db = await open_database(postgres_url)

    async def cut_off(tx: Tx) -> None:
        await tx.fetch_value("SELECT pg_terminate_backend(pg_backend_pid())")

    try:
        with pytest.raises(Unavailable):
            await db.write(cut_off)
        assert await db.read(lambda tx: tx.fetch_value("SELECT 1")) == 1
    finally:
        await db.close()


async def test_a_commit_that_fails_fails_its_whole_group_and_the_next_one_works(tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path}/full.sqlite")
    try:
        await db.write(lambda tx: tx.execute(CREATE))
        await db.write(lambda tx: tx.fetch_value("PRAGMA max_page_count = 4"))
        with pytest.raises(Unavailable):
            await db.write(lambda tx: tx.execute(INSERT, id="big", body="x" * 100_000))
        await db.write(lambda tx: tx.fetch_value("PRAGMA max_page_count = 100000"))
        await db.write(lambda tx: tx.execute(INSERT, id="small", body="x"))
        assert await _count(db) == 1
    finally:
        await db.close()


async def test_a_commit_that_is_refused_leaves_no_transaction_open(tmp_path: Path) -> None:
    async def refer_to_nothing(tx: Tx) -> None:
        await tx.fetch("PRAGMA defer_foreign_keys = ON")  # noticed by COMMIT alone
        await tx.execute("INSERT INTO child (id, note_id) VALUES ('c', 'nowhere')")

    db = await open_database(f"sqlite:///{tmp_path}/refused.sqlite")
    try:
        await db.write(lambda tx: tx.execute(CREATE))
        await db.write(lambda tx: tx.execute("CREATE TABLE child (id TEXT, note_id TEXT REFERENCES note (id))"))
        outcomes = await asyncio.gather(
            db.write(partial(_insert, "beside")), db.write(refer_to_nothing), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [Unavailable, Unavailable]
        await db.write(partial(_insert, "after"))
        assert [await db.read(partial(_find, each)) for each in ("beside", "after")] == [None, "after"]
    finally:
        await db.close()


async def test_a_write_that_is_cancelled_while_it_waits_in_its_group_is_not_run(tmp_path: Path) -> None:
    async def cancel_the_other(_: Tx) -> None:
        waiting.cancel()

    db = await open_database(f"sqlite:///{tmp_path}/cancelled.sqlite")
    try:
        await db.write(lambda tx: tx.execute(CREATE))
        first = asyncio.create_task(db.write(cancel_the_other))
        waiting = asyncio.create_task(db.write(lambda tx: tx.execute(INSERT, id="cancelled", body="x")))
        await asyncio.gather(first, waiting, return_exceptions=True)
        assert waiting.cancelled()
        assert await _count(db) == 0
    finally:
        await db.close()


@pytest.mark.parametrize("code", ["FULL", "IOERR_WRITE", "READONLY_DBMOVED", "BUSY_SNAPSHOT", "CANTOPEN"])
async def test_trouble_with_the_disk_is_unavailable_for_its_own_work_only(tmp_path: Path, code: str) -> None:
    trouble = sqlite3.OperationalError("of the disk")
    trouble.sqlite_errorname = f"SQLITE_{code}"  # as the driver sets it

    async def meets_trouble(tx: Tx) -> None:
        await tx.execute(INSERT, id="lost", body="x")
        raise trouble

    outcomes = await _two_writes(tmp_path, meets_trouble)
    assert isinstance(outcomes[0], Unavailable)
    assert outcomes[1:] == [1, 1]


async def test_a_mistake_in_a_statement_is_not_called_unavailable(tmp_path: Path) -> None:
    outcomes = await _two_writes(tmp_path, lambda tx: tx.execute("INSERT INTO nowhere (id) VALUES ('x')"))
    assert isinstance(outcomes[0], sqlite3.OperationalError)
    assert outcomes[1:] == [1, 1]


async def _two_writes(tmp_path: Path, first: Work[Any]) -> list[Any]:
    """The results of `first` and of a valid write in the same group, and the number of stored rows."""
    db = await open_database(f"sqlite:///{tmp_path}/trouble.sqlite")
    try:
        await db.write(lambda tx: tx.execute(CREATE))
        second = db.write(lambda tx: tx.execute(INSERT, id="kept", body="x"))
        outcomes = await asyncio.gather(db.write(first), second, return_exceptions=True)
        return [*outcomes, await _count(db)]
    finally:
        await db.close()


WRITER = """
    import asyncio, os, sys
    from homeplan.db import open_database

    async def main():
        db = await open_database("sqlite:///" + sys.argv[1])
        await db.write(lambda tx: tx.execute("CREATE TABLE IF NOT EXISTS note (id TEXT PRIMARY KEY)"))
        for n in range(100_000):
            await db.write(lambda tx: tx.execute("INSERT INTO note (id) VALUES (:id)", id=str(n)))
            os.write(1, f"{n}\\n".encode())

    asyncio.run(main())
"""


@pytest.mark.slow
async def test_an_acknowledged_write_survives_kill_9_right_after_the_answer(tmp_path: Path) -> None:
    for run in range(3):
        path = tmp_path / f"killed-{run}.sqlite"
        acknowledged = _acknowledged_by_a_killed_writer(path)
        db = await open_database(f"sqlite:///{path}")
        kept = {int(row["id"]) for row in await db.read(lambda tx: tx.fetch("SELECT id FROM note"))}
        await db.close()
        assert set(acknowledged) <= kept


def _acknowledged_by_a_killed_writer(path: Path) -> list[int]:
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITER), str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        return acknowledged + [int(line) for line in writer.stdout.read().split(b"\n")[:-1]]


async def test_a_reader_aside_sees_what_is_committed_and_holds_nobody_up(db: Database) -> None:
    await db.write(lambda tx: tx.execute("INSERT INTO store_facts (name, value) VALUES ('aside', 'seen')"))

    async def read(tx: Tx) -> str:
        return str(await tx.fetch_value("SELECT value FROM store_facts WHERE name = 'aside'"))

    async def refused(tx: Tx) -> None:
        await tx.execute("DELETE FROM store_facts")

    async def meanwhile() -> None:
        await db.write(lambda tx: tx.execute("UPDATE store_facts SET value = 'changed' WHERE name = 'aside'"))

    seen, _ = await asyncio.gather(db.read_aside(read), meanwhile())
    assert seen in ("seen", "changed")
    assert await db.read_aside(read) == "changed"
    with pytest.raises(NeedsWriting):
        await db.read_aside(refused)
