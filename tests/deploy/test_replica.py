"""The commands of docs/operations/replicate.md, after Litestream replicated a clinic of a real service."""

import asyncio
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup.running import invent
from tests.backup.test_running import events
from tests.deploy.home import Home, require_programs
from tests.deploy.pages import INSTALL, ROOT, blocks
from tests.waiting import wait_until

pytestmark = pytest.mark.drill

LITESTREAM = Path(sys.executable).with_name("litestream")
WRITES = 12
LOST, [KEPT] = (blocks(ROOT / "docs/operations/replicate.md")[name] for name in (
    "The database is lost", "The database is there, and is not to be used any more"
))  # fmt: skip


class Replicated:
    """A machine with a replica of all that was acknowledged, and the cookie of a patient's phone."""

    def __init__(self, home: Home, cookie: str):
        self.home, self.cookie = home, cookie

    def ask(self, method: str, body: bytes | None = None) -> int:
        headers = {"cookie": self.cookie, "sec-fetch-site": "same-origin", "content-type": "application/json"}
        request = urllib.request.Request(f"{self.home.inside}/api/me", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    def replicate(self) -> None:
        """Write beside Litestream until the replica has all of it, and kill it."""
        replica = f"file://{self.home.root}/mnt/other-disk/homeplan"
        probe = self.home.root / "probe.sqlite"

        def in_replica() -> int:
            probe.unlink(missing_ok=True)
            ended = subprocess.run([LITESTREAM, "restore", "-o", probe, replica], capture_output=True, check=False)
            return events(probe) if ended.returncode == 0 else 0

        with subprocess.Popen(
            [LITESTREAM, "replicate", self.home.database, replica],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            for number in range(WRITES):
                assert self.ask("PATCH", b'{"language": "%s"}' % (b"es" if number % 2 else b"en")) == 200
            assert wait_until(lambda: in_replica() == WRITES)
            running.send_signal(signal.SIGKILL)


@pytest.fixture
def replicated(tmp_path: Path) -> Iterator[Replicated]:
    require_programs()
    home = Home(tmp_path / "machine", tmp_path / "stick")
    home.run(blocks(INSTALL)["1. Install"][0])
    _, cookie = asyncio.run(invent(home.database.parent))
    home.run("systemctl start homeplan")
    found = Replicated(home, cookie)
    found.replicate()
    yield found
    home.end()


def test_a_replica_replaces_a_lost_database_and_every_phone_joins_again(replicated: Replicated) -> None:
    home = replicated.home
    home.run("systemctl stop homeplan\nrm /var/lib/homeplan/homeplan.sqlite*")
    printed = home.run(LOST[0])
    assert "LOOK FIRST" in printed
    assert events(home.database) == WRITES
    assert replicated.ask("GET") == 401
    assert "events intact" in home.run("homeplan audit verify")


def test_a_replica_beside_the_old_database_keeps_phones_signed_in(replicated: Replicated) -> None:
    home = replicated.home
    printed = home.run(KEPT)
    assert "LOOK FIRST" not in printed
    assert events(home.database) == WRITES
    assert replicated.ask("GET") == 200
    assert "events intact" in home.run("homeplan audit verify")
