"""The old part of a trail moves to sealed files: nothing is lost or doubled, and tampering shows as before."""

import asyncio
import gzip
import multiprocessing
import os
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from pyrage import x25519

from homeplan import audit
from homeplan.audit import archive, archiving, cuts
from homeplan.audit.archive import ArchiveDiffers, parts, read_part
from homeplan.audit.worker import Night
from homeplan.context import operator_context
from homeplan.db import Database, Tx, Violated, open_database
from homeplan.settings import Settings
from tests.audit.conftest import SEALED, Trail
from tests.conftest import FakeClock
from tests.world import START, Person, World

FAR = START + timedelta(days=10_000)
KEPT = "SELECT seq FROM audit_events ORDER BY seq"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "PART", 4)


async def six_seals(trail: Trail) -> None:
    for _ in range(6):
        await trail.record(2)
        await trail.seal()


async def move(trail: Trail, folder: Path, settings: Settings = SEALED) -> tuple[dict[str, int], list[str]]:
    return await audit.archive_all(trail.db, trail.clock, settings, folder, FAR)


async def test_the_archive_and_the_rest_have_every_event_once_and_both_are_intact(
    trail: Trail, therapist: Person, tmp_path: Path
) -> None:
    await six_seals(trail)
    before = [row["seq"] for row in await trail.rows(KEPT)]
    assert await move(trail, tmp_path) == ({therapist.clinic.id: 10}, [])
    await trail.seal()
    archived = [
        event["seq"]
        for part in parts(tmp_path, therapist.clinic.id)
        for line in read_part(*part)
        for event in line.events
    ]
    kept = [row["seq"] for row in await trail.rows("SELECT seq FROM audit_events WHERE action = 'patient.read'")]
    assert archived == before[:10]
    assert kept == before[10:], "the last seal stays: the next one follows it"
    found = await trail.verdict()
    assert (found.broken_at, found.reason, found.archived and found.archived.events) == (None, None, 10)
    assert await audit.verify_archive(trail.db, trail.clock, SEALED, tmp_path, therapist.clinic.id) == (10, 1)
    actions = await trail.rows("SELECT object_id FROM audit_events WHERE action = 'audit.archive' ORDER BY seq")
    assert [row["object_id"] for row in actions] == ["1-2", "3-4", "5-5"]


async def test_only_what_is_old_is_moved_and_a_second_run_finds_nothing(
    trail: Trail, therapist: Person, tmp_path: Path
) -> None:
    await six_seals(trail)
    assert await audit.archive_all(trail.db, trail.clock, SEALED, tmp_path, START) == ({}, [])
    await move(trail, tmp_path)
    assert await move(trail, tmp_path) == ({}, [])
    for _ in range(3):
        await trail.record(2)
        await trail.seal()
    assert (await move(trail, tmp_path))[0][therapist.clinic.id] > 0
    assert (await trail.verdict()).broken_at is None
    assert (await audit.verify_archive(trail.db, trail.clock, SEALED, tmp_path, therapist.clinic.id))[1] == 1


async def test_each_clinic_has_its_own_folder(trail: Trail, therapist: Person, world: World, tmp_path: Path) -> None:
    elsewhere = await world.therapist(await world.clinic())
    for each in (trail, trail.of(elsewhere)):
        await six_seals(each)
    moved, _ = await move(trail, tmp_path)
    assert set(moved) == {therapist.clinic.id, elsewhere.clinic.id} == set(os.listdir(tmp_path))


async def test_the_files_are_nobody_elses(trail: Trail, therapist: Person, tmp_path: Path) -> None:
    await six_seals(trail)
    await move(trail, tmp_path)
    of_clinic = tmp_path / therapist.clinic.id
    modes = {
        os.stat(place).st_mode & 0o777
        for place in (of_clinic, *(part for part, _ in parts(tmp_path, therapist.clinic.id)))
    }
    assert modes == {0o700, 0o600}


async def test_a_broken_trail_is_not_archived(trail: Trail, therapist: Person, tmp_path: Path) -> None:
    await six_seals(trail)
    await trail.tamper("UPDATE audit_events SET actor_id = 'somebody' WHERE seq = @1")
    moved, [sentence] = await move(trail, tmp_path)
    assert moved == {}
    assert (
        sentence == f"audit trail of clinic {therapist.clinic.id} not archived: seal 1: event {trail.first} was edited"
    )
    assert (await trail.verdict()).reason == "edited"


async def test_without_the_key_of_the_trail_nothing_is_archived(trail: Trail, tmp_path: Path) -> None:
    await six_seals(trail)
    _, [sentence] = await move(trail, tmp_path, Settings())
    assert "sealed with another key" in sentence


async def test_events_that_are_not_in_the_archive_are_never_removed(trail: Trail, tmp_path: Path) -> None:
    await six_seals(trail)
    await move(trail, tmp_path)
    for statement in ("DELETE FROM audit_events", "DELETE FROM audit_seals"):
        with pytest.raises(Violated):
            await trail.db.write(lambda tx, sql=statement: tx.execute(sql))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE audit_cuts SET events = events + 1", "the record of what is in the archive was edited"),
        ("DELETE FROM audit_cuts", "the seal before it was removed"),
    ],
)
async def test_a_cut_that_was_edited_or_removed_shows(
    trail: Trail, tmp_path: Path, statement: str, reason: str
) -> None:
    await six_seals(trail)
    await move(trail, tmp_path)
    await trail.db.write(lambda tx: tx.execute(statement))
    assert (await trail.verdict()).reason == reason


async def test_a_cut_that_was_moved_on_to_hide_events_shows(trail: Trail, tmp_path: Path) -> None:
    await six_seals(trail)
    [row] = await trail.rows("SELECT * FROM audit_seals WHERE number = 3")
    forged = audit.rules.cut_after([audit.seals.from_row(row)], None, ())
    await trail.db.write(lambda tx: tx.execute(cuts.UPSERT_CUT, **structs.asdict(forged)))
    assert (await trail.verdict()).reason == "archived with an older key than it was sealed with"


async def test_a_part_that_was_edited_or_taken_away_shows(trail: Trail, therapist: Person, tmp_path: Path) -> None:
    await six_seals(trail)
    await move(trail, tmp_path)
    clinic_id = therapist.clinic.id

    async def check() -> tuple[int, int]:
        return await audit.verify_archive(trail.db, trail.clock, SEALED, tmp_path, clinic_id)

    (first, _), (middle, manifest), (_, _) = parts(tmp_path, clinic_id)
    whole = middle.read_bytes()
    middle.write_bytes(whole[:-1] + b"x")
    with pytest.raises(ArchiveDiffers, match="is not as it was written"):
        await check()
    lines = [
        structs.replace(line, events=[{**line.events[0], "ip": "::1"}, *line.events[1:]]) for line in _lines(whole)
    ]
    archive.write_part(tmp_path, lines)  # with a manifest that fits
    with pytest.raises(ArchiveDiffers, match=r"event \d+ was edited"):
        await check()
    middle.unlink()
    with pytest.raises(ArchiveDiffers):
        await check()
    archive.write_part(tmp_path, _lines(whole))
    first.unlink()
    assert await check() == (6, manifest.first), "the oldest parts may be kept elsewhere"


def _lines(body: bytes) -> list[audit.Archived]:
    return [msgspec.json.decode(line, type=audit.Archived) for line in gzip.decompress(body).splitlines()]


async def test_a_kill_between_file_and_removal_is_made_up_for_with_the_same_bytes(
    trail: Trail, therapist: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await six_seals(trail)
    written = archive.write_part

    def killed(*arguments: object) -> None:
        written(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(archiving, "write_part", killed)
    with pytest.raises(KeyboardInterrupt):
        await move(trail, tmp_path)
    monkeypatch.setattr(archiving, "write_part", written)
    [(path, _)] = parts(tmp_path, therapist.clinic.id)
    before = path.read_bytes()
    monkeypatch.setattr(archiving, "PART", 1_000)  # the next run would cut elsewhere
    assert (await move(trail, tmp_path))[0] == {therapist.clinic.id: 10}
    assert path.read_bytes() == before
    assert (await audit.verify_archive(trail.db, trail.clock, SEALED, tmp_path, therapist.clinic.id))[0] == 10


async def test_an_archive_of_another_database_is_left_alone(trail: Trail, therapist: Person, tmp_path: Path) -> None:
    await six_seals(trail)
    await move(trail, tmp_path / "one")
    [(path, manifest), *_] = parts(tmp_path / "one", therapist.clinic.id)
    following = structs.replace(manifest, first=6, last=6, last_mac="0" * 64)
    copied = (
        tmp_path / "one" / therapist.clinic.id / path.name.replace("0000000001-0000000002", "0000000006-0000000006")
    )
    shutil.copy(path, copied)
    copied.with_name(copied.name + ".json").write_bytes(msgspec.json.encode(following))
    await six_seals(trail)
    moved, [sentence] = await move(trail, tmp_path / "one")
    assert moved == {}
    assert "its part from seal 6 on is of another database" in sentence


async def test_several_processes_at_once_archive_every_event_once(
    trail: Trail, therapist: Person, tmp_path: Path
) -> None:
    await six_seals(trail)
    found = await asyncio.gather(*(move(trail, tmp_path) for _ in range(3)))
    while (await move(trail, tmp_path))[0]:
        pass
    assert [refused for _, refused in found if refused] == []
    verdict = await trail.verdict()
    assert verdict.broken_at is None
    assert (await audit.verify_archive(trail.db, trail.clock, SEALED, tmp_path, therapist.clinic.id))[0] == 10


async def test_each_night_the_worker_archives_what_is_old(trail: Trail, therapist: Person, tmp_path: Path) -> None:
    settings = structs.replace(SEALED, archive_dir=str(tmp_path), archive_after_days=365)
    await six_seals(trail)
    night = Night(settings, trail.db, trail.clock)
    trail.clock.advance(days=300)
    await night.step()
    assert parts(tmp_path, therapist.clinic.id) == []
    trail.clock.advance(days=100)
    await night.step()
    assert len(parts(tmp_path, therapist.clinic.id)) == 3


def archive_until(url: str, folder: str, step: int, public_key: str | None) -> None:
    """Archive in this process, which is killed before its file operation or statement `step`."""
    left = [step]

    def spend() -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    async def work() -> None:
        archiving.PART = 4
        db = await open_database(url)
        written, moved = archive._put, cuts.move_cut

        def put(path: Path, body: bytes) -> None:
            spend()
            written(path, body)
            spend()

        async def cut(*arguments: object) -> None:
            spend()
            await moved(*arguments)  # type: ignore[arg-type]
            spend()

        archive._put = put
        vars(archiving)["move_cut"] = cut
        settings = structs.replace(SEALED, backup_public_key=public_key)
        await audit.archive_all(db, FakeClock(), settings, Path(folder), FAR)
        await db.close()

    asyncio.run(work())


@pytest.mark.drill
@pytest.mark.parametrize("is_encrypted", [False, True])
async def test_a_kill_at_any_step_loses_and_doubles_nothing(
    trail: Trail, db: Database, engine: str, therapist: Person, scratch: Path, tmp_path: Path, is_encrypted: bool
) -> None:
    key = x25519.Identity.generate()
    key_file = scratch / f"{os.urandom(6).hex()}.key"
    key_file.write_text(str(key))
    public_key = str(key.to_public()) if is_encrypted else None
    if engine == "sqlite":  # the killed process has the file alone
        url = f"sqlite:///{scratch}/{os.urandom(6).hex()}.sqlite"
        store = await open_database(url)
        from homeplan.db import migrate

        await migrate(store, START)
        world = World(store, FakeClock())
        person = await world.therapist(await world.clinic())
        trail = Trail(store, FakeClock(), person)
    else:
        url, store, person = engine, db, therapist
    await six_seals(trail)
    seqs = [row["seq"] for row in await trail.rows(KEPT)]
    if engine == "sqlite":
        await store.close()
    methods = multiprocessing.get_context("forkserver")
    methods.set_forkserver_preload([__name__])
    step = 0
    while True:
        process = methods.Process(target=archive_until, args=(url, str(tmp_path), step, public_key))
        process.start()
        await asyncio.to_thread(process.join)
        assert process.exitcode in (0, -signal.SIGKILL)
        if process.exitcode == 0:
            break
        step += 1
    store = await open_database(url) if engine == "sqlite" else db
    archived = [
        e["seq"]
        for part in parts(tmp_path, person.clinic.id)
        for line in read_part(*part, key_file)
        for e in line.events
    ]

    async def kept(tx: Tx) -> list[int]:
        rows = await tx.fetch("SELECT seq FROM audit_events WHERE action = 'patient.read' ORDER BY seq")
        return [row["seq"] for row in rows]

    assert archived + await store.read(kept) == seqs
    found = await store.read(lambda tx: audit.verify(operator_context(tx, START, person.clinic.id, SEALED)))
    assert (found.broken_at, found.reason) == (None, None)
    verified = await audit.verify_archive(store, FakeClock(), SEALED, tmp_path, person.clinic.id, key_file)
    assert verified[0] == len(archived)
    assert step > 2
    if engine == "sqlite":
        await store.close()
