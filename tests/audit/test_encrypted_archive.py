"""With the public key of backups the archive is encrypted: it is read and verified with the private key alone."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from pyrage import x25519

from homeplan import audit
from homeplan.audit import archive, archiving
from homeplan.audit.archive import ArchiveDiffers, NeedsKey, parts
from homeplan.commands import audit as commands
from homeplan.commands.host import Host
from homeplan.settings import Settings
from tests.audit.conftest import SEALED, Trail
from tests.audit.test_archive import FAR, move, six_seals
from tests.world import Person


class Keys:
    """A key pair; the private key is in a file."""

    def __init__(self, folder: Path):
        identity = x25519.Identity.generate()
        self.file = folder / "backup.key"
        self.file.write_text(f"# kept apart\n{identity}\n")
        self.settings: Settings = structs.replace(SEALED, backup_public_key=str(identity.to_public()))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "PART", 4)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


async def verify(trail: Trail, person: Person, folder: Path, key: Path | None) -> tuple[int, int]:
    return await audit.verify_archive(trail.db, trail.clock, SEALED, folder, person.clinic.id, key)


async def test_only_who_has_the_private_key_reads_and_verifies_it(
    trail: Trail, therapist: Person, folder: Path, keys: Keys, tmp_path: Path
) -> None:
    await six_seals(trail)
    assert await move(trail, folder, keys.settings) == ({therapist.clinic.id: 10}, [])
    files = [path for path, _ in parts(folder, therapist.clinic.id)]
    assert [path.suffix for path in files] == [".age"] * 3
    assert not any(b"patient.read" in path.read_bytes() for path in files)
    assert await verify(trail, therapist, folder, keys.file) == (10, 1)
    with pytest.raises(NeedsKey, match="name the file of its private key with --key"):
        await verify(trail, therapist, folder, None)
    (tmp_path / "other").mkdir()
    with pytest.raises(ArchiveDiffers, match="cannot be decrypted"):
        await verify(trail, therapist, folder, Keys(tmp_path / "other").file)
    whole = files[1].read_bytes()
    files[1].write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ArchiveDiffers, match="cannot be decrypted"):
        await verify(trail, therapist, folder, keys.file)


async def test_parts_from_before_the_key_was_set_are_read_with_those_after(
    trail: Trail, therapist: Person, folder: Path, keys: Keys
) -> None:
    await six_seals(trail)
    await move(trail, folder)
    for _ in range(3):
        await trail.record(2)
        await trail.seal()
    await move(trail, folder, keys.settings)
    assert {path.suffix for path, _ in parts(folder, therapist.clinic.id)} == {".gz", ".age"}
    assert (await verify(trail, therapist, folder, keys.file))[1] == 1


async def test_a_part_that_a_killed_run_left_in_clear_is_replaced(
    trail: Trail, therapist: Person, folder: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    await six_seals(trail)
    written = archive.write_part

    def killed(*arguments: Any) -> None:
        written(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(archiving, "write_part", killed)
        with pytest.raises(KeyboardInterrupt):
            await move(trail, folder)
    assert await move(trail, folder, keys.settings) == ({therapist.clinic.id: 10}, [])
    names = [path.name for path in (folder / therapist.clinic.id).iterdir()]
    assert all(".age" in name for name in names), names
    assert await verify(trail, therapist, folder, keys.file) == (10, 1)


async def test_several_processes_at_once_archive_every_event_once(
    trail: Trail, therapist: Person, folder: Path, keys: Keys
) -> None:
    await six_seals(trail)
    found = await asyncio.gather(*(move(trail, folder, keys.settings) for _ in range(3)))
    while (await move(trail, folder, keys.settings))[0]:
        pass
    assert [refused for _, refused in found if refused] == []
    assert await verify(trail, therapist, folder, keys.file) == (10, 1)


async def test_an_unusable_key_leaves_the_trail_in_the_database(trail: Trail, therapist: Person, folder: Path) -> None:
    await six_seals(trail)
    unusable = structs.replace(SEALED, backup_public_key="age1" + "q" * 58)
    moved, [sentence] = await move(trail, folder, unusable)
    assert moved == {}
    assert "a part cannot be encrypted" in sentence
    assert (await trail.verdict()).archived is None


async def test_the_commands_take_the_private_key(trail: Trail, therapist: Person, folder: Path, keys: Keys) -> None:
    await six_seals(trail)
    assert (await audit.archive_all(trail.db, trail.clock, keys.settings, folder, FAR))[1] == []
    printed: list[str] = []
    host = Host(trail.db, keys.settings, trail.clock, printed.append, printed.append)

    async def run(command: Any, **options: Any) -> int:
        printed.clear()
        return int(await command.on_database(host, argparse.Namespace(**options)))

    of_clinic = {"folder": str(folder), "clinic": therapist.clinic.id, "patient": "p-1", "person": None}
    assert await run(commands.verify, archive=str(folder), key=None) == 1
    assert "not verified: " in printed[-1]
    assert await run(commands.verify, archive=str(folder), key=str(keys.file)) == 0
    assert "10 events intact, up to the trail in the database." in printed[-1]
    assert await run(commands.read, **of_clinic, key=str(keys.file)) == 0
    assert len(printed) == 10
    with pytest.raises(NeedsKey):
        await run(commands.read, **of_clinic, key=None)
