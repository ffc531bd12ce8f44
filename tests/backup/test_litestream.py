"""Litestream beside a real service: its replica has what was acknowledged, and `homeplan restored` makes it safe."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backup.running import DATABASE, command, invent, serving
from tests.backup.test_running import events
from tests.waiting import wait_until

pytestmark = pytest.mark.drill

LITESTREAM = Path(sys.executable).with_name("litestream")
WRITES = 30


def test_a_replica_has_what_was_acknowledged_and_is_put_back(tmp_path: Path) -> None:
    _, cookie = asyncio.run(invent(tmp_path))
    replica = f"file://{tmp_path / 'replica'}"

    def restored(target: Path) -> int:
        """Number of writes in the replica as it is now."""
        target.unlink(missing_ok=True)
        ended = subprocess.run([LITESTREAM, "restore", "-o", target, replica], capture_output=True, check=False)
        return events(target) if ended.returncode == 0 else 0

    with (
        serving(tmp_path, cookie) as service,
        subprocess.Popen(
            [LITESTREAM, "replicate", tmp_path / DATABASE, replica],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as replicating,
    ):
        try:
            for number in range(WRITES):
                service.write("es" if number % 2 else "en")
            made = command(tmp_path, "backup", "kept")
            assert made.returncode == 0, made.stderr
            assert wait_until(lambda: restored(tmp_path / "probe.sqlite") == WRITES)
        finally:
            replicating.send_signal(signal.SIGKILL)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert restored(elsewhere / DATABASE) == WRITES
    put_back = command(elsewhere, "restored")
    assert "LOOK FIRST" in put_back.stdout, put_back.stderr
    with serving(elsewhere, cookie) as service:
        assert command(elsewhere, "audit", "verify").returncode == 0
    assert command(tmp_path, "verify", made.stdout.strip()).returncode == 0
