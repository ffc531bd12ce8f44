"""A newcomer's path through the pages of docs/operations.md: its commands, in its order, on a machine in a folder."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup.upgrading import make_old
from tests.db.releases import SECRET
from tests.deploy.home import Home, answers, require_programs
from tests.deploy.pages import INSTALL, blocks, path

pytestmark = pytest.mark.slow

BEFORE = 16


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    require_programs()
    made = Home(tmp_path / "machine", tmp_path / "stick")
    yield made
    made.end()


def test_each_step_of_the_path_has_commands() -> None:
    commands = {page: len(each) for page, each in path().items()}
    assert commands == {"install": 3, "go-live": 1, "watch": 2, "back-up": 2, "restore": 1, "upgrade": 2}
    assert list(blocks(INSTALL)) == ["1. Install", "2. Add a clinic and its first administrator", "3. Start"]


def test_a_newcomer_follows_the_path_command_by_command(home: Home) -> None:
    pages = path()
    for commands in pages["install"]:
        home.run(commands)
    assert answers(home)
    assert "advice    No mail" in home.run(*pages["go-live"])
    is_well, _ = pages["watch"]  # the other one is run by tests/metrics/test_watch_page.py
    assert '"heartbeatAgeSeconds":' in home.run(is_well)
    make_backup, verify = pages["back-up"]
    assert ".sqlite.age" in home.run(make_backup)
    assert not (home.root / "var/lib/homeplan/backup.key").exists()
    assert "as it was made at" in home.run(verify)
    home.run("homeplan clinic add Later --phone '555 0100'")
    printed = home.run(*pages["restore"])
    assert "All staff are signed out" in printed
    assert "Later" not in printed
    assert "Northside Physical Therapy" in printed
    assert answers(home)
    _upgrade(home, *pages["upgrade"])


def _upgrade(home: Home, upgrade: str, way_back: str) -> None:
    """The machine has a database of an older version, and the newer program is installed."""
    home.end()
    for file in home.database.parent.glob("homeplan.sqlite*"):
        if file.is_file():
            file.unlink()
    asyncio.run(make_old(f"sqlite:///{home.database}", BEFORE, home.root / "old"))
    home.set("HOMEPLAN_AUDIT_KEY", SECRET)
    home.run("systemctl start homeplan")
    home.run(upgrade)
    messages = [json.loads(line)["message"] for line in home.log.splitlines() if line.startswith("{")]
    assert any(line.startswith("upgraded to schema") for line in messages), messages[-20:]
    assert [*(home.root / "var/backups/homeplan").glob(f"homeplan-upgrade-from-{BEFORE:04d}-*.age")]
    assert "All staff are signed out" in home.run(way_back)
    assert "events intact" in home.run("homeplan audit verify")
    assert answers(home)
