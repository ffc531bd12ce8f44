"""The runbooks of docs/operations/runbooks.md, each followed command by command on a machine in a folder."""

import asyncio
import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.deploy.home import Home, answers, require_programs
from tests.deploy.pages import INSTALL, RUNBOOKS, blocks

pytestmark = pytest.mark.drill

BOOKS = blocks(RUNBOOKS)
FOLLOWED = {
    "Another machine takes over",
    "A key is lost",
    "The last administrator is lost",
    "Data may have leaked",
    "The disk is full",
    "The certificate expired",
    "From SQLite to PostgreSQL",
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A machine whose clinic has an administrator."""
    made = machine(tmp_path, "machine")
    [install], [clinic], [start] = blocks(INSTALL).values()
    made.run(f"{install}\n{clinic}")
    _accept_the_invitation(made)
    made.run(start)
    yield made
    made.end()


def machine(folder: Path, name: str) -> Home:
    require_programs()
    return Home(folder / name, folder / "stick")


def _accept_the_invitation(home: Home) -> None:
    """The person whom the page invited is an administrator, without the way through a browser."""
    with sqlite3.connect(home.database) as writer:
        writer.execute(
            "INSERT INTO staff (clinic_id, id, email, name, role, password_hash, created_at)"
            " SELECT clinic_id, 'ana', 'you@clinic.example', 'A', 'admin', '!', 0 FROM clinics"
        )
    writer.close()


def clinics(home: Home) -> list[str]:
    with contextlib.closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as reader:
        return [row[0] for row in reader.execute("SELECT name FROM clinics")]


def setting(home: Home, name: str) -> str:
    [value] = re.findall(rf"^{name}=(.*)$", home.settings.read_text(), re.MULTILINE)
    return str(value)


def test_each_runbook_is_followed_by_a_test_of_this_file() -> None:
    assert set(BOOKS) == FOLLOWED


def test_another_machine_takes_over(home: Home, tmp_path: Path) -> None:
    there, here, clean = BOOKS["Another machine takes over"]
    home.run(there)
    assert not answers(home)
    new = machine(tmp_path, "new")
    new.run(blocks(INSTALL)["1. Install"][0])
    keys = setting(home, "HOMEPLAN_AUDIT_KEY")
    assert setting(new, "HOMEPLAN_AUDIT_KEY") != keys
    # The settings are copied with the paths of the machine that they are of.
    (home.stick / "homeplan.env").write_text(
        (home.stick / "homeplan.env").read_text().replace(str(home.root), str(new.root)).replace(
            f"HOMEPLAN_PORT={home.port}", f"HOMEPLAN_PORT={new.port}"
        )
    )  # fmt: skip
    try:
        assert "events intact" in new.run(here)
        assert clinics(new) == ["Northside Physical Therapy"]
        assert setting(new, "HOMEPLAN_AUDIT_KEY") == keys
        assert answers(new)
        new.run(clean)
        assert list(home.stick.iterdir()) == []
    finally:
        new.end()


def test_lost_keys_are_replaced_one_by_one(home: Home) -> None:
    push, audit, factor, backup = BOOKS["A key is lost"]
    before = home.settings.read_text()
    home.run(push)
    assert setting(home, "HOMEPLAN_VAPID_SUBJECT") == "mailto:you@clinic.example"
    assert setting(home, "HOMEPLAN_VAPID_PRIVATE_KEY") not in before
    assert "sealed with another key" in home.run(audit)
    home.run("homeplan keys backup --file /var/lib/homeplan/lost.key >> /etc/homeplan/homeplan.env")
    printed = home.run(f"systemctl restart homeplan\nhomeplan backup\n{backup}")
    assert "as it was made at" in printed
    kept = [file.name for file in (home.root / "var/backups/homeplan").glob("homeplan-*.age")]
    assert len(kept) == 1
    assert "/console/join#" in home.run(factor)
    assert answers(home)


def test_the_last_administrator_gets_a_link(home: Home) -> None:
    [reset] = BOOKS["The last administrator is lost"]
    assert "/console/join#" in home.run(reset)


def test_what_shows_a_breach_is_kept(home: Home) -> None:
    [keep] = BOOKS["Data may have leaked"]
    home.run(keep)
    kept = {file.name for file in (home.stick / "evidence").iterdir()}
    assert {"audit.txt", "homeplan.log", "homeplan.env"} <= kept
    assert [name for name in kept if name.endswith(".sqlite.json")]
    assert "events intact" in (home.stick / "evidence/audit.txt").read_text()
    assert not answers(home)


def test_room_is_made_on_a_full_disk(home: Home) -> None:
    show, clear = BOOKS["The disk is full"]
    aside = home.database.parent / "homeplan.sqlite.before-restore-20260302T150000Z"
    aside.mkdir()
    (aside / "homeplan.sqlite").write_bytes(b"x" * 5_000_000)
    assert aside.name in home.run(show)
    assert "heartbeatAgeSeconds" in home.run(clear)
    assert not aside.exists()
    assert home.database.exists()


def test_the_proxy_is_looked_at_when_the_certificate_expired(home: Home) -> None:
    [show] = BOOKS["The certificate expired"]
    assert "Valid configuration" in home.run(show)
    assert "<!-- not run: it asks the public name -->" in RUNBOOKS.read_text()


async def test_the_clinic_moves_to_postgresql(home: Home, postgres_url: str) -> None:
    name = f"moved_{os.urandom(4).hex()}"
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"CREATE DATABASE {name}")
    url = postgres_url.rsplit("/", 1)[0] + f"/{name}"
    [move] = BOOKS["From SQLite to PostgreSQL"]
    try:
        printed = await asyncio.to_thread(
            home.run, move.replace("postgresql://homeplan@db.clinic.example/homeplan", url)
        )
        assert "each one compared" in printed
        assert answers(home)
        await asyncio.to_thread(home.end)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
