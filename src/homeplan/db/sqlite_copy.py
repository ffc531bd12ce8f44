"""Whole SQLite files: a copy beside the writer, the check of a copy, and one file put in the place of another.

The functions block; they run in a thread or in a command.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from homeplan.db.sqlite_connection import SqliteTx, open_reader, open_writer, uri_of

SELECT_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
BESIDE = ("-wal", "-shm")
"""Ends of the names of the files that belong to a database file."""


class Damaged(Exception):
    """A database file does not hold what it should; the message is for the operator."""


def copy_beside_writer(source: Path, target: Path) -> None:
    """Write the database as it is now to the new file `target`, durably, while the writer goes on.

    Raises OSError when there is no room, or the disk fails.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(f"file:{uri_of(source)}?mode=ro", uri=True)) as reader:
            reader.isolation_level = None
            reader.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as failed:
        raise OSError(f"the copy cannot be written ({failed})") from failed
    flush(target)


def count_rows(path: Path) -> dict[str, int]:
    """Rows of each table of a file that nobody has open, after a check of every page and every reference.

    Raises Damaged.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"file:{uri_of(path)}?immutable=1", uri=True)) as reader:
            found = [row[0] for row in reader.execute("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                raise Damaged(f"{path} is damaged: {'; '.join(map(str, found))}.")
            if (broken := reader.execute("PRAGMA foreign_key_check").fetchone()) is not None:
                raise Damaged(f"{path} is damaged: a row of {broken[0]} refers to one that is not there.")
            tables = [row[0] for row in reader.execute(SELECT_TABLES)]
            return {name: reader.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 - names of the schema
    except sqlite3.Error as failed:
        raise Damaged(f"{path} is not a database that can be read ({failed}).") from failed


@contextlib.contextmanager
def opened_to_read(path: Path) -> Iterator[SqliteTx]:
    """A transaction that reads a file whose lock the caller holds. Raises Damaged, also for what fails inside it."""
    try:
        with contextlib.closing(open_reader(path)) as reader:
            reader.execute("BEGIN")
            yield SqliteTx(reader, reads=True)
    except sqlite3.Error as failed:
        raise Damaged(f"{path} cannot be read ({failed}).") from failed


def fold(path: Path) -> bool:
    """Move what the log beside the file holds into the file; False when the file is too damaged for it."""
    try:
        writer: Any = open_writer(path)
        with contextlib.closing(writer):
            busy = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except (sqlite3.Error, OSError):
        return False
    return not busy


def exchange(new: Path, path: Path, aside: Path) -> None:
    """Put `new` in the place of the database `path`; the old one is kept in the folder `aside`, with its log.

    At each moment, also after a power cut, `path` is one of both. The caller holds the lock of `path`.
    """
    if path.exists():
        aside.mkdir(mode=0o700)
        for suffix in ("", *BESIDE):
            old = path.with_name(path.name + suffix)
            if old.exists():
                _keep(old, aside / old.name)
        flush(aside)
    for suffix in BESIDE:  # a log of the old file must never be applied to the new one
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    flush(path.parent)
    new.replace(path)
    flush(path.parent)


def _keep(old: Path, kept: Path) -> None:
    """A second name of the file, or a copy where the disk knows no second names."""
    try:
        kept.hardlink_to(old)
    except OSError:
        partial = kept.with_name(kept.name + ".partial")
        shutil.copy2(old, partial)
        flush(partial)
        partial.replace(kept)


def is_cut_off(aside: Path, path: Path) -> bool:
    """Whether the folder is of an exchange that did not come to its end: `path` is still the old database."""
    kept = aside / path.name
    return path.exists() and (not kept.exists() or kept.samefile(path))


def flush(path: Path) -> None:
    """Wait until the file, or the names in the folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
