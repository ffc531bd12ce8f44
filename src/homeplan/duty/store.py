"""Duty settings in the database: hours and holidays as JSON, the duty list and cover persons row by row; and the queue
of checks whether somebody is on duty ahead."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from homeplan.clock import from_ms_or_none, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.duty.model import (
    ClinicHours,
    Cover,
    Duty,
    DutyEntry,
    DutySettings,
    Gaps,
    Holiday,
    OpenTime,
    Roster,
)

WITHOUT_HOURS = "UTC"
"""Zone of a clinic that never entered its hours."""

SELECT_SETTINGS = """
SELECT version, time_zone, week, holidays, digest_at FROM duty_settings WHERE clinic_id = :clinic_id"""
SELECT_ENTRIES = """
SELECT id, staff_id, kind, weekdays, first_day, last_day FROM duty_entries
WHERE clinic_id = :clinic_id ORDER BY position"""
SELECT_COVERS = """
SELECT id, staff_id, cover_id, first_day, last_day FROM duty_covers WHERE clinic_id = :clinic_id ORDER BY position"""


async def find_settings(ctx: Context) -> DutySettings:
    """The settings that the clinic's administrators saved last; version 0 without hours before the first time."""
    row = await ctx.tx.fetch_one(SELECT_SETTINGS, clinic_id=ctx.clinic_id)
    roster = Roster(
        entries=tuple(_entry(each) for each in await ctx.tx.fetch(SELECT_ENTRIES, clinic_id=ctx.clinic_id)),
        covers=tuple(_cover(each) for each in await ctx.tx.fetch(SELECT_COVERS, clinic_id=ctx.clinic_id)),
    )
    if row is None:
        return DutySettings(version=0, hours=None, roster=roster)
    return DutySettings(version=row["version"], hours=_hours(row), roster=roster)


async def find_duty(ctx: Context) -> Duty:
    """The clinic's duty as the rules see it."""
    settings = await find_settings(ctx)
    hours, roster = settings.hours, settings.roster
    if hours is None:
        return Duty(zone=ZoneInfo(WITHOUT_HOURS), week=None, entries=roster.entries, covers=roster.covers)
    return Duty(
        zone=ZoneInfo(hours.time_zone),
        week=hours.week,
        holidays=frozenset(each.day for each in hours.holidays),
        digest_at=hours.digest_at,
        entries=roster.entries,
        covers=roster.covers,
    )


SAVE_SETTINGS = """
INSERT INTO duty_settings (clinic_id, version, time_zone, week, holidays, digest_at, changed_at)
VALUES (:clinic_id, :version, :time_zone, :week, :holidays, :digest_at, :now)
ON CONFLICT (clinic_id) DO UPDATE SET version = excluded.version, time_zone = excluded.time_zone,
  week = excluded.week, holidays = excluded.holidays, digest_at = excluded.digest_at,
  changed_at = excluded.changed_at"""
DELETE_ENTRIES = "DELETE FROM duty_entries WHERE clinic_id = :clinic_id"
INSERT_ENTRY = """
INSERT INTO duty_entries (clinic_id, id, position, staff_id, kind, weekdays, first_day, last_day)
VALUES (:clinic_id, :id, :position, :staff_id, :kind, :weekdays, :first_day, :last_day)"""
DELETE_COVERS = "DELETE FROM duty_covers WHERE clinic_id = :clinic_id"
INSERT_COVER = """
INSERT INTO duty_covers (clinic_id, id, position, staff_id, cover_id, first_day, last_day)
VALUES (:clinic_id, :id, :position, :staff_id, :cover_id, :first_day, :last_day)"""


async def save_settings(ctx: Context, settings: DutySettings) -> None:
    """Replace everything; the check ahead is due at once."""
    hours = settings.hours
    await ctx.tx.execute(
        SAVE_SETTINGS,
        clinic_id=ctx.clinic_id,
        version=settings.version,
        time_zone=None if hours is None else hours.time_zone,
        week=None if hours is None else msgspec.json.encode(hours.week).decode(),
        holidays=msgspec.json.encode(() if hours is None else hours.holidays).decode(),
        digest_at=(time(8) if hours is None else hours.digest_at).isoformat("minutes"),
        now=to_ms(ctx.now),
    )
    await ctx.tx.execute(DELETE_ENTRIES, clinic_id=ctx.clinic_id)
    await ctx.tx.execute_many(
        INSERT_ENTRY,
        [
            {
                "clinic_id": ctx.clinic_id,
                "id": each.id,
                "position": position,
                "staff_id": each.staff_id,
                "kind": each.kind,
                "weekdays": each.weekdays,
                "first_day": _day_text(each.first_day),
                "last_day": _day_text(each.last_day),
            }
            for position, each in enumerate(settings.roster.entries)
        ],
    )
    await ctx.tx.execute(DELETE_COVERS, clinic_id=ctx.clinic_id)
    await ctx.tx.execute_many(
        INSERT_COVER,
        [
            {
                "clinic_id": ctx.clinic_id,
                "id": each.id,
                "position": position,
                "staff_id": each.staff_id,
                "cover_id": each.cover_id,
                "first_day": _day_text(each.first_day),
                "last_day": _day_text(each.last_day),
            }
            for position, each in enumerate(settings.roster.covers)
        ],
    )
    await ctx.tx.execute(CHECK_NOW, clinic_id=ctx.clinic_id)


class StoredCheck(Struct, frozen=True, kw_only=True):
    """The last check of a clinic: what it found missing, and when administrators were told."""

    gaps: Gaps
    told_at: datetime | None


CHECK_NOW = "UPDATE duty_checks SET due_at = 0 WHERE clinic_id = :clinic_id"
# ORDER BY makes PostgreSQL use the index.
SELECT_WAITING = "SELECT clinic_id FROM duty_checks WHERE due_at <= :now ORDER BY due_at LIMIT :most"


async def waiting(ctx: Context, most: int) -> list[str]:
    """Clinics whose check is due, the longest due first."""
    return [row["clinic_id"] for row in await ctx.tx.fetch(SELECT_WAITING, now=to_ms(ctx.now), most=most)]


CLAIM = "SELECT clinic_id FROM duty_checks WHERE clinic_id = :clinic_id AND due_at <= :now {skip_locked}"


async def claim(ctx: Context) -> bool:
    """Hold the clinic's check until the transaction ends; False when another worker has it, or did it."""
    statement = CLAIM.format(skip_locked=ctx.tx.skip_locked)
    return await ctx.tx.fetch_value(statement, clinic_id=ctx.clinic_id, now=to_ms(ctx.now)) is not None


SELECT_CHECK = "SELECT gaps, told_at FROM duty_checks WHERE clinic_id = :clinic_id"


async def find_check(ctx: Context) -> StoredCheck:
    """The last check of the clinic; without gaps before the first."""
    row = await ctx.tx.fetch_one(SELECT_CHECK, clinic_id=ctx.clinic_id)
    if row is None:
        return StoredCheck(gaps=Gaps(), told_at=None)
    return StoredCheck(gaps=msgspec.json.decode(row["gaps"], type=Gaps), told_at=from_ms_or_none(row["told_at"]))


SAVE_CHECK = """
UPDATE duty_checks SET due_at = :due_at, gaps = :gaps, told_at = :told_at WHERE clinic_id = :clinic_id"""


async def save_check(ctx: Context, check: StoredCheck, due_at: datetime) -> None:
    """Keep what the check found; the next one is at `due_at`."""
    await ctx.tx.execute(
        SAVE_CHECK,
        clinic_id=ctx.clinic_id,
        due_at=to_ms(due_at),
        gaps=msgspec.json.encode(check.gaps).decode(),
        told_at=to_ms_or_none(check.told_at),
    )


PUT_OFF = "UPDATE duty_checks SET due_at = :due_at WHERE clinic_id = :clinic_id"


async def put_off(ctx: Context, due_at: datetime) -> None:
    """Move the clinic's check to a later time."""
    await ctx.tx.execute(PUT_OFF, clinic_id=ctx.clinic_id, due_at=to_ms(due_at))


COUNT_UNATTENDED = "SELECT COUNT(*) FROM duty_checks WHERE told_at IS NOT NULL"


async def count_unattended(ctx: Context) -> int:
    """Number of clinics in which the next 24 hours lack somebody on duty or a channel."""
    return int(await ctx.tx.fetch_value(COUNT_UNATTENDED))


def _hours(row: Row) -> ClinicHours | None:
    if row["week"] is None:
        return None
    return ClinicHours(
        time_zone=row["time_zone"],
        week=msgspec.json.decode(row["week"], type=tuple[OpenTime, ...]),
        holidays=msgspec.json.decode(row["holidays"], type=tuple[Holiday, ...]),
        digest_at=time.fromisoformat(row["digest_at"]),
    )


def _entry(row: Row) -> DutyEntry:
    return DutyEntry(
        id=row["id"],
        staff_id=row["staff_id"],
        kind=row["kind"],
        weekdays=row["weekdays"],
        first_day=_day(row["first_day"]),
        last_day=_day(row["last_day"]),
    )


def _cover(row: Row) -> Cover:
    return Cover(
        id=row["id"],
        staff_id=row["staff_id"],
        cover_id=row["cover_id"],
        first_day=_day(row["first_day"]),
        last_day=_day(row["last_day"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
