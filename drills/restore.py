"""Makes a backup under load, kills the service, and restores: beside the old database, and on a new machine.

    python -m drills.restore               a small clinic, less than a minute
    python -m drills.restore --mb 1000     a database of 1,000 MB

Phones check in while `homeplan backup` runs and after it; then the service is ended by SIGKILL. `homeplan restore` is
run twice. With the old database there, the restored service has every entry that was confirmed before the backup began,
the old one beside it has every entry at all, and the phones stay signed in. In a folder that has the backup alone, the
entries are the same and no phone gets in. Both times the audit trail is intact. The last line is JSON; it ends with 1
when anything does not hold.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from pysqlite3 import dbapi2 as sqlite3

from drills.clinic import DATABASE, Phone, headers, invent, missing
from drills.files import damaged, entries_in
from drills.load import Load
from drills.service import Service

LONGEST_RESTORE_S = 300.0
INSERT_FILLING = """
WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < :rows)
INSERT INTO filling SELECT n, hex(randomblob(2000)) FROM row"""


async def drill(folder: Path, phones: int, megabytes: int) -> dict[str, Any]:
    """Play it all in the folder; the figures."""
    old, new = folder / "old", folder / "new"
    for each in (old, new):
        each.mkdir()
    people = await invent(f"sqlite:///{old / DATABASE}", phones)
    fill(old / DATABASE, megabytes)
    service = Service(old)
    service.start()
    load = Load(people, service.url)
    sending = asyncio.create_task(load.run())
    while load.answered < 5 * phones:
        await asyncio.sleep(0.01)
    before, began = list(load.confirmed), time.monotonic()
    made = await asyncio.to_thread(service.command, "backup", "kept")
    backup_s = time.monotonic() - began
    until = load.answered + 5 * phones
    while load.answered < until:
        await asyncio.sleep(0.01)
    service.kill()
    await sending
    backup = Path(made.stdout.strip())
    for file in (backup, backup.with_name(f"{backup.name}.json")):
        (new / file.name).write_bytes(file.read_bytes())
    beside = await put_back(service, old, backup, people, before)
    (aside,) = old.glob(f"{DATABASE}.before-restore-*")
    beside["lost_from_the_old_one"] = missing(load.confirmed, entries_in(aside / DATABASE, people))
    alone = await put_back(Service(new), new, new / backup.name, people, before)
    return {
        "backup_mb": round(backup.stat().st_size / 2**20),
        "backup_s": round(backup_s, 1),
        "confirmed": load.answered,
        "confirmed_before_the_backup": sum(confirmed + 1 for confirmed in before),
        "refused": len(load.refused),
        "beside_the_old_database": beside,
        "on_a_new_machine": alone,
    }


def fill(file: Path, megabytes: int) -> None:
    """Make the database as large as one of a clinic after years."""
    if megabytes:
        db = sqlite3.connect(file)
        db.execute("CREATE TABLE filling (n INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        db.execute(INSERT_FILLING, {"rows": megabytes * 250})
        db.commit()
        db.close()


async def put_back(
    service: Service, folder: Path, backup: Path, phones: Sequence[Phone], before: Sequence[int]
) -> dict[str, Any]:
    """Restore in the folder and start the service there."""
    began = time.monotonic()
    restored = service.command("restore", str(backup))
    took = time.monotonic() - began
    service.start()
    async with httpx.AsyncClient(base_url=service.url) as client:
        signed_in = [(await client.get("/api/me", headers=headers(phone))).status_code for phone in phones]
    trail = service.command("audit", "verify")
    service.kill()
    return {
        "restored": restored.returncode == 0,
        "restore_s": round(took, 1),
        "lost_from_before": missing(before, entries_in(folder / DATABASE, phones)),
        "damaged": damaged(folder / DATABASE),
        "phones_signed_in": signed_in.count(200),
        "phones_to_join_again": signed_in.count(401),
        "trail_intact": trail.returncode == 0,
    }


def holds(found: dict[str, Any], phones: int) -> bool:
    """Whether everything that must be there is, and nobody is in who must not be."""
    both = (found["beside_the_old_database"], found["on_a_new_machine"])
    return (
        all(
            one["restored"]
            and one["trail_intact"]
            and one["restore_s"] <= LONGEST_RESTORE_S
            and not (one["lost_from_before"] or one["damaged"])
            for one in both
        )
        and both[0]["lost_from_the_old_one"] == found["refused"] == 0
        and (both[0]["phones_signed_in"], both[1]["phones_to_join_again"]) == (phones, phones)
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drills.restore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=int, default=0, help="size of the database, about")
    parser.add_argument("--phones", type=int, default=8, help="phones that check in at the same time")
    options = parser.parse_args(arguments)
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="homeplan-restore-") as folder:
        found = asyncio.run(drill(Path(folder), options.phones, options.mb))
    found["holds"] = holds(found, options.phones)
    print(json.dumps(found))
    return int(not found["holds"])


if __name__ == "__main__":
    sys.exit(main())
