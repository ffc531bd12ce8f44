"""Backups and host commands beside a real service."""

import asyncio
import re
import signal
import stat
import threading
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from tests.backup.running import DATABASE, Service, command, invent, serving

pytestmark = pytest.mark.slow


def events(file: Path) -> int:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT COUNT(*) FROM audit_events WHERE action = 'me.save'").fetchone()[0])
    finally:
        connection.close()


class Writer(threading.Thread):
    """Writes one after the other until it is told to stop; counts the acknowledged ones."""

    def __init__(self, service: Service):
        super().__init__()
        self._service = service
        self._stop_asked = threading.Event()
        self.acknowledged = 0

    def run(self) -> None:
        while not self._stop_asked.is_set():
            self._service.write("es" if self.acknowledged % 2 else "en")
            self.acknowledged += 1

    def end(self) -> int:
        self._stop_asked.set()
        self.join()
        return self.acknowledged


def test_a_backup_beside_writes_has_all_that_was_acknowledged_before_and_loses_none_after(tmp_path: Path) -> None:
    _, cookie = asyncio.run(invent(tmp_path))
    with serving(tmp_path, cookie) as service:
        for _ in range(20):
            service.write("es")
        writer = Writer(service)
        writer.start()
        made = command(tmp_path, "backup", "kept")
        total = 20 + writer.end()
    assert made.returncode == 0, made.stderr
    backup = Path(made.stdout.strip())
    assert backup.parent == tmp_path / "kept"
    assert command(tmp_path, "verify", str(backup)).returncode == 0
    assert 20 <= events(backup) <= total == events(tmp_path / DATABASE)


def test_a_flipped_byte_is_refused_by_verify_and_by_restore(tmp_path: Path) -> None:
    asyncio.run(invent(tmp_path))
    backup = Path(command(tmp_path, "backup", "kept").stdout.strip())
    stored = bytearray(backup.read_bytes())
    stored[4711] ^= 1
    backup.write_bytes(stored)
    before = (tmp_path / DATABASE).read_bytes()
    for action in ("verify", "restore"):
        ended = command(tmp_path, action, str(backup))
        assert ended.returncode == 1
        assert "is not what was made" in ended.stderr
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_full_disk_leaves_no_half_backup_and_no_half_restore(tmp_path: Path) -> None:
    asyncio.run(invent(tmp_path))
    largest = (tmp_path / DATABASE).stat().st_size // 2
    ended = command(tmp_path, "backup", "kept", largest_file=largest)
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [".homeplan-lock"]
    backup = Path(command(tmp_path, "backup", "kept").stdout.strip())
    before = (tmp_path / DATABASE).read_bytes()
    ended = command(tmp_path, "restore", str(backup), largest_file=largest)
    assert ended.returncode == 1
    assert "File too large" in ended.stderr
    assert (tmp_path / DATABASE).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [DATABASE, f"{DATABASE}.lock", "kept"]


def test_host_commands_reach_the_running_service(tmp_path: Path) -> None:
    clinic, cookie = asyncio.run(invent(tmp_path))
    with serving(tmp_path, cookie):
        address = tmp_path / f"{DATABASE}.sock"
        assert stat.S_IMODE(address.stat().st_mode) == 0o600
        invited = command(tmp_path, "staff", "invite", "--clinic", clinic, "--email", "a@clinic.example")
        assert re.fullmatch(r"http://localhost:8000/console/join#[A-Za-z0-9_-]{43}\n", invited.stdout)
        assert "It works once" in invited.stderr
        assert command(tmp_path, "clinic", "add", "North", "--phone", "555 0100").returncode == 0
        refused = command(tmp_path, "staff", "invite", "--clinic", "nowhere", "--email", "a@clinic.example")
        assert (refused.returncode, "no clinic nowhere" in refused.stderr) == (1, True)
        assert "events intact" in command(tmp_path, "audit", "verify").stdout
        for alone in (("migrate",), ("restored",)):
            assert "in use by another homeplan process" in command(tmp_path, *alone).stderr


def test_the_socket_of_a_service_that_was_killed_is_in_nobodys_way(tmp_path: Path) -> None:
    clinic, cookie = asyncio.run(invent(tmp_path))
    with serving(tmp_path, cookie) as service:
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    assert (tmp_path / f"{DATABASE}.sock").exists()
    invite = ("staff", "invite", "--clinic", clinic, "--email", "a@clinic.example")
    assert command(tmp_path, *invite).returncode == 0
    with serving(tmp_path, cookie) as service:
        assert command(tmp_path, *invite).returncode == 0
        service.process.send_signal(signal.SIGTERM)
        service.process.wait()
    assert not (tmp_path / f"{DATABASE}.sock").exists()
