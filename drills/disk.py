"""Fills the disk under a running service, then forbids it every write, and looks whether it heals by itself.

    python -m drills.disk

`homeplan serve` runs with phones that check in without end. First on a small file system of its own (tmpfs in a mount
namespace, where this user may make one): it is filled to the last byte, and emptied again. Then its process is allowed
no write to any file (a limit of the kernel, RLIMIT_FSIZE), and allowed again. While it cannot write: what was read
before is read again, a check-in is saved or answered 503 with Retry-After, /readyz answers 503 and /healthz 200.
Afterwards, without a restart: check-ins are saved, /readyz answers 200, and everything that was confirmed is there. The
last line is JSON; it ends with 1 when anything does not hold.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from drills.clinic import DATABASE, headers, invent, kept, missing
from drills.files import damaged
from drills.load import Load
from drills.service import Service

SIZE_MB = 160
"""More than the room below which /readyz answers 503 anyway."""
REFUSALS = 20
"""Check-ins that must be refused before the fault ends."""
LIMIT_S = 60.0
READS = ("/api/me", "/api/me/checkins", "/api/me/plan")


class Fault:
    """Something that makes writing impossible, and its end."""

    def __init__(self, begin: Callable[[], None], end: Callable[[], None]):
        self.begin, self.end = begin, end


def may_mount() -> bool:
    """Whether this user may make a small file system of its own."""
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def on_a_small_disk(folder: Path) -> list[str]:
    """The command that runs another one with a small file system in place of the folder, with what is in it."""
    mount = f'mount -t tmpfs -o size={SIZE_MB}m tmpfs "$0"'
    script = f'cp -a "$0" "$0.before" && {mount} && mv "$0.before"/* "$0" && rmdir "$0.before" && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, str(folder)]


def full(service: Service, folder: Path) -> Fault:
    """No byte is left on the file system that the service alone sees."""
    filling = Path(f"/proc/{service.pid}/root{folder}/filling")

    def begin() -> None:
        with filling.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(2**20)):
                pass
            while file.write(b"."):
                pass

    return Fault(begin, lambda: filling.unlink())


def without_writes(service: Service) -> Fault:
    """The kernel refuses each write of the process to a file."""
    soft, hard = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)

    def limit(most: int) -> None:
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (most, hard))

    return Fault(lambda: limit(0), lambda: limit(soft))


async def under(service: Service, load: Load, fault: Fault, cookies: dict[str, str]) -> dict[str, Any]:
    """The answers to phones and monitors while the fault lasts, and after it."""
    async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
        sending = asyncio.create_task(load.run())
        await _until(lambda: load.answered > 0)
        for path in READS:  # the first read of a new patient makes the plan
            (await client.get(path, headers=cookies)).raise_for_status()
        load.refused.clear()
        fault.begin()
        began = time.monotonic()
        try:
            await _until(lambda: len(load.refused) >= REFUSALS)
            reads = [await client.get(path, headers=cookies) for path in READS]
            ready, alive = await client.get("/readyz"), await client.get("/healthz")
        finally:
            fault.end()
        lasted, ended = time.monotonic() - began, time.monotonic()
        refused = [(answer.status_code, "retry-after" in answer.headers) for answer in load.refused]
        saved = load.answered
        await _until(lambda: load.answered > saved)
        healed = time.monotonic() - ended
        load.stop()
        await sending
        again = await client.get("/readyz")
    return {
        "lasted_s": round(lasted, 1),
        "refused": len(refused),
        "refused_otherwise": sum(one != (503, True) for one in refused),
        "reads": [answer.status_code for answer in reads],
        "readyz": ready.status_code,
        "healthz": alive.status_code,
        "healed_after_s": round(healed, 1),
        "readyz_after": again.status_code,
    }


async def _until(holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > LIMIT_S:
            raise TimeoutError
        await asyncio.sleep(0.02)


async def drill(folder: Path, name: str) -> dict[str, Any]:
    """The figures of one fault."""
    people = await invent(f"sqlite:///{folder / DATABASE}", 8)
    service = Service(folder, within=on_a_small_disk(folder) if name == "full" else ())
    service.start()
    try:
        load = Load(people, service.url)
        fault = full(service, folder) if name == "full" else without_writes(service)
        found = await under(service, load, fault, headers(people[0]))
        lost = missing(load.confirmed, await kept(service.url, people))
        broken = damaged(Path(f"/proc/{service.pid}/root{folder}") / DATABASE)
    finally:
        service.kill()
    return found | {"confirmed": load.answered, "lost_entries": lost, "damaged": broken}


def holds(found: dict[str, Any]) -> bool:
    """Whether nothing was lost, refused without a word, or left broken."""
    return (
        not (found["lost_entries"] or found["damaged"] or found["refused_otherwise"])
        and set(found["reads"]) == {200}
        and (found["readyz"], found["healthz"], found["readyz_after"]) == (503, 200, 200)
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drills.disk", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args(arguments)
    logging.disable()
    found: dict[str, Any] = {}
    if not may_mount():
        print("full: left out, because this user may not make a file system of its own", file=sys.stderr)
    for name in (["full"] if may_mount() else []) + ["no-writes"]:
        with tempfile.TemporaryDirectory(prefix="homeplan-disk-") as folder:
            one = asyncio.run(drill(Path(folder), name))
        found[name] = one | {"holds": holds(one)}
    print(json.dumps(found))
    return int(not all(one["holds"] for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
