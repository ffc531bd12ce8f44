"""Rehearses upgrades of each kept database on both engines: `python -m tests.backup [TIMES]`, 20 times by default.

The first rehearsal of each is undisturbed, each other one is killed at another step and started again. The figures are
JSON on standard output.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.backup.rehearsing import rehearse, spread
from tests.backup.upgrading import Originals, steps_of
from tests.db.releases import kept
from tests.postgres_server import running_server


async def _rehearsed(engine: str, name: str, times: int, folder: Path) -> list[dict[str, object]]:
    originals = Originals(engine, folder)
    found = []
    for version in kept():
        began = time.monotonic()
        whole = await originals.fresh(version)
        await rehearse(whole, None)
        upgrade_s = time.monotonic() - began
        steps = steps_of(whole)
        await originals.drop(whole)
        chosen = spread(steps, times - 1)
        for number in range(times - 1):
            old = await originals.fresh(version)
            if not await rehearse(old, chosen[number % len(chosen)]):
                raise AssertionError("the process came to its end before the step at which it was to be killed")
            await originals.drop(old)
            _say(f"{name} {version:04d}: {number + 2} of {times}\r")
        found.append(
            {
                "engine": name,
                "from": version,
                "rehearsals": times,
                "killed": times - 1,
                "steps": len(steps),
                "places": len(chosen),
                "lost": 0,
                "first_s": round(upgrade_s, 1),
            }
        )
        _say(f"{name} {version:04d}: {times} rehearsals, {times - 1} killed, nothing lost\n")
    return found


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder, running_server() as url:
        found = []
        for engine, name in (("sqlite", "sqlite"), (url, "postgresql")):
            own = Path(folder) / name
            own.mkdir()
            found += asyncio.run(_rehearsed(engine, name, times, own))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
