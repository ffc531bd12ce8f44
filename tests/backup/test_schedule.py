"""Scheduled backups, their age, their end, and what administrators and the operator see of them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from homeplan.__main__ import main
from homeplan.backup import copies
from homeplan.backup.model import BadBackup
from homeplan.backup.rules import expired, is_late, made_at, name_of, next_due
from homeplan.backup.worker import Schedule, run
from tests.backup.conftest import Place
from tests.conftest import METRICS_TOKEN
from tests.world import START, Api, World

HOUR = timedelta(hours=1)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("homeplan-*") if path.suffix != ".json")


def test_a_name_tells_the_instant_and_whether_it_is_encrypted() -> None:
    assert name_of(START, is_encrypted=False) == "homeplan-20260302T150000Z.sqlite"
    assert made_at(name_of(START, is_encrypted=True)) == START
    assert made_at("holiday.sqlite") is None


def test_the_newest_three_never_expire() -> None:
    stored = [name_of(START + timedelta(day), is_encrypted=False) for day in range(5)]
    assert expired(stored, START + timedelta(400), 30) == stored[:2]
    assert expired([*stored, "holiday.txt"], START + timedelta(31), 30) == stored[:1]


def test_a_clock_that_was_set_back_puts_no_backup_off() -> None:
    assert next_due(START, HOUR, START) == START + HOUR
    assert next_due(START + 9 * HOUR, HOUR, START) == START
    assert next_due(None, HOUR, START) == START


def test_a_backup_is_late_after_two_intervals() -> None:
    assert is_late(None, HOUR, START)
    assert not is_late(START, HOUR, START + 2 * HOUR)
    assert is_late(START, HOUR, START + 3 * HOUR)


def schedule(place: Place, **changes: object) -> Schedule:
    settings = structs.replace(place.settings, backup_hours=24, **changes)
    return Schedule(settings, place.backups, place.db, place.clock)


async def test_a_backup_is_made_when_it_is_due_and_deleted_when_it_expires(place: Place) -> None:
    await place.open()
    worker = schedule(place, backup_days=2)
    for day in range(6):
        await worker.step()
        await worker.step()
        assert len(names(place.backups)) == min(day + 1, 3)
        place.clock.advance(hours=24)
    newest = name_of(START + timedelta(5), is_encrypted=False)
    assert names(place.backups)[-1] == newest
    assert copies.verify(place.backups / newest, None).is_opened


async def test_a_backup_that_fails_is_logged_and_tried_again_later(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await place.open()
    place.backups.write_text("in the way")
    worker = schedule(place)
    await worker.step()
    assert "the backup failed" in caplog.text
    place.backups.unlink()
    await worker.step()
    assert not place.backups.exists()
    place.clock.advance(minutes=15)
    await worker.step()
    assert len(names(place.backups)) == 1


async def test_without_a_folder_nothing_is_made_and_the_log_says_so(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await place.open()
    await run(place.settings, place.db, place.clock, asyncio.Event())
    assert "not backed up" in caplog.text


async def test_an_encrypted_backup_opens_with_its_key_alone(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("right", "other"):
        assert await asyncio.to_thread(main, ["keys", "backup", "--file", str(tmp_path / name)]) == 0
    public = [line.partition("=")[2] for line in capsys.readouterr().out.splitlines()]
    await place.open()
    await place.world.clinic("Canary Clinic")
    made = await place.backup(public[0])
    assert made.name.endswith(".sqlite.age")
    assert b"Canary" not in made.read_bytes()
    assert not copies.verify(made, None).is_opened
    assert copies.verify(made, tmp_path / "right").is_opened
    with pytest.raises(BadBackup, match="no matching key"):
        copies.verify(made, tmp_path / "other")
    assert [path.name for path in place.backups.iterdir() if "partial" in path.name] == []
    with pytest.raises(BadBackup, match="name the file of its private key"):
        await place.restore(made)
    done = await place.restore(made, tmp_path / "right")
    assert [clinic.name for clinic in done.clinics] == ["Canary Clinic"]
    assert main(["keys", "backup", "--file", str(tmp_path / "right")]) == 1


async def test_a_backup_under_another_name_or_without_a_manifest_is_refused(place: Place) -> None:
    await place.open()
    made = await place.backup()
    renamed = made.rename(made.with_name("renamed.sqlite"))
    with pytest.raises(BadBackup, match="has no manifest"):
        copies.verify(renamed, None)


async def test_administrators_see_the_age_and_the_schedule(api: Api, world: World) -> None:
    admin = await api.signed_in(await world.admin(await world.clinic()))
    state = (await admin.get("/api/backup")).json()
    assert (state["lastAt"], state["everyHours"], state["late"]) == (None, None, True)


async def test_metrics_tell_the_age_of_the_last_backup(place: Place) -> None:
    await place.open()
    bearer = {"authorization": f"Bearer {METRICS_TOKEN}"}
    assert "homeplan_backup_age_seconds +Inf\n" in (await place.api.anyone.get("/metrics", headers=bearer)).text
    await schedule(place).step()
    place.clock.advance(minutes=5)
    assert "homeplan_backup_age_seconds 300.0\n" in (await place.api.anyone.get("/metrics", headers=bearer)).text
