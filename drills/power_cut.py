"""Cuts the power while check-ins are saved, and looks whether every one that was confirmed is there.

    python -m drills.power_cut                        3,000 cuts, some minutes
    python -m drills.power_cut --synchronous NORMAL   a control: must lose entries
    python -m drills.power_cut --lying-disk           a control: must lose entries and damage files

The app runs in this process on SQLite, as `homeplan serve` opens it, while phones check in; each write and flush of its
files is recorded (drills/recording.py). For each cut the files are made as the disk could have left them
(drills/cut_disk.py), opened as the product opens them, and checked: every page and reference, every confirmed entry,
and one audit event per entry. The last line is JSON; it ends with 1 when anything is missing or damaged.
"""

import argparse
import asyncio
import json
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from msgspec import Struct
from pysqlite3 import dbapi2 as sqlite3

from drills.clinic import DATABASE, Phone, invent, number_of, send
from drills.cut_disk import Disk, Files, after_cuts, cut_points
from drills.recording import Confirmed, Event, Flush, recorded
from homeplan.app import create_app
from homeplan.db import open_database
from homeplan.db.sqlite import SqliteDatabase
from homeplan.db.sqlite_connection import open_writer
from homeplan.settings import Settings

ORIGIN = "http://localhost:8000"
SELECT_ENTRIES = """
SELECT c.patient_id, c.client_event_id,
       (SELECT COUNT(*) FROM audit_events AS a
         WHERE a.patient_id = c.patient_id AND a.action = 'checkin.save') AS events
FROM checkins AS c"""


class Recording(Struct, frozen=True):
    """A run of the app: its files before, what was done to them, and the phones that entered."""

    before: Files
    events: list[Event]
    phones: list[Phone]
    sent: int
    """Check-ins that each phone sent."""


async def record(folder: Path, *, phones: int, entries: int, synchronous: str = "FULL") -> Recording:
    """Let the phones save `entries` check-ins each, all at once, and record what SQLite does to its files."""
    url = f"sqlite:///{folder / DATABASE}"
    people = await invent(url, phones)
    before = {str(folder / DATABASE): (folder / DATABASE).read_bytes()}
    with recorded() as events:
        db = await open_database(url)
        assert isinstance(db, SqliteDatabase)
        if synchronous != "FULL":
            db._raw.execute(f"PRAGMA synchronous = {synchronous}")
        transport = httpx.ASGITransport(app=create_app(Settings(origin=ORIGIN), db))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:

            async def save(phone: Phone) -> None:
                for number in range(entries):
                    (await send(client, phone, number)).raise_for_status()
                    events.append(Confirmed(phone.number, number))

            await asyncio.gather(*map(save, people))
        done = list(events)
        await db.close()
    return Recording(before, done, people, entries)


def cut(recording: Recording, folder: Path, cuts: int, *, seed: int, flushes: bool = True) -> dict[str, Any]:
    """Make the files of each cut in the folder and check them."""
    dice = random.Random(seed)
    (database,) = recording.before
    points = cut_points(recording.events, database, cuts, dice)
    disk = Disk(recording.before, flushes=flushes)
    found: Counter[str] = Counter()
    for files, confirmed in after_cuts(recording.events, disk, points, dice):
        found["cuts"] += 1
        for name, data in files.items():
            (folder / Path(name).name).write_bytes(data)
        lost, damaged = check(folder / DATABASE, recording, confirmed)
        found["lost_entries"] += lost
        found["cuts_with_loss"] += lost > 0
        found["damaged"] += damaged
        for path in folder.iterdir():
            path.unlink()
    return dict(found)


def check(file: Path, recording: Recording, confirmed: Mapping[int, int]) -> tuple[int, bool]:
    """Number of confirmed entries that are missing, and whether the file is damaged or an entry is there by half."""
    try:
        db = open_writer(file)
        try:
            sound = [tuple(row) for row in db.execute("PRAGMA integrity_check")] == [("ok",)]
            sound = sound and not db.execute("PRAGMA foreign_key_check").fetchall()
            rows = {row["patient_id"]: row for row in db.execute(SELECT_ENTRIES)}
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return sum(number + 1 for number in confirmed.values()), True
    lost, whole = 0, True
    for phone in recording.phones:
        row = rows.get(phone.patient_id)
        kept = -1 if row is None else number_of(row["client_event_id"])
        whole = whole and (row is None or row["events"] == kept + 1)
        lost += max(0, confirmed.get(phone.number, -1) - kept)
    return lost, not (sound and whole)


def run(cuts: int, *, phones: int, entries: int, synchronous: str, lying: bool, seed: int) -> dict[str, Any]:
    """Record one run of the app and cut it; the figures."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="homeplan-cut-", dir=memory if memory.is_dir() else None))
    try:
        for name in ("recorded", "cut"):
            (folder / name).mkdir()
        began = time.monotonic()
        recording = asyncio.run(record(folder / "recorded", phones=phones, entries=entries, synchronous=synchronous))
        found = cut(recording, folder / "cut", cuts, seed=seed, flushes=not lying)
    finally:
        shutil.rmtree(folder)
    return {
        "synchronous": synchronous,
        "lying_disk": lying,
        "entries": phones * entries,
        "writes": sum(not isinstance(event, Flush | Confirmed) for event in recording.events),
        "flushes": sum(isinstance(event, Flush) for event in recording.events),
        **found,
        "seed": seed,
        "seconds": round(time.monotonic() - began),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drills.power_cut", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cuts", type=int, default=3000)
    parser.add_argument("--phones", type=int, default=12, help="phones that check in at the same time")
    parser.add_argument("--entries", type=int, default=150, help="check-ins of each phone")
    parser.add_argument("--synchronous", choices=["FULL", "NORMAL", "OFF"], default="FULL")
    parser.add_argument("--lying-disk", action="store_true", help="a flush makes nothing safe")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    logging.disable()
    found = run(
        options.cuts,
        phones=options.phones,
        entries=options.entries,
        synchronous=options.synchronous,
        lying=options.lying_disk,
        seed=options.seed,
    )
    print(json.dumps(found))
    return int(bool(found["lost_entries"] or found["damaged"]))


if __name__ == "__main__":
    sys.exit(main())
